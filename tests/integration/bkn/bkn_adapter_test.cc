// The whole way of the SIASN adapter, against the simulator: what is asked, what is saved, and what
// each fault means. The simulator's own counters say what really happened there.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/time/clock.h"
#include "adapters/bkn/bkn_mapping.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/integration/bkn/siasn_harness.h"

namespace kinerja::integration {
namespace {

using adapter::LookupVerdict;
using adapter::Outcome;
using adapter::PlannedPart;
using adapter::Verdict;
using adapters::bkn::kAngkaKredit;
using adapters::bkn::kPeriodik;
using adapters::bkn::kSkp22;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr char kNip[] = "199005012015042001";
constexpr char kPnsId[] = "F0000000000000000000000000009901";

v1::Skp Teacher() {
  const auto path =
      std::filesystem::path(KINERJA_SOURCE_DIR) / "tests/golden/bkn/guru-pns-tahunan.skp.textproto";
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  v1::Skp skp;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text.str(), &skp)) << path;
  return skp;
}

class BknAdapterTest : public ::testing::Test {
 protected:
  // The part of this kind of the teacher's record.
  PlannedPart PartOf(std::string_view kind, const v1::Skp& skp = Teacher()) {
    const auto prepared = siasn_.Prepare(skp);
    EXPECT_FALSE(prepared.obstacle.has_value());
    for (PlannedPart& part : siasn_.Plan(skp, prepared.facts)) {
      if (part.kind == kind && part.plan == adapter::PartPlan::kDeliver) return std::move(part);
    }
    ADD_FAILURE() << "no part " << kind;
    return {};
  }

  SiasnHarness siasn_;
};

// --- Prepare -------------------------------------------------------------------------------------

TEST_F(BknAdapterTest, PreparesPnsIdRungAndPost) {
  const auto prepared = siasn_.Prepare(Teacher());
  ASSERT_FALSE(prepared.obstacle.has_value());
  const auto facts = adapters::bkn::ReadFacts(prepared.facts);
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->pns_id, kPnsId);
  EXPECT_EQ(facts->kode_jenjang, "PT");
  EXPECT_EQ(facts->rw_jabatan_id, "00000000-0000-11ef-a001-000000009901");
}

TEST_F(BknAdapterTest, FindsPartTimeStaffByTheirOwnPath) {
  v1::Skp skp = Teacher();
  skp.mutable_pegawai()->set_nip("199704092025212001");
  skp.mutable_pegawai()->set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_PPPK);
  const auto prepared = siasn_.Prepare(skp);
  ASSERT_FALSE(prepared.obstacle.has_value());
  EXPECT_EQ(adapters::bkn::ReadFacts(prepared.facts)->pns_id, "F00000000000000000000000000099F0");
}

TEST_F(BknAdapterTest, AnUnknownNipIsRefusedInEveryWayOfSayingIt) {
  v1::Skp skp = Teacher();
  skp.mutable_pegawai()->set_nip("199005012015042999");
  for (const char* way : {"404", "200_text", "200_null", "200_absent", "record_not_found"}) {
    siasn_.Control("/_control/switches", std::string(R"({"not_found":")") + way + "\"}");
    const auto prepared = siasn_.Prepare(skp);
    ASSERT_TRUE(prepared.obstacle.has_value()) << way;
    EXPECT_EQ(prepared.obstacle->verdict, Verdict::kRefused) << way;
    EXPECT_EQ(prepared.obstacle->reason, v1::ERROR_REASON_NIP_NOT_FOUND) << way;
  }
}

TEST_F(BknAdapterTest, AnOutageIsNotAnUnknownNip) {
  for (const char* fault : {"http_503", "http_502_html", "empty_body", "reset", "xml_fault"}) {
    siasn_.RestartAdapter();
    siasn_.Fault(std::string(R"({"match":"read","fault":")") + fault + "\"}");
    const auto prepared = siasn_.Prepare(Teacher());
    ASSERT_TRUE(prepared.obstacle.has_value()) << fault;
    EXPECT_EQ(prepared.obstacle->verdict, Verdict::kRetryLater) << fault;
    EXPECT_TRUE(prepared.obstacle->target_trouble) << fault;
    siasn_.ClearFaults();
  }
}

