#include "adapters/pmm/sync_status.h"

#include "adapters/pmm/strict_json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kinerja::adapters::pmm {
namespace {

using adapter::RecordFate;
using adapter::StatusReport;

TEST(SyncStatusTest, SaysWhatBecameOfARecordInPmmsWords) {
  const std::vector<StatusReport> reports = {
      {.source_id = "p-1", .version = 3, .fate = RecordFate::kAccepted},
      {.source_id = "p-2",
       .version = 1,
       .fate = RecordFate::kRefused,
       .reasons = {v1::ERROR_REASON_TARGET_MISSING, v1::ERROR_REASON_NIP_TMT}}};
  const Json want = Json::parse(R"({"data": [
    {"id_skp": "p-1", "versi_rekaman": 3, "status": "DITERIMA", "kode": [],
     "pesan_id": "SKP diterima."},
    {"id_skp": "p-2", "versi_rekaman": 1, "status": "DITOLAK", "kode": ["TARGET_MISSING", "NIP_TMT"],
     "pesan_id": "Target indikator masih kosong. Mohon isi angka dan satuannya, misalnya \"12 dokumen\"."}
  ]})");
  EXPECT_EQ(Json::parse(WriteReports(reports)), want);
}

TEST(SyncStatusTest, HasAWordForEachFate) {
  const std::vector<std::pair<RecordFate, std::string>> cases = {
      {RecordFate::kAccepted, "DITERIMA"},
      {RecordFate::kUnchanged, "TANPA_PERUBAHAN"},
      {RecordFate::kStale, "USANG"},
      {RecordFate::kRefused, "DITOLAK"},
      {RecordFate::kHeld, "DITAHAN"},
      {RecordFate::kDelivered, "SAMPAI_DI_BKN"},
      {RecordFate::kNotDelivered, "TIDAK_DIKIRIM"},
      {RecordFate::kRefusedByTarget, "DITOLAK_BKN"},
  };
  for (const auto& [fate, word] : cases) {
    const Json entry = Json::parse(WriteReports({{.source_id = "p", .version = 1, .fate = fate}}));
    EXPECT_EQ(entry["data"][0]["status"], word);
    EXPECT_NE(entry["data"][0]["pesan_id"], "");
  }
}

// A sentence goes out without its places filled in, so no code that can be reported has any.
TEST(SyncStatusTest, IndonesianSentencesHaveNoPlaces) {
  for (int code = v1::ErrorReason_MIN; code <= v1::ErrorReason_MAX; ++code) {
    const auto reason = static_cast<v1::ErrorReason>(code);
    // RECORD_INVALID counts what other codes name; it never stands among them.
    if (!v1::ErrorReason_IsValid(code) || reason == v1::ERROR_REASON_RECORD_INVALID) continue;
    EXPECT_EQ(schema::ReasonFacts(reason).id().find('{'), std::string::npos)
        << schema::ReasonName(reason);
  }
}

TEST(SyncStatusTest, ReadsHowManyWereTaken) {
  EXPECT_EQ(ReadTaken(R"({"diterima": 5})"), 5u);
  EXPECT_EQ(ReadTaken(R"({"diterima": 0, "x": 1})"), 0u);
  for (const char* text : {"", "{}", "[]", R"({"diterima": "5"})", R"({"diterima": -1})",
                           R"({"diterima": 1, "diterima": 2})", "<html></html>"}) {
    EXPECT_EQ(ReadTaken(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace kinerja::adapters::pmm
