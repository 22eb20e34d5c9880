// Order: source.version, expected_revision and the states (design §3 Order and States, promise P3).
#include <cstdint>

#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::AppendStatus;
using support::HasReason;
using support::MakeSkp;
using support::StatusIs;
using ::testing::Contains;
using ::testing::SizeIs;

using OrderTest = IngestHarness;
using ExpectedRevisionTest = IngestHarness;

v1::Skp Versioned(uint64_t version, const char* golongan = "III/b") {
  v1::Skp skp = MakeSkp();
  skp.mutable_source()->set_version(version);
  skp.mutable_pegawai()->set_golongan(golongan);
  return skp;
}

TEST_F(OrderTest, AGreaterVersionMakesARevision) {
  Accept(Versioned(5));
  const Answer answer = Submit(Versioned(9, "III/c"));
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->revision(), 2U);
}

TEST_F(OrderTest, AGreaterVersionWithEqualContentRaisesWhatIsHeld) {
  const std::string name = Accept(Versioned(5)).name();
  const Answer answer = Submit(Versioned(9));
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(answer->revision(), 1U);
  EXPECT_EQ(Get(name).source().version(), 9U);
  EXPECT_EQ(Get(name).revision(), 1U);
  EXPECT_THAT(Changes(), SizeIs(1));
  EXPECT_THAT(Submit(Versioned(8, "III/c")), HasOutcome(v1::OUTCOME_STALE));
}

TEST_F(OrderTest, ASmallerVersionIsStaleAndChangesNothing) {
  const std::string name = Accept(Versioned(5)).name();
  const Answer answer = Submit(Versioned(4, "III/c"));
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_STALE));
  EXPECT_EQ(answer->name(), name);
  EXPECT_EQ(answer->revision(), 1U);
  EXPECT_EQ(Get(name).pegawai().golongan(), "III/b");
  EXPECT_EQ(Get(name).source().version(), 5U);
  EXPECT_THAT(Submit(Versioned(4)), HasOutcome(v1::OUTCOME_STALE)) << "equal content";
}

TEST_F(OrderTest, AnEqualVersionWithEqualContentIsUnchanged) {
  Accept(Versioned(5));
  EXPECT_THAT(Submit(Versioned(5)), HasOutcome(v1::OUTCOME_UNCHANGED));
}

TEST_F(OrderTest, AnEqualVersionWithOtherContentIsRefused) {
  for (const uint64_t version : {uint64_t{0}, uint64_t{5}, UINT64_MAX}) {
    Accept(Versioned(version));
    const Answer answer = Submit(Versioned(version, "III/c"));
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kAlreadyExists)) << version;
    EXPECT_THAT(answer, HasReason("SOURCE_VERSION_REUSED")) << version;
  }
  EXPECT_THAT(Changes(), SizeIs(1));
}

TEST_F(OrderTest, ASourceOrderedByArrivalHasNoVersions) {
  struct Case {
    const char* name;
    uint64_t version;
    const char* golongan;
  };
  constexpr Case kCases[] = {
      {"smaller", 4, "III/c"},
      {"equal", 4, "III/d"},
      {"none", 0, "IV/a"},
      {"greater", 9, "IV/b"},
  };
  v1::Skp first = Versioned(5);
  first.mutable_source()->set_system("arsip");
  const std::string name = Accept(first).name();
  uint64_t revision = 1;
  for (const Case& c : kCases) {
    v1::Skp skp = Versioned(c.version, c.golongan);
    skp.mutable_source()->set_system("arsip");
    const Answer answer = Submit(skp);
    EXPECT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED)) << c.name;
    EXPECT_EQ(Get(name).revision(), ++revision) << c.name;
    EXPECT_EQ(Get(name).pegawai().golongan(), c.golongan) << c.name;
  }
}

TEST_F(OrderTest, ProvenanceIsNoContent) {
  Accept(Versioned(5));
  v1::Skp skp = Versioned(5);
  skp.mutable_provenance()->set_berkas("ekspor-2025.csv");
  skp.mutable_provenance()->set_baris(7);
  EXPECT_THAT(Submit(skp), HasOutcome(v1::OUTCOME_UNCHANGED));
}

