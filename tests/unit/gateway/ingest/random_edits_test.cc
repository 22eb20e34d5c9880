// Random edits of one record by its origin, by BKN and by feeds of both: whatever they send, the
// revision goes up by one exactly when the content changed, and nobody changes what is not his.
#include <random>

#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

constexpr int kSeeds = 25;
constexpr int kEdits = 60;

using Random = std::mt19937_64;

int Below(int bound, Random* random) { return static_cast<int>((*random)() % bound); }
std::string Word(Random* random) { return "kata " + std::to_string(Below(4, random)); }

void EditEvaluasi(v1::Skp* skp, Random* random) {
  auto* evaluasi = skp->mutable_evaluasi();
  if (evaluasi->empty() || Below(3, random) == 0) {
    const v1::Evaluasi added = support::MakeTriwulan(2025, 1 + Below(4, random));
    for (const v1::Evaluasi& held : *evaluasi) {
      if (held.periode().urutan() == added.periode().urutan() && held.jenis() == added.jenis()) {
        return;
      }
    }
    *evaluasi->Add() = added;
    return;
  }
  const int index = Below(evaluasi->size(), random);
  if (Below(3, random) == 0) {
    evaluasi->DeleteSubrange(index, 1);
  } else {
    evaluasi->Mutable(index)->set_catatan(Word(random));
  }
}

void EditPlan(v1::Skp* skp, Random* random) {
  v1::Rhk* rhk = skp->mutable_rhk(Below(skp->rhk_size(), random));
  switch (Below(4, random)) {
    case 0:
      rhk->set_uraian(rhk->uraian() + " " + Word(random));
      break;
    case 1:
      rhk->mutable_indikator(0)->mutable_target()->set_nilai(std::to_string(Below(5, random) + 91));
      break;
    case 2:
      skp->mutable_perilaku(Below(7, random))->set_ekspektasi_khusus(Word(random));
      break;
    default:
      skp->mutable_rhk()->SwapElements(0, skp->rhk_size() - 1);
  }
}

void EditExecution(v1::Skp* skp, Random* random) {
  v1::Rhk* rhk = skp->mutable_rhk(0);
  if (rhk->rencana_aksi().empty()) rhk->add_rencana_aksi()->set_rencana_aksi_id("a-1");
  rhk->mutable_rencana_aksi(0)->set_uraian(Word(random));
}

// One step of the life that a record leads, or none.
void EditStatus(v1::Skp* skp, Random* random) {
  switch (skp->status()) {
    case v1::STATUS_SKP_DIAJUKAN:
      if (Below(4, random) == 0) {
        support::AppendStatus(skp, v1::STATUS_SKP_DISETUJUI, support::kPenilaiNip);
      }
      break;
    case v1::STATUS_SKP_DISETUJUI:
      support::AppendStatus(skp, v1::STATUS_SKP_BERJALAN, "sistem");
      break;
    case v1::STATUS_SKP_BERJALAN:
      if (Below(4, random) != 0) break;
      support::AppendStatus(skp, v1::STATUS_SKP_DINILAI_TAHUNAN, support::kPenilaiNip);
      *skp->add_evaluasi() = support::MakeEvaluatedSkp().evaluasi(0);
      break;
    case v1::STATUS_SKP_DINILAI_TAHUNAN:
      if (Below(6, random) == 0) {
        support::AppendStatus(skp, v1::STATUS_SKP_FINAL, support::kPegawaiNip);
      }
      break;
    default:
      break;
  }
}

void Edit(v1::Skp* skp, Random* random) {
  switch (Below(7, random)) {
    case 0:
      skp->mutable_pegawai()->set_golongan(Below(2, random) == 0 ? "III/b" : "III/c");
      break;
    case 1:
      skp->mutable_pegawai()->set_pns_id("PNS" + std::to_string(Below(3, random)));
      break;
    case 2:
      skp->mutable_penilai()->set_jabatan("Kepala Sekolah " + std::to_string(Below(2, random)));
      break;
    case 3:
      EditEvaluasi(skp, random);
      break;
    case 4:
      EditPlan(skp, random);
      break;
    case 5:
      EditExecution(skp, random);
      break;
    default:
      EditStatus(skp, random);
  }
}

