#include "gateway/server/grpc_status.h"

#include <string>

#include "absl/strings/cord.h"
#include "gateway/base/status.h"
#include "gateway/schema/catalogue.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace kinerja::server {
namespace {

// Errors of the store and of the deadline name a reason only; the catalogue has the sentence.
absl::Status WithIndonesian(absl::Status status) {
  google::rpc::ErrorInfo info;
  if (!base::GetDetail(status, &info)) {
    info.set_domain(std::string(base::kErrorDomain));
    info.set_reason(std::string(schema::ReasonName(v1::ERROR_REASON_INTERNAL)));
    if (status.code() == absl::StatusCode::kDeadlineExceeded) {
      info.set_reason(std::string(schema::ReasonName(v1::ERROR_REASON_DEADLINE_PASSED)));
    }
    base::SetDetail(&status, info);
  }
  google::rpc::LocalizedMessage sentence;
  if (base::GetDetail(status, &sentence)) return status;
  const v1::ErrorReason reason = schema::ReasonByName(info.reason());
  if (reason == v1::ERROR_REASON_UNSPECIFIED) return status;
  const schema::Metadata metadata(info.metadata().begin(), info.metadata().end());
  sentence.set_locale("id");
  sentence.set_message(schema::FillSentence(schema::ReasonFacts(reason).id(), metadata));
  base::SetDetail(&status, sentence);
  return status;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const absl::Status full = WithIndonesian(status);
  google::rpc::Status packed;
  packed.set_code(static_cast<int32_t>(full.code()));
  packed.set_message(std::string(full.message()));
  full.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    google::protobuf::Any* detail = packed.add_details();
    detail->set_type_url(std::string(type_url));
    detail->set_value(std::string(payload));
  });
  return {static_cast<grpc::StatusCode>(full.code()), packed.message(), packed.SerializeAsString()};
}

}  // namespace kinerja::server
