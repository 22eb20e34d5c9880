#include "gateway/delivery/decide.h"

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kinerja/v1/error_reason.pb.h"

namespace kinerja::delivery {
namespace {

using adapter::LookupVerdict;
using adapter::PartPlan;
using adapter::Verdict;
using store::DeliveryRow;
using store::DeliveryState;
using store::HoldingRow;
using store::PartRow;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr char kTarget[] = "fake";
constexpr DeliveryState kWorstFirst[] = {DeliveryState::kRefused,   DeliveryState::kUnknown,
                                         DeliveryState::kInFlight,  DeliveryState::kRetrying,
                                         DeliveryState::kSent,      DeliveryState::kPending,
                                         DeliveryState::kHeld,      DeliveryState::kCancelled,
                                         DeliveryState::kDelivered, DeliveryState::kSkipped};

PartRow PartIn(DeliveryState state) {
  PartRow part;
  part.key = absl::StrCat("part-", static_cast<int>(state));
  part.state = state;
  return part;
}

TEST(StateOfTest, TheWorseOfTwoPartsIsTheStateOfTheDelivery) {
  for (size_t worse = 0; worse < std::size(kWorstFirst); ++worse) {
    for (size_t other = worse; other < std::size(kWorstFirst); ++other) {
      DeliveryRow row;
      row.parts = {PartIn(kWorstFirst[other]), PartIn(kWorstFirst[worse])};
      EXPECT_EQ(StateOf(row), kWorstFirst[worse]) << worse << " and " << other;
      std::swap(row.parts[0], row.parts[1]);
      EXPECT_EQ(StateOf(row), kWorstFirst[worse]) << other << " and " << worse;
    }
  }
}

TEST(StateOfTest, WithoutPartsItIsWhatIsWanted) {
  DeliveryRow row;
  EXPECT_EQ(StateOf(row), DeliveryState::kSkipped);
  row.absent = true;
  EXPECT_EQ(StateOf(row), DeliveryState::kDelivered);
}

class DecideTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::sqlite::SqliteStore::Open({.path = ":memory:"});
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    rules_.id = kTarget;
    rules_.can_remove = true;
    rules_.settle_time = absl::Seconds(30);
    rules_.max_looks = 3;
    rules_.backoff = {absl::Seconds(2), absl::Minutes(10)};
    context_.rules = &rules_;
    context_.process = "process-1";
    context_.now = absl::FromUnixSeconds(1'700'000'000);
    context_.name_of = [](const store::Head& head) { return absl::StrCat("skp-", head.skp); };
  }

  // A ready delivery of the record's first revision.
  DeliveryRow Ready(store::SkpId skp) {
    DeliveryRow row;
    row.target = kTarget;
    row.skp = skp;
    row.change = 10;
    row.revision = 1;
    row.since = context_.now;
    row.ready = true;
    row.region = "32.01";
    return Put(std::move(row));
  }

  DeliveryRow Put(DeliveryRow row) {
    store::Writes writes;
    writes.deliveries = {row};
    row.id = Write(std::move(writes)).deliveries.at(0);
    return row;
  }

  void Hold(HoldingRow holding) {
    store::Writes writes;
    holding.target = kTarget;
    writes.holdings = {std::move(holding)};
    Write(std::move(writes));
  }

  store::Committed Write(store::Writes writes) {
    return Commit([&writes](const store::View&) { return writes; });
  }
  store::Committed Commit(store::Decide decide) {
    std::promise<absl::StatusOr<store::Committed>> promise;
    store_->Write(std::move(decide), [&promise](absl::StatusOr<store::Committed> committed) {
      promise.set_value(std::move(committed));
    });
    absl::StatusOr<store::Committed> committed = promise.get_future().get();
    EXPECT_TRUE(committed.ok()) << committed.status();
    return committed.ok() ? *std::move(committed) : store::Committed();
  }
  // Makes the decision and stores what it writes.
  Decision Decide(const std::function<absl::StatusOr<Decision>(const store::View&)>& decide) {
    Decision decision;
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      absl::StatusOr<Decision> made = decide(view);
      if (!made.ok()) return made.status();
      decision = *std::move(made);
      return decision.writes;
    });
    return decision;
  }

  DeliveryRow RowOf(store::DeliveryId id) {
    DeliveryRow row;
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      row = view.FindDelivery(id)->value_or(DeliveryRow());
      return store::Writes();
    });
    return row;
  }
  HoldingRow HoldingOf(const std::string& effect) {
    HoldingRow row;
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      row = view.FindHolding(kTarget, effect)->value_or(HoldingRow());
      return store::Writes();
    });
    return row;
  }

  // A part of its own effect, "e-<key>".
  static adapter::PlannedPart Planned(const std::string& key, int64_t rank = 1) {
    adapter::PlannedPart part;
    part.key = key;
    part.kind = "year";
    part.effect_key = key;
    part.rank = rank;
    part.payload.bytes = "content of " + key;
    return part;
  }
  static adapter::PlannedPart Planned(const std::string& key, PartPlan plan,
                                      v1::ErrorReason reason) {
    adapter::PlannedPart part = Planned(key);
    part.plan = plan;
    part.reason = reason;
    return part;
  }
  // The work of this row, as it was planned for what it wants.
  static Work WorkOf(const DeliveryRow& row, std::vector<adapter::PlannedPart> parts) {
    Work work;
    work.row = row;
    work.change = row.change;
    work.revision = row.revision;
    for (const adapter::PlannedPart& part : parts) {
      const bool makes_effect = part.plan == PartPlan::kDeliver;
      work.effects.push_back(makes_effect ? "e-" + part.effect_key : "");
      work.hashes.push_back(makes_effect ? "hash of " + part.payload.bytes : "");
    }
    work.planned = std::move(parts);
    return work;
  }
  static Work LookOf(const DeliveryRow& row, std::vector<adapter::PlannedPart> parts,
                     store::ChangeNumber change = 10) {
    Work work = WorkOf(row, std::move(parts));
    work.look = true;
    work.change = change;
    return work;
  }

  Decision Begin(const Work& work) {
    return Decide([&](const store::View& view) { return BeginWork(view, work, context_); });
  }
  Decision Settle(const Work& work, const NextCall& call, adapter::Outcome outcome) {
    CallResult result;
    result.outcome = std::move(outcome);
    result.began = context_.now;
    return Decide(
        [&](const store::View& view) { return SettleCall(view, work, call, result, context_); });
  }
  Decision SettleLook(const Work& work, const NextCall& call, adapter::LookupAnswer answer) {
    CallResult result;
    result.lookup = std::move(answer);
    result.began = context_.now;
    return Decide(
        [&](const store::View& view) { return SettleCall(view, work, call, result, context_); });
  }
  Decision Obstacle(const Work& work, const adapter::Outcome& obstacle) {
    return Decide([&](const store::View& view) {
      return SettleObstacle(view, work, obstacle, context_.now, absl::Seconds(1), context_);
    });
  }
  // A person says what is there.
  Decision Tell(bool there, DeliveryRow* row) {
    return Decide([&](const store::View& view) -> absl::StatusOr<Decision> {
      Decision decision;
      DeliveryRow told = *row;
      const absl::Status settled = SettleByWord(view, there, context_.now, &told, &decision);
      if (!settled.ok()) return settled;
      decision.writes.deliveries.push_back(told);
      *row = std::move(told);
      return decision;
    });
  }
  // Begins the work and answers its first call.
  Decision Run(const Work& work, adapter::Outcome outcome) {
    const Decision begun = Begin(work);
    EXPECT_NE(begun.next.step, Step::kNone);
    return Settle(work, begun.next, std::move(outcome));
  }
  // A delivery whose one part "a" is UNKNOWN since now.
  DeliveryRow Unknown(store::SkpId skp) {
    const Work work = WorkOf(Ready(skp), {Planned("a")});
    return Run(work, {.verdict = Verdict::kUnknown, .reason = v1::ERROR_REASON_TARGET_UNAVAILABLE})
        .row;
  }
  // After a look that was answered so.
  DeliveryRow LookAt(store::DeliveryId id, LookupVerdict verdict) {
    const Work work = LookOf(MakeReady(id), {Planned("a")});
    return SettleLook(work, Begin(work).next, {.verdict = verdict}).row;
  }
  // The same when nobody could settle it.
  DeliveryRow Unsettled(store::SkpId skp) {
    DeliveryRow row = Unknown(skp);
    for (uint32_t look = 0; look < rules_.max_looks; ++look) {
      const Work work = LookOf(MakeReady(row.id), {Planned("a")});
      row = SettleLook(work, Begin(work).next, {}).row;
    }
    EXPECT_EQ(row.state, DeliveryState::kRefused);
    EXPECT_EQ(row.reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
    return Begin(WorkOf(row, {Planned("a")})).row;  // planned once more after the looks
  }
  DeliveryRow MakeReady(store::DeliveryId id) {
    DeliveryRow row = RowOf(id);
    row.ready = true;
    row.due.reset();
    row.waits.clear();
    return Put(std::move(row));
  }
  DeliveryRow WantNext(store::DeliveryId id, bool absent = false) {
    DeliveryRow row = RowOf(id);
    row.ready = true;
    row.due.reset();
    row.waits.clear();
    row.absent = absent;
    ++row.change;
    ++row.revision;
    return Put(std::move(row));
  }

  TargetRules rules_;
  DecideContext context_;
  std::unique_ptr<store::Store> store_;
};

