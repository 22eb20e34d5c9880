// FakeClock: a clock that stands still until a test moves it.
//
// Threading: safe for concurrent use.
#ifndef KINERJA_TESTS_FAKES_FAKE_CLOCK_H_
#define KINERJA_TESTS_FAKES_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"

namespace kinerja::fakes {

class FakeClock final : public base::Clock {
 public:
  // Begins at 2026-01-05 08:00 WIB, an ordinary Monday, unless told otherwise.
  explicit FakeClock(absl::Time now = absl::FromCivil(absl::CivilHour(2026, 1, 5, 1),
                                                      absl::UTCTimeZone()))
      : now_(now) {}

  absl::Time Now() const override {
    base::MutexLock lock(mutex_);
    return now_;
  }

  void Advance(absl::Duration duration) {
    base::MutexLock lock(mutex_);
    now_ += duration;
  }

  void Set(absl::Time now) {
    base::MutexLock lock(mutex_);
    now_ = now;
  }

 private:
  mutable base::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kinerja::fakes

#endif  // KINERJA_TESTS_FAKES_FAKE_CLOCK_H_
