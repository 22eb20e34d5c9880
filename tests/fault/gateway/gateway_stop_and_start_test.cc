// An ordered stop under load, and starts that must be refused.
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fault/gateway/submit_load.h"
#include "tests/support/gateway_process.h"
#include "tests/support/matchers.h"

namespace kinerja::fault {
namespace {

using support::GatewayFolder;
using support::GatewayProcess;
using testing::HasSubstr;

constexpr absl::Duration kGrace = absl::Seconds(5);

TEST(OrderedStopTest, KeepsWhatItAnswered) {
  const GatewayFolder folder({.stop_grace = kGrace});
  auto gateway = GatewayProcess::Start(folder);
  ASSERT_TRUE(gateway->served()) << folder.ReadLog();
  SubmitLoad load(/*seed=*/4);
  load.Begin(gateway->address(), {.clients = 16});
  while (load.acknowledged() < 200) absl::SleepFor(absl::Milliseconds(1));
  const absl::Time began = absl::Now();
  const support::ProcessEnd end = gateway->Stop();
  const absl::Duration took = absl::Now() - began;
  load.Join();
  EXPECT_EQ(end.exit_code, 0) << folder.ReadLog();
  EXPECT_LT(took, kGrace + absl::Seconds(2));
  EXPECT_THAT(folder.ReadLog(), HasSubstr(R"("event":"stopped")"));
  gateway = GatewayProcess::Start(folder);
  ASSERT_TRUE(gateway->served()) << folder.ReadLog();
  EXPECT_EQ(load.FindBrokenPromise(gateway->address()), "");
}

TEST(SecondStartTest, IsRefusedOnTheSameStore) {
  const GatewayFolder folder;
  const auto first = GatewayProcess::Start(folder);
  ASSERT_TRUE(first->served()) << folder.ReadLog();
  const GatewayFolder second_folder({.store_folder = folder.path()});
  const auto second = GatewayProcess::Start(second_folder);
  EXPECT_FALSE(second->served());
  EXPECT_EQ(second->WaitForEnd().exit_code, 1);
  EXPECT_THAT(second_folder.ReadLog(), HasSubstr("STORE_IN_USE"));
  EXPECT_THAT(second_folder.ReadLog(), HasSubstr("is in use by another process"));
  SubmitLoad load(/*seed=*/5);
  load.Run(first->address(), {.clients = 1, .submissions = 10});
  EXPECT_TRUE(load.errors().empty()) << "the first one was disturbed";
}

TEST(SecondStartTest, IsRefusedOnTheSamePort) {
  const GatewayFolder folder;
  const auto first = GatewayProcess::Start(folder);
  ASSERT_TRUE(first->served()) << folder.ReadLog();
  const GatewayFolder second_folder({.address = first->address()});
  const auto second = GatewayProcess::Start(second_folder);
  EXPECT_FALSE(second->served());
  EXPECT_EQ(second->WaitForEnd().exit_code, 1);
  EXPECT_THAT(second_folder.ReadLog(), HasSubstr("cannot listen on " + first->address()));
}

TEST(SecondStartTest, IsTakenWhenTheFirstWasKilled) {
  const GatewayFolder folder;
  GatewayProcess::Start(folder)->Kill();
  EXPECT_TRUE(GatewayProcess::Start(folder)->served()) << folder.ReadLog();
}

}  // namespace
}  // namespace kinerja::fault
