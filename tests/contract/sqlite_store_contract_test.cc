#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "gateway/store/sqlite/sqlite_store.h"
#include "tests/contract/store_contract_test.h"

namespace kinerja::store {
namespace {

class SqliteBackend : public StoreBackend {
 public:
  SqliteBackend() {
    std::string name = testing::TempDir() + "/kinerja-store-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~SqliteBackend() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<std::unique_ptr<Store>> Open(const StoreSettings& settings) override {
    return sqlite::SqliteStore::Open({.path = folder_ + "/store.db",
                                      .readers = settings.readers,
                                      .read_queue = settings.read_queue,
                                      .write_queue = settings.write_queue,
                                      .request_retention = settings.request_retention,
                                      .clock = settings.clock});
  }

 private:
  std::string folder_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContractTest,
                         testing::Values(StoreBackendParam{
                             "File", [] { return std::make_unique<SqliteBackend>(); }}),
                         StoreBackendParam::NameOf);

}  // namespace
}  // namespace kinerja::store
