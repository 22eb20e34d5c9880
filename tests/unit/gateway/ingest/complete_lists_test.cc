// A refusal names everything that is wrong at once: rules of the record, and those that need what
// is stored (design §2); validate_only judges and writes nothing.
#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::HasReason;
using support::MakeSkp;
using support::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using CompleteListTest = IngestHarness;
using ValidateOnlyTest = IngestHarness;

// MakeSkp() with an RHK without text, and a number that is none.
v1::Skp Broken(v1::Skp skp = MakeSkp()) {
  skp.mutable_rhk(1)->clear_uraian();
  skp.mutable_rhk(0)->mutable_indikator(0)->mutable_target()->set_nilai("12,5");
  return skp;
}

const Named kNumberFormat("rhk[0].indikator[0].target.nilai", "NUMBER_FORMAT");
const Named kRhkEmpty("rhk[1].uraian", "RHK_EMPTY");

v1::Skp Twin(v1::Skp skp) {
  skp.mutable_source()->set_id("twin");
  return skp;
}

TEST_F(CompleteListTest, NamesAllOfTheRecordInFieldOrder) {
  const Answer answer = Submit(Broken());
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(answer, HasReason("RECORD_INVALID"));
  EXPECT_EQ(MetadataOf(answer.status(), "total"), "2");
  EXPECT_THAT(NamedBy(answer), ElementsAre(kNumberFormat, kRhkEmpty));
}

TEST_F(CompleteListTest, NamesAnOverlapBesideThem) {
  Accept(MakeSkp());
  const Answer answer = Submit(Twin(Broken()));
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(answer, HasReason("RECORD_INVALID"));
  EXPECT_THAT(ReasonsOf(answer),
              UnorderedElementsAre("NUMBER_FORMAT", "RHK_EMPTY", "SKP_DUPLICATE"));
}

TEST_F(CompleteListTest, NamesAnUnreachableStateAndAFrozenPlanBesideThem) {
  Accept(SkpCarriedTo(v1::STATUS_SKP_BERJALAN));
  v1::Skp broken = Newer(MakeSkp());
  broken.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas V");
  broken.mutable_pegawai()->set_nik("123");
  const Answer answer = Submit(broken);
  EXPECT_THAT(answer, HasReason("RECORD_INVALID"));
  EXPECT_THAT(ReasonsOf(answer),
              UnorderedElementsAre("NIK_FORMAT", "STATE_ILLEGAL", "PLAN_FROZEN"));
}

TEST_F(CompleteListTest, ARefusalIsWorseThanAHold) {
  v1::Skp broken = Broken();
  broken.mutable_pegawai()->mutable_unor()->set_id("UNOR-CJ-0909");
  broken.mutable_pegawai()->mutable_unor()->set_nama("SMPN 9 Contoh Jaya");
  broken.mutable_pegawai()->set_npsn("69900009");
  const Answer refused = Submit(broken);
  EXPECT_THAT(refused, HasReason("RECORD_INVALID"));
  EXPECT_THAT(ReasonsOf(refused),
              UnorderedElementsAre("UNOR_INACTIVE", "NUMBER_FORMAT", "RHK_EMPTY"));
  v1::Skp held = MakeSkp();
  *held.mutable_pegawai() = broken.pegawai();
  const Answer answer = Submit(held);
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(answer, HasReason("RECORD_HELD"));
  EXPECT_THAT(ReasonsOf(answer), ElementsAre("UNOR_INACTIVE"));
  EXPECT_THAT(Changes(), IsEmpty());
}

TEST_F(ValidateOnlyTest, SaysThatAGoodRecordIsValid) {
  const Answer answer = Validate(bkd_, MakeSkp());
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_VALID));
  EXPECT_EQ(answer->name(), "");
  EXPECT_THAT(answer->violations(), IsEmpty());
  EXPECT_THAT(answer->warnings(), IsEmpty());
  EXPECT_THAT(Changes(), IsEmpty());
}

TEST_F(ValidateOnlyTest, NamesTheRecordThatIsMeant) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp changed = Newer(MakeSkp());
  changed.mutable_pegawai()->set_golongan("III/c");
  const Answer answer = Validate(bkd_, changed);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_VALID));
  EXPECT_EQ(answer->name(), name);
  EXPECT_EQ(answer->revision(), 1U);
  EXPECT_EQ(Get(name).pegawai().golongan(), "III/b");
  EXPECT_EQ(Get(name).source().version(), 1U);
}

