// The contract of a store: records and the change log.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/contract/store_contract_test.h"

namespace kinerja::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> BodiesOf(const std::vector<Change>& changes) {
  std::vector<std::string> bodies;
  for (const Change& change : changes) bodies.push_back(change.body.bytes);
  return bodies;
}

TEST_P(StoreContractTest, KeepsEveryFieldOfANewRecord) {
  const Head head = AddRecord();

  EXPECT_GT(head.skp, 0);
  EXPECT_EQ(head.change, 1u);
  EXPECT_EQ(head.revision, 1u);
  EXPECT_EQ(head.changed_at, clock_.Now());
  EXPECT_EQ(head.person, absl::StrCat("nip:", head.skp));
  EXPECT_EQ(head.keys, MakeKeys());
  Look([&](const View& view) {
    const Change change = Get(view.GetChange(1));
    EXPECT_EQ(change.number, 1u);
    EXPECT_EQ(change.skp, head.skp);
    EXPECT_EQ(change.revision, 1u);
    EXPECT_EQ(change.kind, ChangeKind::kAccepted);
    EXPECT_EQ(change.at, clock_.Now());
    EXPECT_EQ(change.keys_before, std::nullopt);
    EXPECT_EQ(change.keys_after, MakeKeys());
    EXPECT_THAT(change.targets_before, IsEmpty());
    EXPECT_THAT(change.targets_after, ElementsAre("bkn", "ekinerja"));
    EXPECT_EQ(change.body.format, 7);
    EXPECT_EQ(change.body.salt, "salt");
    EXPECT_EQ(change.body.hash, "hash");
    EXPECT_EQ(change.body.bytes, absl::StrCat("body of ", head.skp, " r1", std::string(1, 0)));
  });
}

TEST_P(StoreContractTest, KeepsKeysAndTargetsFromBeforeTheChange) {
  const Head first = AddRecord();
  const Head second = AddRevision(first, [](NewRevision& revision) {
    revision.keys.instansi = "7300";
    revision.targets = {"bkn"};
    revision.person = "nip:corrected";
  });

  EXPECT_EQ(second.revision, 2u);
  EXPECT_EQ(second.person, "nip:corrected");
  EXPECT_EQ(second.keys.instansi, "7300");
  Look([&](const View& view) {
    const Change change = Get(view.GetChange(second.change));
    ASSERT_TRUE(change.keys_before.has_value());
    EXPECT_EQ(change.keys_before->instansi, "7201");
    EXPECT_EQ(change.keys_after.instansi, "7300");
    EXPECT_THAT(change.targets_before, ElementsAre("bkn", "ekinerja"));
    EXPECT_THAT(change.targets_after, ElementsAre("bkn"));
    EXPECT_THAT(Get(view.ListHeadsOfPerson(first.person)), IsEmpty());
    EXPECT_THAT(Get(view.ListHeadsOfPerson("nip:corrected")), SizeIs(1));
  });
}

TEST_P(StoreContractTest, NumbersChangesInCommitOrderWithoutAGap) {
  Writes writes;
  const SkpId first = AddRecord().skp;
  writes.revisions = {MakeRevision(first, 2), MakeRevision(first, 3)};
  const absl::StatusOr<Committed> committed = CommitWrites(writes);

  ASSERT_TRUE(committed.ok()) << committed.status();
  EXPECT_THAT(committed->changes, ElementsAre(2, 3));
  EXPECT_EQ(store().LastChange(), 3u);
}

TEST_P(StoreContractTest, RefusesARevisionThatDoesNotFollowTheStoredOne) {
  const Head head = AddRecord();
  struct Case {
    const char* name;
    NewRevision revision;
  };
  NewRevision restamped = MakeRevision(head.skp, 2);
  restamped.kind = ChangeKind::kRestamped;
  const Case cases[] = {{"again", MakeRevision(head.skp, 1)},
                        {"gap", MakeRevision(head.skp, 3)},
                        {"unknown record", MakeRevision(head.skp + 1, 2)},
                        {"no id", MakeRevision(0, 1)},
                        {"restamp is no new revision", restamped}};
  for (const Case& test : cases) {
    Writes writes;
    writes.revisions.push_back(test.revision);
    EXPECT_EQ(CommitWrites(writes).status().code(), absl::StatusCode::kInternal) << test.name;
  }
  EXPECT_EQ(store().LastChange(), 1u);
  EXPECT_EQ(HeadOf(head.skp).revision, 1u);
}

TEST_P(StoreContractTest, ReadsChangesInOrderFromAPosition) {
  for (int i = 0; i < 5; ++i) AddRecord();
  const auto numbers = [](const std::vector<Change>& changes) {
    std::vector<ChangeNumber> all;
    for (const Change& change : changes) all.push_back(change.number);
    return all;
  };
  Look([&](const View& view) {
    EXPECT_THAT(numbers(Get(view.ReadChanges(0, 2))), ElementsAre(1, 2));
    EXPECT_THAT(numbers(Get(view.ReadChanges(2, 100))), ElementsAre(3, 4, 5));
    EXPECT_THAT(numbers(Get(view.ReadChanges(5, 100))), IsEmpty());
    EXPECT_EQ(view.GetChange(6).status().code(), absl::StatusCode::kNotFound);
  });
}

TEST_P(StoreContractTest, ListsRevisionsNewestFirstOnceEach) {
  Head head = AddRecord();
  AddRecord();
  head = AddRevision(head);
  Writes restamp;
  restamp.revisions.push_back(MakeRevision(head.skp, 2));
  restamp.revisions.back().kind = ChangeKind::kRestamped;
  restamp.revisions.back().body.bytes = "restamped";
  ASSERT_TRUE(CommitWrites(restamp).ok());
  head = AddRevision(HeadOf(head.skp));

  const auto body = [&](int revision) {
    return absl::StrCat("body of ", head.skp, " r", revision, std::string(1, 0));
  };
  Look([&](const View& view) {
    EXPECT_THAT(BodiesOf(Get(view.ListRevisions(head.skp, 0, 10))),
                ElementsAre(body(3), "restamped", body(1)));
    EXPECT_THAT(BodiesOf(Get(view.ListRevisions(head.skp, 3, 1))), ElementsAre("restamped"));
    EXPECT_THAT(BodiesOf(Get(view.ListRevisions(head.skp, 2, 10))), ElementsAre(body(1)));
    EXPECT_THAT(Get(view.ListRevisions(head.skp, 1, 10)), IsEmpty());
    EXPECT_THAT(Get(view.ListRevisions(12345, 0, 10)), IsEmpty());
  });
}

TEST_P(StoreContractTest, GivesEachNewRecordAnotherId) {
  std::vector<SkpId> ids;
  ASSERT_TRUE(Commit([&](const View& view) -> absl::StatusOr<Writes> {
                for (int i = 0; i < 3; ++i) ids.push_back(Get(view.NewSkpId()));
                Writes writes;
                for (const SkpId id : ids) writes.revisions.push_back(MakeRevision(id));
                return writes;
              }).ok());
  ids.push_back(AddRecord().skp);
  Reopen();
  ids.push_back(AddRecord().skp);

  for (size_t i = 1; i < ids.size(); ++i) EXPECT_GT(ids[i], ids[i - 1]);
}

}  // namespace
}  // namespace kinerja::store
