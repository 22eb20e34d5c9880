// Results that come without a plan (HASIL_SAJA), skp-model §11.
#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::HasReason;
using support::MakeResultsOnlySkp;
using support::MakeSkp;
using support::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// Yearly results as another rater would have found them.
v1::Skp BetterResults() {
  v1::Skp results = MakeResultsOnlySkp();
  results.mutable_evaluasi(0)->set_rating_hasil(v1::RATING_DI_ATAS_EKSPEKTASI);
  results.mutable_evaluasi(0)->set_rating_perilaku(v1::RATING_DI_ATAS_EKSPEKTASI);
  results.mutable_evaluasi(0)->set_predikat_dilaporkan(v1::PREDIKAT_SANGAT_BAIK);
  return results;
}

// Periodic results of the same year.
v1::Skp QuarterResults(int urutan) {
  v1::Skp results = MakeResultsOnlySkp();
  results.set_status(v1::STATUS_SKP_DINILAI_PERIODIK);
  *results.mutable_evaluasi(0) = support::MakeTriwulan(2025, urutan);
  return results;
}

class ResultsTest : public IngestHarness {
 protected:
  Answer Report(const v1::Skp& results) { return Submit(bkn_feed_, results); }
};

TEST_F(ResultsTest, GoIntoTheFullRecord) {
  const v1::Skp plan = SkpCarriedTo(v1::STATUS_SKP_BERJALAN);
  const std::string name = Accept(plan).name();
  const Answer answer = Report(MakeResultsOnlySkp());
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->name(), name);
  EXPECT_EQ(answer->revision(), 2U);
  const v1::Skp held = Get(name);
  ASSERT_EQ(held.evaluasi_size(), 1);
  EXPECT_EQ(held.evaluasi(0).sumber(), "bkn-rekap");
  EXPECT_EQ(held.evaluasi(0).predikat_dilaporkan(), v1::PREDIKAT_BAIK);
  EXPECT_EQ(held.evaluasi(0).predikat_dihitung(), v1::PREDIKAT_BAIK);
}

TEST_F(ResultsTest, NeverTouchThePlan) {
  v1::Skp plan = SkpCarriedTo(v1::STATUS_SKP_BERJALAN);
  const std::string name = Accept(plan).name();
  Report(MakeResultsOnlySkp()).IgnoreError();
  v1::Skp held = Get(name);
  ASSERT_EQ(held.evaluasi_size(), 1);
  held.clear_evaluasi();
  for (v1::Skp* skp : {&held, &plan}) {
    skp->clear_status();
    skp->clear_riwayat_status();
  }
  EXPECT_EQ(ContentOf(held), ContentOf(plan));
}

TEST_F(ResultsTest, AreRememberedBesideTheSourceOfThePlan) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_BERJALAN)).name();
  ASSERT_THAT(Report(MakeResultsOnlySkp()), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(SourcesOf(name), ElementsAre("bkd-9901/skp-2025-0001", "bkn-rekap/rekap-2025-0001"));
  EXPECT_EQ(Get(name).source().system(), "bkd-9901");
  EXPECT_THAT(Get(name).provenance().ShortDebugString(), ::testing::HasSubstr("bkn-rekap"));
}

TEST_F(ResultsTest, WriteOneChangeOfTheFullRecord) {
  Accept(SkpCarriedTo(v1::STATUS_SKP_BERJALAN));
  ASSERT_THAT(Report(MakeResultsOnlySkp()), HasOutcome(v1::OUTCOME_UPDATED));
  const std::vector<store::Change> changes = Changes();
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(changes[1].skp, changes[0].skp);
  EXPECT_EQ(changes[1].kind, store::ChangeKind::kMerged);
  EXPECT_EQ(changes[1].keys_after.kelengkapan, v1::KELENGKAPAN_LENGKAP);
  EXPECT_EQ(changes[1].keys_after.status, v1::STATUS_SKP_DINILAI_TAHUNAN);
}

