#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

void MakeDraft(v1::Skp& skp) {
  skp.mutable_riwayat_status()->DeleteSubrange(1, 2);
  skp.set_status(v1::STATUS_SKP_DRAFT);
}

TEST(RhkRulesTest, NeedsResultsWithText) {
  Check({
      {"None", [](v1::Skp& skp) { skp.clear_rhk(); }, {"reject RHK_EMPTY rhk"}},
      {"NoText",
       [](v1::Skp& skp) { skp.mutable_rhk(1)->clear_uraian(); },
       {"reject RHK_EMPTY rhk[1].uraian"}},
      {"Blanks",
       [](v1::Skp& skp) { skp.mutable_rhk(1)->set_uraian(" \t\u00a0 "); },
       {"reject RHK_EMPTY rhk[1].uraian"}},
      {"Draft",
       [](v1::Skp& skp) {
         MakeDraft(skp);
         skp.clear_rhk();
       },
       {"warning RHK_EMPTY rhk"}},
  });
  Check(support::MakeResultsOnlySkp(), {{"ResultsHaveNone", [](v1::Skp&) {}, {}}});
}

TEST(RhkRulesTest, NeedsOneOfTheMainDuty) {
  const auto all = [](v1::Klasifikasi klasifikasi) {
    return [=](v1::Skp& skp) {
      for (v1::Rhk& rhk : *skp.mutable_rhk()) rhk.set_klasifikasi(klasifikasi);
    };
  };
  Check({
      {"AllTambahan", all(v1::KLASIFIKASI_TAMBAHAN), {"reject RHK_NO_UTAMA rhk"}},
      {"OneUtama",
       [&](v1::Skp& skp) {
         all(v1::KLASIFIKASI_TAMBAHAN)(skp);
         skp.mutable_rhk(0)->set_klasifikasi(v1::KLASIFIKASI_UTAMA);
       },
       {}},
      {"UnknownMayBeUtama",
       [&](v1::Skp& skp) {
         all(v1::KLASIFIKASI_TAMBAHAN)(skp);
         skp.mutable_rhk(0)->clear_klasifikasi();
       },
       {"reject FIELD_REQUIRED rhk[0].klasifikasi"}},
      {"Draft",
       [&](v1::Skp& skp) {
         MakeDraft(skp);
         all(v1::KLASIFIKASI_TAMBAHAN)(skp);
       },
       {"warning RHK_NO_UTAMA rhk"}},
  });
}

TEST(RhkRulesTest, NoTwoAreTheSameAfterFolding) {
  const auto repeat = [](auto change) {
    return [=](v1::Skp& skp) {
      v1::Rhk& rhk = *skp.mutable_rhk(1);
      rhk.set_uraian("  TERLAKSANANYA  pembelajaran kelas IV\tsesuai kurikulum ");
      rhk.mutable_rhk_pimpinan()->set_text(
          "terlaksananya proses pembelajaran di satuan pendidikan");
      change(rhk);
    };
  };
  Check({
      {"Same", repeat([](v1::Rhk&) {}), {"reject RHK_DUPLICATE rhk[1]"}},
      {"OtherText", repeat([](v1::Rhk& rhk) { rhk.set_uraian("Lain"); }), {}},
      {"OtherSuperior",
       repeat([](v1::Rhk& rhk) { rhk.mutable_rhk_pimpinan()->set_text("Lain"); }),
       {}},
      {"SuperiorById",
       repeat([](v1::Rhk& rhk) { rhk.mutable_rhk_pimpinan()->set_rhk_id("atasan-1"); }),
       {}},
      {"OtherKlasifikasi",
       repeat([](v1::Rhk& rhk) { rhk.set_klasifikasi(v1::KLASIFIKASI_TAMBAHAN); }),
       {}},
      {"SameKey",
       [](v1::Skp& skp) { skp.mutable_rhk(2)->set_rhk_id("r-1"); },
       {"reject RHK_DUPLICATE rhk[2].rhk_id"}},
  });
}

