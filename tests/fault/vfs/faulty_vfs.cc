#include "tests/fault/vfs/faulty_vfs.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>
#include <utility>

namespace kinerja::fault {
namespace {

constexpr int64_t kSectorBytes = 512;

}  // namespace

// What SQLite calls. An OpenFile is followed in memory by the default VFS's own file.
struct Methods {
  struct OpenFile {
    sqlite3_file base;
    FaultyVfs* vfs;
    std::shared_ptr<FaultyVfs::File> file;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static OpenFile& Of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
  static const sqlite3_io_methods& RealMethods(sqlite3_file* file) {
    return *Of(file).real()->pMethods;
  }
  static FaultyVfs& Of(sqlite3_vfs* vfs) { return *static_cast<FaultyVfs*>(vfs->pAppData); }

  static int Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags, int* out_flags);
  static int Delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    if (!Of(vfs).Forget(path)) return SQLITE_IOERR_DELETE;
    return Of(vfs).real_->xDelete(Of(vfs).real_, path, sync_folder);
  }
  static int Close(sqlite3_file* file);

  static int Read(sqlite3_file* file, void* data, int count, sqlite3_int64 at) {
    return Of(file).vfs->Read(*Of(file).file, Of(file).real(), static_cast<char*>(data), count, at);
  }
  static int Write(sqlite3_file* file, const void* data, int count, sqlite3_int64 at) {
    return Of(file).vfs->Write(*Of(file).file, Of(file).real(), static_cast<const char*>(data),
                               count, at);
  }
  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    return Of(file).vfs->Truncate(*Of(file).file, size);
  }
  static int Sync(sqlite3_file* file, int) {
    return Of(file).vfs->Sync(*Of(file).file, Of(file).real());
  }
  static int FileSize(sqlite3_file* file, sqlite3_int64* size) {
    const std::lock_guard lock(Of(file).vfs->mutex_);
    *size = Of(file).file->size;
    return SQLITE_OK;
  }
  static int Lock(sqlite3_file* file, int level) {
    return RealMethods(file).xLock(Of(file).real(), level);
  }
  static int Unlock(sqlite3_file* file, int level) {
    return RealMethods(file).xUnlock(Of(file).real(), level);
  }
  static int CheckReservedLock(sqlite3_file* file, int* reserved) {
    return RealMethods(file).xCheckReservedLock(Of(file).real(), reserved);
  }
  static int FileControl(sqlite3_file* file, int operation, void* argument) {
    // Hints about the size would grow the real file behind our back.
    if (operation == SQLITE_FCNTL_SIZE_HINT) return SQLITE_OK;
    return RealMethods(file).xFileControl(Of(file).real(), operation, argument);
  }
  static int SectorSize(sqlite3_file*) { return static_cast<int>(kSectorBytes); }
  static int DeviceCharacteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }
  static int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return RealMethods(file).xShmMap(Of(file).real(), page, size, extend, out);
  }
  static int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
    return RealMethods(file).xShmLock(Of(file).real(), offset, count, flags);
  }
  static void ShmBarrier(sqlite3_file* file) { RealMethods(file).xShmBarrier(Of(file).real()); }
  static int ShmUnmap(sqlite3_file* file, int remove) {
    return RealMethods(file).xShmUnmap(Of(file).real(), remove);
  }

  static const sqlite3_io_methods kTable;
};

// Version 2: with shared memory, without memory-mapped reads, which would pass us by.
const sqlite3_io_methods Methods::kTable = {.iVersion = 2,
                                            .xClose = Close,
                                            .xRead = Read,
                                            .xWrite = Write,
                                            .xTruncate = Truncate,
                                            .xSync = Sync,
                                            .xFileSize = FileSize,
                                            .xLock = Lock,
                                            .xUnlock = Unlock,
                                            .xCheckReservedLock = CheckReservedLock,
                                            .xFileControl = FileControl,
                                            .xSectorSize = SectorSize,
                                            .xDeviceCharacteristics = DeviceCharacteristics,
                                            .xShmMap = ShmMap,
                                            .xShmLock = ShmLock,
                                            .xShmBarrier = ShmBarrier,
                                            .xShmUnmap = ShmUnmap};

