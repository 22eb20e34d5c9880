// The contract of a store: decisions and groups; limits, restart, end.
#include <atomic>
#include <future>
#include <latch>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/status.h"
#include "gmock/gmock.h"
#include "tests/contract/store_contract_test.h"

namespace kinerja::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

TEST_P(StoreContractTest, HandsBackTheAnswerOfTheDecision) {
  Writes writes;
  writes.answer = "not stored";
  const absl::StatusOr<Committed> committed = CommitWrites(writes);

  ASSERT_TRUE(committed.ok()) << committed.status();
  EXPECT_EQ(committed->answer, "not stored");
  EXPECT_THAT(committed->changes, IsEmpty());
}

TEST_P(StoreContractTest, ARefusedDecisionReachesTheCallerAsItIsAndWritesNothing) {
  const absl::Status refusal =
      base::MakeError(absl::StatusCode::kAborted, "REVISION_NOT_CURRENT", "other revision", {});
  const absl::StatusOr<Committed> committed =
      Commit([&](const View&) -> absl::StatusOr<Writes> { return refusal; });

  EXPECT_EQ(committed.status(), refusal);
  EXPECT_EQ(store().LastChange(), 0u);
}

TEST_P(StoreContractTest, AnItemSeesTheItemsBeforeItInItsGroup) {
  constexpr int kItems = 20;
  std::latch done(kItems);
  std::vector<size_t> seen;
  {
    HeldItem held(store());
    for (int i = 0; i < kItems; ++i) {
      store().Write(
          [&](const View& view) -> absl::StatusOr<Writes> {
            seen.push_back(Get(view.ListHeadsOfPerson("nip:same")).size());
            Writes writes;
            writes.revisions.push_back(MakeRevision(Get(view.NewSkpId())));
            writes.revisions.back().person = "nip:same";
            return writes;
          },
          [&](const absl::StatusOr<Committed>& committed) {
            EXPECT_TRUE(committed.ok()) << committed.status();
            done.count_down();
          });
    }
  }
  done.wait();

  ASSERT_THAT(seen, SizeIs(kItems));
  for (size_t i = 0; i < kItems; ++i) EXPECT_EQ(seen[i], i);
}

// Adds a record of the person; notes how many there were before.
Decide AddOneMore(std::vector<size_t>& seen) {
  return [&seen](const View& view) -> absl::StatusOr<Writes> {
    seen.push_back(Get(view.ListHeadsOfPerson("nip:same")).size());
    Writes writes;
    writes.revisions.push_back(MakeRevision(Get(view.NewSkpId())));
    writes.revisions.back().person = "nip:same";
    writes.answer = std::to_string(seen.back());
    return writes;
  };
}

absl::StatusOr<std::vector<Committed>> CommitAll(Store& store, std::vector<Decide> decides) {
  std::promise<absl::StatusOr<std::vector<Committed>>> done;
  store.WriteAll(std::move(decides), [&done](absl::StatusOr<std::vector<Committed>> committed) {
    done.set_value(std::move(committed));
  });
  return done.get_future().get();
}

TEST_P(StoreContractTest, DecisionsThatBelongTogetherSeeEachOther) {
  std::vector<size_t> seen;
  const auto committed = CommitAll(store(), {AddOneMore(seen), AddOneMore(seen), AddOneMore(seen)});

  ASSERT_TRUE(committed.ok()) << committed.status();
  EXPECT_THAT(seen, ElementsAre(0u, 1u, 2u));
  ASSERT_THAT(*committed, SizeIs(3));
  EXPECT_EQ(committed->at(2).answer, "2");
  EXPECT_THAT(committed->at(1).changes, ElementsAre(2u));
  EXPECT_THAT(committed->at(2).changes, ElementsAre(3u));
}

TEST_P(StoreContractTest, OneRefusedDecisionRefusesAllThatBelongToIt) {
  const absl::Status refusal =
      base::MakeError(absl::StatusCode::kAborted, "REVISION_NOT_CURRENT", "other revision", {});
  std::vector<size_t> seen;
  const auto committed =
      CommitAll(store(), {AddOneMore(seen), [&](const View&) { return refusal; }});

  EXPECT_EQ(committed.status(), refusal);
  EXPECT_EQ(store().LastChange(), 0u);
  Look([](const View& view) { EXPECT_THAT(Get(view.ListHeadsOfPerson("nip:same")), IsEmpty()); });
}

