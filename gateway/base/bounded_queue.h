// BoundedQueue: first in, first out, between any number of threads, never longer than its capacity.
//
// Threading: safe for concurrent use.
// When full: TryPush answers false and the item stays with the caller, who answers
// RESOURCE_EXHAUSTED at the front door or slows down inside.
//
//   BoundedQueue<Work> queue(1024);
//   if (!queue.TryPush(std::move(work))) return TooBusy();
//   for (auto batch = queue.PopBatch(64); !batch.empty(); batch = queue.PopBatch(64)) Do(batch);
#ifndef KINERJA_GATEWAY_BASE_BOUNDED_QUEUE_H_
#define KINERJA_GATEWAY_BASE_BOUNDED_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gateway/base/mutex.h"

namespace kinerja::base {

template <typename T>
class BoundedQueue {
 public:
  // A queue of capacity 0 is always full.
  explicit BoundedQueue(size_t capacity) : capacity_(capacity) {}
  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;

  // False when the queue is full or closed; `item` is moved from only on success. Never waits.
  [[nodiscard]] bool TryPush(T&& item) {
    {
      MutexLock lock(mutex_);
      if (closed_ || items_.size() >= capacity_) return false;
      items_.push_back(std::move(item));
    }
    not_empty_.NotifyOne();
    return true;
  }

  // Waits for at least one item and takes up to `max`, without lingering for more. Empty only when
  // the queue is closed and everything in it has been taken (or when `max` is 0).
  [[nodiscard]] std::vector<T> PopBatch(size_t max) {
    MutexLock lock(mutex_);
    while (items_.empty() && !closed_) not_empty_.Wait(mutex_);
    const size_t count = std::min(max, items_.size());
    const auto end = items_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<T> batch(std::make_move_iterator(items_.begin()), std::make_move_iterator(end));
    items_.erase(items_.begin(), end);
    return batch;
  }

  // Refuses new items from now on; what is in the queue can still be taken. Wakes every waiter.
  void Close() {
    {
      MutexLock lock(mutex_);
      closed_ = true;
    }
    not_empty_.NotifyAll();
  }

  // A snapshot, for metrics and tests.
  size_t size() const {
    MutexLock lock(mutex_);
    return items_.size();
  }

 private:
  const size_t capacity_;
  mutable Mutex mutex_;
  CondVar not_empty_;
  std::deque<T> items_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_BOUNDED_QUEUE_H_
