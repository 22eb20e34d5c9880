// The contract of a store: sources, persons, scans.
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/contract/store_contract_test.h"

namespace kinerja::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

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

}  // namespace
}  // namespace kinerja::store
