#include "tests/contract/store_contract_test.h"

#include <atomic>
#include <future>
#include <latch>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/status.h"
#include "gmock/gmock.h"

namespace kinerja::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

FilterKeys MakeKeys() {
  FilterKeys keys;
  keys.instansi = "7201";
  keys.wilayah = "32.01";
  keys.unor = "UNOR-1";
  keys.npsn = "20219876";
  keys.mulai = "2026-01-01";
  keys.selesai = "2026-12-31";
  keys.tahun = 2026;
  keys.jenis_periode = 1;
  keys.regime = 3;
  keys.status = 2;
  keys.kelengkapan = 1;
  keys.status_kepegawaian = 4;
  return keys;
}

NewRevision MakeRevision(SkpId skp, uint64_t revision = 1) {
  NewRevision made;
  made.skp = skp;
  made.revision = revision;
  made.person = absl::StrCat("nip:", skp);
  made.keys = MakeKeys();
  made.targets = {"bkn", "ekinerja"};
  made.body = {7, "salt", "hash", absl::StrCat("body of ", skp, " r", revision, std::string(1, 0))};
  return made;
}

// Reads what a StatusOr of the view holds; a test that reaches this expects no error.
template <typename T>
T Get(absl::StatusOr<T> value) {
  EXPECT_TRUE(value.ok()) << value.status();
  return value.ok() ? *std::move(value) : T();
}

std::vector<std::string> BodiesOf(const std::vector<Change>& changes) {
  std::vector<std::string> bodies;
  for (const Change& change : changes) bodies.push_back(change.body.bytes);
  return bodies;
}

// An item that is being decided and goes on when told: what is handed in meanwhile makes a group.
class HeldItem {
 public:
  explicit HeldItem(Store& store) {
    store.Write(
        [this](const View&) -> absl::StatusOr<Writes> {
          if (!seen_.exchange(true)) deciding_.count_down();
          released_.wait();
          return Writes();
        },
        [this](const absl::StatusOr<Committed>&) { done_.count_down(); });
    deciding_.wait();
  }
  ~HeldItem() {
    Release();
    done_.wait();
  }
  void Release() {
    if (!std::exchange(released_once_, true)) released_.count_down();
  }

 private:
  std::atomic<bool> seen_ = false;
  bool released_once_ = false;
  std::latch deciding_{1}, released_{1}, done_{1};
};

}  // namespace

void StoreContractTest::SetUp() {
  backend_ = GetParam().make();
  Reopen();
}

void StoreContractTest::Reopen() {
  for (const auto& store : stores_) store->Close();
  stores_.clear();
  for (size_t i = 0; i < GetParam().writers; ++i) {
    absl::StatusOr<std::unique_ptr<Store>> opened = backend_->Open(settings_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    stores_.push_back(*std::move(opened));
  }
}

absl::StatusOr<Committed> StoreContractTest::Commit(Store& store, Decide decide) {
  std::promise<absl::StatusOr<Committed>> promise;
  store.Write(std::move(decide), [&promise](absl::StatusOr<Committed> committed) {
    promise.set_value(std::move(committed));
  });
  return promise.get_future().get();
}

absl::StatusOr<Committed> StoreContractTest::CommitWrites(Writes writes) {
  return Commit([&writes](const View&) { return writes; });
}

Head StoreContractTest::AddRecord(const std::function<void(NewRevision&)>& change) {
  SkpId skp = 0;
  const absl::StatusOr<Committed> committed =
      Commit([&](const View& view) -> absl::StatusOr<Writes> {
        skp = Get(view.NewSkpId());
        Writes writes;
        writes.revisions.push_back(MakeRevision(skp));
        if (change) change(writes.revisions.back());
        return writes;
      });
  EXPECT_TRUE(committed.ok()) << committed.status();
  return HeadOf(skp);
}

Head StoreContractTest::AddRevision(const Head& head,
                                    const std::function<void(NewRevision&)>& change) {
  Writes writes;
  writes.revisions.push_back(MakeRevision(head.skp, head.revision + 1));
  if (change) change(writes.revisions.back());
  const absl::StatusOr<Committed> committed = CommitWrites(writes);
  EXPECT_TRUE(committed.ok()) << committed.status();
  return HeadOf(head.skp);
}

void StoreContractTest::Look(const std::function<void(const View&)>& look) {
  std::promise<void> looked;
  const absl::Status status = store().Read([&](const View& view) {
    look(view);
    looked.set_value();
  });
  ASSERT_TRUE(status.ok()) << status;
  looked.get_future().wait();
}

Head StoreContractTest::HeadOf(SkpId skp) {
  std::optional<Head> head;
  Look([&](const View& view) { head = Get(view.FindHead(skp)); });
  EXPECT_TRUE(head.has_value());
  return head.value_or(Head());
}

// ---- Records and the change log ----

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

// ---- Sources, persons, scans ----

TEST_P(StoreContractTest, FindsRecordsBySource) {
  const Head head = AddRecord();
  Writes writes;
  writes.sources = {{"pmm", "p-1", head.skp, 7}, {"bkn", "b-1", head.skp, UINT64_MAX}};
  ASSERT_TRUE(CommitWrites(writes).ok());

  Look([&](const View& view) {
    const std::optional<SourceRow> found = Get(view.FindSource("pmm", "p-1"));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->skp, head.skp);
    EXPECT_EQ(found->version, 7u);
    EXPECT_EQ(Get(view.FindSource("pmm", "b-1")), std::nullopt);
    EXPECT_THAT(
        Get(view.ListSources(head.skp)),
        ElementsAre(AllOf(Field(&SourceRow::system, "bkn"), Field(&SourceRow::version, UINT64_MAX)),
                    AllOf(Field(&SourceRow::system, "pmm"), Field(&SourceRow::id, "p-1"))));
  });
}