// ---- Claim and call ----

TEST_F(DecideTest, ACallIsStoredWithItsClaimBeforeItIsMade) {
  const DeliveryRow row = Ready(1);
  const Decision begun = Begin(WorkOf(row, {Planned("a"), Planned("b")}));
  EXPECT_EQ(begun.next.step, Step::kDeliver);
  EXPECT_EQ(begun.next.part.key, "a");
  const DeliveryRow stored = RowOf(row.id);
  EXPECT_EQ(stored.claim, "process-1");
  EXPECT_FALSE(stored.ready);
  EXPECT_EQ(stored.state, DeliveryState::kInFlight);
  EXPECT_EQ(stored.parts[0].state, DeliveryState::kInFlight);
  EXPECT_EQ(stored.parts[1].state, DeliveryState::kPending);
  EXPECT_EQ(HoldingOf("e-a").in_flight, row.id);
  EXPECT_EQ(HoldingOf("e-a").owner, 1);
  EXPECT_EQ(HoldingOf("e-b").in_flight, 0);
}

TEST_F(DecideTest, WorkThatIsNoLongerMeantIsAbandoned) {
  struct Case {
    const char* name;
    std::function<void(DeliveryRow*)> change;
  };
  const Case cases[] = {
      {"newer revision", [](DeliveryRow* row) { ++row->change; }},
      {"absent now", [](DeliveryRow* row) { row->absent = true; }},
      {"somebody else's", [](DeliveryRow* row) { row->claim = "process-0"; }},
      {"not in turn", [](DeliveryRow* row) { row->ready = false; }},
  };
  store::SkpId skp = 1;
  for (const Case& test : cases) {
    DeliveryRow row = Ready(skp++);
    const Work work = WorkOf(row, {Planned("a")});
    test.change(&row);
    Put(row);
    const Decision decision = Begin(work);
    EXPECT_TRUE(decision.abandoned) << test.name;
    EXPECT_TRUE(decision.writes.empty()) << test.name;
    EXPECT_EQ(decision.next.step, Step::kNone) << test.name;
  }
}

TEST_F(DecideTest, PartsGoOneAfterTheOtherAndFollowersGetTheIds) {
  adapter::PlannedPart second = Planned("b");
  second.after = {"a"};
  const DeliveryRow row = Ready(1);
  const Work work = WorkOf(row, {second, Planned("a")});
  const Decision begun = Begin(work);
  EXPECT_EQ(begun.next.part.key, "a");
  const Decision next = Settle(work, begun.next, adapter::Delivered("id-a"));
  EXPECT_EQ(next.next.part.key, "b");
  EXPECT_THAT(next.next.followed, ElementsAre(Pair("a", "id-a")));
  const Decision end = Settle(work, next.next, adapter::Delivered("id-b"));
  EXPECT_EQ(end.next.step, Step::kNone);
  EXPECT_EQ(end.row.state, DeliveryState::kDelivered);
  EXPECT_EQ(end.row.delivered_revision, 1u);
  EXPECT_THAT(end.row.claim, IsEmpty());
  EXPECT_FALSE(end.row.ready);
  EXPECT_EQ(end.row.due, std::nullopt);
  EXPECT_EQ(end.row.attempts, 2u);
  EXPECT_EQ(HoldingOf("e-a").in_flight, 0);
  EXPECT_EQ(HoldingOf("e-a").target_id, "id-a");
}

TEST_F(DecideTest, ARefusedPartStopsOnlyThoseThatFollowIt) {
  adapter::PlannedPart follower = Planned("b");
  follower.after = {"a"};
  const DeliveryRow row = Ready(1);
  const Work work = WorkOf(row, {Planned("a"), follower, Planned("c")});
  const Decision next = Run(work, adapter::Refused(v1::ERROR_REASON_TARGET_REFUSED));
  EXPECT_EQ(next.next.part.key, "c");
  const DeliveryRow end = Settle(work, next.next, adapter::Delivered("id-c")).row;
  EXPECT_EQ(end.state, DeliveryState::kRefused);
  EXPECT_EQ(end.reason.code, v1::ERROR_REASON_TARGET_REFUSED);
  EXPECT_EQ(end.parts[1].state, DeliveryState::kPending);
  EXPECT_EQ(end.parts[2].state, DeliveryState::kDelivered);
}

TEST_F(DecideTest, WhatFollowsAPartThatDoesNotGoDoesNotGoForTheSameReason) {
  struct Case {
    PartPlan plan;
    v1::ErrorReason reason;
    DeliveryState state;
  };
  store::SkpId skp = 0;
  for (const Case& test :
       {Case{PartPlan::kSkip, v1::ERROR_REASON_NON_ASN, DeliveryState::kSkipped},
        Case{PartPlan::kHold, v1::ERROR_REASON_EVALUASI_MISSING, DeliveryState::kHeld}}) {
    adapter::PlannedPart follower = Planned("b");
    follower.after = {"a"};
    adapter::PlannedPart last = Planned("c");
    last.after = {"b"};
    const Decision decision =
        Begin(WorkOf(Ready(++skp), {Planned("a", test.plan, test.reason), follower, last}));
    EXPECT_EQ(decision.next.step, Step::kNone);
    EXPECT_EQ(decision.row.state, test.state);
    for (const PartRow& part : decision.row.parts) {
      EXPECT_EQ(part.state, test.state) << part.key;
      EXPECT_EQ(part.reason.code, test.reason) << part.key;
    }
    store::Writes drop;
    drop.drop_holdings = {{kTarget, "e-b"}, {kTarget, "e-c"}};
    Write(std::move(drop));
  }
}

