// The planned results as a whole (skp-model §2, §4.2 guard of "ajukan", §12 "Plan").
#include <array>

#include "absl/strings/str_cat.h"
#include "gateway/schema/fold.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::string_view kBasis = "skp-model §2";
constexpr std::array kRules = {
    Rule{"rhk.empty/1", v1::ERROR_REASON_RHK_EMPTY, kBasis},
    Rule{"rhk.no_utama/1", v1::ERROR_REASON_RHK_NO_UTAMA, kBasis},
    Rule{"rhk.duplicate/1", v1::ERROR_REASON_RHK_DUPLICATE, kBasis},
    Rule{"rhk.key/1", v1::ERROR_REASON_RHK_DUPLICATE, "skp-model §11"},
    Rule{"rhk.intervensi/1", v1::ERROR_REASON_RHK_INTERVENSI_MISSING, kBasis, kFrom2022},
    Rule{"rhk.indikator/1", v1::ERROR_REASON_INDIKATOR_MISSING, kBasis},
    // PP 46: tugas tambahan are a list of duties without indicators.
    Rule{"rhk.indikator_tambahan/1", v1::ERROR_REASON_INDIKATOR_MISSING, kBasis, kFromPp30},
};
enum { kEmpty, kNoUtama, kDuplicate, kKey, kIntervensi, kIndikator, kIndikatorTambahan };

bool IsBlank(const std::string& text) {
  // Only a text that begins with a blank, of ASCII or another, can be blank.
  const unsigned char first = text.empty() ? 0 : static_cast<unsigned char>(text.front());
  return (first <= ' ' || first >= 0x80) && schema::Fold(text).empty();
}

void JudgeUtama(const v1::Skp& skp, Findings* findings) {
  for (const v1::Rhk& rhk : skp.rhk()) {
    // An unknown klasifikasi could be UTAMA.
    if (rhk.klasifikasi() != v1::KLASIFIKASI_TAMBAHAN) return;
  }
  findings->Add(kRules[kNoUtama], "rhk");
}

// What two RHK must differ in. The two kinds of superior result are told apart by a control
// character, which stands in no folded text.
std::string FoldedRhk(const v1::Rhk& rhk) {
  std::string folded = schema::Fold(rhk.uraian());
  if (folded.empty()) return folded;
  folded += static_cast<char>(1 + rhk.klasifikasi() % 8);
  if (rhk.rhk_pimpinan().has_rhk_id()) {
    absl::StrAppend(&folded, "\x1e", rhk.rhk_pimpinan().rhk_id());
  } else {
    absl::StrAppend(&folded, "\x1f", schema::Fold(rhk.rhk_pimpinan().text()));
  }
  return folded;
}

// One finding per RHK, naming the first it repeats.
void JudgeDuplicates(const v1::Skp& skp, Findings* findings) {
  if (skp.rhk_size() < 2) return;
  std::vector<std::string> seen;
  seen.reserve(static_cast<size_t>(skp.rhk_size()));
  for (int i = 0; i < skp.rhk_size(); ++i) {
    seen.push_back(FoldedRhk(skp.rhk(i)));
    for (int j = 0; j < i && !seen.back().empty(); ++j) {
      if (seen[static_cast<size_t>(j)] != seen.back()) continue;
      findings->Add(kRules[kDuplicate], absl::StrCat("rhk[", i, "]"),
                    {{"other", absl::StrCat("rhk[", j, "]")}});
      break;
    }
  }
}

// Elements are matched by their keys, so a key stands for one element.
void JudgeKeys(const v1::Skp& skp, Findings* findings) {
  for (int i = 1; i < skp.rhk_size(); ++i) {
    const std::string& key = skp.rhk(i).rhk_id();
    for (int j = 0; j < i && !key.empty(); ++j) {
      if (skp.rhk(j).rhk_id() != key) continue;
      findings->Add(kRules[kKey], absl::StrCat("rhk[", i, "].rhk_id"),
                    {{"other", absl::StrCat("rhk[", j, "].rhk_id")}});
      break;
    }
  }
}

bool HasSuperior(const v1::RhkPimpinan& superior) {
  return !superior.rhk_id().empty() || !IsBlank(superior.text());
}

// PMM has no superior result for competence rows and extra duties.
bool NeedsSuperior(const v1::Rhk& rhk) {
  return rhk.klasifikasi() == v1::KLASIFIKASI_UTAMA &&
         rhk.kategori_pmm() != v1::KATEGORI_PMM_KOMPETENSI &&
         rhk.kategori_pmm() != v1::KATEGORI_PMM_TUGAS_TAMBAHAN;
}

void JudgeEach(const Record& record, Findings* findings) {
  const v1::Skp& skp = record.skp;
  const bool intervensi =
      skp.model() == v1::MODEL_SKP_JA_JF && kRules[kIntervensi].Applies(record.plan_day);
  const bool tambahan = kRules[kIndikatorTambahan].Applies(record.plan_day);
  for (int i = 0; i < skp.rhk_size(); ++i) {
    const v1::Rhk& rhk = skp.rhk(i);
    if (IsBlank(rhk.uraian())) findings->Add(kRules[kEmpty], absl::StrCat("rhk[", i, "].uraian"));
    if (intervensi && NeedsSuperior(rhk) && !HasSuperior(rhk.rhk_pimpinan())) {
      findings->Add(kRules[kIntervensi], absl::StrCat("rhk[", i, "].rhk_pimpinan"));
    }
    if (rhk.indikator_size() != 0) continue;
    if (rhk.klasifikasi() != v1::KLASIFIKASI_TAMBAHAN) {
      findings->Add(kRules[kIndikator], absl::StrCat("rhk[", i, "].indikator"));
    } else if (tambahan) {
      findings->Add(kRules[kIndikatorTambahan], absl::StrCat("rhk[", i, "].indikator"));
    }
  }
}

}  // namespace

void JudgeRhk(const Record& record, Findings* findings) {
  if (record.results_only) return;
  if (record.skp.rhk_size() == 0) return findings->Add(kRules[kEmpty], "rhk");
  JudgeUtama(record.skp, findings);
  JudgeEach(record, findings);
  JudgeDuplicates(record.skp, findings);
  JudgeKeys(record.skp, findings);
}

std::span<const Rule> RhkRules() { return kRules; }

}  // namespace kinerja::validate