TEST_F(ResultsTest, MoveTheStateToWhatTheyProveAndNeverBack) {
  struct Case {
    const char* name;
    v1::StatusSkp before;
    v1::Skp results;
    v1::StatusSkp after;
  };
  const Case kCases[] = {
      {"periodic", v1::STATUS_SKP_BERJALAN, QuarterResults(2), v1::STATUS_SKP_DINILAI_PERIODIK},
      {"yearly", v1::STATUS_SKP_BERJALAN, MakeResultsOnlySkp(), v1::STATUS_SKP_DINILAI_TAHUNAN},
      {"another periodic", v1::STATUS_SKP_DINILAI_PERIODIK, QuarterResults(2),
       v1::STATUS_SKP_DINILAI_PERIODIK},
      {"yearly after periodic", v1::STATUS_SKP_DINILAI_PERIODIK, MakeResultsOnlySkp(),
       v1::STATUS_SKP_DINILAI_TAHUNAN},
      {"periodic after yearly", v1::STATUS_SKP_DINILAI_TAHUNAN, QuarterResults(2),
       v1::STATUS_SKP_DINILAI_TAHUNAN},
      {"periodic after the end", v1::STATUS_SKP_FINAL, QuarterResults(2), v1::STATUS_SKP_FINAL},
  };
  int people = 0;
  for (Case c : kCases) {
    const std::string id = std::to_string(++people);
    v1::Skp plan = SkpCarriedTo(c.before);
    for (v1::Skp* skp : {&plan, &c.results}) {
      skp->mutable_source()->set_id("state-" + id);
      skp->mutable_pegawai()->set_nip("19910501201504210" + id);
    }
    const std::string name = Accept(plan).name();
    EXPECT_THAT(Report(c.results), HasOutcome(v1::OUTCOME_UPDATED)) << c.name;
    const v1::Skp held = Get(name);
    EXPECT_EQ(held.evaluasi_size(), plan.evaluasi_size() + 1) << c.name;
    EXPECT_EQ(held.status(), c.after) << c.name;
    EXPECT_EQ(held.riwayat_status().rbegin()->status(), c.after) << c.name;
  }
}

TEST_F(ResultsTest, StandAloneWithoutAFullRecord) {
  const Answer answer = Report(MakeResultsOnlySkp());
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_EQ(Get(answer->name()).kelengkapan(), v1::KELENGKAPAN_HASIL_SAJA);
  EXPECT_EQ(Get(answer->name()).evaluasi(0).sumber(), "bkn-rekap");
}

TEST_F(ResultsTest, StandAloneBesideRecordsTheyDoNotBelongTo) {
  struct Case {
    const char* name;
    v1::Skp full;
  };
  v1::Skp cancelled = MakeSkp();
  support::AppendStatus(&cancelled, v1::STATUS_SKP_DIBATALKAN, "", "salah masa kerja");
  v1::Skp elsewhere = MakeSkp();
  elsewhere.mutable_pegawai()->mutable_instansi()->set_kode_bkn("9902");
  elsewhere.mutable_pegawai()->mutable_unor()->set_id("UNOR-CM-0101");
  elsewhere.mutable_pegawai()->mutable_unor()->set_nama("SDN 1 Contoh Makmur");
  elsewhere.mutable_pegawai()->set_npsn("69920001");
  const Case kCases[] = {
      {"other days", InDays(MakeSkp(), "2025-01-01", "2025-06-30")},
      {"an ended one", cancelled},
      {"another instansi", elsewhere},
      {"another person", OfOtherPerson(MakeSkp())},
  };
  int records = 0;
  for (const Case& c : kCases) {
    v1::Skp full = c.full;
    full.mutable_source()->set_id("full-" + std::to_string(++records));
    EXPECT_THAT(Submit(wide_, full), HasOutcome(v1::OUTCOME_CREATED)) << c.name;
  }
  EXPECT_THAT(Report(MakeResultsOnlySkp()), HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(ResultsTest, AreRenewedByTheirSource) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_BERJALAN)).name();
  ASSERT_THAT(Report(MakeResultsOnlySkp()), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(Report(BetterResults()), HasOutcome(v1::OUTCOME_UPDATED));
  ASSERT_EQ(Get(name).evaluasi_size(), 1);
  EXPECT_EQ(Get(name).evaluasi(0).predikat_dilaporkan(), v1::PREDIKAT_SANGAT_BAIK);
}

TEST_F(ResultsTest, AreRenewedWhereTheyStandAlone) {
  const std::string name = Report(MakeResultsOnlySkp())->name();
  const Answer answer = Report(BetterResults());
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->name(), name);
  EXPECT_EQ(Get(name).evaluasi(0).predikat_dilaporkan(), v1::PREDIKAT_SANGAT_BAIK);
}

TEST_F(ResultsTest, EqualOnesAreUnchanged) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_BERJALAN)).name();
  ASSERT_THAT(Report(MakeResultsOnlySkp()), HasOutcome(v1::OUTCOME_UPDATED));
  const Answer again = Report(MakeResultsOnlySkp());
  ASSERT_THAT(again, HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(again->name(), name);
  EXPECT_THAT(Changes(), SizeIs(2));
}

