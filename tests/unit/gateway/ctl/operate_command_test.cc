#include <sstream>

#include "gateway/ctl/commands.h"
#include "gateway/schema/catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kinerja/v1/target_service.pb.h"
#include "tests/fakes/fake_clock.h"
#include "tests/unit/gateway/ctl/fake_caller.h"

namespace kinerja::ctl {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class OperateCommandTest : public testing::Test {
 protected:
  OperateCommandTest() {
    tools_.clock = &clock_;
    tools_.sleep = [this](absl::Duration pause) { clock_.Advance(pause); };
    flags_.json = true;
    flags_.connection.timeout = absl::Seconds(5);
  }

  ExitCode Run(Command command) {
    flags_.command = command;
    return RunOperate(flags_, &caller_, tools_,
                      {.in = nullptr, .out = &out_, .err = &err_, .err_is_terminal = terminal_});
  }

  static v1::Job MakeJob(v1::JobState state, uint64_t done) {
    v1::Job job;
    job.set_name("jobs/17");
    job.set_state(state);
    job.set_total(12);
    job.set_done(done);
    return job;
  }
  static v1::GetJobResponse Progress(v1::JobState state, uint64_t done) {
    v1::GetJobResponse response;
    *response.mutable_job() = MakeJob(state, done);
    return response;
  }

  // A preview of twelve, and then a job for them.
  template <typename Response>
  void AnswerChange() {
    Response preview;
    preview.set_count(12);
    Response made = preview;
    *made.mutable_job() = MakeJob(v1::JOB_STATE_RUNNING, 0);
    caller_.Answer<Response>({preview, made});
  }

