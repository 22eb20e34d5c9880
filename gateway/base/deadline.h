// Deadline and Cancellation of a call that leaves the gateway. Both are measured or set inside this
// process only: a jump of the machine's time of day moves neither.
//
// Threading: a Deadline is a value; a Cancellation is safe for concurrent use.
//
//   const Deadline deadline = Deadline::After(absl::Seconds(60));
//   if (deadline.Remaining() < kLeast) return Refuse();
#ifndef KINERJA_GATEWAY_BASE_DEADLINE_H_
#define KINERJA_GATEWAY_BASE_DEADLINE_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>

#include "absl/time/time.h"

namespace kinerja::base {

class Deadline {
 public:
  // At most a day ahead: no call waits longer, and the sum never overflows.
  static Deadline After(absl::Duration timeout) {
    const absl::Duration bounded = std::clamp(timeout, absl::ZeroDuration(), absl::Hours(24));
    return Deadline(Steady::now() + absl::ToChronoNanoseconds(bounded));
  }

  // Time left, never negative.
  absl::Duration Remaining() const {
    return std::max(absl::FromChrono(at_ - Steady::now()), absl::ZeroDuration());
  }
  bool Passed() const { return Steady::now() >= at_; }

 private:
  using Steady = std::chrono::steady_clock;
  explicit Deadline(Steady::time_point at) : at_(at) {}
  Steady::time_point at_;
};

// Says to whoever holds a copy that the call is no longer wanted.
class Cancellation {
 public:
  void Cancel() { flag_->store(true, std::memory_order_relaxed); }
  bool cancelled() const { return flag_->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_DEADLINE_H_
