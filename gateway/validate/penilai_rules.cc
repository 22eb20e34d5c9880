// Who rates (skp-model §3).
#include <array>

#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::string_view kBasis = "skp-model §3";
constexpr std::array kRules = {
    Rule{"penilai.missing/1", v1::ERROR_REASON_ATASAN_MISSING, kBasis},
    Rule{"penilai.self/1", v1::ERROR_REASON_ATASAN_SELF, kBasis},
};
enum { kMissing, kSelf };

// Whether two cleaned numbers name one person; two empty ones name nobody.
bool Same(const std::string& a, const std::string& b) { return !a.empty() && a == b; }

void JudgeMissing(const v1::Skp& skp, Findings* findings) {
  const v1::PenilaiRef& penilai = skp.penilai();
  const bool asn = !penilai.has_asn() || penilai.asn();
  if (penilai.nip().empty() && penilai.nama().empty()) {
    findings->Add(kRules[kMissing], "penilai");
  } else if (penilai.nip().empty() && asn) {
    findings->Add(kRules[kMissing], "penilai.nip");
  }
}

}  // namespace

void JudgePenilai(const Record& record, Findings* findings) {
  const v1::Skp& skp = record.skp;
  if (!record.results_only) JudgeMissing(skp, findings);
  const std::string& pegawai = skp.pegawai().nip();
  const std::string& penilai = skp.penilai().nip();
  const std::string& atasan = skp.atasan_penilai().nip();
  if (Same(penilai, pegawai)) findings->Add(kRules[kSelf], "penilai.nip");
  if (Same(atasan, penilai) || Same(atasan, pegawai)) {
    findings->Add(kRules[kSelf], "atasan_penilai.nip");
  }
}

std::span<const Rule> PenilaiRules() { return kRules; }

}  // namespace kinerja::validate
