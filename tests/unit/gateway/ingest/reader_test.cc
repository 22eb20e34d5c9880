// Reading back one record, its revisions and its conflicts (design §5, §4 P9).
#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::HasReason;
using support::IsOk;
using support::MakeSkp;
using support::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kNobody[] = "instansi/9901/skp/0123456789abc";

// Three revisions of one record: golongan III/b, III/c, III/d.
class ReaderTest : public IngestHarness {
 protected:
  void SetUp() override {
    v1::Skp skp = MakeSkp();
    name_ = Accept(skp).name();
    for (const char* golongan : {"III/c", "III/d"}) {
      clock_.Advance(absl::Hours(1));
      skp = Newer(skp);
      skp.mutable_pegawai()->set_golongan(golongan);
      Accept(skp);
    }
  }

  static v1::GetSkpRequest GetRequest(const std::string& name, uint64_t revision = 0) {
    v1::GetSkpRequest request;
    request.set_name(name);
    request.set_revision(revision);
    return request;
  }
  static v1::ListSkpRevisionsRequest RevisionsRequest(const std::string& name) {
    v1::ListSkpRevisionsRequest request;
    request.set_name(name);
    return request;
  }

  std::string name_;
};

TEST_F(ReaderTest, GivesTheCurrentRevision) {
  const v1::Skp held = Get(name_);
  EXPECT_EQ(held.revision(), 3U);
  EXPECT_EQ(held.pegawai().golongan(), "III/d");
  EXPECT_EQ(held.source().version(), 3U);
  EXPECT_EQ(held.waktu_diubah().seconds() - held.waktu_dibuat().seconds(), 7200);
}

TEST_F(ReaderTest, GivesAnOldRevisionAsItWas) {
  for (const auto& [revision, golongan] :
       {std::pair<uint64_t, const char*>{1, "III/b"}, {2, "III/c"}, {3, "III/d"}}) {
    const v1::Skp held = Get(name_, revision);
    EXPECT_EQ(held.revision(), revision);
    EXPECT_EQ(held.pegawai().golongan(), golongan);
    EXPECT_EQ(held.name(), name_);
  }
}

TEST_F(ReaderTest, SaysWhichRevisionIsNotKept) {
  const auto answer = TryGet(bkd_, GetRequest(name_, 4));
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(answer, HasReason("REVISION_NOT_FOUND"));
}

TEST_F(ReaderTest, SaysThatARecordIsNotThere) {
  for (const auto& answer : {TryGet(bkd_, GetRequest(kNobody)).status(),
                             ListRevisions(bkd_, RevisionsRequest(kNobody)).status()}) {
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kNotFound));
    EXPECT_THAT(answer, HasReason("SKP_NOT_FOUND"));
  }
}

TEST_F(ReaderTest, ARecordIsNotThereUnderAnotherInstansi) {
  std::string name = name_;
  name.replace(0, std::string("instansi/9901").size(), "instansi/9902");
  EXPECT_THAT(TryGet(wide_, GetRequest(name)), HasReason("SKP_NOT_FOUND"));
  EXPECT_THAT(TryGet(elsewhere_, GetRequest(name)), HasReason("SKP_NOT_FOUND"));
  EXPECT_THAT(ListRevisions(elsewhere_, RevisionsRequest(name)), HasReason("SKP_NOT_FOUND"));
  v1::ListConflictsRequest conflicts;
  conflicts.set_parent(name);
  EXPECT_THAT(ListConflicts(elsewhere_, conflicts)->conflicts(), IsEmpty());
}

