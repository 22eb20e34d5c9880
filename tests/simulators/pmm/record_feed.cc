#include "tests/simulators/pmm/record_feed.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators::pmm {
namespace {

using nlohmann::json;

constexpr std::string_view kCursorMark = "pmm-tempat:";

bool IsRecord(const json& value) {
  return Find(value, "id_skp") != nullptr && Find(value, "format") != nullptr;
}

// The records of a file or of a body; empty when it holds none.
std::vector<json> RecordsOf(const json& value) {
  if (IsRecord(value)) return {value};
  const json* data = Find(value, "data");
  const json& list = data != nullptr ? *data : value;
  if (!list.is_array() || !std::ranges::all_of(list, IsRecord)) return {};
  return {list.begin(), list.end()};
}

}  // namespace

absl::Status RecordFeed::Load(const std::string& folder, uint64_t multiply) {
  std::error_code error;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  }
  if (error) return absl::InvalidArgumentError("--data is no folder that can be read");
  std::ranges::sort(paths);
  for (const std::string& path : paths) {
    if (auto status = LoadFile(path); !status.ok()) return status;
  }
  if (multiply > 0 && templates_.empty()) {
    return absl::InvalidArgumentError("--multiply: the --data folder holds no record");
  }
  multiplied_ = multiply > 0;
  loaded_ = multiplied_ ? multiply : templates_.size();
  return absl::OkStatus();
}

absl::Status RecordFeed::LoadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto value = ParseJson(text);
  if (!value) return absl::InvalidArgumentError(absl::StrCat(path, " is not JSON"));
  for (const json& record : RecordsOf(*value)) templates_.push_back(RecordTemplate::Of(record));
  return absl::OkStatus();
}

std::optional<uint64_t> RecordFeed::Add(const json& records) {
  const std::vector<json> list = RecordsOf(records);
  if (list.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  for (const json& record : list) added_.push_back(Dump(record));
  return list.size();
}

uint64_t RecordFeed::size() const {
  const std::lock_guard lock(mutex_);
  return loaded_ + added_.size();
}

std::vector<std::string> RecordFeed::Read(uint64_t begin, uint64_t end) const {
  std::vector<std::string> records;
  for (uint64_t place = begin; place < std::min(end, loaded_); ++place) {
    const RecordTemplate& made = templates_[place % templates_.size()];
    records.push_back(multiplied_ ? made.Variant(place / templates_.size() + 1) : made.original());
  }
  const std::lock_guard lock(mutex_);
  for (uint64_t place = std::max(begin, loaded_); place < end; ++place) {
    records.push_back(added_[place - loaded_]);
  }
  return records;
}

std::string CursorAt(uint64_t place) {
  return absl::WebSafeBase64Escape(absl::StrCat(std::string(kCursorMark), place));
}

std::optional<uint64_t> PlaceOf(const std::string& cursor) {
  std::string text;
  if (!absl::WebSafeBase64Unescape(cursor, &text) || !text.starts_with(kCursorMark)) {
    return std::nullopt;
  }
  uint64_t place = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + kCursorMark.size(), last, place);
  if (error != std::errc() || end != last) return std::nullopt;
  return place;
}

}  // namespace kinerja::simulators::pmm
