// SqliteStore: the Store in one SQLite file, for one gateway process. No server to install.
//
// One writer thread with group commit (group_writer.h), a few readers, each with a connection of
// its own, and one lock file that keeps a second process out. The log beside the database file
// belongs to it: copy a store with `VACUUM INTO` or while it is closed, never file by file while it
// is open.
//
// Threading: safe for concurrent use, but Close and the destructor belong to the owner and are
// never called from a callback. Ownership: the clock outlives it.
//
//   KJ_ASSIGN_OR_RETURN(auto store, sqlite::SqliteStore::Open({.path =
//   "/var/lib/kinerja/store.db"})); store->Write([](const View& view) { return Decide(view); },
//                [](absl::StatusOr<Committed> committed) { Answer(committed); });
#ifndef KINERJA_GATEWAY_STORE_SQLITE_SQLITE_STORE_H_
#define KINERJA_GATEWAY_STORE_SQLITE_SQLITE_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/executor.h"
#include "gateway/base/mutex.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/group_writer.h"
#include "gateway/store/sqlite/sqlite_view.h"
#include "gateway/store/sqlite/store_lock.h"
#include "gateway/store/store.h"

namespace kinerja::store::sqlite {

struct SqliteStoreOptions {
  // The database file; made, readable by its owner only, where there is none. ":memory:" is for
  // tests: nothing is durable, and it is gone when the store closes.
  std::string path;
  std::string vfs;  // name of a registered SQLite VFS; empty: the default one

  size_t readers = 4;
  size_t read_queue = 4096;   // reads that may wait
  size_t write_queue = 4096;  // items that may wait
  size_t max_group = 1024;    // items in one transaction
  // The log is moved into the database file when it has this many pages of 4 KiB; 4 000 to 16 000.
  int checkpoint_pages = 8000;
  // How long the answer to a request_id is remembered; 7 days at least (promise P2).
  absl::Duration request_retention = absl::Hours(8 * 24);

  const base::Clock* clock = &base::SystemClock();
  // 64 random bits, for ids of records and epochs; called from several threads. Default: the
  // kernel.
  std::function<uint64_t()> random;
};

class SqliteStore final : public Store {
 public:
  // Opens the file, brings it to this program's layout, begins an epoch, starts the threads.
  //   INVALID_ARGUMENT    CONFIG_INVALID  an option is out of its range
  //   FAILED_PRECONDITION STORE_IN_USE    another process, or another SqliteStore, has it open
  //   FAILED_PRECONDITION STORE_NEWER     it was written by a newer program
  //   FAILED_PRECONDITION STORE_FOREIGN   the file holds something else
  //   DATA_LOSS           STORE_CORRUPT   the file cannot be read
  //   RESOURCE_EXHAUSTED  STORE_FULL, UNAVAILABLE STORE_FAILED   the device refuses
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(SqliteStoreOptions options);
  ~SqliteStore() override { Close(); }

  void Write(Decide decide, WriteDone done) override;
  void WriteAll(std::vector<Decide> decides, WriteAllDone done) override;
  absl::Status Read(std::function<void(const View&)> read) override;
  std::vector<Epoch> Epochs() const override { return epochs_; }
  ChangeNumber LastChange() const override { return writer_->last_change(); }
  void OnCommit(std::function<void(ChangeNumber)> callback) override;
  absl::Status Health() const override { return writer_->Health(); }
  void Close() override;

 private:
  struct Reader {
    std::unique_ptr<Database> db;
    std::unique_ptr<SqliteView> view;
  };

  explicit SqliteStore(SqliteStoreOptions options) : options_(std::move(options)) {}
  absl::Status Start();
  absl::Status BeginEpoch(Database& db, ChangeNumber last_change);
  absl::Status OpenReaders(const Database::Options& options);
  void RunRead(const std::function<void(const View&)>& read);

  SqliteStoreOptions options_;
  StoreLock lock_;
  std::vector<Epoch> epochs_;  // fixed when Open returns
  std::unique_ptr<GroupWriter> writer_;
  base::Mutex mutex_;
  std::vector<Reader> idle_readers_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> closed_ = false;
  std::unique_ptr<base::Executor> read_threads_;  // as many as readers
};

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_SQLITE_STORE_H_
