#include "gateway/base/event_loop.h"

namespace kinerja::base {

EventLoop::EventLoop(std::string_view name) : thread_(name, [this] { Run(); }) {}

void EventLoop::Post(std::function<void()> run) {
  {
    MutexLock lock(mutex_);
    if (stopped_) return;
    posted_.push_back(std::move(run));
  }
  changed_.NotifyOne();
}

void EventLoop::PostAfter(absl::Duration wait, std::function<void()> run) {
  {
    MutexLock lock(mutex_);
    if (stopped_) return;
    timed_.emplace(Now() + wait, std::move(run));
  }
  changed_.NotifyOne();
}

void EventLoop::Stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
  }
  changed_.NotifyAll();
  thread_.Join();
}

absl::Duration EventLoop::Now() const { return absl::FromChrono(Steady::now() - began_); }

std::deque<std::function<void()>> EventLoop::TakeDue() {
  MutexLock lock(mutex_);
  while (!stopped_) {
    const absl::Duration now = Now();
    while (!timed_.empty() && timed_.begin()->first <= now) {
      posted_.push_back(std::move(timed_.begin()->second));
      timed_.erase(timed_.begin());
    }
    if (!posted_.empty()) return std::exchange(posted_, {});
    if (timed_.empty()) {
      changed_.Wait(mutex_);
    } else {
      (void)changed_.WaitFor(mutex_, timed_.begin()->first - now);
    }
  }
  return {};
}

void EventLoop::Run() {
  while (true) {
    std::deque<std::function<void()>> due = TakeDue();
    if (due.empty()) return;
    for (std::function<void()>& run : due) run();
  }
}

}  // namespace kinerja::base
