// Repeats a submission while the gateway is not there. The request_id stays the same, so a
// repetition of one that was taken gets the first answer (promise P2). Without a request_id only
// validate_only is repeated.
//
// Threading: safe for concurrent use when the caller and the sleeper are.
#ifndef KINERJA_GATEWAY_CTL_RETRY_H_
#define KINERJA_GATEWAY_CTL_RETRY_H_

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/ctl/caller.h"
#include "kinerja/v1/skp_service.pb.h"

namespace kinerja::ctl {

// Time and chance, given so that tests need neither.
struct RetryTools {
  const base::Clock* clock = nullptr;
  std::function<void(absl::Duration)> sleep;
  uint64_t seed = 0;  // of the jitter
};

// The answer, or the last error. Only UNAVAILABLE is tried again, after 100 ms, 200 ms and so on up
// to 5 s (each between the half and the whole), or after what the gateway asked for, until
// `deadline`.
absl::StatusOr<v1::SubmitSkpResponse> SubmitWithRetry(Caller* caller,
                                                      const v1::SubmitSkpRequest& request,
                                                      absl::Time deadline, const RetryTools& tools);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_RETRY_H_
