// Two live records of one person, regime and unit do not overlap (design §3 Identity).
#include "gateway/ingest/judge.h"
#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::AppendStatus;
using support::HasReason;
using support::IsOk;
using support::MakeSkp;
using support::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using OverlapTest = IngestHarness;

v1::Skp Twin(v1::Skp skp = MakeSkp()) {
  skp.mutable_source()->set_id("twin");
  return skp;
}

TEST_F(OverlapTest, RefusesASecondRecordAndNamesTheFirst) {
  const std::string name = Accept(MakeSkp()).name();
  const Answer answer = Submit(Twin());
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr(name)));
  EXPECT_THAT(answer, HasReason("SKP_DUPLICATE"));
  EXPECT_EQ(MetadataOf(answer.status(), "name"), name);
  EXPECT_THAT(Changes(), SizeIs(1));
}

TEST_F(OverlapTest, JudgesTheDays) {
  struct Case {
    const char* name;
    const char* mulai;
    const char* selesai;
    bool overlaps;
  };
  constexpr Case kCases[] = {
      {"the same days", "2025-03-01", "2025-06-30", true},
      {"inside", "2025-04-01", "2025-04-30", true},
      {"around", "2025-01-01", "2025-12-31", true},
      {"ends on the first day", "2025-01-01", "2025-03-01", true},
      {"begins on the last day", "2025-06-30", "2025-12-31", true},
      {"ends the day before", "2025-01-01", "2025-02-28", false},
      {"begins the day after", "2025-07-01", "2025-12-31", false},
      {"another year", "2024-03-01", "2024-06-30", false},
  };
  Accept(InDays(MakeSkp(), "2025-03-01", "2025-06-30"));
  for (const Case& c : kCases) {
    v1::Skp other = InDays(Twin(), c.mulai, c.selesai);
    other.mutable_periode()->set_tahun(std::stoi(c.mulai));
    const Answer answer = Validate(bkd_, other);
    ASSERT_THAT(answer, IsOk()) << c.name;
    if (c.overlaps) {
      EXPECT_THAT(ReasonsOf(answer->violations()), ElementsAre("SKP_DUPLICATE")) << c.name;
    } else {
      EXPECT_THAT(answer->violations(), IsEmpty()) << c.name;
    }
  }
}

TEST_F(OverlapTest, AnotherPersonOrUnitIsNoDuplicate) {
  Accept(MakeSkp());
  EXPECT_THAT(Submit(OfOtherPerson(MakeSkp())), HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_THAT(Submit(AtOtherUnit(MakeSkp())), HasOutcome(v1::OUTCOME_CREATED));
}

// The regime follows from the days, so no valid submission shows this; the decision does.
TEST_F(OverlapTest, AnotherRegimeIsNoDuplicate) {
  Accept(MakeSkp());
  const auto rulebook = Rulebook::Make(MakeConfig(), support::MakeReference());
  const auto judge = [&](v1::Regime regime) {
    Submission submission;
    submission.principal = &bkd_;
    submission.skp = Twin();
    submission.skp.set_regime(regime);
    submission.received = clock_.Now();
    std::vector<std::string> reasons;
    Look([&](const store::View& view) {
      const absl::StatusOr<Verdict> verdict = Judge(view, submission, *rulebook);
      ASSERT_THAT(verdict, IsOk());
      for (const schema::Violation& violation : verdict->violations) {
        reasons.emplace_back(schema::ReasonName(violation.reason));
      }
    });
    return reasons;
  };
  EXPECT_THAT(judge(v1::REGIME_PP30_2019), IsEmpty());
  EXPECT_THAT(judge(v1::REGIME_PERMENPANRB6_2022), ElementsAre("SKP_DUPLICATE"));
}

TEST_F(OverlapTest, ARecordThatEndedIsNoDuplicate) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp cancelled = Newer(MakeSkp());
  AppendStatus(&cancelled, v1::STATUS_SKP_DIBATALKAN, "", "salah masa kerja");
  Accept(cancelled);
  const Answer answer = Submit(Twin());
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_NE(answer->name(), name);
}