TEST_P(StoreContractTest, RefusingAllThatBelongsTogetherHarmsNoOtherOfItsGroup) {
  std::latch done(3);
  std::vector<size_t> seen;
  std::vector<bool> stored;
  const auto note = [&](const auto& committed) {
    stored.push_back(committed.ok());
    done.count_down();
  };
  {
    HeldItem held(store());
    store().Write(AddOneMore(seen), note);
    store().WriteAll({AddOneMore(seen), AddOneMore(seen),
                      [](const View&) { return absl::AbortedError("refused"); }},
                     note);
    store().Write(AddOneMore(seen), note);
  }
  done.wait();

  EXPECT_THAT(stored, ElementsAre(true, false, true));
  Look([](const View& view) { EXPECT_THAT(Get(view.ListHeadsOfPerson("nip:same")), SizeIs(2)); });
}

TEST_P(StoreContractTest, AnItemThatCannotBeWrittenHarmsNoOtherOfItsGroup) {
  constexpr int kItems = 9;
  std::latch done(kItems);
  std::vector<bool> stored;
  {
    HeldItem held(store());
    for (int i = 0; i < kItems; ++i) {
      store().Write(
          [i](const View& view) -> absl::StatusOr<Writes> {
            Writes writes;
            writes.revisions.push_back(MakeRevision(Get(view.NewSkpId()), i % 3 == 1 ? 5 : 1));
            return writes;
          },
          [&](const absl::StatusOr<Committed>& committed) {
            stored.push_back(committed.ok());
            done.count_down();
          });
    }
  }
  done.wait();

  EXPECT_THAT(stored, ElementsAre(true, false, true, true, false, true, true, false, true));
  EXPECT_EQ(store().LastChange(), 6u);
  Look([](const View& view) { EXPECT_THAT(Get(view.ReadChanges(0, 100)), SizeIs(6)); });
}

