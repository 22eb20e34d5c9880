// Executor: a fixed number of named threads that run submitted functions in order of arrival.
// It is where a gRPC reaction hands over what may block.
//
// Threading: TrySubmit and Drain are safe for concurrent use. Stop and the destructor belong to the
// owner and are never called from a submitted function, which would wait for itself.
// When full: TrySubmit answers false; the caller answers RESOURCE_EXHAUSTED or slows down.
//
//   Executor readers("reader", 4, 1024);
//   if (!readers.TrySubmit([reactor] { reactor->FinishRead(); })) reactor->RefuseBusy();
#ifndef KINERJA_GATEWAY_BASE_EXECUTOR_H_
#define KINERJA_GATEWAY_BASE_EXECUTOR_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gateway/base/bounded_queue.h"
#include "gateway/base/mutex.h"
#include "gateway/base/owned_thread.h"

namespace kinerja::base {

class Executor {
 public:
  // Starts `threads` threads named "<name>-0", "<name>-1", …; at most `capacity` functions wait.
  Executor(std::string_view name, size_t threads, size_t capacity);

  // As Stop.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // False when the queue is full or after Stop; `work` has then not run and never will. True: it
  // will run exactly once. `work` must not throw.
  [[nodiscard]] bool TrySubmit(std::function<void()> work);

  // Waits until everything submitted before has run. Others may go on submitting, and are waited
  // for.
  void Drain();

  // Refuses new work, runs what has been accepted, joins the threads. May be called again.
  void Stop();

 private:
  void Run();

  BoundedQueue<std::function<void()>> queue_;
  Mutex mutex_;
  CondVar idle_;
  size_t unfinished_ ABSL_GUARDED_BY(mutex_) = 0;      // accepted and not yet run to the end
  std::vector<std::unique_ptr<OwnedThread>> threads_;  // last: joined before the rest goes
};

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_EXECUTOR_H_
