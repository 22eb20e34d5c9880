#include "gateway/delivery/planner.h"

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "gateway/store/sqlite/sqlite_store.h"
#include "gtest/gtest.h"

namespace kinerja::delivery {
namespace {

using store::DeliveryRow;
using store::DeliveryState;

class LoadWorkTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::sqlite::SqliteStore::Open({.path = ":memory:"});
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  void Commit(store::Decide decide) {
    std::promise<absl::Status> promise;
    store_->Write(std::move(decide), [&promise](const absl::StatusOr<store::Committed>& committed) {
      promise.set_value(committed.status());
    });
    const absl::Status status = promise.get_future().get();
    ASSERT_TRUE(status.ok()) << status;
  }

  // The next revision of the one record, about this person.
  void Accept(const std::string& person) {
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      store::NewRevision revision;
      revision.skp = revision_ == 0 ? *view.NewSkpId() : skp_;
      skp_ = revision.skp;
      revision.revision = ++revision_;
      revision.person = person;
      store::Writes writes;
      writes.revisions.push_back(std::move(revision));
      writes.facts = {{"bkn", person, "facts of " + person, absl::InfiniteFuture()}};
      return writes;
    });
  }
  LoadedWork Load(const DeliveryRow& row) {
    LoadedWork loaded;
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      absl::StatusOr<LoadedWork> work = LoadWork(view, row);
      if (!work.ok()) return work.status();
      loaded = *std::move(work);
      return store::Writes();
    });
    return loaded;
  }
  DeliveryRow Row(store::ChangeNumber change) const {
    DeliveryRow row;
    row.target = "bkn";
    row.skp = skp_;
    row.change = change;
    return row;
  }

  store::SkpId skp_ = 0;
  uint64_t revision_ = 0;
  std::unique_ptr<store::Store> store_;
};

TEST_F(LoadWorkTest, FactsAreOfThePersonThatTheRevisionNames) {
  Accept("nip:1");
  Accept("nip:2");  // the NIP was corrected
  DeliveryRow row = Row(2);
  EXPECT_EQ(Load(row).work.person, "nip:2");
  EXPECT_EQ(Load(row).facts->facts, "facts of nip:2");
  // What was sent of the first revision is looked for with its own person's facts, which nobody
  // knows any more: they are asked for anew, and not kept.
  row.parts = {{.key = "a", .state = DeliveryState::kUnknown, .effect = "e", .change = 1}};
  const LoadedWork look = Load(row);
  EXPECT_TRUE(look.work.look);
  EXPECT_EQ(look.work.revision, 1u);
  EXPECT_EQ(look.work.person, "");
  EXPECT_FALSE(look.facts.has_value());
}

TEST_F(LoadWorkTest, WhatIsThereWithoutANameIsShownWithoutOne) {
  Accept("nip:1");
  Commit([&](const store::View&) -> absl::StatusOr<store::Writes> {
    store::Writes writes;
    writes.holdings = {{.target = "bkn", .effect = "e", .owner = skp_, .target_id = kNameless}};
    return writes;
  });
  DeliveryRow row = Row(1);
  row.parts = {{.key = "a", .state = DeliveryState::kDelivered, .effect = "e", .change = 1}};
  const LoadedWork loaded = Load(row);
  ASSERT_EQ(loaded.held.size(), 1u);
  EXPECT_EQ(loaded.held[0].held.target_id, "");
}

}  // namespace
}  // namespace kinerja::delivery
