#include "gateway/base/clock.h"

#include "absl/time/clock.h"

namespace kinerja::base {
namespace {

class RealClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace

const Clock& SystemClock() {
  // Never destroyed: threads that end late may still ask for the time.
  static const RealClock* const kClock = new RealClock;
  return *kClock;
}

}  // namespace kinerja::base
