#include "adapters/pmm/strict_json.h"

#include <set>
#include <utility>
#include <vector>

#include "gateway/schema/json_scanner.h"

namespace kinerja::adapters::pmm {

StrictJson ParseStrictJson(std::string_view text) {
  StrictJson read;
  std::vector<std::set<std::string>> keys;  // of the objects that are open, the innermost last
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (read.fault != JsonFault::kNone) return false;  // not built any further
    switch (event) {
      case Json::parse_event_t::object_start:
      case Json::parse_event_t::array_start:
        // `depth` counts what is around the value.
        if (depth >= schema::kMaxJsonDepth) read.fault = JsonFault::kTooDeep;
        keys.emplace_back();
        break;
      case Json::parse_event_t::object_end:
      case Json::parse_event_t::array_end:
        keys.pop_back();
        break;
      case Json::parse_event_t::key: {
        auto& key = parsed.get_ref<std::string&>();
        if (!keys.back().insert(key).second) {
          read.fault = JsonFault::kKeyTwice;
          read.key = key;
        }
        break;
      }
      case Json::parse_event_t::value:
        break;
    }
    return read.fault == JsonFault::kNone;
  };
  constexpr bool kThrow = false;
  Json value = Json::parse(text, watch, kThrow);
  if (read.fault == JsonFault::kNone && value.is_discarded()) read.fault = JsonFault::kNotJson;
  read.value = read.fault == JsonFault::kNone ? std::move(value) : Json(Json::value_t::discarded);
  return read;
}

}  // namespace kinerja::adapters::pmm
