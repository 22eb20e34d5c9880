#include "gateway/server/grpc_status.h"

#include <string>
#include <vector>

#include "gateway/base/status.h"
#include "gateway/schema/catalogue.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace kinerja::server {
namespace {

constexpr size_t kMaxDetailBytes = 6 * 1024;

google::rpc::Status Unpack(const grpc::Status& status) {
  google::rpc::Status packed;
  EXPECT_TRUE(packed.ParseFromString(status.error_details()));
  return packed;
}

template <typename Detail>
Detail Find(const google::rpc::Status& packed) {
  Detail detail;
  int found = 0;
  for (const google::protobuf::Any& any : packed.details()) found += any.UnpackTo(&detail) ? 1 : 0;
  EXPECT_EQ(found, 1) << Detail::descriptor()->full_name();
  return detail;
}

TEST(GrpcStatusTest, IsOkForOk) { EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok()); }

TEST(GrpcStatusTest, CarriesCodeMessageAndDetails) {
  const grpc::Status status = ToGrpcStatus(schema::Error(
      absl::StatusCode::kAborted, v1::ERROR_REASON_REVISION_STALE, {{"current", "7"}}));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED);
  const google::rpc::Status packed = Unpack(status);
  EXPECT_EQ(packed.code(), static_cast<int>(grpc::StatusCode::ABORTED));
  EXPECT_EQ(packed.message(), status.error_message());
  EXPECT_EQ(Find<google::rpc::ErrorInfo>(packed).metadata().at("current"), "7");
}

TEST(GrpcStatusTest, AddsTheIndonesianSentenceOfAReasonThatHasNone) {
  const google::rpc::Status packed = Unpack(ToGrpcStatus(
      base::MakeError(absl::StatusCode::kResourceExhausted, "STORE_FULL", "no space is left")));
  const auto sentence = Find<google::rpc::LocalizedMessage>(packed);
  EXPECT_EQ(sentence.locale(), "id");
  EXPECT_NE(sentence.message().find("Ruang simpan"), std::string::npos);
}

TEST(GrpcStatusTest, NamesAReasonForAnErrorWithoutOne) {
  const google::rpc::Status packed = Unpack(ToGrpcStatus(absl::InternalError("oops")));
  EXPECT_EQ(Find<google::rpc::ErrorInfo>(packed).reason(), "INTERNAL");
}

TEST(GrpcStatusTest, StaysUnderWhatClientsTakeWithManyViolations) {
  const v1::Violation one = schema::ToProto(
      {.field = "rhk[0].indikator[0].target", .reason = v1::ERROR_REASON_TARGET_MISSING});
  const std::vector<v1::Violation> many(200, one);
  const grpc::Status status = ToGrpcStatus(schema::RecordError(
      absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_RECORD_INVALID, many));
  EXPECT_LE(status.error_details().size(), kMaxDetailBytes);
  const google::rpc::Status packed = Unpack(status);
  EXPECT_EQ(Find<google::rpc::ErrorInfo>(packed).metadata().at("total"), "200");
  EXPECT_GT(Find<google::rpc::BadRequest>(packed).field_violations_size(), 5);
}

}  // namespace
}  // namespace kinerja::server
