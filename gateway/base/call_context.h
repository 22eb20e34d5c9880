// CallContext: the caller's deadline and cancellation, carried in one argument through every layer.
// The next hop gets the remaining time, never a fresh timeout.
//
// Threading: a const CallContext is safe for concurrent use if its `cancelled` function is.
// Ownership: a value, cheap to copy; the clock outlives it.
//
//   absl::Status Reader::Get(const base::CallContext& context, ...) {
//     KJ_RETURN_IF_ERROR(context.Check());   // before an expensive step, never after a commit
//     began
#ifndef KINERJA_GATEWAY_BASE_CALL_CONTEXT_H_
#define KINERJA_GATEWAY_BASE_CALL_CONTEXT_H_

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"

namespace kinerja::base {

class CallContext {
 public:
  // No deadline, never cancelled: for work that no caller waits for.
  CallContext() : CallContext(SystemClock(), absl::InfiniteFuture()) {}

  // An empty `cancelled` means never.
  CallContext(const Clock& clock, absl::Time deadline, std::function<bool()> cancelled = nullptr)
      : clock_(&clock), deadline_(deadline), cancelled_(std::move(cancelled)) {}

  absl::Time deadline() const { return deadline_; }

  // Time left, never negative; infinite without a deadline.
  absl::Duration Remaining() const {
    return std::max(deadline_ - clock_->Now(), absl::ZeroDuration());
  }

  // OK while somebody still waits for the answer; CANCELLED when the caller left; DEADLINE_EXCEEDED
  // from the deadline on.
  absl::Status Check() const {
    if (cancelled_ && cancelled_()) return absl::CancelledError("call was cancelled by the caller");
    if (clock_->Now() >= deadline_) {
      return absl::DeadlineExceededError("deadline of the call has passed; call with a later one");
    }
    return absl::OkStatus();
  }

 private:
  const Clock* clock_;
  absl::Time deadline_;
  std::function<bool()> cancelled_;
};

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_CALL_CONTEXT_H_
