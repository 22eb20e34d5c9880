// Builders of absl::Status with google.rpc details as payloads. A detail is keyed by its type URL,
// so a status holds at most one of each kind; they travel to the caller unchanged.
//
// Pure; safe for concurrent use. Sentences and codes come from schema/catalogue.h; only parts below
// it (the store's backends) name a reason here themselves.
#ifndef KINERJA_GATEWAY_BASE_STATUS_H_
#define KINERJA_GATEWAY_BASE_STATUS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/status_macros.h"
#include "google/protobuf/message.h"

namespace kinerja::base {

// The domain of every ErrorInfo of this product.
inline constexpr std::string_view kErrorDomain = "kinerja.gateway";

// Values that stand in a message; never personal data.
using Metadata = std::vector<std::pair<std::string, std::string>>;

// A status with one ErrorInfo. `reason` is UPPER_SNAKE_CASE, a name of kinerja.v1.ErrorReason.
absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message,
                       const Metadata& metadata = {});
// Adds or replaces the detail of this message type.
void SetDetail(absl::Status* status, const google::protobuf::Message& detail);
// Fills `detail` from the status; false when it holds none of this type.
bool GetDetail(const absl::Status& status, google::protobuf::Message* detail);
// Adds a RetryInfo: trying again sooner makes no sense.
void SetRetryDelay(absl::Status* status, absl::Duration delay);
// The ErrorInfo's reason; empty when there is none.
std::string ReasonOf(const absl::Status& status);

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_STATUS_H_
