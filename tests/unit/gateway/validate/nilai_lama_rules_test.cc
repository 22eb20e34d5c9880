#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

using support::EqualsProto;

void AddIndikator(v1::Skp& skp, v1::Rhk& rhk, v1::Aspek aspek, const std::string& target,
                  const std::string& realised) {
  v1::Indikator* indikator = rhk.add_indikator();
  indikator->set_indikator_id(absl::StrCat(rhk.rhk_id(), "-", aspek));
  indikator->set_aspek(aspek);
  indikator->set_uraian(rhk.uraian());
  indikator->mutable_target()->set_jenis(v1::JENIS_NILAI_ANGKA);
  indikator->mutable_target()->set_nilai(target);
  v1::Realisasi* realisasi = skp.add_realisasi();
  realisasi->set_indikator_id(indikator->indikator_id());
  realisasi->mutable_periode()->set_tahun(2019);
  realisasi->mutable_periode()->set_jenis(v1::JENIS_PERIODE_TAHUN);
  realisasi->mutable_periode()->set_urutan(1);
  realisasi->mutable_nilai()->set_jenis(v1::JENIS_NILAI_ANGKA);
  realisasi->mutable_nilai()->set_nilai(realised);
}

// One row: target and realised of kuantitas, kualitas, waktu and, where given, biaya.
void AddRow(v1::Skp& skp, const std::string& id,
            std::vector<std::pair<const char*, const char*>> parts, const std::string& perhitungan,
            const std::string& capaian) {
  v1::Rhk& rhk = *skp.add_rhk();
  rhk.set_rhk_id(id);
  rhk.set_klasifikasi(v1::KLASIFIKASI_UTAMA);
  rhk.set_uraian("Kegiatan " + id);
  for (size_t i = 0; i < parts.size(); ++i) {
    AddIndikator(skp, rhk, static_cast<v1::Aspek>(i + 1), parts[i].first, parts[i].second);
  }
  v1::NilaiBaris* baris = skp.mutable_nilai_lama()->mutable_dilaporkan()->add_baris();
  baris->set_rhk_id(id);
  baris->set_perhitungan(perhitungan);
  baris->set_nilai_capaian(capaian);
}

// The numbers of a public PP 46 form: three rows, one extra duty, five aspects.
v1::Skp MakePp46() {
  v1::Skp skp = support::MakeSkp();
  skp.set_regime(v1::REGIME_PP46_2011);
  SetPeriode(skp, "2019-01-02", "2019-12-31", v1::JENIS_PERIODE_TAHUN, 1);
  skp.mutable_riwayat_status()->Clear();
  support::AppendStatus(&skp, v1::STATUS_SKP_FINAL, "");
  skp.clear_rhk();
  skp.clear_perilaku();
  skp.mutable_pegawai()->clear_jenis_jabatan();
  AddRow(skp, "k-1", {{"12", "12"}, {"100.00", "92.00"}, {"12", "12"}}, "268.00", "89.33");
  AddRow(skp, "k-2", {{"2", "2"}, {"100.00", "90.00"}, {"2", "2"}, {"1500000", "1425000"}},
         "347.00", "86.75");
  AddRow(skp, "k-3", {{"20", "18"}, {"100.00", "88.00"}, {"12", "12"}}, "254.00", "84.67");
  v1::Rhk* tambahan = skp.add_rhk();
  tambahan->set_rhk_id("t-1");
  tambahan->set_klasifikasi(v1::KLASIFIKASI_TAMBAHAN);
  tambahan->set_uraian("Panitia ujian sekolah");
  const char* const scores[] = {"92.00", "91.00", "90.00", "89.50", "91.00"};
  for (int aspek = 1; aspek <= 5; ++aspek) {
    v1::PerilakuLama* perilaku = skp.mutable_nilai_lama()->add_perilaku();
    perilaku->set_aspek(static_cast<v1::AspekPerilakuLama>(aspek));
    perilaku->set_nilai(scores[aspek - 1]);
  }
  v1::AngkaNilaiLama& reported = *skp.mutable_nilai_lama()->mutable_dilaporkan();
  skp.mutable_nilai_lama()->set_skala(100);
  reported.set_nilai_skp("87.92");
  reported.set_nilai_perilaku("90.70");
  reported.set_nilai_prestasi("89.03");
  reported.set_sebutan(v1::SEBUTAN_LAMA_BAIK);
  return skp;
}

