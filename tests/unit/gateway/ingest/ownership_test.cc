// Whose word counts, for a caller that reads its answers: what it may not change is refused, every
// path named (design §3 Ownership and States).
#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::HasReason;
using support::MakeSkp;
using support::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using FrozenPlanTest = IngestHarness;
using OwnerTest = IngestHarness;

TEST_F(FrozenPlanTest, NamesEveryChangedPathAndWritesNothing) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp changed = Newer(MakeSkp());
  changed.mutable_pegawai()->set_golongan("III/c");
  changed.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas V");
  changed.mutable_rhk(1)->mutable_indikator(0)->mutable_target()->set_nilai("2");
  changed.mutable_perilaku(6)->set_ekspektasi_khusus("Membangun kerja sama");
  const Answer answer = Submit(changed);
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(answer, HasReason("RECORD_INVALID"));
  EXPECT_THAT(NamedBy(answer), ElementsAre(Named("rhk[0].uraian", "PLAN_FROZEN"),
                                           Named("rhk[1].indikator[0].target.nilai", "PLAN_FROZEN"),
                                           Named("perilaku[6].ekspektasi_khusus", "PLAN_FROZEN")));
  EXPECT_EQ(Get(name).revision(), 1U);
  EXPECT_EQ(Get(name).pegawai().golongan(), "III/b");
  EXPECT_EQ(Get(name).source().version(), 1U);
  EXPECT_THAT(Conflicts(name, /*with_closed=*/true), IsEmpty());
}

struct Change {
  const char* name;
  void (*change)(v1::Skp* skp);
};

// What the domain model calls the plan: RHK, indikator, target and expectations (skp-model §4.1).
constexpr Change kPlanChanges[] = {
    {"pendekatan", [](v1::Skp* skp) { skp->set_pendekatan(v1::PENDEKATAN_KUALITATIF); }},
    {"periode", [](v1::Skp* skp) { *skp = InDays(*skp, "2025-01-02", "2025-12-31"); }},
    {"an RHK more",
     [](v1::Skp* skp) {
       v1::Rhk* rhk = skp->add_rhk();
       *rhk = skp->rhk(1);
       rhk->set_rhk_id("r-4");
       rhk->set_uraian("Meningkatnya literasi murid");
       rhk->mutable_indikator(0)->set_indikator_id("i-4-1");
     }},
    {"an RHK less", [](v1::Skp* skp) { skp->mutable_rhk()->RemoveLast(); }},
    {"klasifikasi",
     [](v1::Skp* skp) { skp->mutable_rhk(1)->set_klasifikasi(v1::KLASIFIKASI_TAMBAHAN); }},
    {"an indikator less",
     [](v1::Skp* skp) { skp->mutable_rhk(0)->mutable_indikator()->RemoveLast(); }},
    {"a target",
     [](v1::Skp* skp) {
       skp->mutable_rhk(0)->mutable_indikator(0)->mutable_target()->set_satuan("jam");
     }},
    {"an expectation", [](v1::Skp* skp) { skp->mutable_perilaku(0)->set_ekspektasi_khusus("A"); }},
    {"lampiran", [](v1::Skp* skp) { skp->mutable_lampiran()->add_konsekuensi("Teguran"); }},
};

// What may go on: execution, people and results.
constexpr Change kOtherChanges[] = {
    {"rencana_aksi",
     [](v1::Skp* skp) {
       v1::RencanaAksi* aksi = skp->mutable_rhk(0)->add_rencana_aksi();
       aksi->set_rencana_aksi_id("a-1");
       aksi->set_uraian("Menyusun modul ajar");
     }},
    {"realisasi",
     [](v1::Skp* skp) {
       v1::Realisasi* realisasi = skp->add_realisasi();
       realisasi->set_indikator_id("i-1-1");
       realisasi->mutable_periode()->set_tahun(2025);
       realisasi->mutable_periode()->set_jenis(v1::JENIS_PERIODE_TRIWULAN);
       realisasi->mutable_periode()->set_urutan(1);
       realisasi->mutable_nilai()->set_jenis(v1::JENIS_NILAI_ANGKA);
       realisasi->mutable_nilai()->set_nilai("6");
     }},
    {"the rater", [](v1::Skp* skp) { skp->mutable_penilai()->set_jabatan("Plt. Kepala Sekolah"); }},
    {"the state",
     [](v1::Skp* skp) { support::AppendStatus(skp, v1::STATUS_SKP_BERJALAN, "sistem"); }},
};

