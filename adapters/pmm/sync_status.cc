#include "adapters/pmm/sync_status.h"

#include <utility>

#include "adapters/pmm/pmm_mapping.h"
#include "adapters/pmm/strict_json.h"
#include "gateway/schema/catalogue.h"

namespace kinerja::adapters::pmm {
namespace {

using adapter::RecordFate;

struct FateWords {
  std::string_view word;
  std::string_view sentence;  // where no code has a better one
};

FateWords WordsOf(RecordFate fate) {
  switch (fate) {
    case RecordFate::kAccepted:
      return {"DITERIMA", "SKP diterima."};
    case RecordFate::kUnchanged:
      return {"TANPA_PERUBAHAN", "Tidak ada perubahan."};
    case RecordFate::kStale:
      return {"USANG", "Sudah ada versi yang lebih baru."};
    case RecordFate::kRefused:
      return {"DITOLAK", "SKP belum dapat diterima. Mohon perbaiki, lalu kirim ulang."};
    case RecordFate::kHeld:
      return {"DITAHAN", "SKP disimpan dan menunggu tindak lanjut."};
    case RecordFate::kDelivered:
      return {"SAMPAI_DI_BKN", "SKP sudah sampai di BKN."};
    case RecordFate::kNotDelivered:
      return {"TIDAK_DIKIRIM", "SKP disimpan dan tidak dikirim ke BKN."};
    case RecordFate::kRefusedByTarget:
      return {"DITOLAK_BKN", "SKP ditolak oleh BKN."};
  }
  return {};
}

// Codes of PMM's records have Indonesian sentences without places, so nothing is filled in.
std::string SentenceOf(const adapter::StatusReport& report) {
  if (report.reasons.empty()) return std::string(WordsOf(report.fate).sentence);
  return schema::ReasonFacts(report.reasons.front()).id();
}

}  // namespace

bool CanBeTold(const adapter::StatusReport& report) {
  return report.version > 0 && !IsDerivedId(report.source_id);
}

std::string WriteReports(const std::vector<adapter::StatusReport>& reports) {
  Json data = Json::array();
  for (const adapter::StatusReport& report : reports) {
    Json codes = Json::array();
    for (const v1::ErrorReason reason : report.reasons) {
      codes.push_back(std::string(schema::ReasonName(reason)));
    }
    data.push_back({{"id_skp", report.source_id},
                    {"versi_rekaman", report.version},
                    {"status", std::string(WordsOf(report.fate).word)},
                    {"kode", std::move(codes)},
                    {"pesan_id", SentenceOf(report)}});
  }
  // An id that is no UTF-8 cannot come from JSON; should it, it is replaced instead of thrown at.
  return Json{{"data", std::move(data)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<size_t> ReadTaken(std::string_view text) {
  const StrictJson json = ParseStrictJson(text);
  if (json.fault != JsonFault::kNone || !json.value.is_object()) return std::nullopt;
  const auto taken = json.value.find("diterima");
  if (taken == json.value.end() || !taken->is_number_unsigned()) return std::nullopt;
  return taken->get<size_t>();
}

}  // namespace kinerja::adapters::pmm
