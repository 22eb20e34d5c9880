#include "gateway/ctl/printer.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gateway/ctl/table.h"
#include "gateway/ctl/words.h"
#include "gateway/schema/catalogue.h"

namespace kinerja::ctl {
namespace {

std::string StatusWord(v1::StatusSkp status) {
  return Short(v1::StatusSkp_Name(status), "STATUS_SKP_");
}

std::string Days(const v1::Periode& periode) {
  return absl::StrCat(periode.mulai(), "/", periode.selesai());
}

std::string SourceWord(const v1::Source& source) {
  return absl::StrCat(source.system(), " ", source.id());
}

std::string JsonList(const std::vector<v1::Violation>& violations) {
  std::string list = "[";
  for (const v1::Violation& violation : violations) {
    absl::StrAppend(&list, list.size() > 1 ? "," : "", Json(violation));
  }
  return list + "]";
}

std::string JsonError(const Refusal& refusal) {
  return absl::StrCat("{\"code\":", QuoteJson(absl::StatusCodeToString(refusal.status.code())),
                      ",\"reason\":", QuoteJson(refusal.reason),
                      ",\"message\":", QuoteJson(std::string(refusal.status.message())),
                      ",\"message_id\":", QuoteJson(refusal.message_id),
                      ",\"violations\":", JsonList(refusal.violations), "}");
}

std::string JsonLine(const Submission& submission) {
  std::string line = absl::StrCat("{\"origin\":", QuoteJson(submission.origin),
                                  ",\"source\":", QuoteJson(submission.source));
  if (!submission.request_id.empty()) {
    absl::StrAppend(&line, ",\"request_id\":", QuoteJson(submission.request_id));
  }
  if (submission.refusal) {
    absl::StrAppend(&line, ",\"error\":", JsonError(*submission.refusal), "}");
  } else {
    absl::StrAppend(&line, ",\"response\":", Json(submission.response), "}");
  }
  return line;
}

Table RecordTable(const v1::Skp& skp) {
  Table table({"", ""});
  table.Add({"name", skp.name()});
  table.Add({"revision", absl::StrCat(skp.revision())});
  table.Add({"status", StatusWord(skp.status())});
  table.Add({"period", Days(skp.periode())});
  table.Add({"regime", Short(v1::Regime_Name(skp.regime()), "REGIME_")});
  table.Add({"source", SourceWord(skp.source())});
  table.Add({"pegawai", absl::StrCat(skp.pegawai().nip(), " ", skp.pegawai().nama())});
  table.Add({"jabatan", skp.pegawai().jabatan()});
  table.Add({"unor", skp.pegawai().unor().nama()});
  table.Add({"penilai", skp.penilai().nama()});
  table.Add({"created", When(skp.waktu_dibuat())});
  table.Add({"changed", When(skp.waktu_diubah())});
  return table;
}

Table ResultTable(const v1::Skp& skp) {
  Table table({"RHK", "KLASIFIKASI", "INDIKATOR", "URAIAN"});
  for (const v1::Rhk& rhk : skp.rhk()) {
    table.Add({rhk.rhk_id(), Short(v1::Klasifikasi_Name(rhk.klasifikasi()), "KLASIFIKASI_"),
               absl::StrCat(rhk.indikator_size()), rhk.uraian()});
  }
  return table;
}

Table EvaluationTable(const v1::Skp& skp) {
  Table table({"EVALUASI", "PERIODE", "HASIL", "PERILAKU", "PREDIKAT", "TANGGAL"});
  for (const v1::Evaluasi& evaluasi : skp.evaluasi()) {
    const v1::PeriodeBagian& periode = evaluasi.periode();
    table.Add({Short(v1::JenisEvaluasi_Name(evaluasi.jenis()), "JENIS_EVALUASI_"),
               absl::StrCat(Short(v1::JenisPeriode_Name(periode.jenis()), "JENIS_PERIODE_"), " ",
                            periode.urutan()),
               Short(v1::Rating_Name(evaluasi.rating_hasil()), "RATING_"),
               Short(v1::Rating_Name(evaluasi.rating_perilaku()), "RATING_"),
               Short(v1::Predikat_Name(evaluasi.predikat_dihitung()), "PREDIKAT_"),
               evaluasi.tanggal()});
  }
  return table;
}

}  // namespace

void Printer::Print(const Submission& submission) {
  if (json_) {
    out_ << JsonLine(submission) << '\n';
  } else {
    PrintSubmissionTable(submission);
  }
  out_.flush();
}

void Printer::PrintSubmissionTable(const Submission& submission) {
  const std::string where =
      absl::StrCat(submission.origin, submission.source.empty() ? "" : "  ", submission.source);
  if (submission.refusal) {
    const Refusal& refusal = *submission.refusal;
    out_ << absl::StrFormat(
        "%-9s  %s  %s\n", "REFUSED",
        refusal.reason.empty() ? absl::StatusCodeToString(refusal.status.code()) : refusal.reason,
        where);
    if (refusal.violations.empty()) {
      if (language_ != Language::kIndonesian || refusal.message_id.empty()) {
        out_ << "  " << refusal.status.message() << '\n';
      }
      if (language_ != Language::kEnglish && !refusal.message_id.empty()) {
        out_ << "  " << refusal.message_id << '\n';
      }
    }
    PrintViolations({refusal.violations.begin(), refusal.violations.end()}, language_, out_);
    if (!refusal.complete) out_ << "  and more; the gateway did not give the whole list\n";
    return;
  }
  const v1::SubmitSkpResponse& response = submission.response;
  const std::string name = response.name().empty() ? ""
                                                   : absl::StrCat(response.name(), "  revision ",
                                                                  response.revision(), "  ");
  out_ << absl::StrFormat("%-9s  %s%s\n", Short(v1::Outcome_Name(response.outcome()), "OUTCOME_"),
                          name, where);
  PrintViolations(response.violations(), language_, out_);
  if (!response.warnings().empty()) out_ << "  warnings:\n";
  PrintViolations(response.warnings(), language_, out_);
}

void Printer::PrintError(const Refusal& refusal) {
  if (json_) {
    err_ << JsonError(refusal) << '\n';
    return;
  }
  if (language_ != Language::kIndonesian || refusal.message_id.empty()) {
    err_ << "kinerjactl: " << refusal.status.message() << '\n';
  }
  if (language_ != Language::kEnglish && !refusal.message_id.empty()) {
    err_ << "kinerjactl: " << refusal.message_id << '\n';
  }
}

void Printer::PrintSkp(const v1::Skp& skp) {
  if (json_) {
    out_ << Json(skp) << '\n';
    return;
  }
  RecordTable(skp).Print(out_);
  for (const Table& table : {ResultTable(skp), EvaluationTable(skp)}) {
    if (table.empty()) continue;
    out_ << '\n';
    table.Print(out_);
  }
}

void Printer::PrintSkps(const google::protobuf::RepeatedPtrField<v1::Skp>& skps) {
  Table table({"NAME", "REVISION", "STATUS", "PERIOD", "SOURCE", "CHANGED"});
  for (const v1::Skp& skp : skps) {
    if (json_) {
      out_ << Json(skp) << '\n';
      continue;
    }
    table.Add({skp.name(), absl::StrCat(skp.revision()), StatusWord(skp.status()),
               Days(skp.periode()), SourceWord(skp.source()), When(skp.waktu_diubah())});
  }
  if (!table.empty()) table.Print(out_);
}

void Printer::PrintConflicts(const google::protobuf::RepeatedPtrField<v1::Conflict>& conflicts) {
  Table table({"ID", "RECORD", "PATH", "CODE", "WHO MENDS IT", "OFFERED BY", "SINCE", "CLOSED"});
  for (const v1::Conflict& conflict : conflicts) {
    if (json_) {
      out_ << Json(conflict) << '\n';
      continue;
    }
    table.Add({absl::StrCat(conflict.id()), conflict.skp(), conflict.path(),
               std::string(schema::ReasonName(conflict.cause().reason())),
               Short(v1::Mender_Name(conflict.cause().mender()), "MENDER_"), conflict.offered_by(),
               When(conflict.since()), When(conflict.closed())});
  }
  if (!table.empty()) table.Print(out_);
}

void Printer::Remark(const std::string& sentence) {
  if (!json_) err_ << "kinerjactl: " << sentence << '\n';
}

}  // namespace kinerja::ctl
