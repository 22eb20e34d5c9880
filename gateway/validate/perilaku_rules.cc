// The seven values of BerAKHLAK (skp-model §5.1).
#include <array>

#include "absl/strings/str_cat.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::string_view kBasis = "skp-model §5.1";
constexpr std::array kRules = {
    Rule{"perilaku.incomplete/1", v1::ERROR_REASON_PERILAKU_INCOMPLETE, kBasis, kFrom2022},
    Rule{"perilaku.duplicate/1", v1::ERROR_REASON_PERILAKU_DUPLICATE, kBasis},
};
enum { kIncomplete, kDuplicate };

constexpr unsigned kAllSeven = 0b1111'1110;

void AddIncomplete(unsigned seen, Findings* findings) {
  std::string missing;
  for (int value = v1::NilaiInti_MIN + 1; value <= v1::NilaiInti_MAX; ++value) {
    if ((seen >> value & 1U) != 0) continue;
    absl::StrAppend(&missing, missing.empty() ? "" : ", ",
                    Word(NilaiInti_Name(static_cast<v1::NilaiInti>(value)), "NILAI_INTI_"));
  }
  findings->Add(kRules[kIncomplete], "perilaku", {{"missing", missing}});
}

}  // namespace

void JudgePerilaku(const Record& record, Findings* findings) {
  if (record.results_only) return;
  unsigned seen = 0;  // one bit per value
  for (int i = 0; i < record.skp.perilaku_size(); ++i) {
    const v1::NilaiInti value = record.skp.perilaku(i).nilai_inti();
    if (value == v1::NILAI_INTI_UNSPECIFIED || !v1::NilaiInti_IsValid(value)) continue;
    const unsigned bit = 1U << static_cast<unsigned>(value);
    if ((seen & bit) != 0) findings->Add(kRules[kDuplicate], absl::StrCat("perilaku[", i, "]"));
    seen |= bit;
  }
  if (seen != kAllSeven && kRules[kIncomplete].Applies(record.plan_day)) {
    AddIncomplete(seen, findings);
  }
}

std::span<const Rule> PerilakuRules() { return kRules; }

}  // namespace kinerja::validate
