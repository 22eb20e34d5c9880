// fdatasync that fails with EIO under the real program (promise P1): after the first error nothing
// is acknowledged until restart, and after it everything acknowledged is there. strace makes the
// system call fail.
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/fault/gateway/submit_load.h"
#include "tests/support/gateway_client.h"
#include "tests/support/gateway_process.h"
#include "tests/support/matchers.h"

namespace kinerja::fault {
namespace {

using absl::StatusCode;
using support::GatewayClient;
using support::GatewayFolder;
using support::GatewayProcess;
using support::HasReason;
using support::IsOk;
using support::StatusIs;

// Counted per thread: beyond what the start needs, so that the writer's thread meets it.
constexpr char kFromThe40thOn[] = "inject=fdatasync:error=EIO:when=40+";

class FailingSyncTest : public testing::Test {
 protected:
  // strace beside the program (-D), so that signals reach the program itself.
  GatewayProcess::Options Failing() const {
    return {.wrapper = {"strace", "-D", "-f", "-qq", "-o", folder_.File("strace.log"), "-e",
                        "trace=fdatasync", "-e", kFromThe40thOn}};
  }

  void SetUp() override {
    gateway_ = GatewayProcess::Start(folder_, Failing());
    ASSERT_TRUE(gateway_->served()) << folder_.ReadLog();
    load_.Run(gateway_->address(), {.clients = 8});
    ASSERT_GT(load_.acknowledged(), 0U);
    ASSERT_NE(support::ReadTestFile(folder_.File("strace.log")).find("EIO"), std::string::npos);
  }

  const GatewayFolder folder_;
  std::unique_ptr<GatewayProcess> gateway_;
  SubmitLoad load_{/*seed=*/3};
};

TEST_F(FailingSyncTest, NothingIsAcknowledgedAfterTheFirstError) {
  for (const absl::Status& error : load_.errors()) {
    EXPECT_THAT(error, StatusIs(StatusCode::kUnavailable));
    EXPECT_THAT(error, HasReason("STORE_FAILED"));
  }
  const uint64_t before = load_.acknowledged();
  for (int i = 0; i < 20; ++i) {
    load_.Run(gateway_->address(), {.clients = 2, .submissions = 2});
    EXPECT_EQ(load_.errors().size(), 2U);
  }
  EXPECT_EQ(load_.acknowledged(), before);
}

TEST_F(FailingSyncTest, ReadsGoOn) {
  const GatewayClient client({.address = gateway_->address(), .token = support::kPmmToken});
  EXPECT_THAT(client.GetSkp(load_.AnyName()), IsOk());
}

TEST_F(FailingSyncTest, HealthSaysNotServing) {
  const GatewayClient client({.address = gateway_->address()});
  const std::string not_serving = "\x08\x02";
  absl::StatusOr<std::string> health;
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  do {
    health = client.Call("/grpc.health.v1.Health/Check", "");
    ASSERT_THAT(health, IsOk());
  } while (*health != not_serving && absl::Now() < deadline);
  EXPECT_EQ(*health, not_serving);
}

TEST_F(FailingSyncTest, WhatWasAcknowledgedIsThereAfterRestart) {
  gateway_->Kill();
  gateway_ = GatewayProcess::Start(folder_);
  ASSERT_TRUE(gateway_->served()) << folder_.ReadLog();
  EXPECT_EQ(load_.FindBrokenPromise(gateway_->address()), "");
}

TEST_F(FailingSyncTest, AnOrderedStopLosesNothingEither) {
  gateway_->Stop();
  gateway_ = GatewayProcess::Start(folder_);
  ASSERT_TRUE(gateway_->served()) << folder_.ReadLog();
  EXPECT_EQ(load_.FindBrokenPromise(gateway_->address()), "");
}

}  // namespace
}  // namespace kinerja::fault
