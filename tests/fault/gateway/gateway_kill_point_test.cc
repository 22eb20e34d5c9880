// Each named kill point of the store, armed in turn in the real program (promise P1): what was
// acknowledged is there, nothing is half, nothing is there that was not sent. Those on the way of a
// record: ../delivery/delivery_kill_point_test.cc.
#include <signal.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/kill_point.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fault/gateway/submit_load.h"
#include "tests/support/gateway_process.h"

namespace kinerja::fault {
namespace {

using support::GatewayFolder;
using support::GatewayProcess;

// Enough for several groups, and for a log that is worth moving into the file.
constexpr LoadOptions kSome = {.clients = 16, .submissions = 400};
// More than any point but that of a checkpoint needs to be reached.
constexpr LoadOptions kMany = {.clients = 16, .submissions = 10'000};

struct Case {
  std::string_view point;
  uint64_t reach;
};

// The list of kill_point.h, so that a new point is armed without an edit here.
std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const std::string_view point : base::kKillPoints) {
    if (!point.starts_with("store_")) continue;
    if (point == "store_migration") {
      cases.push_back({point, 1});
      continue;
    }
    for (const uint64_t reach : {1, 2, 13, 60}) cases.push_back({point, reach});
  }
  return cases;
}

class KillUnderLoadTest : public testing::Test {
 protected:
  GatewayProcess::Options ArmedAt(const Case& kill) const {
    const std::string armed = absl::StrCat(std::string(kill.point), ":", kill.reach);
    return {.environment = {{"KJ_KILL_POINT", armed}, {"KJ_KILL_LOG", folder_.File("killed")}}};
  }

  // The armed process was ended by this kill point, and by nothing else.
  void ExpectKilledAt(std::string_view point, GatewayProcess* gateway) {
    EXPECT_EQ(gateway->WaitForEnd().signal, SIGKILL) << folder_.ReadLog();
    EXPECT_EQ(support::ReadTestFile(folder_.File("killed")), std::string(point) + "\n");
  }

  // Starts it once more, reads everything, and goes on working.
  void ExpectNothingLost() {
    const auto gateway = GatewayProcess::Start(folder_);
    ASSERT_TRUE(gateway->served()) << folder_.ReadLog();
    EXPECT_EQ(load_.FindBrokenPromise(gateway->address()), "");
    load_.Run(gateway->address(), {.clients = 4, .submissions = 40});
    EXPECT_EQ(load_.FindBrokenPromise(gateway->address()), "");
  }

  GatewayFolder folder_;
  SubmitLoad load_{/*seed=*/1};
};

class KillPointTest : public KillUnderLoadTest, public testing::WithParamInterface<Case> {};

// Under load, or while a log full of acknowledged records is moved at the stop.
TEST_P(KillPointTest, LosesNothingWhileItWorks) {
  const auto gateway = GatewayProcess::Start(folder_, ArmedAt(GetParam()));
  if (gateway->served()) {
    load_.Run(gateway->address(), GetParam().point == "store_checkpoint" ? kSome : kMany);
    gateway->BeginStop();
  }
  ExpectKilledAt(GetParam().point, gateway.get());
  std::cout << GetParam().point << ": " << load_.acknowledged() << " acknowledged, "
            << load_.unanswered() << " open\n";
  ExpectNothingLost();
}

INSTANTIATE_TEST_SUITE_P(, KillPointTest, testing::ValuesIn(AllCases()), [](const auto& run) {
  return absl::StrCat(std::string(run.param.point), "_", run.param.reach);
});

// While answers are given: the log is long enough to be moved in the middle of the load.
TEST_F(KillUnderLoadTest, LosesNothingInACheckpointBetweenTwoGroups) {
  const auto gateway = GatewayProcess::Start(folder_, ArmedAt({"store_checkpoint", 500}));
  ASSERT_TRUE(gateway->served()) << folder_.ReadLog();
  load_.Run(gateway->address(), kMany);
  EXPECT_GT(load_.unanswered(), 0U) << "the load had ended before";
  ExpectKilledAt("store_checkpoint", gateway.get());
  ExpectNothingLost();
}

// The log that a killed process left is moved into the file by the next start.
class KillAtStartTest : public KillPointTest {};

TEST_P(KillAtStartTest, LosesNothingWhileItTakesOverAnOldLog) {
  {
    const auto first = GatewayProcess::Start(folder_);
    ASSERT_TRUE(first->served()) << folder_.ReadLog();
    load_.Run(first->address(), kSome);
  }
  const auto second = GatewayProcess::Start(folder_, ArmedAt(GetParam()));
  EXPECT_FALSE(second->served());
  ExpectKilledAt(GetParam().point, second.get());
  ExpectNothingLost();
}

INSTANTIATE_TEST_SUITE_P(, KillAtStartTest,
                         testing::Values(Case{"store_checkpoint", 1}, Case{"store_checkpoint", 40}),
                         [](const auto& run) { return absl::StrCat(run.param.reach, "_pages"); });

// The checker of these tests, tested: programs that are wrong on purpose.
std::string BreakPromise(const std::string& bug, std::string_view point, int reach) {
  const GatewayFolder folder;
  SubmitLoad load(/*seed=*/static_cast<uint64_t>(reach));
  {
    const auto wrong = GatewayProcess::Start(
        folder, {.environment = {{"KJ_SEEDED_BUG", bug},
                                 {"KJ_KILL_POINT", absl::StrCat(std::string(point), ":", reach)}}});
    if (!wrong->served()) return "";
    load.Run(wrong->address(), kSome);
  }
  const auto right = GatewayProcess::Start(folder);
  return right->served() ? load.FindBrokenPromise(right->address()) : "";
}

TEST(SeededBugTest, AnAnswerBeforeTheCommitIsCaught) {
  std::string found;
  // The kill must fall between the answer and the commit: some tries may miss.
  for (int reach = 5; found.empty() && reach < 25; ++reach) {
    found = BreakPromise("answer_before_commit", "store_after_answer", reach);
  }
  EXPECT_NE(found, "") << "the checker did not see that answers were given before the commit";
  std::cout << "caught: " << found << "\n";
}

TEST(SeededBugTest, AForgottenRequestIsCaught) {
  const std::string found = BreakPromise("forget_request", "store_after_commit", 5);
  EXPECT_THAT(found, testing::HasSubstr("second time"));
  std::cout << "caught: " << found << "\n";
}

}  // namespace
}  // namespace kinerja::fault
