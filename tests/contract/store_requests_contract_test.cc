// The contract of a store: remembered answers.
#include <atomic>
#include <latch>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/contract/store_contract_test.h"

namespace kinerja::store {
namespace {

using testing::AllOf;
using testing::SizeIs;

TEST_P(StoreContractTest, RemembersAnswersAcrossRestarts) {
  Writes writes;
  writes.request =
      RequestRow{.principal = "pmm", .request_id = "r-1", .digest = "d", .answer = "a"};
  ASSERT_TRUE(CommitWrites(writes).ok());
  Reopen();

  Look([&](const View& view) {
    const std::optional<RequestRow> row = Get(view.FindRequest("pmm", "r-1"));
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->principal, "pmm");
    EXPECT_EQ(row->request_id, "r-1");
    EXPECT_EQ(row->digest, "d");
    EXPECT_EQ(row->answer, "a");
    EXPECT_EQ(row->at, clock_.Now());
    EXPECT_EQ(Get(view.FindRequest("bkn", "r-1")), std::nullopt);
  });
}

TEST_P(StoreContractTest, ForgetsAnswersOnlyAfterTheRetention) {
  Writes writes;
  writes.request =
      RequestRow{.principal = "pmm", .request_id = "r-1", .digest = "d", .answer = "a"};
  ASSERT_TRUE(CommitWrites(writes).ok());
  const auto remembered = [&] {
    AddRecord();  // pruning happens beside writing
    AddRecord();
    bool found = false;
    Look([&](const View& view) { found = Get(view.FindRequest("pmm", "r-1")).has_value(); });
    return found;
  };

  clock_.Advance(settings_.request_retention - absl::Seconds(10));
  EXPECT_TRUE(remembered());
  clock_.Advance(absl::Seconds(20));
  EXPECT_FALSE(remembered());
}

TEST_P(StoreContractTest, ForgetsAnyNumberOfOldAnswersInAFewWrites) {
  constexpr int kCount = 3000;
  std::latch done(kCount);
  for (int i = 0; i < kCount; ++i) {
    store().Write(
        [i](const View&) -> absl::StatusOr<Writes> {
          Writes writes;
          writes.request = RequestRow{.principal = "pmm", .request_id = absl::StrCat(i)};
          return writes;
        },
        [&](const absl::StatusOr<Committed>& committed) {
          EXPECT_TRUE(committed.ok()) << committed.status();
          done.count_down();
        });
  }
  done.wait();
  clock_.Advance(settings_.request_retention + absl::Seconds(1));
  for (int i = 0; i < 6; ++i) AddRecord();

  Look([&](const View& view) {
    for (int i = 0; i < kCount; ++i) {
      ASSERT_FALSE(Get(view.FindRequest("pmm", absl::StrCat(i))).has_value()) << i;
    }
  });
}

TEST_P(StoreContractTest, HundredConcurrentWritesOfOneRequestStoreOneRecord) {
  constexpr int kCallers = 100;
  std::atomic<int> stored = 0;
  std::mutex mutex;
  std::vector<std::string> answers;
  std::vector<std::thread> callers;
  for (size_t i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      const auto decide = [&](const View& view) -> absl::StatusOr<Writes> {
        Writes writes;
        if (const auto row = Get(view.FindRequest("pmm", "r-1"))) {
          writes.answer = row->answer;
          return writes;
        }
        const SkpId skp = Get(view.NewSkpId());
        writes.revisions.push_back(MakeRevision(skp));
        writes.answer = absl::StrCat(skp);
        writes.request = RequestRow{"pmm", "r-1", "digest", writes.answer, {}};
        return writes;
      };
      const absl::StatusOr<Committed> committed = Commit(*stores_[i % stores_.size()], decide);
      ASSERT_TRUE(committed.ok()) << committed.status();
      if (!committed->changes.empty()) ++stored;
      const std::lock_guard lock(mutex);
      answers.push_back(committed->answer);
    });
  }
  for (std::thread& caller : callers) caller.join();

  EXPECT_EQ(stored, 1);
  EXPECT_EQ(store().LastChange(), 1u);
  EXPECT_THAT(answers, AllOf(SizeIs(kCallers), testing::Each(answers.front())));
}

}  // namespace
}  // namespace kinerja::store
