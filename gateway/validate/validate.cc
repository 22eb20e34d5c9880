#include "gateway/validate/validate.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "gateway/validate/nilai_lama.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

struct Family {
  void (*judge)(const Record&, Findings*);
  std::span<const Rule> (*rules)();
};

// The families, in the order of skp-model §12.
constexpr std::array kFamilies = {
    Family{JudgeNip, NipRules},
    Family{JudgePenilai, PenilaiRules},
    Family{JudgeUnit, UnitRules},
    Family{JudgePeriode, PeriodeRules},
    Family{JudgeRhk, RhkRules},
    Family{JudgeIndikator, IndikatorRules},
    Family{JudgePerilaku, PerilakuRules},
    Family{JudgePenilaian, PenilaianRules},
    Family{JudgeNilaiLama, NilaiLamaRules},
    Family{JudgeStatus, StatusRules},
    Family{JudgePmm, PmmRules},
};

// A field rule and a family may find the same thing; it is named once, in field order.
void SortAndUnite(std::vector<schema::Violation>* found) {
  if (found->size() < 2) return;
  schema::SortByField(v1::Skp::descriptor(), found);
  size_t kept = 0;
  for (size_t i = 0; i < found->size(); ++i) {
    schema::Violation& candidate = (*found)[i];
    bool repeated = false;
    for (size_t j = kept; j-- > 0 && (*found)[j].field == candidate.field;) {
      repeated = repeated || (*found)[j].reason == candidate.reason;
    }
    if (repeated) continue;
    if (kept != i) (*found)[kept] = std::move(candidate);
    ++kept;
  }
  found->resize(kept);
}

RuleRow RowOf(const Rule& rule) {
  const size_t slash = rule.id.find('/');
  RuleRow row{rule.id.substr(0, slash), 0, rule.reason, rule.valid_from, rule.valid_to, rule.basis};
  std::from_chars(rule.id.data() + slash + 1, rule.id.data() + rule.id.size(), row.version);
  return row;
}

}  // namespace

Validator::Validator() : checker_(v1::Skp::descriptor()) {}

std::vector<schema::Violation> Validator::Validate(const v1::Skp& skp,
                                                   const Context& context) const {
  const Record record(skp, context);
  std::vector<schema::Violation> found;
  checker_.Check(skp, {.results_only = record.results_only, .draft = record.draft}, "", &found);
  Findings findings(record, &found);
  for (const Family& family : kFamilies) family.judge(record, &findings);
  SortAndUnite(&found);
  return found;
}

const std::vector<RuleRow>& Validator::Rules() {
  static const std::vector<RuleRow>& rules = *new std::vector<RuleRow>([] {
    std::vector<RuleRow> all;
    for (const Family& family : kFamilies) {
      for (const Rule& rule : family.rules()) all.push_back(RowOf(rule));
    }
    return all;
  }());
  return rules;
}

void Derive(v1::Skp* skp) {
  if (const v1::NipJenis kind = NipKind(skp->pegawai().nip()); kind != v1::NIP_JENIS_UNSPECIFIED) {
    skp->mutable_pegawai()->set_nip_jenis(kind);
  } else if (skp->has_pegawai()) {
    skp->mutable_pegawai()->clear_nip_jenis();
  }
  for (v1::Evaluasi& evaluasi : *skp->mutable_evaluasi()) {
    evaluasi.set_predikat_dihitung(PredikatOf(evaluasi.rating_hasil(), evaluasi.rating_perilaku()));
  }
  if (!skp->has_nilai_lama()) return;
  skp->mutable_nilai_lama()->clear_dihitung();
  v1::AngkaNilaiLama computed = Recompute(*skp, FormulaOf(*skp));
  if (computed.ByteSizeLong() != 0) {
    *skp->mutable_nilai_lama()->mutable_dihitung() = std::move(computed);
  }
}

}  // namespace kinerja::validate
