#include <regex>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "gateway/ctl/commands.h"
#include "gateway/schema/catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/unit/gateway/ctl/fake_caller.h"

namespace kinerja::ctl {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

class SubmitCommandTest : public testing::Test {
 protected:
  SubmitCommandTest() {
    flags_.command = Command::kSubmit;
    flags_.submit.files = {"-"};
    tools_.clock = &clock_;
    tools_.sleep = [this](absl::Duration pause) { clock_.Advance(pause); };
    created_.set_name("instansi/9901/skp/0f3k2m9qw81az");
    created_.set_revision(1);
    created_.set_outcome(v1::OUTCOME_CREATED);
    caller_.Answer<v1::SubmitSkpResponse>({created_});
  }

  ExitCode Run(const std::string& input) {
    in_.str(input);
    return RunSubmit(flags_, &caller_, tools_, {.in = &in_, .out = &out_, .err = &err_});
  }

  static std::string Records(int count) {
    std::string lines;
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(&lines, "{\"source\":{\"system\":\"pmm\",\"id\":\"", i, "\"}}\n");
    }
    return lines;
  }

  static std::vector<v1::Violation> Violations(int count) {
    std::vector<v1::Violation> violations;
    for (int i = 0; i < count; ++i) {
      violations.push_back(schema::ToProto(
          {.field = absl::StrCat("rhk[", i, "].uraian"), .reason = v1::ERROR_REASON_RHK_EMPTY}));
    }
    return violations;
  }

  static absl::Status Refused(const std::vector<v1::Violation>& violations) {
    return schema::RecordError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_RECORD_INVALID,
                               violations);
  }

  std::vector<v1::SubmitSkpRequest> Sent() const { return caller_.Asked<v1::SubmitSkpRequest>(); }

  Flags flags_;
  fakes::FakeClock clock_;
  RetryTools tools_;
  FakeCaller caller_;
  v1::SubmitSkpResponse created_;
  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(SubmitCommandTest, EachRecordGetsItsOwnUuid4) {
  EXPECT_EQ(Run(Records(3)), ExitCode::kOk);
  ASSERT_THAT(Sent(), SizeIs(3));
  const std::regex uuid4("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> ids;
  for (const auto& sent : Sent()) {
    EXPECT_TRUE(std::regex_match(sent.request_id(), uuid4)) << sent.request_id();
    ids.insert(sent.request_id());
  }
  EXPECT_THAT(ids, SizeIs(3));
  EXPECT_THAT(out_.str(), HasSubstr("CREATED    instansi/9901/skp/0f3k2m9qw81az  revision 1"));
}

TEST_F(SubmitCommandTest, ManyInFlightSendEveryRecordOnce) {
  flags_.submit.parallel = 8;
  EXPECT_EQ(Run(Records(200)), ExitCode::kOk);
  std::set<std::string> sources;
  for (const auto& sent : Sent()) sources.insert(sent.skp().source().id());
  EXPECT_THAT(Sent(), SizeIs(200));
  EXPECT_THAT(sources, SizeIs(200));
}

TEST_F(SubmitCommandTest, TakesRequestIdAndExpectedRevisionForOneRecord) {
  flags_.submit.request_id = "8c5a5d3e-1f0a-4b6e-9d2c-3b1f0e9a7c55";
  flags_.submit.expected_revision = 4;
  EXPECT_EQ(Run(Records(1)), ExitCode::kOk);
  ASSERT_THAT(Sent(), SizeIs(1));
  EXPECT_EQ(Sent()[0].request_id(), flags_.submit.request_id);
  EXPECT_EQ(Sent()[0].expected_revision(), 4u);
}

TEST_F(SubmitCommandTest, RequestIdForTwoRecordsSendsNothing) {
  flags_.submit.request_id = "8c5a5d3e-1f0a-4b6e-9d2c-3b1f0e9a7c55";
  EXPECT_EQ(Run(Records(2)), ExitCode::kUsage);
  EXPECT_THAT(Sent(), SizeIs(0));
}

TEST_F(SubmitCommandTest, RefusalEndsWithOneAndTheRestIsSent) {
  caller_.Answer<v1::SubmitSkpResponse>({Refused(Violations(2)), created_});
  EXPECT_EQ(Run(Records(2)), ExitCode::kRefused);
  EXPECT_THAT(Sent(), SizeIs(2));
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("rhk[1].uraian"), HasSubstr("CREATED")));
}

