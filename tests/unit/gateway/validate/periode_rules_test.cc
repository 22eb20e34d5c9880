#include "gmock/gmock.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

constexpr auto kTahun = v1::JENIS_PERIODE_TAHUN;
constexpr auto kSemester = v1::JENIS_PERIODE_SEMESTER;
constexpr auto kTriwulan = v1::JENIS_PERIODE_TRIWULAN;
constexpr auto kBulan = v1::JENIS_PERIODE_BULAN;
constexpr auto kKhusus = v1::JENIS_PERIODE_KHUSUS;

std::function<void(v1::Skp&)> Periode(std::string mulai, std::string selesai,
                                      v1::JenisPeriode jenis, int urutan) {
  return [=](v1::Skp& skp) { SetPeriode(skp, mulai, selesai, jenis, urutan); };
}

TEST(PeriodeRulesTest, DatesYearKindAndOrdinalAgree) {
  const std::vector<std::string> invalid = {"reject PERIODE_INVALID periode"};
  Check({
      {"Year", Periode("2025-01-01", "2025-12-31", kTahun, 1), {}},
      {"YearWithoutOrdinal", Periode("2025-01-01", "2025-12-31", kTahun, 0), invalid},
      {"SecondYear", Periode("2025-01-01", "2025-12-31", kTahun, 2), invalid},
      {"FirstSemester", Periode("2025-01-01", "2025-06-30", kSemester, 1), {}},
      {"SecondSemester", Periode("2025-07-01", "2025-12-31", kSemester, 2), {}},
      {"SemestersSwapped", Periode("2025-01-01", "2025-06-30", kSemester, 2), invalid},
      {"SemesterToJuly", Periode("2025-01-01", "2025-07-31", kSemester, 1), invalid},
      {"ThirdSemester", Periode("2025-07-01", "2025-12-31", kSemester, 3), invalid},
      {"FourthQuarter", Periode("2025-10-01", "2025-12-31", kTriwulan, 4), {}},
      {"FifthQuarter", Periode("2025-10-01", "2025-12-31", kTriwulan, 5), invalid},
      {"LeapFebruary", Periode("2024-02-01", "2024-02-29", kBulan, 2), {}},
      {"FebruaryCutShort", Periode("2024-02-01", "2024-02-28", kBulan, 2), invalid},
      {"MonthZero", Periode("2025-01-01", "2025-01-31", kBulan, 0), invalid},
      {"MonthThirteen", Periode("2025-12-01", "2025-12-31", kBulan, 13), invalid},
      {"OtherDays", Periode("2025-02-15", "2025-11-03", kKhusus, 0), {}},
      {"OtherDaysWithOrdinal", Periode("2025-02-15", "2025-11-03", kKhusus, 1), invalid},
      {"OneDay", Periode("2025-02-15", "2025-02-15", kKhusus, 0), {}},
      {"StartAfterEnd", Periode("2025-02-16", "2025-02-15", kKhusus, 0), invalid},
      {"OverNewYear", Periode("2024-12-15", "2025-02-15", kKhusus, 0), invalid},
      {"YearBeginsLate", Periode("2025-01-02", "2025-12-31", kTahun, 1), invalid},
      {"AnotherTahun", [](v1::Skp& skp) { skp.mutable_periode()->set_tahun(2024); }, invalid},
  });
}

// PP 46 years began on the first working day of January.
TEST(PeriodeRulesTest, AYearOfPp46BeginsInTheFirstWeek) {
  const auto pp46 = [](std::string mulai, std::string selesai, v1::JenisPeriode jenis) {
    return [=](v1::Skp& skp) {
      skp.set_regime(v1::REGIME_PP46_2011);
      SetPeriode(skp, mulai, selesai, jenis, 1);
    };
  };
  const std::vector<std::string> invalid = {"reject PERIODE_INVALID periode"};
  Check({
      {"First", pp46("2019-01-01", "2019-12-31", kTahun), {}},
      {"Second", pp46("2019-01-02", "2019-12-31", kTahun), {}},
      {"Seventh", pp46("2019-01-07", "2019-12-31", kTahun), {}},
      {"Eighth", pp46("2019-01-08", "2019-12-31", kTahun), invalid},
      {"Semester", pp46("2021-01-04", "2021-06-30", kSemester), {}},
      {"EndsEarly", pp46("2019-01-02", "2019-12-30", kTahun), invalid},
  });
}

