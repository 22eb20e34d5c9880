// Ratings and predikat (skp-model §6). The scores of the older regimes: nilai_lama_rules.cc.
#include <array>

#include "absl/strings/str_cat.h"
#include "gateway/validate/days.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::array kRules = {
    Rule{"penilaian.predikat/1", v1::ERROR_REASON_PREDIKAT_MISMATCH, "skp-model §6.2", kFrom2022},
    Rule{"penilaian.rating/1", v1::ERROR_REASON_FIELD_REQUIRED, "skp-model §4.2", kFrom2022},
    Rule{"penilaian.results/1", v1::ERROR_REASON_FIELD_REQUIRED, "skp-model §11"},
};
enum { kPredikat, kRating, kResults };

constexpr std::array<v1::Rating, 3> kRatings = {
    v1::RATING_DI_ATAS_EKSPEKTASI, v1::RATING_SESUAI_EKSPEKTASI, v1::RATING_DI_BAWAH_EKSPEKTASI};

// The day that chooses the rules on an evaluation: its own, else the last of what it evaluates,
// else the last of the record.
std::optional<absl::CivilDay> DayOf(const v1::Evaluasi& evaluasi, const Record& record) {
  if (const auto day = ParseDay(evaluasi.tanggal())) return day;
  const v1::PeriodeBagian& periode = evaluasi.periode();
  if (const auto day = ParseDay(periode.selesai())) return day;
  if (const auto days = DaysOf(periode.tahun(), periode.jenis(), periode.urutan())) {
    return days->last;
  }
  return record.selesai;
}

// What the matrix gives for the ratings that are there, in words: one predikat, or those of a row
// or column. Empty when `reported` is among them, or no rating is there.
std::string OtherThan(v1::Predikat reported, v1::Rating hasil, v1::Rating perilaku) {
  const bool known_hasil = v1::Rating_IsValid(hasil) && hasil != v1::RATING_UNSPECIFIED;
  const bool known_perilaku = v1::Rating_IsValid(perilaku) && perilaku != v1::RATING_UNSPECIFIED;
  if (!known_hasil && !known_perilaku) return "";
  std::array<bool, v1::Predikat_ARRAYSIZE> possible = {};
  for (const v1::Rating h : kRatings) {
    for (const v1::Rating p : kRatings) {
      if ((known_hasil && h != hasil) || (known_perilaku && p != perilaku)) continue;
      possible[static_cast<size_t>(PredikatOf(h, p))] = true;
    }
  }
  if (possible[static_cast<size_t>(reported)]) return "";
  std::string words;
  for (int i = 1; i < v1::Predikat_ARRAYSIZE; ++i) {
    if (!possible[static_cast<size_t>(i)]) continue;
    absl::StrAppend(&words, words.empty() ? "" : " or ",
                    Word(Predikat_Name(static_cast<v1::Predikat>(i)), "PREDIKAT_"));
  }
  return words;
}

void JudgePredikat(const Record& record, const v1::Evaluasi& evaluasi, int i, Findings* findings) {
  const v1::Predikat reported = evaluasi.predikat_dilaporkan();
  if (reported == v1::PREDIKAT_UNSPECIFIED || !v1::Predikat_IsValid(reported)) return;
  if (PredikatOf(evaluasi.rating_hasil(), evaluasi.rating_perilaku()) == reported) return;
  if (!kRules[kPredikat].Applies(DayOf(evaluasi, record))) return;
  const std::string computed =
      OtherThan(reported, evaluasi.rating_hasil(), evaluasi.rating_perilaku());
  if (computed.empty()) return;
  const std::string& system =
      evaluasi.sumber().empty() ? record.skp.source().system() : evaluasi.sumber();
  findings->Add(kRules[kPredikat], absl::StrCat("evaluasi[", i, "].predikat_dilaporkan"),
                {{"system", system},
                 {"reported", Word(Predikat_Name(reported), "PREDIKAT_")},
                 {"computed", computed}});
}

// Guard of "nilai tahunan": both ratings set. A feed's format may have lost one; then the delivery
// waits (RATING_MISSING).
void JudgeRatings(const Record& record, const v1::Evaluasi& evaluasi, int i, Findings* findings) {
  if (!record.native || evaluasi.jenis() != v1::JENIS_EVALUASI_TAHUNAN) return;
  if (!kRules[kRating].Applies(DayOf(evaluasi, record))) return;
  if (evaluasi.rating_hasil() == v1::RATING_UNSPECIFIED) {
    findings->Add(kRules[kRating], absl::StrCat("evaluasi[", i, "].rating_hasil"));
  }
  if (evaluasi.rating_perilaku() == v1::RATING_UNSPECIFIED) {
    findings->Add(kRules[kRating], absl::StrCat("evaluasi[", i, "].rating_perilaku"));
  }
}

}  // namespace

v1::Predikat PredikatOf(v1::Rating hasil, v1::Rating perilaku) {
  if (hasil < v1::RATING_DI_ATAS_EKSPEKTASI || hasil > v1::RATING_DI_BAWAH_EKSPEKTASI ||
      perilaku < v1::RATING_DI_ATAS_EKSPEKTASI || perilaku > v1::RATING_DI_BAWAH_EKSPEKTASI) {
    return v1::PREDIKAT_UNSPECIFIED;
  }
  // Rows: hasil; columns: perilaku; both di atas, sesuai, di bawah.
  constexpr v1::Predikat kMatrix[3][3] = {
      {v1::PREDIKAT_SANGAT_BAIK, v1::PREDIKAT_BAIK, v1::PREDIKAT_KURANG},
      {v1::PREDIKAT_BAIK, v1::PREDIKAT_BAIK, v1::PREDIKAT_KURANG},
      {v1::PREDIKAT_BUTUH_PERBAIKAN, v1::PREDIKAT_BUTUH_PERBAIKAN, v1::PREDIKAT_SANGAT_KURANG},
  };
  return kMatrix[hasil - 1][perilaku - 1];
}

void JudgePenilaian(const Record& record, Findings* findings) {
  const v1::Skp& skp = record.skp;
  if (record.results_only && skp.evaluasi_size() == 0) findings->Add(kRules[kResults], "evaluasi");
  for (int i = 0; i < skp.evaluasi_size(); ++i) {
    JudgePredikat(record, skp.evaluasi(i), i, findings);
    JudgeRatings(record, skp.evaluasi(i), i, findings);
  }
}

std::span<const Rule> PenilaianRules() { return kRules; }

}  // namespace kinerja::validate