TEST_F(SubmitCommandTest, FetchesTheCompleteListWhenDetailsWereCut) {
  const std::vector<v1::Violation> all = Violations(200);
  v1::SubmitSkpResponse verdict;
  verdict.set_outcome(v1::OUTCOME_INVALID);
  verdict.mutable_violations()->Add(all.begin(), all.end());
  caller_.Answer<v1::SubmitSkpResponse>({Refused(all), verdict});
  EXPECT_EQ(Run(Records(1)), ExitCode::kRefused);
  ASSERT_THAT(Sent(), SizeIs(2));
  EXPECT_TRUE(Sent()[1].validate_only());
  EXPECT_EQ(Sent()[1].request_id(), "");
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("rhk[199].uraian"), testing::Not(HasSubstr("and more"))));
}

TEST_F(SubmitCommandTest, SaysSoWhenTheCompleteListCannotBeHad) {
  caller_.Answer<v1::SubmitSkpResponse>({Refused(Violations(200)), absl::UnavailableError("gone")});
  EXPECT_EQ(Run(Records(1)), ExitCode::kRefused);
  EXPECT_THAT(out_.str(), HasSubstr("and more"));
}

TEST_F(SubmitCommandTest, StopsWhenNoGatewayAnswers) {
  caller_.Answer<v1::SubmitSkpResponse>({absl::UnavailableError("nobody")});
  EXPECT_EQ(Run(Records(5)), ExitCode::kUnreachable);
  std::set<std::string> ids;
  for (const auto& sent : Sent()) ids.insert(sent.request_id());
  EXPECT_THAT(ids, SizeIs(1)) << "only the first record was tried";
  EXPECT_THAT(err_.str(), HasSubstr("stopped"));
}

TEST_F(SubmitCommandTest, UnreadableRecordIsReportedAndNotSent) {
  EXPECT_EQ(Run(Records(1) + "nonsense"), ExitCode::kUnreadable);
  EXPECT_THAT(Sent(), SizeIs(1));
  EXPECT_THAT(out_.str(), HasSubstr("FILE_UNREADABLE  stdin:2"));
}

TEST_F(SubmitCommandTest, UnknownFieldIsRefusedHere) {
  EXPECT_EQ(Run("{\"sorce\":{}}"), ExitCode::kRefused);
  EXPECT_THAT(Sent(), SizeIs(0));
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("RECORD_INVALID"), HasSubstr("FIELD_UNKNOWN")));
}

TEST_F(SubmitCommandTest, MissingFileIsUnreadable) {
  flags_.submit.files = {"/nonexistent/x.json"};
  EXPECT_EQ(Run(""), ExitCode::kUnreadable);
}

TEST_F(SubmitCommandTest, ValidateKeepsNothingAndShowsTheVerdict) {
  flags_.command = Command::kValidate;
  v1::SubmitSkpResponse verdict;
  verdict.set_outcome(v1::OUTCOME_INVALID);
  *verdict.add_violations() = Violations(1)[0];
  caller_.Answer<v1::SubmitSkpResponse>({verdict});
  EXPECT_EQ(Run(Records(1)), ExitCode::kRefused);
  ASSERT_THAT(Sent(), SizeIs(1));
  EXPECT_TRUE(Sent()[0].validate_only());
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("INVALID"), HasSubstr("RHK_EMPTY")));
}

TEST_F(SubmitCommandTest, ValidVerdictEndsWell) {
  flags_.command = Command::kValidate;
  v1::SubmitSkpResponse verdict;
  verdict.set_outcome(v1::OUTCOME_VALID);
  caller_.Answer<v1::SubmitSkpResponse>({verdict});
  EXPECT_EQ(Run(Records(1)), ExitCode::kOk);
  EXPECT_THAT(out_.str(), testing::StartsWith("VALID "));
}

}  // namespace
}  // namespace kinerja::ctl
