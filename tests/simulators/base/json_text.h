// JSON in and out, without exceptions and without surprises from strangers' bytes.
//
// Threading: pure.
#ifndef KINERJA_TESTS_SIMULATORS_BASE_JSON_TEXT_H_
#define KINERJA_TESTS_SIMULATORS_BASE_JSON_TEXT_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace kinerja::simulators {

// Nothing when `text` is not JSON or nested deeper than 100. A BOM is accepted.
std::optional<nlohmann::json> ParseJson(std::string_view text);

// On one line; bytes that are not UTF-8 become U+FFFD.
std::string Dump(const nlohmann::json& value);

// The member, or null when `object` has none or is no object.
const nlohmann::json* Find(const nlohmann::json& object, std::string_view key);

// A text or a number as text; "" for everything else, absent too.
std::string TextOf(const nlohmann::json* value);
std::string TextOf(const nlohmann::json& object, std::string_view key);

// A whole number, or a text that is one.
std::optional<int64_t> WholeNumberOf(const nlohmann::json* value);

}  // namespace kinerja::simulators

#endif  // KINERJA_TESTS_SIMULATORS_BASE_JSON_TEXT_H_