TEST_F(DecideTest, WhatFollowsAnEffectOfAnotherGoesOnWhenItComesFree) {
  Run(WorkOf(Ready(1), {Planned("a", 5)}), adapter::Delivered("id-1"));
  adapter::PlannedPart follower = Planned("b");
  follower.after = {"a"};
  const DeliveryRow row = Begin(WorkOf(Ready(2), {Planned("a"), follower})).row;
  EXPECT_EQ(row.state, DeliveryState::kSkipped);
  Hold({.effect = "e-a"});
  EXPECT_EQ(Begin(WorkOf(MakeReady(row.id), {Planned("a"), follower})).next.part.key, "a");
}

TEST_F(DecideTest, ARefusedPartIsNotCalledAgainUntilSomethingElseIsWanted) {
  const DeliveryRow row = Ready(1);
  Run(WorkOf(row, {Planned("a")}), adapter::Refused(v1::ERROR_REASON_TARGET_REFUSED));
  EXPECT_EQ(Begin(WorkOf(MakeReady(row.id), {Planned("a")})).next.step, Step::kNone);
  EXPECT_EQ(RowOf(row.id).state, DeliveryState::kRefused);
  EXPECT_EQ(Begin(WorkOf(WantNext(row.id), {Planned("a")})).next.step, Step::kDeliver);
}

TEST_F(DecideTest, ALookThatHadToWaitForThePaceIsNone) {
  DeliveryRow row = Unknown(1);
  adapter::LookupAnswer closed;
  closed.obstacle = adapter::Outcome{.verdict = Verdict::kRetryLater,
                                     .reason = v1::ERROR_REASON_TARGET_UNAVAILABLE,
                                     .after = absl::Minutes(5),
                                     .throttled = true};
  for (uint32_t look = 0; look <= rules_.max_looks; ++look) {
    const Work work = LookOf(MakeReady(row.id), {Planned("a")});
    row = SettleLook(work, Begin(work).next, closed).row;
  }
  EXPECT_EQ(row.state, DeliveryState::kUnknown);
}

TEST_F(DecideTest, WhatARefusalLeavesThereIsReplacedLater) {
  const DeliveryRow row = Ready(1);
  adapter::Outcome wrong = adapter::Refused(v1::ERROR_REASON_PREDIKAT_MISMATCH);
  wrong.target_id = "id-a";
  Run(WorkOf(row, {Planned("a")}), wrong);
  EXPECT_EQ(HoldingOf("e-a").target_id, "id-a");
  const Decision again = Begin(WorkOf(WantNext(row.id), {Planned("a")}));
  EXPECT_EQ(again.next.step, Step::kDeliver);
  EXPECT_EQ(again.next.held.target_id, "id-a");
}

TEST_F(DecideTest, WhatIsThereAlreadyIsNotSent) {
  const DeliveryRow row = Ready(1);
  Run(WorkOf(row, {Planned("a")}), adapter::Delivered("id-a"));
  const Decision again = Begin(WorkOf(WantNext(row.id), {Planned("a")}));
  EXPECT_EQ(again.next.step, Step::kNone);
  EXPECT_EQ(again.row.state, DeliveryState::kDelivered);
  EXPECT_EQ(again.row.delivered_revision, 2u);
}

TEST_F(DecideTest, ANewerRevisionThatCameMeanwhileIsNextInTurn) {
  const DeliveryRow row = Ready(1);
  const Work work = WorkOf(row, {Planned("a"), Planned("b")});
  const Decision begun = Begin(work);
  DeliveryRow wanted = RowOf(row.id);
  ++wanted.change;
  Put(wanted);
  const Decision end = Settle(work, begun.next, adapter::Delivered("id-a"));
  EXPECT_EQ(end.next.step, Step::kNone) << "nothing more of the old revision";
  EXPECT_TRUE(end.row.ready);
  EXPECT_EQ(end.row.delivered_revision, 0u);
  EXPECT_THAT(end.woken, Contains(Pair(kTarget, "32.01")));
}

TEST_F(DecideTest, ARecordThatMakesNothingSaysSo) {
  const Decision decision = Begin(WorkOf(Ready(1), {}));
  EXPECT_EQ(decision.row.state, DeliveryState::kSkipped);
  EXPECT_EQ(decision.row.reason.code, v1::ERROR_REASON_TARGET_TAKES_NOTHING);
  EXPECT_THAT(decision.row.reason.metadata, ElementsAre(Pair("system", kTarget)));
}

TEST_F(DecideTest, EveryPlanWithoutACallSaysWhy) {
  adapter::PlannedPart held = Planned("h", PartPlan::kHold, v1::ERROR_REASON_EVALUASI_MISSING);
  held.wait_keys = {"unor:a"};
  const Decision decision =
      Begin(WorkOf(Ready(1), {held, Planned("s", PartPlan::kSkip, v1::ERROR_REASON_NON_ASN),
                              Planned("r", PartPlan::kRefuse, v1::ERROR_REASON_JENJANG_MISSING)}));
  ASSERT_THAT(decision.row.parts, SizeIs(3));
  EXPECT_EQ(decision.row.parts[0].state, DeliveryState::kHeld);
  EXPECT_EQ(decision.row.parts[1].state, DeliveryState::kSkipped);
  EXPECT_EQ(decision.row.parts[2].state, DeliveryState::kRefused);
  EXPECT_EQ(decision.row.reason.code, v1::ERROR_REASON_JENJANG_MISSING);
  EXPECT_THAT(decision.row.waits, ElementsAre("unor:a"));
}

// ---- Whose an effect is ----

TEST_F(DecideTest, TheHighestRankOwnsAnEffectAndOfEqualsTheNewerRecord) {
  struct Case {
    const char* name;
    int64_t rank;
    store::SkpId skp, other;
    bool wins;
  };
  const Case cases[] = {{"higher", 9, 1, 2, true},
                        {"lower", 1, 4, 3, false},
                        {"equal and newer", 5, 6, 5, true},
                        {"equal and older", 5, 7, 8, false}};
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    DeliveryRow other = Ready(test.other);
    other.ready = false;
    other.state = DeliveryState::kDelivered;
    Put(other);
    Hold({.effect = "e-a", .owner = test.other, .rank = 5, .target_id = "id-1", .sent_hash = "x"});
    const Decision decision = Begin(WorkOf(Ready(test.skp), {Planned("a", test.rank)}));
    EXPECT_EQ(HoldingOf("e-a").owner, test.wins ? test.skp : test.other);
    EXPECT_EQ(RowOf(other.id).ready, test.wins);
    if (test.wins) {
      EXPECT_EQ(decision.next.step, Step::kDeliver);
      EXPECT_EQ(decision.next.held.target_id, "id-1") << "it writes over what is there";
    } else {
      EXPECT_EQ(decision.row.state, DeliveryState::kSkipped);
      EXPECT_EQ(decision.row.reason.code, v1::ERROR_REASON_EFFECT_TAKEN);
      EXPECT_THAT(decision.row.waits, ElementsAre(EffectWaitKey(kTarget, "e-a")));
    }
    store::Writes drop;
    drop.drop_holdings = {{kTarget, "e-a"}};
    Write(std::move(drop));
  }
}