TEST_P(StoreContractTest, AnswersInTheOrderOfTheItems) {
  constexpr int kItems = 50;
  std::latch done(kItems);
  std::vector<int> order;
  for (int i = 0; i < kItems; ++i) {
    store().Write([](const View&) { return Writes(); },
                  [&, i](const absl::StatusOr<Committed>&) {
                    order.push_back(i);
                    done.count_down();
                  });
  }
  done.wait();

  for (int i = 0; i < kItems; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST_P(StoreContractTest, CallsBackAfterCommitsThatAppendedChanges) {
  std::mutex mutex;
  std::vector<ChangeNumber> told;
  store().OnCommit([&](ChangeNumber number) {
    const std::lock_guard lock(mutex);
    told.push_back(number);
  });
  AddRecord();
  Writes no_change;
  no_change.cursor = CursorRow{"pmm", "c"};
  ASSERT_TRUE(CommitWrites(no_change).ok());
  AddRecord();
  store().Close();  // the callback may come after the answer

  EXPECT_THAT(told, ElementsAre(1, 2));
}

TEST_P(StoreContractTest, AReadSeesEverythingAnsweredBefore) {
  for (int i = 0; i < 50; ++i) {
    const Head head = AddRecord();
    Look([&](const View& view) {
      EXPECT_TRUE(Get(view.FindHead(head.skp)).has_value());
      EXPECT_EQ(Get(view.GetChange(head.change)).skp, head.skp);
    });
  }
}

TEST_P(StoreContractTest, AReadKeepsOneViewWhileOthersWrite) {
  AddRecord();
  Look([&](const View& view) {
    EXPECT_THAT(Get(view.ReadChanges(0, 10)), SizeIs(1));
    Writes writes;
    writes.revisions.push_back(MakeRevision(77));
    EXPECT_TRUE(CommitWrites(writes).ok());
    EXPECT_THAT(Get(view.ReadChanges(0, 10)), SizeIs(1));
  });
  Look([](const View& view) { EXPECT_THAT(Get(view.ReadChanges(0, 10)), SizeIs(2)); });
}

TEST_P(StoreContractTest, RefusesWhatDoesNotFitItsQueue) {
  settings_.write_queue = 2;
  Reopen();
  std::latch done(2);
  {
    HeldItem held(store());
    for (int i = 0; i < 2; ++i) {
      store().Write([](const View&) { return Writes(); },
                    [&](const absl::StatusOr<Committed>& committed) {
                      EXPECT_TRUE(committed.ok()) << committed.status();
                      done.count_down();
                    });
    }
    const absl::Status refused = Commit([](const View&) { return Writes(); }).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(base::ReasonOf(refused), "STORE_BUSY");
  }
  done.wait();
}

TEST_P(StoreContractTest, RefusesReadsThatDoNotFitItsQueue) {
  settings_.read_queue = 1;
  settings_.readers = 1;
  Reopen();
  std::latch reading(1), released(1), done(2);
  ASSERT_TRUE(store()
                  .Read([&](const View&) {
                    reading.count_down();
                    released.wait();
                    done.count_down();
                  })
                  .ok());
  reading.wait();
  ASSERT_TRUE(store().Read([&](const View&) { done.count_down(); }).ok());
  const absl::Status refused = store().Read([](const View&) { FAIL(); });
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(base::ReasonOf(refused), "STORE_BUSY");
  released.count_down();
  done.wait();
}

TEST_P(StoreContractTest, CloseFinishesWhatWasHandedInAndRefusesTheRest) {
  std::atomic<int> finished = 0;
  for (int i = 0; i < 100; ++i) {
    store().Write(
        [](const View& view) -> absl::StatusOr<Writes> {
          Writes writes;
          writes.revisions.push_back(MakeRevision(Get(view.NewSkpId())));
          return writes;
        },
        [&](const absl::StatusOr<Committed>& committed) { finished += committed.ok() ? 1 : 0; });
  }
  store().Close();
  store().Close();

  EXPECT_EQ(finished, 100);
  const absl::Status write = Commit([](const View&) { return Writes(); }).status();
  EXPECT_EQ(write.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(base::ReasonOf(write), "STORE_CLOSED");
  const absl::Status read = store().Read([](const View&) { FAIL(); });
  EXPECT_EQ(read.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(base::ReasonOf(read), "STORE_CLOSED");
  Reopen();
  EXPECT_EQ(store().LastChange(), 100u);
}

TEST_P(StoreContractTest, EverythingSurvivesARestart) {
  Head head = AddRecord();
  head = AddRevision(head);
  Writes writes;
  writes.sources = {{"pmm", "p-1", head.skp, 7}};
  writes.open_conflicts = {MakeConflict(head.skp, "a")};
  writes.rejects = {{"pmm", "p-2", 3, "7201", "bytes", "violations", {}}};
  writes.cursor = CursorRow{"pmm", "c-1"};
  ASSERT_TRUE(CommitWrites(writes).ok());
  Reopen();

  EXPECT_EQ(store().LastChange(), 2u);
  EXPECT_TRUE(store().Health().ok());
  Look([&](const View& view) {
    EXPECT_EQ(Get(view.FindHead(head.skp))->revision, 2u);
    EXPECT_THAT(Get(view.ListRevisions(head.skp, 0, 10)), SizeIs(2));
    EXPECT_EQ(Get(view.FindSource("pmm", "p-1"))->version, 7u);
    EXPECT_THAT(Get(view.ListConflicts({})), SizeIs(1));
    EXPECT_TRUE(Get(view.FindReject("pmm", "p-2")).has_value());
    EXPECT_EQ(Get(view.FindCursor("pmm")), "c-1");
  });
  EXPECT_EQ(AddRevision(head).change, 3u);
}

TEST_P(StoreContractTest, EpochsFollowEachOtherWithoutOverlap) {
  const std::vector<Epoch> before = store().Epochs();
  ASSERT_FALSE(before.empty());
  EXPECT_EQ(before.front().first, 1u);
  for (int i = 0; i < 3; ++i) AddRecord();
  Reopen();
  const std::vector<Epoch> after = store().Epochs();

  ASSERT_GE(after.size(), before.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[i].id, before[i].id);
    EXPECT_EQ(after[i].first, before[i].first);
  }
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_THAT(after[i].id, MatchesRegex("[0-9a-f]{32}"));
    if (i == 0) continue;
    EXPECT_NE(after[i].id, after[i - 1].id);
    EXPECT_GE(after[i].first, after[i - 1].first);
  }
}

}  // namespace
}  // namespace kinerja::store
