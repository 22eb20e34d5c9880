// ListSkps: filters, order of last change, bounded scans, page tokens (design §5, AIP-158).
#include <set>

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

v1::ListSkpsRequest Everything() {
  v1::ListSkpsRequest request;
  request.set_parent("instansi/-");
  return request;
}

std::vector<std::string> IdsOf(const v1::ListSkpsResponse& page) {
  std::vector<std::string> ids;
  for (const v1::Skp& skp : page.skps()) ids.push_back(skp.source().id());
  return ids;
}

// Five records that differ in what lists select by, one hour apart: "year" of 9901, "half" a year
// of another person and unit, "draft" of a third one, "old" of 2020, and "makmur" of 9902.
class ListTest : public IngestHarness {
 protected:
  explicit ListTest(size_t max_scan = 10'000) : IngestHarness(max_scan) {}

  void SetUp() override {
    Add("year", MakeSkp());
    Add("half",
        AtOtherUnit(InDays(WithNip(MakeSkp(), "199105012015042002"), "2025-01-01", "2025-06-30")));
    Add("draft", WithNip(SkpAt(v1::STATUS_SKP_DRAFT), "199105012015042003"));
    Add("old", OldRecord());
    v1::Skp makmur = WithNip(MakeSkp(), "199105012015042005");
    makmur.mutable_source()->set_system("bkd-9902");
    makmur.mutable_pegawai()->mutable_instansi()->set_kode_bkn("9902");
    makmur.mutable_pegawai()->mutable_unor()->set_id("UNOR-CM-0101");
    makmur.mutable_pegawai()->mutable_unor()->set_nama("SDN 1 Contoh Makmur");
    makmur.mutable_pegawai()->set_npsn("69920001");
    Add("makmur", makmur);
  }

  void Add(const char* id, v1::Skp skp) {
    clock_.Advance(absl::Hours(1));
    skp.mutable_source()->set_id(id);
    Accept(wide_, skp);
  }

  static v1::Skp WithNip(v1::Skp skp, const char* nip) {
    skp.mutable_pegawai()->set_nip(nip);
    return skp;
  }

  // Under PP 46/2011; a draft, so that what is missing warns only.
  static v1::Skp OldRecord() {
    v1::Skp skp = WithNip(SkpAt(v1::STATUS_SKP_DRAFT), "199105012015042004");
    skp.set_regime(v1::REGIME_PP46_2011);
    skp.mutable_periode()->set_tahun(2020);
    skp.mutable_periode()->set_mulai("2020-01-01");
    skp.mutable_periode()->set_selesai("2020-12-31");
    skp.clear_perilaku();
    return skp;
  }

  std::vector<std::string> Ids(const security::Principal& principal,
                               const v1::ListSkpsRequest& request) {
    const auto answer = List(principal, request);
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? IdsOf(*answer) : std::vector<std::string>();
  }

  // Follows the pages to the end and counts them.
  std::vector<std::string> AllIds(const security::Principal& principal, v1::ListSkpsRequest request,
                                  int* pages) {
    std::vector<std::string> ids;
    for (*pages = 1; *pages < 100; ++*pages) {
      const auto answer = List(principal, request);
      EXPECT_THAT(answer, IsOk());
      if (!answer.ok()) break;
      for (const std::string& id : IdsOf(*answer)) ids.push_back(id);
      if (answer->next_page_token().empty()) break;
      request.set_page_token(answer->next_page_token());
    }
    return ids;
  }
};

TEST_F(ListTest, SelectsByEachFilter) {
  struct Case {
    const char* name;
    void (*set)(v1::ListSkpsRequest* request);
    std::vector<std::string> want;
  };
  const Case kCases[] = {
      {"none", [](v1::ListSkpsRequest*) {}, {"year", "half", "draft", "old", "makmur"}},
      {"instansi",
       [](v1::ListSkpsRequest* request) { request->set_parent("instansi/9902"); },
       {"makmur"}},
      {"unor", [](v1::ListSkpsRequest* request) { request->set_unor("UNOR-CJ-0202"); }, {"half"}},
      {"npsn",
       [](v1::ListSkpsRequest* request) { request->set_npsn("69900001"); },
       {"year", "draft", "old"}},
      {"begin",
       [](v1::ListSkpsRequest* request) { request->set_mulai_dari("2025-01-01"); },
       {"year", "half", "draft", "makmur"}},
      {"begin, the day after",
       [](v1::ListSkpsRequest* request) { request->set_mulai_dari("2025-01-02"); },
       {}},
      {"end",
       [](v1::ListSkpsRequest* request) { request->set_selesai_sampai("2025-06-30"); },
       {"half", "old"}},
      {"end, the day before",
       [](v1::ListSkpsRequest* request) { request->set_selesai_sampai("2025-06-29"); },
       {"old"}},
      {"regime",
       [](v1::ListSkpsRequest* request) { request->set_regime(v1::REGIME_PP46_2011); },
       {"old"}},
      {"one state",
       [](v1::ListSkpsRequest* request) { request->add_status(v1::STATUS_SKP_DRAFT); },
       {"draft", "old"}},
      {"several states",
       [](v1::ListSkpsRequest* request) {
         request->add_status(v1::STATUS_SKP_FINAL);
         request->add_status(v1::STATUS_SKP_DISETUJUI);
       },
       {"year", "half", "makmur"}},
      {"nip",
       [](v1::ListSkpsRequest* request) { request->set_nip("199105012015042003"); },
       {"draft"}},
      {"nip of nobody",
       [](v1::ListSkpsRequest* request) { request->set_nip("199105012015042099"); },
       {}},
      {"source system",
       [](v1::ListSkpsRequest* request) { request->set_source_system("bkd-9902"); },
       {"makmur"}},
      {"source id",
       [](v1::ListSkpsRequest* request) {
         request->set_source_system("bkd-9901");
         request->set_source_id("half");
       },
       {"half"}},
      {"source id of nobody",
       [](v1::ListSkpsRequest* request) {
         request->set_source_system("bkd-9902");
         request->set_source_id("half");
       },
       {}},
      {"together",
       [](v1::ListSkpsRequest* request) {
         request->set_npsn("69900001");
         request->add_status(v1::STATUS_SKP_DRAFT);
         request->set_mulai_dari("2025-01-01");
       },
       {"draft"}},
      {"a person and what does not fit",
       [](v1::ListSkpsRequest* request) {
         request->set_nip("199105012015042003");
         request->set_unor("UNOR-CJ-0202");
       },
       {}},
      {"a source and an instansi that does not fit",
       [](v1::ListSkpsRequest* request) {
         request->set_parent("instansi/9902");
         request->set_source_system("bkd-9901");
         request->set_source_id("half");
       },
       {}},
  };
  for (const Case& c : kCases) {
    v1::ListSkpsRequest request = Everything();
    c.set(&request);
    EXPECT_EQ(Ids(wide_, request), c.want) << c.name;
  }
}

TEST_F(ListTest, SelectsByTheTimeOfTheLastChange) {
  v1::ListSkpsRequest request = Everything();
  const absl::Time last = clock_.Now();
  request.mutable_changed_since()->set_seconds(absl::ToUnixSeconds(last - absl::Hours(1)));
  EXPECT_THAT(Ids(wide_, request), ElementsAre("makmur"));
  request.mutable_changed_since()->set_seconds(absl::ToUnixSeconds(last - absl::Hours(1)) - 1);
  EXPECT_THAT(Ids(wide_, request), ElementsAre("old", "makmur"));
  request.mutable_changed_since()->set_seconds(absl::ToUnixSeconds(last));
  EXPECT_THAT(Ids(wide_, request), IsEmpty());
}

TEST_F(ListTest, SelectsByNikWhereThereIsNoNip) {
  v1::Skp skp = MakeSkp();
  skp.mutable_pegawai()->clear_nip();
  skp.mutable_pegawai()->set_nik("9901014105900077");
  skp.mutable_pegawai()->clear_golongan();
  skp.mutable_pegawai()->clear_pangkat();
  skp.mutable_pegawai()->set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_NON_ASN);
  Add("non-asn", skp);
  v1::ListSkpsRequest request = Everything();
  request.set_nip("nik:9901014105900077");
  EXPECT_THAT(Ids(wide_, request), ElementsAre("non-asn"));
}