TEST_F(DecideTest, OneEffectNeverHasTwoCallsInFlight) {
  const DeliveryRow low = Ready(1);
  const Work low_work = WorkOf(low, {Planned("a", 1)});
  const Decision first = Begin(low_work);
  const DeliveryRow high = Ready(2);
  adapter::PlannedPart wanted = Planned("a", 2);
  wanted.payload.bytes = "of the winner";
  const Work high_work = WorkOf(high, {wanted});
  const Decision waits = Begin(high_work);
  EXPECT_EQ(waits.next.step, Step::kNone);
  EXPECT_EQ(waits.row.state, DeliveryState::kPending);
  EXPECT_THAT(waits.row.waits, ElementsAre(EffectWaitKey(kTarget, "e-a")));
  EXPECT_FALSE(waits.row.ready);
  // The call has ended: the winner goes, and the loser will find it taken.
  const Decision settled = Settle(low_work, first.next, adapter::Delivered("id-1"));
  EXPECT_TRUE(RowOf(high.id).ready);
  EXPECT_TRUE(settled.row.ready);
  const Decision second = Begin(WorkOf(RowOf(high.id), {wanted}));
  EXPECT_EQ(second.next.step, Step::kDeliver);
  const Decision lost = Begin(WorkOf(RowOf(low.id), {Planned("a", 1)}));
  EXPECT_EQ(lost.row.state, DeliveryState::kSkipped);
}

TEST_F(DecideTest, WhoLeavesAnEffectWakesWhoWaitsForIt) {
  const DeliveryRow owner = Ready(2);
  Run(WorkOf(owner, {Planned("a", 2)}), adapter::Delivered("id-1"));
  const DeliveryRow loser = Ready(1);
  EXPECT_EQ(Begin(WorkOf(loser, {Planned("a", 1)})).row.state, DeliveryState::kSkipped);
  // The other wants what is there, so nothing is removed.
  const Decision left = Begin(WorkOf(WantNext(owner.id, /*absent=*/true), {}));
  EXPECT_EQ(left.next.step, Step::kNone);
  EXPECT_TRUE(RowOf(loser.id).ready);
  const Decision back = Begin(WorkOf(RowOf(loser.id), {Planned("a", 1)}));
  EXPECT_EQ(back.row.parts.size(), 1u);
  EXPECT_EQ(HoldingOf("e-a").owner, 1);
}

// An effect that another record has won while this one was busy is that one's.
TEST_F(DecideTest, WhatWasLostToAnotherRecordMeanwhileIsNeitherWrittenNorRemoved) {
  for (const bool absent : {false, true}) {
    SCOPED_TRACE(absent);
    const DeliveryRow low = Ready(absent ? 3 : 1);
    const std::string first = absent ? "c" : "a";
    const std::string second = absent ? "d" : "b";
    if (absent) {
      const Work work = WorkOf(low, {Planned(first), Planned(second)});
      const Decision next = Run(work, adapter::Delivered("id-1"));
      Settle(work, next.next, adapter::Delivered("id-2"));
    }
    const Work work = absent ? WorkOf(WantNext(low.id, absent), {})
                             : WorkOf(low, {Planned(first), Planned(second)});
    const Decision busy = Begin(work);
    ASSERT_EQ(busy.next.part.key, first);
    const DeliveryRow high = Ready(absent ? 4 : 2);
    adapter::PlannedPart wanted = Planned(second, 9);
    wanted.payload.bytes = "of the winner";
    Run(WorkOf(high, {wanted}), adapter::Delivered("id-9"));
    const Decision next = Settle(work, busy.next, adapter::Delivered(absent ? "" : "id-1"));
    EXPECT_EQ(next.next.step, Step::kNone);
    EXPECT_TRUE(next.row.ready) << "it is planned again";
    EXPECT_EQ(HoldingOf("e-" + second).owner, high.skp);
  }
}

TEST_F(DecideTest, WhoeverLeavesDoesNotFreeACallOfAnother) {
  const DeliveryRow low = Ready(1);
  Begin(WorkOf(low, {Planned("a", 1)}));  // its call is under way
  const DeliveryRow high = Ready(2);
  EXPECT_THAT(Begin(WorkOf(high, {Planned("a", 2)})).row.waits, SizeIs(1));
  const DeliveryRow third = Ready(3);
  Begin(WorkOf(third, {Planned("a", 1)}));
  // A wake-up may come before what it waits for is there.
  DeliveryRow withdrawn = RowOf(high.id);
  withdrawn.ready = true;
  withdrawn.absent = true;
  ++withdrawn.change;
  Put(withdrawn);
  Begin(WorkOf(withdrawn, {}));
  EXPECT_EQ(HoldingOf("e-a").in_flight, low.id);
}

TEST_F(DecideTest, WhoWaitedItselfStillRemovesWhatNobodyElseWants) {
  const DeliveryRow low = Ready(1);
  const Work low_work = WorkOf(low, {Planned("a", 1)});
  const Decision call = Begin(low_work);
  const DeliveryRow high = Ready(2);
  Begin(WorkOf(high, {Planned("a", 2)}));
  Settle(low_work, call.next, adapter::Delivered("id-1"));
  Begin(WorkOf(WantNext(low.id, /*absent=*/true), {}));
  // The wait is still stored when the withdrawal is planned.
  DeliveryRow withdrawn = RowOf(high.id);
  withdrawn.waits = {EffectWaitKey(kTarget, "e-a")};
  withdrawn.ready = true;
  withdrawn.absent = true;
  ++withdrawn.change;
  Put(withdrawn);
  EXPECT_EQ(Begin(WorkOf(withdrawn, {})).next.step, Step::kRemove);
}

// The owner left its effect to one that waited and, before its turn came, wants it no longer.
TEST_F(DecideTest, WhatWasLeftToOneThatIsGoneTooIsRemoved) {
  const DeliveryRow owner = Ready(2);
  Run(WorkOf(owner, {Planned("a", 2)}), adapter::Delivered("id-1"));
  const DeliveryRow heir = Ready(1);
  Begin(WorkOf(heir, {Planned("a", 1)}));
  Begin(WorkOf(WantNext(owner.id, /*absent=*/true), {}));
  ASSERT_EQ(HoldingOf("e-a").owner, 0);
  const Work work = WorkOf(WantNext(heir.id, /*absent=*/true), {});
  const Decision begun = Begin(work);
  EXPECT_EQ(begun.next.step, Step::kRemove);
  EXPECT_EQ(begun.next.held.target_id, "id-1");
  EXPECT_THAT(Settle(work, begun.next, adapter::Delivered("")).row.parts, IsEmpty());
  EXPECT_THAT(HoldingOf("e-a").target, IsEmpty());
}

// ---- What a record no longer has ----

TEST_F(DecideTest, WhatTheRecordNoLongerHasIsRemoved) {
  const DeliveryRow row = Ready(1);
  Run(WorkOf(row, {Planned("a")}), adapter::Delivered("id-1"));
  const Work work = WorkOf(WantNext(row.id, /*absent=*/true), {});
  const Decision begun = Begin(work);
  EXPECT_EQ(begun.next.step, Step::kRemove);
  EXPECT_EQ(begun.next.held.target_id, "id-1");
  const Decision end = Settle(work, begun.next, adapter::Delivered(""));
  EXPECT_EQ(end.row.state, DeliveryState::kDelivered);
  EXPECT_THAT(end.row.parts, IsEmpty());
  EXPECT_THAT(HoldingOf("e-a").target, IsEmpty()) << "a holding that says nothing is not kept";
}

TEST_F(DecideTest, WhatCannotBeRemovedIsRefused) {
  rules_.can_remove = false;
  const DeliveryRow row = Ready(1);
  Run(WorkOf(row, {Planned("a")}), adapter::Delivered("id-1"));
  const Decision decision = Begin(WorkOf(WantNext(row.id, /*absent=*/true), {}));
  EXPECT_EQ(decision.row.state, DeliveryState::kRefused);
  EXPECT_EQ(decision.row.reason.code, v1::ERROR_REASON_TARGET_CANNOT_REMOVE);
}

