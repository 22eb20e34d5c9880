// Scores of PP 46/2011 and PP 30/2019 against what the formulas give (skp-model §1.1, §1.2).
#include <array>

#include "absl/strings/str_cat.h"
#include "gateway/validate/days.h"
#include "gateway/validate/nilai_lama.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::array kRules = {
    Rule{"nilai_lama.score/1", v1::ERROR_REASON_SCORE_MISMATCH, "skp-model §1.2", "", kLastOfPp30},
    Rule{"nilai_lama.sebutan/1", v1::ERROR_REASON_SCORE_MISMATCH, "skp-model §1.1", "",
         kLastOfPp30},
    Rule{"nilai_lama.sebutan_word/1", v1::ERROR_REASON_ENUM_UNKNOWN, "skp-model §1", "",
         kLastOfPp30},
};
enum { kScore, kSebutan, kSebutanWord };

// Beyond this a difference is no rounding.
constexpr Decimal kTolerance = Decimal::Of(5);

std::string SebutanWord(v1::SebutanLama sebutan) {
  return Word(SebutanLama_Name(sebutan), "SEBUTAN_LAMA_");
}

// What every finding of a score carries besides its field.
class Scores {
 public:
  Scores(const v1::Skp& skp, Findings* findings) : skp_(skp), findings_(findings) {}

  void Compare(const std::string& reported, const std::string& computed, const char* leaf) {
    const auto theirs = Decimal::Parse(reported);
    const auto ours = Decimal::Parse(computed);
    if (!theirs || !ours) return;
    const Decimal difference = *theirs - *ours;
    if (difference <= kTolerance && Decimal() - difference <= kTolerance) return;
    Add(kRules[kScore], leaf, reported, computed);
  }

  void Add(const Rule& rule, const char* leaf, std::string reported, std::string computed) {
    findings_->Add(rule, absl::StrCat("nilai_lama.dilaporkan.", leaf),
                   {{"system", skp_.source().system()},
                    {"reported", std::move(reported)},
                    {"computed", std::move(computed)}});
  }

 private:
  const v1::Skp& skp_;
  Findings* findings_;
};

void CompareRows(const v1::AngkaNilaiLama& reported, const v1::AngkaNilaiLama& computed,
                 Scores* scores) {
  for (int i = 0; i < reported.baris_size(); ++i) {
    const v1::NilaiBaris& theirs = reported.baris(i);
    for (const v1::NilaiBaris& ours : computed.baris()) {
      if (theirs.rhk_id().empty() || ours.rhk_id() != theirs.rhk_id()) continue;
      scores->Compare(theirs.perhitungan(), ours.perhitungan(),
                      absl::StrCat("baris[", i, "].perhitungan").c_str());
      scores->Compare(theirs.nilai_capaian(), ours.nilai_capaian(),
                      absl::StrCat("baris[", i, "].nilai_capaian").c_str());
    }
  }
}

// Each regime has its own lowest word.
bool IsWordOf(v1::SebutanLama sebutan, FormulaLama formula) {
  return sebutan !=
         (formula == FormulaLama::kPp46 ? v1::SEBUTAN_LAMA_SANGAT_KURANG : v1::SEBUTAN_LAMA_BURUK);
}

// The word is judged by the score it was reported with, so that one mistake is named once.
void JudgeSebutan(const v1::AngkaNilaiLama& reported, const v1::AngkaNilaiLama& computed,
                  FormulaLama formula, Scores* scores, Findings* findings) {
  const v1::SebutanLama word = reported.sebutan();
  if (word == v1::SEBUTAN_LAMA_UNSPECIFIED || !v1::SebutanLama_IsValid(word)) return;
  if (!IsWordOf(word, formula)) {
    const bool pp46 = formula == FormulaLama::kPp46;
    return findings->Add(kRules[kSebutanWord], "nilai_lama.dilaporkan.sebutan",
                         {{"allowed", absl::StrCat("SANGAT_BAIK, BAIK, CUKUP, KURANG, ",
                                                   pp46 ? "BURUK" : "SANGAT_KURANG")}});
  }
  auto score = Decimal::Parse(reported.nilai_prestasi());
  if (!score) score = Decimal::Parse(computed.nilai_prestasi());
  if (!score) return;
  const v1::SebutanLama wanted = SebutanOf(*score, formula);
  if (word != wanted) {
    scores->Add(kRules[kSebutan], "sebutan", SebutanWord(word), SebutanWord(wanted));
  }
}

}  // namespace

void JudgeNilaiLama(const Record& record, Findings* findings) {
  const v1::Skp& skp = record.skp;
  if (!skp.has_nilai_lama()) return;
  const FormulaLama formula = FormulaOf(skp);
  if (formula == FormulaLama::kNone) return;
  const v1::AngkaNilaiLama& reported = skp.nilai_lama().dilaporkan();
  const v1::AngkaNilaiLama computed = Recompute(skp, formula);
  Scores scores(skp, findings);
  scores.Compare(reported.nilai_skp(), computed.nilai_skp(), "nilai_skp");
  scores.Compare(reported.nilai_perilaku(), computed.nilai_perilaku(), "nilai_perilaku");
  scores.Compare(reported.nilai_prestasi(), computed.nilai_prestasi(), "nilai_prestasi");
  JudgeSebutan(reported, computed, formula, &scores, findings);
  CompareRows(reported, computed, &scores);
}

std::span<const Rule> NilaiLamaRules() { return kRules; }

}  // namespace kinerja::validate