TEST_F(ListTest, IsInTheOrderOfTheLastChange) {
  v1::Skp changed = Newer(MakeSkp());
  changed.mutable_pegawai()->set_golongan("III/c");
  Add("year", changed);
  EXPECT_THAT(Ids(wide_, Everything()), ElementsAre("half", "draft", "old", "makmur", "year"));
}

TEST_F(ListTest, ShowsACallerItsOwnInstansiOnly) {
  EXPECT_THAT(Ids(bkd_, Everything()), ElementsAre("year", "half", "draft", "old"));
  EXPECT_THAT(Ids(elsewhere_, Everything()), ElementsAre("makmur"));
  for (const char* nip : {support::kPegawaiNip.data(), "199105012015042002"}) {
    v1::ListSkpsRequest by_person = Everything();
    by_person.set_nip(nip);
    EXPECT_THAT(Ids(elsewhere_, by_person), IsEmpty());
  }
  v1::ListSkpsRequest by_source = Everything();
  by_source.set_source_system("bkd-9901");
  by_source.set_source_id("year");
  EXPECT_THAT(Ids(elsewhere_, by_source), IsEmpty());
}

TEST_F(ListTest, DeniesAForeignInstansi) {
  v1::ListSkpsRequest request = Everything();
  request.set_parent("instansi/9902");
  const auto answer = List(bkd_, request);
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(answer, HasReason("INSTANSI_NOT_ALLOWED"));
}