TEST_P(StoreContractTest, MovesASourceIdToAnotherRecord) {
  const Head old_record = AddRecord();
  const Head new_record = AddRecord();
  Writes writes;
  writes.sources = {{"pmm", "p-1", old_record.skp, 7}};
  ASSERT_TRUE(CommitWrites(writes).ok());
  writes.sources = {{"pmm", "p-1", old_record.skp, 8}};
  ASSERT_TRUE(CommitWrites(writes).ok());
  writes.sources = {{"pmm", "p-1", new_record.skp, 9}};
  ASSERT_TRUE(CommitWrites(writes).ok());

  Look([&](const View& view) {
    EXPECT_EQ(Get(view.FindSource("pmm", "p-1"))->skp, new_record.skp);
    EXPECT_EQ(Get(view.FindSource("pmm", "p-1"))->version, 9u);
    EXPECT_THAT(Get(view.ListSources(old_record.skp)), IsEmpty());
    EXPECT_THAT(Get(view.ListSources(new_record.skp)), SizeIs(1));
  });
}

TEST_P(StoreContractTest, ListsTheRecordsOfAPersonOldestFirst) {
  const auto of_person = [](NewRevision& revision) { revision.person = "nik:1"; };
  const Head first = AddRecord(of_person);
  AddRecord();
  const Head second = AddRecord(of_person);
  AddRevision(first, of_person);

  Look([&](const View& view) {
    EXPECT_THAT(Get(view.ListHeadsOfPerson("nik:1")),
                ElementsAre(Field(&Head::skp, first.skp), Field(&Head::skp, second.skp)));
    EXPECT_THAT(Get(view.ListHeadsOfPerson("nik:2")), IsEmpty());
  });
}

TEST_P(StoreContractTest, ScansHeadsInTheOrderOfTheirNewestChange) {
  const auto of_instansi = [](std::string instansi) {
    return [instansi](NewRevision& revision) { revision.keys.instansi = instansi; };
  };
  const Head a = AddRecord(of_instansi("0001"));
  const Head b = AddRecord(of_instansi("0002"));
  const Head c = AddRecord(of_instansi("0001"));
  AddRevision(a, of_instansi("0001"));  // now the newest

  const auto scan = [](const View& view, const HeadQuery& query) {
    std::vector<SkpId> seen;
    EXPECT_EQ(Get(view.ScanHeads(query, 100,
                                 [&](const Head& head) {
                                   seen.push_back(head.skp);
                                   return true;
                                 })),
              0u);
    return seen;
  };
  Look([&](const View& view) {
    EXPECT_THAT(scan(view, {}), ElementsAre(b.skp, c.skp, a.skp));
    EXPECT_THAT(scan(view, {.instansi = "0001"}), ElementsAre(c.skp, a.skp));
    EXPECT_THAT(scan(view, {.instansi = "0001", .after = c.change}), ElementsAre(a.skp));
    EXPECT_THAT(scan(view, {.person = b.person}), ElementsAre(b.skp));
    EXPECT_THAT(scan(view, {.person = b.person, .after = b.change}), IsEmpty());
    EXPECT_THAT(scan(view, {.instansi = "9999"}), IsEmpty());
  });
}

TEST_P(StoreContractTest, ScansInPagesThatJoinWithoutGapOrRepeat) {
  std::vector<SkpId> added;
  for (int i = 0; i < 7; ++i) added.push_back(AddRecord().skp);

  Look([&](const View& view) {
    std::vector<SkpId> seen;
    std::vector<ChangeNumber> positions;
    HeadQuery query{.instansi = "7201"};
    do {
      query.after = Get(view.ScanHeads(query, 3, [&](const Head& head) {
        seen.push_back(head.skp);
        return true;
      }));
      positions.push_back(query.after);
    } while (query.after != 0);
    EXPECT_EQ(seen, added);
    EXPECT_THAT(positions, ElementsAre(3, 6, 0));
  });
}

TEST_P(StoreContractTest, StopsScanningWhenToldTo) {
  for (int i = 0; i < 3; ++i) AddRecord();

  Look([&](const View& view) {
    int visited = 0;
    EXPECT_EQ(Get(view.ScanHeads({}, 100, [&](const Head&) { return ++visited < 2; })), 2u);
    EXPECT_EQ(visited, 2);
    EXPECT_EQ(Get(view.ScanHeads({.after = 2}, 100, [&](const Head&) { return false; })), 0u);
  });
}

// ---- Requests ----

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

// ---- Conflicts, rejects, cursors ----

ConflictRow MakeConflict(SkpId skp, std::string path) {
  return {.skp = skp,
          .instansi = "7201",
          .path = std::move(path),
          .reason = "OWNER_DIFFERS",
          .stored = "\"a\"",
          .offered = "\"b\"",
          .offered_by = "pmm"};
}

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

// ---- Decisions and groups ----

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

// ---- Limits, restart, end ----

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

}  // namespace kinerja::store
