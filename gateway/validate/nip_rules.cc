// Identity: NIP and NI PPPK (skp-model §10.1), what ASN and non-ASN must give, golongan (§10.3).
#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "gateway/validate/days.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::string_view kNip = "skp-model §10.1";
constexpr std::array kRules = {
    Rule{"nip.required/1", v1::ERROR_REASON_FIELD_REQUIRED, kNip},
    Rule{"nip.nik_required/1", v1::ERROR_REASON_FIELD_REQUIRED, "skp-model §10.2"},
    Rule{"nip.format/1", v1::ERROR_REASON_NIP_FORMAT, kNip},
    Rule{"nip.birthdate/1", v1::ERROR_REASON_NIP_BIRTHDATE, kNip},
    Rule{"nip.tmt/1", v1::ERROR_REASON_NIP_TMT, kNip},
    Rule{"nip.gender/1", v1::ERROR_REASON_NIP_GENDER, kNip},
    Rule{"nip.sequence/1", v1::ERROR_REASON_NIP_SEQUENCE, kNip},
    Rule{"nip.status/1", v1::ERROR_REASON_NIP_STATUS_CONFLICT, kNip},
    Rule{"nip.golongan/1", v1::ERROR_REASON_NIP_STATUS_CONFLICT, "skp-model §10.3"},
    Rule{"nip.golongan_required/1", v1::ERROR_REASON_FIELD_REQUIRED, "skp-model §10.3"},
    Rule{"nip.golongan_word/1", v1::ERROR_REASON_ENUM_UNKNOWN, "skp-model §10.3"},
};
enum {
  kRequired,
  kNikRequired,
  kFormat,
  kBirthdate,
  kTmt,
  kGender,
  kSequence,
  kStatus,
  kGolongan,
  kGolonganRequired,
  kGolonganWord
};

constexpr int kYoungest = 17;
constexpr int kOldest = 70;
constexpr int kFirstPppkCode = 21;

