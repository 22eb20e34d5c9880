// One of the three processes of the way stands still for a while (SIGSTOP) and goes on as if
// nothing had been (promises P1, P4, P6): nothing is lost and no effect doubled, whether the stop
// is longer than a call may take or longer than the gateway waits for an answer.
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fault/delivery/whole_way.h"

namespace kinerja::fault {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr WayOptions kOptions = {.records = 120, .page_size = 5, .max_in_flight = 16};
// Longer than a call may take; longer than that and the wait for its answer (5 s more).
constexpr absl::Duration kBeyondCall = absl::Seconds(3);
constexpr absl::Duration kBeyondClaim = absl::Seconds(8);

// So that a stop finds calls and pages in all stages; a save that is under way then is done only
// afterwards, although the gateway has left.
void SlowDown(WholeWay* way) {
  way->Disturb(Peer::kBkn, R"([{"fault": "delay_before_ms", "value": 300, "match": "write"},
                               {"fault": "delay_ms", "value": 30, "match": "read"}])");
  way->Disturb(Peer::kPmm, R"({"fault": "delay_ms", "value": 300, "match": "perubahan"})");
}

template <typename Process>
void StandStill(const Process& process, absl::Duration duration) {
  process.Freeze();
  absl::SleepFor(duration);  // how long, is what is tested
  process.Thaw();
}

void ExpectEverythingOnce(WholeWay* way) {
  const absl::Time began = absl::Now();
  EXPECT_EQ(way->WaitUntilSettled(absl::Minutes(2)), "") << way->folder().ReadLog();
  EXPECT_EQ(way->FindBroken(), "");
  std::cout << "settled " << absl::FormatDuration(absl::Now() - began) << " after the last stop\n";
}

TEST(StopTest, AGatewayThatStoodStillLosesAndDoublesNothing) {
  WholeWay way(kOptions);
  SlowDown(&way);
  way.StartGateway();
  ASSERT_TRUE(way.gateway().served()) << way.folder().ReadLog();
  ASSERT_TRUE(way.WaitUntilDelivered(kOptions.records / 4, absl::Minutes(1)));
  StandStill(way.gateway(), kBeyondCall);
  ASSERT_TRUE(way.WaitUntilDelivered(kOptions.records / 2, absl::Minutes(1)));
  StandStill(way.gateway(), kBeyondClaim);
  ExpectEverythingOnce(&way);
}

class PeerStopTest : public testing::TestWithParam<Peer> {};

TEST_P(PeerStopTest, NothingIsLostOrDoubled) {
  WholeWay way(kOptions);
  SlowDown(&way);
  way.StartGateway();
  ASSERT_TRUE(way.gateway().served()) << way.folder().ReadLog();
  ASSERT_TRUE(way.WaitUntilDelivered(kOptions.records / 4, absl::Minutes(1)));
  StandStill(way.simulator(GetParam()), kBeyondCall);
  ASSERT_TRUE(way.WaitUntilDelivered(kOptions.records / 2, absl::Minutes(1)));
  StandStill(way.simulator(GetParam()), kBeyondClaim);
  ExpectEverythingOnce(&way);
}

INSTANTIATE_TEST_SUITE_P(, PeerStopTest, testing::Values(Peer::kPmm, Peer::kBkn),
                         [](const auto& run) { return run.param == Peer::kPmm ? "Pmm" : "Bkn"; });

uint64_t CountSaves(const WholeWay& way) {
  const nlohmann::json totals = way.Control(Peer::kBkn, "GET", "effects?totals")["totals"];
  return totals.value("skp22", nlohmann::json::object()).value("created", uint64_t{0});
}

// The history, tested: a gateway that is wrong on purpose, stopped while many saves are done and
// not answered.
TEST(StopTest, ACallForgottenBecauseOfItsSilenceIsCaught) {
  WholeWay way({.records = 40, .page_size = 20, .max_in_flight = 32});
  way.Disturb(Peer::kBkn, R"({"fault": "delay_ms", "value": 1500, "match": "skp22_save"})");
  way.StartGateway({{"KJ_SEEDED_BUG", "forget_silent_call"}});
  ASSERT_TRUE(way.gateway().served()) << way.folder().ReadLog();
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  while (CountSaves(way) < 20 && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(5));
  StandStill(way.gateway(), kBeyondClaim);
  EXPECT_EQ(way.WaitUntilSettled(absl::Minutes(1)), "");
  const std::string broken = way.FindBroken();
  std::cout << "forget_silent_call is caught: " << broken;
  EXPECT_THAT(broken, AnyOf(HasSubstr("blind repeat"), HasSubstr("repeated")));
}

}  // namespace
}  // namespace kinerja::fault
