#include "gateway/validate/days.h"

#include "gtest/gtest.h"

namespace kinerja::validate {
namespace {

TEST(DaysTest, ReadsDaysOfTheCalendarOnly) {
  EXPECT_EQ(ParseDay("2024-02-29"), absl::CivilDay(2024, 2, 29));
  EXPECT_EQ(ParseDay("2000-02-29"), absl::CivilDay(2000, 2, 29));
  EXPECT_EQ(ParseDay("2025-12-31"), absl::CivilDay(2025, 12, 31));
  for (const char* text : {"2025-02-29", "1900-02-29", "2025-04-31", "2025-13-01", "2025-00-10",
                           "2025-01-00", "0000-01-01", "2025-1-01", "2025/01/01", "20250101",
                           "2025-01-01 ", "2025-01-0x", "2025-01--1", "", "31-12-2025"}) {
    EXPECT_EQ(ParseDay(text), std::nullopt) << text;
  }
}

TEST(DaysTest, CountsCompletedYears) {
  const absl::CivilDay born(1990, 5, 1);
  EXPECT_EQ(CompletedYears(born, absl::CivilDay(2007, 4, 30)), 16);
  EXPECT_EQ(CompletedYears(born, absl::CivilDay(2007, 5, 1)), 17);
  const absl::CivilDay leap(2000, 2, 29);
  EXPECT_EQ(CompletedYears(leap, absl::CivilDay(2017, 2, 28)), 16);
  EXPECT_EQ(CompletedYears(leap, absl::CivilDay(2017, 3, 1)), 17);
  EXPECT_EQ(CompletedYears(leap, absl::CivilDay(2020, 2, 29)), 20);
}

TEST(DaysTest, KnowsTheDaysOfPeriods) {
  struct Case {
    v1::JenisPeriode jenis;
    int urutan;
    const char* first;
    const char* last;
  };
  for (const Case& one : {
           Case{v1::JENIS_PERIODE_TAHUN, 1, "2024-01-01", "2024-12-31"},
           Case{v1::JENIS_PERIODE_SEMESTER, 1, "2024-01-01", "2024-06-30"},
           Case{v1::JENIS_PERIODE_SEMESTER, 2, "2024-07-01", "2024-12-31"},
           Case{v1::JENIS_PERIODE_TRIWULAN, 1, "2024-01-01", "2024-03-31"},
           Case{v1::JENIS_PERIODE_TRIWULAN, 4, "2024-10-01", "2024-12-31"},
           Case{v1::JENIS_PERIODE_BULAN, 2, "2024-02-01", "2024-02-29"},
           Case{v1::JENIS_PERIODE_BULAN, 12, "2024-12-01", "2024-12-31"},
       }) {
    const auto days = DaysOf(2024, one.jenis, one.urutan);
    ASSERT_TRUE(days.has_value());
    EXPECT_EQ(absl::FormatCivilTime(days->first), one.first);
    EXPECT_EQ(absl::FormatCivilTime(days->last), one.last);
  }
}

TEST(DaysTest, KnowsNoDaysOfOrdinalsThatAreNone) {
  EXPECT_FALSE(DaysOf(2024, v1::JENIS_PERIODE_TAHUN, 2));
  EXPECT_FALSE(DaysOf(2024, v1::JENIS_PERIODE_SEMESTER, 0));
  EXPECT_FALSE(DaysOf(2024, v1::JENIS_PERIODE_TRIWULAN, 5));
  EXPECT_FALSE(DaysOf(2024, v1::JENIS_PERIODE_BULAN, 13));
  EXPECT_FALSE(DaysOf(2024, v1::JENIS_PERIODE_KHUSUS, 0));
}

}  // namespace
}  // namespace kinerja::validate