TEST_F(OverlapTest, ASubmissionThatEndedIsNoDuplicate) {
  Accept(MakeSkp());
  v1::Skp cancelled = Twin();
  AppendStatus(&cancelled, v1::STATUS_SKP_DIBATALKAN, "", "dibuat dua kali");
  EXPECT_THAT(Submit(cancelled), HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(OverlapTest, AFinalRecordIsStillOne) {
  Accept(SkpCarriedTo(v1::STATUS_SKP_FINAL));
  EXPECT_THAT(Submit(Twin()), HasReason("SKP_DUPLICATE"));
}

TEST_F(OverlapTest, ResultsAloneAreNeverADuplicate) {
  Accept(InDays(MakeSkp(), "2025-01-01", "2025-06-30"));
  Accept(InDays(MakeSkp(), "2025-07-01", "2025-12-31"));
  EXPECT_THAT(Submit(bkn_feed_, support::MakeResultsOnlySkp()), HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(OverlapTest, APlanBesideResultsAloneOfOtherDaysIsNoDuplicate) {
  Accept(bkn_feed_, support::MakeResultsOnlySkp());
  EXPECT_THAT(Submit(InDays(MakeSkp(), "2025-01-01", "2025-06-30")),
              HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(OverlapTest, AUnitFoundByNameIsTheSameUnit) {
  Accept(MakeSkp());
  v1::Skp twin = Twin();
  twin.mutable_pegawai()->mutable_unor()->clear_id();
  twin.mutable_pegawai()->mutable_unor()->set_nama("sdn 1  CONTOH jaya");
  EXPECT_THAT(Submit(twin), HasReason("SKP_DUPLICATE"));
}

v1::Skp NonAsn() {
  v1::Skp skp = MakeSkp();
  skp.mutable_pegawai()->clear_nip();
  skp.mutable_pegawai()->clear_golongan();
  skp.mutable_pegawai()->clear_pangkat();
  skp.mutable_pegawai()->set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_NON_ASN);
  return skp;
}

TEST_F(OverlapTest, AsksForTheNikWhereThereIsNoNip) {
  const std::string name = Accept(NonAsn()).name();
  const Answer answer = Submit(Twin(NonAsn()));
  EXPECT_THAT(answer, HasReason("SKP_DUPLICATE"));
  EXPECT_EQ(MetadataOf(answer.status(), "name"), name);
  v1::Skp another = Twin(NonAsn());
  another.mutable_pegawai()->set_nik("9901014105900009");
  EXPECT_THAT(Submit(another), HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(OverlapTest, AChangeIsNoDuplicateOfItself) {
  Accept(MakeSkp());
  v1::Skp changed = Newer(MakeSkp());
  changed.mutable_pegawai()->set_golongan("III/c");
  EXPECT_THAT(Submit(changed), HasOutcome(v1::OUTCOME_UPDATED));
}

TEST_F(OverlapTest, WhatIsNotTakenOfAFeedOverlapsNothing) {
  const v1::Skp first_half = InDays(MakeSkp(), "2025-01-01", "2025-06-30");
  const std::string name = Accept(first_half).name();
  Accept(InDays(MakeSkp(), "2025-07-01", "2025-12-31"));
  v1::Skp longer = Newer(first_half);
  longer.mutable_periode()->set_selesai("2025-09-30");
  longer.mutable_pegawai()->set_golongan("III/c");
  const Answer answer = Submit(feed_, longer);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(NamedBy(answer->warnings()), ElementsAre(Named("periode.selesai", "PLAN_FROZEN")));
  EXPECT_EQ(Get(name).periode().selesai(), "2025-06-30");
}

TEST_F(OverlapTest, RefusesAChangeThatMovesIntoAnother) {
  const v1::Skp first_half = InDays(SkpAt(v1::STATUS_SKP_DRAFT), "2025-01-01", "2025-06-30");
  const v1::Skp second_half = InDays(SkpAt(v1::STATUS_SKP_DRAFT), "2025-07-01", "2025-12-31");
  const v1::Skp elsewhere = AtOtherUnit(first_half);
  const v1::Skp of_other = OfOtherPerson(first_half);
  const std::string name = Accept(first_half).name();
  for (const v1::Skp& skp : {second_half, elsewhere, of_other}) Accept(skp);

  v1::Skp longer = Newer(second_half);
  longer.mutable_periode()->set_mulai("2025-06-30");
  v1::Skp moved = Newer(elsewhere);
  *moved.mutable_pegawai() = first_half.pegawai();
  v1::Skp corrected = Newer(of_other);
  corrected.mutable_pegawai()->set_nip(first_half.pegawai().nip());
  struct Case {
    const char* name;
    v1::Skp skp;
  };
  for (const Case& c : {Case{"by its days", longer}, Case{"by its unit", moved},
                        Case{"by its person", corrected}}) {
    const Answer answer = Submit(c.skp);
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kAlreadyExists)) << c.name;
    EXPECT_THAT(answer, HasReason("SKP_DUPLICATE")) << c.name;
    EXPECT_EQ(MetadataOf(answer.status(), "name"), name) << c.name;
  }
  EXPECT_THAT(Changes(), SizeIs(4));
}

}  // namespace
}  // namespace kinerja::ingest