TEST_F(ResultsTest, EqualOnesOfAnotherSourceAreUnchanged) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_DINILAI_TAHUNAN)).name();
  v1::Skp results = MakeResultsOnlySkp();
  results.mutable_evaluasi(0)->set_tanggal("2025-12-29");
  const Answer answer = Report(results);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(answer->name(), name);
  EXPECT_THAT(answer->warnings(), IsEmpty());
  EXPECT_EQ(Get(name).evaluasi(0).sumber(), "bkd-9901");
}

TEST_F(ResultsTest, OtherValuesAreKeptAsAConflict) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_DINILAI_TAHUNAN)).name();
  const Answer answer = Report(BetterResults());
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(answer->name(), name);
  ASSERT_FALSE(answer->warnings().empty());
  for (const v1::Violation& warning : answer->warnings()) {
    EXPECT_THAT(warning, HasReason("EVALUASI_CONFLICT"));
  }
  EXPECT_EQ(Get(name).evaluasi(0).predikat_dilaporkan(), v1::PREDIKAT_BAIK);
  EXPECT_EQ(Get(name).revision(), 1U);
  const std::vector<v1::Conflict> conflicts = Conflicts(name);
  ASSERT_FALSE(conflicts.empty());
  for (const v1::Conflict& conflict : conflicts) {
    EXPECT_THAT(conflict.cause(), HasReason("EVALUASI_CONFLICT"));
    EXPECT_THAT(conflict.path(), ::testing::StartsWith("evaluasi["));
    EXPECT_EQ(conflict.offered_by(), "bkn-rekap");
    EXPECT_NE(conflict.stored(), conflict.offered());
  }
}

TEST_F(ResultsTest, ANewOneIsTakenBesideAConflict) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_DINILAI_TAHUNAN)).name();
  v1::Skp results = BetterResults();
  *results.add_evaluasi() = support::MakeTriwulan(2025, 1);
  const Answer answer = Report(results);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(Get(name).evaluasi_size(), 2);
  EXPECT_FALSE(Conflicts(name).empty());
}

TEST_F(ResultsTest, AConflictClosesWhenTheyAgreeAgain) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_DINILAI_TAHUNAN)).name();
  Report(BetterResults()).IgnoreError();
  ASSERT_FALSE(Conflicts(name).empty());
  v1::Skp agreeing = MakeResultsOnlySkp();
  agreeing.mutable_evaluasi(0)->set_tanggal("2025-12-29");
  EXPECT_THAT(Report(agreeing), HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_THAT(Conflicts(name), IsEmpty());
}

TEST_F(ResultsTest, AConflictStaysOpenWhenOtherResultsArrive) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_DINILAI_TAHUNAN)).name();
  Report(BetterResults()).IgnoreError();
  const size_t open = Conflicts(name).size();
  ASSERT_GT(open, 0U);
  v1::Skp quarter = QuarterResults(1);
  quarter.mutable_source()->set_id("rekap-2025-triwulan-1");
  ASSERT_THAT(Report(quarter), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(Conflicts(name), SizeIs(open));
}

class TwoSchoolsTest : public ResultsTest {
 protected:
  const std::string first_ = Accept(SkpCarriedTo(v1::STATUS_SKP_BERJALAN)).name();
  const std::string second_ = Accept(AtOtherUnit(SkpCarriedTo(v1::STATUS_SKP_BERJALAN))).name();
};

TEST_F(TwoSchoolsTest, TheNameOfTheUnitDecides) {
  v1::Skp results = MakeResultsOnlySkp();
  results.mutable_pegawai()->mutable_unor()->set_nama("smpn 2 contoh  JAYA");
  const Answer answer = Report(results);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->name(), second_);
  EXPECT_EQ(Get(first_).revision(), 1U);
}

TEST_F(TwoSchoolsTest, WithoutAUnitTheyAreHeld) {
  for (const char* unit : {"", "SMAN 7 Contoh"}) {
    v1::Skp results = MakeResultsOnlySkp();
    if (*unit != '\0') results.mutable_pegawai()->mutable_unor()->set_nama(unit);
    const Answer answer = Report(results);
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kFailedPrecondition)) << unit;
    EXPECT_THAT(answer, HasReason("RECORD_HELD")) << unit;
    EXPECT_THAT(ReasonsOf(answer), ElementsAre("EVALUASI_AMBIGUOUS")) << unit;
  }
  EXPECT_THAT(Changes(), SizeIs(2));
}