TEST_F(BknAdapterTest, NonAsnAsksNothing) {
  v1::Skp skp;
  skp.mutable_pegawai()->set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_NON_ASN);
  EXPECT_FALSE(siasn_.Prepare(skp).obstacle.has_value());
  EXPECT_EQ(siasn_.Requests("data_utama"), 0);
}

// --- Save, read back, update, remove -------------------------------------------------------------

TEST_F(BknAdapterTest, EveryKindIsSavedOnceAndReadBack) {
  for (const bool object : {false, true}) {
    siasn_.Control("/_control/switches",
                   object ? R"({"map_data_object":true})" : R"({"map_data_object":false})");
    siasn_.Control("/_control/switches",
                   object ? R"({"values_as_numbers":true})" : R"({"values_as_numbers":false})");
    for (const std::string_view kind : {kSkp22, kPeriodik, kAngkaKredit}) {
      const PlannedPart part = PartOf(kind);
      const Outcome saved = siasn_.Deliver(part);
      ASSERT_EQ(saved.verdict, Verdict::kDelivered) << kind << saved.peer_words;
      EXPECT_NE(saved.target_id, "") << kind;
      EXPECT_EQ(siasn_.Effects(kind, "created"), 1) << kind;
      const auto found = siasn_.Lookup(part);
      EXPECT_EQ(found.verdict, LookupVerdict::kHolds) << kind;
      EXPECT_EQ(found.target_id, saved.target_id) << kind;
    }
  }
}

TEST_F(BknAdapterTest, AChangeUpdatesTheSameRow) {
  v1::Skp changed = Teacher();
  for (auto& evaluasi : *changed.mutable_evaluasi()) {
    evaluasi.set_rating_hasil(v1::RATING_SESUAI_EKSPEKTASI);
    evaluasi.set_rating_perilaku(v1::RATING_DI_ATAS_EKSPEKTASI);
  }
  for (const std::string_view kind : {kSkp22, kPeriodik, kAngkaKredit}) {
    const PlannedPart first = PartOf(kind);
    const std::string id = siasn_.Deliver(first).target_id;
    const PlannedPart second = PartOf(kind, changed);
    ASSERT_EQ(first.effect_key, second.effect_key);
    EXPECT_EQ(siasn_.Lookup(second, id).verdict, LookupVerdict::kDiffers) << kind;
    // Also without the id: the history gives it.
    for (const std::string& known : {id, std::string()}) {
      const Outcome updated = siasn_.Deliver(second, known);
      EXPECT_EQ(updated.verdict, Verdict::kDelivered) << kind << updated.peer_words;
      EXPECT_EQ(updated.target_id, id) << kind;
      EXPECT_EQ(siasn_.Deliver(first, known).verdict, Verdict::kDelivered) << kind;
    }
    EXPECT_EQ(siasn_.Effects(kind, "created"), 1) << kind;
  }
}

TEST_F(BknAdapterTest, WhatCanBeRemovedIsRemovedOnce) {
  for (const std::string_view kind : {kPeriodik, kAngkaKredit}) {
    const PlannedPart part = PartOf(kind);
    const std::string id = siasn_.Deliver(part).target_id;
    EXPECT_EQ(siasn_.Remove(part, id).verdict, Verdict::kDelivered) << kind;
    EXPECT_EQ(siasn_.Effects(kind, "deleted"), 1) << kind;
    EXPECT_EQ(siasn_.Lookup(part, id).verdict, LookupVerdict::kAbsent) << kind;
    EXPECT_EQ(siasn_.Remove(part, id).verdict, Verdict::kDelivered) << kind;
    EXPECT_EQ(siasn_.Remove(part, "").verdict, Verdict::kDelivered) << kind;
    EXPECT_EQ(siasn_.Effects(kind, "deleted"), 1) << kind;
  }
}

