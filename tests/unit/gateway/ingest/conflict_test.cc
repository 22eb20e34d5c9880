// Whose word counts, for a feed: what it may not change is kept as a Conflict, the rest is accepted
// (design §3 Ownership, promise P3).
#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::HasReason;
using support::IsOk;
using support::MakeSkp;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kFrozenPath[] = "rhk[rhk_id=r-1].uraian";
constexpr char kAgreed[] = "Terlaksananya pembelajaran kelas IV sesuai kurikulum";
constexpr char kOffered[] = "Terlaksananya pembelajaran kelas V";

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::vector<std::string> PathsOf(const std::vector<v1::Conflict>& conflicts) {
  std::vector<std::string> paths;
  for (const v1::Conflict& conflict : conflicts) paths.push_back(conflict.path());
  return paths;
}

class ConflictTest : public IngestHarness {
 protected:
  // The next version of MakeSkp() as the feed sends it, with another text for the first RHK.
  v1::Skp Version(const char* uraian = kAgreed) {
    v1::Skp skp = MakeSkp();
    skp.mutable_source()->set_version(++version_);
    skp.mutable_rhk(0)->set_uraian(uraian);
    return skp;
  }

  uint64_t version_ = 0;
  const std::string name_ = Accept(Version()).name();
};

TEST_F(ConflictTest, TheRestIsAccepted) {
  v1::Skp changed = Version(kOffered);
  changed.mutable_pegawai()->set_golongan("III/c");
  const Answer answer = Submit(feed_, changed);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->revision(), 2U);
  EXPECT_THAT(NamedBy(answer->warnings()), ElementsAre(Named("rhk[0].uraian", "PLAN_FROZEN")));
  EXPECT_EQ(answer->warnings(0).severity(), v1::SEVERITY_WARNING);
  EXPECT_EQ(Get(name_).rhk(0).uraian(), kAgreed);
  EXPECT_EQ(Get(name_).pegawai().golongan(), "III/c");
}

TEST_F(ConflictTest, SaysWhatWasOfferedByWhomAndSinceWhen) {
  clock_.Advance(absl::Hours(3));
  Accept(feed_, Version(kOffered));
  const std::vector<v1::Conflict> conflicts = Conflicts(name_);
  ASSERT_THAT(conflicts, SizeIs(1));
  const v1::Conflict& conflict = conflicts[0];
  EXPECT_GT(conflict.id(), 0U);
  EXPECT_EQ(conflict.skp(), name_);
  EXPECT_EQ(conflict.path(), kFrozenPath);
  EXPECT_THAT(conflict.cause(), HasReason("PLAN_FROZEN"));
  EXPECT_FALSE(conflict.cause().description().empty());
  EXPECT_FALSE(conflict.cause().keterangan().empty());
  EXPECT_NE(conflict.cause().mender(), v1::MENDER_UNSPECIFIED);
  EXPECT_EQ(conflict.stored(), Quoted(kAgreed));
  EXPECT_EQ(conflict.offered(), Quoted(kOffered));
  EXPECT_EQ(conflict.offered_by(), "bkd-9901");
  EXPECT_EQ(conflict.since().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_FALSE(conflict.has_closed());
}

TEST_F(ConflictTest, NothingButConflictsMakesNoRevision) {
  const Answer answer = Submit(feed_, Version(kOffered));
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(answer->revision(), 1U);
  EXPECT_THAT(NamedBy(answer->warnings()), ElementsAre(Named("rhk[0].uraian", "PLAN_FROZEN")));
  EXPECT_THAT(Changes(), SizeIs(1));
  EXPECT_THAT(Conflicts(name_), SizeIs(1));
  EXPECT_EQ(Get(name_).source().version(), 2U);
}

TEST_F(ConflictTest, EachValueIsOneConflict) {
  v1::Skp changed = Version(kOffered);
  changed.mutable_rhk(1)->mutable_indikator(0)->mutable_target()->set_nilai("2");
  changed.mutable_rhk()->RemoveLast();
  Accept(feed_, changed);
  EXPECT_THAT(PathsOf(Conflicts(name_)),
              UnorderedElementsAre(kFrozenPath,
                                   "rhk[rhk_id=r-2].indikator[indikator_id=i-2-1].target.nilai",
                                   "rhk[rhk_id=r-3]"));
  EXPECT_EQ(Get(name_).rhk_size(), 3);
}

TEST_F(ConflictTest, AnElementMoreOrLessHasOneSideEmpty) {
  v1::Skp changed = Version();
  changed.mutable_rhk(2)->set_rhk_id("r-9");
  Accept(feed_, changed);
  const std::vector<v1::Conflict> conflicts = Conflicts(name_);
  EXPECT_THAT(PathsOf(conflicts), UnorderedElementsAre("rhk[rhk_id=r-3]", "rhk[rhk_id=r-9]"));
  for (const v1::Conflict& conflict : conflicts) {
    const bool left_out = conflict.path() == "rhk[rhk_id=r-3]";
    EXPECT_EQ(conflict.stored().empty(), !left_out) << conflict.path();
    EXPECT_EQ(conflict.offered().empty(), left_out) << conflict.path();
  }
}

TEST_F(ConflictTest, TheSameOneTwiceIsOneRowWithItsFirstTime) {
  Accept(feed_, Version(kOffered));
  const std::vector<v1::Conflict> first = Conflicts(name_);
  clock_.Advance(absl::Hours(24));
  EXPECT_THAT(Submit(feed_, Version(kOffered)), HasOutcome(v1::OUTCOME_UNCHANGED));
  std::vector<v1::Conflict> again = Conflicts(name_, /*with_closed=*/true);
  ASSERT_THAT(first, SizeIs(1));
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].since().seconds(), first[0].since().seconds());
  clock_.Advance(absl::Hours(24));
  Accept(feed_, Version("Terlaksananya pembelajaran kelas VI"));
  again = Conflicts(name_, /*with_closed=*/true);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].since().seconds(), first[0].since().seconds());
  EXPECT_EQ(again[0].offered(), Quoted("Terlaksananya pembelajaran kelas VI"));
}

