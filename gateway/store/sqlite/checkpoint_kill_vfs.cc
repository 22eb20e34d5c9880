#include "gateway/store/sqlite/checkpoint_kill_vfs.h"

#ifdef KINERJA_FAULT_POINTS

#include <sqlite3.h>

#include "gateway/base/check.h"
#include "gateway/base/kill_point.h"

namespace kinerja::store::sqlite {
namespace {

constexpr const char* kName = "kinerja-checkpoint-kill";

// Main database files are opened with our methods, which are the default ones but for xWrite; all
// other files are the default VFS's own. So nothing but one pointer is kept.
const sqlite3_io_methods* default_methods = nullptr;

int WriteAndReach(sqlite3_file* file, const void* data, int count, sqlite3_int64 at) {
  KJ_KILL_POINT("store_checkpoint");
  return default_methods->xWrite(file, data, count, at);
}

int OpenWatched(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  static sqlite3_io_methods watched_methods;
  sqlite3_vfs* const base = sqlite3_vfs_find("unix");
  const int code = base->xOpen(base, path, file, flags, out_flags);
  if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
  // Every connection to one kind of file gets the same methods from the default VFS.
  static const bool kCopied = [file] {
    default_methods = file->pMethods;
    watched_methods = *file->pMethods;
    watched_methods.xWrite = WriteAndReach;
    return true;
  }();
  KJ_CHECK(kCopied && file->pMethods == default_methods);
  file->pMethods = &watched_methods;
  return code;
}

}  // namespace

std::string CheckpointKillVfs() {
  static const int kRegistered = [] {
    static sqlite3_vfs vfs = *sqlite3_vfs_find("unix");
    vfs.zName = kName;
    vfs.pNext = nullptr;
    vfs.xOpen = OpenWatched;
    return sqlite3_vfs_register(&vfs, 0);
  }();
  KJ_CHECK(kRegistered == SQLITE_OK);
  return kName;
}

}  // namespace kinerja::store::sqlite

#else

namespace kinerja::store::sqlite {

std::string CheckpointKillVfs() { return {}; }

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_FAULT_POINTS
