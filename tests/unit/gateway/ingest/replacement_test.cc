// A record that replaces another (adendum, rotation), one transaction for both (design §3
// Identity).
#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::AppendStatus;
using support::HasReason;
using support::MakeSkp;
using support::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReplacementTest : public IngestHarness {
 protected:
  // The record that an adendum to MakeSkp() makes.
  static v1::Skp Adendum(std::string_view menggantikan) {
    v1::Skp skp = MakeSkp();
    skp.mutable_source()->set_id("skp-2025-0001-adendum");
    skp.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas V sesuai kurikulum");
    skp.set_menggantikan(std::string(menggantikan));
    return skp;
  }

  void ExpectReplaced(const std::string& name, const std::string& successor) {
    const v1::Skp old = Get(name);
    EXPECT_EQ(old.status(), v1::STATUS_SKP_DIGANTI);
    EXPECT_EQ(old.pengganti_id(), successor);
    ASSERT_FALSE(old.riwayat_status().empty());
    EXPECT_EQ(old.riwayat_status().rbegin()->status(), v1::STATUS_SKP_DIGANTI);
  }
};

TEST_F(ReplacementTest, NamesTheOldRecordByName) {
  const std::string name = Accept(MakeSkp()).name();
  const Answer answer = Submit(Adendum(name));
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_NE(answer->name(), name);
  EXPECT_EQ(answer->revision(), 1U);
  ExpectReplaced(name, answer->name());
  EXPECT_EQ(Get(name).revision(), 2U);
}

TEST_F(ReplacementTest, NamesTheOldRecordBySourceId) {
  const std::string name = Accept(MakeSkp()).name();
  const Answer answer = Submit(Adendum(MakeSkp().source().id()));
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  ExpectReplaced(name, answer->name());
}

TEST_F(ReplacementTest, WritesBothTogether) {
  Accept(MakeSkp());
  Accept(Adendum(MakeSkp().source().id()));
  const std::vector<store::Change> changes = Changes();
  ASSERT_THAT(changes, SizeIs(3));
  EXPECT_EQ(changes[1].at, changes[2].at);
  const bool old_first = changes[1].kind == store::ChangeKind::kReplaced;
  const store::Change& old_change = changes[old_first ? 1 : 2];
  const store::Change& new_change = changes[old_first ? 2 : 1];
  EXPECT_EQ(old_change.kind, store::ChangeKind::kReplaced);
  EXPECT_EQ(old_change.skp, changes[0].skp);
  EXPECT_EQ(old_change.keys_after.status, v1::STATUS_SKP_DIGANTI);
  EXPECT_EQ(new_change.kind, store::ChangeKind::kAccepted);
  EXPECT_NE(new_change.skp, changes[0].skp);
}

TEST_F(ReplacementTest, ReplacesFromAnyStateBeforeFinal) {
  const v1::Skp kBefore[] = {SkpAt(v1::STATUS_SKP_DRAFT), SkpAt(v1::STATUS_SKP_DIAJUKAN),
                             SkpCarriedTo(v1::STATUS_SKP_BERJALAN),
                             SkpCarriedTo(v1::STATUS_SKP_DINILAI_TAHUNAN)};
  int people = 0;
  for (v1::Skp old : kBefore) {
    const std::string id = "old-" + std::to_string(++people);
    const std::string nip = "19910501201504210" + std::to_string(people);
    old.mutable_source()->set_id(id);
    old.mutable_pegawai()->set_nip(nip);
    v1::Skp successor = Adendum(id);
    successor.mutable_source()->set_id(id + "-adendum");
    successor.mutable_pegawai()->set_nip(nip);
    const std::string name = Accept(old).name();
    ExpectReplaced(name, Accept(successor).name());
  }
}

TEST_F(ReplacementTest, AFinalRecordStaysFinal) {
  const std::string name = Accept(SkpCarriedTo(v1::STATUS_SKP_FINAL)).name();
  ASSERT_THAT(Submit(Adendum(name)), HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_EQ(Get(name).status(), v1::STATUS_SKP_FINAL);
}

TEST_F(ReplacementTest, RefusesARecordThatIsNotThere) {
  for (const char* nobody : {"instansi/9901/skp/0123456789abc", "no-such-id"}) {
    const Answer answer = Submit(Adendum(nobody));
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kNotFound)) << nobody;
    EXPECT_THAT(answer, HasReason("SKP_NOT_FOUND")) << nobody;
  }
  EXPECT_THAT(Changes(), IsEmpty());
}

TEST_F(ReplacementTest, RefusesTheIdOfARecordUnderAnotherInstansi) {
  const std::string name = Accept(MakeSkp()).name();
  std::string elsewhere = name;
  elsewhere.replace(0, std::string("instansi/9901").size(), "instansi/9902");
  EXPECT_THAT(Submit(wide_, Adendum(elsewhere)), HasReason("SKP_NOT_FOUND"));
  EXPECT_EQ(Get(name).status(), v1::STATUS_SKP_DISETUJUI);
}