TEST_F(DecideTest, WhatTheTargetsPeopleRemovedIsDoneByAWord) {
  rules_.can_remove = false;
  for (const bool there : {false, true}) {
    SCOPED_TRACE(there);
    const DeliveryRow row = Ready(there ? 2 : 1);
    Run(WorkOf(row, {Planned("a")}), adapter::Delivered("id-1"));
    Begin(WorkOf(WantNext(row.id, /*absent=*/true), {}));
    DeliveryRow told = RowOf(row.id);
    ASSERT_TRUE(AwaitsWord(told));
    Tell(there, &told);
    EXPECT_FALSE(AwaitsWord(told));
    if (there) {
      EXPECT_EQ(told.parts.at(0).state, DeliveryState::kPending) << "it is still to go";
    } else {
      EXPECT_THAT(told.parts, IsEmpty());
      EXPECT_EQ(StateOf(told), DeliveryState::kDelivered);
      EXPECT_THAT(HoldingOf("e-a").target, IsEmpty()) << "a holding that says nothing is not kept";
    }
  }
}

TEST_F(DecideTest, AWordIsKeptWithTheAttemptsAndWakesWhoWaits) {
  const DeliveryRow row = Unsettled(1);
  const DeliveryRow waiting = Begin(WorkOf(Ready(2), {Planned("a", 99)})).row;
  ASSERT_EQ(waiting.state, DeliveryState::kHeld);
  DeliveryRow told = RowOf(row.id);
  const Decision decision = Tell(/*there=*/true, &told);
  ASSERT_EQ(decision.writes.attempts.size(), 1u);
  EXPECT_EQ(decision.writes.attempts[0].step, "confirm");
  EXPECT_EQ(decision.writes.attempts[0].outcome, "there");
  EXPECT_EQ(HoldingOf("e-a").in_flight, 0);
  EXPECT_NE(HoldingOf("e-a").target_id, "");
  EXPECT_TRUE(RowOf(waiting.id).ready);
}

TEST_F(DecideTest, ALookIsNotBeforeTheTimeThatTheTargetAskedFor) {
  const Decision decision =
      Run(WorkOf(Ready(1), {Planned("a")}),
          {.verdict = Verdict::kUnknown, .after = absl::Minutes(3), .target_trouble = true});
  EXPECT_EQ(decision.row.state, DeliveryState::kUnknown);
  EXPECT_EQ(decision.row.due, context_.now + absl::Minutes(3));
}

TEST_F(DecideTest, WhatCannotBeRemovedIsLeftToWhoeverWantsIt) {
  rules_.can_remove = false;
  const DeliveryRow row = Ready(1);
  Run(WorkOf(row, {Planned("a", 12)}), adapter::Delivered("id-1"));
  EXPECT_EQ(Begin(WorkOf(WantNext(row.id, /*absent=*/true), {})).row.state,
            DeliveryState::kRefused);
  // Of a lower rank than the one that went.
  adapter::PlannedPart successor = Planned("a", 6);
  successor.payload.bytes = "content of the successor";
  const Work work = WorkOf(Ready(2), {successor});
  EXPECT_EQ(Run(work, adapter::Delivered("id-1")).row.state, DeliveryState::kDelivered);
  const DeliveryRow gone = RowOf(row.id);
  EXPECT_TRUE(gone.ready);
  const DeliveryRow end = Begin(WorkOf(gone, {})).row;
  EXPECT_EQ(end.state, DeliveryState::kDelivered) << "nothing of it is there any more";
  EXPECT_THAT(end.parts, IsEmpty());
}

TEST_F(DecideTest, ARefusedRemovalIsNotRepeatedByItself) {
  const DeliveryRow row = Ready(1);
  Run(WorkOf(row, {Planned("a")}), adapter::Delivered("id-1"));
  Run(WorkOf(WantNext(row.id, /*absent=*/true), {}),
      adapter::Refused(v1::ERROR_REASON_TARGET_REFUSED));
  const Decision again = Begin(WorkOf(MakeReady(row.id), {}));
  EXPECT_EQ(again.next.step, Step::kNone);
  EXPECT_EQ(again.row.state, DeliveryState::kRefused);
  EXPECT_EQ(again.row.reason.code, v1::ERROR_REASON_TARGET_REFUSED);
}

TEST_F(DecideTest, AnEffectThatMovedIsMadeAnewAndTheOldOneRemoved) {
  const DeliveryRow row = Ready(1);
  Run(WorkOf(row, {Planned("a")}), adapter::Delivered("id-1"));
  adapter::PlannedPart moved = Planned("a");
  moved.effect_key = "other person";
  const Work work = WorkOf(WantNext(row.id), {moved});
  const Decision first = Begin(work);
  EXPECT_EQ(first.next.step, Step::kDeliver);
  EXPECT_EQ(first.next.effect, "e-other person");
  const Decision second = Settle(work, first.next, adapter::Delivered("id-2"));
  EXPECT_EQ(second.next.step, Step::kRemove);
  EXPECT_EQ(second.next.effect, "e-a");
  EXPECT_EQ(Settle(work, second.next, adapter::Delivered("")).row.state, DeliveryState::kDelivered);
}

TEST_F(DecideTest, AnEffectThatMovedAndCameBackIsNotRemoved) {
  const DeliveryRow row = Ready(1);
  Run(WorkOf(row, {Planned("a")}), adapter::Delivered("id-1"));
  adapter::PlannedPart moved = Planned("a");
  moved.effect_key = "other person";
  const Work work = WorkOf(WantNext(row.id), {moved});
  const Decision removal = Run(work, adapter::Delivered("id-2"));
  ASSERT_EQ(removal.next.step, Step::kRemove);
  Settle(work, removal.next, {.verdict = Verdict::kRetryLater});
  const Work back = WorkOf(WantNext(row.id), {Planned("a")});
  const Decision only = Begin(back);
  EXPECT_EQ(only.next.step, Step::kRemove);
  EXPECT_EQ(only.next.effect, "e-other person");
  EXPECT_EQ(Settle(back, only.next, adapter::Delivered("")).row.state, DeliveryState::kDelivered);
  EXPECT_EQ(HoldingOf("e-a").target_id, "id-1");
}

// The record says that the next version cannot be delivered yet, not that the last one was wrong.
TEST_F(DecideTest, WhatIsThereStaysWhileTheNextVersionWaitsOrIsRefused) {
  for (const PartPlan plan : {PartPlan::kHold, PartPlan::kRefuse}) {
    SCOPED_TRACE(static_cast<int>(plan));
    const std::string key = absl::StrCat("a", static_cast<int>(plan));
    const DeliveryRow row = Ready(static_cast<store::SkpId>(plan));
    Run(WorkOf(row, {Planned(key)}), adapter::Delivered("id-1"));
    const Decision decision =
        Begin(WorkOf(WantNext(row.id), {Planned(key, plan, v1::ERROR_REASON_EVALUASI_MISSING)}));
    EXPECT_EQ(decision.next.step, Step::kNone);
    EXPECT_THAT(decision.row.parts, SizeIs(1));
    EXPECT_EQ(HoldingOf("e-" + key).target_id, "id-1");
    // It is not forgotten: when the record goes, it goes too.
    EXPECT_EQ(Begin(WorkOf(WantNext(row.id, /*absent=*/true), {})).next.step, Step::kRemove);
  }
}

// ---- Unknown outcomes ----