TEST(PeriodeRulesTest, EachRegimeHasItsDays) {
  const auto in = [](v1::Regime regime, std::string mulai, std::string selesai) {
    return [=](v1::Skp& skp) {
      skp.set_regime(regime);
      SetPeriode(skp, mulai, selesai, kKhusus, 0);
    };
  };
  const auto pp46 = v1::REGIME_PP46_2011;
  const auto pp30 = v1::REGIME_PP30_2019;
  const auto now = v1::REGIME_PERMENPANRB6_2022;
  const std::vector<std::string> mismatch = {"reject REGIME_MISMATCH regime"};
  Check({
      {"Pp46LastDay", in(pp46, "2021-06-30", "2021-06-30"), {}},
      {"Pp46DayAfter", in(pp46, "2021-06-30", "2021-07-01"), mismatch},
      {"Pp46HasNoLowerEdge", in(pp46, "2010-03-01", "2010-04-01"), {}},
      {"Pp30DayBefore", in(pp30, "2021-06-30", "2021-07-01"), mismatch},
      {"Pp30FirstDay", in(pp30, "2021-07-01", "2021-07-01"), {}},
      {"Pp30LastDay", in(pp30, "2021-12-31", "2021-12-31"), {}},
      {"Pp30DayAfter", in(pp30, "2022-01-01", "2022-01-01"), mismatch},
      {"NowDayBefore", in(now, "2021-12-31", "2021-12-31"), mismatch},
      {"NowFirstDay", in(now, "2022-01-01", "2022-01-01"), {}},
      {"WholeOf2021AsPp46", in(pp46, "2021-01-01", "2021-12-31"), mismatch},
      {"WholeOf2021AsPp30", in(pp30, "2021-01-01", "2021-12-31"), mismatch},
      {"SecondHalfOf2021AsPp46", in(pp46, "2021-07-01", "2021-12-31"), mismatch},
      {"OverNewYear",
       in(now, "2021-12-31", "2022-01-01"),
       {"reject REGIME_MISMATCH regime", "reject PERIODE_INVALID periode"}},
      {"BeginUnreadableEndDecides",
       in(pp46, "2023-02-30", "2023-12-31"),
       {"reject REGIME_MISMATCH regime", "reject DATE_FORMAT periode.mulai"}},
      {"BothUnreadableTahunDecides",
       [](v1::Skp& skp) {
         skp.set_regime(v1::REGIME_PP46_2011);
         skp.mutable_periode()->set_mulai("2025-02-30");
         skp.mutable_periode()->set_selesai("31-12-2025");
       },
       {"reject REGIME_MISMATCH regime", "reject DATE_FORMAT periode.mulai",
        "reject DATE_FORMAT periode.selesai"}},
      {"TahunOfTwoRegimesDoesNotDecide",
       [](v1::Skp& skp) {
         skp.set_regime(v1::REGIME_PP30_2019);
         skp.mutable_periode()->set_tahun(2021);
         skp.mutable_periode()->set_mulai("2021-07");
         skp.mutable_periode()->set_selesai("2021-12-32");
       },
       {"reject DATE_FORMAT periode.mulai", "reject DATE_FORMAT periode.selesai"}},
  });
}

v1::Skp MakePeriodik(std::initializer_list<int> triwulan) {
  v1::Skp skp = support::MakeSkp();
  for (const int urutan : triwulan) *skp.add_evaluasi() = support::MakeTriwulan(2025, urutan);
  return skp;
}

