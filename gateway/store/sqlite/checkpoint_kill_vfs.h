// CheckpointKillVfs: in fault builds, a thin SQLite VFS over the default one whose writes to the
// main database file reach the kill point store_checkpoint. While the log is in use, only
// checkpoints write there. In every other build it does not exist.
#ifndef KINERJA_GATEWAY_STORE_SQLITE_CHECKPOINT_KILL_VFS_H_
#define KINERJA_GATEWAY_STORE_SQLITE_CHECKPOINT_KILL_VFS_H_

#include <string>

namespace kinerja::store::sqlite {

// The name of the registered VFS; empty, which means the default one, outside of fault builds. Safe
// for concurrent use.
std::string CheckpointKillVfs();

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_CHECKPOINT_KILL_VFS_H_
