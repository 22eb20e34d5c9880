// The contract of a store: conflicts, rejects, cursors.
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/contract/store_contract_test.h"

namespace kinerja::store {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

TEST_P(StoreContractTest, KeepsConflictsWithTheTimeSinceWhenTheyStand) {
  const absl::Time since = clock_.Now();
  Writes writes;
  writes.open_conflicts = {MakeConflict(1, "a.b")};
  ASSERT_TRUE(CommitWrites(writes).ok());
  clock_.Advance(absl::Hours(1));
  writes.open_conflicts[0].offered = "\"c\"";
  ASSERT_TRUE(CommitWrites(writes).ok());

  Look([&](const View& view) {
    const std::vector<ConflictRow> rows = Get(view.ListConflicts({.skp = 1}));
    ASSERT_THAT(rows, SizeIs(1));
    EXPECT_GT(rows[0].id, 0);
    EXPECT_EQ(rows[0].instansi, "7201");
    EXPECT_EQ(rows[0].path, "a.b");
    EXPECT_EQ(rows[0].reason, "OWNER_DIFFERS");
    EXPECT_EQ(rows[0].stored, "\"a\"");
    EXPECT_EQ(rows[0].offered, "\"c\"");
    EXPECT_EQ(rows[0].offered_by, "pmm");
    EXPECT_EQ(rows[0].since, since);
    EXPECT_EQ(rows[0].closed_at, std::nullopt);
  });
}

TEST_P(StoreContractTest, ClosedConflictsStayListedAndANewOneStandsBesideThem) {
  Writes open;
  open.open_conflicts = {MakeConflict(1, "a.b")};
  ASSERT_TRUE(CommitWrites(open).ok());
  int64_t id = 0;
  Look([&](const View& view) { id = Get(view.ListConflicts({.skp = 1})).at(0).id; });
  Writes close;
  close.close_conflicts = {id};
  ASSERT_TRUE(CommitWrites(close).ok());
  const absl::Time closed_at = clock_.Now();
  clock_.Advance(absl::Hours(1));
  ASSERT_TRUE(CommitWrites(close).ok());  // closing again changes nothing
  ASSERT_TRUE(CommitWrites(open).ok());

  Look([&](const View& view) {
    const std::vector<ConflictRow> rows = Get(view.ListConflicts({.skp = 1}));
    ASSERT_THAT(rows, SizeIs(2));
    EXPECT_EQ(rows[0].closed_at, closed_at);
    EXPECT_EQ(rows[1].closed_at, std::nullopt);
    EXPECT_EQ(rows[1].since, clock_.Now());
    EXPECT_THAT(Get(view.ListConflicts({.skp = 1, .open_only = true})),
                ElementsAre(Field(&ConflictRow::id, rows[1].id)));
  });
}

TEST_P(StoreContractTest, ListsConflictsByRecordAndInstansiInPages) {
  Writes writes;
  writes.open_conflicts = {MakeConflict(1, "a"), MakeConflict(1, "b"), MakeConflict(2, "a")};
  writes.open_conflicts[2].instansi = "7300";
  ASSERT_TRUE(CommitWrites(writes).ok());

  Look([&](const View& view) {
    const std::vector<ConflictRow> all = Get(view.ListConflicts({}));
    ASSERT_THAT(all, SizeIs(3));
    EXPECT_LT(all[0].id, all[1].id);
    EXPECT_LT(all[1].id, all[2].id);
    EXPECT_THAT(Get(view.ListConflicts({.skp = 1})), SizeIs(2));
    EXPECT_THAT(Get(view.ListConflicts({.skp = 1, .instansi = "7300"})), IsEmpty());
    EXPECT_THAT(Get(view.ListConflicts({.instansi = "7300"})),
                ElementsAre(Field(&ConflictRow::skp, 2)));
    EXPECT_THAT(Get(view.ListConflicts({.after_id = all[0].id, .limit = 1})),
                ElementsAre(Field(&ConflictRow::id, all[1].id)));
  });
}

TEST_P(StoreContractTest, KeepsTheNewestRejectOfASourceIdUntilItIsCleared) {
  Writes writes;
  writes.rejects = {{"pmm", "p-1", 3, "7201", std::string("by\0tes", 6), "violations", {}}};
  ASSERT_TRUE(CommitWrites(writes).ok());
  clock_.Advance(absl::Hours(1));
  writes.rejects[0].version = 4;
  ASSERT_TRUE(CommitWrites(writes).ok());

  Look([&](const View& view) {
    const std::optional<RejectRow> row = Get(view.FindReject("pmm", "p-1"));
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->system, "pmm");
    EXPECT_EQ(row->id, "p-1");
    EXPECT_EQ(row->version, 4u);
    EXPECT_EQ(row->instansi, "7201");
    EXPECT_EQ(row->bytes, std::string("by\0tes", 6));
    EXPECT_EQ(row->violations, "violations");
    EXPECT_EQ(row->at, clock_.Now());
  });
  Writes clear;
  clear.clear_rejects = {{"pmm", "p-1"}};
  ASSERT_TRUE(CommitWrites(clear).ok());
  Look([&](const View& view) { EXPECT_EQ(Get(view.FindReject("pmm", "p-1")), std::nullopt); });
}

TEST_P(StoreContractTest, MovesACursorWithItsPage) {
  Writes writes;
  writes.cursor = CursorRow{"pmm", "c-1"};
  ASSERT_TRUE(CommitWrites(writes).ok());
  writes.cursor->cursor = "c-2";
  ASSERT_TRUE(CommitWrites(writes).ok());
  writes.cursor->cursor = "c-3";
  writes.revisions = {MakeRevision(5, 9)};  // refused, and the cursor with it
  EXPECT_FALSE(CommitWrites(writes).ok());

  Look([&](const View& view) {
    EXPECT_EQ(Get(view.FindCursor("pmm")), "c-2");
    EXPECT_EQ(Get(view.FindCursor("bkn")), std::nullopt);
  });
}

}  // namespace
}  // namespace kinerja::store
