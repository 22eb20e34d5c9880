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

using testing::HasSubstr;
using testing::SizeIs;

class ReadCommandsTest : public testing::Test {
 protected:
  ExitCode Run() {
    Printer printer(&out_, &err_, flags_.json, Language::kBoth);
    return RunRead(flags_, &caller_, clock_, &printer);
  }

  static v1::ListSkpsResponse Page(int first, int count, const std::string& next) {
    v1::ListSkpsResponse page;
    for (int i = first; i < first + count; ++i) {
      page.add_skps()->set_name(absl::StrCat("instansi/9901/skp/", i));
    }
    page.set_next_page_token(next);
    return page;
  }

  Flags flags_;
  fakes::FakeClock clock_;
  FakeCaller caller_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ReadCommandsTest, ListFollowsShortAndEmptyPages) {
  flags_.command = Command::kList;
  caller_.list_answers = {Page(0, 2, "a"), Page(0, 0, "b"), Page(2, 1, "")};
  EXPECT_EQ(Run(), ExitCode::kOk);
  ASSERT_THAT(caller_.lists, SizeIs(3));
  EXPECT_EQ(caller_.lists[1].page_token(), "a");
  EXPECT_EQ(caller_.lists[2].page_token(), "b");
  EXPECT_THAT(out_.str(), HasSubstr("instansi/9901/skp/2"));
  EXPECT_EQ(err_.str(), "");
}

TEST_F(ReadCommandsTest, ListStopsAtTheLimitAndSaysThatThereIsMore) {
  flags_.command = Command::kList;
  flags_.limit = 3;
  caller_.list_answers = {Page(0, 2, "a"), Page(2, 1, "b")};
  EXPECT_EQ(Run(), ExitCode::kOk);
  ASSERT_THAT(caller_.lists, SizeIs(2));
  EXPECT_EQ(caller_.lists[0].page_size(), 3);
  EXPECT_EQ(caller_.lists[1].page_size(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("--limit"));
}

TEST_F(ReadCommandsTest, ListAsksForAtMostAPage) {
  flags_.command = Command::kList;
  flags_.limit = 0;
  caller_.list_answers = {Page(0, 1, "")};
  EXPECT_EQ(Run(), ExitCode::kOk);
  EXPECT_EQ(caller_.lists[0].page_size(), 500);
}

TEST_F(ReadCommandsTest, JsonListIsOneObjectPerLine) {
  flags_.command = Command::kList;
  flags_.json = true;
  caller_.list_answers = {Page(0, 2, "")};
  EXPECT_EQ(Run(), ExitCode::kOk);
  EXPECT_EQ(out_.str(), "{\"name\":\"instansi/9901/skp/0\"}\n{\"name\":\"instansi/9901/skp/1\"}\n");
}

TEST_F(ReadCommandsTest, GetOfNothingEndsWithNotFound) {
  flags_.command = Command::kGet;
  caller_.get_answer =
      schema::Error(absl::StatusCode::kNotFound, v1::ERROR_REASON_SKP_NOT_FOUND, {{"name", "x"}});
  EXPECT_EQ(Run(), ExitCode::kNotFound);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), HasSubstr("x is not there"));
}

TEST_F(ReadCommandsTest, ANameThatIsNoneIsAUsageError) {
  flags_.command = Command::kGet;
  caller_.get_answer =
      schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_INVALID,
                    {{"field", "name"}, {"problem", "it is none"}});
  EXPECT_EQ(Run(), ExitCode::kUsage);
}

TEST_F(ReadCommandsTest, GetPrintsTheRecord) {
  flags_.command = Command::kGet;
  v1::GetSkpResponse answer;
  answer.mutable_skp()->set_name("instansi/9901/skp/0");
  caller_.get_answer = answer;
  EXPECT_EQ(Run(), ExitCode::kOk);
  EXPECT_THAT(out_.str(), HasSubstr("instansi/9901/skp/0"));
}

TEST_F(ReadCommandsTest, EmptyListsEndWell) {
  flags_.command = Command::kRevisions;
  EXPECT_EQ(Run(), ExitCode::kOk);
  flags_.command = Command::kConflicts;
  EXPECT_EQ(Run(), ExitCode::kOk);
  EXPECT_EQ(out_.str(), "");
}

}  // namespace
}  // namespace kinerja::ctl