TEST(RhkRulesTest, NamesTheOneThatIsRepeated) {
  v1::Skp skp = support::MakeSkp();
  *skp.add_rhk() = skp.rhk(1);
  skp.mutable_rhk(3)->set_rhk_id("r-4");
  skp.mutable_rhk(3)->clear_indikator();
  *skp.mutable_rhk(3)->add_indikator() = skp.rhk(1).indikator(0);
  skp.mutable_rhk(3)->mutable_indikator(0)->set_indikator_id("i-4-1");
  const auto found = Validator().Validate(skp, MakeContext());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(InWords(found[0]), "reject RHK_DUPLICATE rhk[3]");
  EXPECT_EQ(found[0].metadata, (schema::Metadata{{"other", "rhk[1]"}}));
}

TEST(RhkRulesTest, MainDutySupportsASuperiorResult) {
  const auto without = [](auto change) {
    return [=](v1::Skp& skp) {
      skp.mutable_rhk(0)->clear_rhk_pimpinan();
      change(skp);
    };
  };
  const std::vector<std::string> missing = {"reject RHK_INTERVENSI_MISSING rhk[0].rhk_pimpinan"};
  Check({
      {"None", without([](v1::Skp&) {}), missing},
      {"Blank", [](v1::Skp& skp) { skp.mutable_rhk(0)->mutable_rhk_pimpinan()->set_text(" "); },
       missing},
      {"ById",
       [](v1::Skp& skp) { skp.mutable_rhk(0)->mutable_rhk_pimpinan()->set_rhk_id("a-1"); },
       {}},
      {"FormA", without([](v1::Skp& skp) { skp.set_model(v1::MODEL_SKP_JPT_MANDIRI); }), {}},
      {"PmmCompetence",
       without(
           [](v1::Skp& skp) { skp.mutable_rhk(0)->set_kategori_pmm(v1::KATEGORI_PMM_KOMPETENSI); }),
       {}},
      {"PmmPractice", without([](v1::Skp& skp) {
         skp.mutable_rhk(0)->set_kategori_pmm(v1::KATEGORI_PMM_PRAKTIK);
       }),
       missing},
      {"Draft", without(MakeDraft), {"warning RHK_INTERVENSI_MISSING rhk[0].rhk_pimpinan"}},
  });
  Check(
      {{"Feed", without([](v1::Skp&) {}), {"warning RHK_INTERVENSI_MISSING rhk[0].rhk_pimpinan"}}},
      MakeFeedContext());
}

// Cascading came with PermenPANRB 6/2022; extra duties of PP 46 have no indicators.
TEST(RhkRulesTest, RulesFollowTheFirstDayOfThePeriod) {
  const auto in = [](std::string day, v1::Regime regime) {
    return [=](v1::Skp& skp) {
      skp.set_regime(regime);
      SetPeriode(skp, day, day, v1::JENIS_PERIODE_KHUSUS, 0);
      skp.mutable_rhk(0)->clear_rhk_pimpinan();
      skp.mutable_rhk(2)->clear_indikator();
    };
  };
  const std::string intervensi = "reject RHK_INTERVENSI_MISSING rhk[0].rhk_pimpinan";
  const std::string indikator = "reject INDIKATOR_MISSING rhk[2].indikator";
  Check({
      {"LastDayOfPp46", in("2021-06-30", v1::REGIME_PP46_2011), {}},
      {"FirstDayOfPp30", in("2021-07-01", v1::REGIME_PP30_2019), {indikator}},
      {"LastDayOfPp30", in("2021-12-31", v1::REGIME_PP30_2019), {indikator}},
      {"FirstDayOf2022", in("2022-01-01", v1::REGIME_PERMENPANRB6_2022), {intervensi, indikator}},
  });
}

TEST(RhkRulesTest, EachHasAnIndicator) {
  Check({
      {"Utama",
       [](v1::Skp& skp) { skp.mutable_rhk(0)->clear_indikator(); },
       {"reject INDIKATOR_MISSING rhk[0].indikator"}},
      {"UtamaOfPp46",
       [](v1::Skp& skp) {
         skp.set_regime(v1::REGIME_PP46_2011);
         SetPeriode(skp, "2019-01-01", "2019-12-31", v1::JENIS_PERIODE_TAHUN, 1);
         skp.mutable_rhk(0)->clear_indikator();
       },
       {"reject INDIKATOR_MISSING rhk[0].indikator"}},
      {"Draft",
       [](v1::Skp& skp) {
         MakeDraft(skp);
         skp.mutable_rhk(0)->clear_indikator();
       },
       {"warning INDIKATOR_MISSING rhk[0].indikator"}},
  });
}

}  // namespace
}  // namespace kinerja::validate