  Flags flags_;
  bool terminal_ = false;
  fakes::FakeClock clock_;
  RetryTools tools_;
  FakeCaller caller_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(OperateCommandTest, WithoutYesItIsOnlyCounted) {
  AnswerChange<v1::RetryDeliveriesResponse>();
  flags_.json = false;
  flags_.retry.mutable_filter()->set_target("bkn");
  EXPECT_EQ(Run(Command::kRetry), ExitCode::kOk);
  const auto asked = caller_.Asked<v1::RetryDeliveriesRequest>();
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_TRUE(asked[0].preview());
  EXPECT_EQ(asked[0].filter().target(), "bkn");
  EXPECT_EQ(out_.str(), "12 deliveries to be tried again\n");
  EXPECT_EQ(err_.str(), "kinerjactl: nothing was done; --yes does it\n");
}

TEST_F(OperateCommandTest, WithYesTheCountOfAFreshPreviewIsSent) {
  AnswerChange<v1::RetryDeliveriesResponse>();
  flags_.change.yes = true;
  flags_.retry.mutable_filter()->set_target("bkn");
  flags_.retry.mutable_refused_since()->set_seconds(7);
  EXPECT_EQ(Run(Command::kRetry), ExitCode::kOk);
  const auto asked = caller_.Asked<v1::RetryDeliveriesRequest>();
  ASSERT_THAT(asked, SizeIs(2));
  EXPECT_TRUE(asked[0].preview());
  EXPECT_FALSE(asked[1].preview());
  EXPECT_EQ(asked[1].expected_count(), 12u);
  EXPECT_EQ(asked[1].filter().target(), "bkn");
  EXPECT_EQ(asked[1].refused_since().seconds(), 7);
  EXPECT_EQ(out_.str(),
            "{\"name\":\"jobs/17\",\"state\":\"JOB_STATE_RUNNING\",\"total\":\"12\"}\n");
  EXPECT_THAT(caller_.Asked<v1::GetJobRequest>(), IsEmpty());
}

TEST_F(OperateCommandTest, CancelAndBackfillGoTheSameWay) {
  AnswerChange<v1::CancelDeliveriesResponse>();
  AnswerChange<v1::BackfillTargetResponse>();
  flags_.change.yes = true;
  flags_.cancel.mutable_filter()->set_state(v1::DELIVERY_STATE_REFUSED);
  flags_.backfill.set_target("dinas");
  EXPECT_EQ(Run(Command::kCancel), ExitCode::kOk);
  const auto cancels = caller_.Asked<v1::CancelDeliveriesRequest>();
  ASSERT_THAT(cancels, SizeIs(2));
  EXPECT_TRUE(cancels[0].preview());
  EXPECT_EQ(cancels[1].expected_count(), 12u);
  EXPECT_EQ(cancels[1].filter().state(), v1::DELIVERY_STATE_REFUSED);
  EXPECT_EQ(Run(Command::kBackfill), ExitCode::kOk);
  const auto backfills = caller_.Asked<v1::BackfillTargetRequest>();
  ASSERT_THAT(backfills, SizeIs(2));
  EXPECT_TRUE(backfills[0].preview());
  EXPECT_EQ(backfills[1].expected_count(), 12u);
  EXPECT_EQ(backfills[1].target(), "dinas");
}

TEST_F(OperateCommandTest, NothingToDoMakesNoJob) {
  caller_.Answer<v1::CancelDeliveriesResponse>({v1::CancelDeliveriesResponse()});
  flags_.change.yes = true;
  flags_.json = false;
  EXPECT_EQ(Run(Command::kCancel), ExitCode::kOk);
  EXPECT_THAT(caller_.Asked<v1::CancelDeliveriesRequest>(), SizeIs(1));
  EXPECT_EQ(out_.str(), "0 deliveries to be called off\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(OperateCommandTest, ACountThatHasChangedIsARefusedChange) {
  v1::RetryDeliveriesResponse preview;
  preview.set_count(12);
  caller_.Answer<v1::RetryDeliveriesResponse>(
      {preview, schema::Error(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_COUNT_CHANGED,
                              {{"count", "40"}, {"expected", "12"}})});
  flags_.change.yes = true;
  EXPECT_EQ(Run(Command::kRetry), ExitCode::kRefused);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), HasSubstr("COUNT_CHANGED"));
}

TEST_F(OperateCommandTest, WaitFollowsTheJobToItsEnd) {
  AnswerChange<v1::BackfillTargetResponse>();
  caller_.Answer<v1::GetJobResponse>(
      {Progress(v1::JOB_STATE_RUNNING, 5), Progress(v1::JOB_STATE_DONE, 12)});
  flags_.change = {.yes = true, .wait = true};
  terminal_ = true;
  const absl::Time begin = clock_.Now();
  EXPECT_EQ(Run(Command::kBackfill), ExitCode::kOk);
  EXPECT_EQ(clock_.Now() - begin, absl::Seconds(2));
  const auto asked = caller_.Asked<v1::GetJobRequest>();
  ASSERT_THAT(asked, SizeIs(2));
  EXPECT_EQ(asked[0].name(), "jobs/17");
  EXPECT_EQ(err_.str(), "\rjobs/17: 0 of 12\rjobs/17: 5 of 12\n");
  EXPECT_EQ(out_.str(),
            "{\"name\":\"jobs/17\",\"state\":\"JOB_STATE_DONE\",\"total\":\"12\",\"done\":\"12\"}"
            "\n");
}

TEST_F(OperateCommandTest, WaitOutlivesAGatewayThatIsAwayForAWhile) {
  caller_.Answer<v1::GetJobResponse>({Progress(v1::JOB_STATE_RUNNING, 5),
                                      absl::UnavailableError("1"), absl::UnavailableError("2"),
                                      Progress(v1::JOB_STATE_DONE, 12)});
  flags_.change.wait = true;
  EXPECT_EQ(Run(Command::kJob), ExitCode::kOk);
  EXPECT_THAT(out_.str(), HasSubstr("JOB_STATE_DONE"));
}

TEST_F(OperateCommandTest, WaitEndsWhenTheGatewayStaysAway) {
  caller_.Answer<v1::GetJobResponse>(
      {Progress(v1::JOB_STATE_RUNNING, 5), absl::UnavailableError("gone")});
  flags_.change.wait = true;
  EXPECT_EQ(Run(Command::kJob), ExitCode::kUnreachable);
  EXPECT_THAT(caller_.Asked<v1::GetJobRequest>(), SizeIs(6)) << "for --timeout, once a second";
  EXPECT_THAT(out_.str(), HasSubstr("JOB_STATE_RUNNING")) << "what is known of it";
}

TEST_F(OperateCommandTest, JobWithoutWaitLooksOnce) {
  caller_.Answer<v1::GetJobResponse>({Progress(v1::JOB_STATE_RUNNING, 5)});
  flags_.job.set_name("jobs/17");
  EXPECT_EQ(Run(Command::kJob), ExitCode::kOk);
  EXPECT_THAT(caller_.Asked<v1::GetJobRequest>(), SizeIs(1));
}

TEST_F(OperateCommandTest, PauseAndResumeShowTheTarget) {
  v1::PauseTargetResponse paused;
  paused.mutable_target()->set_paused(true);
  caller_.Answer<v1::PauseTargetResponse>({paused});
  caller_.Answer<v1::ResumeTargetResponse>({v1::ResumeTargetResponse()});
  flags_.target = "bkn";
  EXPECT_EQ(Run(Command::kPause), ExitCode::kOk);
  EXPECT_EQ(out_.str(), "{\"paused\":true}\n");
  EXPECT_EQ(caller_.Asked<v1::PauseTargetRequest>().at(0).id(), "bkn");
  EXPECT_EQ(Run(Command::kResume), ExitCode::kOk);
  EXPECT_EQ(caller_.Asked<v1::ResumeTargetRequest>().at(0).id(), "bkn");
}

TEST_F(OperateCommandTest, CheckEndsWithOneWhenItFindsAFault) {
  v1::CheckTargetResponse check;
  check.add_findings()->set_ok(true);
  caller_.Answer<v1::CheckTargetResponse>({check});
  EXPECT_EQ(Run(Command::kCheck), ExitCode::kOk);
  check.add_findings()->set_what("certificate");
  caller_.Answer<v1::CheckTargetResponse>({check});
  EXPECT_EQ(Run(Command::kCheck), ExitCode::kRefused);
}

struct Ending {
  const char* name;
  absl::Status status;
  ExitCode want;
};

class OperateEndingTest : public OperateCommandTest, public testing::WithParamInterface<Ending> {};

TEST_P(OperateEndingTest, TellsTheKindOfError) {
  caller_.Answer<v1::PauseTargetResponse>({GetParam().status});
  EXPECT_EQ(Run(Command::kPause), GetParam().want);
  EXPECT_EQ(out_.str(), "");
  EXPECT_NE(err_.str(), "");
}

INSTANTIATE_TEST_SUITE_P(
    All, OperateEndingTest,
    testing::Values(Ending{"NoSuchTarget",
                           schema::Error(absl::StatusCode::kNotFound,
                                         v1::ERROR_REASON_TARGET_NOT_FOUND, {{"target", "x"}}),
                           ExitCode::kNotFound},
                    Ending{"NoRight", absl::PermissionDeniedError("x"), ExitCode::kNotAllowed},
                    Ending{"BadWord", absl::InvalidArgumentError("x"), ExitCode::kUsage},
                    Ending{"NoGateway", absl::UnavailableError("x"), ExitCode::kUnreachable}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kinerja::ctl
