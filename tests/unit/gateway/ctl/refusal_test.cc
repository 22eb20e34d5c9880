#include "gateway/ctl/refusal.h"

#include "absl/strings/str_cat.h"
#include "gateway/schema/catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace kinerja::ctl {
namespace {

v1::Violation MakeViolation(const std::string& field) {
  return schema::ToProto({.field = field, .reason = v1::ERROR_REASON_TARGET_MISSING});
}

TEST(RefusalTest, ReadsViolationsWithWhoMendsThem) {
  const std::vector<v1::Violation> sent = {MakeViolation("rhk[0].indikator[1].target")};
  const Refusal refusal = ReadRefusal(schema::RecordError(absl::StatusCode::kInvalidArgument,
                                                          v1::ERROR_REASON_RECORD_INVALID, sent));
  EXPECT_EQ(refusal.reason, "RECORD_INVALID");
  EXPECT_FALSE(refusal.message_id.empty());
  EXPECT_TRUE(refusal.complete);
  ASSERT_EQ(refusal.violations.size(), 1u);
  EXPECT_THAT(refusal.violations[0], support::EqualsProto(sent[0]));
}

TEST(RefusalTest, SeesThatTheListWasCut) {
  std::vector<v1::Violation> sent;
  for (int i = 0; i < 200; ++i) {
    sent.push_back(MakeViolation(absl::StrCat("rhk[", i, "].indikator[0].target")));
  }
  const Refusal refusal = ReadRefusal(schema::RecordError(absl::StatusCode::kInvalidArgument,
                                                          v1::ERROR_REASON_RECORD_INVALID, sent));
  EXPECT_FALSE(refusal.complete);
  EXPECT_THAT(refusal.violations.size(), testing::AllOf(testing::Ge(1u), testing::Lt(200u)));
}

TEST(RefusalTest, ErrorWithoutDetailsKeepsItsWords) {
  const Refusal refusal = ReadRefusal(absl::UnavailableError("nobody there"));
  EXPECT_EQ(refusal.reason, "");
  EXPECT_EQ(refusal.message_id, "");
  EXPECT_TRUE(refusal.complete);
  EXPECT_EQ(refusal.status.message(), "nobody there");
}

}  // namespace
}  // namespace kinerja::ctl
