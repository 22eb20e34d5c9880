// Which record a submission means, and who may mean it (design §3 Identity, §4 P9).
#include "tests/unit/gateway/ingest/ingest_harness.h"

namespace kinerja::ingest {
namespace {

using support::HasReason;
using support::MakeSkp;
using support::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

using IdentityTest = IngestHarness;

constexpr char kNobody[] = "instansi/9901/skp/0123456789abc";

TEST_F(IdentityTest, MakesARecordOfWhatIsNew) {
  const Answer answer = Submit(MakeSkp());
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_THAT(answer->name(), MatchesRegex("instansi/9901/skp/[0-9a-z]{13}"));
  EXPECT_EQ(answer->revision(), 1U);
  EXPECT_THAT(answer->warnings(), IsEmpty());
  EXPECT_THAT(answer->violations(), IsEmpty());
}

TEST_F(IdentityTest, KeepsWhatWasSubmitted) {
  const std::string name = Accept(MakeSkp()).name();
  const v1::Skp held = Get(name);
  EXPECT_EQ(ContentOf(held), ContentOf(MakeSkp()));
  EXPECT_EQ(held.name(), name);
  EXPECT_EQ(held.revision(), 1U);
  EXPECT_EQ(held.waktu_dibuat().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_EQ(held.waktu_diubah().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_EQ(held.rujukan().kode_wilayah(), "99.01");
  EXPECT_EQ(held.rujukan().unor_id(), "UNOR-CJ-0101");
}

TEST_F(IdentityTest, FindsTheRecordBySource) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp changed = Newer(MakeSkp());
  changed.mutable_pegawai()->set_golongan("III/c");
  const Answer answer = Submit(changed);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->name(), name);
  EXPECT_EQ(answer->revision(), 2U);
  EXPECT_EQ(Get(name).pegawai().golongan(), "III/c");
}

TEST_F(IdentityTest, FindsTheRecordByName) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp changed = MakeSkp();
  changed.set_name(name);
  changed.mutable_source()->set_id("another-id");
  changed.mutable_pegawai()->set_golongan("III/c");
  const Answer answer = Submit(changed);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_UPDATED));
  EXPECT_EQ(answer->name(), name);
  EXPECT_EQ(answer->revision(), 2U);
}

TEST_F(IdentityTest, FindsTheRecordByTheSourceIdThatCameWithItsName) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp changed = MakeSkp();
  changed.set_name(name);
  changed.mutable_source()->set_id("another-id");
  Accept(changed);
  changed.clear_name();
  EXPECT_EQ(Accept(Newer(changed)).name(), name);
}

TEST_F(IdentityTest, SameIdOfAnotherSystemIsAnotherRecord) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp other = OfOtherPerson(MakeSkp());
  other.mutable_source()->set_system("arsip");
  other.mutable_source()->set_id(MakeSkp().source().id());
  const Answer answer = Submit(other);
  ASSERT_THAT(answer, HasOutcome(v1::OUTCOME_CREATED));
  EXPECT_NE(answer->name(), name);
}

TEST_F(IdentityTest, RefusesANameThatNobodyHas) {
  v1::Skp skp = MakeSkp();
  skp.set_name(kNobody);
  const Answer answer = Submit(skp);
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(answer, HasReason("SKP_NOT_FOUND"));
  EXPECT_THAT(Changes(), IsEmpty());
}

TEST_F(IdentityTest, RefusesTheIdOfARecordUnderAnotherInstansi) {
  std::string name = Accept(MakeSkp()).name();
  name.replace(0, std::string("instansi/9901").size(), "instansi/9902");
  v1::Skp skp = MakeSkp();
  skp.set_name(name);
  EXPECT_THAT(Submit(wide_, skp), HasReason("SKP_NOT_FOUND"));
}

TEST_F(IdentityTest, DeniesANameOfAForeignInstansiWithoutSayingWhetherItIsThere) {
  v1::Skp skp = MakeSkp();
  skp.set_name(Accept(MakeSkp()).name());
  skp.mutable_pegawai()->mutable_instansi()->set_kode_bkn("9902");
  const Answer there = Submit(elsewhere_, skp);
  skp.set_name(kNobody);
  const Answer not_there = Submit(elsewhere_, skp);
  EXPECT_THAT(there, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(there, HasReason("INSTANSI_NOT_ALLOWED"));
  EXPECT_EQ(there.status(), not_there.status());
}

TEST_F(IdentityTest, DeniesASourceOfSomebodyElse) {
  const Answer answer = Submit(elsewhere_, AsBkn(MakeSkp()));
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(answer, HasReason("SOURCE_NOT_ALLOWED"));
  EXPECT_THAT(Submit(reader_, MakeSkp()), HasReason("SOURCE_NOT_ALLOWED"));
  EXPECT_THAT(Changes(), IsEmpty());
}

TEST_F(IdentityTest, DeniesAnInstansiOfSomebodyElse) {
  const Answer answer = Submit(elsewhere_, MakeSkp());
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(answer, HasReason("INSTANSI_NOT_ALLOWED"));
  EXPECT_THAT(Changes(), IsEmpty());
}

// A right to the new instansi is none to the record that the source id means today.
TEST_F(IdentityTest, DeniesToTakeARecordOutOfAForeignInstansi) {
  const std::string name = Accept(MakeSkp()).name();
  v1::Skp moved = Newer(MakeSkp());
  moved.mutable_pegawai()->mutable_instansi()->set_kode_bkn("9902");
  moved.mutable_pegawai()->mutable_unor()->set_id("UNOR-CM-0101");
  moved.mutable_pegawai()->mutable_unor()->set_nama("SDN 1 Contoh Makmur");
  moved.mutable_pegawai()->set_npsn("69920001");
  const Answer answer = Submit(elsewhere_, moved);
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(answer, HasReason("INSTANSI_NOT_ALLOWED"));
  EXPECT_EQ(Get(name).status(), v1::STATUS_SKP_DISETUJUI);
  EXPECT_THAT(Changes(), SizeIs(1));
}

TEST_F(IdentityTest, ARightIsJudgedBeforeTheRecord) {
  v1::Skp skp = MakeSkp();
  skp.clear_rhk();
  EXPECT_THAT(Submit(elsewhere_, skp), HasReason("INSTANSI_NOT_ALLOWED"));
  EXPECT_THAT(Submit(reader_, skp), HasReason("SOURCE_NOT_ALLOWED"));
}

TEST_F(IdentityTest, RefusesWhatIsNoRequest) {
  struct Case {
    const char* name;
    v1::SubmitSkpRequest request;
  };
  const Case kCases[] = {
      {"no record", v1::SubmitSkpRequest()},
      {"a request_id that is no UUID", RequestOf(MakeSkp(), "once")},
      {"a UUID of another version", RequestOf(MakeSkp(), "5eed0000-0000-1000-8000-000000000001")},
  };
  for (const Case& c : kCases) {
    EXPECT_THAT(Submit(bkd_, c.request), StatusIs(absl::StatusCode::kInvalidArgument)) << c.name;
  }
  EXPECT_THAT(Changes(), IsEmpty());
}

TEST_F(IdentityTest, NamesAMalformedName) {
  v1::Skp skp = MakeSkp();
  skp.set_name("skp/1");
  const Answer answer = Submit(skp);
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(NamedBy(answer), ElementsAre(Named("name", "FIELD_TYPE")));
}

}  // namespace
}  // namespace kinerja::ingest
