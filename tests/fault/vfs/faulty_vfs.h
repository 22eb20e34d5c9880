// FaultyVfs: a SQLite VFS that is a disk in the test's hands: it loses power, fails to sync, or is
// full, when told to.
//
// Over the default VFS. What was written since the last sync of a file is kept in memory, in
// sectors of 512 bytes, where every reader sees it, as in the kernel's cache; a sync passes it on
// to the real file. So the real files hold exactly what a power loss would leave. The index beside
// the log, and locks, are the default VFS's.
//
// Threading: safe for concurrent use.
// Ownership: lives longer than every connection that uses it. One per name at a time.
//
//   FaultyVfs disk("disk");
//   auto store = SqliteStore::Open({.path = path, .vfs = disk.name()});
//   disk.CutPowerAfter(40, seed);    // the 40th write, truncate or sync from now does not happen
//   ...                              // everything fails from there on
//   store.reset();
//   disk.PowerOn(path);              // what was not synced is gone, but for a random part
#ifndef KINERJA_TESTS_FAULT_VFS_FAULTY_VFS_H_
#define KINERJA_TESTS_FAULT_VFS_FAULTY_VFS_H_

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>

namespace kinerja::fault {

class FaultyVfs {
 public:
  explicit FaultyVfs(std::string name);
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  const std::string& name() const { return name_; }

  // The `operations`-th write, truncate or sync from now (1: the next one) finds the power gone. Of
  // what was not synced by then, each sector survives or not by the seed: disks reorder and tear.
  void CutPowerAfter(uint64_t operations, uint64_t seed);
  // After a cut, and when every connection is closed: forgets what did not survive. Call it also
  // without a cut, as the power loss of an idle machine.
  void PowerOn(const std::string& database_path);
  bool power_is_out() const;

  // The `syncs`-th sync from now (1: the next one) answers EIO once. As Linux does, the cache then
  // goes on showing the pages, calls them clean, and never writes them unless they are written
  // anew; a random part, by the seed, has reached the disk.
  void FailSync(uint64_t syncs, uint64_t seed);
  bool sync_has_failed() const;

  // Files may grow by this many bytes from now on; nullopt: without end.
  void SetFreeBytes(std::optional<int64_t> bytes);

 private:
  friend struct Methods;  // the C functions of faulty_vfs.cc
  struct Sector {
    std::string bytes;
    bool dirty = true;  // false: only shown, after a failed sync
  };
  // The cache of one file, shared by its connections.
  struct File {
    std::map<int64_t, Sector> sectors;
    int64_t size = 0;
    int64_t shows_through = 0;  // of the real file; beyond, what is not in `sectors` is zeros
    bool is_cut = false;        // truncated since the last sync
  };

  std::shared_ptr<File> Share(const std::string& path, sqlite3_file* real);
  // Before a file is removed; false when the power is out.
  bool Forget(const std::string& path);
  int Read(File& file, sqlite3_file* real, char* data, int count, int64_t at);
  int Write(File& file, sqlite3_file* real, const char* data, int count, int64_t at);
  int Truncate(File& file, int64_t size);
  int Sync(File& file, sqlite3_file* real);
  // Counts an operation; true when the power is out.
  bool PowerIsGone();
  // Writes dirty sectors to the real file: all, or each with even odds.
  int Flush(File& file, sqlite3_file* real, bool all);
  static std::string SectorOf(File& file, sqlite3_file* real, int64_t sector);

  const std::string name_;
  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_;
  mutable std::mutex mutex_;  // guards everything below, and every File
  std::map<std::string, std::shared_ptr<File>> files_;
  std::map<File*, sqlite3_file*> open_;  // one real file of each, for the survivors of a cut
  std::mt19937_64 random_;
  uint64_t operations_until_cut_ = 0;  // 0: none planned
  uint64_t syncs_until_failure_ = 0;   // 0: none planned
  bool power_is_out_ = false;
  bool sync_has_failed_ = false;
  std::optional<int64_t> free_bytes_;
};

}  // namespace kinerja::fault

#endif  // KINERJA_TESTS_FAULT_VFS_FAULTY_VFS_H_