TEST_F(DecideTest, AnUnknownOutcomeKeepsItsEffectToItself) {
  const DeliveryRow row = Unknown(1);
  EXPECT_EQ(row.state, DeliveryState::kUnknown);
  EXPECT_TRUE(row.due.has_value());
  EXPECT_EQ(HoldingOf("e-a").in_flight, row.id);
  EXPECT_EQ(Begin(WorkOf(Ready(2), {Planned("a", 2)})).next.step, Step::kNone);
}

TEST_F(DecideTest, WhoWaitsForAnUnknownOutcomeIsToldWhenNobodyCanSettleIt) {
  const DeliveryRow unknown = Unknown(1);
  const DeliveryRow waiting = Begin(WorkOf(Ready(2), {Planned("a", 2)})).row;
  EXPECT_EQ(waiting.state, DeliveryState::kPending);
  DeliveryRow row = unknown;
  for (uint32_t look = 0; look < rules_.max_looks; ++look) {
    const Work work = LookOf(MakeReady(row.id), {Planned("a")});
    row = SettleLook(work, Begin(work).next, {}).row;
  }
  EXPECT_TRUE(RowOf(waiting.id).ready);
  EXPECT_EQ(Begin(WorkOf(RowOf(waiting.id), {Planned("a", 2)})).row.state, DeliveryState::kHeld);
}