v1::AngkaNilaiLama& Reported(v1::Skp& skp) {
  return *skp.mutable_nilai_lama()->mutable_dilaporkan();
}

std::string Mismatch(const std::string& leaf) {
  return "warning SCORE_MISMATCH nilai_lama.dilaporkan." + leaf;
}

TEST(NilaiLamaRulesTest, RecomputesPp46) {
  v1::Skp skp = MakePp46();
  Derive(&skp);
  EXPECT_THAT(skp.nilai_lama().dihitung(), EqualsProto(R"pb(
                nilai_skp: "87.92"
                nilai_perilaku: "90.70"
                nilai_prestasi: "89.03"
                sebutan: SEBUTAN_LAMA_BAIK
                baris { rhk_id: "k-1" perhitungan: "268.00" nilai_capaian: "89.33" }
                baris { rhk_id: "k-2" perhitungan: "347.00" nilai_capaian: "86.75" }
                baris { rhk_id: "k-3" perhitungan: "254.00" nilai_capaian: "84.67" }
              )pb"));
  EXPECT_THAT(Judge(skp, MakeFeedContext()), testing::IsEmpty());
}

TEST(NilaiLamaRulesTest, WarnsBeyondFiveHundredths) {
  const auto skp_score = [](const char* value) {
    return [=](v1::Skp& skp) { Reported(skp).set_nilai_skp(value); };
  };
  Check(MakePp46(),
        {
            {"UpperEdge", skp_score("87.97"), {}},
            {"AboveIt", skp_score("87.98"), {Mismatch("nilai_skp")}},
            {"LowerEdge", skp_score("87.87"), {}},
            {"BelowIt", skp_score("87.86"), {Mismatch("nilai_skp")}},
            {"NotReported", skp_score(""), {}},
            {"Behaviour",
             [](v1::Skp& skp) { Reported(skp).set_nilai_perilaku("80"); },
             {Mismatch("nilai_perilaku")}},
            {"Row",
             [](v1::Skp& skp) { Reported(skp).mutable_baris(1)->set_nilai_capaian("115.67"); },
             {Mismatch("baris[1].nilai_capaian")}},
            {"Sum",
             [](v1::Skp& skp) { Reported(skp).mutable_baris(1)->set_perhitungan("266"); },
             {Mismatch("baris[1].perhitungan")}},
            {"Unreadable",
             skp_score("87,92"),
             {"reject NUMBER_FORMAT nilai_lama.dilaporkan.nilai_skp"}},
            {"RowThatCannotBeComputedLeavesTheAverageOut",
             [](v1::Skp& skp) {
               skp.mutable_realisasi()->RemoveLast();
               Reported(skp).set_nilai_skp("80");
             },
             {Mismatch("nilai_prestasi")}},
        },
        MakeFeedContext());
}

// Efficiency is 100 less the share of the plan that was used: 9.12 of 12 is 24 %, 9 of 12 is 25 %.
TEST(NilaiLamaRulesTest, TimeAndMoneyPayForEfficiencyUpTo24Percent) {
  const auto row = [](const char* realised, const char* sum, const char* capaian) {
    v1::Skp skp = MakePp46();
    skp.clear_rhk();
    skp.clear_realisasi();
    Reported(skp).clear_baris();
    AddRow(skp, "k-1", {{"4", "4"}, {"100", "86"}, {"12", realised}}, sum, capaian);
    Derive(&skp);
    return skp.nilai_lama().dihitung().baris(0);
  };
  EXPECT_EQ(row("12", "", "").perhitungan(), "262.00");    // 76
  EXPECT_EQ(row("9.12", "", "").perhitungan(), "286.00");  // 100
  EXPECT_EQ(row("9.11", "", "").perhitungan(), "261.92");  // 76 - (100.083 - 100)
  EXPECT_EQ(row("9", "", "").perhitungan(), "261.00");     // 75
  EXPECT_EQ(row("9", "", "").nilai_capaian(), "87.00");
}

TEST(NilaiLamaRulesTest, ExtraDutiesGiveABonus) {
  const auto with = [](int duties) {
    v1::Skp skp = MakePp46();
    skp.mutable_rhk()->RemoveLast();
    for (int i = 0; i < duties; ++i) {
      skp.add_rhk()->set_klasifikasi(v1::KLASIFIKASI_TAMBAHAN);
    }
    Derive(&skp);
    return skp.nilai_lama().dihitung().nilai_skp();
  };
  EXPECT_EQ(with(0), "86.92");
  EXPECT_EQ(with(1), "87.92");
  EXPECT_EQ(with(3), "87.92");
  EXPECT_EQ(with(4), "88.92");
  EXPECT_EQ(with(6), "88.92");
  EXPECT_EQ(with(7), "89.92");
}

TEST(NilaiLamaRulesTest, LeadershipCountsForStructuralPosts) {
  const auto with = [](v1::JenisJabatan jenis) {
    v1::Skp skp = MakePp46();
    skp.mutable_pegawai()->set_jenis_jabatan(jenis);
    v1::PerilakuLama* perilaku = skp.mutable_nilai_lama()->add_perilaku();
    perilaku->set_aspek(v1::ASPEK_PERILAKU_LAMA_KEPEMIMPINAN);
    perilaku->set_nilai("60.00");
    Derive(&skp);
    return skp.nilai_lama().dihitung().nilai_perilaku();
  };
  EXPECT_EQ(with(v1::JENIS_JABATAN_STRUKTURAL), "85.58");
  EXPECT_EQ(with(v1::JENIS_JABATAN_UNSPECIFIED), "85.58");
  EXPECT_EQ(with(v1::JENIS_JABATAN_FUNGSIONAL_TERTENTU), "90.70");
}

// The word belongs to the rounded score it was reported with.
TEST(NilaiLamaRulesTest, WordsFollowTheBandsOfPp46) {
  v1::Skp base = MakePp46();
  base.clear_rhk();
  base.clear_realisasi();
  Reported(base).Clear();
  AddRow(base, "k-1", {{"1", "1"}}, "", "");
  base.clear_realisasi();
  base.mutable_nilai_lama()->clear_perilaku();
  const auto word = [](const char* score, v1::SebutanLama sebutan) {
    return [=](v1::Skp& skp) {
      Reported(skp).set_nilai_prestasi(score);
      Reported(skp).set_sebutan(sebutan);
    };
  };
  const std::vector<std::string> wrong = {Mismatch("sebutan")};
  Check(base,
        {
            {"90.50", word("90.50", v1::SEBUTAN_LAMA_SANGAT_BAIK), {}},
            {"90.49", word("90.49", v1::SEBUTAN_LAMA_BAIK), {}},
            {"90.49TooGood", word("90.49", v1::SEBUTAN_LAMA_SANGAT_BAIK), wrong},
            {"75.50", word("75.50", v1::SEBUTAN_LAMA_BAIK), {}},
            {"75.49", word("75.49", v1::SEBUTAN_LAMA_CUKUP), {}},
            {"61", word("61", v1::SEBUTAN_LAMA_CUKUP), {}},
            {"60", word("60", v1::SEBUTAN_LAMA_KURANG), {}},
            {"51", word("51", v1::SEBUTAN_LAMA_KURANG), {}},
            {"50", word("50", v1::SEBUTAN_LAMA_BURUK), {}},
            {"50TooGood", word("50", v1::SEBUTAN_LAMA_KURANG), wrong},
            {"WordOfPp30",
             word("40", v1::SEBUTAN_LAMA_SANGAT_KURANG),
             {"reject ENUM_UNKNOWN nilai_lama.dilaporkan.sebutan"}},
        },
        MakeFeedContext());
}

v1::Skp MakePp30() {
  v1::Skp skp = support::MakeSkp();
  skp.set_regime(v1::REGIME_PP30_2019);
  SetPeriode(skp, "2021-07-01", "2021-12-31", v1::JENIS_PERIODE_SEMESTER, 2);
  skp.mutable_nilai_lama()->set_skala(120);
  v1::AngkaNilaiLama& reported = Reported(skp);
  reported.set_nilai_skp("100");
  reported.set_nilai_perilaku("90");
  reported.set_nilai_prestasi("97.00");
  reported.set_sebutan(v1::SEBUTAN_LAMA_BAIK);
  return skp;
}

TEST(NilaiLamaRulesTest, Pp30WeighsSeventyToThirtyOrSixtyToForty) {
  const auto total = [](const char* value) {
    return [=](v1::Skp& skp) { Reported(skp).set_nilai_prestasi(value); };
  };
  Check(MakePp30(), {{"Seventy", total("97.00"), {}},
                     {"Sixty", total("96.00"), {}},
                     {"Neither", total("96.50"), {Mismatch("nilai_prestasi")}}});
}

TEST(NilaiLamaRulesTest, WordsFollowTheBandsOfPp30) {
  const auto word = [](const char* score, v1::SebutanLama sebutan) {
    return [=](v1::Skp& skp) {
      Reported(skp).clear_nilai_skp();
      Reported(skp).set_nilai_prestasi(score);
      Reported(skp).set_sebutan(sebutan);
    };
  };
  const std::vector<std::string> wrong = {Mismatch("sebutan")};
  Check(MakePp30(), {
                        {"110", word("110", v1::SEBUTAN_LAMA_SANGAT_BAIK), {}},
                        {"109.99", word("109.99", v1::SEBUTAN_LAMA_SANGAT_BAIK), wrong},
                        {"90", word("90", v1::SEBUTAN_LAMA_BAIK), {}},
                        {"89.99", word("89.99", v1::SEBUTAN_LAMA_CUKUP), {}},
                        {"70", word("70", v1::SEBUTAN_LAMA_CUKUP), {}},
                        {"50", word("50", v1::SEBUTAN_LAMA_KURANG), {}},
                        {"49.99", word("49.99", v1::SEBUTAN_LAMA_SANGAT_KURANG), {}},
                        {"WordOfPp46",
                         word("40", v1::SEBUTAN_LAMA_BURUK),
                         {"reject ENUM_UNKNOWN nilai_lama.dilaporkan.sebutan"}},
                    });
}

TEST(NilaiLamaRulesTest, ScoresAfter2021AreNotJudged) {
  v1::Skp skp = support::MakeSkp();
  *skp.mutable_nilai_lama() = MakePp30().nilai_lama();
  Reported(skp).set_nilai_prestasi("1.00");
  EXPECT_THAT(Judge(skp), testing::IsEmpty());
  Derive(&skp);
  EXPECT_FALSE(skp.nilai_lama().has_dihitung());
}

TEST(NilaiLamaRulesTest, NamesSystemReportedAndComputed) {
  v1::Skp skp = MakePp30();
  Reported(skp).set_nilai_prestasi("90.50");
  const auto found = Validator().Validate(skp, MakeContext());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(
      found[0].metadata,
      (schema::Metadata{{"system", "bkd-9901"}, {"reported", "90.50"}, {"computed", "97.00"}}));
}

}  // namespace
}  // namespace kinerja::validate