bool IsNip(std::string_view nip) {
  return nip.size() == 18 &&
         std::all_of(nip.begin(), nip.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Two digits of a NIP as a number.
int TwoDigits(std::string_view nip, size_t at) {
  return (nip[at] - '0') * 10 + (nip[at + 1] - '0');
}

bool HasBirthDate(std::string_view nip, const std::optional<absl::CivilDay>& last_day) {
  const int year = TwoDigits(nip, 0) * 100 + TwoDigits(nip, 2);
  const auto born = MakeDay(year, TwoDigits(nip, 4), TwoDigits(nip, 6));
  if (!born) return false;
  if (!last_day) return true;
  const int age = CompletedYears(*born, *last_day);
  return age >= kYoungest && age <= kOldest;
}

// Judges a number at `field`; an empty one is somebody else's rule.
void JudgeNumber(const Record& record, std::string_view nip, const char* field,
                 Findings* findings) {
  if (nip.empty()) return;
  if (!IsNip(nip)) return findings->Add(kRules[kFormat], field);
  if (!HasBirthDate(nip, record.selesai)) findings->Add(kRules[kBirthdate], field);
  if (NipKind(nip) == v1::NIP_JENIS_UNSPECIFIED) findings->Add(kRules[kTmt], field);
  if (nip[14] != '1' && nip[14] != '2') findings->Add(kRules[kGender], field);
  if (nip.ends_with("000")) findings->Add(kRules[kSequence], field);
}

// Elected leaders and others who are no ASN may have a number of another kind.
void JudgeRater(const Record& record, const v1::PenilaiRef& rater, const char* field,
                Findings* findings) {
  if (rater.nip().empty() || (rater.has_asn() && !rater.asn())) return;
  JudgeNumber(record, rater.nip(), field, findings);
}

// The family a golongan is of, by its canonical spelling; UNSPECIFIED for one of no family.
v1::NipJenis GolonganFamily(std::string_view golongan) {
  constexpr std::array<std::string_view, 17> kPns = {
      "I/a",   "I/b",   "I/c",   "I/d",  "II/a", "II/b", "II/c", "II/d", "III/a",
      "III/b", "III/c", "III/d", "IV/a", "IV/b", "IV/c", "IV/d", "IV/e"};
  constexpr std::array<std::string_view, 17> kPppk = {"I",    "II",   "III", "IV",  "V",   "VI",
                                                      "VII",  "VIII", "IX",  "X",   "XI",  "XII",
                                                      "XIII", "XIV",  "XV",  "XVI", "XVII"};
  if (std::find(kPns.begin(), kPns.end(), golongan) != kPns.end()) return v1::NIP_JENIS_PNS;
  if (std::find(kPppk.begin(), kPppk.end(), golongan) != kPppk.end()) return v1::NIP_JENIS_PPPK;
  return v1::NIP_JENIS_UNSPECIFIED;
}

void JudgeGolongan(const Record& record, v1::NipJenis kind, Findings* findings) {
  const v1::Pegawai& pegawai = record.skp.pegawai();
  if (pegawai.golongan().empty()) {
    const bool asn = pegawai.status_kepegawaian() == v1::STATUS_KEPEGAWAIAN_PNS ||
                     pegawai.status_kepegawaian() == v1::STATUS_KEPEGAWAIAN_PPPK;
    if (asn && !record.results_only) {
      findings->AddMissingInPlan(kRules[kGolonganRequired], "pegawai.golongan");
    }
    return;
  }
  if (pegawai.status_kepegawaian() == v1::STATUS_KEPEGAWAIAN_NON_ASN) return;
  const v1::NipJenis family = GolonganFamily(pegawai.golongan());
  if (family == v1::NIP_JENIS_UNSPECIFIED) {
    findings->Add(kRules[kGolonganWord], "pegawai.golongan",
                  {{"allowed", "I/a to IV/e (PNS), I to XVII (PPPK)"}});
  } else if (kind != v1::NIP_JENIS_UNSPECIFIED && family != kind) {
    findings->Add(kRules[kGolongan], "pegawai.golongan");
  }
}

void JudgeStatusOfPerson(const v1::Pegawai& pegawai, v1::NipJenis kind, Findings* findings) {
  const v1::StatusKepegawaian status = pegawai.status_kepegawaian();
  if (kind == v1::NIP_JENIS_UNSPECIFIED || status == v1::STATUS_KEPEGAWAIAN_UNSPECIFIED) return;
  const bool fits = (kind == v1::NIP_JENIS_PNS && status == v1::STATUS_KEPEGAWAIAN_PNS) ||
                    (kind == v1::NIP_JENIS_PPPK && status == v1::STATUS_KEPEGAWAIAN_PPPK);
  if (!fits) findings->Add(kRules[kStatus], "pegawai.status_kepegawaian");
}

void JudgePegawai(const Record& record, Findings* findings) {
  const v1::Pegawai& pegawai = record.skp.pegawai();
  if (pegawai.status_kepegawaian() == v1::STATUS_KEPEGAWAIAN_NON_ASN) {
    if (pegawai.nik().empty()) findings->Add(kRules[kNikRequired], "pegawai.nik");
  } else if (pegawai.nip().empty()) {
    findings->Add(kRules[kRequired], "pegawai.nip");
  }
  JudgeNumber(record, pegawai.nip(), "pegawai.nip", findings);
  const v1::NipJenis kind = NipKind(pegawai.nip());
  JudgeStatusOfPerson(pegawai, kind, findings);
  JudgeGolongan(record, kind, findings);
}

}  // namespace

v1::NipJenis NipKind(std::string_view nip) {
  if (!IsNip(nip)) return v1::NIP_JENIS_UNSPECIFIED;
  const int code = TwoDigits(nip, 12);
  if (code >= 1 && code <= 12) return v1::NIP_JENIS_PNS;
  return code >= kFirstPppkCode ? v1::NIP_JENIS_PPPK : v1::NIP_JENIS_UNSPECIFIED;
}

void JudgeNip(const Record& record, Findings* findings) {
  const v1::Skp& skp = record.skp;
  // Without the message around it the number is not missed by itself.
  if (skp.has_pegawai()) JudgePegawai(record, findings);
  JudgeRater(record, skp.penilai(), "penilai.nip", findings);
  JudgeRater(record, skp.atasan_penilai(), "atasan_penilai.nip", findings);
  for (int i = 0; i < skp.tim_penilai_size(); ++i) {
    JudgeRater(record, skp.tim_penilai(i), absl::StrCat("tim_penilai[", i, "].nip").c_str(),
               findings);
  }
  for (int i = 0; i < skp.evaluasi_size(); ++i) {
    if (skp.evaluasi(i).penilai().nip().empty()) continue;
    JudgeRater(record, skp.evaluasi(i).penilai(),
               absl::StrCat("evaluasi[", i, "].penilai.nip").c_str(), findings);
  }
  for (int i = 0; i < skp.keberatan_size(); ++i) {
    JudgeNumber(record, skp.keberatan(i).diputus_oleh(),
                absl::StrCat("keberatan[", i, "].diputus_oleh").c_str(), findings);
  }
}

std::span<const Rule> NipRules() { return kRules; }

}  // namespace kinerja::validate
