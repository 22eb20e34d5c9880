#include "gateway/delivery/projector.h"

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/adapter/adapter.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kinerja/v1/error_reason.pb.h"

namespace kinerja::delivery {
namespace {

using store::DeliveryRow;
using store::DeliveryState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

class ProjectorTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::sqlite::SqliteStore::Open({.path = ":memory:"});
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    context_.now = absl::FromUnixSeconds(1'700'000'000);
  }

  void Commit(store::Decide decide) {
    std::promise<absl::Status> promise;
    store_->Write(std::move(decide), [&promise](const absl::StatusOr<store::Committed>& committed) {
      promise.set_value(committed.status());
    });
    const absl::Status status = promise.get_future().get();
    EXPECT_TRUE(status.ok()) << status;
  }

  // The next revision of a record, owed to these targets.
  store::SkpId Accept(std::vector<std::string> targets, store::SkpId id = 0,
                      const std::string& unor = "") {
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      if (id == 0) id = *view.NewSkpId();
      const auto head = view.FindHead(id);
      store::NewRevision revision;
      revision.skp = id;
      revision.revision = head->has_value() ? (*head)->revision + 1 : 1;
      revision.person = "nip:1";
      revision.keys.instansi = "9901";
      revision.keys.wilayah = "32.01";
      revision.keys.unor = unor;
      revision.keys.tahun = 2025;
      revision.targets = targets;
      store::Writes writes;
      writes.revisions.push_back(std::move(revision));
      return writes;
    });
    return id;
  }

  Projection Project(size_t limit = 100) {
    Projection projection;
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      const DeadlineOf deadline = [](const store::FilterKeys& keys, absl::Time) {
        return int64_t{keys.tahun};
      };
      absl::StatusOr<Projection> made = ProjectChanges(view, limit, deadline, context_);
      if (!made.ok()) return made.status();
      projection = *std::move(made);
      return projection.decision.writes;
    });
    return projection;
  }

  std::vector<DeliveryRow> RowsOf(store::SkpId skp) {
    std::vector<DeliveryRow> rows;
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      rows = *view.ListDeliveriesOf(skp);
      return store::Writes();
    });
    return rows;
  }
  void Put(DeliveryRow row) {
    Commit([&](const store::View&) -> absl::StatusOr<store::Writes> {
      store::Writes writes;
      writes.deliveries = {row};
      return writes;
    });
  }

  DecideContext context_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(ProjectorTest, EachTargetGetsItsDelivery) {
  const store::SkpId skp = Accept({"bkn", "ekinerja"});
  const Projection projection = Project();
  EXPECT_EQ(projection.changes, 1u);
  EXPECT_THAT(projection.decision.woken,
              UnorderedElementsAre(Pair("bkn", "32.01"), Pair("ekinerja", "32.01")));
  const std::vector<DeliveryRow> rows = RowsOf(skp);
  ASSERT_EQ(rows.size(), 2u);
  for (const DeliveryRow& row : rows) {
    EXPECT_EQ(row.revision, 1u);
    EXPECT_EQ(row.state, DeliveryState::kPending);
    EXPECT_TRUE(row.ready);
    EXPECT_FALSE(row.absent);
    EXPECT_EQ(row.instansi, "9901");
    EXPECT_EQ(row.deadline, 2025);
  }
  EXPECT_EQ(Project().changes, 0u) << "what is projected is not projected again";
}

TEST_F(ProjectorTest, WhatABackfillMadeOfANewerRevisionStays) {
  const store::SkpId skp = Accept({"bkn"});
  Accept({"bkn"}, skp);
  DeliveryRow row;
  row.target = "bkn";
  row.skp = skp;
  row.change = 2;
  row.revision = 2;
  row.state = DeliveryState::kDelivered;
  Put(row);
  Project();
  EXPECT_EQ(RowsOf(skp).at(0).state, DeliveryState::kDelivered);
  EXPECT_EQ(RowsOf(skp).at(0).revision, 2u);
  Accept({"bkn"}, skp);
  Project();
  EXPECT_EQ(RowsOf(skp).at(0).revision, 3u);
}