TEST_F(OrderTest, WhatTheGatewaySetsIsIgnoredInASubmission) {
  const std::string name = Accept(Versioned(5)).name();
  v1::Skp skp = Versioned(5);
  skp.set_revision(77);
  skp.set_pengganti_id(name);
  skp.mutable_waktu_dibuat()->set_seconds(1);
  skp.mutable_rujukan()->set_unor_id("UNOR-XX");
  skp.mutable_pegawai()->set_nip_jenis(v1::NIP_JENIS_PPPK);
  EXPECT_THAT(Submit(skp), HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(Get(name).revision(), 1U);
  EXPECT_EQ(Get(name).pengganti_id(), "");
}

v1::SubmitSkpRequest Expecting(uint64_t revision, const v1::Skp& skp) {
  v1::SubmitSkpRequest request = RequestOf(skp);
  request.set_expected_revision(revision);
  return request;
}

TEST_F(ExpectedRevisionTest, TakesAChangeOfTheCurrentOne) {
  Accept(Versioned(1));
  EXPECT_THAT(Submit(bkd_, Expecting(1, Versioned(2, "III/c"))), HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_THAT(Submit(bkd_, Expecting(2, Versioned(3, "III/d"))), HasOutcome(v1::OUTCOME_UPDATED));
}

TEST_F(ExpectedRevisionTest, TakesANewRecordForZero) {
  EXPECT_THAT(Submit(bkd_, Expecting(0, Versioned(1))), HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(ExpectedRevisionTest, AbortsWithTheCurrentOne) {
  const std::string name = Accept(Versioned(1)).name();
  Accept(Versioned(2, "III/c"));
  struct Case {
    const char* name;
    uint64_t expected;
    v1::Skp skp;
  };
  const Case kCases[] = {
      {"an older one", 1, Versioned(3, "III/d")},
      {"one that is not there yet", 3, Versioned(3, "III/d")},
      {"a new record", 0, Versioned(3, "III/d")},
      {"equal content", 1, Versioned(3, "III/c")},
  };
  for (const Case& c : kCases) {
    const Answer answer = Submit(bkd_, Expecting(c.expected, c.skp));
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kAborted)) << c.name;
    EXPECT_THAT(answer, HasReason("REVISION_STALE")) << c.name;
    EXPECT_EQ(MetadataOf(answer.status(), "current"), "2") << c.name;
  }
  EXPECT_EQ(Get(name).revision(), 2U);
}

TEST_F(ExpectedRevisionTest, AbortsForARecordThatIsNotThere) {
  const Answer answer = Submit(bkd_, Expecting(1, Versioned(1)));
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(MetadataOf(answer.status(), "current"), "0");
}

class StatesTest : public IngestHarness {
 protected:
  // A record of another person each time, in this state, with a history of this state alone.
  v1::Skp SkpIn(v1::StatusSkp status) {
    v1::Skp skp = MakeSkp();
    skp.mutable_source()->set_id("states-" + std::to_string(++people_));
    skp.mutable_pegawai()->set_nip("199105012015042" + std::to_string(100 + people_));
    skp.clear_riwayat_status();
    Move(&skp, status);
    return skp;
  }

  static void Move(v1::Skp* skp, v1::StatusSkp status) {
    const bool needs_note =
        status == v1::STATUS_SKP_DIKEMBALIKAN || status == v1::STATUS_SKP_DIBATALKAN;
    AppendStatus(skp, status, "", needs_note ? "mohon diperiksa" : "");
    skp->mutable_source()->set_version(skp->source().version() + 1);
    const bool yearly = status == v1::STATUS_SKP_DINILAI_TAHUNAN ||
                        status == v1::STATUS_SKP_KEBERATAN || status == v1::STATUS_SKP_FINAL;
    if (yearly && skp->evaluasi().empty()) {
      *skp->add_evaluasi() = support::MakeEvaluatedSkp().evaluasi(0);
    }
  }

 private:
  int people_ = 0;
};

struct Step {
  v1::StatusSkp from;
  v1::StatusSkp to;
};

std::string NameOf(const Step& step) {
  return v1::StatusSkp_Name(step.from) + " to " + v1::StatusSkp_Name(step.to);
}

TEST_F(StatesTest, ARevisionMayBeInAnyStateThatCanBeReached) {
  constexpr Step kSteps[] = {
      {v1::STATUS_SKP_DRAFT, v1::STATUS_SKP_DIAJUKAN},
      {v1::STATUS_SKP_DIAJUKAN, v1::STATUS_SKP_DRAFT},
      {v1::STATUS_SKP_DIAJUKAN, v1::STATUS_SKP_DIKEMBALIKAN},
      {v1::STATUS_SKP_DINILAI_PERIODIK, v1::STATUS_SKP_BERJALAN},
      {v1::STATUS_SKP_DIAJUKAN, v1::STATUS_SKP_DIBATALKAN},
      {v1::STATUS_SKP_KEBERATAN, v1::STATUS_SKP_FINAL},
      // What a pull skips.
      {v1::STATUS_SKP_DRAFT, v1::STATUS_SKP_DISETUJUI},
      {v1::STATUS_SKP_DRAFT, v1::STATUS_SKP_FINAL},
      {v1::STATUS_SKP_DIKEMBALIKAN, v1::STATUS_SKP_DISETUJUI},
      {v1::STATUS_SKP_DISETUJUI, v1::STATUS_SKP_DINILAI_PERIODIK},
      {v1::STATUS_SKP_BERJALAN, v1::STATUS_SKP_KEBERATAN},
  };
  for (const Step& step : kSteps) {
    const v1::Skp before = SkpIn(step.from);
    Accept(before);
    v1::Skp after = before;
    after.clear_riwayat_status();
    Move(&after, step.to);
    EXPECT_THAT(Submit(after), HasOutcome(v1::OUTCOME_UPDATED)) << NameOf(step);
  }
}

TEST_F(StatesTest, AStateThatCannotBeReachedIsRefused) {
  constexpr Step kSteps[] = {
      {v1::STATUS_SKP_DISETUJUI, v1::STATUS_SKP_DIAJUKAN},
      {v1::STATUS_SKP_DISETUJUI, v1::STATUS_SKP_DRAFT},
      {v1::STATUS_SKP_BERJALAN, v1::STATUS_SKP_DISETUJUI},
      {v1::STATUS_SKP_DINILAI_TAHUNAN, v1::STATUS_SKP_BERJALAN},
      {v1::STATUS_SKP_DIBATALKAN, v1::STATUS_SKP_DRAFT},
      {v1::STATUS_SKP_DIBATALKAN, v1::STATUS_SKP_DISETUJUI},
  };
  for (const Step& step : kSteps) {
    const v1::Skp before = SkpIn(step.from);
    const std::string name = Accept(before).name();
    v1::Skp after = before;
    after.clear_riwayat_status();
    Move(&after, step.to);
    const Answer answer = Submit(after);
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInvalidArgument)) << NameOf(step);
    EXPECT_THAT(ReasonsOf(answer), Contains("STATE_ILLEGAL")) << NameOf(step);
    EXPECT_EQ(Get(name).status(), step.from) << NameOf(step);
  }
}

