// GroupWriter: the one thread that writes. It takes everything that waits, without lingering for
// more, decides and writes it in one transaction, commits, then tells each item in order.
//
// What goes wrong:
//   An item's own write fails   the group is rolled back and each item runs alone: one bad item
//                               costs the others time, never their answer.
//   No space is left            the group is rolled back and refused with STORE_FULL; the next one
//                               tries again.
//   Stable storage fails        nothing is acknowledged any more. Repeating the sync would prove
//                               nothing: the kernel may have dropped the pages and call them clean.
//                               A new start writes the log again (checkpointer.h).
//
// Threading: Write, last_change and Health are safe for concurrent use; OnCommit before the first
// Write; Stop and the destructor belong to the owner, never to a callback.
// Ownership: clock and random outlive it; it owns the connection.
#ifndef KINERJA_GATEWAY_STORE_SQLITE_GROUP_WRITER_H_
#define KINERJA_GATEWAY_STORE_SQLITE_GROUP_WRITER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/bounded_queue.h"
#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"
#include "gateway/base/owned_thread.h"
#include "gateway/store/sqlite/checkpointer.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/item_writer.h"
#include "gateway/store/sqlite/request_pruner.h"
#include "gateway/store/sqlite/sqlite_view.h"
#include "gateway/store/store.h"

namespace kinerja::store::sqlite {

class GroupWriter {
 public:
  struct Options {
    size_t queue = 0;
    size_t max_group = 0;
    int checkpoint_pages = 0;
    absl::Duration request_retention;
    ChangeNumber last_change = 0;
  };

  // Starts the thread.
  GroupWriter(std::unique_ptr<Database> db, const base::Clock& clock,
              const std::function<uint64_t()>& random, const Options& options);
  ~GroupWriter() { Stop(); }
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;

  // As in Store.
  void Write(Decide decide, WriteDone done);
  void WriteAll(std::vector<Decide> decides, WriteAllDone done);
  void OnCommit(std::function<void(ChangeNumber)> callback) { on_commit_ = std::move(callback); }
  ChangeNumber last_change() const { return last_change_.load(); }
  absl::Status Health() const;

  // Finishes what was handed in, refuses what comes later, joins, closes the connection. May be
  // called again.
  void Stop();

 private:
  struct Item {
    std::vector<Decide> decides;
    WriteAllDone done;
    absl::StatusOr<std::vector<Committed>> result = absl::UnknownError("not decided");
  };
  enum class Outcome { kCommitted, kBusy, kFull, kDevice, kItemFailed };

  void Run();
  void CommitOrRefuse(std::span<Item> group);
  Outcome TryGroup(std::span<Item> group);
  // Decides and writes one item. False when part of it is written and the rest is not to be: its
  // own write failed, or a later decision refused it; result says how.
  bool RunItem(Item& item, int64_t at, ChangeNumber& last_change);
  absl::StatusOr<Committed> Apply(Writes writes, int64_t at, ChangeNumber& last_change);
  // What the connection has met since the last call; kCommitted when nothing.
  Outcome Faults();
  void Answer(std::span<Item> group);
  void Refuse(std::span<Item> group, const absl::Status& why);
  void Maintain();
  void Fail();
  void SetHealth(absl::Status health);

  const base::Clock& clock_;
  const size_t max_group_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<SqliteView> view_;
  std::unique_ptr<ItemWriter> items_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::unique_ptr<RequestPruner> pruner_;
  std::function<void(ChangeNumber)> on_commit_;
  std::atomic<ChangeNumber> last_change_;
  std::atomic<bool> closed_ = false;
  bool failed_ = false;  // of the writer's thread; never reset
  mutable base::Mutex mutex_;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
  base::BoundedQueue<Item> queue_;
  base::OwnedThread thread_;  // last: joined before the rest goes
};

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_GROUP_WRITER_H_
