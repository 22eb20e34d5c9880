// JSON text to a tree, strictly: what RFC 8259 says and no more, no key twice in one object, no
// deeper than every other JSON that the gateway reads, no number beyond those of the tree. Only
// this folder's mapping sees the tree.
//
// Pure; safe for concurrent use. Bounded by the text: whoever has it has bounded its size. No tree
// is begun of what is no JSON or nests too deep.
#ifndef KINERJA_ADAPTERS_PMM_STRICT_JSON_H_
#define KINERJA_ADAPTERS_PMM_STRICT_JSON_H_

#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace kinerja::adapters::pmm {

using Json = nlohmann::json;

enum class JsonFault {
  kNone,
  kNotJson,
  kTooDeep,
  kKeyTwice,
  kNumberTooLarge,  // valid JSON, but no double holds it
};

struct StrictJson {
  Json value;  // discarded unless fault is kNone
  JsonFault fault = JsonFault::kNone;
  std::string key;  // kKeyTwice: which; kNumberTooLarge: the last one before it. May hold anything
};

// A byte order mark before the text is taken as part of no value.
StrictJson ParseStrictJson(std::string_view text);

}  // namespace kinerja::adapters::pmm

#endif  // KINERJA_ADAPTERS_PMM_STRICT_JSON_H_
