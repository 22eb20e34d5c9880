// kill -9 of a process that writes into a SqliteStore: at each named point, and at random ones
// (promises P1 and P2). KJ_FAULT_SEED=<seed> repeats a random run, KJ_FAULT_RUNS=<n> makes more.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/kill_point.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gtest/gtest.h"
#include "tests/fault/store_workload.h"

namespace kinerja::fault {
namespace {

uint64_t Setting(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  uint64_t number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number : otherwise;
}

class StoreKillTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/kinerja-kill-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Runs the writer on a new store with these variables set, until it ends by itself or has
  // acknowledged `kill_after` items; then looks at what is left. What is broken, or empty.
  std::string RunAndKill(std::vector<std::string> environment, uint64_t kill_after = UINT64_MAX) {
    const std::string path = absl::StrCat(folder_, "/", ++runs_, ".db");
    StoreWorkload load;
    load.MarkSent(StoreWorkload::kManyItems);
    Spawn(path, std::move(environment), [&](pid_t child, uint64_t item) {
      load.MarkAcknowledged(item);
      if (load.acknowledged() == kill_after) kill(child, SIGKILL);
    });
    acknowledged_ += load.acknowledged();
    auto store = store::sqlite::SqliteStore::Open({.path = path});
    if (!store.ok()) return store.status().ToString();
    return load.FindBrokenPromise(**store);
  }

  // The names in the log of killed points.
  std::string KillLog() const {
    std::ifstream file(kill_log());
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string kill_log() const { return folder_ + "/kills"; }
  uint64_t acknowledged() const { return acknowledged_; }

 private:
  static void Spawn(std::string path, std::vector<std::string> environment,
                    const std::function<void(pid_t, uint64_t)>& on_line) {
    std::string program = KINERJA_BINARY_DIR "/bin/store_writer";
    std::vector<char*> arguments = {program.data(), path.data(), nullptr};
    std::vector<char*> variables;
    for (std::string& variable : environment) variables.push_back(variable.data());
    variables.push_back(nullptr);
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t child = 0;
    ASSERT_EQ(
        posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), variables.data()),
        0)
        << program;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    FILE* const lines = fdopen(ends[0], "r");
    uint64_t item = 0;
    while (std::fscanf(lines, "%" SCNu64, &item) == 1) on_line(child, item);
    std::fclose(lines);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
  }

  std::string folder_;
  int runs_ = 0;
  uint64_t acknowledged_ = 0;
};

TEST_F(StoreKillTest, EveryKillPointIsReachedAndLosesNothing) {
  for (const std::string_view point : base::kKillPoints) {
    if (!point.starts_with("store_")) continue;
    // Migrations run once, before the first group.
    const int reaches = point == "store_migration" ? 1 : 12;
    for (int reach = 1; reach <= reaches; ++reach) {
      SCOPED_TRACE(absl::StrCat(std::string(point), ":", reach));
      std::filesystem::remove(kill_log());
      EXPECT_EQ(RunAndKill({absl::StrCat("KJ_KILL_POINT=", std::string(point), ":", reach),
                            "KJ_KILL_LOG=" + kill_log()}),
                "");
      EXPECT_EQ(KillLog(), absl::StrCat(std::string(point), "\n"));
    }
  }
}

TEST_F(StoreKillTest, RandomKillsLoseNothing) {
  const uint64_t first = Setting("KJ_FAULT_SEED", std::random_device()());
  const uint64_t runs = std::getenv("KJ_FAULT_SEED") ? 1 : Setting("KJ_FAULT_RUNS", 40);
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    const uint64_t kill_after = 1 + std::mt19937_64(seed)() % 2000;
    ASSERT_EQ(RunAndKill({}, kill_after), "") << "repeat with KJ_FAULT_SEED=" << seed;
  }
  std::cout << runs << " kills from seed " << first << ", " << acknowledged()
            << " items acknowledged and kept\n";
}

TEST_F(StoreKillTest, CatchesAnAnswerBeforeTheCommit) {
  EXPECT_NE(
      RunAndKill({"KJ_SEEDED_BUG=answer_before_commit", "KJ_KILL_POINT=store_after_answer:5"}), "");
}

TEST_F(StoreKillTest, CatchesAForgottenRequest) {
  EXPECT_NE(RunAndKill({"KJ_SEEDED_BUG=forget_request", "KJ_KILL_POINT=store_after_answer:5"}), "");
}

}  // namespace
}  // namespace kinerja::fault
