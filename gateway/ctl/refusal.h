// What a failed call says, taken out of its status: code, reason, sentences, violations.
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_CTL_REFUSAL_H_
#define KINERJA_GATEWAY_CTL_REFUSAL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "kinerja/v1/violation.pb.h"

namespace kinerja::ctl {

struct Refusal {
  absl::Status status;
  std::string reason;      // of the ErrorInfo; empty: not an error of a gateway
  std::string message_id;  // Indonesian; empty: none
  std::vector<v1::Violation> violations;
  bool complete = true;  // false: the details did not hold all of them
};

// Reads the google.rpc details of a status. Violations get severity and mender from the catalogue
// this program was built with; a code that it does not know keeps its sentences.
Refusal ReadRefusal(const absl::Status& status);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_REFUSAL_H_