// A part that is to go, as the engine hands it over: without a body.
PlannedPart WithoutBody(PlannedPart part) {
  part.payload = {};
  return part;
}

TEST_F(BknAdapterTest, WhatIsToGoIsFoundByItsKeyAlone) {
  for (const std::string_view kind : {kPeriodik, kAngkaKredit}) {
    const PlannedPart part = PartOf(kind);
    ASSERT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered);
    PlannedPart moved = WithoutBody(part);
    moved.key += "~0a1b2c3d";
    EXPECT_EQ(siasn_.Lookup(moved, "-").verdict, LookupVerdict::kDiffers)
        << "it is there: " << kind;
    EXPECT_EQ(siasn_.Remove(moved, "-").verdict, Verdict::kDelivered) << kind;
    EXPECT_EQ(siasn_.Effects(kind, "deleted"), 1) << kind;
    EXPECT_EQ(siasn_.Lookup(moved, "-").verdict, LookupVerdict::kAbsent) << kind;
  }
}

TEST_F(BknAdapterTest, Skp22CannotBeRemovedFromHereAndIsGoneOnceSiasnRemovedIt) {
  const PlannedPart part = PartOf(kSkp22);
  const std::string id = siasn_.Deliver(part).target_id;
  for (const std::string& known : {id, std::string("-")}) {
    const Outcome outcome = siasn_.Remove(WithoutBody(part), known);
    EXPECT_EQ(outcome.verdict, Verdict::kRefused);
    EXPECT_EQ(outcome.reason, v1::ERROR_REASON_TARGET_CANNOT_REMOVE);
  }
  siasn_.Control("/_control/switches", R"({"empty_history":true})");
  EXPECT_EQ(siasn_.Remove(WithoutBody(part), id).verdict, Verdict::kDelivered);
}

TEST_F(BknAdapterTest, ARuleOfTheServiceRefuses) {
  PlannedPart part = PartOf(kSkp22);
  adapters::bkn::Json body = *adapters::bkn::ParseJson(part.payload.bytes);
  body["penilaiGolongan"] = "ZZ";
  part.payload.bytes = adapters::bkn::WriteJson(body);
  const Outcome rule = siasn_.Deliver(part);
  EXPECT_EQ(rule.verdict, Verdict::kRefused);
  EXPECT_EQ(rule.reason, v1::ERROR_REASON_TARGET_REFUSED);
  EXPECT_THAT(rule.peer_words, HasSubstr("golongan penilai tidak ditemukan"));
  for (const char* status : {"200", "400"}) {
    siasn_.Control("/_control/switches", std::string(R"({"required_status":)") + status + "}");
    part.payload.bytes = R"({"id":null,"tahun":2025})";
    const Outcome missing = siasn_.Deliver(part);
    EXPECT_EQ(missing.verdict, Verdict::kRefused) << status;
    EXPECT_THAT(missing.peer_words, HasSubstr("PnsDinilaiOrang is required")) << status;
  }
}

// --- Faults --------------------------------------------------------------------------------------

struct FaultCase {
  const char* rule;
  Verdict want;
  v1::ErrorReason reason;
  bool throttled;
  int created;  // what really happened
};

