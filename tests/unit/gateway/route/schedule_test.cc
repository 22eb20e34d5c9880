#include "gateway/route/schedule.h"

#include <string>

#include "absl/time/civil_time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kinerja::route {
namespace {

OpeningHours Hours(const std::string& text) {
  config::v1::Schedule schedule;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &schedule)) << text;
  return OpeningHours(schedule);
}

// On 5 January 2026, UTC; day 0 is the 5th.
absl::Time At(int hour, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(2026, 1, 5, hour, minute, second), absl::UTCTimeZone());
}

constexpr char kDay[] = "openings { from: '08:00' until: '16:30' }";

TEST(OpeningHoursTest, WithoutOpeningsItIsAlwaysOpen) {
  EXPECT_TRUE(OpeningHours().IsOpen(At(3)));
  EXPECT_TRUE(Hours("zone: ZONE_WIT").IsOpen(At(3)));
  EXPECT_EQ(OpeningHours().NextOpen(At(3)), At(3));
}

TEST(OpeningHoursTest, EachZoneHasItsOwnTimeOfDay) {
  struct Case {
    const char* zone;
    int opens_utc;
  };
  for (const Case& test : {Case{"", 1}, Case{"zone: ZONE_WIB ", 1}, Case{"zone: ZONE_WITA ", 0},
                           Case{"zone: ZONE_WIT ", -1}}) {
    SCOPED_TRACE(test.zone);
    const OpeningHours hours = Hours(std::string(test.zone) + kDay);
    const absl::Time opens = At(0) + absl::Hours(test.opens_utc);
    const absl::Time closes = opens + absl::Hours(8) + absl::Minutes(30);
    EXPECT_FALSE(hours.IsOpen(opens - absl::Nanoseconds(1)));
    EXPECT_TRUE(hours.IsOpen(opens));
    EXPECT_TRUE(hours.IsOpen(closes - absl::Nanoseconds(1)));
    EXPECT_FALSE(hours.IsOpen(closes));
    EXPECT_EQ(hours.NextOpen(opens - absl::Hours(1)), opens);
    EXPECT_EQ(hours.NextOpen(opens), opens);
    EXPECT_EQ(hours.NextOpen(opens + absl::Hours(1)), opens + absl::Hours(1));
    EXPECT_EQ(hours.NextOpen(closes), opens + absl::Hours(24));
  }
}

TEST(OpeningHoursTest, AnOpeningMayGoOverMidnight) {
  const OpeningHours hours = Hours("zone: ZONE_WIB openings { from: '22:00' until: '05:00' }");
  EXPECT_TRUE(hours.IsOpen(At(15)));          // 22:00
  EXPECT_TRUE(hours.IsOpen(At(17)));          // 00:00
  EXPECT_TRUE(hours.IsOpen(At(21, 59, 59)));  // 04:59:59
  EXPECT_FALSE(hours.IsOpen(At(22)));         // 05:00
  EXPECT_FALSE(hours.IsOpen(At(14, 59, 59)));
  EXPECT_EQ(hours.NextOpen(At(22)), At(15) + absl::Hours(24));
  EXPECT_EQ(hours.NextOpen(At(14)), At(15));
}

TEST(OpeningHoursTest, TheNextOfSeveralOpeningsIsTaken) {
  const OpeningHours hours =
      Hours("openings { from: '19:00' until: '21:00' } openings { from: '12:00' until: '13:00' }");
  EXPECT_EQ(hours.NextOpen(At(4)), At(5));   // 11:00 → 12:00 WIB
  EXPECT_EQ(hours.NextOpen(At(6)), At(12));  // 13:00 → 19:00
  EXPECT_EQ(hours.NextOpen(At(14)), At(5) + absl::Hours(24));
}

TEST(OpeningHoursTest, TheDaysBefore1970AreDaysToo) {
  const OpeningHours hours = Hours(kDay);
  EXPECT_TRUE(hours.IsOpen(absl::UnixEpoch() - absl::Hours(22)));   // 09:00 WIB
  EXPECT_FALSE(hours.IsOpen(absl::UnixEpoch() - absl::Hours(24)));  // 07:00
}

}  // namespace
}  // namespace kinerja::route
