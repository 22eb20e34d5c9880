#include "gateway/ingest/refusal.h"

#include <algorithm>
#include <optional>
#include <string>

#include "gateway/base/status.h"
#include "google/rpc/error_details.pb.h"

namespace kinerja::ingest {
namespace {

// The code of a refusal that has a status of its own; others are answered as RECORD_INVALID.
std::optional<absl::StatusCode> OwnStatus(v1::ErrorReason reason) {
  switch (reason) {
    case v1::ERROR_REASON_REQUEST_ID_REUSED:
    case v1::ERROR_REASON_SOURCE_VERSION_REUSED:
    case v1::ERROR_REASON_SKP_DUPLICATE:
      return absl::StatusCode::kAlreadyExists;
    case v1::ERROR_REASON_REVISION_STALE:
      return absl::StatusCode::kAborted;
    default:
      return std::nullopt;
  }
}

google::rpc::BadRequest BadRequestOf(const v1::Violation& violation) {
  google::rpc::BadRequest bad;
  auto* field = bad.add_field_violations();
  field->set_field(violation.field());
  field->set_description(violation.description());
  field->set_reason(std::string(schema::ReasonName(violation.reason())));
  field->mutable_localized_message()->set_locale("id");
  field->mutable_localized_message()->set_message(violation.keterangan());
  return bad;
}

}  // namespace

absl::Status RefusalStatus(const std::vector<schema::Violation>& violations) {
  std::vector<v1::Violation> protos;
  protos.reserve(violations.size());
  for (const schema::Violation& violation : violations) {
    protos.push_back(schema::ToProto(violation));
  }
  if (violations.size() == 1) {
    const schema::Violation& only = violations.front();
    if (const auto code = OwnStatus(only.reason)) {
      schema::Metadata metadata = only.metadata;
      metadata.emplace_back("field", only.field);
      absl::Status status = schema::Error(*code, only.reason, metadata);
      base::SetDetail(&status, BadRequestOf(protos.front()));
      return status;
    }
  }
  const bool held = std::all_of(violations.begin(), violations.end(),
                                [](const auto& v) { return v.severity == v1::SEVERITY_HOLD; });
  return held ? schema::RecordError(absl::StatusCode::kFailedPrecondition,
                                    v1::ERROR_REASON_RECORD_HELD, protos)
              : schema::RecordError(absl::StatusCode::kInvalidArgument,
                                    v1::ERROR_REASON_RECORD_INVALID, protos);
}

}  // namespace kinerja::ingest
