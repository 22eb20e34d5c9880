#include "gateway/store/sqlite/sqlite_store.h"

#include <sys/random.h>

#include <utility>

#include "absl/strings/str_format.h"
#include "gateway/base/check.h"
#include "gateway/base/kill_point.h"
#include "gateway/base/status.h"
#include "gateway/base/status_macros.h"
#include "gateway/store/sqlite/checkpoint_kill_vfs.h"
#include "gateway/store/sqlite/checkpointer.h"
#include "gateway/store/sqlite/migrations.h"

namespace kinerja::store::sqlite {
namespace {

constexpr std::string_view kInMemory = ":memory:";
constexpr int kWriterCacheKib = 32 * 1024;
constexpr int kReaderCacheKib = 4 * 1024;

uint64_t KernelRandom() {
  uint64_t number = 0;
  const ssize_t got = getrandom(&number, sizeof(number), 0);  // 8 bytes never come in part
  KJ_CHECK(got == static_cast<ssize_t>(sizeof(number)));
  return number;
}

absl::Status CheckOptions(const SqliteStoreOptions& options) {
  const bool sound = !options.path.empty() && options.readers > 0 && options.read_queue > 0 &&
                     options.write_queue > 0 && options.max_group > 0 &&
                     options.checkpoint_pages > 0 &&
                     options.request_retention >= absl::Hours(7 * 24);
  if (sound) return absl::OkStatus();
  return base::MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                         "the store needs a path, at least one reader, queues that hold something "
                         "and a request retention of 7 days or more; mend the configuration",
                         {});
}

Database::Options DatabaseOptions(const SqliteStoreOptions& options, uint64_t unique) {
  Database::Options database{.path = options.path, .vfs = options.vfs};
  database.in_memory = options.path == kInMemory;
  // A name that begins with a slash is shared by the connections of this process.
  if (database.in_memory) database.path = absl::StrFormat("/kinerja-%016x", unique);
  database.cache_kib = kWriterCacheKib;
  database.sync = !KJ_SEEDED_BUG("skip_sync");
  return database;
}

absl::StatusOr<std::vector<Epoch>> ReadEpochs(Database& db) {
  PreparedStatement prepared(db, "SELECT id, first FROM epoch ORDER BY seq");
  Statement statement(prepared);
  std::vector<Epoch> epochs;
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return epochs;
    epochs.push_back({statement.String(0), statement.Unsigned(1)});
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(SqliteStoreOptions options) {
  KJ_RETURN_IF_ERROR(CheckOptions(options));
  if (!options.random) options.random = KernelRandom;
  if (options.vfs.empty()) options.vfs = CheckpointKillVfs();
  std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(options)));
  KJ_RETURN_IF_ERROR(store->Start());
  return store;
}

absl::Status SqliteStore::Start() {
  const Database::Options options = DatabaseOptions(options_, options_.random());
  if (!options.in_memory) {
    KJ_ASSIGN_OR_RETURN(lock_, StoreLock::Take(options_.path));
    KJ_RETURN_IF_ERROR(CreateDatabaseFile(options_.path));
  }
  KJ_ASSIGN_OR_RETURN(std::unique_ptr<Database> db, Database::Open(options));
  if (!options.in_memory) {
    KJ_RETURN_IF_ERROR(Checkpointer(*db, options_.checkpoint_pages).RunAtOpen());
  }
  KJ_RETURN_IF_ERROR(Migrate(*db));
  KJ_ASSIGN_OR_RETURN(const int64_t last_change, db->QueryInt("SELECT max(number) FROM change"));
  KJ_RETURN_IF_ERROR(BeginEpoch(*db, static_cast<ChangeNumber>(last_change)));
  KJ_RETURN_IF_ERROR(OpenReaders(options));
  writer_ = std::make_unique<GroupWriter>(
      std::move(db), *options_.clock, options_.random,
      GroupWriter::Options{.queue = options_.write_queue,
                           .max_group = options_.max_group,
                           .checkpoint_pages = options_.checkpoint_pages,
                           .request_retention = options_.request_retention,
                           .last_change = static_cast<ChangeNumber>(last_change)});
  read_threads_ =
      std::make_unique<base::Executor>("store-reader", options_.readers, options_.read_queue);
  return absl::OkStatus();
}

absl::Status SqliteStore::BeginEpoch(Database& db, ChangeNumber last_change) {
  const std::string id = absl::StrFormat("%016x%016x", options_.random(), options_.random());
  {
    KJ_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db, Transaction::Kind::kWrite));
    PreparedStatement prepared(db, "INSERT INTO epoch(id, first, opened_at) VALUES(?1, ?2, ?3)");
    {
      Statement insert(prepared, id, last_change + 1, absl::ToUnixMicros(options_.clock->Now()));
      KJ_RETURN_IF_ERROR(insert.Run());
    }
    KJ_RETURN_IF_ERROR(transaction.Commit());
  }
  KJ_ASSIGN_OR_RETURN(epochs_, ReadEpochs(db));
  return absl::OkStatus();
}

absl::Status SqliteStore::OpenReaders(const Database::Options& options) {
  base::MutexLock lock(mutex_);
  for (size_t i = 0; i < options_.readers; ++i) {
    Database::Options reader_options = options;
    reader_options.read_only = true;
    reader_options.cache_kib = kReaderCacheKib;
    Reader reader;
    KJ_ASSIGN_OR_RETURN(reader.db, Database::Open(reader_options));
    reader.view = std::make_unique<SqliteView>(*reader.db, *options_.clock, options_.random);
    idle_readers_.push_back(std::move(reader));
  }
  return absl::OkStatus();
}

void SqliteStore::Write(Decide decide, WriteDone done) {
  writer_->Write(std::move(decide), std::move(done));
}

void SqliteStore::WriteAll(std::vector<Decide> decides, WriteAllDone done) {
  writer_->WriteAll(std::move(decides), std::move(done));
}

void SqliteStore::OnCommit(std::function<void(ChangeNumber)> callback) {
  writer_->OnCommit(std::move(callback));
}

absl::Status SqliteStore::Read(std::function<void(const View&)> read) {
  if (read_threads_->TrySubmit([this, read = std::move(read)] { RunRead(read); })) {
    return absl::OkStatus();
  }
  return closed_.load() ? Closed() : TooManyWait();
}

void SqliteStore::RunRead(const std::function<void(const View&)>& read) {
  Reader reader;
  {
    base::MutexLock lock(mutex_);
    KJ_CHECK(!idle_readers_.empty());  // one for each thread
    reader = std::move(idle_readers_.back());
    idle_readers_.pop_back();
  }
  {
    // Begins nothing yet: what cannot be read is told by the first verb of the view.
    const absl::StatusOr<Transaction> transaction =
        Transaction::Begin(*reader.db, Transaction::Kind::kRead);
    read(*reader.view);
  }
  base::MutexLock lock(mutex_);
  idle_readers_.push_back(std::move(reader));
}

void SqliteStore::Close() {
  closed_.store(true);
  if (read_threads_ != nullptr) read_threads_->Stop();
  {
    // Before the writer's connection: the last one to close empties the log, and must be able to.
    base::MutexLock lock(mutex_);
    idle_readers_.clear();
  }
  if (writer_ != nullptr) writer_->Stop();
  lock_.Release();
}

}  // namespace kinerja::store::sqlite
