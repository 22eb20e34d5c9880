#include "adapters/bkn/bkn_codes.h"

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kinerja::adapters::bkn {
namespace {

v1::PeriodeBagian Bagian(const std::string& text) {
  v1::PeriodeBagian periode;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &periode)) << text;
  return periode;
}

v1::Periode Days(const std::string& mulai, const std::string& selesai) {
  v1::Periode periode;
  periode.set_mulai(mulai);
  periode.set_selesai(selesai);
  return periode;
}

TEST(BknCodesTest, QuadrantFollowsTheMatrix) {
  struct Case {
    int hasil;
    int perilaku;
    int quadrant;
  };
  const Case cases[] = {{1, 1, 1}, {1, 2, 2}, {1, 3, 4}, {2, 1, 2}, {2, 2, 2}, {2, 3, 4},
                        {3, 1, 3}, {3, 2, 3}, {3, 3, 5}, {0, 1, 0}, {1, 0, 0}, {4, 1, 0}};
  for (const Case& c : cases) {
    EXPECT_EQ(PredikatOf(static_cast<v1::Rating>(c.hasil), static_cast<v1::Rating>(c.perilaku)),
              c.quadrant)
        << c.hasil << " " << c.perilaku;
  }
}

TEST(BknCodesTest, OnlyRanksOfPnsHaveAPublishedId) {
  EXPECT_EQ(GolonganId("I/a"), "11");
  EXPECT_EQ(GolonganId("III/d"), "34");
  EXPECT_EQ(GolonganId("IV/e"), "45");
  EXPECT_EQ(GolonganId("IX"), "");
  EXPECT_EQ(GolonganId(""), "");
}

TEST(BknCodesTest, RungsHaveCodeAndCoefficient) {
  EXPECT_EQ(KoefisienBaikId(JenjangOfCode("PT")), "12");
  EXPECT_EQ(KoefisienBaikId(JenjangOfCode("UT")), "42");
  EXPECT_EQ(KoefisienBaikId(JenjangOfCode("PY")), "82");
  EXPECT_EQ(JenjangOfCode("XX"), v1::JENJANG_UNSPECIFIED);
  EXPECT_EQ(KoefisienBaikId(v1::JENJANG_UNSPECIFIED), "");
}

TEST(BknCodesTest, CreditIsExactAndHalvesGoUp) {
  struct Case {
    const char* name;
    v1::Jenjang jenjang;
    v1::Predikat predikat;
    int months;
    const char* want;
  };
  const Case cases[] = {
      {"full year", v1::JENJANG_AHLI_PERTAMA, v1::PREDIKAT_SANGAT_BAIK, 12, "18.75"},
      {"two months", v1::JENJANG_AHLI_PERTAMA, v1::PREDIKAT_BAIK, 2, "2.08"},
      {"half goes up", v1::JENJANG_PEMULA, v1::PREDIKAT_SANGAT_BAIK, 12, "5.63"},
      {"half goes up at the last place", v1::JENJANG_AHLI_PERTAMA, v1::PREDIKAT_SANGAT_KURANG, 6,
       "1.56"},
      {"half of a cent", v1::JENJANG_PEMULA, v1::PREDIKAT_KURANG, 12, "1.88"},
      {"semester", v1::JENJANG_AHLI_UTAMA, v1::PREDIKAT_BUTUH_PERBAIKAN, 6, "18.75"},
      {"one month", v1::JENJANG_TERAMPIL, v1::PREDIKAT_SANGAT_KURANG, 1, "0.10"},
      {"no rung", v1::JENJANG_UNSPECIFIED, v1::PREDIKAT_BAIK, 12, ""},
      {"no predikat", v1::JENJANG_PENYELIA, v1::PREDIKAT_UNSPECIFIED, 12, ""},
      {"no month", v1::JENJANG_PENYELIA, v1::PREDIKAT_BAIK, 0, ""},
      {"too many months", v1::JENJANG_PENYELIA, v1::PREDIKAT_BAIK, 13, ""},
  };
  for (const Case& c : cases)
    EXPECT_EQ(CreditOf(c.jenjang, c.predikat, c.months), c.want) << c.name;
}

