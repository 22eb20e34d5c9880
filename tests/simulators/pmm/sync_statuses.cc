#include "tests/simulators/pmm/sync_statuses.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators::pmm {
namespace {

using nlohmann::json;

constexpr size_t kMaxEntries = 500;
constexpr std::string_view kStatuses[] = {"DITERIMA",      "TANPA_PERUBAHAN", "USANG",
                                          "DITOLAK",       "DITAHAN",         "SAMPAI_DI_BKN",
                                          "TIDAK_DIKIRIM", "DITOLAK_BKN"};

// What is wrong with an entry; empty: nothing.
std::string Mistake(const json& entry) {
  const json* id_skp = Find(entry, "id_skp");
  const json* version = Find(entry, "versi_rekaman");
  const json* codes = Find(entry, "kode");
  const json* sentence = Find(entry, "pesan_id");
  if (id_skp == nullptr || !id_skp->is_string() || id_skp->get<std::string>().empty()) {
    return "id_skp";
  }
  if (version == nullptr || !version->is_number_integer() || *version < 1) return "versi_rekaman";
  if (std::ranges::find(kStatuses, TextOf(entry, "status")) == std::end(kStatuses)) {
    return "status";
  }
  const auto is_text = [](const json& code) { return code.is_string(); };
  if (codes == nullptr || !codes->is_array() || !std::ranges::all_of(*codes, is_text)) {
    return "kode";
  }
  return sentence == nullptr || !sentence->is_string() ? "pesan_id" : "";
}

}  // namespace

absl::StatusOr<uint64_t> SyncStatuses::Take(const json& body) {
  const json* data = Find(body, "data");
  if (data == nullptr || !data->is_array()) return absl::InvalidArgumentError("data");
  if (data->size() > kMaxEntries) return absl::InvalidArgumentError("data: lebih dari 500");
  for (size_t i = 0; i < data->size(); ++i) {
    const std::string mistake = Mistake((*data)[i]);
    if (!mistake.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("data[", i, "].", mistake));
    }
  }
  const std::lock_guard lock(mutex_);
  for (const json& entry : *data) {
    Held& held = held_[{entry["id_skp"], entry["versi_rekaman"].get<int64_t>()}];
    held.entry = entry;
    ++held.received;
    ++received_;
  }
  return data->size();
}

json SyncStatuses::List(const std::string& id_skp, bool with_statuses) const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, uint64_t> totals;
  json statuses = json::array();
  for (const auto& [key, held] : held_) {
    if (!id_skp.empty() && key.first != id_skp) continue;
    ++totals[TextOf(held.entry, "status")];
    if (!with_statuses) continue;
    statuses.push_back(held.entry);
    statuses.back()["received"] = held.received;
  }
  return {{"received", received_}, {"totals", totals}, {"statuses", std::move(statuses)}};
}

}  // namespace kinerja::simulators::pmm