int Methods::Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags,
                  int* out_flags) {
  auto* const open = new (out) OpenFile{{}, &Of(vfs), nullptr};
  sqlite3_vfs* const real_vfs = Of(vfs).real_;
  const int code = real_vfs->xOpen(real_vfs, path, open->real(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  open->file = Of(vfs).Share(path == nullptr ? "" : path, open->real());
  open->base.pMethods = &kTable;
  return SQLITE_OK;
}

int Methods::Close(sqlite3_file* file) {
  OpenFile& open = Of(file);
  {
    const std::lock_guard lock(open.vfs->mutex_);
    // What is not synced stays in the cache, and needs another open file to get to the disk; a
    // power loss finds none and loses it.
    const auto found = open.vfs->open_.find(open.file.get());
    if (found != open.vfs->open_.end() && found->second == open.real()) {
      open.vfs->open_.erase(found);
    }
  }
  const int code = open.real()->pMethods->xClose(open.real());
  open.~OpenFile();
  return code;
}

FaultyVfs::FaultyVfs(std::string name)
    : name_(std::move(name)), real_(sqlite3_vfs_find("unix")), vfs_(*real_) {
  vfs_.zName = name_.c_str();
  vfs_.pNext = nullptr;
  vfs_.pAppData = this;
  vfs_.szOsFile = static_cast<int>(sizeof(Methods::OpenFile)) + real_->szOsFile;
  vfs_.xOpen = Methods::Open;
  vfs_.xDelete = Methods::Delete;
  sqlite3_vfs_register(&vfs_, 0);
}

FaultyVfs::~FaultyVfs() { sqlite3_vfs_unregister(&vfs_); }

void FaultyVfs::CutPowerAfter(uint64_t operations, uint64_t seed) {
  const std::lock_guard lock(mutex_);
  operations_until_cut_ = operations;
  random_.seed(seed);
}

void FaultyVfs::PowerOn(const std::string& database_path) {
  const std::lock_guard lock(mutex_);
  files_.clear();
  open_.clear();
  operations_until_cut_ = 0;
  power_is_out_ = false;
  // The index of the log is memory in all but name.
  unlink((database_path + "-shm").c_str());
}

bool FaultyVfs::power_is_out() const {
  const std::lock_guard lock(mutex_);
  return power_is_out_;
}

void FaultyVfs::FailSync(uint64_t syncs, uint64_t seed) {
  const std::lock_guard lock(mutex_);
  syncs_until_failure_ = syncs;
  sync_has_failed_ = false;
  random_.seed(seed);
}

bool FaultyVfs::sync_has_failed() const {
  const std::lock_guard lock(mutex_);
  return sync_has_failed_;
}

void FaultyVfs::SetFreeBytes(std::optional<int64_t> bytes) {
  const std::lock_guard lock(mutex_);
  free_bytes_ = bytes;
}

std::shared_ptr<FaultyVfs::File> FaultyVfs::Share(const std::string& path, sqlite3_file* real) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<File>& file = files_[path];
  if (file == nullptr) {
    file = std::make_shared<File>();
    sqlite3_int64 size = 0;
    real->pMethods->xFileSize(real, &size);
    file->size = size;
    file->shows_through = size;
  }
  open_.emplace(file.get(), real);
  return file;
}

bool FaultyVfs::Forget(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (PowerIsGone()) return false;
  files_.erase(path);
  return true;
}

bool FaultyVfs::PowerIsGone() {
  if (operations_until_cut_ == 0 || --operations_until_cut_ > 0) return power_is_out_;
  power_is_out_ = true;
  for (const auto& [file, real] : open_) Flush(*file, real, /*all=*/false);
  return true;
}

std::string FaultyVfs::SectorOf(File& file, sqlite3_file* real, int64_t sector) {
  const auto cached = file.sectors.find(sector);
  if (cached != file.sectors.end()) return cached->second.bytes;
  std::string bytes(kSectorBytes, '\0');
  const int64_t at = sector * kSectorBytes;
  const int64_t count = std::min(kSectorBytes, file.shows_through - at);
  if (count > 0) real->pMethods->xRead(real, bytes.data(), static_cast<int>(count), at);
  return bytes;
}

int FaultyVfs::Read(File& file, sqlite3_file* real, char* data, int count, int64_t at) {
  const std::lock_guard lock(mutex_);
  if (power_is_out_) return SQLITE_IOERR_READ;
  const int64_t end = at + count;
  for (int64_t sector = at / kSectorBytes; sector * kSectorBytes < end; ++sector) {
    const std::string bytes = SectorOf(file, real, sector);
    const int64_t from = std::max(at, sector * kSectorBytes);
    const int64_t to = std::min(end, (sector + 1) * kSectorBytes);
    std::memcpy(data + (from - at), bytes.data() + (from - sector * kSectorBytes),
                static_cast<size_t>(to - from));
  }
  if (end <= file.size) return SQLITE_OK;
  const int64_t have = std::clamp<int64_t>(file.size - at, 0, count);
  std::memset(data + have, 0, static_cast<size_t>(count - have));
  return SQLITE_IOERR_SHORT_READ;
}

int FaultyVfs::Write(File& file, sqlite3_file* real, const char* data, int count, int64_t at) {
  const std::lock_guard lock(mutex_);
  if (PowerIsGone()) return SQLITE_IOERR_WRITE;
  const int64_t end = at + count;
  const int64_t growth = std::max<int64_t>(0, end - file.size);
  if (free_bytes_.has_value()) {
    if (growth > *free_bytes_) return SQLITE_FULL;
    *free_bytes_ -= growth;
  }
  for (int64_t sector = at / kSectorBytes; sector * kSectorBytes < end; ++sector) {
    std::string bytes = SectorOf(file, real, sector);
    const int64_t from = std::max(at, sector * kSectorBytes);
    const int64_t to = std::min(end, (sector + 1) * kSectorBytes);
    std::memcpy(bytes.data() + (from - sector * kSectorBytes), data + (from - at),
                static_cast<size_t>(to - from));
    file.sectors[sector] = {std::move(bytes), true};
  }
  file.size = std::max(file.size, end);
  return SQLITE_OK;
}

int FaultyVfs::Truncate(File& file, int64_t size) {
  const std::lock_guard lock(mutex_);
  if (PowerIsGone()) return SQLITE_IOERR_TRUNCATE;
  file.sectors.erase(file.sectors.lower_bound((size + kSectorBytes - 1) / kSectorBytes),
                     file.sectors.end());
  file.size = size;
  file.shows_through = std::min(file.shows_through, size);
  file.is_cut = true;
  return SQLITE_OK;
}

int FaultyVfs::Sync(File& file, sqlite3_file* real) {
  const std::lock_guard lock(mutex_);
  if (PowerIsGone()) return SQLITE_IOERR_FSYNC;
  if (syncs_until_failure_ > 0 && --syncs_until_failure_ == 0) {
    sync_has_failed_ = true;
    Flush(file, real, /*all=*/false);
    for (auto& [number, sector] : file.sectors) sector.dirty = false;
    return SQLITE_IOERR_FSYNC;
  }
  return Flush(file, real, /*all=*/true);
}

int FaultyVfs::Flush(File& file, sqlite3_file* real, bool all) {
  const auto lost = [&] { return !all && random_() % 2 == 0; };
  if (file.is_cut && !lost()) real->pMethods->xTruncate(real, file.shows_through);
  for (auto it = file.sectors.begin(); it != file.sectors.end();) {
    const int64_t at = it->first * kSectorBytes;
    const int64_t count = std::min(kSectorBytes, file.size - at);
    if (it->second.dirty && !lost()) {
      const int code =
          real->pMethods->xWrite(real, it->second.bytes.data(), static_cast<int>(count), at);
      if (code != SQLITE_OK) return code;
    }
    it = it->second.dirty && all ? file.sectors.erase(it) : std::next(it);
  }
  if (all) {
    file.is_cut = false;
    file.shows_through = file.size;
  }
  return SQLITE_OK;
}

}  // namespace kinerja::fault