TEST_F(FrozenPlanTest, HoldsForEveryPartOfThePlan) {
  Accept(MakeSkp());
  for (const Change& c : kPlanChanges) {
    v1::Skp changed = Newer(MakeSkp());
    c.change(&changed);
    changed.mutable_source()->set_id(MakeSkp().source().id());
    const Answer answer = Submit(changed);
    EXPECT_THAT(NamedBy(answer), Not(IsEmpty())) << c.name;
    EXPECT_THAT(ReasonsOf(answer), Each("PLAN_FROZEN")) << c.name;
  }
  EXPECT_THAT(Changes(), SizeIs(1));
}

TEST_F(FrozenPlanTest, LeavesExecutionOpen) {
  v1::Skp skp = MakeSkp();
  const std::string name = Accept(skp).name();
  for (const Change& c : kOtherChanges) {
    skp = Newer(skp);
    c.change(&skp);
    EXPECT_THAT(Submit(skp), HasOutcome(v1::OUTCOME_UPDATED)) << c.name;
    EXPECT_EQ(ContentOf(Get(name)), ContentOf(skp)) << c.name;
  }
}

TEST_F(FrozenPlanTest, BeginsWithTheStoredAgreement) {
  v1::Skp skp = SkpAt(v1::STATUS_SKP_DIAJUKAN);
  const std::string name = Accept(skp).name();
  skp = Newer(skp);
  skp.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas V");
  EXPECT_THAT(Submit(skp), HasOutcome(v1::OUTCOME_UPDATED)) << "not agreed yet";
  skp = Newer(skp);
  skp.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas VI");
  support::AppendStatus(&skp, v1::STATUS_SKP_DISETUJUI, support::kPenilaiNip);
  EXPECT_THAT(Submit(skp), HasOutcome(v1::OUTCOME_UPDATED)) << "what is agreed on";
  EXPECT_EQ(Get(name).rhk(0).uraian(), "Terlaksananya pembelajaran kelas VI");
}

TEST_F(FrozenPlanTest, IsComparedByKeyAndNotByIndex) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp reordered = Newer(MakeSkp());
  reordered.mutable_rhk()->SwapElements(0, 2);
  reordered.mutable_rhk(2)->mutable_indikator()->SwapElements(0, 1);
  reordered.mutable_perilaku()->SwapElements(0, 6);
  EXPECT_THAT(Submit(reordered), support::IsOk());
  v1::Skp again = Newer(reordered);
  EXPECT_THAT(Submit(feed_, again), support::IsOk());
  EXPECT_THAT(Conflicts(name, /*with_closed=*/true), IsEmpty());
  EXPECT_EQ(Get(name).rhk_size(), 3);
}

TEST_F(FrozenPlanTest, IsNamedByTheIndexOfTheSubmission) {
  Accept(MakeSkp());
  v1::Skp reordered = Newer(MakeSkp());
  reordered.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas V");
  reordered.mutable_rhk()->SwapElements(0, 2);
  EXPECT_THAT(NamedBy(Submit(reordered)), ElementsAre(Named("rhk[2].uraian", "PLAN_FROZEN")));
}

TEST_F(FrozenPlanTest, AFinalRecordIsFrozenWhole) {
  const v1::Skp final_skp = SkpCarriedTo(v1::STATUS_SKP_FINAL);
  const std::string name = Accept(final_skp).name();
  for (const Change& c : {kPlanChanges[7], kOtherChanges[0], kOtherChanges[1], kOtherChanges[2]}) {
    v1::Skp changed = Newer(final_skp);
    c.change(&changed);
    const Answer answer = Submit(changed);
    EXPECT_THAT(NamedBy(answer), Not(IsEmpty())) << c.name;
    EXPECT_THAT(ReasonsOf(answer), Each("PLAN_FROZEN")) << c.name;
  }
  EXPECT_THAT(Submit(Newer(final_skp)), HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(Get(name).revision(), 1U);
}

TEST_F(OwnerTest, BknAddsAnEvaluationAsItsOwn) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_BERJALAN)).name();
  v1::Skp evaluated = AsBkn(Get(name));
  *evaluated.add_evaluasi() = support::MakeTriwulan(2025, 1);
  const Answer answer = Submit(bkn_, evaluated);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->name(), name);
  const v1::Skp held = Get(name);
  ASSERT_EQ(held.evaluasi_size(), 1);
  EXPECT_EQ(held.evaluasi(0).sumber(), "bkn");
  EXPECT_EQ(held.source().system(), "bkd-9901") << "its origin stays";
  EXPECT_EQ(held.source().id(), MakeSkp().source().id());
}

