// Indicators and targets (skp-model §2, §12 "Plan").
#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "gateway/schema/fold.h"
#include "gateway/validate/decimal.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::string_view kBasis = "skp-model §2";
constexpr std::array kRules = {
    Rule{"indikator.aspek/1", v1::ERROR_REASON_ASPEK_UNKNOWN, kBasis},
    Rule{"indikator.duplicate/1", v1::ERROR_REASON_ASPEK_DUPLICATE, kBasis},
    Rule{"indikator.repeated/1", v1::ERROR_REASON_ASPEK_REPEATED, "skp-model §13"},
    Rule{"indikator.key/1", v1::ERROR_REASON_ASPEK_DUPLICATE, "skp-model §11"},
    Rule{"indikator.target/1", v1::ERROR_REASON_TARGET_MISSING, kBasis},
    Rule{"indikator.target_form/1", v1::ERROR_REASON_TARGET_UNPARSEABLE, kBasis},
};
enum { kAspek, kDuplicate, kRepeated, kKey, kTarget, kTargetForm };

// Path of a field of an indicator; `leaf` is empty or begins with a dot.
std::string At(int rhk, int indikator, const char* leaf) {
  return absl::StrCat("rhk[", rhk, "].indikator[", indikator, "]", leaf);
}

bool IsMissing(const v1::Nilai& target) {
  if (!target.nilai().empty() || !target.nilai_maks().empty()) return false;
  return target.jenis() != v1::JENIS_NILAI_TEKS || schema::Fold(target.mentah()).empty();
}

// Words, or a range that runs down.
bool IsNoNumber(const v1::Nilai& target) {
  if (target.jenis() == v1::JENIS_NILAI_TEKS) return true;
  if (target.jenis() != v1::JENIS_NILAI_RENTANG) return false;
  const auto lower = Decimal::Parse(target.nilai());
  const auto upper = Decimal::Parse(target.nilai_maks());
  return lower && upper && *lower > *upper;
}

void JudgeTarget(const v1::Nilai& target, int rhk, int indikator, Findings* findings) {
  if (IsMissing(target)) {
    findings->Add(kRules[kTarget], At(rhk, indikator, ".target"));
  } else if (IsNoNumber(target)) {
    findings->Add(kRules[kTargetForm], At(rhk, indikator, ".target"));
  }
}

// Whether two indicators measure under one heading: the aspect, in form (a) the perspective.
bool SameHeading(const v1::Indikator& a, const v1::Indikator& b) {
  if (a.aspek() != b.aspek()) return false;
  if (a.perspektif() == b.perspektif()) return true;
  return schema::Fold(a.perspektif()) == schema::Fold(b.perspektif());
}

bool SameText(const std::string& a, const std::string& b) {
  return a == b || schema::Fold(a) == schema::Fold(b);
}

// Compares with the indicators before it; only those under one heading are folded.
void JudgeRepeats(const v1::Rhk& rhk, int i, int j, Findings* findings) {
  const v1::Indikator& indikator = rhk.indikator(j);
  if (indikator.uraian().empty()) return;
  bool repeated = false;
  for (int k = 0; k < j; ++k) {
    const v1::Indikator& other = rhk.indikator(k);
    if (other.uraian().empty() || !SameHeading(other, indikator)) continue;
    if (SameText(other.uraian(), indikator.uraian())) {
      return findings->Add(kRules[kDuplicate], At(i, j, ""), {{"other", At(i, k, "")}});
    }
    repeated = repeated || indikator.aspek() != v1::ASPEK_UNSPECIFIED;
  }
  if (repeated) findings->Add(kRules[kRepeated], At(i, j, ".aspek"));
}

struct Place {
  std::string_view key;
  int rhk;
  int indikator;
};

// Realisations name an indicator without its RHK, so its key stands for one in the whole record.
void JudgeKeys(const v1::Skp& skp, Findings* findings) {
  std::vector<Place> places;
  for (int i = 0; i < skp.rhk_size(); ++i) {
    for (int j = 0; j < skp.rhk(i).indikator_size(); ++j) {
      const std::string& key = skp.rhk(i).indikator(j).indikator_id();
      if (!key.empty()) places.push_back({key, i, j});
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.key < b.key; });
  for (size_t n = 1; n < places.size(); ++n) {
    if (places[n].key != places[n - 1].key) continue;
    const Place& before = places[n - 1];
    findings->Add(kRules[kKey], At(places[n].rhk, places[n].indikator, ".indikator_id"),
                  {{"other", At(before.rhk, before.indikator, ".indikator_id")}});
  }
}

}  // namespace

void JudgeIndikator(const Record& record, Findings* findings) {
  if (record.results_only) return;
  const v1::Skp& skp = record.skp;
  const bool measured = record.measured();
  for (int i = 0; i < skp.rhk_size(); ++i) {
    const v1::Rhk& rhk = skp.rhk(i);
    for (int j = 0; j < rhk.indikator_size(); ++j) {
      const bool no_aspek = measured && rhk.indikator(j).aspek() == v1::ASPEK_UNSPECIFIED;
      if (no_aspek) {
        findings->Add(kRules[kAspek], At(i, j, ".aspek"));
      } else {
        JudgeRepeats(rhk, i, j, findings);
      }
      if (measured) JudgeTarget(rhk.indikator(j).target(), i, j, findings);
    }
  }
  JudgeKeys(skp, findings);
}

std::span<const Rule> IndikatorRules() { return kRules; }

}  // namespace kinerja::validate
