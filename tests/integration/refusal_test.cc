// What a caller is told when a request cannot be taken (promise P12).
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/status.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "tests/integration/running_gateway.h"
#include "tests/support/matchers.h"

namespace kinerja::integration {
namespace {

using absl::StatusCode;
using support::HasReason;
using support::IsOk;
using support::StatusIs;

constexpr char kSubmitSkp[] = "/kinerja.v1.SkpService/SubmitSkp";
constexpr uint32_t kMaxMessageBytes = 100'000;

class RefusalTest : public RunningGatewayTest {
 protected:
  RefusalTest() : RunningGatewayTest({.max_message_bytes = kMaxMessageBytes}) {}

  static google::rpc::ErrorInfo InfoOf(const absl::Status& status) {
    google::rpc::ErrorInfo info;
    EXPECT_TRUE(base::GetDetail(status, &info));
    return info;
  }
};

TEST_F(RefusalTest, ManyViolationsArriveInTheStatusAsFarAsTheyFit) {
  const auto answer = client().SubmitSkp(RequestOf(SkpWith200Violations(1)));
  ASSERT_THAT(answer, StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(answer, HasReason("RECORD_INVALID"));
  EXPECT_EQ(InfoOf(answer.status()).metadata().at("total"), "200");
  EXPECT_LE(support::DetailBytes(answer.status()), 6U * 1024);
  google::rpc::BadRequest shown;
  ASSERT_TRUE(base::GetDetail(answer.status(), &shown));
  EXPECT_EQ(absl::StrCat(shown.field_violations_size()),
            InfoOf(answer.status()).metadata().at("shown"));
  EXPECT_GT(shown.field_violations_size(), 5);
  for (const auto& violation : shown.field_violations()) {
    EXPECT_TRUE(absl::StartsWith(violation.field(), "rhk[")) << violation.field();
    EXPECT_FALSE(violation.description().empty());
    EXPECT_FALSE(violation.reason().empty());
    EXPECT_EQ(violation.localized_message().locale(), "id");
    EXPECT_FALSE(violation.localized_message().message().empty());
  }
}

TEST_F(RefusalTest, ManyViolationsAreCompleteWithValidateOnly) {
  v1::SubmitSkpRequest request = RequestOf(SkpWith200Violations(1));
  request.set_validate_only(true);
  const auto answer = client().SubmitSkp(request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->outcome(), v1::OUTCOME_INVALID);
  EXPECT_EQ(answer->violations_size(), 200);
}

TEST_F(RefusalTest, ValidateOnlyKeepsNothing) {
  v1::SubmitSkpRequest request = RequestOf(SkpOf(1));
  request.set_validate_only(true);
  const auto judged = client().SubmitSkp(request);
  ASSERT_THAT(judged, IsOk());
  EXPECT_EQ(judged->outcome(), v1::OUTCOME_VALID);
  EXPECT_EQ(judged->name(), "");
  request.set_validate_only(false);
  EXPECT_EQ(client().SubmitSkp(request)->outcome(), v1::OUTCOME_CREATED);
}

TEST_F(RefusalTest, ValidateOnlyIsJudgedThoughItsRequestIdWasAnswered) {
  v1::SubmitSkpRequest request = RequestOf(SkpOf(1));
  ASSERT_THAT(client().SubmitSkp(request), IsOk());
  request.set_validate_only(true);
  *request.mutable_skp() = NextVersionOf(request.skp());
  request.mutable_skp()->mutable_pegawai()->set_nik("123");
  const auto judged = client().SubmitSkp(request);
  ASSERT_THAT(judged, IsOk());
  EXPECT_THAT(judged->violations(), testing::ElementsAre(HasReason("NIK_FORMAT")));
}

TEST_F(RefusalTest, EverythingWrongIsNamedAtOnceWithWhatIsStored) {
  ASSERT_THAT(client().SubmitSkp(RequestOf(SkpOf(1))), IsOk());
  v1::Skp skp = SkpOf(1);
  skp.mutable_source()->set_id("another");
  skp.mutable_pegawai()->set_nik("123");
  v1::SubmitSkpRequest request = RequestOf(std::move(skp));
  request.set_validate_only(true);
  const auto answer = client().SubmitSkp(request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->violations(),
              testing::UnorderedElementsAre(HasReason("NIK_FORMAT"), HasReason("SKP_DUPLICATE")));
}

TEST_F(RefusalTest, AByteThatIsNoUtf8IsUnreadable) {
  std::string bytes = RequestOf(SkpOf(1)).SerializeAsString();
  const size_t at = bytes.find("Sekar Ayu");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = '\xff';
  const auto answer = client().Call(kSubmitSkp, bytes);
  EXPECT_THAT(answer, StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(answer, HasReason("REQUEST_UNREADABLE"));
}

TEST_F(RefusalTest, BytesThatAreNoMessageAreUnreadable) {
  const auto answer = client().Call(kSubmitSkp, "\x12\xff\xff\xff\xff\x0f");
  EXPECT_THAT(answer, StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(answer, HasReason("REQUEST_UNREADABLE"));
}

TEST_F(RefusalTest, AMessageThatIsTooLargeIsNamedSo) {
  v1::Skp skp = SkpOf(1);
  skp.mutable_rhk(0)->set_uraian(std::string(kMaxMessageBytes, 'x'));
  const auto answer = client().SubmitSkp(RequestOf(std::move(skp)));
  EXPECT_THAT(answer, StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(answer, HasReason("MESSAGE_TOO_LARGE"));
}

TEST_F(RefusalTest, AFieldThatTheSchemaLacksIsRefused) {
  v1::Skp skp = SkpOf(1);
  skp.GetReflection()->MutableUnknownFields(&skp)->AddVarint(9999, 1);
  const auto answer = client().SubmitSkp(RequestOf(std::move(skp)));
  ASSERT_THAT(answer, StatusIs(StatusCode::kInvalidArgument));
  google::rpc::BadRequest shown;
  ASSERT_TRUE(base::GetDetail(answer.status(), &shown));
  ASSERT_EQ(shown.field_violations_size(), 1);
  EXPECT_EQ(shown.field_violations(0).reason(), "FIELD_UNKNOWN");
  EXPECT_THAT(shown.field_violations(0).description(), testing::HasSubstr("9999"));
}

TEST_F(RefusalTest, AMethodThatIsNotThereIsUnimplemented) {
  EXPECT_THAT(client().Call("/kinerja.v1.SkpService/KirimSkp", ""),
              StatusIs(StatusCode::kUnimplemented));
}

TEST_F(RefusalTest, ARequestIdThatIsNoUuidIsRefused) {
  v1::SubmitSkpRequest request = RequestOf(SkpOf(1));
  request.set_request_id("42");
  EXPECT_THAT(client().SubmitSkp(request), HasReason("REQUEST_INVALID"));
}

}  // namespace
}  // namespace kinerja::integration
