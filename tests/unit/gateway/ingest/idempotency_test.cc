// Once: a repeated request_id gets the first answer (promise P2).
#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::EqualsProto;
using support::HasReason;
using support::IsOk;
using support::MakeSkp;
using support::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class IdempotencyTest : public IngestHarness {
 protected:
  // Submits, then twice more: the first answer each time, and nothing is written again.
  v1::SubmitSkpResponse AcceptAndRepeat(const security::Principal& principal,
                                        const v1::SubmitSkpRequest& request) {
    const Answer first = Submit(principal, request);
    if (!first.ok()) {
      ADD_FAILURE() << "not accepted: " << first.status();
      return {};
    }
    const size_t changes = Changes().size();
    for (int i = 0; i < 2; ++i) {
      const Answer again = Submit(principal, request);
      EXPECT_THAT(again, IsOk());
      EXPECT_THAT(again.value_or(v1::SubmitSkpResponse()), EqualsProto(*first));
    }
    EXPECT_THAT(Changes(), SizeIs(changes));
    return *first;
  }
};

v1::Skp WithGolongan(v1::Skp skp, const char* golongan) {
  skp.mutable_pegawai()->set_golongan(golongan);
  return skp;
}

TEST_F(IdempotencyTest, RepeatsTheAnswerOfANewRecord) {
  EXPECT_EQ(AcceptAndRepeat(bkd_, RequestOf(MakeSkp(), Uuid(1))).outcome(), v1::OUTCOME_CREATED);
}

TEST_F(IdempotencyTest, RepeatsTheAnswerOfAChange) {
  Accept(MakeSkp());
  const v1::Skp changed = WithGolongan(Newer(MakeSkp()), "III/c");
  const auto answer = AcceptAndRepeat(bkd_, RequestOf(changed, Uuid(1)));
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_UPDATED);
  EXPECT_EQ(answer.revision(), 2U);
}

TEST_F(IdempotencyTest, RepeatsTheAnswerOfNoChange) {
  Accept(MakeSkp());
  const auto answer = AcceptAndRepeat(bkd_, RequestOf(MakeSkp(), Uuid(1)));
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_UNCHANGED);
}

TEST_F(IdempotencyTest, RepeatsTheAnswerStaleAfterALaterRevision) {
  v1::Skp held = MakeSkp();
  held.mutable_source()->set_version(5);
  Accept(held);
  const v1::SubmitSkpRequest stale = RequestOf(WithGolongan(MakeSkp(), "III/c"), Uuid(1));
  const Answer first = Submit(bkd_, stale);
  ASSERT_THAT(first, HasOutcome(v1::OUTCOME_STALE));
  Accept(WithGolongan(Newer(held), "III/d"));
  const Answer again = Submit(bkd_, stale);
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(*again, EqualsProto(*first));
}

TEST_F(IdempotencyTest, RepeatsWarnings) {
  Accept(MakeSkp());
  v1::Skp changed = WithGolongan(Newer(MakeSkp()), "III/c");
  changed.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas V");
  const auto answer = AcceptAndRepeat(feed_, RequestOf(changed, Uuid(1)));
  EXPECT_THAT(NamedBy(answer.warnings()), ElementsAre(Named("rhk[0].uraian", "PLAN_FROZEN")));
}