TEST_F(OwnerTest, BknFindsItsRecordAgainByItsOwnSource) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_BERJALAN)).name();
  v1::Skp evaluated = AsBkn(Get(name));
  *evaluated.add_evaluasi() = support::MakeTriwulan(2025, 1);
  Accept(bkn_, evaluated);
  evaluated = Newer(evaluated);
  evaluated.clear_name();
  *evaluated.add_evaluasi() = support::MakeTriwulan(2025, 2);
  const Answer answer = Submit(bkn_, evaluated);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->name(), name);
  EXPECT_THAT(SourcesOf(name), ElementsAre("bkd-9901/skp-2025-0001", "bkn/bkn-0001"));
}

class BknEvaluationTest : public IngestHarness {
 protected:
  // A record of bkd-9901 with the evaluation of the first quarter by BKN.
  void SetUp() override {
    name_ = Accept(SkpCarriedTo(v1::STATUS_SKP_BERJALAN)).name();
    bkn_version_ = AsBkn(Get(name_));
    *bkn_version_.add_evaluasi() = support::MakeTriwulan(2025, 1);
    Accept(bkn_, bkn_version_);
  }

  std::string name_;
  v1::Skp bkn_version_;
};

TEST_F(BknEvaluationTest, IsKeptWhenTheOriginLeavesItOut) {
  const v1::Skp same = Newer(SkpCarriedTo(v1::STATUS_SKP_BERJALAN));
  EXPECT_THAT(Submit(same), HasOutcome(v1::OUTCOME_UNCHANGED));
  v1::Skp changed = Newer(same);
  changed.mutable_pegawai()->set_golongan("III/c");
  EXPECT_THAT(Submit(changed), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(Get(name_).evaluasi_size(), 1);
  EXPECT_EQ(Get(name_).pegawai().golongan(), "III/c");
}

TEST_F(BknEvaluationTest, MayBeRepeatedByTheOrigin) {
  v1::Skp repeated = Newer(SkpCarriedTo(v1::STATUS_SKP_BERJALAN));
  *repeated.add_evaluasi() = support::MakeTriwulan(2025, 1);
  EXPECT_THAT(Submit(repeated), HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(Get(name_).evaluasi(0).sumber(), "bkn");
}

TEST_F(BknEvaluationTest, IsNotChangedByTheOrigin) {
  v1::Skp changed = Newer(SkpCarriedTo(v1::STATUS_SKP_BERJALAN));
  *changed.add_evaluasi() = support::MakeTriwulan(2025, 1);
  changed.mutable_evaluasi(0)->set_catatan("sangat tekun");
  const Answer answer = Submit(changed);
  EXPECT_THAT(answer, HasReason("RECORD_INVALID"));
  EXPECT_THAT(NamedBy(answer), ElementsAre(Named("evaluasi[0].catatan", "OWNER_FIELD")));
  EXPECT_EQ(Get(name_).evaluasi(0).catatan(), "");
}

TEST_F(BknEvaluationTest, IsChangedAndWithdrawnByBkn) {
  bkn_version_ = Newer(bkn_version_);
  bkn_version_.mutable_evaluasi(0)->set_catatan("sangat tekun");
  EXPECT_THAT(Submit(bkn_, bkn_version_), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(Get(name_).evaluasi(0).catatan(), "sangat tekun");
  bkn_version_ = Newer(bkn_version_);
  bkn_version_.clear_evaluasi();
  EXPECT_THAT(Submit(bkn_, bkn_version_), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(Get(name_).evaluasi(), IsEmpty());
}

TEST_F(BknEvaluationTest, StandsBesideTheOnesOfTheOrigin) {
  v1::Skp changed = Newer(SkpCarriedTo(v1::STATUS_SKP_BERJALAN));
  *changed.add_evaluasi() = support::MakeTriwulan(2025, 2);
  changed.mutable_evaluasi(0)->set_sumber("bkn");  // the gateway knows better
  EXPECT_THAT(Submit(changed), HasOutcome(v1::OUTCOME_UPDATED));
  const v1::Skp held = Get(name_);
  ASSERT_EQ(held.evaluasi_size(), 2);
  for (const v1::Evaluasi& evaluasi : held.evaluasi()) {
    EXPECT_EQ(evaluasi.sumber(), evaluasi.periode().urutan() == 1 ? "bkn" : "bkd-9901");
  }
}

TEST_F(OwnerTest, AnEvaluationOfTheOriginIsNotChangedByBkn) {
  v1::Skp skp = SkpCarriedTo(v1::STATUS_SKP_DINILAI_PERIODIK);
  const std::string name = Accept(skp).name();
  EXPECT_EQ(Get(name).evaluasi(0).sumber(), "bkd-9901");
  v1::Skp changed = AsBkn(Get(name));
  changed.mutable_evaluasi(0)->set_catatan("sangat tekun");
  EXPECT_THAT(NamedBy(Submit(bkn_, changed)),
              ElementsAre(Named("evaluasi[0].catatan", "OWNER_FIELD")));
  skp = Newer(skp);
  skp.mutable_evaluasi(0)->set_catatan("tekun");
  EXPECT_THAT(Submit(skp), HasOutcome(v1::OUTCOME_UPDATED));
}

TEST_F(OwnerTest, ThePlanIsNotChangedByBkn) {
  const std::string name = Accept(SkpAt(v1::STATUS_SKP_DIAJUKAN)).name();
  v1::Skp changed = AsBkn(Get(name));
  changed.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas V");
  changed.mutable_pegawai()->set_golongan("III/c");
  changed.mutable_pegawai()->set_pns_id("A8ACA7397F84A1E1E040640A040269BC");
  EXPECT_THAT(NamedBy(Submit(bkn_, changed)), ElementsAre(Named("pegawai.golongan", "OWNER_FIELD"),
                                                          Named("rhk[0].uraian", "OWNER_FIELD")));
  EXPECT_EQ(Get(name).revision(), 1U);
}

TEST_F(OwnerTest, WhatBknLeavesOutOfOthersStays) {
  v1::Skp skp = MakeSkp();
  skp.mutable_lampiran()->add_konsekuensi("Pembinaan");
  const std::string name = Accept(skp).name();
  v1::Skp terse = AsBkn(Get(name));
  terse.clear_lampiran();
  terse.clear_menggantikan();
  terse.mutable_pegawai()->clear_gelar_belakang();
  terse.mutable_pegawai()->set_pns_id("A8ACA7397F84A1E1E040640A040269BC");
  ASSERT_THAT(Submit(bkn_, terse), HasOutcome(v1::OUTCOME_UPDATED));
  skp.mutable_pegawai()->set_pns_id("A8ACA7397F84A1E1E040640A040269BC");
  EXPECT_EQ(ContentOf(Get(name)), ContentOf(skp));
}

TEST_F(OwnerTest, AFieldOfBknIsNotChangedByTheOrigin) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp by_bkn = AsBkn(Get(name));
  by_bkn.mutable_pegawai()->set_pns_id("A8ACA7397F84A1E1E040640A040269BC");
  Accept(bkn_, by_bkn);
  EXPECT_THAT(Submit(Newer(MakeSkp())), HasOutcome(v1::OUTCOME_UNCHANGED)) << "left out";
  v1::Skp changed = Newer(Newer(MakeSkp()));
  changed.mutable_pegawai()->set_pns_id("B");
  EXPECT_THAT(NamedBy(Submit(changed)), ElementsAre(Named("pegawai.pns_id", "OWNER_FIELD")));
  EXPECT_EQ(Get(name).pegawai().pns_id(), "A8ACA7397F84A1E1E040640A040269BC");
}

TEST_F(OwnerTest, AFinalRecordStillTakesAnEvaluationOfBkn) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_FINAL)).name();
  v1::Skp evaluated = AsBkn(Get(name));
  *evaluated.add_evaluasi() = support::MakeTriwulan(2025, 1);
  EXPECT_THAT(Submit(bkn_, evaluated), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(Get(name).evaluasi_size(), 2);
  EXPECT_EQ(Get(name).status(), v1::STATUS_SKP_FINAL);
}

}  // namespace
}  // namespace kinerja::ingest
