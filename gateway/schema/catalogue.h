// The error catalogue, read from the options on kinerja.v1.ErrorReason: sentences, severity, who
// mends it. The only way to make an error or a violation of the product.
//
// Threading: pure functions over descriptors; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SCHEMA_CATALOGUE_H_
#define KINERJA_GATEWAY_SCHEMA_CATALOGUE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gateway/base/status.h"
#include "kinerja/v1/error_reason.pb.h"
#include "kinerja/v1/violation.pb.h"

namespace kinerja::schema {

// The domain of every ErrorInfo of this product.
using base::kErrorDomain;

// Values for the places in a sentence; never personal data.
using base::Metadata;

// Most violations that are listed of one record; a hostile one must not fill the memory.
inline constexpr size_t kMaxViolations = 10'000;

// A broken rule at one place of a record, while it is being judged.
struct Violation {
  std::string field;  // path with indexes, as the caller wrote it
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  v1::Severity severity = v1::SEVERITY_REJECT;
  Metadata metadata;      // without "field", which the sentence takes from above
  std::string_view rule;  // static text: rule and version, for example "nip.tmt/1"
};

// The name without prefix, for example "NIP_TMT". Static text.
std::string_view ReasonName(v1::ErrorReason reason);
// UNSPECIFIED for a name that is none.
v1::ErrorReason ReasonByName(std::string_view name);
// The facts about a code; lives as long as the program.
const v1::ReasonInfo& ReasonFacts(v1::ErrorReason reason);
// A sentence with its places filled; a place without value stays as it is written.
std::string FillSentence(std::string_view sentence, const Metadata& metadata);

// The violation with both sentences, as it travels in answers.
v1::Violation ToProto(const Violation& violation);

// An error of one code: the English sentence as message, ErrorInfo (reason, domain, metadata) and
// the Indonesian LocalizedMessage as payloads.
absl::Status Error(absl::StatusCode code, v1::ErrorReason reason, const Metadata& metadata = {});
// The reason of an error made by Error(), else ERROR_REASON_UNSPECIFIED.
v1::ErrorReason ReasonOf(const absl::Status& status);
// An error for a record with violations: ErrorInfo with the total, and a BadRequest with as many
// whole violations as fit, in order, so that all details together stay under 6 KiB.
absl::Status RecordError(absl::StatusCode code, v1::ErrorReason reason,
                         const std::vector<v1::Violation>& violations);

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_CATALOGUE_H_