// Results stand alone, then the plan of the equal period arrives.
class LatePlanTest : public ResultsTest {
 protected:
  const std::string results_ = Report(MakeResultsOnlySkp())->name();
};

TEST_F(LatePlanTest, TakesTheEvaluationsOver) {
  const Answer answer = Submit(MakeSkp());
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_NE(answer->name(), results_);
  const v1::Skp held = Get(answer->name());
  EXPECT_EQ(held.kelengkapan(), v1::KELENGKAPAN_LENGKAP);
  EXPECT_EQ(held.rhk_size(), 3);
  ASSERT_EQ(held.evaluasi_size(), 1);
  EXPECT_EQ(held.evaluasi(0).sumber(), "bkn-rekap");
  EXPECT_EQ(held.status(), v1::STATUS_SKP_DINILAI_TAHUNAN);
}

TEST_F(LatePlanTest, ReplacesTheResults) {
  const std::string full = Accept(MakeSkp()).name();
  EXPECT_EQ(Get(results_).status(), v1::STATUS_SKP_DIGANTI);
  EXPECT_EQ(Get(results_).pengganti_id(), full);
  EXPECT_THAT(SourcesOf(full),
              UnorderedElementsAre("bkd-9901/skp-2025-0001", "bkn-rekap/rekap-2025-0001"));
}

