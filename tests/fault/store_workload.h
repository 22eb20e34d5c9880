// StoreWorkload: writes numbered items into a Store, keeps what was sent and what was answered, and
// checks after a fault that the store holds what it promised.
//
// Everything an item writes follows from its number, so that a check needs no other memory: a
// revision (of the record of the item before it, for every fourth), a source row and a request row.
//
// Threading: one thread calls it; answers come from the store's. It outlives the stores it wrote
// to.
//
//   StoreWorkload load;
//   load.Run(*store, /*items=*/200, /*in_flight=*/32);
//   ...                                       // the fault, a new store
//   EXPECT_EQ(load.FindBrokenPromise(*store), "");
#ifndef KINERJA_TESTS_FAULT_STORE_WORKLOAD_H_
#define KINERJA_TESTS_FAULT_STORE_WORKLOAD_H_

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "gateway/base/mutex.h"
#include "gateway/store/store.h"

namespace kinerja::fault {

class StoreWorkload {
 public:
  // More than any run stores.
  static constexpr uint64_t kManyItems = 20'000;

  // Sends `items` more items, at most `in_flight` unanswered, and waits for all answers. Stops
  // early after a refusal.
  void Run(store::Store& store, uint64_t items, uint64_t in_flight);

  // Called on the store's thread for each item that was acknowledged.
  void OnAcknowledged(std::function<void(uint64_t)> callback) {
    on_acknowledged_ = std::move(callback);
  }
  // As if these had been sent or acknowledged here: for what another process did.
  void MarkSent(uint64_t items);
  void MarkAcknowledged(uint64_t item);

  // Reads everything. Empty, or what is wrong: an acknowledged item is missing, an item is there in
  // part, other than it was sent, or was never sent.
  std::string FindBrokenPromise(store::Store& store);

  uint64_t sent() const;
  uint64_t acknowledged() const;
  // Of the last refusal.
  absl::Status last_error() const;

 private:
  void Send(store::Store& store, uint64_t item);
  std::string Check(const store::View& view, uint64_t item, bool acknowledged,
                    const store::Change* change);

  std::function<void(uint64_t)> on_acknowledged_;
  mutable base::Mutex mutex_;
  base::CondVar answered_;
  uint64_t sent_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<uint64_t> acknowledged_ ABSL_GUARDED_BY(mutex_);
  absl::Status last_error_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kinerja::fault

#endif  // KINERJA_TESTS_FAULT_STORE_WORKLOAD_H_
