#include "gateway/ingest/results.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/ingest/record_keys.h"
#include "gateway/schema/fold.h"
#include "gateway/schema/json.h"
#include "gateway/schema/normalise.h"
#include "gateway/validate/validate.h"

namespace kinerja::ingest {
namespace {

constexpr std::string_view kSystem = "sistem";

// Live records of the person in the same instansi and equal period, of one kelengkapan.
absl::StatusOr<std::vector<store::Head>> FindEqualPeriod(const store::View& view,
                                                         const v1::Skp& skp,
                                                         v1::Kelengkapan kelengkapan) {
  KJ_ASSIGN_OR_RETURN(std::vector<store::Head> heads,
                      view.ListHeadsOfPerson(PersonKey(skp.pegawai())));
  std::erase_if(heads, [&](const store::Head& head) {
    return head.keys.kelengkapan != kelengkapan ||
           head.keys.instansi != skp.pegawai().instansi().kode_bkn() ||
           head.keys.mulai != skp.periode().mulai() ||
           head.keys.selesai != skp.periode().selesai() ||
           !validate::IsLive(static_cast<v1::StatusSkp>(head.keys.status));
  });
  return heads;
}

std::string KeyPath(const v1::Evaluasi& evaluasi) {
  return absl::StrCat("evaluasi[jenis=", v1::JenisEvaluasi_Name(evaluasi.jenis()).substr(15),
                      ",periode.tahun=", evaluasi.periode().tahun(), ",periode.jenis=",
                      v1::JenisPeriode_Name(evaluasi.periode().jenis()).substr(14),
                      ",periode.urutan=", evaluasi.periode().urutan(), "]");
}

bool SameKey(const v1::Evaluasi& a, const v1::Evaluasi& b) {
  return a.jenis() == b.jenis() && a.periode().tahun() == b.periode().tahun() &&
         a.periode().jenis() == b.periode().jenis() && a.periode().urutan() == b.periode().urutan();
}

bool SameContent(v1::Evaluasi a, v1::Evaluasi b) {
  schema::KeepContent(&a);
  schema::KeepContent(&b);
  return schema::SerialiseDeterministic(a) == schema::SerialiseDeterministic(b);
}

std::string Json(const v1::Evaluasi& evaluasi) {
  return schema::ToJson(evaluasi, /*pretty=*/false).value_or("");
}

// The status moves to what the evaluations prove, from where a plan was agreed, never back.
void ProveStatus(absl::Time now, v1::Skp* full) {
  const v1::StatusSkp from = full->status();
  if (from != v1::STATUS_SKP_DISETUJUI && from != v1::STATUS_SKP_BERJALAN &&
      from != v1::STATUS_SKP_DINILAI_PERIODIK) {
    return;
  }
  const bool yearly =
      std::any_of(full->evaluasi().begin(), full->evaluasi().end(),
                  [](const v1::Evaluasi& e) { return e.jenis() == v1::JENIS_EVALUASI_TAHUNAN; });
  const v1::StatusSkp to =
      yearly ? v1::STATUS_SKP_DINILAI_TAHUNAN : v1::STATUS_SKP_DINILAI_PERIODIK;
  if (full->evaluasi().empty() || to == from) return;
  full->set_status(to);
  AppendSystemStep(to, now, full);
}

}  // namespace

absl::StatusOr<FullRecords> FindFullRecords(const store::View& view, const v1::Skp& results) {
  KJ_ASSIGN_OR_RETURN(const std::vector<store::Head> heads,
                      FindEqualPeriod(view, results, v1::KELENGKAPAN_LENGKAP));
  FullRecords found;
  const std::string unit = schema::Fold(results.pegawai().unor().nama());
  std::vector<StoredRecord> of_unit;
  for (const store::Head& head : heads) {
    KJ_ASSIGN_OR_RETURN(StoredRecord record, LoadBody(view, head));
    const bool fits = schema::Fold(record.skp.pegawai().unor().nama()) == unit;
    if (heads.size() == 1 || fits) of_unit.push_back(std::move(record));
  }
  if (of_unit.size() == 1) found.record = std::move(of_unit.front());
  found.ambiguous = heads.size() > 1 && !found.record;
  return found;
}

absl::StatusOr<std::vector<StoredRecord>> FindStandAloneResults(const store::View& view,
                                                                const v1::Skp& full) {
  KJ_ASSIGN_OR_RETURN(const std::vector<store::Head> heads,
                      FindEqualPeriod(view, full, v1::KELENGKAPAN_HASIL_SAJA));
  std::vector<StoredRecord> found;
  for (const store::Head& head : heads) {
    KJ_ASSIGN_OR_RETURN(StoredRecord record, LoadBody(view, head));
    found.push_back(std::move(record));
  }
  return found;
}

ResultsMerge MergeResults(const v1::Skp& results, std::string_view system, absl::Time now,
                          v1::Skp* full) {
  ResultsMerge merge;
  for (int i = 0; i < results.evaluasi_size(); ++i) {
    const v1::Evaluasi& offered = results.evaluasi(i);
    const auto held =
        std::find_if(full->mutable_evaluasi()->begin(), full->mutable_evaluasi()->end(),
                     [&](const v1::Evaluasi& e) { return SameKey(e, offered); });
    const bool is_new = held == full->mutable_evaluasi()->end();
    if (!is_new && SameContent(*held, offered)) {
      merge.equal.push_back(KeyPath(offered));
      continue;
    }
    if (!is_new && held->sumber() != system) {
      const std::string& from = held->sumber().empty() ? full->source().system() : held->sumber();
      merge.conflicts.push_back(
          {KeyPath(offered), absl::StrCat("evaluasi[", i, "]"), Json(*held), Json(offered), from});
      continue;
    }
    v1::Evaluasi* target = is_new ? full->add_evaluasi() : &*held;
    *target = offered;
    target->set_sumber(std::string(system));
    merge.changed.push_back(KeyPath(offered));
  }
  if (merge.changed.empty()) return merge;
  ProveStatus(now, full);
  v1::Anotasi* note = full->mutable_provenance()->add_anotasi();
  note->set_jenis(v1::JENIS_ANOTASI_JOINED);
  note->set_field("evaluasi");
  note->set_field_sumber(std::string(system) + ":" + results.source().id());
  return merge;
}

bool IsProvenByResults(const v1::RiwayatStatus& step) {
  return step.oleh() == kSystem && (step.status() == v1::STATUS_SKP_DINILAI_PERIODIK ||
                                    step.status() == v1::STATUS_SKP_DINILAI_TAHUNAN);
}

void AppendSystemStep(v1::StatusSkp status, absl::Time now, v1::Skp* skp) {
  const int last = skp->riwayat_status_size() - 1;
  const int64_t seconds = absl::ToUnixSeconds(now);
  v1::RiwayatStatus* step = skp->add_riwayat_status();
  step->set_status(status);
  step->set_oleh(std::string(kSystem));
  step->mutable_waktu()->set_seconds(seconds);
  if (last >= 0 && skp->riwayat_status(last).waktu().seconds() >= seconds) {
    *step->mutable_waktu() = skp->riwayat_status(last).waktu();
  }
}

}  // namespace kinerja::ingest
