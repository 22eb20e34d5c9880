#include "adapters/bkn/siasn_json.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace kinerja::adapters::bkn {
namespace {

// An answer has at most six levels.
constexpr int kMaxDepth = 32;

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

// Whether brackets outside texts nest too deep. Judged before the parser, whose values are freed
// level by level.
bool NestsTooDeep(std::string_view bytes) {
  int depth = 0;
  bool in_text = false;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::optional<Json> ParseJson(std::string_view bytes) {
  if (NestsTooDeep(bytes)) return std::nullopt;
  Json value = Json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::string WriteJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* Member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto exact = object.find(std::string(name));
  if (exact != object.end()) return &*exact;
  for (auto it = object.begin(); it != object.end(); ++it) {
    if (absl::EqualsIgnoreCase(it.key(), Absl(name))) return &*it;
  }
  return nullptr;
}

std::string TextOf(const Json* value) {
  if (value == nullptr) return "";
  if (const auto* text = value->get_ptr<const Json::string_t*>()) {
    std::string trimmed(absl::StripAsciiWhitespace(*text));
    return trimmed == "-" ? "" : trimmed;
  }
  if (value->is_number_unsigned()) return absl::StrCat(value->get<uint64_t>());
  if (value->is_number_integer()) return absl::StrCat(value->get<int64_t>());
  if (value->is_number_float() || value->is_boolean()) return WriteJson(*value);
  return "";
}

std::string TextIn(const Json& object, std::string_view name) {
  return TextOf(Member(object, name));
}

std::optional<int> IntIn(const Json& object, std::string_view name) {
  const std::string text = TextIn(object, name);
  const size_t point = text.find('.');
  int number = 0;
  if (!absl::SimpleAtoi(text.substr(0, point), &number)) return std::nullopt;
  if (point != std::string::npos && text.find_first_not_of('0', point + 1) != std::string::npos)
    return std::nullopt;
  return number;
}

}  // namespace kinerja::adapters::bkn
