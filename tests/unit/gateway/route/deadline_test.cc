#include "gateway/route/deadline.h"

#include <string>

#include "absl/time/civil_time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kinerja::route {
namespace {

constexpr DeadlineKeys kYear2025 = {.instansi = "9901",
                                    .mulai = "2025-01-01",
                                    .selesai = "2025-12-31",
                                    .regime = v1::REGIME_PERMENPANRB6_2022};
const absl::Time kAccepted = absl::FromCivil(absl::CivilDay(2026, 1, 5), absl::UTCTimeZone());
constexpr int64_t kThirtyDays = 30 * 24 * 3600;

int64_t Deadline(const std::string& windows, const DeadlineKeys& keys = kYear2025) {
  config::v1::GatewayConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(windows, &config)) << windows;
  return DeadlineOf(config.windows(), keys, kAccepted);
}

int64_t EndOf(int year, int month, int day) {
  return absl::ToUnixSeconds(
      absl::FromCivil(absl::CivilDay(year, month, day) + 1, absl::FixedTimeZone(7 * 3600)));
}

// A window of the year 2025 until that day, with more conditions.
std::string Window(const std::string& until, const std::string& more = "") {
  return "windows { periode_mulai: '2025-01-01' periode_selesai: '2025-12-31' sampai: '" + until +
         "' " + more + "}";
}

TEST(DeadlineTest, WithoutAWindowItIsThirtyDaysAfterItCame) {
  EXPECT_EQ(Deadline(""), absl::ToUnixSeconds(kAccepted) + kThirtyDays);
}

TEST(DeadlineTest, ItIsTheEndOfTheLastDayOfTheWindowInWib) {
  EXPECT_EQ(Deadline(Window("2026-01-31")), EndOf(2026, 1, 31));
}

TEST(DeadlineTest, OnlyAWindowThatFitsCounts) {
  struct Case {
    const char* name;
    std::string window;
    bool fits;
  };
  const Case cases[] = {
      {"of its instansi", Window("2026-01-20", "instansi: '9902' instansi: '9901'"), true},
      {"of another instansi", Window("2026-01-20", "instansi: '9902'"), false},
      {"of its regime", Window("2026-01-20", "regime: REGIME_PERMENPANRB6_2022"), true},
      {"of another regime", Window("2026-01-20", "regime: REGIME_PP30_2019"), false},
      {"over already", Window("2026-01-04"), false},
      {"its last day", Window("2026-01-05"), true},
      {"of another year",
       "windows { periode_mulai: '2024-01-01' periode_selesai: '2024-12-31' sampai: '2026-01-20' }",
       false},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(Deadline(test.window) < absl::ToUnixSeconds(kAccepted) + kThirtyDays, test.fits)
        << test.name;
  }
}

TEST(DeadlineTest, TheEarliestOfSeveralIsTaken) {
  EXPECT_EQ(Deadline(Window("2026-01-31") + Window("2026-01-10") + Window("2026-01-20")),
            EndOf(2026, 1, 10));
}

}  // namespace
}  // namespace kinerja::route
