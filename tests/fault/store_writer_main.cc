// store_writer PATH: writes numbered items into a SqliteStore until somebody ends it. A line with
// the number goes to standard output for every acknowledged item. What store_kill_test kills.
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "gateway/base/log.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "tests/fault/store_workload.h"

int main(int argc, char** argv) {
  using kinerja::base::Level;
  if (argc != 2) return EXIT_FAILURE;
  // A small log, so that checkpoints come soon.
  auto store = kinerja::store::sqlite::SqliteStore::Open(
      {.path = argv[1], .readers = 1, .max_group = 16, .checkpoint_pages = 64});
  if (!store.ok()) {
    kinerja::base::Log(Level::kError, "store_not_opened", {{"error", store.status().ToString()}});
    return EXIT_FAILURE;
  }
  kinerja::fault::StoreWorkload load;
  load.OnAcknowledged([](uint64_t item) {
    const std::string line = std::to_string(item) + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
  });
  load.Run(**store, kinerja::fault::StoreWorkload::kManyItems, 24);
  return EXIT_SUCCESS;
}