TEST_F(ProjectorTest, OnlyTheNewestRevisionOfABatchIsWanted) {
  const store::SkpId skp = Accept({"bkn"});
  Accept({"bkn"}, skp);
  Accept({"bkn"}, skp);
  EXPECT_EQ(Project(2).changes, 2u);
  EXPECT_EQ(RowsOf(skp).at(0).revision, 2u);
  EXPECT_EQ(Project(2).changes, 1u);
  ASSERT_EQ(RowsOf(skp).size(), 1u);
  EXPECT_EQ(RowsOf(skp)[0].revision, 3u);
}

TEST_F(ProjectorTest, ATargetThatIsNoLongerOwedIsWantedAbsentUntilItIsAgain) {
  const store::SkpId skp = Accept({"bkn", "ekinerja"});
  Accept({"ekinerja"}, skp);
  Project();
  EXPECT_TRUE(RowsOf(skp).at(0).absent);
  EXPECT_FALSE(RowsOf(skp).at(1).absent);
  Accept({"bkn", "ekinerja"}, skp);
  Project();
  EXPECT_FALSE(RowsOf(skp).at(0).absent);
  EXPECT_EQ(RowsOf(skp)[0].revision, 3u);
}

TEST_F(ProjectorTest, WhatIsUnderWayOrUnknownGoesOnAndSeesTheNewNumber) {
  struct Case {
    const char* name;
    std::string claim;
    DeliveryState part;
    bool interrupted;
  };
  const Case cases[] = {{"claimed", "p", DeliveryState::kPending, false},
                        {"unknown", "", DeliveryState::kUnknown, false},
                        {"sent", "", DeliveryState::kSent, false},
                        {"refused", "", DeliveryState::kRefused, true},
                        {"cancelled", "", DeliveryState::kCancelled, true},
                        {"retrying", "", DeliveryState::kRetrying, true}};
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    const store::SkpId skp = Accept({"bkn"});
    Project();
    DeliveryRow row = RowsOf(skp).at(0);
    row.ready = false;
    row.claim = test.claim;
    row.tries = 7;
    row.state = test.part;
    row.parts = {{.key = "a", .state = test.part, .since = context_.now}};
    row.due = context_.now + absl::Minutes(1);
    Put(row);
    Accept({"bkn"}, skp);
    Project();
    const DeliveryRow after = RowsOf(skp).at(0);
    EXPECT_EQ(after.revision, 2u);
    EXPECT_EQ(after.tries, 0u);
    EXPECT_EQ(after.ready, test.interrupted);
    EXPECT_EQ(after.due.has_value(), !test.interrupted);
    EXPECT_EQ(after.state, test.interrupted ? DeliveryState::kPending : test.part);
  }
}

TEST_F(ProjectorTest, AChangeWakesWhoWaitsForItsPersonOrUnit) {
  for (const std::string& key :
       {adapter::PersonYearKey("nip:1", 2025), adapter::UnitKey("UNOR-1")}) {
    SCOPED_TRACE(key);
    const store::SkpId waiting = Accept({"bkn"});
    Project();
    DeliveryRow row = RowsOf(waiting).at(0);
    row.ready = false;
    row.state = DeliveryState::kHeld;
    row.waits = {key};
    Put(row);
    Accept({}, 0, "UNOR-1");
    Project();
    EXPECT_TRUE(RowsOf(waiting).at(0).ready);
    EXPECT_THAT(RowsOf(waiting).at(0).waits, IsEmpty());
    row = RowsOf(waiting).at(0);
    row.ready = false;
    row.waits = {"unor:another"};
    Put(row);
    Accept({}, 0, "UNOR-1");
    Project();
    EXPECT_FALSE(RowsOf(waiting).at(0).ready);
  }
}

}  // namespace
}  // namespace kinerja::delivery
