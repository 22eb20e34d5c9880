// Points of competence development (skp-model §9.4).
#include <array>

#include "absl/strings/str_cat.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::string_view kBasis = "skp-model §9.4";
constexpr std::array kRules = {
    Rule{"pmm.row/1", v1::ERROR_REASON_POIN_MISMATCH, kBasis},
    Rule{"pmm.total/1", v1::ERROR_REASON_POIN_MISMATCH, kBasis},
    Rule{"pmm.range/1", v1::ERROR_REASON_POIN_OUT_OF_RANGE, kBasis},
    Rule{"pmm.rate/1", v1::ERROR_REASON_POIN_RATE_UNUSUAL, kBasis},
};
enum { kRow, kTotal, kRange, kRate };

constexpr int kFewest = 32;
constexpr int kMost = 128;

void JudgeRow(const Record& record, int i, Findings* findings) {
  const v1::BarisKompetensi& row = record.skp.pengembangan_kompetensi().baris(i);
  if (!row.has_poin_satuan()) return;
  const int64_t product = int64_t{row.jumlah()} * row.poin_satuan();
  if (row.has_poin() && product != row.poin()) {
    findings->Add(kRules[kRow], absl::StrCat("pengembangan_kompetensi.baris[", i, "].poin"),
                  {{"computed", absl::StrCat(product)}});
  }
  const auto peran = static_cast<size_t>(row.peran());
  const int usual = peran < record.context.points.size() ? record.context.points[peran] : 0;
  if (usual != 0 && row.poin_satuan() != usual) {
    findings->Add(kRules[kRate], absl::StrCat("pengembangan_kompetensi.baris[", i, "].poin_satuan"),
                  {{"usual", absl::StrCat(usual)}});
  }
}

void JudgeTotal(const Record& record, Findings* findings) {
  const v1::PengembanganKompetensi& plan = record.skp.pengembangan_kompetensi();
  if (!plan.has_total_poin()) return;
  int64_t sum = 0;
  bool readable = true;
  for (const v1::BarisKompetensi& row : plan.baris()) {
    readable = readable && row.has_poin();
    sum += row.poin();
  }
  if (readable && sum != plan.total_poin()) {
    findings->Add(kRules[kTotal], "pengembangan_kompetensi.total_poin",
                  {{"computed", absl::StrCat(sum)}});
  }
  const bool semester = record.skp.periode().jenis() == v1::JENIS_PERIODE_SEMESTER;
  if (semester && (plan.total_poin() < kFewest || plan.total_poin() > kMost)) {
    findings->Add(kRules[kRange], "pengembangan_kompetensi.total_poin");
  }
}

}  // namespace

void JudgePmm(const Record& record, Findings* findings) {
  if (!record.skp.has_pengembangan_kompetensi()) return;
  for (int i = 0; i < record.skp.pengembangan_kompetensi().baris_size(); ++i) {
    JudgeRow(record, i, findings);
  }
  JudgeTotal(record, findings);
}

std::span<const Rule> PmmRules() { return kRules; }

}  // namespace kinerja::validate