TEST(BknCodesTest, PeriodicResultsAreOfMonthsAndQuarters) {
  const auto month = PeriodicMonths(Bagian("tahun: 2025 jenis: JENIS_PERIODE_BULAN urutan: 12"));
  ASSERT_TRUE(month.has_value());
  EXPECT_EQ(month->first, 12);
  EXPECT_EQ(month->last, 12);
  const auto quarter =
      PeriodicMonths(Bagian("tahun: 2025 jenis: JENIS_PERIODE_TRIWULAN urutan: 2"));
  ASSERT_TRUE(quarter.has_value());
  EXPECT_EQ(quarter->first, 4);
  EXPECT_EQ(quarter->last, 6);
  EXPECT_FALSE(PeriodicMonths(Bagian("tahun: 2025 jenis: JENIS_PERIODE_SEMESTER urutan: 1")));
  EXPECT_FALSE(PeriodicMonths(Bagian("tahun: 2025 jenis: JENIS_PERIODE_BULAN urutan: 13")));
  EXPECT_FALSE(PeriodicMonths(Bagian("tahun: 2025 jenis: JENIS_PERIODE_TRIWULAN urutan: 0")));
}

TEST(BknCodesTest, YearlyMonthsAreThoseTheRecordCovers) {
  struct Case {
    const char* name;
    const char* evaluated;
    v1::Periode record;
    int first;  // 0: nothing
    int last;
  };
  const Case cases[] = {
      {"year", "tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1", Days("2025-01-01", "2025-12-31"),
       1, 12},
      {"semester", "tahun: 2024 jenis: JENIS_PERIODE_SEMESTER urutan: 2",
       Days("2024-07-01", "2024-12-31"), 7, 12},
      {"year of a record that began later", "tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1",
       Days("2025-08-18", "2025-12-31"), 9, 12},
      {"year of a record that ended then", "tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1",
       Days("2025-01-01", "2025-08-17"), 1, 8},
      {"first half of a month", "tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1",
       Days("2025-01-02", "2025-06-15"), 1, 6},
      {"second half of a month", "tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1",
       Days("2025-06-16", "2025-12-30"), 7, 12},
      {"most of one month", "tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1",
       Days("2025-03-05", "2025-03-29"), 3, 3},
      {"little of two months", "tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1",
       Days("2025-03-25", "2025-04-05"), 0, 0},
      {"little of December", "tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1",
       Days("2025-12-25", "2025-12-31"), 0, 0},
      {"other days named",
       "tahun: 2025 jenis: JENIS_PERIODE_KHUSUS mulai: '2025-03-01' selesai: '2025-05-31'",
       Days("2025-01-01", "2025-12-31"), 3, 5},
      {"other days not named", "tahun: 2025 jenis: JENIS_PERIODE_KHUSUS",
       Days("2025-02-01", "2025-04-30"), 2, 4},
      {"semester outside the record", "tahun: 2025 jenis: JENIS_PERIODE_SEMESTER urutan: 1",
       Days("2025-07-01", "2025-12-31"), 0, 0},
      {"another year", "tahun: 2024 jenis: JENIS_PERIODE_TAHUN urutan: 1",
       Days("2025-01-01", "2025-12-31"), 0, 0},
      {"days that are none", "tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1",
       Days("2025-02-30", "2025-12-31"), 0, 0},
  };
  for (const Case& c : cases) {
    const auto months = YearlyMonths(Bagian(c.evaluated), c.record);
    EXPECT_EQ(months ? months->first : 0, c.first) << c.name;
    EXPECT_EQ(months ? months->last : 0, c.last) << c.name;
  }
}

TEST(BknCodesTest, DatesAreTurnedRound) {
  EXPECT_EQ(SiasnDate("2026-01-12"), "12-01-2026");
  EXPECT_EQ(SiasnDate("12-01-2026"), "");
  EXPECT_EQ(SiasnDate(""), "");
  EXPECT_EQ(DayNumber("1970-01-02"), 1);
  EXPECT_FALSE(DayNumber("2025-13-01"));
}

}  // namespace
}  // namespace kinerja::adapters::bkn
