// The contract of a store: deliveries, holdings, attempts, facts, targets, jobs, the projection.
#include <latch>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/contract/store_contract_test.h"

namespace kinerja::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

DeliveryRow MakeDelivery(std::string target, SkpId skp) {
  DeliveryRow row;
  row.target = std::move(target);
  row.skp = skp;
  row.change = 1;
  row.revision = 1;
  row.since = absl::FromUnixSeconds(1'700'000'000);
  row.region = "32.01";
  row.instansi = "9901";
  return row;
}

// One with something in every field.
DeliveryRow MakeFullDelivery() {
  DeliveryRow row = MakeDelivery("bkn", 7);
  row.kind = DeliveryKind::kStatus;
  row.change = 41;
  row.revision = 3;
  row.absent = true;
  row.state = DeliveryState::kHeld;
  row.since = absl::FromUnixMicros(1'700'000'000'000'001);
  row.reason = {235, {{"system", "bkn"}, {"time", ""}}};
  row.parts.push_back({.key = "skp22/2025",
                       .kind = "skp22",
                       .state = DeliveryState::kUnknown,
                       .since = absl::FromUnixMicros(2),
                       .absent = true,
                       .effect = std::string("\0\1\2", 3),
                       .change = 40,
                       .revision = 2,
                       .reason = {239, {{"system", "bkn"}}},
                       .settling_since = absl::FromUnixMicros(-5),
                       .looks = 4});
  row.parts.push_back({.key = "period/2025-01", .since = absl::UnixEpoch()});
  row.delivered_revision = 2;
  row.delivered_at = absl::FromUnixMicros(77);
  row.tries = 5;
  row.attempts = 19;
  row.waits = {"unor:a", "person:b/2025"};
  row.claim = "process-1";
  row.region = "";
  row.deadline = -9;
  return row;
}

void ExpectSame(const DeliveryRow& got, const DeliveryRow& want) {
  EXPECT_EQ(got.target, want.target);
  EXPECT_EQ(got.skp, want.skp);
  EXPECT_EQ(got.kind, want.kind);
  EXPECT_EQ(got.change, want.change);
  EXPECT_EQ(got.revision, want.revision);
  EXPECT_EQ(got.absent, want.absent);
  EXPECT_EQ(got.state, want.state);
  EXPECT_EQ(got.since, want.since);
  EXPECT_EQ(got.reason, want.reason);
  EXPECT_EQ(got.parts, want.parts);
  EXPECT_EQ(got.delivered_revision, want.delivered_revision);
  EXPECT_EQ(got.delivered_at, want.delivered_at);
  EXPECT_EQ(got.tries, want.tries);
  EXPECT_EQ(got.attempts, want.attempts);
  EXPECT_EQ(got.ready, want.ready);
  EXPECT_EQ(got.due, want.due);
  EXPECT_EQ(got.waits, want.waits);
  EXPECT_EQ(got.claim, want.claim);
  EXPECT_EQ(got.region, want.region);
  EXPECT_EQ(got.instansi, want.instansi);
  EXPECT_EQ(got.deadline, want.deadline);
}

std::vector<DeliveryId> IdsOf(const std::vector<DeliveryRow>& rows) {
  std::vector<DeliveryId> ids;
  for (const DeliveryRow& row : rows) ids.push_back(row.id);
  return ids;
}

TEST_P(StoreContractTest, ADeliveryComesBackAsItWasWritten) {
  const DeliveryRow want = MakeFullDelivery();
  const std::vector<DeliveryId> ids = PutDeliveries({want});
  ASSERT_THAT(ids, SizeIs(1));
  EXPECT_GT(ids[0], 0);
  const DeliveryRow got = DeliveryOf(ids[0]);
  EXPECT_EQ(got.id, ids[0]);
  ExpectSame(got, want);
  Reopen();
  ExpectSame(DeliveryOf(ids[0]), want);
}

TEST_P(StoreContractTest, ADeliveryIsReplacedByItsId) {
  DeliveryRow row = MakeFullDelivery();
  const DeliveryId id = PutDeliveries({row})[0];
  row.id = id;
  row.kind = DeliveryKind::kStatus;
  row.change = 50;
  row.revision = 4;
  row.absent = false;
  row.state = DeliveryState::kRetrying;
  row.since += absl::Seconds(1);
  row.reason = {};
  row.parts.pop_back();
  row.delivered_revision = 4;
  row.tries = 0;
  row.attempts = 20;
  row.waits.clear();
  row.claim.clear();
  row.due = absl::FromUnixMicros(99);
  row.region = "33";
  row.instansi = "9902";
  row.deadline = 12;
  EXPECT_THAT(PutDeliveries({row}), ElementsAre(id));
  ExpectSame(DeliveryOf(id), row);
}

TEST_P(StoreContractTest, NewAndReplacedDeliveriesAnswerTheirIdsInOrder) {
  const std::vector<DeliveryId> first =
      PutDeliveries({MakeDelivery("bkn", 1), MakeDelivery("bkn", 2)});
  ASSERT_THAT(first, SizeIs(2));
  EXPECT_LT(first[0], first[1]);
  DeliveryRow replaced = DeliveryOf(first[0]);
  const std::vector<DeliveryId> second = PutDeliveries({MakeDelivery("bkn", 3), replaced});
  ASSERT_THAT(second, SizeIs(2));
  EXPECT_GT(second[0], first[1]);
  EXPECT_EQ(second[1], first[0]);
}

TEST_P(StoreContractTest, ADeliveryThatIsNotStoredCannotBeReplaced) {
  Writes writes;
  writes.deliveries = {MakeDelivery("bkn", 1)};
  writes.deliveries[0].id = 12'345;
  EXPECT_EQ(CommitWrites(writes).status().code(), absl::StatusCode::kInternal);
  Look([](const View& view) { EXPECT_EQ(Get(view.FindDelivery(12'345)), std::nullopt); });
}

TEST_P(StoreContractTest, FindsADeliveryByTargetRecordAndKind) {
  DeliveryRow status = MakeDelivery("bkn", 1);
  status.kind = DeliveryKind::kStatus;
  const std::vector<DeliveryId> ids =
      PutDeliveries({MakeDelivery("ekinerja", 1), MakeDelivery("bkn", 1), status,
                     MakeDelivery("bkn", 2), MakeDelivery("bkn", -4)});
  Look([&](const View& view) {
    const auto find = [&](std::string_view target, SkpId skp, DeliveryKind kind) {
      const std::optional<DeliveryRow> row = Get(view.FindDeliveryOf(target, skp, kind));
      return row ? row->id : 0;
    };
    EXPECT_EQ(find("ekinerja", 1, DeliveryKind::kRecord), ids[0]);
    EXPECT_EQ(find("bkn", 1, DeliveryKind::kRecord), ids[1]);
    EXPECT_EQ(find("bkn", 1, DeliveryKind::kStatus), ids[2]);
    EXPECT_EQ(find("bkn", 2, DeliveryKind::kRecord), ids[3]);
    EXPECT_EQ(find("bkn", -4, DeliveryKind::kRecord), ids[4]);
    EXPECT_EQ(find("bkn", 2, DeliveryKind::kStatus), 0);
    EXPECT_EQ(find("bk", 2, DeliveryKind::kRecord), 0);
    EXPECT_THAT(IdsOf(Get(view.ListDeliveriesOf(1))), ElementsAre(ids[1], ids[2], ids[0]));
    EXPECT_THAT(Get(view.ListDeliveriesOf(3)), IsEmpty());
    EXPECT_EQ(Get(view.FindDelivery(0)), std::nullopt);
  });
}

TEST_P(StoreContractTest, ReadyOnesComeByDeadlineThenAge) {
  std::vector<DeliveryRow> rows;
  for (const int64_t deadline : {30, 10, 20, 10, -1}) {
    rows.push_back(MakeDelivery("bkn", static_cast<SkpId>(rows.size() + 1)));
    rows.back().ready = true;
    rows.back().deadline = deadline;
  }
  rows.push_back(MakeDelivery("bkn", 90));  // not ready
  rows.push_back(MakeDelivery("bkn", 91));
  rows.back().ready = true;
  rows.back().region = "33.01";
  rows.push_back(MakeDelivery("ekinerja", 92));
  rows.back().ready = true;
  rows.push_back(MakeDelivery("bkn", 93));
  rows.back().ready = true;
  rows.back().kind = DeliveryKind::kStatus;
  const std::vector<DeliveryId> ids = PutDeliveries(rows);
  Look([&](const View& view) {
    EXPECT_THAT(IdsOf(Get(view.ListReady(DeliveryKind::kRecord, "bkn", "32.01", 10))),
                ElementsAre(ids[4], ids[1], ids[3], ids[2], ids[0]));
    EXPECT_THAT(IdsOf(Get(view.ListReady(DeliveryKind::kRecord, "bkn", "32.01", 2))),
                ElementsAre(ids[4], ids[1]));
    EXPECT_THAT(IdsOf(Get(view.ListReady(DeliveryKind::kRecord, "bkn", "33.01", 10))),
                ElementsAre(ids[6]));
    EXPECT_THAT(IdsOf(Get(view.ListReady(DeliveryKind::kStatus, "bkn", "32.01", 10))),
                ElementsAre(ids[8]));
    EXPECT_THAT(Get(view.ListReady(DeliveryKind::kRecord, "bkn", "", 10)), IsEmpty());
    EXPECT_THAT(Get(view.ListReady(DeliveryKind::kRecord, "bkn", "32", 10)), IsEmpty());
  });
}

TEST_P(StoreContractTest, NamesEveryTargetAndRegionWithReadyDeliveries) {
  Look([](const View& view) { EXPECT_THAT(Get(view.ListReadyRegions()), IsEmpty()); });
  std::vector<DeliveryRow> rows;
  const auto add = [&](std::string target, std::string region, bool ready) {
    rows.push_back(MakeDelivery(std::move(target), static_cast<SkpId>(rows.size() + 1)));
    rows.back().region = std::move(region);
    rows.back().ready = ready;
  };
  add("bkn", "", true);
  add("bkn", "32.01", true);
  add("bkn", "32.01", true);
  add("bkn", "32.02", false);
  add("a", "99", true);
  add("ekinerja", "32.01", true);
  add("pmm", "", true);
  rows.back().kind = DeliveryKind::kStatus;  // nobody's turn at a target
  const std::vector<DeliveryId> ids = PutDeliveries(rows);
  Look([](const View& view) {
    EXPECT_THAT(Get(view.ListReadyRegions()),
                UnorderedElementsAre(Pair("a", "99"), Pair("bkn", ""), Pair("bkn", "32.01"),
                                     Pair("ekinerja", "32.01")));
  });
  DeliveryRow taken = DeliveryOf(ids[0]);
  taken.ready = false;
  PutDeliveries({taken});
  Look([](const View& view) { EXPECT_THAT(Get(view.ListReadyRegions()), SizeIs(3)); });
}

TEST_P(StoreContractTest, DueOnesAreThoseOfThePastAndThoseBeyondTheHorizon) {
  const absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  const absl::Time horizon = now + absl::Hours(2);
  std::vector<DeliveryRow> rows;
  for (const absl::Duration after :
       {absl::Microseconds(1), absl::ZeroDuration(), -absl::Hours(1), absl::Hours(2),
        absl::Hours(2) + absl::Microseconds(1), absl::Hours(24)}) {
    rows.push_back(MakeDelivery("bkn", static_cast<SkpId>(rows.size() + 1)));
    rows.back().due = now + after;
  }
  rows.push_back(MakeDelivery("bkn", 90));  // never due
  Look([&](const View& view) {
    EXPECT_EQ(Get(view.NextDue()), std::nullopt);
    EXPECT_THAT(Get(view.ListDue(now, horizon, 10)), IsEmpty());
  });
  const std::vector<DeliveryId> ids = PutDeliveries(rows);
  Look([&](const View& view) {
    EXPECT_EQ(Get(view.NextDue()), now - absl::Hours(1));
    EXPECT_THAT(IdsOf(Get(view.ListDue(now, horizon, 10))),
                ElementsAre(ids[2], ids[1], ids[4], ids[5]));
    EXPECT_THAT(IdsOf(Get(view.ListDue(now, horizon, 3))), ElementsAre(ids[2], ids[1], ids[4]));
    EXPECT_THAT(IdsOf(Get(view.ListDue(now, horizon, 2))), ElementsAre(ids[2], ids[1]));
  });
  DeliveryRow woken = DeliveryOf(ids[2]);
  woken.due.reset();
  PutDeliveries({woken});
  Look([&](const View& view) { EXPECT_EQ(Get(view.NextDue()), now); });
}

TEST_P(StoreContractTest, ListsWhatIsClaimedInPages) {
  std::vector<DeliveryRow> rows;
  for (const char* claim : {"p1", "", "p2", "p1"}) {
    rows.push_back(MakeDelivery("bkn", static_cast<SkpId>(rows.size() + 1)));
    rows.back().claim = claim;
  }
  const std::vector<DeliveryId> ids = PutDeliveries(rows);
  Look([&](const View& view) {
    EXPECT_THAT(IdsOf(Get(view.ListClaimed(0, 10))), ElementsAre(ids[0], ids[2], ids[3]));
    EXPECT_THAT(IdsOf(Get(view.ListClaimed(0, 2))), ElementsAre(ids[0], ids[2]));
    EXPECT_THAT(IdsOf(Get(view.ListClaimed(ids[2], 2))), ElementsAre(ids[3]));
  });
}

TEST_P(StoreContractTest, FindsWhoWaitsForAKeyAsLongAsItDoes) {
  DeliveryRow first = MakeDelivery("bkn", 1);
  first.waits = {"unor:a", "unor:b", "unor:a"};
  DeliveryRow second = MakeDelivery("bkn", 2);
  second.waits = {"unor:b"};
  const std::vector<DeliveryId> ids = PutDeliveries({first, second});
  Look([&](const View& view) {
    EXPECT_THAT(Get(view.ListWaiting("unor:a", 0, 10)), ElementsAre(ids[0]));
    EXPECT_THAT(Get(view.ListWaiting("unor:b", 0, 10)), ElementsAre(ids[0], ids[1]));
    EXPECT_THAT(Get(view.ListWaiting("unor:b", 0, 1)), ElementsAre(ids[0]));
    EXPECT_THAT(Get(view.ListWaiting("unor:b", ids[0], 10)), ElementsAre(ids[1]));
    EXPECT_THAT(Get(view.ListWaiting("unor:", 0, 10)), IsEmpty());
  });
  first.id = ids[0];
  first.waits = {"unor:c"};
  PutDeliveries({first});
  Look([&](const View& view) {
    EXPECT_THAT(Get(view.ListWaiting("unor:a", 0, 10)), IsEmpty());
    EXPECT_THAT(Get(view.ListWaiting("unor:b", 0, 10)), ElementsAre(ids[1]));
    EXPECT_THAT(Get(view.ListWaiting("unor:c", 0, 10)), ElementsAre(ids[0]));
  });
}

TEST_P(StoreContractTest, ScansDeliveriesByEveryFilter) {
  std::vector<DeliveryRow> rows;
  const auto add = [&](std::string target, DeliveryState state, std::string instansi, int reason) {
    rows.push_back(MakeDelivery(std::move(target), static_cast<SkpId>(rows.size() + 1)));
    rows.back().state = state;
    rows.back().instansi = std::move(instansi);
    rows.back().reason.code = reason;
  };
  add("bkn", DeliveryState::kRefused, "9901", 7);
  add("bkn", DeliveryState::kRefused, "9902", 8);
  add("bkn", DeliveryState::kPending, "9901", 0);
  add("ekinerja", DeliveryState::kRefused, "9901", 7);
  const std::vector<DeliveryId> ids = PutDeliveries(rows);
  struct Case {
    std::string name;
    DeliveryQuery query;
    std::vector<DeliveryId> want;
  };
  const std::vector<Case> cases = {
      {"all", {}, ids},
      {"target", {.target = "bkn"}, {ids[0], ids[1], ids[2]}},
      {"state", {.state = DeliveryState::kRefused}, {ids[0], ids[1], ids[3]}},
      {"target and state", {.target = "bkn", .state = DeliveryState::kRefused}, {ids[0], ids[1]}},
      {"instansi", {.instansi = "9901"}, {ids[0], ids[2], ids[3]}},
      {"reason", {.reason = 7}, {ids[0], ids[3]}},
      {"record", {.skp = 2}, {ids[1]}},
      {"record and target", {.target = "ekinerja", .skp = 2}, {}},
      {"everything",
       {.target = "bkn", .state = DeliveryState::kRefused, .instansi = "9902", .reason = 8},
       {ids[1]}},
      {"after", {.target = "bkn", .state = DeliveryState::kRefused, .after = ids[0]}, {ids[1]}},
      {"after, without index", {.after = ids[1]}, {ids[2], ids[3]}},
      {"nothing", {.target = "nobody"}, {}},
  };
  Look([&](const View& view) {
    for (const Case& test : cases) {
      std::vector<DeliveryId> got;
      const auto visit = [&got](const DeliveryRow& row) {
        got.push_back(row.id);
        return true;
      };
      EXPECT_EQ(Get(view.ScanDeliveries(test.query, 100, visit)), 0) << test.name;
      EXPECT_EQ(got, test.want) << test.name;
    }
  });
}

TEST_P(StoreContractTest, AScanStopsWhereItIsToldAndGoesOnFromThere) {
  std::vector<DeliveryRow> rows;
  for (SkpId skp = 1; skp <= 5; ++skp) rows.push_back(MakeDelivery("bkn", skp));
  const std::vector<DeliveryId> ids = PutDeliveries(rows);
  Look([&](const View& view) {
    for (const bool by_state : {false, true}) {
      DeliveryQuery query;
      if (by_state) query = {.target = "bkn", .state = DeliveryState::kPending};
      // By the visitor.
      std::vector<DeliveryId> got;
      const auto two = [&got](const DeliveryRow& row) {
        got.push_back(row.id);
        return got.size() < 2;
      };
      query.after = Get(view.ScanDeliveries(query, 100, two));
      EXPECT_EQ(query.after, ids[1]);
      // By the limit, and again until the end.
      const auto all = [&got](const DeliveryRow& row) {
        got.push_back(row.id);
        return true;
      };
      query.after = Get(view.ScanDeliveries(query, 2, all));
      EXPECT_EQ(query.after, ids[3]);
      EXPECT_EQ(Get(view.ScanDeliveries(query, 2, all)), 0);
      EXPECT_EQ(got, ids);
    }
    // Rows that do not match count for the limit too.
    const DeliveryQuery none = {.reason = 99};
    EXPECT_EQ(Get(view.ScanDeliveries(none, 3, [](const DeliveryRow&) { return true; })), ids[2]);
  });
}

TEST_P(StoreContractTest, CountsTheDeliveriesOfATargetByState) {
  std::vector<DeliveryRow> rows;
  for (const DeliveryState state :
       {DeliveryState::kPending, DeliveryState::kRefused, DeliveryState::kPending}) {
    rows.push_back(MakeDelivery("bkn", static_cast<SkpId>(rows.size() + 1)));
    rows.back().state = state;
  }
  rows.push_back(MakeDelivery("ekinerja", 1));
  PutDeliveries(rows);
  Look([](const View& view) {
    EXPECT_THAT(
        Get(view.CountDeliveries("bkn")),
        UnorderedElementsAre(Pair(DeliveryState::kPending, 2), Pair(DeliveryState::kRefused, 1)));
    EXPECT_THAT(Get(view.CountDeliveries("nobody")), IsEmpty());
  });
}

TEST_P(StoreContractTest, KeepsWhatATargetHoldsUntilItIsDropped) {
  const std::string effect = std::string(31, '\0') + "\xFF";
  Writes writes;
  writes.holdings = {{"bkn", effect, 7, -3, "id-1", std::string("h\0sh", 4), 5, 12},
                     {"ekinerja", effect, 8, 1, "", "", 0, 0}};
  ASSERT_TRUE(CommitWrites(writes).ok());
  writes.holdings[0].owner = 0;
  writes.holdings[0].in_flight = 0;
  ASSERT_TRUE(CommitWrites(writes).ok());
  Look([&](const View& view) {
    const std::optional<HoldingRow> row = Get(view.FindHolding("bkn", effect));
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->target, "bkn");
    EXPECT_EQ(row->effect, effect);
    EXPECT_EQ(row->owner, 0);
    EXPECT_EQ(row->rank, -3);
    EXPECT_EQ(row->target_id, "id-1");
    EXPECT_EQ(row->sent_hash, std::string("h\0sh", 4));
    EXPECT_EQ(row->revision, 5u);
    EXPECT_EQ(row->in_flight, 0);
    EXPECT_FALSE(Get(view.FindHolding("bkn", effect.substr(0, 31))).has_value());
  });
  Writes drop;
  drop.drop_holdings = {{"bkn", effect}, {"bkn", "never there"}};
  ASSERT_TRUE(CommitWrites(drop).ok());
  Look([&](const View& view) {
    EXPECT_FALSE(Get(view.FindHolding("bkn", effect)).has_value());
    EXPECT_EQ(Get(view.FindHolding("ekinerja", effect))->owner, 8);
  });
}

TEST_P(StoreContractTest, KeepsTheLastAttemptsOfEachDelivery) {
  const auto attempt = [](DeliveryId delivery, uint32_t number) {
    AttemptRow row;
    row.delivery = delivery;
    row.number = number;
    row.at = absl::FromUnixMicros(1000 + number);
    row.part = "skp22/2025";
    row.step = "deliver";
    row.outcome = "refused";
    row.reason = {237, {{"system", "bkn"}}};
    row.took = absl::Microseconds(1234);
    row.peer_words = "no";
    row.revision = number;
    return row;
  };
  for (uint32_t number = 1; number <= 3; ++number) {
    Writes writes;
    writes.attempts = {attempt(2, number)};
    ASSERT_TRUE(CommitWrites(writes).ok());
  }
  Writes many;
  for (uint32_t number = 1; number <= 45; ++number) many.attempts.push_back(attempt(1, number));
  ASSERT_TRUE(CommitWrites(many).ok());
  Look([&](const View& view) {
    const std::vector<AttemptRow> kept = Get(view.ListAttempts(1));
    ASSERT_THAT(kept, SizeIs(kKeptAttempts));
    for (uint32_t i = 0; i < kKeptAttempts; ++i) EXPECT_EQ(kept[i].number, 45 - i);
    const AttemptRow want = attempt(1, 45);
    EXPECT_EQ(kept[0].delivery, want.delivery);
    EXPECT_EQ(kept[0].at, want.at);
    EXPECT_EQ(kept[0].part, want.part);
    EXPECT_EQ(kept[0].step, want.step);
    EXPECT_EQ(kept[0].outcome, want.outcome);
    EXPECT_EQ(kept[0].reason, want.reason);
    EXPECT_EQ(kept[0].took, want.took);
    EXPECT_EQ(kept[0].peer_words, want.peer_words);
    EXPECT_EQ(kept[0].revision, want.revision);
    EXPECT_THAT(Get(view.ListAttempts(2)), SizeIs(3));
    EXPECT_THAT(Get(view.ListAttempts(3)), IsEmpty());
  });
}

TEST_P(StoreContractTest, KeepsTheNewestFactsOfAPersonAtATarget) {
  Writes writes;
  writes.facts = {{"bkn", "nip:1", "old", absl::FromUnixMicros(1)},
                  {"bkn", "nip:2", "other", absl::FromUnixMicros(2)}};
  ASSERT_TRUE(CommitWrites(writes).ok());
  writes.facts = {{"bkn", "nip:1", std::string("n\0w", 3), absl::FromUnixMicros(7)}};
  ASSERT_TRUE(CommitWrites(writes).ok());
  Look([](const View& view) {
    const std::optional<FactsRow> row = Get(view.FindFacts("bkn", "nip:1"));
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->target, "bkn");
    EXPECT_EQ(row->person, "nip:1");
    EXPECT_EQ(row->facts, std::string("n\0w", 3));
    EXPECT_EQ(row->expires, absl::FromUnixMicros(7));
    EXPECT_EQ(Get(view.FindFacts("bkn", "nip:2"))->facts, "other");
    EXPECT_FALSE(Get(view.FindFacts("ekinerja", "nip:1")).has_value());
  });
}

TEST_P(StoreContractTest, KeepsWhatAnOperatorDecidedAboutATargetAcrossARestart) {
  Writes writes;
  writes.targets = {{"bkn", true, "admin", absl::FromUnixMicros(5)}};
  ASSERT_TRUE(CommitWrites(writes).ok());
  Reopen();
  Look([](const View& view) {
    const std::optional<TargetRow> row = Get(view.FindTarget("bkn"));
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->target, "bkn");
    EXPECT_TRUE(row->paused);
    EXPECT_EQ(row->by, "admin");
    EXPECT_EQ(row->at, absl::FromUnixMicros(5));
    EXPECT_FALSE(Get(view.FindTarget("ekinerja")).has_value());
  });
  writes.targets[0].paused = false;
  ASSERT_TRUE(CommitWrites(writes).ok());
  Look([](const View& view) { EXPECT_FALSE(Get(view.FindTarget("bkn"))->paused); });
}

TEST_P(StoreContractTest, KeepsJobsAndListsThoseThatRun) {
  JobRow job;
  job.kind = "retry";
  job.request = std::string("r\0q", 3);
  job.by = "admin";
  job.state = "running";
  job.created = job.changed = absl::FromUnixMicros(11);
  job.total = 100;
  Writes writes;
  writes.jobs = {job, job};
  const absl::StatusOr<Committed> committed = CommitWrites(writes);
  ASSERT_TRUE(committed.ok()) << committed.status();
  const std::vector<int64_t> ids = committed->jobs;
  ASSERT_THAT(ids, SizeIs(2));
  EXPECT_LT(ids[0], ids[1]);
  Look([&](const View& view) { EXPECT_THAT(Get(view.ListRunningJobs()), SizeIs(2)); });

  job.id = ids[0];
  job.state = "done";
  job.changed = absl::FromUnixMicros(12);
  job.total = 99;
  job.done = 98;
  job.position = -7;
  writes.jobs = {job};
  EXPECT_THAT(CommitWrites(writes)->jobs, ElementsAre(ids[0]));
  Reopen();
  Look([&](const View& view) {
    const std::optional<JobRow> got = Get(view.FindJob(ids[0]));
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->id, ids[0]);
    EXPECT_EQ(got->kind, "retry");
    EXPECT_EQ(got->request, std::string("r\0q", 3));
    EXPECT_EQ(got->by, "admin");
    EXPECT_EQ(got->state, "done");
    EXPECT_EQ(got->created, absl::FromUnixMicros(11));
    EXPECT_EQ(got->changed, absl::FromUnixMicros(12));
    EXPECT_EQ(got->total, 99u);
    EXPECT_EQ(got->done, 98u);
    EXPECT_EQ(got->position, -7);
    EXPECT_THAT(Get(view.ListRunningJobs()), ElementsAre(testing::Field(&JobRow::id, ids[1])));
    EXPECT_FALSE(Get(view.FindJob(0)).has_value());
  });
}

TEST_P(StoreContractTest, AJobThatIsNotStoredCannotBeReplaced) {
  Writes writes;
  writes.jobs = {{.id = 77, .kind = "retry", .state = "running"}};
  EXPECT_EQ(CommitWrites(writes).status().code(), absl::StatusCode::kInternal);
}

TEST_P(StoreContractTest, RemembersUpToWhereChangesAreProjected) {
  Look([](const View& view) { EXPECT_EQ(Get(view.Projected()), 0u); });
  Writes writes;
  writes.projected = 41;
  ASSERT_TRUE(CommitWrites(writes).ok());
  Reopen();
  Look([](const View& view) { EXPECT_EQ(Get(view.Projected()), 41u); });
}

TEST_P(StoreContractTest, ReadsChangesWithoutTheirBodies) {
  const Head head = AddRecord();
  AddRevision(head, [](NewRevision& revision) { revision.targets = {"ekinerja"}; });
  Look([&](const View& view) {
    const std::vector<Change> changes = Get(view.ReadChangeHeads(0, 10));
    ASSERT_THAT(changes, SizeIs(2));
    EXPECT_EQ(changes[0].number, head.change);
    EXPECT_EQ(changes[0].skp, head.skp);
    EXPECT_EQ(changes[0].revision, 1u);
    EXPECT_EQ(changes[0].keys_before, std::nullopt);
    EXPECT_EQ(changes[1].keys_before, MakeKeys());
    EXPECT_EQ(changes[1].keys_after, MakeKeys());
    EXPECT_THAT(changes[1].targets_before, ElementsAre("bkn", "ekinerja"));
    EXPECT_THAT(changes[1].targets_after, ElementsAre("ekinerja"));
    EXPECT_THAT(changes[1].body.bytes, IsEmpty());
    EXPECT_THAT(Get(view.ReadChangeHeads(0, 1)), SizeIs(1));
    EXPECT_THAT(Get(view.ReadChangeHeads(changes[0].number, 10)), SizeIs(1));
    EXPECT_THAT(Get(view.ReadChangeHeads(changes[1].number, 10)), IsEmpty());
  });
}

TEST_P(StoreContractTest, TheSecretOfEffectsNeverChanges) {
  std::string secret;
  Look([&](const View& view) { secret = Get(view.EffectSecret()); });
  EXPECT_THAT(secret, SizeIs(32));
  EXPECT_NE(secret, std::string(32, '\0'));
  Reopen();
  Look([&](const View& view) { EXPECT_EQ(Get(view.EffectSecret()), secret); });
}

TEST_P(StoreContractTest, WhatBelongsToADeliveryIsWrittenWholeOrNotAtAll) {
  Writes writes;
  writes.deliveries = {MakeDelivery("bkn", 1)};
  writes.deliveries[0].waits = {"unor:a"};
  writes.holdings = {{.target = "bkn", .effect = "e", .owner = 1}};
  writes.attempts = {{.delivery = 1, .number = 1}};
  writes.facts = {{.target = "bkn", .person = "nip:1", .facts = "f"}};
  writes.targets = {{.target = "bkn", .paused = true}};
  writes.jobs = {{.kind = "retry", .state = "running"}};
  writes.projected = 9;
  writes.revisions = {MakeRevision(5, 9)};  // refused, and everything with it
  EXPECT_FALSE(CommitWrites(writes).ok());
  Look([](const View& view) {
    EXPECT_THAT(Get(view.ListDeliveriesOf(1)), IsEmpty());
    EXPECT_THAT(Get(view.ListWaiting("unor:a", 0, 10)), IsEmpty());
    EXPECT_FALSE(Get(view.FindHolding("bkn", "e")).has_value());
    EXPECT_THAT(Get(view.ListAttempts(1)), IsEmpty());
    EXPECT_FALSE(Get(view.FindFacts("bkn", "nip:1")).has_value());
    EXPECT_FALSE(Get(view.FindTarget("bkn")).has_value());
    EXPECT_THAT(Get(view.ListRunningJobs()), IsEmpty());
    EXPECT_EQ(Get(view.Projected()), 0u);
  });
}

TEST_P(StoreContractTest, ADecisionSeesTheDeliveriesOfTheOneBeforeItInTheGroup) {
  std::latch done(2);
  DeliveryId first = 0;
  std::optional<DeliveryRow> seen;
  {
    HeldItem held(store());
    store().Write(
        [](const View&) -> absl::StatusOr<Writes> {
          Writes writes;
          writes.deliveries = {MakeDelivery("bkn", 1)};
          return writes;
        },
        [&](const absl::StatusOr<Committed>& committed) {
          if (committed.ok()) first = committed->deliveries.at(0);
          done.count_down();
        });
    store().Write(
        [&seen](const View& view) -> absl::StatusOr<Writes> {
          seen = Get(view.FindDeliveryOf("bkn", 1, DeliveryKind::kRecord));
          return Writes();
        },
        [&](const absl::StatusOr<Committed>&) { done.count_down(); });
  }
  done.wait();
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->id, first);
}

}  // namespace
}  // namespace kinerja::store
