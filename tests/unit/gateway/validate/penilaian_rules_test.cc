#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

constexpr auto kAtas = v1::RATING_DI_ATAS_EKSPEKTASI;
constexpr auto kSesuai = v1::RATING_SESUAI_EKSPEKTASI;
constexpr auto kBawah = v1::RATING_DI_BAWAH_EKSPEKTASI;

struct Cell {
  v1::Rating hasil;
  v1::Rating perilaku;
  v1::Predikat predikat;
};
// The nine cells of skp-model §6.2, written out.
constexpr Cell kCells[] = {
    {kAtas, kBawah, v1::PREDIKAT_KURANG},          {kAtas, kSesuai, v1::PREDIKAT_BAIK},
    {kAtas, kAtas, v1::PREDIKAT_SANGAT_BAIK},      {kSesuai, kBawah, v1::PREDIKAT_KURANG},
    {kSesuai, kSesuai, v1::PREDIKAT_BAIK},         {kSesuai, kAtas, v1::PREDIKAT_BAIK},
    {kBawah, kBawah, v1::PREDIKAT_SANGAT_KURANG},  {kBawah, kSesuai, v1::PREDIKAT_BUTUH_PERBAIKAN},
    {kBawah, kAtas, v1::PREDIKAT_BUTUH_PERBAIKAN},
};

v1::Skp Evaluated(v1::Rating hasil, v1::Rating perilaku, v1::Predikat reported) {
  v1::Skp skp = support::MakeEvaluatedSkp();
  skp.mutable_evaluasi(0)->set_rating_hasil(hasil);
  skp.mutable_evaluasi(0)->set_rating_perilaku(perilaku);
  skp.mutable_evaluasi(0)->set_predikat_dilaporkan(reported);
  return skp;
}

const std::string kMismatch = "reject PREDIKAT_MISMATCH evaluasi[0].predikat_dilaporkan";

TEST(PenilaianRulesTest, OnlyThePredikatOfTheMatrixIsTaken) {
  for (const Cell& cell : kCells) {
    for (int reported = 1; reported < v1::Predikat_ARRAYSIZE; ++reported) {
      SCOPED_TRACE(absl::StrCat(cell.hasil, " ", cell.perilaku, " ", reported));
      const auto words =
          Judge(Evaluated(cell.hasil, cell.perilaku, static_cast<v1::Predikat>(reported)));
      if (reported == cell.predikat) {
        EXPECT_THAT(words, testing::IsEmpty());
      } else {
        EXPECT_THAT(words, testing::ElementsAre(kMismatch));
      }
    }
  }
}

TEST(PenilaianRulesTest, NothingReportedIsRight) {
  EXPECT_THAT(Judge(Evaluated(kAtas, kAtas, v1::PREDIKAT_UNSPECIFIED)), testing::IsEmpty());
}

TEST(PenilaianRulesTest, ALostRatingLeavesARowOrColumn) {
  const auto none = v1::RATING_UNSPECIFIED;
  const auto judge = [](const v1::Skp& skp) { return Judge(skp, MakeFeedContext()); };
  EXPECT_THAT(judge(Evaluated(kSesuai, none, v1::PREDIKAT_BAIK)), testing::IsEmpty());
  EXPECT_THAT(judge(Evaluated(kSesuai, none, v1::PREDIKAT_SANGAT_BAIK)),
              testing::ElementsAre(kMismatch));
  EXPECT_THAT(judge(Evaluated(none, kBawah, v1::PREDIKAT_SANGAT_KURANG)), testing::IsEmpty());
  EXPECT_THAT(judge(Evaluated(none, kBawah, v1::PREDIKAT_BAIK)), testing::ElementsAre(kMismatch));
  EXPECT_THAT(judge(Evaluated(none, none, v1::PREDIKAT_BAIK)), testing::IsEmpty());
}

TEST(PenilaianRulesTest, ANativeYearlyEvaluationHasBothRatings) {
  const auto none = v1::RATING_UNSPECIFIED;
  EXPECT_THAT(Judge(Evaluated(none, none, v1::PREDIKAT_UNSPECIFIED)),
              testing::ElementsAre("reject FIELD_REQUIRED evaluasi[0].rating_hasil",
                                   "reject FIELD_REQUIRED evaluasi[0].rating_perilaku"));
  v1::Skp periodic = support::MakeSkp();
  *periodic.add_evaluasi() = support::MakeTriwulan(2025, 1);
  periodic.mutable_evaluasi(0)->clear_rating_perilaku();
  EXPECT_THAT(Judge(periodic), testing::IsEmpty());
}

TEST(PenilaianRulesTest, NamesTheSystemThatComputedAndBothWords) {
  v1::Skp skp = Evaluated(kBawah, kSesuai, v1::PREDIKAT_SANGAT_BAIK);
  auto found = Validator().Validate(skp, MakeContext());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].metadata, (schema::Metadata{{"system", "bkd-9901"},
                                                 {"reported", "SANGAT_BAIK"},
                                                 {"computed", "BUTUH_PERBAIKAN"}}));
  skp.mutable_evaluasi(0)->set_sumber("bkn");
  skp.mutable_evaluasi(0)->clear_rating_perilaku();
  found = Validator().Validate(skp, MakeFeedContext());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].metadata,
            (schema::Metadata{{"system", "bkn"},
                              {"reported", "SANGAT_BAIK"},
                              {"computed", "BUTUH_PERBAIKAN or SANGAT_KURANG"}}));
}

// A rule on an evaluation is chosen by its date, else by the last day of what it evaluates.
TEST(PenilaianRulesTest, TheMatrixIsARuleFrom2022On) {
  v1::Skp skp = Evaluated(kAtas, kAtas, v1::PREDIKAT_BAIK);
  skp.set_regime(v1::REGIME_PP30_2019);
  SetPeriode(skp, "2021-07-01", "2021-12-31", v1::JENIS_PERIODE_SEMESTER, 2);
  v1::PeriodeBagian& periode = *skp.mutable_evaluasi(0)->mutable_periode();
  periode.set_tahun(2021);
  periode.set_jenis(v1::JENIS_PERIODE_SEMESTER);
  periode.set_urutan(2);
  const auto on = [](std::string tanggal) {
    return [=](v1::Skp& changed) { changed.mutable_evaluasi(0)->set_tanggal(tanggal); };
  };
  Check(skp, {{"LastDayBefore", on("2021-12-31"), {}},
              {"FirstDay", on("2022-01-01"), {kMismatch}},
              {"LastDayOfThePeriod", on(""), {}}});
}

TEST(PenilaianRulesTest, ResultsHaveAnEvaluation) {
  Check(support::MakeResultsOnlySkp(), {{"None",
                                         [](v1::Skp& skp) {
                                           skp.clear_evaluasi();
                                           skp.set_status(v1::STATUS_SKP_DIGANTI);
                                         },
                                         {"reject FIELD_REQUIRED evaluasi"}}});
}

}  // namespace
}  // namespace kinerja::validate
