// Order at one source, and retries after a lost answer (promises P2 and P3).
#include <string>

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

class SubmitOrderTest : public RunningGatewayTest {
 protected:
  v1::SubmitSkpResponse Accept(const v1::SubmitSkpRequest& request) const {
    const auto answer = client().SubmitSkp(request);
    EXPECT_THAT(answer, IsOk());
    return answer.value_or(v1::SubmitSkpResponse());
  }

  const v1::Skp first_ = SkpOf(1);
  const v1::Skp second_ = NextVersionOf(first_);
  const v1::Skp third_ = NextVersionOf(second_);
};

TEST_F(SubmitOrderTest, AnOlderVersionIsStaleAndChangesNothing) {
  const std::string name = Accept(RequestOf(first_)).name();
  EXPECT_EQ(Accept(RequestOf(third_)).revision(), 2U);
  const v1::SubmitSkpResponse late = Accept(RequestOf(second_));
  EXPECT_EQ(late.outcome(), v1::OUTCOME_STALE);
  EXPECT_EQ(late.revision(), 2U);
  EXPECT_EQ(client().GetSkp(name)->penilai().jabatan(), third_.penilai().jabatan());
}

TEST_F(SubmitOrderTest, AStaleAnswerIsRemembered) {
  Accept(RequestOf(first_));
  Accept(RequestOf(third_));
  const v1::SubmitSkpRequest late = RequestOf(second_);
  const v1::SubmitSkpResponse answer = Accept(late);
  Accept(RequestOf(NextVersionOf(third_)));
  EXPECT_THAT(Accept(late), EqualsProto(answer));
}

TEST_F(SubmitOrderTest, AnEqualVersionWithOtherContentIsRefused) {
  const std::string name = Accept(RequestOf(first_)).name();
  v1::Skp other = second_;
  other.mutable_source()->set_version(first_.source().version());
  const auto answer = client().SubmitSkp(RequestOf(other));
  EXPECT_THAT(answer, StatusIs(StatusCode::kAlreadyExists));
  EXPECT_THAT(answer, HasReason("SOURCE_VERSION_REUSED"));
  EXPECT_EQ(client().GetSkp(name)->revision(), 1U);
}

TEST_F(SubmitOrderTest, EqualContentMakesNoRevision) {
  const std::string name = Accept(RequestOf(first_)).name();
  v1::Skp same = first_;
  same.mutable_source()->set_version(7);
  const v1::SubmitSkpResponse answer = Accept(RequestOf(same));
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_UNCHANGED);
  EXPECT_EQ(answer.revision(), 1U);
  EXPECT_EQ(client().GetSkp(name)->source().version(), 7U);
}

TEST_F(SubmitOrderTest, ASourceWithoutVersionsIsOrderedByArrival) {
  v1::Skp skp = first_;
  skp.mutable_source()->set_system("arsip-9901");
  skp.mutable_source()->clear_version();
  Accept(RequestOf(skp));
  skp.mutable_penilai()->set_jabatan("Kepala Sekolah Baru");
  EXPECT_EQ(Accept(RequestOf(skp)).outcome(), v1::OUTCOME_UPDATED);
}

TEST_F(SubmitOrderTest, ARetryWithItsExpectedRevisionGetsTheFirstAnswer) {
  Accept(RequestOf(first_));
  v1::SubmitSkpRequest change = RequestOf(second_);
  change.set_expected_revision(1);
  const v1::SubmitSkpResponse lost = Accept(change);
  EXPECT_EQ(lost.revision(), 2U);
  EXPECT_THAT(Accept(change), EqualsProto(lost));
  Restart();
  EXPECT_THAT(Accept(change), EqualsProto(lost));
}

TEST_F(SubmitOrderTest, ARetryOfAnUnchangedAnswerDoesNotUndoWhatCameAfterIt) {
  const std::string name = Accept(RequestOf(first_)).name();
  const v1::SubmitSkpRequest unchanged = RequestOf(first_);
  const v1::SubmitSkpResponse answer = Accept(unchanged);
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_UNCHANGED);
  EXPECT_EQ(Accept(RequestOf(second_)).revision(), 2U);
  EXPECT_THAT(Accept(unchanged), EqualsProto(answer));
  const auto held = client().GetSkp(name);
  ASSERT_THAT(held, IsOk());
  EXPECT_EQ(held->revision(), 2U);
  EXPECT_EQ(held->penilai().jabatan(), second_.penilai().jabatan());
}

TEST_F(SubmitOrderTest, ARefusalIsNotRemembered) {
  v1::SubmitSkpRequest early = RequestOf(second_);
  early.set_expected_revision(1);
  EXPECT_THAT(client().SubmitSkp(early), HasReason("REVISION_STALE"));
  Accept(RequestOf(first_));
  EXPECT_EQ(Accept(early).outcome(), v1::OUTCOME_UPDATED);
}

TEST_F(SubmitOrderTest, AReusedRequestIdIsNamedBeforeTheRecordIsJudged) {
  v1::SubmitSkpRequest request = RequestOf(first_);
  Accept(request);
  request.mutable_skp()->mutable_pegawai()->set_nip("1");
  const auto answer = client().SubmitSkp(request);
  EXPECT_THAT(answer, StatusIs(StatusCode::kAlreadyExists));
  EXPECT_THAT(answer, HasReason("REQUEST_ID_REUSED"));
}

}  // namespace
}  // namespace kinerja::integration
