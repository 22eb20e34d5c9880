// Clock: the only way in which time enters the gateway, so that a test can set it.
//
// Threading: every implementation is safe for concurrent use.
// Ownership: users keep a `const Clock&` or `const Clock*`; whoever made the clock outlives them.
// In tests: tests/fakes/fake_clock.h.
#ifndef KINERJA_GATEWAY_BASE_CLOCK_H_
#define KINERJA_GATEWAY_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace kinerja::base {

class Clock {
 public:
  virtual ~Clock() = default;

  // The time of day. It can jump when the machine's clock is set: never subtract two values to
  // measure a short duration that must not be negative.
  virtual absl::Time Now() const = 0;
};

// The machine's clock; lives as long as the process.
const Clock& SystemClock();

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_CLOCK_H_