TEST_F(LatePlanTest, TheSourceOfTheResultsThenMeansTheFullRecord) {
  const std::string full = Accept(MakeSkp()).name();
  const Answer same = Report(MakeResultsOnlySkp());
  ASSERT_THAT(same, HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(same->name(), full);
  const Answer better = Report(BetterResults());
  ASSERT_THAT(better, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(better->name(), full);
}

TEST_F(LatePlanTest, OfOtherDaysLeavesThemAlone) {
  Accept(InDays(MakeSkp(), "2025-01-01", "2025-06-30"));
  EXPECT_EQ(Get(results_).status(), v1::STATUS_SKP_DINILAI_TAHUNAN);
}

TEST_F(LatePlanTest, ItsOwnOtherEvaluationIsAConflictWithTheResults) {
  const Answer answer = Submit(support::MakeEvaluatedSkp());  // it says when it was evaluated
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_THAT(NamedBy(answer->warnings()), ElementsAre(Named("evaluasi[0]", "EVALUASI_CONFLICT")));
  const v1::Skp held = Get(answer->name());
  ASSERT_EQ(held.evaluasi_size(), 1);
  EXPECT_EQ(held.evaluasi(0).sumber(), "bkn-rekap");
  EXPECT_EQ(held.evaluasi(0).tanggal(), "");
  const std::vector<v1::Conflict> conflicts = Conflicts(answer->name());
  ASSERT_THAT(conflicts, SizeIs(1));
  EXPECT_THAT(conflicts[0].cause(), HasReason("EVALUASI_CONFLICT"));
  EXPECT_EQ(conflicts[0].offered_by(), "bkd-9901");
  EXPECT_THAT(conflicts[0].offered(), ::testing::HasSubstr("2025-12-29"));
}

TEST_F(LatePlanTest, ItsOwnEqualEvaluationIsThatOfTheResults) {
  v1::Skp evaluated = support::MakeEvaluatedSkp();
  evaluated.mutable_evaluasi(0)->clear_tanggal();
  *evaluated.add_evaluasi() = support::MakeTriwulan(2025, 1);
  const Answer answer = Submit(evaluated);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_THAT(answer->warnings(), IsEmpty());
  EXPECT_THAT(Conflicts(answer->name()), IsEmpty());
  const v1::Skp held = Get(answer->name());
  ASSERT_EQ(held.evaluasi_size(), 2);
  for (const v1::Evaluasi& evaluasi : held.evaluasi()) {
    const bool yearly = evaluasi.jenis() == v1::JENIS_EVALUASI_TAHUNAN;
    EXPECT_EQ(evaluasi.sumber(), yearly ? "bkn-rekap" : "bkd-9901");
  }
}

TEST_F(LatePlanTest, TakesAllThatStoodAlone) {
  v1::Skp quarter = QuarterResults(1);
  quarter.mutable_source()->set_id("rekap-2025-triwulan-1");
  const std::string other_results = Report(quarter)->name();
  ASSERT_NE(other_results, results_);
  const std::string full = Accept(MakeSkp()).name();
  EXPECT_EQ(Get(full).evaluasi_size(), 2);
  for (const std::string& results : {results_, other_results}) {
    EXPECT_EQ(Get(results).status(), v1::STATUS_SKP_DIGANTI);
    EXPECT_EQ(Get(results).pengganti_id(), full);
  }
  EXPECT_THAT(SourcesOf(full),
              UnorderedElementsAre("bkd-9901/skp-2025-0001", "bkn-rekap/rekap-2025-0001",
                                   "bkn-rekap/rekap-2025-triwulan-1"));
}

TEST_F(LatePlanTest, ThatEndedLeavesThemAlone) {
  v1::Skp cancelled = MakeSkp();
  support::AppendStatus(&cancelled, v1::STATUS_SKP_DIBATALKAN, "", "salah masa kerja");
  const std::string name = Accept(cancelled).name();
  EXPECT_THAT(Get(name).evaluasi(), IsEmpty());
  EXPECT_EQ(Get(results_).status(), v1::STATUS_SKP_DINILAI_TAHUNAN);
}

// The results moved the state to DINILAI_TAHUNAN, of which the origin knows nothing.
class LaggingOriginTest : public ResultsTest {
 protected:
  void SetUp() override {
    clock_.Advance(absl::Hours(1));
    ASSERT_THAT(Report(MakeResultsOnlySkp()), HasOutcome(v1::OUTCOME_UPDATED));
  }

  v1::Skp plan_ = SkpCarriedTo(v1::STATUS_SKP_BERJALAN);
  const std::string name_ = Accept(plan_).name();
};

TEST_F(LaggingOriginTest, MayRepeatWhatItKnows) {
  EXPECT_THAT(Submit(plan_), HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_THAT(Submit(feed_, Newer(plan_)), HasOutcome(v1::OUTCOME_UNCHANGED));
}

TEST_F(LaggingOriginTest, MayGoOn) {
  plan_ = Newer(plan_);
  plan_.mutable_pegawai()->set_golongan("III/c");
  ASSERT_THAT(Submit(plan_), HasOutcome(v1::OUTCOME_UPDATED));
  const v1::Skp held = Get(name_);
  EXPECT_EQ(held.pegawai().golongan(), "III/c");
  EXPECT_EQ(held.status(), v1::STATUS_SKP_DINILAI_TAHUNAN);
  EXPECT_EQ(held.evaluasi_size(), 1);
  EXPECT_EQ(held.riwayat_status_size(), plan_.riwayat_status_size() + 1);
}

TEST_F(LaggingOriginTest, MayMoveOnInStepsThatCameBefore) {
  plan_ = Newer(plan_);
  support::AppendStatus(&plan_, v1::STATUS_SKP_DINILAI_PERIODIK, support::kPenilaiNip);
  plan_.mutable_riwayat_status(4)->mutable_waktu()->set_seconds(
      absl::ToUnixSeconds(clock_.Now() + absl::Hours(1)));
  *plan_.add_evaluasi() = support::MakeTriwulan(2025, 1);
  ASSERT_THAT(Submit(plan_), HasOutcome(v1::OUTCOME_UPDATED));
  const v1::Skp held = Get(name_);
  EXPECT_EQ(held.status(), v1::STATUS_SKP_DINILAI_TAHUNAN);
  EXPECT_EQ(held.evaluasi_size(), 2);
  // What is held is a history that may be sent back.
  EXPECT_THAT(Submit(held), HasOutcome(v1::OUTCOME_UNCHANGED));
}

TEST_F(LaggingOriginTest, MayComeToTheSameState) {
  v1::Skp evaluated = SkpCarriedTo(v1::STATUS_SKP_DINILAI_TAHUNAN);
  evaluated.mutable_source()->set_version(2);
  evaluated.clear_evaluasi();
  *evaluated.add_evaluasi() = MakeResultsOnlySkp().evaluasi(0);
  ASSERT_THAT(Submit(evaluated), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(ContentOf(Get(name_)), ContentOf(evaluated));
}

TEST_F(LaggingOriginTest, MayNotGoBackBehindWhatItSaid) {
  v1::Skp back = MakeSkp();
  back.mutable_source()->set_version(2);
  EXPECT_THAT(ReasonsOf(Submit(back)), ElementsAre("STATE_ILLEGAL"));
  EXPECT_EQ(Get(name_).status(), v1::STATUS_SKP_DINILAI_TAHUNAN);
}

}  // namespace
}  // namespace kinerja::ingest