TEST_F(ListTest, RefusesWhatIsNoQuery) {
  struct Case {
    const char* name;
    void (*set)(v1::ListSkpsRequest* request);
  };
  constexpr Case kCases[] = {
      {"no parent", [](v1::ListSkpsRequest* request) { request->clear_parent(); }},
      {"a parent that is none", [](v1::ListSkpsRequest* request) { request->set_parent("9901"); }},
      {"a record as parent",
       [](v1::ListSkpsRequest* request) {
         request->set_parent("instansi/9901/skp/0123456789abc");
       }},
      {"a negative page", [](v1::ListSkpsRequest* request) { request->set_page_size(-1); }},
      {"a day that is none",
       [](v1::ListSkpsRequest* request) { request->set_mulai_dari("2025-02-30"); }},
      {"a source id without system",
       [](v1::ListSkpsRequest* request) { request->set_source_id("year"); }},
  };
  for (const Case& c : kCases) {
    v1::ListSkpsRequest request = Everything();
    c.set(&request);
    EXPECT_THAT(List(wide_, request), StatusIs(absl::StatusCode::kInvalidArgument)) << c.name;
  }
}

TEST_F(ListTest, GoesOnPageByPage) {
  for (const int page_size : {1, 2, 3, 4, 5, 6, 1000}) {
    v1::ListSkpsRequest request = Everything();
    request.set_page_size(page_size);
    int pages = 0;
    EXPECT_THAT(AllIds(wide_, request, &pages),
                ElementsAre("year", "half", "draft", "old", "makmur"))
        << page_size;
    EXPECT_GE(pages, (5 + page_size - 1) / page_size) << page_size;
  }
}

TEST_F(ListTest, GoesOnPageByPageOfOnePersonOrInstansi) {
  Add("half-2",
      AtOtherUnit(InDays(WithNip(MakeSkp(), "199105012015042002"), "2025-07-01", "2025-12-31")));
  v1::ListSkpsRequest of_person = Everything();
  of_person.set_nip("199105012015042002");
  of_person.set_page_size(1);
  v1::ListSkpsRequest of_instansi = Everything();
  of_instansi.set_parent("instansi/9901");
  of_instansi.set_page_size(2);
  int pages = 0;
  EXPECT_THAT(AllIds(wide_, of_person, &pages), ElementsAre("half", "half-2"));
  EXPECT_THAT(AllIds(wide_, of_instansi, &pages),
              ElementsAre("year", "half", "draft", "old", "half-2"));
}

TEST_F(ListTest, APageTokenHoldsForItsQueryOnly) {
  v1::ListSkpsRequest request = Everything();
  request.set_page_size(1);
  const auto answer = List(wide_, request);
  ASSERT_THAT(answer, IsOk());
  ASSERT_NE(answer->next_page_token(), "");
  request.set_page_token(answer->next_page_token());
  request.set_page_size(2);
  EXPECT_THAT(Ids(wide_, request), ElementsAre("half", "draft")) << "another page_size";
  v1::ListSkpsRequest other = request;
  other.add_status(v1::STATUS_SKP_DRAFT);
  EXPECT_THAT(List(wide_, other), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(List(wide_, other), HasReason("PAGE_TOKEN_INVALID"));
  other = request;
  other.set_parent("instansi/9901");
  EXPECT_THAT(List(wide_, other), HasReason("PAGE_TOKEN_INVALID"));
}

TEST_F(ListTest, RefusesATokenThatWasTamperedWith) {
  v1::ListSkpsRequest request = Everything();
  request.set_page_size(1);
  const std::string token = List(wide_, request)->next_page_token();
  ASSERT_FALSE(token.empty());
  for (size_t i = 0; i < token.size(); ++i) {
    std::string tampered = token;
    tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
    request.set_page_token(tampered);
    EXPECT_THAT(List(wide_, request), HasReason("PAGE_TOKEN_INVALID")) << i;
  }
}

// Two heads are looked at by one call.
class ShortPageTest : public ListTest {
 protected:
  ShortPageTest() : ListTest(2) {}
};

TEST_F(ShortPageTest, APageMayBeEmptyAndStillHaveANextOne) {
  v1::ListSkpsRequest request = Everything();
  request.set_regime(v1::REGIME_PP46_2011);
  const auto first = List(wide_, request);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(first->skps(), IsEmpty());
  ASSERT_NE(first->next_page_token(), "");
  int pages = 0;
  EXPECT_THAT(AllIds(wide_, request, &pages), ElementsAre("old"));
  EXPECT_GE(pages, 2);
}

TEST_F(ShortPageTest, NothingIsLeftOutOrTwice) {
  for (const int page_size : {1, 2, 50}) {
    v1::ListSkpsRequest request = Everything();
    request.set_page_size(page_size);
    int pages = 0;
    EXPECT_THAT(AllIds(wide_, request, &pages),
                ElementsAre("year", "half", "draft", "old", "makmur"));
    EXPECT_THAT(AllIds(elsewhere_, request, &pages), ElementsAre("makmur"));
  }
}

}  // namespace
}  // namespace kinerja::ingest