constexpr auto kDown = v1::ERROR_REASON_TARGET_UNAVAILABLE;
const FaultCase kFaults[] = {
    {R"({"fault":"http_503","match":"write"})", Verdict::kUnknown, kDown, false, 0},
    {R"({"fault":"http_502_html","match":"write"})", Verdict::kUnknown, kDown, false, 0},
    {R"({"fault":"empty_body","match":"write"})", Verdict::kUnknown, kDown, false, 0},
    {R"({"fault":"reset","match":"write"})", Verdict::kUnknown, kDown, false, 0},
    {R"({"fault":"close","match":"write"})", Verdict::kUnknown, kDown, false, 0},
    {R"({"fault":"hang","match":"write"})", Verdict::kUnknown, kDown, false, 0},
    {R"({"fault":"half_answer","match":"write"})", Verdict::kUnknown, kDown, false, 1},
    {R"({"fault":"commit_then_close","match":"write"})", Verdict::kUnknown, kDown, false, 1},
    {R"({"fault":"commit_then_reset","match":"write"})", Verdict::kUnknown, kDown, false, 1},
    {R"({"fault":"commit_then_hang","match":"write"})", Verdict::kUnknown, kDown, false, 1},
    {R"({"fault":"runtime_error_101503","match":"write","code":"101504"})", Verdict::kUnknown,
     kDown, false, 0},
    {R"({"fault":"runtime_error_101503","match":"write"})", Verdict::kRetryLater, kDown, false, 0},
    {R"({"fault":"xml_fault","match":"write"})", Verdict::kRetryLater, kDown, false, 0},
    {R"({"fault":"suspended_303001","match":"write"})", Verdict::kRetryLater, kDown, false, 0},
    {R"({"fault":"http_429","match":"write"})", Verdict::kRetryLater, kDown, true, 0},
    {R"({"fault":"http_429","match":"write","value":30})", Verdict::kRetryLater, kDown, true, 0},
    {R"({"fault":"http_429_retry_after","match":"write","value":30})", Verdict::kRetryLater, kDown,
     true, 0},
    {R"({"fault":"runtime_error_101503","match":"write","code":"900908"})", Verdict::kRetryLater,
     v1::ERROR_REASON_TARGET_MISCONFIGURED, false, 0},
    {R"({"fault":"token_expired","match":"write"})", Verdict::kRetryLater,
     v1::ERROR_REASON_TARGET_AUTH, false, 0},
    {R"({"fault":"token_mismatch","match":"write"})", Verdict::kRetryLater,
     v1::ERROR_REASON_TARGET_AUTH, false, 0},
};

TEST_F(BknAdapterTest, EachFaultHasItsVerdictAndTheNextTryMakesOneRow) {
  for (const std::string_view kind : {kSkp22, kPeriodik, kAngkaKredit}) {
    for (const FaultCase& c : kFaults) {
      SCOPED_TRACE(std::string(kind) + " " + c.rule);
      SiasnHarness siasn;
      const auto prepared = siasn.Prepare(Teacher());
      PlannedPart part;
      for (PlannedPart& planned : siasn.Plan(Teacher(), prepared.facts)) {
        if (planned.kind == kind && part.key.empty()) part = std::move(planned);
      }
      siasn.Fault(c.rule);
      const Outcome outcome = siasn.Deliver(part, "", absl::Milliseconds(600));
      EXPECT_EQ(outcome.verdict, c.want) << outcome.peer_words;
      EXPECT_EQ(outcome.reason, c.reason);
      EXPECT_EQ(outcome.throttled, c.throttled);
      EXPECT_EQ(outcome.after.has_value(),
                std::string(c.rule).find("30") != std::string::npos && c.throttled);
      EXPECT_THAT(outcome.peer_words, Not(HasSubstr(kNip)));
      EXPECT_EQ(siasn.Effects(kind, "created"), c.created);
      siasn.ClearFaults();
      siasn.RestartAdapter();
      const auto looked = siasn.Lookup(part);
      EXPECT_EQ(looked.verdict, c.created == 1 ? LookupVerdict::kHolds : LookupVerdict::kAbsent);
      EXPECT_EQ(siasn.Deliver(part, looked.target_id).verdict, Verdict::kDelivered);
      EXPECT_EQ(siasn.Effects(kind, "created"), 1);
    }
  }
}