TEST_F(ReplacementTest, DeniesARecordOfAForeignInstansi) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp taken = MakeSkp();
  taken.mutable_source()->set_id("taken");
  taken.mutable_pegawai()->mutable_instansi()->set_kode_bkn("9902");
  taken.mutable_pegawai()->mutable_unor()->set_id("UNOR-CM-0101");
  taken.mutable_pegawai()->mutable_unor()->set_nama("SDN 1 Contoh Makmur");
  taken.mutable_pegawai()->set_npsn("69920001");
  for (const std::string& old : {name, MakeSkp().source().id()}) {
    taken.set_menggantikan(old);
    const Answer answer = Submit(elsewhere_, taken);
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kPermissionDenied)) << old;
    EXPECT_EQ(Get(name).status(), v1::STATUS_SKP_DISETUJUI) << old;
  }
}

TEST_F(ReplacementTest, OnlyTheReplacedOneMayOverlap) {
  const std::string first = Accept(InDays(MakeSkp(), "2025-01-01", "2025-06-30")).name();
  const std::string second = Accept(InDays(MakeSkp(), "2025-07-01", "2025-12-31")).name();
  const Answer answer = Submit(Adendum(first));
  EXPECT_THAT(answer, HasReason("SKP_DUPLICATE"));
  EXPECT_EQ(MetadataOf(answer.status(), "name"), second);
  EXPECT_EQ(Get(first).status(), v1::STATUS_SKP_DISETUJUI);
}

TEST_F(ReplacementTest, IsDoneOnce) {
  const std::string name = Accept(MakeSkp()).name();
  const v1::Skp adendum = Adendum(name);
  const std::string successor = Accept(adendum).name();
  EXPECT_THAT(Submit(adendum), HasOutcome(v1::OUTCOME_UNCHANGED));
  v1::Skp changed = Newer(adendum);
  changed.mutable_pegawai()->set_golongan("III/c");
  const Answer answer = Submit(changed);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->name(), successor);
  EXPECT_EQ(Get(name).revision(), 2U);
  ExpectReplaced(name, successor);
}

TEST_F(ReplacementTest, NoRecordReplacesItself) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp self = Newer(MakeSkp());
  self.set_menggantikan(name);
  EXPECT_THAT(Submit(self), StatusIs(absl::StatusCode::kInvalidArgument));
  self.set_menggantikan(self.source().id());
  EXPECT_THAT(Submit(self), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(Get(name).status(), v1::STATUS_SKP_DISETUJUI);
  EXPECT_EQ(Get(name).pengganti_id(), "");
}

v1::Skp MovedTo9902(v1::Skp skp) {
  v1::Pegawai* pegawai = skp.mutable_pegawai();
  pegawai->mutable_instansi()->set_kode_bkn("9902");
  pegawai->mutable_instansi()->set_nama("Pemerintah Kab. Contoh Makmur");
  pegawai->mutable_unor()->set_id("UNOR-CM-0101");
  pegawai->mutable_unor()->set_nama("SDN 1 Contoh Makmur");
  pegawai->set_npsn("69920001");
  pegawai->set_nama_satuan("SDN 1 Contoh Makmur");
  return skp;
}

TEST_F(ReplacementTest, AnotherInstansiUnderTheSameSourceIdIsOne) {
  const std::string name = Accept(wide_, MakeSkp()).name();
  const v1::Skp moved = MovedTo9902(Newer(Newer(MakeSkp())));
  const Answer answer = Submit(wide_, moved);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_THAT(answer->name(), ::testing::StartsWith("instansi/9902/skp/"));
  EXPECT_EQ(answer->revision(), 1U);
  ExpectReplaced(name, answer->name());
  EXPECT_EQ(Get(name).pegawai().instansi().kode_bkn(), "9901");
}

TEST_F(ReplacementTest, TheSourceIdThenMeansTheNewRecordWithItsVersion) {
  Accept(wide_, MakeSkp());
  const v1::Skp moved = MovedTo9902(Newer(Newer(MakeSkp())));
  const std::string name = Accept(wide_, moved).name();
  const Answer stale = Submit(wide_, MovedTo9902(Newer(MakeSkp())));
  ASSERT_THAT(stale, HasOutcome(v1::OUTCOME_STALE));
  EXPECT_EQ(stale->name(), name);
  v1::Skp changed = Newer(moved);
  changed.mutable_pegawai()->set_golongan("III/c");
  const Answer updated = Submit(wide_, changed);
  ASSERT_THAT(updated, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(updated->name(), name);
}

TEST_F(ReplacementTest, AMoveUnderAnEqualVersionIsRefused) {
  const std::string name = Accept(wide_, MakeSkp()).name();
  const Answer answer = Submit(wide_, MovedTo9902(MakeSkp()));
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(answer, HasReason("SOURCE_VERSION_REUSED"));
  EXPECT_EQ(Get(name).status(), v1::STATUS_SKP_DISETUJUI);
}

TEST_F(ReplacementTest, ANipIsCorrectedInPlace) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp corrected = Newer(MakeSkp());
  corrected.mutable_pegawai()->set_nip("199005012015042008");
  const Answer answer = Submit(corrected);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->name(), name);
  v1::ListSkpsRequest by_nip;
  by_nip.set_parent("instansi/-");
  by_nip.set_nip("199005012015042008");
  EXPECT_EQ(List(bkd_, by_nip)->skps_size(), 1);
  by_nip.set_nip(std::string(support::kPegawaiNip));
  EXPECT_EQ(List(bkd_, by_nip)->skps_size(), 0);
}

}  // namespace
}  // namespace kinerja::ingest
