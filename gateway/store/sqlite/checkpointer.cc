#include "gateway/store/sqlite/checkpointer.h"

#include <sqlite3.h>

#include <algorithm>
#include <vector>

#include "gateway/base/status_macros.h"

namespace kinerja::store::sqlite {
namespace {

// With readers coming and going all the time a passive checkpoint may never empty the log. From
// this many times the due length on, wait for them.
constexpr int kPatience = 4;

// SQLite's own VFS writes at most 128 KiB at once, and takes more for a full disk.
constexpr size_t kCopyBytes = 64 * 1024;

}  // namespace

Checkpointer::Checkpointer(Database& db, int pages) : db_(db), pages_(pages), due_at_(pages) {
  sqlite3_wal_hook(db_.handle(), &Checkpointer::OnCommit, this);
}

Checkpointer::~Checkpointer() { sqlite3_wal_hook(db_.handle(), nullptr, nullptr); }

int Checkpointer::OnCommit(void* self, sqlite3*, const char*, int log_pages) {
  auto& checkpointer = *static_cast<Checkpointer*>(self);
  // A log that is shorter than before has begun anew.
  const int before = log_pages < checkpointer.log_pages_ ? 0 : checkpointer.log_pages_;
  checkpointer.log_pages_written_ += static_cast<uint64_t>(log_pages - before);
  checkpointer.log_pages_ = log_pages;
  return SQLITE_OK;
}

absl::Status Checkpointer::RunAtOpen() {
  // A first read makes SQLite open the log and find its valid end.
  KJ_RETURN_IF_ERROR(db_.QueryInt("PRAGMA user_version").status());
  KJ_RETURN_IF_ERROR(RewriteLog());
  log_pages_ = 0;
  bool complete = false;
  return Run(SQLITE_CHECKPOINT_TRUNCATE, &complete);
}

absl::Status Checkpointer::RunIfDue() {
  if (log_pages_ < due_at_) return absl::OkStatus();
  const bool wait = log_pages_ >= kPatience * pages_;
  bool complete = false;
  KJ_RETURN_IF_ERROR(Run(wait ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, &complete));
  // A complete one lets the next commit begin the log anew, and then OnCommit says so.
  due_at_ = complete ? pages_ : log_pages_ + pages_ / kPatience;
  if (complete) log_pages_ = 0;
  return absl::OkStatus();
}

absl::Status Checkpointer::Run(int mode, bool* complete) {
  int in_log = 0;
  int moved = 0;
  const int code = sqlite3_wal_checkpoint_v2(db_.handle(), "main", mode, &in_log, &moved);
  *complete = code == SQLITE_OK && in_log == moved;
  if ((code & 0xFF) == SQLITE_BUSY || code == SQLITE_OK) return absl::OkStatus();
  return db_.Error(sqlite3_extended_errcode(db_.handle()));
}

absl::Status Checkpointer::RewriteLog() {
  sqlite3_file* log = nullptr;
  sqlite3_file_control(db_.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log == nullptr || log->pMethods == nullptr) return absl::OkStatus();
  sqlite3_int64 size = 0;
  int code = log->pMethods->xFileSize(log, &size);
  std::vector<char> buffer(kCopyBytes);
  for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size;) {
    const int count =
        static_cast<int>(std::min<sqlite3_int64>(size - at, static_cast<int>(buffer.size())));
    code = log->pMethods->xRead(log, buffer.data(), count, at);
    if (code == SQLITE_OK) code = log->pMethods->xWrite(log, buffer.data(), count, at);
    at += count;
  }
  if (code == SQLITE_OK && size > 0) {
    code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
  }
  return code == SQLITE_OK ? absl::OkStatus() : db_.Error(code);
}

}  // namespace kinerja::store::sqlite
