#include "gateway/ctl/refusal.h"

#include "absl/strings/numbers.h"
#include "gateway/base/status.h"
#include "gateway/schema/catalogue.h"
#include "google/rpc/error_details.pb.h"

namespace kinerja::ctl {
namespace {

v1::Violation FromDetail(const google::rpc::BadRequest::FieldViolation& detail) {
  v1::Violation violation;
  violation.set_field(detail.field());
  violation.set_reason(schema::ReasonByName(detail.reason()));
  const v1::ReasonInfo& facts = schema::ReasonFacts(violation.reason());
  if (facts.severity_size() > 0) violation.set_severity(facts.severity(0));
  violation.set_mender(facts.mender());
  violation.set_description(detail.description());
  violation.set_keterangan(detail.localized_message().message());
  return violation;
}

}  // namespace

Refusal ReadRefusal(const absl::Status& status) {
  Refusal refusal;
  refusal.status = status;
  google::rpc::ErrorInfo info;
  if (base::GetDetail(status, &info)) refusal.reason = info.reason();
  google::rpc::LocalizedMessage localized;
  if (base::GetDetail(status, &localized)) refusal.message_id = localized.message();
  google::rpc::BadRequest details;
  if (base::GetDetail(status, &details)) {
    for (const auto& detail : details.field_violations()) {
      refusal.violations.push_back(FromDetail(detail));
    }
  }
  const auto total = info.metadata().find("total");
  size_t count = 0;
  if (total != info.metadata().end() && absl::SimpleAtoi(total->second, &count)) {
    refusal.complete = refusal.violations.size() >= count;
  }
  return refusal;
}

}  // namespace kinerja::ctl