TEST_F(ReaderTest, RefusesWhatIsNoName) {
  for (const char* name : {"", "instansi/9901", "skp/1", "instansi/-/skp/0123456789abc"}) {
    EXPECT_THAT(TryGet(bkd_, GetRequest(name)), StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
    EXPECT_THAT(ListRevisions(bkd_, RevisionsRequest(name)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
}

TEST_F(ReaderTest, DeniesAForeignInstansiWithoutSayingWhetherTheRecordIsThere) {
  const auto there = TryGet(elsewhere_, GetRequest(name_));
  EXPECT_THAT(there, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(there, HasReason("INSTANSI_NOT_ALLOWED"));
  EXPECT_EQ(there.status(), TryGet(elsewhere_, GetRequest(kNobody)).status());
  EXPECT_THAT(ListRevisions(elsewhere_, RevisionsRequest(name_)),
              StatusIs(absl::StatusCode::kPermissionDenied));
  v1::ListConflictsRequest conflicts;
  for (const std::string& parent : {name_, std::string("instansi/9901")}) {
    conflicts.set_parent(parent);
    EXPECT_THAT(ListConflicts(elsewhere_, conflicts),
                StatusIs(absl::StatusCode::kPermissionDenied));
  }
}

TEST_F(ReaderTest, ReadersNeedNoSource) {
  EXPECT_THAT(TryGet(reader_, GetRequest(name_)), IsOk());
  EXPECT_THAT(ListRevisions(reader_, RevisionsRequest(name_)), IsOk());
}

TEST_F(ReaderTest, ListsRevisionsNewestFirst) {
  const auto answer = ListRevisions(bkd_, RevisionsRequest(name_));
  ASSERT_THAT(answer, IsOk());
  std::vector<std::string> golongan;
  for (const v1::Skp& skp : answer->skps()) golongan.push_back(skp.pegawai().golongan());
  EXPECT_THAT(golongan, ElementsAre("III/d", "III/c", "III/b"));
  EXPECT_EQ(answer->next_page_token(), "");
}

TEST_F(ReaderTest, ListsRevisionsByPages) {
  v1::ListSkpRevisionsRequest request = RevisionsRequest(name_);
  request.set_page_size(2);
  auto answer = ListRevisions(bkd_, request);
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->skps_size(), 2);
  EXPECT_EQ(answer->skps(0).revision(), 3U);
  EXPECT_EQ(answer->skps(1).revision(), 2U);
  ASSERT_NE(answer->next_page_token(), "");
  request.set_page_token(answer->next_page_token());
  answer = ListRevisions(bkd_, request);
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->skps_size(), 1);
  EXPECT_EQ(answer->skps(0).revision(), 1U);
  EXPECT_EQ(answer->next_page_token(), "");
}

// One conflict in each of two records of 9901 and one of 9902; the first one is closed.
class ConflictListTest : public IngestHarness {
 protected:
  void SetUp() override {
    first_ = MakeConflict(MakeSkp());
    second_ = MakeConflict(OfOtherPerson(MakeSkp()));
    v1::Skp elsewhere = MakeSkp();
    elsewhere.mutable_source()->set_id("elsewhere");
    elsewhere.mutable_pegawai()->set_nip("199105012015042003");
    elsewhere.mutable_pegawai()->mutable_instansi()->set_kode_bkn("9902");
    elsewhere.mutable_pegawai()->mutable_unor()->set_id("UNOR-CM-0101");
    elsewhere.mutable_pegawai()->mutable_unor()->set_nama("SDN 1 Contoh Makmur");
    elsewhere.mutable_pegawai()->set_npsn("69920001");
    third_ = MakeConflict(elsewhere);
    Accept(bkn_feed_, AsBknOf(first_));  // agrees again
  }

  std::string MakeConflict(const v1::Skp& skp) {
    const std::string name = Accept(wide_, skp).name();
    v1::Skp offered = AsBknOf(name);
    offered.mutable_pegawai()->set_golongan("III/c");
    Accept(bkn_feed_, offered);
    return name;
  }

  v1::Skp AsBknOf(const std::string& name) {
    v1::Skp skp = AsBkn(Get(name), ++version_);
    skp.mutable_source()->set_id("bkn-" + name.substr(name.rfind('/') + 1));
    return skp;
  }

  std::vector<std::string> RecordsIn(const security::Principal& principal,
                                     const std::string& parent, bool with_closed = false) {
    v1::ListConflictsRequest request;
    request.set_parent(parent);
    request.set_with_closed(with_closed);
    const auto answer = ListConflicts(principal, request);
    EXPECT_THAT(answer, IsOk());
    std::vector<std::string> records;
    if (!answer.ok()) return records;
    for (const v1::Conflict& conflict : answer->conflicts()) records.push_back(conflict.skp());
    return records;
  }

  std::string first_;
  std::string second_;
  std::string third_;
  uint64_t version_ = 0;
};

TEST_F(ConflictListTest, ListsThoseOfARecord) {
  EXPECT_THAT(RecordsIn(wide_, second_), ElementsAre(second_));
  EXPECT_THAT(RecordsIn(wide_, first_), IsEmpty());
  std::string elsewhere = second_;
  elsewhere.replace(0, std::string("instansi/9901").size(), "instansi/9902");
  EXPECT_THAT(RecordsIn(wide_, elsewhere), IsEmpty());
}

TEST_F(ConflictListTest, ListsThoseOfAnInstansi) {
  EXPECT_THAT(RecordsIn(wide_, "instansi/9901"), ElementsAre(second_));
  EXPECT_THAT(RecordsIn(wide_, "instansi/9902"), ElementsAre(third_));
}

TEST_F(ConflictListTest, ListsClosedOnesOnDemandOldestFirst) {
  EXPECT_THAT(RecordsIn(wide_, first_, true), ElementsAre(first_));
  EXPECT_THAT(RecordsIn(wide_, "instansi/9901", true), ElementsAre(first_, second_));
  EXPECT_THAT(RecordsIn(wide_, "instansi/-", true), ElementsAre(first_, second_, third_));
}

TEST_F(ConflictListTest, ListsWhatTheCallerMaySeeOnly) {
  EXPECT_THAT(RecordsIn(wide_, "instansi/-"), ElementsAre(second_, third_));
  EXPECT_THAT(RecordsIn(bkd_, "instansi/-"), ElementsAre(second_));
  EXPECT_THAT(RecordsIn(elsewhere_, "instansi/-", true), ElementsAre(third_));
}

TEST_F(ConflictListTest, ListsByPages) {
  for (const security::Principal& principal : {wide_, bkd_, elsewhere_}) {
    const std::vector<std::string> all = RecordsIn(principal, "instansi/-", true);
    v1::ListConflictsRequest request;
    request.set_parent("instansi/-");
    request.set_with_closed(true);
    request.set_page_size(1);
    std::vector<std::string> found;
    for (int pages = 0; pages < 10; ++pages) {
      const auto answer = ListConflicts(principal, request);
      ASSERT_THAT(answer, IsOk());
      EXPECT_LE(answer->conflicts_size(), 1);
      for (const v1::Conflict& conflict : answer->conflicts()) found.push_back(conflict.skp());
      request.set_page_token(answer->next_page_token());
      if (answer->next_page_token().empty()) break;
    }
    EXPECT_EQ(request.page_token(), "") << principal.id;
    EXPECT_EQ(found, all) << principal.id;
  }
}

TEST_F(ConflictListTest, BindsAPageToItsQuery) {
  v1::ListConflictsRequest request;
  request.set_parent("instansi/-");
  request.set_page_size(1);
  const auto answer = ListConflicts(wide_, request);
  ASSERT_THAT(answer, IsOk());
  request.set_page_token(answer->next_page_token());
  ASSERT_NE(request.page_token(), "");
  request.set_with_closed(true);
  EXPECT_THAT(ListConflicts(wide_, request), HasReason("PAGE_TOKEN_INVALID"));
}

TEST_F(ConflictListTest, RefusesANegativePageSizeAndANoParent) {
  v1::ListConflictsRequest request;
  request.set_parent("instansi/-");
  request.set_page_size(-1);
  EXPECT_THAT(ListConflicts(wide_, request), StatusIs(absl::StatusCode::kInvalidArgument));
  request.set_page_size(0);
  request.set_parent("9901");
  EXPECT_THAT(ListConflicts(wide_, request), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace kinerja::ingest
