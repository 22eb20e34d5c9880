// Checkpointer: moves committed pages from the write-ahead log into the database file, between two
// groups of the writer, after their answers are out.
//
// Why not SQLite's automatic checkpoint: it runs inside COMMIT, before the answers, and hides its
// errors.
//
// Threading: one thread, that of the connection. Ownership: the Database outlives it.
#ifndef KINERJA_GATEWAY_STORE_SQLITE_CHECKPOINTER_H_
#define KINERJA_GATEWAY_STORE_SQLITE_CHECKPOINTER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "gateway/store/sqlite/database.h"

struct sqlite3;

namespace kinerja::store::sqlite {

class Checkpointer {
 public:
  // Due when the log has `pages` pages.
  Checkpointer(Database& db, int pages);
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // Call once when the store is opened, before the first write: empties the log. A log that was
  // left behind is first written once more, byte for byte, and synced: after a failed fsync the
  // kernel may show pages that never reached the disk and call them clean, so only a new write
  // makes a later sync of them true.
  absl::Status RunAtOpen();

  // Cheap when not due. A reader in the way only puts it off.
  absl::Status RunIfDue();

  // Pages that commits have put into the log since this was made, for metrics.
  uint64_t log_pages_written() const { return log_pages_written_; }

 private:
  static int OnCommit(void* self, sqlite3*, const char*, int log_pages);
  absl::Status Run(int mode, bool* complete);
  absl::Status RewriteLog();

  Database& db_;
  const int pages_;
  int log_pages_ = 0;
  uint64_t log_pages_written_ = 0;
  int due_at_;
};

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_CHECKPOINTER_H_