TEST_F(BknAdapterTest, ASaveIsNeverRepeatedByItself) {
  const PlannedPart part = PartOf(kPeriodik);
  siasn_.Fault(R"({"fault":"commit_then_close","match":"write"})");
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kUnknown);
  EXPECT_EQ(siasn_.Requests("kinerjaperiodik_save"), 1);
}

TEST_F(BknAdapterTest, AReadBeforeTheSaveThatFailsSavesNothing) {
  const PlannedPart part = PartOf(kPeriodik);
  siasn_.Fault(R"({"fault":"http_503","match":"/pns/rw-kinerjaperiodik/"})");
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kRetryLater);
  EXPECT_EQ(siasn_.Requests("kinerjaperiodik_save"), 0);
}

TEST_F(BknAdapterTest, NothingCountsOnlyWhenThePersonCanBeRead) {
  const PlannedPart part = PartOf(kPeriodik);
  EXPECT_EQ(siasn_.Lookup(part).verdict, LookupVerdict::kAbsent);
  siasn_.Fault(R"({"fault":"http_503","match":"/pns/data-utama/"})");
  const auto looked = siasn_.Lookup(part);
  EXPECT_EQ(looked.verdict, LookupVerdict::kUnclear);
  ASSERT_TRUE(looked.obstacle.has_value());
  EXPECT_EQ(looked.obstacle->verdict, Verdict::kRetryLater);
}

TEST_F(BknAdapterTest, AHistoryThatIsLostMakesNoSecondRowAndNoRemoval) {
  for (const std::string_view kind : {kPeriodik, kAngkaKredit}) {
    const PlannedPart part = PartOf(kind);
    const std::string id = siasn_.Deliver(part).target_id;
    siasn_.Control("/_control/switches", R"({"empty_history":true})");
    siasn_.Fault(R"({"fault":"http_503","match":"/pns/data-utama/"})");
    for (const Outcome& outcome : {siasn_.Deliver(part), siasn_.Remove(part, "")}) {
      EXPECT_EQ(outcome.verdict, Verdict::kRetryLater) << kind;
      EXPECT_TRUE(outcome.target_trouble) << kind;
    }
    EXPECT_EQ(siasn_.Effects(kind, "created"), 1) << kind;
    EXPECT_EQ(siasn_.Effects(kind, "deleted"), 0) << kind;
    // Nor is the word of a deletion believed.
    EXPECT_EQ(siasn_.Remove(part, "00000000-0000-11f0-a001-000000000000").verdict,
              Verdict::kRetryLater)
        << kind;
    siasn_.ClearFaults();
    siasn_.Control("/_control/switches", R"({"empty_history":false})");
    EXPECT_EQ(siasn_.Deliver(part).target_id, id) << kind;
  }
}

TEST_F(BknAdapterTest, APersonWhoHasLeftIsNoTroubleOfTheTarget) {
  PlannedPart part = PartOf(kPeriodik);
  part.address = "199005012015042999";
  const auto looked = siasn_.Lookup(part);
  EXPECT_EQ(looked.verdict, LookupVerdict::kUnclear);
  ASSERT_TRUE(looked.obstacle.has_value());
  EXPECT_FALSE(looked.obstacle->target_trouble) << "looks must count, and end with a person";
  const Outcome outcome = siasn_.Deliver(part);
  EXPECT_EQ(outcome.verdict, Verdict::kRetryLater);
  EXPECT_FALSE(outcome.target_trouble);
  EXPECT_EQ(siasn_.Requests("kinerjaperiodik_save"), 0);
}

// --- Read back after a save ----------------------------------------------------------------------

// Ratings that the matrix and its transposed sibling judge differently.
PlannedPart WithUnevenRatings(PlannedPart part) {
  adapters::bkn::Json body = *adapters::bkn::ParseJson(part.payload.bytes);
  body["hasilKinerjaNilai"] = 1;
  body["perilakuKerjaNilai"] = 3;
  body["kuadranKinerjaNilai"] = 4;
  part.payload.bytes = adapters::bkn::WriteJson(body);
  return part;
}

