#include "gateway/base/kill_point.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace kinerja::base {
namespace {

#ifdef KINERJA_FAULT_POINTS

constexpr const char* kLog = "kill_point_test.log";

std::string ReadLog() {
  std::ifstream file(kLog);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class KillPointDeathTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::testing::FLAGS_gtest_death_test_style = "threadsafe";  // the child reads its environment anew
    ASSERT_EQ(unsetenv("KJ_KILL_POINT"), 0);
    ASSERT_EQ(unsetenv("KJ_SEEDED_BUG"), 0);
    ASSERT_EQ(setenv("KJ_KILL_LOG", kLog, 1), 0);
    unlink(kLog);
  }
  void TearDown() override { unlink(kLog); }
};

void ReachTwice() {
  KJ_KILL_POINT("store_before_commit");
  KJ_KILL_POINT("store_after_commit");
  KJ_KILL_POINT("store_before_commit");
  exit(static_cast<int>(KillPointReaches("store_before_commit")));
}

TEST_F(KillPointDeathTest, OnlyCountsWhenNothingIsArmed) {
  EXPECT_EXIT(ReachTwice(), ::testing::ExitedWithCode(2), "");
  EXPECT_EQ(ReadLog(), "");
}

TEST_F(KillPointDeathTest, KillsTheProcessAtTheArmedPointAndSaysSo) {
  ASSERT_EQ(setenv("KJ_KILL_POINT", "store_after_commit", 1), 0);
  EXPECT_EXIT(ReachTwice(), ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(ReadLog(), "store_after_commit\n");
}

TEST_F(KillPointDeathTest, WaitsForTheReachThatIsArmed) {
  ASSERT_EQ(setenv("KJ_KILL_POINT", "store_before_commit:2", 1), 0);
  EXPECT_EXIT(ReachTwice(), ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(ReadLog(), "store_before_commit\n");

  ASSERT_EQ(setenv("KJ_KILL_POINT", "store_before_commit:3", 1), 0);
  EXPECT_EXIT(ReachTwice(), ::testing::ExitedWithCode(2), "");
}

TEST_F(KillPointDeathTest, RefusesANameItDoesNotKnow) {
  ASSERT_EQ(setenv("KJ_KILL_POINT", "misspelt", 1), 0);
  EXPECT_EXIT(ReachTwice(), ::testing::KilledBySignal(SIGABRT), "known_fault_name");
}

TEST_F(KillPointDeathTest, MakesOnlyTheChosenBugTrue) {
  EXPECT_EXIT(exit(KJ_SEEDED_BUG("answer_before_commit") ? 1 : 0), ::testing::ExitedWithCode(0),
              "");
  ASSERT_EQ(setenv("KJ_SEEDED_BUG", "answer_before_commit", 1), 0);
  EXPECT_EXIT(exit(KJ_SEEDED_BUG("answer_before_commit") ? 1 : 0), ::testing::ExitedWithCode(1),
              "");
}

TEST(KillPointTest, NamesEachPointOnce) {
  const std::set<std::string_view> names(kKillPoints.begin(), kKillPoints.end());
  EXPECT_EQ(names.size(), kKillPoints.size());
}

#else

TEST(KillPointTest, IsNothingOutsideTheFaultBuild) {
  ASSERT_EQ(setenv("KJ_KILL_POINT", "store_after_commit", 1), 0);
  ASSERT_EQ(setenv("KJ_SEEDED_BUG", "answer_before_commit", 1), 0);
  KJ_KILL_POINT("store_after_commit");
  static_assert(!KJ_SEEDED_BUG("answer_before_commit"));
}

#endif

}  // namespace
}  // namespace kinerja::base
