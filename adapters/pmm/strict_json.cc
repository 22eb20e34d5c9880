#include "adapters/pmm/strict_json.h"

#include <set>
#include <utility>
#include <vector>

#include "gateway/schema/json_scanner.h"

namespace kinerja::adapters::pmm {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// What a look without a tree shows: one of hostile depth would take many times the text.
JsonFault FaultOf(std::string_view text) {
  schema::JsonScanner scanner(text);
  if (scanner.SkipValue(1) && scanner.Finish()) return JsonFault::kNone;
  return scanner.too_deep() ? JsonFault::kTooDeep : JsonFault::kNotJson;
}

}  // namespace

StrictJson ParseStrictJson(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  StrictJson read{.value = Json(Json::value_t::discarded), .fault = FaultOf(text)};
  if (read.fault != JsonFault::kNone) return read;
  std::vector<std::set<std::string>> keys;  // of the objects that are open, the innermost last
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (read.fault != JsonFault::kNone) return false;  // not built any further
    switch (event) {
      case Json::parse_event_t::object_start:
      case Json::parse_event_t::array_start:
        keys.emplace_back();
        break;
      case Json::parse_event_t::object_end:
      case Json::parse_event_t::array_end:
        keys.pop_back();
        break;
      case Json::parse_event_t::key: {
        read.key = parsed.get_ref<std::string&>();
        if (!keys.back().insert(read.key).second) read.fault = JsonFault::kKeyTwice;
        break;
      }
      case Json::parse_event_t::value:
        break;
    }
    return read.fault == JsonFault::kNone;
  };
  constexpr bool kThrow = false;
  Json value = Json::parse(text, watch, kThrow);
  if (read.fault != JsonFault::kNone) return read;
  // It is JSON, so nothing but a number stands in the way of a tree.
  if (value.is_discarded()) {
    read.fault = JsonFault::kNumberTooLarge;
    return read;
  }
  read.value = std::move(value);
  read.key.clear();
  return read;
}

}  // namespace kinerja::adapters::pmm