TEST_F(IdempotencyTest, RefusesOtherContentUnderTheSameId) {
  const std::string name = Accept(bkd_, MakeSkp()).name();
  ASSERT_THAT(Submit(bkd_, RequestOf(MakeSkp(), Uuid(1))), IsOk());
  const Answer answer = Submit(bkd_, RequestOf(WithGolongan(Newer(MakeSkp()), "III/c"), Uuid(1)));
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(answer, HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(Get(name).revision(), 1U);
}

TEST_F(IdempotencyTest, RefusesAnotherExpectedRevisionUnderTheSameId) {
  v1::SubmitSkpRequest request = RequestOf(MakeSkp(), Uuid(1));
  ASSERT_THAT(Submit(bkd_, request), IsOk());
  request.set_expected_revision(1);
  EXPECT_THAT(Submit(bkd_, request), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(IdempotencyTest, TakesTheIdInEitherCase) {
  const Answer first = Submit(bkd_, RequestOf(MakeSkp(), "ABCDEF00-0000-4000-8000-00000000000A"));
  const Answer again = Submit(bkd_, RequestOf(MakeSkp(), "abcdef00-0000-4000-8000-00000000000a"));
  ASSERT_THAT(first, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_THAT(again, HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(IdempotencyTest, ComparesTheNormalisedRecord) {
  v1::Skp printed = MakeSkp();
  printed.mutable_pegawai()->set_nip("19900501 201504 2 001");
  ASSERT_THAT(Submit(bkd_, RequestOf(printed, Uuid(1))), HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_THAT(Submit(bkd_, RequestOf(MakeSkp(), Uuid(1))), HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(IdempotencyTest, TheSameIdOfAnotherPrincipalIsAnother) {
  ASSERT_THAT(Submit(bkd_, RequestOf(MakeSkp(), Uuid(1))), HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_THAT(Submit(other_, RequestOf(MakeSkp(), Uuid(1))), HasOutcome(v1::OUTCOME_UNCHANGED));
  const v1::Skp changed = WithGolongan(Newer(MakeSkp()), "III/c");
  EXPECT_THAT(Submit(feed_, RequestOf(changed, Uuid(1))), HasOutcome(v1::OUTCOME_UPDATED));
}

TEST_F(IdempotencyTest, ARefusalOfTheRecordIsNotRemembered) {
  v1::Skp broken = MakeSkp();
  broken.mutable_rhk(0)->clear_uraian();
  ASSERT_THAT(Submit(bkd_, RequestOf(broken, Uuid(1))), HasReason("RECORD_INVALID"));
  EXPECT_THAT(Submit(bkd_, RequestOf(MakeSkp(), Uuid(1))), HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(IdempotencyTest, ARefusalByWhatIsStoredIsNotRemembered) {
  const std::string name = Accept(MakeSkp()).name();
  const v1::SubmitSkpRequest twin = RequestOf(
      [] {
        v1::Skp skp = MakeSkp();
        skp.mutable_source()->set_id("twin");
        return skp;
      }(),
      Uuid(1));
  ASSERT_THAT(Submit(bkd_, twin), HasReason("SKP_DUPLICATE"));
  v1::Skp cancelled = Newer(MakeSkp());
  support::AppendStatus(&cancelled, v1::STATUS_SKP_DIBATALKAN, "", "salah masa kerja");
  Accept(cancelled);
  const Answer answer = Submit(bkd_, twin);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_NE(answer->name(), name);
}

TEST_F(IdempotencyTest, ValidateOnlyIsNotRememberedAndWritesNothing) {
  v1::SubmitSkpRequest request = RequestOf(MakeSkp(), Uuid(1));
  request.set_validate_only(true);
  ASSERT_THAT(Submit(bkd_, request), HasOutcome(v1::OUTCOME_VALID));
  EXPECT_THAT(Changes(), IsEmpty());
  const v1::Skp other = WithGolongan(MakeSkp(), "III/c");
  EXPECT_THAT(Submit(bkd_, RequestOf(other, Uuid(1))), HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(IdempotencyTest, IsLookedUpBeforeExpectedRevision) {
  v1::SubmitSkpRequest create = RequestOf(MakeSkp(), Uuid(1));
  create.set_expected_revision(0);
  AcceptAndRepeat(bkd_, create);
  v1::SubmitSkpRequest change = RequestOf(WithGolongan(Newer(MakeSkp()), "III/c"), Uuid(2));
  change.set_expected_revision(1);
  EXPECT_EQ(AcceptAndRepeat(bkd_, change).revision(), 2U);
}

TEST_F(IdempotencyTest, IsLookedUpBeforeTheSourceVersion) {
  const v1::SubmitSkpRequest first = RequestOf(MakeSkp(), Uuid(1));
  ASSERT_THAT(Submit(bkd_, first), HasOutcome(v1::OUTCOME_CREATED));
  Accept(WithGolongan(Newer(MakeSkp()), "III/c"));
  const Answer again = Submit(bkd_, first);
  ASSERT_THAT(again, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_EQ(again->revision(), 1U);
}

TEST_F(IdempotencyTest, ARepeatedNoChangeUndoesNobodysRevision) {
  const std::string name = Accept(MakeSkp()).name();
  const v1::SubmitSkpRequest same = RequestOf(Newer(MakeSkp()), Uuid(1));
  ASSERT_THAT(Submit(bkd_, same), HasOutcome(v1::OUTCOME_UNCHANGED));
  Accept(other_, WithGolongan(Newer(Newer(MakeSkp())), "III/c"));
  const Answer again = Submit(bkd_, same);
  ASSERT_THAT(again, HasOutcome(v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(again->revision(), 1U);
  EXPECT_EQ(Get(name).pegawai().golongan(), "III/c");
  EXPECT_EQ(Get(name).revision(), 2U);
}

TEST_F(IdempotencyTest, RepeatsWhatARuleWouldNowHold) {
  const v1::SubmitSkpRequest request = RequestOf(MakeSkp(), Uuid(1));
  const Answer first = Submit(bkd_, request);
  auto without_units = reference::Snapshot::Parse(
      "kode_bkn\tinstansi_id\tnama\tjenis\tkode_wilayah\n"
      "9901\tINST-CONTOH-9901\tPemerintah Kab. Contoh Jaya\tD\t99.01\n",
      "id\tid_lokal\tnama\tinduk_id\tkode_instansi\tnpsn\tbentuk\taktif\n");
  ASSERT_THAT(without_units, IsOk());
  Use(MakeConfig(), *without_units);
  const Answer held = Submit(bkd_, RequestOf(MakeSkp(), Uuid(2)));
  ASSERT_THAT(held, StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(held, HasReason("RECORD_HELD"));
  const Answer again = Submit(bkd_, request);
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(*again, EqualsProto(*first));
}

TEST_F(IdempotencyTest, RemembersForSevenDays) {
  const v1::SubmitSkpRequest request = RequestOf(MakeSkp(), Uuid(1));
  ASSERT_THAT(Submit(bkd_, request), HasOutcome(v1::OUTCOME_CREATED));
  clock_.Advance(absl::Hours(7 * 24));
  Accept(OfOtherPerson(MakeSkp()));
  EXPECT_THAT(Submit(bkd_, request), HasOutcome(v1::OUTCOME_CREATED));
}

TEST_F(IdempotencyTest, WithoutAnIdEverySubmissionIsJudged) {
  EXPECT_THAT(Submit(MakeSkp()), HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_THAT(Submit(MakeSkp()), HasOutcome(v1::OUTCOME_UNCHANGED));
}

}  // namespace
}  // namespace kinerja::ingest
