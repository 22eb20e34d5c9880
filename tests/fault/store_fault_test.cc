// Power loss, failing syncs and full disks under SqliteStore (promises P1 and P2).
//
// A run prints its seed when it fails; KJ_FAULT_SEED=<seed> repeats it, KJ_FAULT_RUNS=<n> makes
// more.
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "gateway/base/log.h"
#include "gateway/base/status.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gtest/gtest.h"
#include "tests/fault/store_workload.h"
#include "tests/fault/vfs/faulty_vfs.h"

namespace kinerja::fault {
namespace {

using store::sqlite::SqliteStore;
using store::sqlite::SqliteStoreOptions;

// A number from the environment, or `otherwise`.
uint64_t Setting(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  uint64_t number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number : otherwise;
}

// A store on a faulty disk.
class StoreFaultTest : public testing::Test {
 protected:
  void SetUp() override {
    base::SetLogThreshold(base::Level::kFatal);  // hundreds of failures that are wanted
    NewDisk();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void NewDisk() {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
    std::string name = testing::TempDir() + "/kinerja-fault-XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = folder_ + "/store.db";
    disk_.reset();
    disk_ = std::make_unique<FaultyVfs>("faulty-disk");
    load_ = std::make_unique<StoreWorkload>();
  }

  // A small log, so that checkpoints come between the groups of every run.
  absl::StatusOr<std::unique_ptr<SqliteStore>> Open() {
    return SqliteStore::Open({.path = path_,
                              .vfs = disk_->name(),
                              .readers = 1,
                              .max_group = 16,
                              .checkpoint_pages = 64});
  }

  // Empty when the database file is sound.
  std::string IntegrityError() {
    auto db = store::sqlite::Database::Open({.path = path_, .vfs = disk_->name()});
    if (!db.ok()) return db.status().ToString();
    store::sqlite::PreparedStatement prepared(**db, "PRAGMA integrity_check");
    store::sqlite::Statement statement(prepared);
    const absl::StatusOr<bool> row = statement.Step();
    if (!row.ok()) return row.status().ToString();
    return statement.Bytes(0) == "ok" ? "" : statement.String(0);
  }

  // Writes until the power goes at a random operation, and looks at what is left; several times on
  // one disk. What is broken, or empty.
  std::string LosePower(uint64_t seed) {
    NewDisk();
    std::mt19937_64 random(seed);
    for (int cut = 0; cut < 3; ++cut) {
      disk_->CutPowerAfter(1 + random() % 600, random());
      {
        absl::StatusOr<std::unique_ptr<SqliteStore>> store = Open();
        if (store.ok()) load_->Run(**store, 400, 1 + random() % 32);
      }
      disk_->PowerOn(path_);
      absl::StatusOr<std::unique_ptr<SqliteStore>> store = Open();
      if (!store.ok()) return store.status().ToString();
      std::string broken = load_->FindBrokenPromise(**store);
      if (!broken.empty()) return broken;
      store->reset();
      broken = IntegrityError();
      if (!broken.empty()) return broken;
    }
    return "";
  }

  std::string folder_;
  std::string path_;
  std::unique_ptr<FaultyVfs> disk_;
  std::unique_ptr<StoreWorkload> load_;
};

TEST_F(StoreFaultTest, PowerLossLosesNothingThatWasAcknowledged) {
  const uint64_t first = Setting("KJ_FAULT_SEED", std::random_device()());
  const uint64_t runs = std::getenv("KJ_FAULT_SEED") ? 1 : Setting("KJ_FAULT_RUNS", 120);
  uint64_t acknowledged = 0;
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    ASSERT_EQ(LosePower(seed), "") << "repeat with KJ_FAULT_SEED=" << seed;
    acknowledged += load_->acknowledged();
  }
  std::cout << runs * 3 << " power cuts from seed " << first << ", " << acknowledged
            << " items acknowledged and kept\n";
  EXPECT_GT(acknowledged, runs);  // else the run has proved nothing
}

// Runs this program's power-loss test with a bug seeded. Its exit code: 0 when it saw nothing.
int RunPowerLossWith(const std::string& bug) {
  const std::string environment_bug = "KJ_SEEDED_BUG=" + bug;
  std::string filter = "--gtest_filter=*PowerLossLosesNothing*";
  std::string program = std::filesystem::read_symlink("/proc/self/exe");
  std::string seeded = environment_bug, seed = "KJ_FAULT_SEED=7";
  std::vector<char*> arguments = {program.data(), filter.data(), nullptr};
  std::vector<char*> environment = {seeded.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // What fails there is what we want: only the exit code matters here.
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  EXPECT_EQ(
      posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environment.data()),
      0);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(SeededBugTest, PowerLossTestCatchesAnAnswerBeforeTheCommit) {
  EXPECT_EQ(RunPowerLossWith("answer_before_commit"), 1);
}

TEST(SeededBugTest, PowerLossTestCatchesAMissingSync) {
  EXPECT_EQ(RunPowerLossWith("skip_sync"), 1);
}

TEST(SeededBugTest, PowerLossTestCatchesAForgottenRequest) {
  EXPECT_EQ(RunPowerLossWith("forget_request"), 1);
}

TEST_F(StoreFaultTest, NothingIsAcknowledgedAfterAFailedSyncUntilRestart) {
  const uint64_t first = Setting("KJ_FAULT_SEED", std::random_device()());
  for (uint64_t sync = 1; sync <= 30; ++sync) {
    SCOPED_TRACE("sync " + std::to_string(sync) + ", seed " + std::to_string(first));
    NewDisk();
    auto store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    disk_->FailSync(sync, first + sync);
    while (!disk_->sync_has_failed()) load_->Run(**store, 50, 8);
    const uint64_t acknowledged = load_->acknowledged();

    load_->Run(**store, 10, 1);
    EXPECT_EQ(load_->acknowledged(), acknowledged);
    EXPECT_EQ(base::ReasonOf(load_->last_error()), "STORE_FAILED");
    EXPECT_EQ(load_->last_error().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(base::ReasonOf((*store)->Health()), "STORE_FAILED");
    EXPECT_EQ(load_->FindBrokenPromise(**store), "");  // readers live on

    // The kernel still shows pages that never reached the disk, and calls them clean. A new start
    // must not build on them: what it acknowledges has to survive the power loss that shows it.
    store->reset();
    store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    load_->Run(**store, 3, 1);  // fewer than a checkpoint would save
    EXPECT_EQ(load_->acknowledged(), acknowledged + 3);
    disk_->CutPowerAfter(1, first);
    load_->Run(**store, 1, 1);
    store->reset();
    disk_->PowerOn(path_);
    store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    EXPECT_EQ(load_->FindBrokenPromise(**store), "");
    store->reset();
    EXPECT_EQ(IntegrityError(), "");
  }
}

TEST_F(StoreFaultTest, PowerLossInTheStartAfterAFailedSyncLosesNothing) {
  const uint64_t first = Setting("KJ_FAULT_SEED", std::random_device()());
  for (uint64_t seed = first; seed < first + 200; ++seed) {
    SCOPED_TRACE("repeat with KJ_FAULT_SEED=" + std::to_string(seed));
    NewDisk();
    std::mt19937_64 random(seed);
    auto store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    disk_->FailSync(1 + random() % 20, random());
    while (!disk_->sync_has_failed()) load_->Run(**store, 50, 8);
    store->reset();

    disk_->CutPowerAfter(1 + random() % 40, random());
    store = Open();
    if (store.ok()) store->reset();
    disk_->PowerOn(path_);
    store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_EQ(load_->FindBrokenPromise(**store), "");
    store->reset();
    ASSERT_EQ(IntegrityError(), "");
  }
}

TEST_F(StoreFaultTest, AFullDiskRefusesWritesUntilThereIsSpace) {
  for (const int64_t free : {0, 1, 5'000, 60'000, 300'000, 900'000}) {
    SCOPED_TRACE(free);
    NewDisk();
    auto store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    load_->Run(**store, 20, 4);
    disk_->SetFreeBytes(free);
    while (load_->last_error().ok()) load_->Run(**store, 50, 8);
    EXPECT_EQ(base::ReasonOf(load_->last_error()), "STORE_FULL");
    EXPECT_EQ(load_->last_error().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(base::ReasonOf((*store)->Health()), "STORE_FULL");
    EXPECT_EQ(load_->FindBrokenPromise(**store), "");  // reads live on

    disk_->SetFreeBytes(std::nullopt);
    const uint64_t acknowledged = load_->acknowledged();
    load_->Run(**store, 20, 4);
    EXPECT_EQ(load_->acknowledged(), acknowledged + 20);
    EXPECT_TRUE((*store)->Health().ok());
    EXPECT_EQ(load_->FindBrokenPromise(**store), "");
    store->reset();
    EXPECT_EQ(IntegrityError(), "");
  }
}

}  // namespace
}  // namespace kinerja::fault