TEST_F(DecideTest, WhoWaitsForAnUnsettledOutcomeOfAnotherSaysSo) {
  const DeliveryRow unsettled = Unsettled(1);
  const Decision decision = Begin(WorkOf(Ready(2), {Planned("a", 2)}));
  EXPECT_EQ(decision.next.step, Step::kNone);
  EXPECT_EQ(decision.row.state, DeliveryState::kHeld);
  EXPECT_EQ(decision.row.reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
  // A person repeats it, a look finds it, and the other one goes on.
  DeliveryRow repeated = MakeReady(unsettled.id);
  repeated.parts[0].state = DeliveryState::kUnknown;
  repeated = Put(repeated);
  const Work look = LookOf(repeated, {Planned("a")});
  const Decision settled =
      SettleLook(look, Begin(look).next, {.verdict = LookupVerdict::kHolds, .target_id = "id-1"});
  EXPECT_THAT(settled.woken, Contains(Pair(std::string(kTarget), decision.row.region)));
  adapter::PlannedPart other = Planned("a", 2);
  other.payload.bytes = "other content of a";
  EXPECT_EQ(Begin(WorkOf(RowOf(decision.row.id), {other})).next.step, Step::kDeliver);
}

TEST_F(DecideTest, AnIdempotentTargetIsSimplyAskedAgain) {
  rules_.idempotent = true;
  const DeliveryRow row = Unknown(1);
  EXPECT_EQ(row.state, DeliveryState::kRetrying);
  EXPECT_EQ(HoldingOf("e-a").in_flight, 0);
}

TEST_F(DecideTest, ALookSettlesWhatIsThere) {
  const DeliveryRow row = Unknown(1);
  const Work work = LookOf(MakeReady(row.id), {Planned("a")});
  const Decision begun = Begin(work);
  EXPECT_EQ(begun.next.step, Step::kLook);
  const Decision end =
      SettleLook(work, begun.next, {.verdict = LookupVerdict::kHolds, .target_id = "id-1"});
  EXPECT_EQ(end.row.state, DeliveryState::kDelivered);
  EXPECT_EQ(end.row.delivered_revision, 1u);
  EXPECT_EQ(HoldingOf("e-a").in_flight, 0);
}

TEST_F(DecideTest, NotFoundCountsOnlyAfterTheSettleTime) {
  for (const LookupVerdict verdict : {LookupVerdict::kAbsent, LookupVerdict::kDiffers}) {
    SCOPED_TRACE(static_cast<int>(verdict));
    const DeliveryRow row = Unknown(static_cast<store::SkpId>(verdict));
    EXPECT_EQ(LookAt(row.id, verdict).due, context_.now + rules_.settle_time);
    context_.now += rules_.settle_time - absl::Microseconds(1);
    const DeliveryRow early = LookAt(row.id, verdict);
    EXPECT_EQ(early.state, DeliveryState::kUnknown);
    EXPECT_EQ(early.due, context_.now + absl::Microseconds(1));
    context_.now += absl::Microseconds(1);
    const DeliveryRow late = LookAt(row.id, verdict);
    EXPECT_EQ(late.state, DeliveryState::kPending);
    EXPECT_TRUE(late.ready);
    EXPECT_EQ(HoldingOf("e-a").in_flight, 0);
    store::Writes drop;
    drop.drop_holdings = {{kTarget, "e-a"}};
    Write(std::move(drop));
  }
}

// A target that stood still does what it was asked when it goes on, however long that was.
TEST_F(DecideTest, TheSettleTimeBeginsWithTheFirstLookThatIsAnswered) {
  const DeliveryRow row = Unknown(1);
  context_.now += 10 * rules_.settle_time;
  const DeliveryRow first = LookAt(row.id, LookupVerdict::kAbsent);
  EXPECT_EQ(first.state, DeliveryState::kUnknown);
  EXPECT_EQ(first.due, context_.now + rules_.settle_time);
}

TEST_F(DecideTest, AClockThatWasSetBeginsTheSettleTimeAnew) {
  for (const absl::Duration jump : {-absl::Hours(1), absl::Hours(1)}) {
    SCOPED_TRACE(absl::FormatDuration(jump));
    const DeliveryRow row = Unknown(jump < absl::ZeroDuration() ? 1 : 2);
    LookAt(row.id, LookupVerdict::kAbsent);
    context_.now += jump;
    context_.sound_since = context_.now;
    const DeliveryRow end = LookAt(row.id, LookupVerdict::kAbsent);
    EXPECT_EQ(end.state, DeliveryState::kUnknown);
    EXPECT_EQ(end.due, context_.now + rules_.settle_time);
    context_.now += rules_.settle_time;
    EXPECT_EQ(LookAt(row.id, LookupVerdict::kAbsent).state, DeliveryState::kPending);
  }
}

TEST_F(DecideTest, LooksThatTellNothingEndAtAPersonWithTheEffectStillItsOwn) {
  const DeliveryRow row = Unsettled(1);
  EXPECT_EQ(HoldingOf("e-a").in_flight, row.id);
  EXPECT_FALSE(row.ready);
  EXPECT_EQ(row.due, std::nullopt);
}

TEST_F(DecideTest, LooksThatWereNotSentOrNotAnsweredAreNotUsedUp) {
  DeliveryRow row = Unknown(1);
  for (int look = 0; look < 20; ++look) {
    adapter::Outcome obstacle = adapter::TargetTrouble(kTarget, Verdict::kRetryLater);
    obstacle.target_trouble = look % 2 == 0;
    obstacle.not_sent = !obstacle.target_trouble;
    const Work work = LookOf(MakeReady(row.id), {Planned("a")});
    row = SettleLook(work, Begin(work).next, {.obstacle = obstacle}).row;
    EXPECT_EQ(row.state, DeliveryState::kUnknown);
    EXPECT_LE(*row.due, context_.now + kMostDue);
  }
}

// Promise P6: what looking could not settle goes to a person, not to a repeat, whatever is wanted
// next.
TEST_F(DecideTest, WhatCouldNotBeSettledIsNotRepeatedForANewerRevision) {
  const DeliveryRow row = Unsettled(1);
  const Decision decision = Begin(WorkOf(WantNext(row.id), {Planned("a")}));
  EXPECT_EQ(decision.next.step, Step::kNone);
  EXPECT_EQ(decision.row.state, DeliveryState::kRefused);
  EXPECT_EQ(decision.row.reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_EQ(decision.row.parts[0].change, row.parts[0].change) << "a look compares what was sent";
  EXPECT_FALSE(decision.row.ready);
}

TEST_F(DecideTest, WhatCouldNotBeSettledIsNotForgottenWhenTheRecordGoes) {
  const DeliveryRow row = Unsettled(1);
  for (const bool absent : {false, true}) {
    const Decision decision = Begin(WorkOf(WantNext(row.id, absent), {}));
    EXPECT_EQ(decision.next.step, Step::kNone);
    EXPECT_EQ(decision.row.state, DeliveryState::kRefused);
    EXPECT_EQ(decision.row.reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
    EXPECT_EQ(HoldingOf("e-a").in_flight, row.id);
  }
}

TEST_F(DecideTest, WhatCouldNotBeSettledStaysSoWhenTheTargetCannotBeAsked) {
  const DeliveryRow row = Unsettled(1);
  Obstacle(WorkOf(MakeReady(row.id), {}), adapter::TargetTrouble(kTarget, Verdict::kRetryLater));
  EXPECT_EQ(RowOf(row.id).parts[0].reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
  const Decision next = Begin(WorkOf(MakeReady(row.id), {Planned("a")}));
  EXPECT_EQ(next.next.step, Step::kNone);
}

// ---- Obstacles and waits ----

TEST_F(DecideTest, AnObstacleWaitsAndLeavesWhatAPersonMustDecide) {
  const DeliveryRow row = Ready(1);
  const Work work = WorkOf(row, {Planned("a"), Planned("b")});
  const Decision next = Run(work, adapter::Refused(v1::ERROR_REASON_TARGET_REFUSED));
  Settle(work, next.next, {.verdict = Verdict::kRetryLater});
  const Decision decision = Obstacle(WorkOf(MakeReady(row.id), {}),
                                     adapter::TargetTrouble(kTarget, Verdict::kRetryLater));
  ASSERT_THAT(decision.row.parts, SizeIs(2));
  EXPECT_EQ(decision.row.parts[0].state, DeliveryState::kRefused);
  EXPECT_EQ(decision.row.parts[0].reason.code, v1::ERROR_REASON_TARGET_REFUSED);
  EXPECT_EQ(decision.row.parts[1].state, DeliveryState::kRetrying);
  EXPECT_EQ(decision.row.tries, 2u);
  EXPECT_TRUE(decision.row.due.has_value());
  EXPECT_THAT(decision.row.claim, IsEmpty());
}

TEST_F(DecideTest, ARefusedObstacleGoesToAPersonAndANewRevisionGoesOn) {
  const DeliveryRow row = Ready(1);
  const Decision decision =
      Obstacle(WorkOf(row, {}), adapter::Refused(v1::ERROR_REASON_NIP_NOT_FOUND));
  EXPECT_EQ(decision.row.state, DeliveryState::kRefused);
  EXPECT_EQ(decision.row.reason.code, v1::ERROR_REASON_NIP_NOT_FOUND);
  EXPECT_EQ(decision.row.due, std::nullopt);
  const Decision next = Begin(WorkOf(WantNext(row.id), {Planned("a")}));
  EXPECT_EQ(next.next.step, Step::kDeliver);
  EXPECT_THAT(next.row.parts, SizeIs(1));
}

TEST_F(DecideTest, AfterALookTheRecordIsPlannedAnewWithWhatElseItWaitsFor) {
  adapter::PlannedPart held = Planned("b", PartPlan::kHold, v1::ERROR_REASON_EVALUASI_MISSING);
  held.wait_keys = {"person:1/2025"};
  const Work work = WorkOf(Ready(1), {Planned("a"), held});
  DeliveryRow row = Run(work, {.verdict = Verdict::kUnknown}).row;
  const Work look = LookOf(MakeReady(row.id), {Planned("a"), held});
  row = SettleLook(look, Begin(look).next, {.verdict = LookupVerdict::kHolds, .target_id = "id-1"})
            .row;
  EXPECT_TRUE(row.ready);
  row = Begin(WorkOf(row, {Planned("a"), held})).row;
  EXPECT_EQ(row.state, DeliveryState::kHeld);
  EXPECT_THAT(row.waits, ElementsAre("person:1/2025"));
}

TEST_F(DecideTest, ALookAtARemovalGoesWhereTheEffectWasMade) {
  adapter::PlannedPart part = Planned("a");
  part.address = "address of a";
  const DeliveryRow row = Ready(1);
  Run(WorkOf(row, {part}), adapter::Delivered("id-1"));
  const Work removal = WorkOf(WantNext(row.id, /*absent=*/true), {});
  const Decision begun = Begin(removal);
  ASSERT_EQ(begun.next.step, Step::kRemove);
  EXPECT_EQ(begun.next.part.address, "address of a");
  Settle(removal, begun.next, {.verdict = Verdict::kUnknown});
  const Decision look = Begin(LookOf(MakeReady(row.id), {}, 11));
  ASSERT_EQ(look.next.step, Step::kLook);
  EXPECT_EQ(look.next.part.address, "address of a");
}

TEST_F(DecideTest, ALookForWhatIsNoLongerPlannedSoEndsAtAPerson) {
  const DeliveryRow row = Unknown(1);
  const Decision decision = Begin(LookOf(
      MakeReady(row.id), {Planned("a", PartPlan::kRefuse, v1::ERROR_REASON_JENJANG_MISSING)}));
  EXPECT_EQ(decision.next.step, Step::kNone);
  EXPECT_EQ(decision.row.reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_EQ(HoldingOf("e-a").in_flight, row.id);
}

TEST_F(DecideTest, WhatAPersonRepeatedMeanwhileIsLookedUpFirst) {
  const DeliveryRow row = Unsettled(1);
  const Work planned = WorkOf(MakeReady(row.id), {Planned("a")});  // read as it was
  DeliveryRow repeated = RowOf(row.id);
  repeated.parts[0].state = DeliveryState::kUnknown;
  Put(repeated);
  const Decision decision = Begin(planned);
  EXPECT_TRUE(decision.abandoned);
  EXPECT_THAT(decision.woken, ElementsAre(Pair(kTarget, "32.01"))) << "it is read again";
}

TEST_F(DecideTest, LooksThatCannotBePreparedEndAtAPerson) {
  DeliveryRow row = Unknown(1);
  for (uint32_t look = 0; look < rules_.max_looks; ++look) {
    EXPECT_EQ(row.state, DeliveryState::kUnknown);
    row = Obstacle(LookOf(MakeReady(row.id), {}), adapter::Refused(v1::ERROR_REASON_NIP_NOT_FOUND))
              .row;
  }
  EXPECT_EQ(row.state, DeliveryState::kRefused);
  EXPECT_EQ(row.reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_EQ(row.due, std::nullopt);
  EXPECT_EQ(HoldingOf("e-a").in_flight, row.id);
}

TEST_F(DecideTest, AnObstacleWaitsForItsBackoff) {
  const Decision decision =
      Obstacle(WorkOf(Ready(1), {}), {.verdict = Verdict::kRetryLater, .after = absl::Minutes(7)});
  EXPECT_EQ(decision.row.due, context_.now + absl::Minutes(7));
}

TEST_F(DecideTest, AKeyThatIsCalledWhileTheRowIsWorkedOnCountsAtTheEnd) {
  adapter::PlannedPart held = Planned("b", PartPlan::kHold, v1::ERROR_REASON_EVALUASI_MISSING);
  held.wait_keys = {"person:1/2025"};
  const Work work = WorkOf(Ready(1), {Planned("a"), held});
  const Decision begun = Begin(work);
  Decide([&](const store::View& view) -> absl::StatusOr<Decision> {
    Decision decision;
    const absl::Status woken = Wake(view, "person:1/2025", 0, context_.now, &decision);
    if (!woken.ok()) return woken;
    EXPECT_THAT(decision.woken, IsEmpty()) << "somebody works on it";
    return decision;
  });
  const Decision end = Settle(work, begun.next, adapter::Delivered("id-a"));
  EXPECT_TRUE(end.row.ready);
  EXPECT_FALSE(end.row.woken);
}

TEST_F(DecideTest, EachPartWaitsAsLongAsTheTargetAskedForIt) {
  const DeliveryRow row = Ready(1);
  const Work work = WorkOf(row, {Planned("a"), Planned("b")});
  const Decision next = Run(work, {.verdict = Verdict::kRetryLater, .after = absl::Minutes(30)});
  EXPECT_EQ(next.next.part.key, "b");
  Decision end = Settle(work, next.next, {.verdict = Verdict::kRetryLater});
  EXPECT_LT(*end.row.due, context_.now + absl::Minutes(1)) << "b is first";
  context_.now = *end.row.due;
  const Work again = WorkOf(MakeReady(row.id), {Planned("a"), Planned("b")});
  const Decision begun = Begin(again);
  EXPECT_EQ(begun.next.part.key, "b");
  end = Settle(again, begun.next, adapter::Delivered("id-b"));
  EXPECT_EQ(end.row.state, DeliveryState::kRetrying);
  EXPECT_GE(*end.row.due, context_.now + absl::Minutes(29));
}

TEST_F(DecideTest, ATimeOfAClockThatWasSetSinceHoldsNoPartBack) {
  const DeliveryRow row = Ready(1);
  Run(WorkOf(row, {Planned("a")}), {.verdict = Verdict::kRetryLater, .after = absl::Minutes(5)});
  for (const absl::Duration jump : {-absl::Minutes(30), absl::Minutes(1)}) {
    const DeliveryRow ready = MakeReady(row.id);
    DecideContext context = context_;
    context.now += jump;
    context.sound_since = context.now;
    Decision decision;
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      decision = *BeginWork(view, WorkOf(ready, {Planned("a")}), context);
      return store::Writes();
    });
    EXPECT_EQ(decision.next.step, Step::kDeliver) << jump;
  }
}

TEST_F(DecideTest, WhatIsPutOffCountsAsNoTry) {
  DeliveryRow row = Run(WorkOf(Ready(1), {Planned("a")}), {.verdict = Verdict::kRetryLater}).row;
  const uint32_t tries = row.tries;
  const uint32_t attempts = row.attempts;
  const Work work = WorkOf(MakeReady(row.id), {});
  row = Decide([&](const store::View& view) { return PutOff(view, work, context_); }).row;
  EXPECT_EQ(row.state, DeliveryState::kRetrying);
  EXPECT_FALSE(row.ready);
  EXPECT_GT(*row.due, context_.now);
  EXPECT_EQ(row.tries, tries);
  EXPECT_EQ(row.attempts, attempts);
}

TEST_F(DecideTest, MoreThanAreWokenAtOnceAreWokenByAJob) {
  constexpr size_t kRows = 1'001;
  store::Writes writes;
  for (size_t i = 1; i <= kRows; ++i) {
    DeliveryRow row;
    row.target = kTarget;
    row.skp = static_cast<store::SkpId>(i);
    row.waits = {"unit:1"};
    writes.deliveries.push_back(std::move(row));
  }
  Write(std::move(writes));
  const auto wake = [&](const store::View& view) -> absl::StatusOr<Decision> {
    Decision decision;
    const absl::Status woken = Wake(view, "unit:1", 0, context_.now, &decision);
    if (!woken.ok()) return woken;
    return decision;
  };
  const Decision first = Decide(wake);
  EXPECT_THAT(first.writes.deliveries, SizeIs(kRows - 1));
  ASSERT_THAT(first.writes.jobs, SizeIs(1));
  EXPECT_EQ(first.writes.jobs[0].request, "unit:1");
  const Decision second = Decide(wake);
  EXPECT_THAT(second.writes.deliveries, SizeIs(1));
  EXPECT_THAT(second.writes.jobs, IsEmpty());
}

TEST_F(DecideTest, AnObstacleBeforeALookWaitsAsLongAsTheTargetAsks) {
  const DeliveryRow row = Unknown(1);
  adapter::Outcome obstacle = adapter::TargetTrouble(kTarget, Verdict::kRetryLater);
  obstacle.after = absl::Minutes(7);
  const Decision decision = Obstacle(LookOf(MakeReady(row.id), {}), obstacle);
  EXPECT_EQ(decision.row.state, DeliveryState::kUnknown);
  EXPECT_EQ(decision.row.due, context_.now + absl::Minutes(7));
}

TEST_F(DecideTest, NobodyIsLeftAloneForLongerThanAnHour) {
  const DeliveryRow row = Ready(1);
  const Decision decision =
      Run(WorkOf(row, {Planned("a")}), {.verdict = Verdict::kRetryLater, .after = absl::Hours(9)});
  EXPECT_EQ(decision.row.state, DeliveryState::kRetrying);
  EXPECT_EQ(decision.row.due, context_.now + kMostDue);
}

TEST_F(DecideTest, TroubleOfTheTargetEndsTheTurn) {
  const Decision decision = Run(WorkOf(Ready(1), {Planned("a"), Planned("b")}),
                                adapter::TargetTrouble(kTarget, Verdict::kRetryLater));
  EXPECT_EQ(decision.next.step, Step::kNone);
  EXPECT_EQ(decision.row.parts[1].state, DeliveryState::kPending);
  EXPECT_TRUE(decision.row.due.has_value());
}

TEST_F(DecideTest, AHandedOverPartIsLookedAtWhenTheTargetSays) {
  const Decision decision =
      Run(WorkOf(Ready(1), {Planned("a")}), {.verdict = Verdict::kSent, .after = absl::Minutes(5)});
  EXPECT_EQ(decision.row.state, DeliveryState::kSent);
  EXPECT_EQ(decision.row.due, context_.now + absl::Minutes(5));
  EXPECT_EQ(HoldingOf("e-a").in_flight, decision.row.id);
}

// ---- Restart ----

TEST_F(DecideTest, WhatWasUnderWayIsUnknownAfterARestart) {
  DeliveryRow row = Begin(WorkOf(Ready(1), {Planned("a"), Planned("b")})).row;
  Recover(context_.now + absl::Hours(1), &row);
  EXPECT_THAT(row.claim, IsEmpty());
  EXPECT_EQ(row.state, DeliveryState::kUnknown);
  EXPECT_EQ(row.parts[0].state, DeliveryState::kUnknown);
  EXPECT_EQ(row.parts[0].settling_since, absl::UnixEpoch());
  EXPECT_EQ(row.parts[1].state, DeliveryState::kPending);
  EXPECT_FALSE(row.ready);
  EXPECT_TRUE(row.due.has_value());
}

TEST_F(DecideTest, AClaimOfAnotherProcessIsNotSettledByThisOne) {
  const Work work = WorkOf(Ready(1), {Planned("a")});
  const Decision begun = Begin(work);
  context_.process = "process-2";
  EXPECT_TRUE(Settle(work, begun.next, adapter::Delivered("id-1")).abandoned);
  EXPECT_EQ(HoldingOf("e-a").in_flight, begun.row.id);
}

}  // namespace
}  // namespace kinerja::delivery