TEST_F(ConflictTest, ClosesWhenTheFeedAgreesAgainAndStaysListed) {
  Accept(feed_, Version(kOffered));
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(Submit(feed_, Version()), HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_THAT(Conflicts(name_), IsEmpty());
  const std::vector<v1::Conflict> closed = Conflicts(name_, /*with_closed=*/true);
  ASSERT_THAT(closed, SizeIs(1));
  EXPECT_EQ(closed[0].path(), kFrozenPath);
  EXPECT_EQ(closed[0].closed().seconds(), absl::ToUnixSeconds(clock_.Now()));
}

TEST_F(ConflictTest, ClosesAlsoBesideAChange) {
  Accept(feed_, Version(kOffered));
  v1::Skp changed = Version();
  changed.mutable_pegawai()->set_golongan("III/c");
  EXPECT_THAT(Submit(feed_, changed), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(Conflicts(name_), IsEmpty());
}

TEST_F(ConflictTest, ClosesOnlyWhatIsAgreedOn) {
  v1::Skp changed = Version(kOffered);
  changed.mutable_rhk(1)->set_uraian("Meningkatnya literasi murid");
  Accept(feed_, changed);
  Accept(feed_, Version(kOffered));
  EXPECT_THAT(PathsOf(Conflicts(name_)), ElementsAre(kFrozenPath));
}

TEST_F(ConflictTest, ComesBackAsAnotherOneAfterItWasClosed) {
  Accept(feed_, Version(kOffered));
  Accept(feed_, Version());
  clock_.Advance(absl::Hours(1));
  Accept(feed_, Version(kOffered));
  const std::vector<v1::Conflict> conflicts = Conflicts(name_);
  ASSERT_THAT(conflicts, SizeIs(1));
  EXPECT_EQ(conflicts[0].since().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_THAT(Conflicts(name_, /*with_closed=*/true), SizeIs(2));
}

TEST_F(ConflictTest, AStaleVersionOpensNone) {
  v1::Skp stale = Version(kOffered);
  Accept(Version());
  EXPECT_THAT(Submit(feed_, stale), HasOutcome(v1::OUTCOME_STALE));
  EXPECT_THAT(Conflicts(name_, /*with_closed=*/true), IsEmpty());
}

TEST_F(ConflictTest, ValidateOnlyOpensNone) {
  v1::SubmitSkpRequest request = RequestOf(Version(kOffered));
  request.set_validate_only(true);
  const Answer answer = Submit(feed_, request);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_VALID));
  EXPECT_THAT(NamedBy(answer->warnings()), ElementsAre(Named("rhk[0].uraian", "PLAN_FROZEN")));
  EXPECT_THAT(Conflicts(name_, /*with_closed=*/true), IsEmpty());
}

TEST_F(ConflictTest, AFinalRecordTakesNothingOfItsOrigin) {
  v1::Skp final_skp = SkpCarriedTo(v1::STATUS_SKP_FINAL);
  final_skp.mutable_source()->set_version(50);
  Accept(final_skp);
  final_skp = Newer(final_skp);
  final_skp.mutable_pegawai()->set_golongan("III/c");
  const Answer answer = Submit(feed_, final_skp);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_THAT(NamedBy(answer->warnings()), ElementsAre(Named("pegawai.golongan", "PLAN_FROZEN")));
  EXPECT_THAT(PathsOf(Conflicts(name_)), ElementsAre("pegawai.golongan"));
  EXPECT_EQ(Get(name_).pegawai().golongan(), "III/b");
}

// A record with an evaluation by BKN of which the feed of the origin says otherwise.
class OwnerConflictTest : public IngestHarness {
 protected:
  void SetUp() override {
    origin_ = SkpCarriedTo(v1::STATUS_SKP_BERJALAN);
    name_ = Accept(origin_).name();
    bkn_version_ = AsBkn(Get(name_));
    *bkn_version_.add_evaluasi() = support::MakeTriwulan(2025, 1);
    Accept(bkn_, bkn_version_);
    origin_ = Newer(origin_);
    *origin_.add_evaluasi() = support::MakeTriwulan(2025, 1);
    origin_.mutable_evaluasi(0)->set_catatan("sangat tekun");
    origin_.mutable_pegawai()->set_golongan("III/c");
    answer_ = Submit(feed_, origin_);
  }

  std::string name_;
  v1::Skp origin_;
  v1::Skp bkn_version_;
  Answer answer_ = absl::UnknownError("not submitted");
};

TEST_F(OwnerConflictTest, TheOwnersValueStays) {
  ASSERT_THAT(answer_, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(NamedBy(answer_->warnings()),
              ElementsAre(Named("evaluasi[0].catatan", "OWNER_CONFLICT")));
  EXPECT_EQ(Get(name_).evaluasi(0).catatan(), "");
  EXPECT_EQ(Get(name_).pegawai().golongan(), "III/c");
  const std::vector<v1::Conflict> conflicts = Conflicts(name_);
  ASSERT_THAT(conflicts, SizeIs(1));
  EXPECT_THAT(conflicts[0].cause(), HasReason("OWNER_CONFLICT"));
  EXPECT_THAT(conflicts[0].path(), ::testing::StartsWith("evaluasi["));
  EXPECT_THAT(conflicts[0].path(), ::testing::EndsWith("].catatan"));
  EXPECT_EQ(conflicts[0].stored(), "");
  EXPECT_EQ(conflicts[0].offered(), Quoted("sangat tekun"));
}

TEST_F(OwnerConflictTest, ClosesWhenTheOwnerChangesTheValue) {
  ASSERT_THAT(Conflicts(name_), SizeIs(1));
  v1::Skp changed = Get(name_);
  changed = AsBkn(changed, 2);
  changed.mutable_evaluasi(0)->set_catatan("tekun");
  ASSERT_THAT(Submit(bkn_, changed), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(Conflicts(name_), IsEmpty());
  const std::vector<v1::Conflict> closed = Conflicts(name_, /*with_closed=*/true);
  ASSERT_THAT(closed, SizeIs(1));
  EXPECT_TRUE(closed[0].has_closed());
}

TEST_F(OwnerConflictTest, StaysOpenWhenTheOwnerRepeatsItsValue) {
  ASSERT_THAT(Submit(bkn_, AsBkn(Get(name_), 2)), IsOk());
  EXPECT_THAT(Conflicts(name_), SizeIs(1));
}

TEST_F(OwnerConflictTest, StaysOpenWhenAnotherValueChanges) {
  v1::Skp changed = AsBkn(Get(name_), 2);
  changed.mutable_evaluasi(0)->set_tanggal("2025-04-04");
  ASSERT_THAT(Submit(bkn_, changed), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(Conflicts(name_), SizeIs(1));
}

TEST_F(OwnerConflictTest, ClosesWhenTheOwnerWithdrawsTheElement) {
  v1::Skp changed = AsBkn(Get(name_), 2);
  changed.clear_evaluasi();
  ASSERT_THAT(Submit(bkn_, changed), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(Conflicts(name_), IsEmpty());
}

TEST_F(OwnerConflictTest, AFeedOfBknLeavesTheOriginsValues) {
  v1::Skp changed = AsBkn(Get(name_), 2);
  changed.mutable_pegawai()->set_golongan("III/d");
  *changed.add_evaluasi() = support::MakeTriwulan(2025, 2);
  const Answer answer = Submit(bkn_feed_, changed);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(NamedBy(answer->warnings()),
              ElementsAre(Named("pegawai.golongan", "OWNER_CONFLICT")));
  EXPECT_EQ(Get(name_).pegawai().golongan(), "III/c");
  EXPECT_EQ(Get(name_).evaluasi_size(), 2);
}

TEST_F(OwnerConflictTest, OneOfEachOffererStands) {
  v1::Skp by_bkn = AsBkn(Get(name_), 2);
  by_bkn.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas VI");
  Accept(bkn_feed_, by_bkn);
  v1::Skp by_origin = Newer(origin_);
  by_origin.mutable_rhk(0)->set_uraian(kOffered);
  Accept(feed_, by_origin);
  std::vector<std::string> offerers;
  for (const v1::Conflict& conflict : Conflicts(name_)) {
    if (conflict.path() == kFrozenPath) offerers.push_back(conflict.offered_by());
  }
  EXPECT_THAT(offerers, UnorderedElementsAre("bkn", "bkd-9901"));
}

}  // namespace
}  // namespace kinerja::ingest
