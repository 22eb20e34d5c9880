#include "gateway/base/executor.h"

#include <string>
#include <utility>

namespace kinerja::base {

Executor::Executor(std::string_view name, size_t threads, size_t capacity) : queue_(capacity) {
  threads_.reserve(threads);
  for (size_t i = 0; i < threads; ++i) {
    const std::string thread_name = std::string(name) + "-" + std::to_string(i);
    threads_.push_back(std::make_unique<OwnedThread>(thread_name, [this] { Run(); }));
  }
}

Executor::~Executor() { Stop(); }

bool Executor::TrySubmit(std::function<void()> work) {
  // Counted before it is queued: a thread may finish it before TryPush returns.
  {
    MutexLock lock(mutex_);
    ++unfinished_;
  }
  if (queue_.TryPush(std::move(work))) return true;
  MutexLock lock(mutex_);
  if (--unfinished_ == 0) idle_.NotifyAll();
  return false;
}

void Executor::Drain() {
  MutexLock lock(mutex_);
  while (unfinished_ > 0) idle_.Wait(mutex_);
}

void Executor::Stop() {
  queue_.Close();
  for (const auto& thread : threads_) thread->Join();
}

void Executor::Run() {
  // One at a time: a batch would let one slow function delay those taken with it.
  for (auto work = queue_.PopBatch(1); !work.empty(); work = queue_.PopBatch(1)) {
    work.front()();
    work.front() = nullptr;  // what it captured goes before Drain returns
    MutexLock lock(mutex_);
    if (--unfinished_ == 0) idle_.NotifyAll();
  }
}

}  // namespace kinerja::base