TEST_F(BknAdapterTest, AStoredQuadrantThatIsNotOursIsReported) {
  for (const std::string_view kind : {kSkp22, kPeriodik}) {
    const PlannedPart part = WithUnevenRatings(PartOf(kind));
    siasn_.Control("/_control/switches", R"({"transposed_quadrant":true})");
    const Outcome outcome = siasn_.Deliver(part);
    EXPECT_EQ(outcome.verdict, Verdict::kRefused) << kind;
    EXPECT_EQ(outcome.reason, v1::ERROR_REASON_STORED_PREDIKAT_DIFFERS) << kind;
    EXPECT_THAT(outcome.metadata, Contains(Pair("reported", "PREDIKAT_BUTUH_PERBAIKAN"))) << kind;
    EXPECT_THAT(outcome.metadata, Contains(Pair("computed", "PREDIKAT_KURANG"))) << kind;
    EXPECT_FALSE(outcome.target_trouble) << kind;
    siasn_.Control("/_control/switches", R"({"transposed_quadrant":false})");
    EXPECT_EQ(siasn_.Deliver(part, outcome.target_id).verdict, Verdict::kDelivered) << kind;
    EXPECT_EQ(siasn_.Effects(kind, "created"), 1) << kind;
  }
}

TEST_F(BknAdapterTest, ASaveIsReadBackOnceAndStandsWithoutIt) {
  const PlannedPart part = PartOf(kSkp22);
  const Outcome saved = siasn_.Deliver(part);
  EXPECT_EQ(saved.verdict, Verdict::kDelivered);
  EXPECT_EQ(siasn_.Requests("rw_skp22"), 1);
  siasn_.Fault(R"({"fault":"http_503","match":"/pns/rw-skp22/"})");
  const Outcome unread = siasn_.Deliver(part, saved.target_id);
  EXPECT_EQ(unread.verdict, Verdict::kDelivered);
  EXPECT_EQ(unread.target_id, saved.target_id);
  siasn_.ClearFaults();
  siasn_.Control("/_control/switches", R"({"empty_history":true})");
  EXPECT_EQ(siasn_.Deliver(part, saved.target_id).verdict, Verdict::kDelivered);
}

// --- A row that is gone --------------------------------------------------------------------------

constexpr char kGoneId[] = "00000000-0000-11f0-a001-000000000000";

TEST_F(BknAdapterTest, ARowThatIsGoneIsMadeAnew) {
  for (const std::string_view kind : {kSkp22, kPeriodik, kAngkaKredit}) {
    const PlannedPart part = PartOf(kind);
    const Outcome outcome = siasn_.Deliver(part, kGoneId);
    EXPECT_EQ(outcome.verdict, Verdict::kDelivered) << kind << outcome.peer_words;
    EXPECT_NE(outcome.target_id, kGoneId) << kind;
    EXPECT_EQ(siasn_.Effects(kind, "created"), 1) << kind;
    // Where the agency has put another row in its place, that one is taken.
    EXPECT_EQ(siasn_.Deliver(WithUnevenRatings(part), kGoneId).target_id, outcome.target_id)
        << kind;
    EXPECT_EQ(siasn_.Effects(kind, "created"), 1) << kind;
    // The engine's word for a row whose id was never told.
    EXPECT_EQ(siasn_.Deliver(part, "-").target_id, outcome.target_id) << kind;
  }
}

TEST_F(BknAdapterTest, ARowThatIsGoneIsNotMadeAnewInAnOutage) {
  const PlannedPart part = PartOf(kPeriodik);
  siasn_.Control("/_control/switches", R"({"empty_history":true})");
  siasn_.Fault(R"({"fault":"http_503","match":"/pns/data-utama/"})");
  EXPECT_EQ(siasn_.Deliver(part, kGoneId).verdict, Verdict::kRetryLater);
  EXPECT_EQ(siasn_.Effects(kPeriodik, "created"), 0);
}

