// The contract of gateway/store/store.h as tests that every backend passes.
//
// A backend's own file says how to open a store and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContractTest, testing::Values(StoreBackendParam{
//       "Sqlite", [] { return std::make_unique<SqliteBackend>(); }}),
//       StoreBackendParam::NameOf);
#ifndef KINERJA_TESTS_CONTRACT_STORE_CONTRACT_TEST_H_
#define KINERJA_TESTS_CONTRACT_STORE_CONTRACT_TEST_H_

#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/store/store.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace kinerja::store {

struct StoreSettings {
  const base::Clock* clock = nullptr;
  size_t write_queue = 4096;
  size_t read_queue = 4096;
  size_t readers = 2;
  absl::Duration request_retention = absl::Hours(8 * 24);
};

// A place for one store, empty when made and gone when destroyed.
class StoreBackend {
 public:
  virtual ~StoreBackend() = default;
  // Opens the same data every time.
  virtual absl::StatusOr<std::unique_ptr<Store>> Open(const StoreSettings& settings) = 0;
};

struct StoreBackendParam {
  std::string name;
  std::function<std::unique_ptr<StoreBackend>()> make;
  size_t writers = 1;  // stores that may have the same data open for writing at one time

  static std::string NameOf(const testing::TestParamInfo<StoreBackendParam>& test) {
    return test.param.name;
  }
};

// Rows that differ in nothing but what is asked for.
FilterKeys MakeKeys();
NewRevision MakeRevision(SkpId skp, uint64_t revision = 1);
ConflictRow MakeConflict(SkpId skp, std::string path);

// Reads what a StatusOr of the view holds; a test that reaches this expects no error.
template <typename T>
T Get(absl::StatusOr<T> value) {
  EXPECT_TRUE(value.ok()) << value.status();
  return value.ok() ? *std::move(value) : T();
}

// An item that is being decided and goes on when told: what is handed in meanwhile makes a group.
class HeldItem {
 public:
  explicit HeldItem(Store& store) {
    store.Write(
        [this](const View&) -> absl::StatusOr<Writes> {
          if (!seen_.exchange(true)) deciding_.count_down();
          released_.wait();
          return Writes();
        },
        [this](const absl::StatusOr<Committed>&) { done_.count_down(); });
    deciding_.wait();
  }
  ~HeldItem() {
    Release();
    done_.wait();
  }
  void Release() {
    if (!std::exchange(released_once_, true)) released_.count_down();
  }

 private:
  std::atomic<bool> seen_ = false;
  bool released_once_ = false;
  std::latch deciding_{1}, released_{1}, done_{1};
};

class StoreContractTest : public testing::TestWithParam<StoreBackendParam> {
 protected:
  void SetUp() override;

  // Closes every open store and opens `GetParam().writers` new ones.
  void Reopen();
  Store& store() { return *stores_.front(); }

  // Hands in one item and waits for its answer.
  static absl::StatusOr<Committed> Commit(Store& store, Decide decide);
  absl::StatusOr<Committed> Commit(Decide decide) { return Commit(store(), std::move(decide)); }
  absl::StatusOr<Committed> CommitWrites(Writes writes);
  // Stores the first revision of a new record, with `change` applied to it before.
  Head AddRecord(const std::function<void(NewRevision&)>& change = nullptr);
  // Stores the next revision of a record.
  Head AddRevision(const Head& head, const std::function<void(NewRevision&)>& change = nullptr);

  // Runs `look` on a view and waits for it.
  void Look(const std::function<void(const View&)>& look);
  Head HeadOf(SkpId skp);
  // Stores the rows in one item; their ids, in order.
  std::vector<DeliveryId> PutDeliveries(std::vector<DeliveryRow> rows);
  DeliveryRow DeliveryOf(DeliveryId id);

  fakes::FakeClock clock_;
  StoreSettings settings_{.clock = &clock_};
  std::unique_ptr<StoreBackend> backend_;
  std::vector<std::unique_ptr<Store>> stores_;
};

}  // namespace kinerja::store

#endif  // KINERJA_TESTS_CONTRACT_STORE_CONTRACT_TEST_H_
