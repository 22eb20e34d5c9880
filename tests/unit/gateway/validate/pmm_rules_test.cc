#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

// A semester with one training of 4 x 8 points: 32, the least recommended.
v1::Skp MakeSemester() {
  v1::Skp skp = support::MakeSkp();
  SetPeriode(skp, "2025-01-01", "2025-06-30", v1::JENIS_PERIODE_SEMESTER, 1);
  v1::BarisKompetensi* row = skp.mutable_pengembangan_kompetensi()->add_baris();
  row->set_rhk_id("r-2");
  row->set_peran(v1::PERAN_KOMPETENSI_PESERTA_PELATIHAN_MANDIRI);
  row->set_jumlah(4);
  row->set_poin_satuan(8);
  row->set_poin(32);
  skp.mutable_pengembangan_kompetensi()->set_total_poin(32);
  return skp;
}

std::function<void(v1::Skp&)> Points(int jumlah, int total) {
  return [=](v1::Skp& skp) {
    v1::BarisKompetensi* row = skp.mutable_pengembangan_kompetensi()->mutable_baris(0);
    row->set_jumlah(jumlah);
    row->set_poin(jumlah * 8);
    skp.mutable_pengembangan_kompetensi()->set_total_poin(total);
  };
}

TEST(PmmRulesTest, JudgesTheArithmetic) {
  Check(MakeSemester(),
        {
            {"Right", [](v1::Skp&) {}, {}},
            {"Row",
             [](v1::Skp& skp) {
               skp.mutable_pengembangan_kompetensi()->mutable_baris(0)->set_poin(40);
               skp.mutable_pengembangan_kompetensi()->set_total_poin(40);
             },
             {"reject POIN_MISMATCH pengembangan_kompetensi.baris[0].poin"}},
            {"Total", Points(4, 40), {"reject POIN_MISMATCH pengembangan_kompetensi.total_poin"}},
            {"NoPointsAtAll",
             [](v1::Skp& skp) {
               skp.mutable_pengembangan_kompetensi()->clear_total_poin();
               skp.mutable_pengembangan_kompetensi()->mutable_baris(0)->clear_poin();
               skp.mutable_pengembangan_kompetensi()->mutable_baris(0)->clear_poin_satuan();
             },
             {}},
            {"ARowWithoutPointsLeavesTheSumOut",
             [](v1::Skp& skp) {
               skp.mutable_pengembangan_kompetensi()->mutable_baris(0)->clear_poin();
               skp.mutable_pengembangan_kompetensi()->set_total_poin(33);
             },
             {}},
        });
}

TEST(PmmRulesTest, WarnsOutsideTheRecommendedRangeOfASemester) {
  const std::string out_of_range = "warning POIN_OUT_OF_RANGE pengembangan_kompetensi.total_poin";
  Check(MakeSemester(), {{"Least", Points(4, 32), {}},
                         {"TooFew", Points(3, 24), {out_of_range}},
                         {"Most", Points(16, 128), {}},
                         {"TooMany", Points(17, 136), {out_of_range}},
                         {"YearHasNoRange",
                          [](v1::Skp& skp) {
                            Points(1, 8)(skp);
                            SetPeriode(skp, "2025-01-01", "2025-12-31", v1::JENIS_PERIODE_TAHUN, 1);
                          },
                          {}}});
}

TEST(PmmRulesTest, WarnsOfUnusualPoints) {
  const auto rate = [](v1::PeranKompetensi peran, int poin) {
    return [=](v1::Skp& skp) {
      v1::BarisKompetensi* row = skp.mutable_pengembangan_kompetensi()->mutable_baris(0);
      row->set_peran(peran);
      row->set_poin_satuan(poin);
      row->set_poin(4 * poin);
      skp.mutable_pengembangan_kompetensi()->set_total_poin(4 * poin);
    };
  };
  const std::string unusual =
      "warning POIN_RATE_UNUSUAL pengembangan_kompetensi.baris[0].poin_satuan";
  v1::Skp base = MakeSemester();
  SetPeriode(base, "2025-01-01", "2025-12-31", v1::JENIS_PERIODE_TAHUN, 1);
  Check(base, {{"Narasumber", rate(v1::PERAN_KOMPETENSI_NARASUMBER, 8), {}},
               {"NarasumberOfFour", rate(v1::PERAN_KOMPETENSI_NARASUMBER, 4), {unusual}},
               {"Berbagi", rate(v1::PERAN_KOMPETENSI_PESERTA_BERBAGI_PRAKTIK_BAIK, 4), {}},
               {"Penggerak", rate(v1::PERAN_KOMPETENSI_PENGGERAK_KOMUNITAS, 36), {}},
               {"PenggerakOfTwelve", rate(v1::PERAN_KOMPETENSI_PENGGERAK_KOMUNITAS, 12), {unusual}},
               {"ProgramIsUnchecked", rate(v1::PERAN_KOMPETENSI_PESERTA_PROGRAM, 99), {}}});
  Context configured = MakeContext();
  configured.points[v1::PERAN_KOMPETENSI_NARASUMBER] = 10;
  Check(base,
        {{"Configured", rate(v1::PERAN_KOMPETENSI_NARASUMBER, 10), {}},
         {"TableNoMore", rate(v1::PERAN_KOMPETENSI_NARASUMBER, 8), {unusual}}},
        configured);
}

}  // namespace
}  // namespace kinerja::validate
