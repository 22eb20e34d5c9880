// StoreLock: the right to be the only process, and the only SqliteStore in it, on one database.
//
// An open-file-description lock on a file beside the database: the kernel drops it when the holder
// dies, however it dies, and it also excludes a second holder in the same process. The file stays
// behind on purpose: removing it would let two processes lock two files of one name.
//
// Threading: one thread.
#ifndef KINERJA_GATEWAY_STORE_SQLITE_STORE_LOCK_H_
#define KINERJA_GATEWAY_STORE_SQLITE_STORE_LOCK_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace kinerja::store::sqlite {

class StoreLock {
 public:
  // FAILED_PRECONDITION STORE_IN_USE when somebody holds it; UNAVAILABLE STORE_FAILED when the file
  // cannot be made (the folder is missing or not ours).
  static absl::StatusOr<StoreLock> Take(const std::string& database_path);

  StoreLock() = default;  // holds nothing
  ~StoreLock() { Release(); }
  StoreLock(StoreLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  StoreLock& operator=(StoreLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }

  void Release();

 private:
  explicit StoreLock(int file) : file_(file) {}
  int file_ = -1;
};

// Makes an empty database file that only its owner can read, where there is none. SQLite gives the
// files beside it the same rights.
absl::Status CreateDatabaseFile(const std::string& path);

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_STORE_LOCK_H_
