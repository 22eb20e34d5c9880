// Keys of elements that their source gave none, and answers that are sent back (design §3 Element
// keys).
#include <set>

#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::IsOk;
using support::MakeSkp;
using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// MakeSkp() with an action twice, and no key anywhere.
v1::Skp WithoutKeys() {
  v1::Skp skp = MakeSkp();
  for (int i = 0; i < 2; ++i) {
    v1::RencanaAksi* aksi = skp.mutable_rhk(0)->add_rencana_aksi();
    aksi->set_uraian("Menyusun modul ajar");
  }
  for (v1::Rhk& rhk : *skp.mutable_rhk()) {
    rhk.clear_rhk_id();
    for (v1::Indikator& indikator : *rhk.mutable_indikator()) indikator.clear_indikator_id();
  }
  return skp;
}

// Every derived key of a record, and whether each element that had none is marked.
std::vector<std::string> KeysOf(const v1::Skp& skp) {
  std::vector<std::string> keys;
  for (const v1::Rhk& rhk : skp.rhk()) {
    EXPECT_TRUE(rhk.id_turunan());
    keys.push_back(rhk.rhk_id());
    for (const v1::Indikator& indikator : rhk.indikator()) {
      EXPECT_TRUE(indikator.id_turunan());
      keys.push_back(rhk.rhk_id() + "/" + indikator.indikator_id());
    }
    for (const v1::RencanaAksi& aksi : rhk.rencana_aksi()) {
      EXPECT_TRUE(aksi.id_turunan());
      keys.push_back(rhk.rhk_id() + "/" + aksi.rencana_aksi_id());
    }
  }
  return keys;
}

using ElementKeysTest = IngestHarness;

TEST_F(ElementKeysTest, AreDerivedAndMarkedEachOnce) {
  const v1::Skp held = Get(Accept(WithoutKeys()).name());
  const std::vector<std::string> keys = KeysOf(held);
  EXPECT_THAT(keys, SizeIs(3 + 5 + 2));
  EXPECT_THAT(keys, Each(Not(IsEmpty())));
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size());
}

TEST_F(ElementKeysTest, AreTheSameEveryTime) {
  const std::string name = Accept(WithoutKeys()).name();
  const std::vector<std::string> keys = KeysOf(Get(name));
  EXPECT_THAT(Submit(Newer(WithoutKeys())), HasOutcome(v1::OUTCOME_UNCHANGED));
  v1::Skp changed = Newer(Newer(WithoutKeys()));
  changed.mutable_pegawai()->set_golongan("III/c");
  EXPECT_THAT(Submit(changed), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(KeysOf(Get(name)), keys);
}

TEST_F(ElementKeysTest, OfTheSourceAreNotMarked) {
  const v1::Skp held = Get(Accept(MakeSkp()).name());
  for (const v1::Rhk& rhk : held.rhk()) EXPECT_FALSE(rhk.id_turunan()) << rhk.rhk_id();
  EXPECT_EQ(held.rhk(0).rhk_id(), "r-1");
}

TEST_F(ElementKeysTest, MatchReorderedElementsOfAFrozenPlan) {
  const std::string name = Accept(WithoutKeys()).name();
  v1::Skp reordered = Newer(WithoutKeys());
  reordered.mutable_rhk()->SwapElements(0, 2);
  EXPECT_THAT(Submit(reordered), IsOk());
  EXPECT_THAT(Conflicts(name, /*with_closed=*/true), IsEmpty());
}

// What a caller reads and sends back unchanged changes nothing.
class SentBackTest : public IngestHarness {
 protected:
  void ExpectUnchanged(const security::Principal& principal, const std::string& name) {
    const v1::Skp held = Get(name);
    const Answer answer = Submit(principal, held);
    ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UNCHANGED));
    EXPECT_EQ(answer->name(), name);
    EXPECT_EQ(answer->revision(), held.revision());
    EXPECT_THAT(answer->warnings(), IsEmpty());
    EXPECT_EQ(ContentOf(Get(name)), ContentOf(held));
    EXPECT_EQ(Get(name).revision(), held.revision());
  }
};

TEST_F(SentBackTest, InEveryState) {
  const v1::Skp kRecords[] = {
      SkpAt(v1::STATUS_SKP_DRAFT),
      SkpAt(v1::STATUS_SKP_DIAJUKAN),
      MakeSkp(),
      SkpCarriedTo(v1::STATUS_SKP_BERJALAN),
      SkpCarriedTo(v1::STATUS_SKP_DINILAI_PERIODIK),
      SkpCarriedTo(v1::STATUS_SKP_DINILAI_TAHUNAN),
      SkpCarriedTo(v1::STATUS_SKP_FINAL),
  };
  for (v1::Skp skp : kRecords) {
    SCOPED_TRACE(v1::StatusSkp_Name(skp.status()));
    skp.mutable_source()->set_id("in-state-" + std::to_string(skp.status()));
    skp.mutable_pegawai()->set_nip("19910501201504211" + std::to_string(skp.status()));
    ExpectUnchanged(bkd_, Accept(skp).name());
  }
}

TEST_F(SentBackTest, WithDerivedKeys) { ExpectUnchanged(bkd_, Accept(WithoutKeys()).name()); }

TEST_F(SentBackTest, WithAnEvaluationOfBkn) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_BERJALAN)).name();
  v1::Skp evaluated = AsBkn(Get(name));
  *evaluated.add_evaluasi() = support::MakeTriwulan(2025, 1);
  Accept(bkn_, evaluated);
  ExpectUnchanged(bkd_, name);
  ExpectUnchanged(feed_, name);
}

TEST_F(SentBackTest, WithAConflict) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp changed = Newer(MakeSkp());
  changed.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas V");
  Accept(feed_, changed);
  ExpectUnchanged(bkd_, name);
}

TEST_F(SentBackTest, WithMergedResults) {
  const std::string name = Accept(MakeSkp()).name();
  Accept(bkn_feed_, support::MakeResultsOnlySkp());
  ExpectUnchanged(bkd_, name);
}

TEST_F(SentBackTest, WithResultsAlone) {
  ExpectUnchanged(bkn_feed_, Accept(bkn_feed_, support::MakeResultsOnlySkp()).name());
}

TEST_F(SentBackTest, WhenItReplacedAnother) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp adendum = MakeSkp();
  adendum.mutable_source()->set_id("adendum");
  adendum.set_menggantikan(name);
  ExpectUnchanged(bkd_, Accept(adendum).name());
}

}  // namespace
}  // namespace kinerja::ingest
