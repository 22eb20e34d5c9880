// BKN does a save and says nothing, one time in ten, half of them by closing and half by hanging
// (promise P6): no effect is doubled, and no save is repeated before somebody has looked. And the
// history that says so, tested: gateways that are wrong on purpose.
#include <signal.h>

#include <iostream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fault/delivery/whole_way.h"

namespace kinerja::fault {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr char kSilentSaves[] = R"([
  {"fault": "commit_then_close", "match": "write", "probability": 0.05, "seed": 1},
  {"fault": "commit_then_hang", "match": "write", "probability": 0.05, "seed": 2}])";
// Less than the settle time of the configuration.
constexpr char kLateReads[] =
    R"({"fault": "stale_read_ms", "value": 600, "probability": 0.5, "seed": 3,
        "match": ["rw_skp22", "rw_kinerjaperiodik", "rw_angkakredit"]})";

void ExpectEverythingOnce(uint64_t records, WholeWay* way) {
  way->StartGateway();
  ASSERT_TRUE(way->gateway().served()) << way->folder().ReadLog();
  EXPECT_EQ(way->WaitUntilSettled(absl::Minutes(2)), "") << way->folder().ReadLog();
  const History history = way->ReadHistory();
  EXPECT_EQ(history.FindBroken(way->expected()), "");
  EXPECT_GT(history.silent_saves(), records / 10);
  std::cout << history.saves() << " saves, " << history.silent_saves() << " of them silent\n";
}

TEST(SilentSaveTest, NoEffectIsDoubledAndNoSaveRepeatedBlindly) {
  WholeWay way({.records = 300, .page_size = 100, .max_in_flight = 32});
  way.Disturb(Peer::kBkn, kSilentSaves);
  ExpectEverythingOnce(300, &way);
}

TEST(SilentSaveTest, NorWhereReadsShowASaveOnlyLater) {
  WholeWay way({.records = 300, .page_size = 100, .max_in_flight = 32});
  way.Disturb(Peer::kBkn, kSilentSaves);
  way.Disturb(Peer::kBkn, kLateReads);
  ExpectEverythingOnce(300, &way);
}

// What the history says of a gateway that has this bug after a crash.
std::string BreakPromise(const std::string& bug, bool silent_saves) {
  WholeWay way({.records = 40, .page_size = 20, .max_in_flight = 8});
  if (silent_saves) way.Disturb(Peer::kBkn, kSilentSaves);
  way.StartGateway({{"KJ_KILL_POINT", "deliver_after_call:20"}});
  EXPECT_EQ(way.gateway().WaitForEnd().signal, SIGKILL) << way.folder().ReadLog();
  way.StartGateway({{"KJ_SEEDED_BUG", bug}});
  EXPECT_TRUE(way.gateway().served()) << way.folder().ReadLog();
  EXPECT_EQ(way.WaitUntilSettled(absl::Minutes(1)), "");
  const std::string broken = way.FindBroken();
  std::cout << bug << " is caught: " << broken;
  return broken;
}

TEST(SeededBugTest, ARepeatWithoutALookIsCaught) {
  EXPECT_THAT(BreakPromise("skip_lookup", /*silent_saves=*/true), HasSubstr("blind repeat"));
}

TEST(SeededBugTest, ACallForgottenInACrashIsCaught) {
  EXPECT_THAT(BreakPromise("forget_call", /*silent_saves=*/false),
              AnyOf(HasSubstr("blind repeat"), HasSubstr("repeated")));
}

}  // namespace
}  // namespace kinerja::fault