TEST_F(BknAdapterTest, SomethingElseThatIsNotFoundStaysARefusal) {
  for (const std::string_view kind : {kSkp22, kPeriodik}) {
    PlannedPart part = PartOf(kind);
    const std::string id = siasn_.Deliver(part).target_id;
    adapters::bkn::Json body = *adapters::bkn::ParseJson(part.payload.bytes);
    body["penilaiGolongan"] = "ZZ";
    part.payload.bytes = adapters::bkn::WriteJson(body);
    const Outcome outcome = siasn_.Deliver(part, id);
    EXPECT_EQ(outcome.reason, v1::ERROR_REASON_TARGET_REFUSED) << kind;
    EXPECT_THAT(outcome.peer_words, HasSubstr("golongan penilai tidak ditemukan")) << kind;
    EXPECT_EQ(siasn_.Effects(kind, "created"), 1) << kind;
  }
}

TEST_F(BknAdapterTest, AQuadrantThatDiffersIsTold) {
  PlannedPart part = PartOf(kSkp22);
  adapters::bkn::Json body = *adapters::bkn::ParseJson(part.payload.bytes);
  const std::string ours = part.payload.bytes;
  body["kuadranKinerjaNilai"] = 2;
  part.payload.bytes = adapters::bkn::WriteJson(body);
  ASSERT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered);
  part.payload.bytes = ours;
  EXPECT_EQ(siasn_.Lookup(part).verdict, LookupVerdict::kDiffers);
}

// --- Tokens --------------------------------------------------------------------------------------

TEST_F(BknAdapterTest, AnExpiredWso2TokenIsRenewedWithinTheCall) {
  const PlannedPart part = PartOf(kSkp22);
  const int before = siasn_.Requests("token_wso2");
  siasn_.Control("/_control/expire_tokens", R"({"kind":"wso2"})");
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered);
  EXPECT_EQ(siasn_.Requests("token_wso2"), before + 1);
  EXPECT_EQ(siasn_.Effects(kSkp22, "created"), 1);
}

TEST_F(BknAdapterTest, GatewayErrorsAreReadInEveryForm) {
  for (const char* form : {"flat", "fault", "xml"}) {
    const PlannedPart part = PartOf(kSkp22);
    siasn_.Control("/_control/switches", std::string(R"({"gateway_errors":")") + form + "\"}");
    siasn_.Control("/_control/expire_tokens", R"({"kind":"wso2"})");
    EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered) << form;
  }
  EXPECT_EQ(siasn_.Effects(kSkp22, "created"), 1);
}

TEST_F(BknAdapterTest, AStaticTokenThatIsRefusedWaitsForANewFile) {
  const PlannedPart part = PartOf(kSkp22);
  siasn_.Control("/_control/expire_tokens", R"({"kind":"sso"})");
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = siasn_.Deliver(part);
    EXPECT_EQ(outcome.verdict, Verdict::kRetryLater);
    EXPECT_EQ(outcome.reason, v1::ERROR_REASON_TARGET_AUTH);
  }
  EXPECT_EQ(siasn_.Requests("skp22_save"), 1) << "a refused token is not tried again and again";
  siasn_.PutSsoToken();
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered);
}

TEST_F(BknAdapterTest, AStaticTokenOfAnotherClientIsSaid) {
  const PlannedPart part = PartOf(kSkp22);
  siasn_.PutSsoToken("klien-lain");
  siasn_.RestartAdapter();
  const Outcome outcome = siasn_.Deliver(part);
  EXPECT_EQ(outcome.verdict, Verdict::kRetryLater);
  EXPECT_EQ(outcome.reason, v1::ERROR_REASON_TARGET_AUTH);
  EXPECT_THAT(outcome.peer_words, HasSubstr("Token SSO mismatch"));
  EXPECT_EQ(siasn_.Effects(kSkp22, "created"), 0);
}