TEST(PeriodeRulesTest, PeriodicEvaluationsAreOfOneKindEachOnce) {
  const auto add = [](v1::JenisPeriode jenis, int urutan) {
    return [=](v1::Skp& skp) {
      v1::Evaluasi evaluasi = support::MakeTriwulan(2025, urutan);
      evaluasi.mutable_periode()->set_jenis(jenis);
      *skp.add_evaluasi() = evaluasi;
    };
  };
  const std::vector<std::string> not_standard = {"reject PERIODE_NOT_STANDARD evaluasi[2].periode"};
  Check(MakePeriodik({1, 2}), {
                                  {"Next", add(kTriwulan, 3), {}},
                                  {"Again", add(kTriwulan, 2), not_standard},
                                  {"Mixed", add(kBulan, 5), not_standard},
                                  {"Semester", add(kSemester, 1), not_standard},
                              });
  Check(support::MakeEvaluatedSkp(),
        {{"YearlyTwice",
          [](v1::Skp& skp) { *skp.add_evaluasi() = skp.evaluasi(0); },
          {"reject PERIODE_NOT_STANDARD evaluasi[1].periode"}},
         {"PeriodicBesideYearly",
          [](v1::Skp& skp) { *skp.add_evaluasi() = support::MakeTriwulan(2025, 1); },
          {}}});
}

TEST(PeriodeRulesTest, PartsLieInThePeriod) {
  const std::vector<std::string> invalid = {"reject PERIODE_INVALID evaluasi[0].periode"};
  const auto part = [](int tahun, int urutan) {
    return [=](v1::Skp& skp) {
      SetPeriode(skp, "2025-02-15", "2025-12-31", kKhusus, 0);
      *skp.add_evaluasi() = support::MakeTriwulan(tahun, urutan);
    };
  };
  Check({
      {"Overlaps", part(2025, 1), {}},
      {"Inside", part(2025, 2), {}},
      {"YearBefore", part(2024, 4), invalid},
      {"YearAfter", part(2026, 1), invalid},
      {"FifthQuarter", part(2025, 5), invalid},
      {"DaysOfAnotherQuarter",
       [](v1::Skp& skp) {
         v1::Evaluasi evaluasi = support::MakeTriwulan(2025, 2);
         evaluasi.mutable_periode()->set_mulai("2025-05-01");
         *skp.add_evaluasi() = evaluasi;
       },
       invalid},
      {"Realisation",
       [](v1::Skp& skp) {
         v1::Realisasi* realisasi = skp.add_realisasi();
         realisasi->set_indikator_id("i-1-1");
         *realisasi->mutable_periode() = support::MakeTriwulan(2026, 1).periode();
         realisasi->mutable_nilai()->set_jenis(v1::JENIS_NILAI_ANGKA);
         realisasi->mutable_nilai()->set_nilai("6");
       },
       {"reject PERIODE_INVALID realisasi[0].periode"}},
      {"Feedback",
       [](v1::Skp& skp) {
         v1::UmpanBalik* umpan_balik = skp.add_umpan_balik();
         umpan_balik->set_teks("Baik");
         *umpan_balik->mutable_periode() = support::MakeTriwulan(2025, 0).periode();
       },
       {"reject PERIODE_INVALID umpan_balik[0].periode"}},
      {"Action",
       [](v1::Skp& skp) {
         v1::RencanaAksi* aksi = skp.mutable_rhk(1)->add_rencana_aksi();
         aksi->set_uraian("Observasi");
         *aksi->mutable_periode() = support::MakeTriwulan(2024, 1).periode();
       },
       {"reject PERIODE_INVALID rhk[1].rencana_aksi[0].periode"}},
  });
}

TEST(PeriodeRulesTest, YearlyEvaluationIsLateAfterJanuary) {
  const auto on = [](std::string tanggal) {
    return [=](v1::Skp& skp) { skp.mutable_evaluasi(0)->set_tanggal(tanggal); };
  };
  const std::vector<std::string> late = {"warning WINDOW_LATE evaluasi[0].tanggal"};
  Check(support::MakeEvaluatedSkp(),
        {{"LastDay", on("2026-01-31"), {}},
         {"DayAfter", on("2026-02-01"), late},
         {"DayNotKnown", on(""), {}},
         {"DayUnreadable", on("2026-02-30"), {"reject DATE_FORMAT evaluasi[0].tanggal"}}});
  // A semester's too: January of the next year.
  v1::Skp semester = support::MakeEvaluatedSkp();
  SetPeriode(semester, "2025-01-01", "2025-06-30", kSemester, 1);
  semester.mutable_evaluasi(0)->mutable_periode()->set_jenis(kSemester);
  Check(semester,
        {{"SemesterLastDay", on("2026-01-31"), {}}, {"SemesterDayAfter", on("2026-02-01"), late}});
}