// What is BKN's: its evaluations and the id it gives a person; and what is the origin's.
v1::Skp OfBkn(const v1::Skp& skp) {
  v1::Skp part;
  part.mutable_pegawai()->set_pns_id(skp.pegawai().pns_id());
  for (const v1::Evaluasi& evaluasi : skp.evaluasi()) {
    if (evaluasi.sumber() == "bkn") *part.add_evaluasi() = evaluasi;
  }
  return part;
}
v1::Skp OfOrigin(v1::Skp skp) {
  skp.mutable_pegawai()->clear_pns_id();
  v1::Skp all = skp;
  skp.clear_evaluasi();
  for (const v1::Evaluasi& evaluasi : all.evaluasi()) {
    if (evaluasi.sumber() != "bkn") *skp.add_evaluasi() = evaluasi;
  }
  return skp;
}
v1::Skp PlanOf(const v1::Skp& skp) {
  v1::Skp plan;
  *plan.mutable_rhk() = skp.rhk();
  *plan.mutable_perilaku() = skp.perilaku();
  *plan.mutable_periode() = skp.periode();
  for (v1::Rhk& rhk : *plan.mutable_rhk()) rhk.clear_rencana_aksi();
  return plan;
}

class RandomEditsTest : public IngestHarness {
 protected:
  // One submission of a random edit; checks what holds for every one of them.
  void Step(Random* random) {
    const v1::Skp before = Get(name_);
    v1::Skp edited = before;
    const int edits = 1 + Below(3, random);
    for (int i = 0; i < edits; ++i) Edit(&edited, random);
    const bool by_bkn = Below(2, random) == 0;
    const bool by_feed = Below(2, random) == 0;
    if (by_bkn) {
      edited = AsBkn(edited, ++version_);
    } else {
      edited.mutable_source()->set_version(++version_);
    }
    const Answer answer = by_bkn ? Submit(by_feed ? bkn_feed_ : bkn_, edited)
                                 : Submit(by_feed ? feed_ : bkd_, edited);
    const v1::Skp after = Get(name_);
    const bool changed = ContentOf(after) != ContentOf(before);
    EXPECT_EQ(after.revision(), before.revision() + (changed ? 1 : 0));
    if (!answer.ok()) {
      ++refused_;
      EXPECT_FALSE(changed) << answer.status();
      return;
    }
    ++accepted_;
    conflicts_ += by_feed ? answer->warnings_size() : 0;
    EXPECT_EQ(answer->outcome(), changed ? v1::OUTCOME_UPDATED : v1::OUTCOME_UNCHANGED);
    EXPECT_EQ(answer->revision(), after.revision());
    ExpectOnlyOwnChanges(before, after, by_bkn);
  }

  static void ExpectOnlyOwnChanges(const v1::Skp& before, const v1::Skp& after, bool by_bkn) {
    const bool is_final = before.status() == v1::STATUS_SKP_FINAL;
    if (by_bkn || is_final) {
      EXPECT_EQ(ContentOf(OfOrigin(after)), ContentOf(OfOrigin(before)));
    }
    if (!by_bkn) {
      EXPECT_EQ(ContentOf(OfBkn(after)), ContentOf(OfBkn(before)));
    }
    if (before.status() >= v1::STATUS_SKP_DISETUJUI) {
      EXPECT_EQ(ContentOf(PlanOf(after)), ContentOf(PlanOf(before)));
    }
  }

  std::string name_;
  uint64_t version_ = 1;
  int accepted_ = 0;
  int refused_ = 0;
  int conflicts_ = 0;
};

TEST_F(RandomEditsTest, ChangeOnlyWhatBelongsToTheEditor) {
  for (int seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(static_cast<uint64_t>(seed));
    v1::Skp skp = SkpAt(v1::STATUS_SKP_DIAJUKAN);
    skp.mutable_source()->set_id("random-" + std::to_string(seed));
    skp.mutable_pegawai()->set_nip("199105012015042" + std::to_string(100 + seed));
    name_ = Accept(skp).name();
    for (int i = 0; i < kEdits && !HasFailure(); ++i) Step(&random);
  }
  // The edits are worth something: each kind of answer occurs often.
  EXPECT_GT(accepted_, kSeeds * kEdits / 4);
  EXPECT_GT(refused_, kSeeds * kEdits / 20);
  EXPECT_GT(conflicts_, kSeeds * kEdits / 20);
}

}  // namespace
}  // namespace kinerja::ingest