TEST_F(ValidateOnlyTest, ListsEveryViolationWithBothSentences) {
  Accept(MakeSkp());
  const Answer answer = Validate(bkd_, Twin(Broken()));
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_INVALID));
  EXPECT_THAT(ReasonsOf(answer->violations()),
              UnorderedElementsAre("NUMBER_FORMAT", "RHK_EMPTY", "SKP_DUPLICATE"));
  for (const v1::Violation& violation : answer->violations()) {
    EXPECT_FALSE(violation.description().empty());
    EXPECT_FALSE(violation.keterangan().empty());
    EXPECT_NE(violation.mender(), v1::MENDER_UNSPECIFIED);
  }
  EXPECT_THAT(Changes(), SizeIs(1));
}

TEST_F(ValidateOnlyTest, ListsMoreThanAStatusCarries) {
  v1::Skp skp = MakeSkp();
  skp.clear_rhk();
  for (int i = 0; i < 200; ++i) {
    v1::Rhk* rhk = skp.add_rhk();
    *rhk = MakeSkp().rhk(1);
    rhk->set_rhk_id("r-" + std::to_string(i));
    rhk->mutable_indikator(0)->set_indikator_id("i-" + std::to_string(i));
    rhk->clear_uraian();
  }
  const Answer answer = Validate(bkd_, skp);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_INVALID));
  EXPECT_EQ(answer->violations_size(), 200);
  const Answer refused = Submit(skp);
  EXPECT_EQ(MetadataOf(refused.status(), "total"), "200");
  EXPECT_LT(NamedBy(refused).size(), 200U);
  EXPECT_GT(NamedBy(refused).size(), 0U);
}

TEST_F(ValidateOnlyTest, JudgesByWhatIsStored) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp frozen = Newer(MakeSkp());
  frozen.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas V");
  v1::Skp reused = MakeSkp();
  reused.mutable_pegawai()->set_golongan("III/c");
  struct Case {
    const char* reason;
    v1::Skp skp;
  };
  for (const Case& c : {Case{"PLAN_FROZEN", frozen}, Case{"SOURCE_VERSION_REUSED", reused},
                        Case{"SKP_DUPLICATE", Twin(MakeSkp())}}) {
    const Answer answer = Validate(bkd_, c.skp);
    ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_INVALID)) << c.reason;
    EXPECT_THAT(ReasonsOf(answer->violations()), ElementsAre(c.reason));
    const bool is_new = c.skp.source().id() != MakeSkp().source().id();
    EXPECT_EQ(answer->name(), is_new ? "" : name) << c.reason;
    EXPECT_EQ(answer->revision(), is_new ? 0U : 1U) << c.reason;
  }
  v1::SubmitSkpRequest stale = RequestOf(Newer(MakeSkp()));
  stale.set_validate_only(true);
  stale.set_expected_revision(7);
  const Answer answer = Submit(bkd_, stale);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_INVALID));
  EXPECT_THAT(ReasonsOf(answer->violations()), ElementsAre("REVISION_STALE"));
}

TEST_F(ValidateOnlyTest, ListsWarningsOfAGoodRecord) {
  clock_.Set(absl::FromCivil(absl::CivilDay(2026, 3, 1), absl::UTCTimeZone()));
  const Answer answer = Validate(bkd_, support::MakeEvaluatedSkp());
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_VALID));
  EXPECT_THAT(ReasonsOf(answer->violations()), IsEmpty());
  v1::Skp late = support::MakeEvaluatedSkp();
  late.mutable_evaluasi(0)->set_tanggal("2026-02-20");
  late.mutable_riwayat_status(3)->mutable_waktu()->set_seconds(1771552800);
  const Answer warned = Validate(bkd_, late);
  ASSERT_THAT(warned, HasOutcome(v1::OUTCOME_VALID));
  EXPECT_THAT(ReasonsOf(warned->warnings()), ElementsAre("WINDOW_LATE"));
}

TEST_F(ValidateOnlyTest, IsForThoseWhoMaySubmit) {
  EXPECT_THAT(Validate(elsewhere_, MakeSkp()), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Validate(reader_, MakeSkp()), StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace kinerja::ingest
