#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

void DropOne(v1::Skp& skp) { skp.mutable_perilaku()->RemoveLast(); }

TEST(PerilakuRulesTest, NeedsEachValueOnce) {
  Check({
      {"Six", DropOne, {"reject PERILAKU_INCOMPLETE perilaku"}},
      {"None", [](v1::Skp& skp) { skp.clear_perilaku(); }, {"reject PERILAKU_INCOMPLETE perilaku"}},
      {"Twice",
       [](v1::Skp& skp) { skp.add_perilaku()->set_nilai_inti(v1::NILAI_INTI_LOYAL); },
       {"reject PERILAKU_DUPLICATE perilaku[7]"}},
      {"OneTwiceAndOneMissing",
       [](v1::Skp& skp) { skp.mutable_perilaku(6)->set_nilai_inti(v1::NILAI_INTI_LOYAL); },
       {"reject PERILAKU_INCOMPLETE perilaku", "reject PERILAKU_DUPLICATE perilaku[6]"}},
  });
}

TEST(PerilakuRulesTest, OnlyWarnsWhereTheRecordIsNotNative) {
  Check({{"Feed", DropOne, {"warning PERILAKU_INCOMPLETE perilaku"}}}, MakeFeedContext());
  Check({{"Draft",
          [](v1::Skp& skp) {
            DropOne(skp);
            skp.mutable_riwayat_status()->DeleteSubrange(1, 2);
            skp.set_status(v1::STATUS_SKP_DRAFT);
          },
          {"warning PERILAKU_INCOMPLETE perilaku"}}});
}

// The period's first day decides: BerAKHLAK came with PermenPANRB 6/2022.
TEST(PerilakuRulesTest, IsARuleFrom2022On) {
  const auto in = [](std::string mulai, std::string selesai, v1::Regime regime) {
    return [=](v1::Skp& skp) {
      skp.clear_perilaku();
      skp.set_regime(regime);
      SetPeriode(skp, mulai, selesai, v1::JENIS_PERIODE_KHUSUS, 0);
    };
  };
  Check({
      {"LastDayBefore", in("2021-12-31", "2021-12-31", v1::REGIME_PP30_2019), {}},
      {"FirstDay",
       in("2022-01-01", "2022-01-01", v1::REGIME_PERMENPANRB6_2022),
       {"reject PERILAKU_INCOMPLETE perilaku"}},
  });
  Check(support::MakeResultsOnlySkp(), {{"ResultsHaveNone", [](v1::Skp&) {}, {}}});
}

TEST(PerilakuRulesTest, NamesWhatIsMissing) {
  v1::Skp skp = support::MakeSkp();
  skp.mutable_perilaku()->DeleteSubrange(0, 2);
  const auto found = Validator().Validate(skp, MakeContext());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].metadata,
            (schema::Metadata{{"missing", "BERORIENTASI_PELAYANAN, AKUNTABEL"}}));
}

}  // namespace
}  // namespace kinerja::validate
