// The unit against the reference data (skp-model §9.7). What is wrong here waits for an
// administrator; the record itself may be right.
#include <array>

#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::string_view kBasis = "skp-model §9.7";
constexpr std::array kRules = {
    Rule{"unit.unknown/1", v1::ERROR_REASON_UNOR_UNKNOWN, kBasis},
    Rule{"unit.inactive/1", v1::ERROR_REASON_UNOR_INACTIVE, kBasis},
    Rule{"unit.school/1", v1::ERROR_REASON_UNOR_MISMATCH, kBasis},
};
enum { kUnknown, kInactive, kSchool };

constexpr size_t kNpsnLength = 8;

}  // namespace

void JudgeUnit(const Record& record, Findings* findings) {
  const v1::Pegawai& pegawai = record.skp.pegawai();
  if (record.results_only || record.context.reference == nullptr || !pegawai.has_unor()) return;
  const reference::UnitResult found =
      record.context.reference->FindUnit(pegawai.instansi().kode_bkn(), pegawai.unor());
  if (found.unit == nullptr) return findings->Add(kRules[kUnknown], "pegawai.unor");
  if (found.match == reference::UnitMatch::kInactive) {
    findings->Add(kRules[kInactive], "pegawai.unor");
  }
  const std::string& npsn = pegawai.npsn();
  if (npsn.size() == kNpsnLength && npsn != found.unit->npsn()) {
    findings->Add(kRules[kSchool], "pegawai.npsn");
  }
}

std::span<const Rule> UnitRules() { return kRules; }

}  // namespace kinerja::validate
