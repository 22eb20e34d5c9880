#include "gateway/store/sqlite/store_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "gateway/base/status.h"

namespace kinerja::store::sqlite {
namespace {

constexpr mode_t kOwnerOnly = 0600;

absl::Status CannotOpen(const std::string& path) {
  return base::MakeError(absl::StatusCode::kUnavailable, "STORE_FAILED",
                         "the store at " + path + " cannot be opened; check its folder and rights",
                         {{"path", path}});
}

// The name of a new file is durable only when its folder has been synced.
bool SyncFolderOf(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const int file = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = fsync(file) == 0;
  close(file);
  return synced;
}

}  // namespace

absl::StatusOr<StoreLock> StoreLock::Take(const std::string& database_path) {
  const int file =
      open((database_path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (file < 0) return CannotOpen(database_path);
  StoreLock lock(file);
  struct flock whole_file = {};
  whole_file.l_type = F_WRLCK;
  whole_file.l_whence = SEEK_SET;
  if (fcntl(file, F_OFD_SETLK, &whole_file) == 0) return lock;
  if (errno != EAGAIN && errno != EACCES) return CannotOpen(database_path);
  return base::MakeError(
      absl::StatusCode::kFailedPrecondition, "STORE_IN_USE",
      "the store at " + database_path + " is in use by another process; stop that one first",
      {{"path", database_path}});
}

void StoreLock::Release() {
  if (file_ >= 0) close(std::exchange(file_, -1));
}

absl::Status CreateDatabaseFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (file < 0) return errno == EEXIST ? absl::OkStatus() : CannotOpen(path);
  close(file);
  return SyncFolderOf(path) ? absl::OkStatus() : CannotOpen(path);
}

}  // namespace kinerja::store::sqlite
