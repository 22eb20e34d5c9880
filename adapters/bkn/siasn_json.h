// Reading and writing the JSON of SIASN, which mixes numbers and texts, "" and null, and is
// careless with capitals (bkn-siasn §4.6). Pure; safe for concurrent use.
#ifndef KINERJA_ADAPTERS_BKN_SIASN_JSON_H_
#define KINERJA_ADAPTERS_BKN_SIASN_JSON_H_

#include <optional>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace kinerja::adapters::bkn {

// Keeps keys in the order they were written.
using Json = nlohmann::ordered_json;

// The value, or nothing for bytes that are not JSON or nest deeper than any answer of SIASN.
std::optional<Json> ParseJson(std::string_view bytes);
// In one line; bytes that are not UTF-8 become U+FFFD.
std::string WriteJson(const Json& value);

// The member of an object: by this name, else without regard to capitals. nullptr where there is
// none or `object` is no object.
const Json* Member(const Json& object, std::string_view name);
// A text without blanks at its ends, or a number or flag as text; empty for anything else and for
// the ways in which SIASN writes nothing: "", "-", null.
std::string TextOf(const Json* value);
std::string TextIn(const Json& object, std::string_view name);
// A whole number, also written as text or with zero decimals ("2", 2, "2.00", 2.0).
std::optional<int> IntIn(const Json& object, std::string_view name);

}  // namespace kinerja::adapters::bkn

#endif  // KINERJA_ADAPTERS_BKN_SIASN_JSON_H_