// Of a FINAL record everything is frozen, the state too.
TEST_F(StatesTest, AFinalRecordStaysFinal) {
  for (const v1::StatusSkp to : {v1::STATUS_SKP_DINILAI_TAHUNAN, v1::STATUS_SKP_DIBATALKAN}) {
    const v1::Skp before = SkpIn(v1::STATUS_SKP_FINAL);
    const std::string name = Accept(before).name();
    v1::Skp after = before;
    Move(&after, to);
    after.mutable_riwayat_status()->DeleteSubrange(0, 1);
    EXPECT_THAT(ReasonsOf(Submit(after)), Contains("PLAN_FROZEN")) << v1::StatusSkp_Name(to);
    EXPECT_THAT(Submit(feed_, after), HasOutcome(v1::OUTCOME_UNCHANGED));
    EXPECT_EQ(Get(name).status(), v1::STATUS_SKP_FINAL) << v1::StatusSkp_Name(to);
  }
}

TEST_F(StatesTest, AReplacedRecordDoesNotComeBack) {
  const v1::Skp before = SkpIn(v1::STATUS_SKP_DISETUJUI);
  const std::string name = Accept(before).name();
  v1::Skp successor = before;
  successor.mutable_source()->set_id("successor");
  successor.set_menggantikan(name);
  Accept(successor);
  const Answer answer = Submit(Newer(before));
  EXPECT_THAT(ReasonsOf(answer), Contains("STATE_ILLEGAL"));
  EXPECT_EQ(Get(name).status(), v1::STATUS_SKP_DIGANTI);
}

}  // namespace
}  // namespace kinerja::ingest
