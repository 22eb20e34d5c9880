// When a delivery is tried again, and whether a target is asked at all: backoff, retry budget and
// circuit breaker. Pure: time and randomness are arguments; nothing here does I/O.
//
// Threading: values of one thread, the dispatcher's.
#ifndef KINERJA_GATEWAY_DELIVERY_RETRY_POLICY_H_
#define KINERJA_GATEWAY_DELIVERY_RETRY_POLICY_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"

namespace kinerja::delivery {

// Truncated exponential backoff with jitter.
struct Backoff {
  absl::Duration initial = absl::Seconds(2);
  absl::Duration max = absl::Minutes(10);

  // The wait before try number `tries` + 1 after `tries` in vain (from 1): between half and all of
  // initial * 2^(tries-1), at most max; never less than what the target asked for. `random` is any
  // 64 bits.
  absl::Duration After(uint32_t tries, std::optional<absl::Duration> asked, uint64_t random) const;
};

// How much of a target's work may be repetition: tokens that first tries earn and retries spend, so
// that a broken target is not held down by what failed before.
class RetryBudget {
 public:
  // `ratio` of the first tries may be retries, besides `per_second`; at most `most` saved up.
  RetryBudget(double ratio, double per_second, double most)
      : ratio_(ratio), per_second_(per_second), most_(most), tokens_(most) {}

  void EarnFirstTry();
  // A retry that arrived gives its token back: a target that is well again is not held up.
  void EarnSuccess();
  // Takes a token; false when there is none. `now` is steady, since any fixed instant.
  bool SpendRetry(absl::Duration now);

 private:
  const double ratio_;
  const double per_second_;
  const double most_;
  double tokens_;
  absl::Duration last_ = absl::ZeroDuration();
};

// Opens after some failures of the target in a row, lets one call through after a while, and closes
// when it succeeds.
class CircuitBreaker {
 public:
  enum class State : uint8_t { kClosed, kOpen, kHalfOpen };

  CircuitBreaker(uint32_t failures_to_open, Backoff wait)
      : failures_to_open_(failures_to_open), wait_(wait) {}

  // Whether a call may begin now; in half-open only one at a time.
  bool MayBegin(absl::Duration now) const;
  // True: this call is the one that was let through; Abandoned must follow if it has no answer.
  bool Begin(absl::Duration now);
  // The answer of a call that began.
  void Succeeded();
  void Failed(absl::Duration now, std::optional<absl::Duration> asked, uint64_t random);
  // The call that was let through has ended; without effect after its answer.
  void Abandoned();

  State StateAt(absl::Duration now) const;
  // Until then no call begins; meaningful while open.
  absl::Duration opens_until() const { return until_; }

 private:
  const uint32_t failures_to_open_;
  const Backoff wait_;
  uint32_t failures_ = 0;  // in a row
  uint32_t openings_ = 0;  // in a row, for the backoff
  bool open_ = false;
  bool probing_ = false;
  absl::Duration until_ = absl::ZeroDuration();
};

}  // namespace kinerja::delivery

#endif  // KINERJA_GATEWAY_DELIVERY_RETRY_POLICY_H_
