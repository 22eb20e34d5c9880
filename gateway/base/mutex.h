// Mutex, MutexLock and CondVar: std::mutex with annotations that Clang checks at compile time.
//
// Why not absl::Mutex: with the distribution's prebuilt Abseil, ThreadSanitizer reports false races
// through it, and none through std::mutex.
//
// Threading: safe for concurrent use; that is what they are for.
// Ownership: a CondVar or a MutexLock never owns the Mutex; the Mutex outlives both.
//
//   base::Mutex mutex_;
//   base::CondVar not_empty_;
//   std::deque<int> items_ ABSL_GUARDED_BY(mutex_);
//   ...
//   base::MutexLock lock(mutex_);
//   while (items_.empty()) not_empty_.Wait(mutex_);
#ifndef KINERJA_GATEWAY_BASE_MUTEX_H_
#define KINERJA_GATEWAY_BASE_MUTEX_H_

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace kinerja::base {

class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

  // Tells the compiler, where it cannot see it (in a lambda), that the lock is held. Checks
  // nothing.
  void AssertHeld() const ABSL_ASSERT_EXCLUSIVE_LOCK() {}

 private:
  friend class CondVar;
  std::mutex mutex_;
};

// Holds the lock from construction to the end of the scope.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits may return without a notification: always wait in a loop over the condition.
class CondVar {
 public:
  CondVar() = default;
  CondVar(const CondVar&) = delete;
  CondVar& operator=(const CondVar&) = delete;

  // Releases the lock, waits for a notification, takes the lock again.
  void Wait(Mutex& mutex) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    std::unique_lock<std::mutex> held(mutex.mutex_, std::adopt_lock);
    condition_.wait(held);
    held.release();
  }

  // As Wait, for at most `timeout` (anything from an hour up waits an hour). False when that ran
  // out.
  [[nodiscard]] bool WaitFor(Mutex& mutex, absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    // Bounded, because now + infinity overflows inside the standard library.
    const auto bounded = absl::ToChronoNanoseconds(
        std::min(std::max(timeout, absl::ZeroDuration()), absl::Hours(1)));
    std::unique_lock<std::mutex> held(mutex.mutex_, std::adopt_lock);
    const std::cv_status result = condition_.wait_for(held, bounded);
    held.release();
    return result == std::cv_status::no_timeout;
  }

  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_MUTEX_H_
