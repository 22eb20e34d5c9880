// Many callers at the same moment (promises P2 and P3).
#include <algorithm>
#include <string>
#include <vector>

#include "gateway/base/status.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "tests/integration/running_gateway.h"
#include "tests/support/matchers.h"

namespace kinerja::integration {
namespace {

using absl::StatusCode;
using support::EqualsProto;
using support::HasReason;
using support::IsOk;
using support::StatusIs;
using Answers = std::vector<absl::StatusOr<v1::SubmitSkpResponse>>;

constexpr int kCallers = 100;

class ConcurrentSubmitTest : public RunningGatewayTest {
 protected:
  // All callers send what `request` gives them.
  Answers SubmitAll(const std::function<v1::SubmitSkpRequest(int)>& request) const {
    return Concurrently<absl::StatusOr<v1::SubmitSkpResponse>>(
        kCallers, [&](int caller) { return client().SubmitSkp(request(caller)); });
  }

  // The one answer that is OK; the others go to `refused`.
  static v1::SubmitSkpResponse TheOneAccepted(const Answers& answers,
                                              std::vector<absl::Status>* refused) {
    v1::SubmitSkpResponse accepted;
    for (const auto& answer : answers) {
      if (answer.ok()) accepted = *answer;
      if (!answer.ok()) refused->push_back(answer.status());
    }
    EXPECT_EQ(refused->size(), answers.size() - 1) << "not exactly one was accepted";
    return accepted;
  }

  static std::string Metadata(const absl::Status& status, const std::string& key) {
    google::rpc::ErrorInfo info;
    EXPECT_TRUE(base::GetDetail(status, &info));
    const auto found = info.metadata().find(key);
    return found == info.metadata().end() ? "" : found->second;
  }

  uint64_t Revisions(const std::string& name) const {
    v1::ListSkpRevisionsRequest request;
    request.set_name(name);
    const auto revisions = client().ListSkpRevisions(request);
    EXPECT_THAT(revisions, IsOk());
    return revisions.ok() ? static_cast<uint64_t>(revisions->skps_size()) : 0;
  }
};

TEST_F(ConcurrentSubmitTest, OneRequestIdGetsOneAnswerAcrossARestart) {
  const v1::SubmitSkpRequest request = RequestOf(SkpOf(1));
  const Answers answers = SubmitAll([&](int) { return request; });
  ASSERT_THAT(answers.front(), IsOk());
  EXPECT_EQ(answers.front()->outcome(), v1::OUTCOME_CREATED);
  EXPECT_EQ(answers.front()->revision(), 1U);
  EXPECT_EQ(Revisions(answers.front()->name()), 1U);
  Restart();
  const Answers again = SubmitAll([&](int) { return request; });
  for (const Answers& all : {answers, again}) {
    for (const auto& answer : all) {
      ASSERT_THAT(answer, IsOk());
      EXPECT_THAT(*answer, EqualsProto(*answers.front()));
    }
  }
  EXPECT_EQ(Revisions(answers.front()->name()), 1U);
}

TEST_F(ConcurrentSubmitTest, OneRequestIdWithAnotherBodyIsRefused) {
  v1::SubmitSkpRequest request = RequestOf(SkpOf(1));
  const auto first = client().SubmitSkp(request);
  ASSERT_THAT(first, IsOk());
  *request.mutable_skp() = NextVersionOf(request.skp());
  for (const auto& answer : SubmitAll([&](int) { return request; })) {
    EXPECT_THAT(answer, StatusIs(StatusCode::kAlreadyExists));
    EXPECT_THAT(answer, HasReason("REQUEST_ID_REUSED"));
  }
  EXPECT_EQ(Revisions(first->name()), 1U);
}

TEST_F(ConcurrentSubmitTest, OnePersonUnderManySourceIdsIsAcceptedOnce) {
  std::vector<absl::Status> refused;
  const v1::SubmitSkpResponse accepted =
      TheOneAccepted(SubmitAll([](int caller) {
                       v1::Skp skp = SkpOf(1);
                       skp.mutable_source()->set_id("copy-" + std::to_string(caller));
                       return RequestOf(std::move(skp));
                     }),
                     &refused);
  EXPECT_EQ(accepted.outcome(), v1::OUTCOME_CREATED);
  for (const absl::Status& status : refused) {
    EXPECT_THAT(status, StatusIs(StatusCode::kAlreadyExists));
    EXPECT_THAT(status, HasReason("SKP_DUPLICATE"));
    EXPECT_EQ(Metadata(status, "name"), accepted.name());
  }
}

TEST_F(ConcurrentSubmitTest, OneOfManyChangesOfOneRevisionWins) {
  const v1::Skp skp = SkpOf(1);
  const auto first = client().SubmitSkp(RequestOf(skp));
  ASSERT_THAT(first, IsOk());
  std::vector<absl::Status> refused;
  const v1::SubmitSkpResponse accepted =
      TheOneAccepted(SubmitAll([&](int caller) {
                       v1::Skp changed = NextVersionOf(skp);
                       changed.mutable_source()->set_version(static_cast<uint64_t>(caller) + 2);
                       changed.mutable_penilai()->set_jabatan("Jabatan " + std::to_string(caller));
                       v1::SubmitSkpRequest request = RequestOf(std::move(changed));
                       request.set_expected_revision(1);
                       return request;
                     }),
                     &refused);
  EXPECT_EQ(accepted.outcome(), v1::OUTCOME_UPDATED);
  EXPECT_EQ(accepted.revision(), 2U);
  for (const absl::Status& status : refused) {
    EXPECT_THAT(status, StatusIs(StatusCode::kAborted));
    EXPECT_THAT(status, HasReason("REVISION_STALE"));
    EXPECT_EQ(Metadata(status, "current"), "2");
  }
  EXPECT_EQ(Revisions(first->name()), 2U);
}

TEST_F(ConcurrentSubmitTest, OneOfManyFirstSubmissionsThatMustBeNewWins) {
  std::vector<absl::Status> refused;
  const v1::SubmitSkpResponse accepted = TheOneAccepted(SubmitAll([](int) {
                                                          v1::SubmitSkpRequest request =
                                                              RequestOf(SkpOf(1));
                                                          request.set_expected_revision(0);
                                                          return request;
                                                        }),
                                                        &refused);
  EXPECT_EQ(accepted.revision(), 1U);
  for (const absl::Status& status : refused) EXPECT_THAT(status, HasReason("REVISION_STALE"));
}

}  // namespace
}  // namespace kinerja::integration