class WindowsTest : public testing::Test {
 protected:
  config::v1::Window* Add(config::v1::WindowKind kind, std::string sampai) {
    config::v1::Window* window = windows_.Add();
    window->set_kind(kind);
    window->set_periode_mulai("2025-01-01");
    window->set_periode_selesai("2025-12-31");
    window->set_sampai(std::move(sampai));
    return window;
  }
  Context WithWindows() {
    Context context = MakeContext();
    context.windows = &windows_;
    return context;
  }

  google::protobuf::RepeatedPtrField<config::v1::Window> windows_;
};

// MakeSkp() was sent to the rater on 2025-01-06, 02:00 UTC.
TEST_F(WindowsTest, PlanningIsJudgedByTheDayItWasFirstSent) {
  Add(config::v1::WINDOW_KIND_PERENCANAAN, "2025-01-05");
  const std::vector<std::string> late = {"warning WINDOW_LATE riwayat_status[1]"};
  Check({{"Late", [](v1::Skp&) {}, late}}, WithWindows());
  windows_.Mutable(0)->set_sampai("2025-01-06");
  Check({{"LastDay", [](v1::Skp&) {}, {}},
         {"NextDayInItsZone",
          [](v1::Skp& skp) {
            skp.mutable_provenance()->set_zona("WIT");
            for (int n : {1, 2}) {  // 2025-01-06 15:00 UTC is the 7th in Papua
              skp.mutable_riwayat_status(n)->mutable_waktu()->set_seconds(1736175600);
            }
          },
          late},
         {"SentAgainAfterAReturn",
          [](v1::Skp& skp) {
            skp.mutable_riwayat_status()->RemoveLast();
            support::AppendStatus(&skp, v1::STATUS_SKP_DIKEMBALIKAN, support::kPenilaiNip, "Ubah");
            support::AppendStatus(&skp, v1::STATUS_SKP_DIAJUKAN, support::kPegawaiNip);
            skp.mutable_riwayat_status(3)->mutable_waktu()->set_seconds(1767000000);
          },
          {}}},
        WithWindows());
}

TEST_F(WindowsTest, FirstThatFitsApplies) {
  Add(config::v1::WINDOW_KIND_TAHUNAN, "2026-03-31")->add_instansi("9902");
  Add(config::v1::WINDOW_KIND_TAHUNAN, "2026-03-31")->set_regime(v1::REGIME_PP30_2019);
  Add(config::v1::WINDOW_KIND_TAHUNAN, "2026-03-31")->set_periode_selesai("2025-06-30");
  Add(config::v1::WINDOW_KIND_TAHUNAN, "2026-02-15")->add_instansi("9901");
  Add(config::v1::WINDOW_KIND_TAHUNAN, "2026-01-15");
  const auto on = [](std::string tanggal) {
    return [=](v1::Skp& skp) { skp.mutable_evaluasi(0)->set_tanggal(tanggal); };
  };
  Check(support::MakeEvaluatedSkp(),
        {{"Extended", on("2026-02-15"), {}},
         {"DayAfter", on("2026-02-16"), {"warning WINDOW_LATE evaluasi[0].tanggal"}}},
        WithWindows());
}

TEST_F(WindowsTest, PeriodicEvaluationsHaveOnlyConfiguredWindows) {
  v1::Skp skp = MakePeriodik({4});
  skp.mutable_evaluasi(0)->set_tanggal("2026-02-20");
  Check(skp, {{"NoWindow", [](v1::Skp&) {}, {}}});
  Add(config::v1::WINDOW_KIND_PERIODIK, "2026-02-20");
  Check(skp,
        {{"LastDay", [](v1::Skp&) {}, {}},
         {"DayAfter",
          [](v1::Skp& changed) { changed.mutable_evaluasi(0)->set_tanggal("2026-02-21"); },
          {"warning WINDOW_LATE evaluasi[0].tanggal"}}},
        WithWindows());
}

TEST_F(WindowsTest, LatenessNamesTheLastDay) {
  Add(config::v1::WINDOW_KIND_PERENCANAAN, "2025-01-05");
  const auto found = Validator().Validate(support::MakeSkp(), WithWindows());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].metadata, (schema::Metadata{{"date", "2025-01-05"}}));
}

}  // namespace
}  // namespace kinerja::validate
