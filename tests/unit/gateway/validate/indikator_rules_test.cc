#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

v1::Indikator& First(v1::Skp& skp) { return *skp.mutable_rhk(0)->mutable_indikator(0); }

void MakeDraft(v1::Skp& skp) {
  skp.mutable_riwayat_status()->DeleteSubrange(1, 2);
  skp.set_status(v1::STATUS_SKP_DRAFT);
}

TEST(IndikatorRulesTest, AspectIsOneOfFour) {
  const std::vector<std::string> unknown = {"reject ASPEK_UNKNOWN rhk[0].indikator[0].aspek"};
  Check({
      {"Missing", [](v1::Skp& skp) { First(skp).clear_aspek(); }, unknown},
      {"NoSuchNumber", [](v1::Skp& skp) { First(skp).set_aspek(static_cast<v1::Aspek>(9)); },
       unknown},
      {"EvenInADraft",
       [](v1::Skp& skp) {
         MakeDraft(skp);
         First(skp).clear_aspek();
       },
       unknown},
      {"Kualitatif",
       [](v1::Skp& skp) {
         skp.set_pendekatan(v1::PENDEKATAN_KUALITATIF);
         First(skp).clear_aspek();
       },
       {}},
      {"FormA",
       [](v1::Skp& skp) {
         skp.set_model(v1::MODEL_SKP_JPT_MANDIRI);
         First(skp).clear_aspek();
         First(skp).set_perspektif("penerima layanan");
       },
       {}},
  });
}

std::function<void(v1::Skp&)> Add(v1::Aspek aspek, std::string uraian) {
  return [=](v1::Skp& skp) {
    v1::Indikator* indikator = skp.mutable_rhk(0)->add_indikator();
    *indikator = skp.rhk(0).indikator(0);
    indikator->set_indikator_id("i-1-4");
    indikator->set_aspek(aspek);
    indikator->set_uraian(uraian);
  };
}

TEST(IndikatorRulesTest, NoTwoAreTheSame) {
  Check({
      {"SameAfterFolding",
       Add(v1::ASPEK_KUANTITAS, " JUMLAH jam tatap muka  yang diselesaikan"),
       {"reject ASPEK_DUPLICATE rhk[0].indikator[3]"}},
      {"OtherText",
       Add(v1::ASPEK_KUANTITAS, "Jumlah modul ajar"),
       {"warning ASPEK_REPEATED rhk[0].indikator[3].aspek"}},
      {"OtherAspect", Add(v1::ASPEK_BIAYA, "Jumlah jam tatap muka yang diselesaikan"), {}},
      {"OtherRhk",
       [](v1::Skp& skp) {
         v1::Indikator* indikator = skp.mutable_rhk(1)->add_indikator();
         *indikator = skp.rhk(0).indikator(1);
         indikator->set_indikator_id("i-2-2");
       },
       {}},
      {"SameKey",
       [](v1::Skp& skp) { skp.mutable_rhk(2)->mutable_indikator(0)->set_indikator_id("i-1-1"); },
       {"reject ASPEK_DUPLICATE rhk[2].indikator[0].indikator_id"}},
      {"FormAOtherPerspective",
       [](v1::Skp& skp) {
         skp.set_model(v1::MODEL_SKP_JPT_MANDIRI);
         Add(v1::ASPEK_UNSPECIFIED, "Indeks kepuasan")(skp);
         Add(v1::ASPEK_UNSPECIFIED, "Indeks kepuasan")(skp);
         skp.mutable_rhk(0)->mutable_indikator(3)->set_perspektif("penerima layanan");
         skp.mutable_rhk(0)->mutable_indikator(4)->set_perspektif("anggaran");
         skp.mutable_rhk(0)->mutable_indikator(4)->set_indikator_id("i-1-5");
       },
       {}},
      {"FormASamePerspective",
       [](v1::Skp& skp) {
         skp.set_model(v1::MODEL_SKP_JPT_MANDIRI);
         Add(v1::ASPEK_UNSPECIFIED, "Indeks kepuasan")(skp);
         Add(v1::ASPEK_UNSPECIFIED, "Indeks kepuasan")(skp);
         skp.mutable_rhk(0)->mutable_indikator(3)->set_perspektif("Anggaran");
         skp.mutable_rhk(0)->mutable_indikator(4)->set_perspektif("anggaran");
         skp.mutable_rhk(0)->mutable_indikator(4)->set_indikator_id("i-1-5");
       },
       {"reject ASPEK_DUPLICATE rhk[0].indikator[4]"}},
  });
}

std::function<void(v1::Skp&)> Target(v1::JenisNilai jenis, std::string nilai, std::string maks,
                                     std::string mentah) {
  return [=](v1::Skp& skp) {
    v1::Nilai* target = First(skp).mutable_target();
    target->set_jenis(jenis);
    target->set_nilai(nilai);
    target->set_nilai_maks(maks);
    target->set_mentah(mentah);
  };
}

TEST(IndikatorRulesTest, TargetIsThereAndANumber) {
  const std::vector<std::string> missing = {"reject TARGET_MISSING rhk[0].indikator[0].target"};
  const std::vector<std::string> text = {"warning TARGET_UNPARSEABLE rhk[0].indikator[0].target"};
  const auto angka = v1::JENIS_NILAI_ANGKA;
  const auto rentang = v1::JENIS_NILAI_RENTANG;
  const auto teks = v1::JENIS_NILAI_TEKS;
  Check({
      {"None", [](v1::Skp& skp) { First(skp).clear_target(); }, missing},
      {"NumberWithoutNumber", Target(angka, "", "", "24"), missing},
      {"Zero", Target(angka, "0", "", "0"), {}},
      {"Range", Target(rentang, "85.50", "90.00", ""), {}},
      {"LowerBound", Target(rentang, "85", "", ""), {}},
      {"UpperBound", Target(rentang, "", "90", ""), {}},
      {"RangeWithoutEnds", Target(rentang, "", "", "85-90"), missing},
      {"RangeOfOne", Target(rentang, "90.0", "90", ""), {}},
      {"RangeRunsDown", Target(rentang, "90", "9.5", ""), text},
      {"Words", Target(teks, "", "", "sesuai jadwal"), text},
      {"NoWords", Target(teks, "", "", " "), missing},
      {"Draft",
       [](v1::Skp& skp) {
         MakeDraft(skp);
         First(skp).clear_target();
       },
       {"warning TARGET_MISSING rhk[0].indikator[0].target"}},
      {"KualitatifHasNone",
       [](v1::Skp& skp) {
         skp.set_pendekatan(v1::PENDEKATAN_KUALITATIF);
         First(skp).clear_target();
       },
       {}},
      {"KualitatifHasWords",
       [&](v1::Skp& skp) {
         skp.set_pendekatan(v1::PENDEKATAN_KUALITATIF);
         Target(teks, "", "", "sesuai jadwal")(skp);
       },
       {}},
      {"FormAHasNone",
       [](v1::Skp& skp) {
         skp.set_model(v1::MODEL_SKP_JPT_MANDIRI);
         First(skp).clear_target();
       },
       {}},
  });
}

}  // namespace
}  // namespace kinerja::validate
