#include "gateway/ctl/retry.h"

#include <vector>

#include "gateway/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/matchers.h"
#include "tests/unit/gateway/ctl/fake_caller.h"

namespace kinerja::ctl {
namespace {

using support::IsOk;
using support::StatusIs;
using testing::SizeIs;

class RetryTest : public testing::Test {
 protected:
  RetryTest() {
    tools_.clock = &clock_;
    tools_.seed = 1;
    tools_.sleep = [this](absl::Duration pause) {
      pauses_.push_back(pause);
      clock_.Advance(pause);
    };
    request_.set_request_id("8c5a5d3e-1f0a-4b6e-9d2c-3b1f0e9a7c55");
  }

  absl::StatusOr<v1::SubmitSkpResponse> Submit(absl::Duration timeout) {
    return SubmitWithRetry(&caller_, request_, clock_.Now() + timeout, tools_);
  }

  std::vector<v1::SubmitSkpRequest> Sent() const { return caller_.Asked<v1::SubmitSkpRequest>(); }

  fakes::FakeClock clock_;
  std::vector<absl::Duration> pauses_;
  RetryTools tools_;
  FakeCaller caller_;
  v1::SubmitSkpRequest request_;
};

TEST_F(RetryTest, RepeatsWithTheSameRequestIdUntilItIsTaken) {
  caller_.Answer<v1::SubmitSkpResponse>(
      {absl::UnavailableError("1"), absl::UnavailableError("2"), v1::SubmitSkpResponse()});
  EXPECT_THAT(Submit(absl::Seconds(30)), IsOk());
  ASSERT_THAT(Sent(), SizeIs(3));
  for (const auto& sent : Sent()) EXPECT_EQ(sent.request_id(), request_.request_id());
}

TEST_F(RetryTest, PausesGrowWithinTheirBounds) {
  caller_.Answer<v1::SubmitSkpResponse>({absl::UnavailableError("x")});
  EXPECT_THAT(Submit(absl::Seconds(30)), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_GE(pauses_.size(), 8u);
  absl::Duration whole = absl::Milliseconds(100);
  for (const absl::Duration pause : pauses_) {
    EXPECT_GE(pause, whole / 2);
    EXPECT_LE(pause, whole);
    whole = std::min(whole * 2, absl::Seconds(5));
  }
}

TEST_F(RetryTest, NeverWaitsPastTheDeadline) {
  caller_.Answer<v1::SubmitSkpResponse>({absl::UnavailableError("x")});
  const absl::Time begin = clock_.Now();
  EXPECT_THAT(Submit(absl::Seconds(1)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_LT(clock_.Now() - begin, absl::Seconds(1));
}

TEST_F(RetryTest, WaitsAsLongAsTheGatewayAsks) {
  absl::Status busy = absl::UnavailableError("stopping");
  base::SetRetryDelay(&busy, absl::Seconds(3));
  caller_.Answer<v1::SubmitSkpResponse>({busy, v1::SubmitSkpResponse()});
  EXPECT_THAT(Submit(absl::Seconds(30)), IsOk());
  EXPECT_THAT(pauses_, testing::ElementsAre(absl::Seconds(3)));
}

TEST_F(RetryTest, OtherErrorsAreFinal) {
  for (const absl::Status& status :
       {absl::ResourceExhaustedError("x"), absl::DeadlineExceededError("x"),
        absl::InternalError("x"), absl::AbortedError("x")}) {
    caller_.ForgetQuestions();
    caller_.Answer<v1::SubmitSkpResponse>({status});
    EXPECT_THAT(Submit(absl::Seconds(30)), StatusIs(status.code()));
    EXPECT_THAT(Sent(), SizeIs(1)) << status;
  }
}

TEST_F(RetryTest, WithoutRequestIdNothingIsRepeated) {
  request_.clear_request_id();
  caller_.Answer<v1::SubmitSkpResponse>({absl::UnavailableError("x")});
  EXPECT_THAT(Submit(absl::Seconds(30)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Sent(), SizeIs(1));
}

TEST_F(RetryTest, ValidateOnlyNeedsNoRequestId) {
  request_.clear_request_id();
  request_.set_validate_only(true);
  caller_.Answer<v1::SubmitSkpResponse>({absl::UnavailableError("x"), v1::SubmitSkpResponse()});
  EXPECT_THAT(Submit(absl::Seconds(30)), IsOk());
}

}  // namespace
}  // namespace kinerja::ctl
