// EventLoop: one named thread that runs posted functions in order, and timed ones when their time
// has come. What belongs to it needs no lock.
//
// Threading: Post, PostAfter and Stop are safe for concurrent use; functions run on the loop's
// thread and must not block. Time is steady: a jump of the machine's clock moves nothing. When
// full: it is not bounded by itself; its users post as many functions as they have work under way,
// which is bounded there. Ownership: what a posted function captures must live until Stop has
// returned. Posting afterwards is harmless and does nothing, so a late answer may come at any time
// while the loop exists.
#ifndef KINERJA_GATEWAY_BASE_EVENT_LOOP_H_
#define KINERJA_GATEWAY_BASE_EVENT_LOOP_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/base/owned_thread.h"

namespace kinerja::base {

class EventLoop {
 public:
  explicit EventLoop(std::string_view name);
  ~EventLoop() { Stop(); }
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void Post(std::function<void()> run);
  void PostAfter(absl::Duration wait, std::function<void()> run);

  // Ends what the loop has begun with, drops what still waits, and joins. Never from the loop
  // itself. May be called again.
  void Stop();

  // Since the loop began; never goes back.
  absl::Duration Now() const;

 private:
  using Steady = std::chrono::steady_clock;
  void Run();
  // Takes what is to be run now; empty when the loop is to end.
  std::deque<std::function<void()>> TakeDue();

  const Steady::time_point began_ = Steady::now();
  Mutex mutex_;
  CondVar changed_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<std::function<void()>> posted_ ABSL_GUARDED_BY(mutex_);
  std::multimap<absl::Duration, std::function<void()>> timed_ ABSL_GUARDED_BY(mutex_);
  OwnedThread thread_;  // last: joined before the rest goes
};

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_EVENT_LOOP_H_