TEST_F(BknAdapterTest, AMissingTokenFileStopsTheTargetAndNotTheStart) {
  const PlannedPart part = PartOf(kSkp22);
  siasn_.LoseSsoToken();
  siasn_.RestartAdapter();
  const Outcome outcome = siasn_.Deliver(part);
  EXPECT_EQ(outcome.verdict, Verdict::kRetryLater);
  EXPECT_EQ(outcome.reason, v1::ERROR_REASON_TARGET_AUTH);
  EXPECT_FALSE(siasn_.Check().back().ok);
  siasn_.PutSsoToken();
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered);
}

TEST_F(BknAdapterTest, ALongThrottlingIsNotWaitedForInEveryCall) {
  const PlannedPart part = PartOf(kPeriodik);
  siasn_.Fault(R"({"fault":"http_429","match":"/pns/rw-kinerjaperiodik/","value":300})");
  EXPECT_TRUE(siasn_.Deliver(part).target_trouble);
  const int before = siasn_.Requests("rw_kinerjaperiodik");
  const absl::Time began = absl::Now();
  const Outcome outcome = siasn_.Deliver(part);
  EXPECT_LT(absl::Now() - began, absl::Seconds(5)) << "the call had 20 s";
  EXPECT_EQ(outcome.verdict, Verdict::kRetryLater);
  EXPECT_TRUE(outcome.throttled);
  EXPECT_FALSE(outcome.target_trouble);
  ASSERT_TRUE(outcome.after.has_value());
  EXPECT_GT(*outcome.after, absl::Seconds(200));
  EXPECT_EQ(siasn_.Requests("rw_kinerjaperiodik"), before);
}

TEST_F(BknAdapterTest, ALoginByPasswordRenewsItself) {
  siasn_.UsePassword();
  const PlannedPart part = PartOf(kSkp22);
  siasn_.Control("/_control/expire_tokens", R"({"kind":"sso"})");
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered);
  EXPECT_EQ(siasn_.Requests("token_sso"), 2);

  siasn_.Control("/_control/switches", R"({"password_grant":false})");
  siasn_.Control("/_control/expire_tokens", R"({"kind":"sso"})");
  const Outcome outcome = siasn_.Deliver(part);
  EXPECT_EQ(outcome.verdict, Verdict::kRetryLater);
  EXPECT_EQ(outcome.reason, v1::ERROR_REASON_TARGET_AUTH);
}

// --- Check ---------------------------------------------------------------------------------------

TEST_F(BknAdapterTest, TheDoctorFindsAllWell) {
  const auto findings = siasn_.Check();
  EXPECT_EQ(findings.size(), 5u);
  for (const auto& finding : findings) EXPECT_TRUE(finding.ok) << finding.what << finding.detail;
}

TEST_F(BknAdapterTest, TheDoctorWarnsOfATokenThatEndsSoon) {
  siasn_.PutSsoToken("", 3600);  // warned of a day ahead
  siasn_.RestartAdapter();
  for (const auto& finding : siasn_.Check())
    EXPECT_EQ(finding.ok, finding.what != "token sso") << finding.what;
}

TEST_F(BknAdapterTest, TheDoctorNamesWhatIsWrong) {
  siasn_.Fault(R"({"fault":"suspended_303001","match":"read"})");
  EXPECT_FALSE(siasn_.Check().back().ok);
  siasn_.ClearFaults();
  siasn_.RestartAdapter();
  siasn_.Fault(R"({"fault":"http_503","match":"token_wso2"})");
  const auto findings = siasn_.Check();
  EXPECT_EQ(findings.back().what, "token");
  EXPECT_FALSE(findings.back().ok);
}

}  // namespace
}  // namespace kinerja::integration
