#include <sstream>

#include "absl/strings/str_cat.h"
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
using testing::SizeIs;

class ReadCommandsTest : public testing::Test {
 protected:
  ExitCode Run() {
    return RunRead(flags_, &caller_, clock_, {.in = nullptr, .out = &out_, .err = &err_});
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
  caller_.Answer<v1::ListSkpsResponse>({Page(0, 2, "a"), Page(0, 0, "b"), Page(2, 1, "")});
  EXPECT_EQ(Run(), ExitCode::kOk);
  const auto asked = caller_.Asked<v1::ListSkpsRequest>();
  ASSERT_THAT(asked, SizeIs(3));
  EXPECT_EQ(asked[1].page_token(), "a");
  EXPECT_EQ(asked[2].page_token(), "b");
  EXPECT_THAT(out_.str(), HasSubstr("instansi/9901/skp/2"));
  EXPECT_EQ(err_.str(), "");
}

TEST_F(ReadCommandsTest, ListStopsAtTheLimitAndSaysThatThereIsMore) {
  flags_.command = Command::kList;
  flags_.limit = 3;
  caller_.Answer<v1::ListSkpsResponse>({Page(0, 2, "a"), Page(2, 1, "b")});
  EXPECT_EQ(Run(), ExitCode::kOk);
  const auto asked = caller_.Asked<v1::ListSkpsRequest>();
  ASSERT_THAT(asked, SizeIs(2));
  EXPECT_EQ(asked[0].page_size(), 3);
  EXPECT_EQ(asked[1].page_size(), 1);
  EXPECT_THAT(err_.str(), HasSubstr("--limit"));
}

TEST_F(ReadCommandsTest, ListAsksForAtMostAPage) {
  flags_.command = Command::kList;
  flags_.limit = 0;
  caller_.Answer<v1::ListSkpsResponse>({Page(0, 1, "")});
  EXPECT_EQ(Run(), ExitCode::kOk);
  EXPECT_EQ(caller_.Asked<v1::ListSkpsRequest>()[0].page_size(), 500);
}

TEST_F(ReadCommandsTest, JsonListIsOneObjectPerLine) {
  flags_.command = Command::kList;
  flags_.json = true;
  caller_.Answer<v1::ListSkpsResponse>({Page(0, 2, "")});
  EXPECT_EQ(Run(), ExitCode::kOk);
  EXPECT_EQ(out_.str(), "{\"name\":\"instansi/9901/skp/0\"}\n{\"name\":\"instansi/9901/skp/1\"}\n");
}

TEST_F(ReadCommandsTest, GetOfNothingEndsWithNotFound) {
  flags_.command = Command::kGet;
  caller_.Answer<v1::GetSkpResponse>({schema::Error(
      absl::StatusCode::kNotFound, v1::ERROR_REASON_SKP_NOT_FOUND, {{"name", "x"}})});
  EXPECT_EQ(Run(), ExitCode::kNotFound);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), HasSubstr("x is not there"));
}

TEST_F(ReadCommandsTest, ANameThatIsNoneIsAUsageError) {
  flags_.command = Command::kGet;
  caller_.Answer<v1::GetSkpResponse>(
      {schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_INVALID,
                     {{"field", "name"}, {"problem", "it is none"}})});
  EXPECT_EQ(Run(), ExitCode::kUsage);
}

TEST_F(ReadCommandsTest, GetPrintsTheRecord) {
  flags_.command = Command::kGet;
  v1::GetSkpResponse answer;
  answer.mutable_skp()->set_name("instansi/9901/skp/0");
  caller_.Answer<v1::GetSkpResponse>({answer});
  EXPECT_EQ(Run(), ExitCode::kOk);
  EXPECT_THAT(out_.str(), HasSubstr("instansi/9901/skp/0"));
}

TEST_F(ReadCommandsTest, EmptyListsEndWell) {
  caller_.Answer<v1::ListSkpRevisionsResponse>({v1::ListSkpRevisionsResponse()});
  caller_.Answer<v1::ListConflictsResponse>({v1::ListConflictsResponse()});
  flags_.command = Command::kRevisions;
  EXPECT_EQ(Run(), ExitCode::kOk);
  flags_.command = Command::kConflicts;
  EXPECT_EQ(Run(), ExitCode::kOk);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ReadCommandsTest, DeliveriesFollowThePagesOfTheSameQuestion) {
  flags_.command = Command::kDeliveries;
  flags_.json = true;
  flags_.deliveries.set_parent("instansi/9901");
  flags_.deliveries.mutable_filter()->set_target("bkn");
  v1::ListDeliveriesResponse first;
  first.add_deliveries()->set_name("a");
  first.set_next_page_token("next");
  v1::ListDeliveriesResponse last;
  last.add_deliveries()->set_name("b");
  caller_.Answer<v1::ListDeliveriesResponse>({first, last});
  EXPECT_EQ(Run(), ExitCode::kOk);
  const auto asked = caller_.Asked<v1::ListDeliveriesRequest>();
  ASSERT_THAT(asked, SizeIs(2));
  EXPECT_EQ(asked[0].page_token(), "");
  EXPECT_EQ(asked[1].page_token(), "next");
  for (const auto& request : asked) {
    EXPECT_EQ(request.parent(), "instansi/9901");
    EXPECT_EQ(request.filter().target(), "bkn");
  }
  EXPECT_EQ(out_.str(), "{\"name\":\"a\"}\n{\"name\":\"b\"}\n");
}

TEST_F(ReadCommandsTest, OneThingIsAskedByItsName) {
  flags_.json = true;
  flags_.explain.set_source_system("pmm");
  flags_.delivery.set_name("d");
  flags_.target = "bkn";
  v1::ExplainSkpResponse explanation;
  explanation.set_skp("s");
  caller_.Answer<v1::ExplainSkpResponse>({explanation});
  v1::GetDeliveryResponse delivery;
  delivery.mutable_delivery()->set_name("d");
  caller_.Answer<v1::GetDeliveryResponse>({delivery});
  v1::GetTargetResponse target;
  target.mutable_target()->set_id("bkn");
  caller_.Answer<v1::GetTargetResponse>({target});
  for (const Command command : {Command::kExplain, Command::kDelivery, Command::kTarget}) {
    flags_.command = command;
    EXPECT_EQ(Run(), ExitCode::kOk);
  }
  EXPECT_EQ(out_.str(), "{\"skp\":\"s\"}\n{\"name\":\"d\"}\n{\"id\":\"bkn\"}\n");
  EXPECT_EQ(caller_.Asked<v1::ExplainSkpRequest>().at(0).source_system(), "pmm");
  EXPECT_EQ(caller_.Asked<v1::GetDeliveryRequest>().at(0).name(), "d");
  EXPECT_EQ(caller_.Asked<v1::GetTargetRequest>().at(0).id(), "bkn");
}

TEST_F(ReadCommandsTest, TargetsAreListed) {
  flags_.command = Command::kTargets;
  flags_.json = true;
  v1::ListTargetsResponse page;
  page.add_targets()->set_id("bkn");
  caller_.Answer<v1::ListTargetsResponse>({page});
  EXPECT_EQ(Run(), ExitCode::kOk);
  EXPECT_EQ(out_.str(), "{\"id\":\"bkn\"}\n");
}

}  // namespace
}  // namespace kinerja::ctl
