// The targets that a revision is owed are judged at acceptance and stored, before and after, with
// what lists select by (design §2 and §6 Routes).
#include "google/protobuf/text_format.h"
#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::AppendStatus;
using support::MakeSkp;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Targets = std::vector<std::string>;

constexpr char kRoutes[] = R"pb(
  routes {
    target: "bkn"
    status_kepegawaian: [ STATUS_KEPEGAWAIAN_PNS, STATUS_KEPEGAWAIAN_PPPK ]
  }
  routes {
    target: "aktif"
    status: [ STATUS_SKP_DISETUJUI, STATUS_SKP_BERJALAN, STATUS_SKP_FINAL ]
  }
  routes { target: "makmur" instansi: "9902" }
  routes { target: "bkd-9901" }
)pb";

class TargetsTest : public IngestHarness {
 protected:
  void SetUp() override { UseRoutes(kRoutes); }

  void UseRoutes(const char* routes) {
    config::v1::GatewayConfig config = MakeConfig();
    ASSERT_TRUE(google::protobuf::TextFormat::MergeFromString(routes, &config));
    Use(config);
  }

  void ExpectLastChange(const Targets& before, const Targets& after) {
    const std::vector<store::Change> changes = Changes();
    ASSERT_FALSE(changes.empty());
    EXPECT_EQ(changes.back().targets_before, before);
    EXPECT_EQ(changes.back().targets_after, after);
  }
};

TEST_F(TargetsTest, ANewRecordIsOwedToTheTargetsThatTakeIt) {
  Accept(MakeSkp());
  ExpectLastChange({}, {"aktif", "bkn"});
}

TEST_F(TargetsTest, NothingGoesBackToItsOrigin) {
  v1::Skp skp = MakeSkp();
  skp.mutable_source()->set_system("arsip");
  Accept(skp);
  ExpectLastChange({}, {"aktif", "bkd-9901", "bkn"});
}

TEST_F(TargetsTest, AChangeStatesBeforeAndAfter) {
  Accept(MakeSkp());
  v1::Skp changed = Newer(MakeSkp());
  changed.mutable_pegawai()->set_golongan("III/c");
  Accept(changed);
  ExpectLastChange({"aktif", "bkn"}, {"aktif", "bkn"});
}

TEST_F(TargetsTest, AChangedRecordLosesATargetItNoLongerFits) {
  Accept(MakeSkp());
  v1::Skp left = Newer(MakeSkp());
  left.mutable_pegawai()->set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_NON_ASN);
  left.mutable_pegawai()->clear_nip();
  left.mutable_pegawai()->clear_golongan();
  left.mutable_pegawai()->clear_pangkat();
  Accept(left);
  ExpectLastChange({"aktif", "bkn"}, {"aktif"});
}

TEST_F(TargetsTest, AnEndedRecordLosesATargetItNoLongerFits) {
  Accept(MakeSkp());
  v1::Skp cancelled = Newer(MakeSkp());
  AppendStatus(&cancelled, v1::STATUS_SKP_DIBATALKAN, "", "salah masa kerja");
  Accept(cancelled);
  ExpectLastChange({"aktif", "bkn"}, {"bkn"});
}

TEST_F(TargetsTest, AReplacedRecordLosesATargetItNoLongerFits) {
  Accept(MakeSkp());
  v1::Skp adendum = MakeSkp();
  adendum.set_menggantikan(MakeSkp().source().id());
  adendum.mutable_source()->set_id("adendum");
  Accept(adendum);
  const std::vector<store::Change> changes = Changes();
  ASSERT_THAT(changes, SizeIs(3));
  for (const store::Change& change : changes) {
    if (change.kind != store::ChangeKind::kReplaced) {
      EXPECT_THAT(change.targets_before, IsEmpty());
      EXPECT_THAT(change.targets_after, ElementsAre("aktif", "bkn"));
    } else {
      EXPECT_THAT(change.targets_before, ElementsAre("aktif", "bkn"));
      EXPECT_THAT(change.targets_after, ElementsAre("bkn"));
    }
  }
}

TEST_F(TargetsTest, ARecordOfResultsIsJudgedLikeAnyOther) {
  Accept(bkn_feed_, support::MakeResultsOnlySkp());
  // Not of PNS or PPPK as far as is known, and no route for its state.
  ExpectLastChange({}, {"bkd-9901"});
}

TEST_F(TargetsTest, MergedResultsMoveTheTargetsWithTheState) {
  Accept(MakeSkp());
  Accept(bkn_feed_, support::MakeResultsOnlySkp());
  ExpectLastChange({"aktif", "bkn"}, {"bkn"});
}

TEST_F(TargetsTest, NewRoutesHoldFromTheNextRevisionOn) {
  Accept(MakeSkp());
  UseRoutes(R"pb(routes { target: "baru" }
                 routes { target: "bkn" })pb");
  ExpectLastChange({}, {"aktif", "bkn"});
  v1::Skp changed = Newer(MakeSkp());
  changed.mutable_pegawai()->set_golongan("III/c");
  Accept(changed);
  ExpectLastChange({"aktif", "bkn"}, {"baru", "bkn"});
}

TEST_F(TargetsTest, NoRevisionIsOwedNothing) {
  Accept(MakeSkp());
  UseRoutes(R"pb(routes { target: "baru" })pb");
  Accept(Newer(MakeSkp()));
  EXPECT_THAT(Changes(), SizeIs(1));
}

TEST_F(TargetsTest, AreStoredWithTheKeysOfLists) {
  Accept(MakeSkp());
  v1::Skp changed = Newer(AtOtherUnit(SkpCarriedTo(v1::STATUS_SKP_BERJALAN)));
  changed.mutable_source()->set_id(MakeSkp().source().id());
  Accept(changed);
  const store::FilterKeys first = {.instansi = "9901",
                                   .wilayah = "99.01",
                                   .unor = "UNOR-CJ-0101",
                                   .npsn = "69900001",
                                   .mulai = "2025-01-01",
                                   .selesai = "2025-12-31",
                                   .tahun = 2025,
                                   .jenis_periode = v1::JENIS_PERIODE_TAHUN,
                                   .regime = v1::REGIME_PERMENPANRB6_2022,
                                   .status = v1::STATUS_SKP_DISETUJUI,
                                   .kelengkapan = v1::KELENGKAPAN_LENGKAP,
                                   .status_kepegawaian = v1::STATUS_KEPEGAWAIAN_PNS};
  store::FilterKeys second = first;
  second.unor = "UNOR-CJ-0202";
  second.npsn = "69900002";
  second.status = v1::STATUS_SKP_BERJALAN;
  const std::vector<store::Change> changes = Changes();
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_FALSE(changes[0].keys_before.has_value());
  EXPECT_TRUE(changes[0].keys_after == first);
  EXPECT_TRUE(changes[1].keys_before == first);
  EXPECT_TRUE(changes[1].keys_after == second);
}

}  // namespace
}  // namespace kinerja::ingest
