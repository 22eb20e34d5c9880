// kill -9 at random moments of the gateway between PMM and BKN, both of which fail (promises P1,
// P4, P6), of the program as it is shipped: nothing is lost, no effect doubled, every delivery
// settled.
//
// One run of 500 records; with KJ_LONG=1 twenty runs of 5 000, 100 000 records in all: to end with
// fewer because the time is over is a failure. The seed is printed; KJ_SEED=<seed> repeats it as
// far as timing can be repeated.
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/fault/delivery/whole_way.h"

namespace kinerja::fault {
namespace {

constexpr uint64_t kShortRecords = 500;
constexpr uint64_t kLongRecords = 5'000;
constexpr uint64_t kLongRuns = 20;
// No run begins later, so that the last one ends before ctest does.
constexpr absl::Duration kLongTime = absl::Minutes(50);
// Each costs a second of starting and waiting, and settles little of what it broke.
constexpr uint64_t kMostKills = 25;

uint64_t Seed() {
  uint64_t seed = std::random_device()();
  if (const char* const text = std::getenv("KJ_SEED")) {
    EXPECT_TRUE(absl::SimpleAtoi(text, &seed)) << "KJ_SEED is no number";
  }
  return seed;
}

bool IsLong() { return std::getenv("KJ_LONG") != nullptr; }

std::string Rule(std::string_view fault, std::string_view match, double probability, uint64_t seed,
                 int value = 1) {
  return absl::StrCat(R"({"fault":")", std::string(fault), R"(","match":")", std::string(match),
                      R"(","probability":)", probability, R"(,"seed":)", seed % 1'000'000'007,
                      R"(,"value":)", value, "}");
}

void DisturbBoth(uint64_t seed, uint64_t records, WholeWay* way) {
  // A few times in a run, however long: after each nothing is sent for a second, and less for 40 s.
  const double throttled = 1.0 / static_cast<double>(records);
  way->Disturb(Peer::kBkn, Rule("commit_then_close", "write", 0.05, seed));
  way->Disturb(Peer::kBkn, Rule("commit_then_hang", "write", 0.05, seed + 1));
  way->Disturb(Peer::kBkn, Rule("http_503", "*", 0.02, seed + 2, 0));
  way->Disturb(Peer::kBkn, Rule("http_429_retry_after", "*", throttled, seed + 3));
  way->Disturb(Peer::kBkn, Rule("reset", "*", 0.02, seed + 4));
  way->Disturb(Peer::kBkn, Rule("stale_read_ms", "read", 0.2, seed + 9, 600));
  way->Disturb(Peer::kPmm, Rule("overlap", "perubahan", 0.2, seed + 5, 7));
  way->Disturb(Peer::kPmm, Rule("repeats", "perubahan", 0.1, seed + 6));
  way->Disturb(Peer::kPmm, Rule("http_503", "*", 0.1, seed + 7, 0));
  way->Disturb(Peer::kPmm, Rule("commit_then_close", "*", 0.1, seed + 8));
}

// One way that is killed until half of the records are there, and then left to end its work under
// the same faults.
void KillOften(uint64_t seed, uint64_t records) {
  SCOPED_TRACE(absl::StrCat("KJ_SEED=", seed));
  std::mt19937_64 random(seed);
  const std::string binary = support::GatewayProcess::ReleaseBinary();
  WholeWay way({.records = records, .page_size = 25, .max_in_flight = 200});
  DisturbBoth(seed, records, &way);
  const absl::Time began = absl::Now();
  uint64_t kills = 0;
  for (uint64_t delivered = 0; delivered < records / 2 && kills < kMostKills; ++kills) {
    way.StartGateway({}, binary);
    ASSERT_TRUE(way.gateway().served()) << way.folder().ReadLog();
    absl::SleepFor(absl::Milliseconds(random() % 1'500));  // when, is what is tested
    delivered = way.CountDelivered();
    way.gateway().Kill();
  }
  const absl::Time killed = absl::Now();
  way.StartGateway({}, binary);
  ASSERT_TRUE(way.gateway().served()) << way.folder().ReadLog();
  ASSERT_EQ(way.WaitUntilSettled(absl::Minutes(5)), "");
  const History history = way.ReadHistory();
  EXPECT_EQ(history.FindBroken(way.expected()), "");
  EXPECT_GT(kills, 0U);
  EXPECT_GT(history.silent_saves(), records / 20) << "too few faults to prove anything";
  std::cout << "seed " << seed << ": " << records << " records, " << kills << " kills, "
            << history.saves() << " saves, " << history.silent_saves() << " of them silent; "
            << absl::Trunc(killed - began, absl::Seconds(1)) << " of kills, then "
            << absl::Trunc(absl::Now() - killed, absl::Seconds(1)) << std::endl;
}

TEST(DeliveryRandomKillTest, LosesAndDoublesNothing) {
  const uint64_t seed = Seed();
  std::cout << support::GatewayProcess::ReleaseBinary() << ", KJ_SEED=" << seed << std::endl;
  if (!IsLong()) return KillOften(seed, kShortRecords);
  const absl::Time end = absl::Now() + kLongTime;
  uint64_t runs = 0;
  while (runs < kLongRuns && absl::Now() < end && !HasFatalFailure()) {
    KillOften(seed + runs++, kLongRecords);
  }
  std::cout << runs * kLongRecords << " records in " << runs << " runs" << std::endl;
  if (HasFatalFailure()) return;  // which says why there are fewer
  EXPECT_EQ(runs, kLongRuns) << "after " << kLongTime << " only " << runs * kLongRecords << " of "
                             << kLongRuns * kLongRecords << " records are done: nothing is proved "
                             << "of the rest; repeat on a machine with less to do";
}

}  // namespace
}  // namespace kinerja::fault
