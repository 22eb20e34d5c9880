// Strict JSON to messages and back. Refuses what protobuf's own parser lets through (duplicate
// keys, comments, trailing commas, unknown enum numbers) and names every mistake with its path;
// never repeats a value in an error. Numbers keep their digits: a text field takes a text only.
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SCHEMA_JSON_H_
#define KINERJA_GATEWAY_SCHEMA_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/schema/catalogue.h"
#include "google/protobuf/message.h"

namespace kinerja::schema {

// Fills `message` from one JSON object. Field names as in the schema (snake_case) or in
// lowerCamelCase; enum values by full name, by name without the type's prefix, or by number of a
// known value; Timestamp in RFC 3339, Duration as "3.5s"; 64-bit integers as text or as number;
// null is absence. At most 64 levels deep, 16 MiB.
// Violations (FIELD_UNKNOWN, FIELD_TYPE, ENUM_UNKNOWN, ...) are appended and the rest is filled; an
// INVALID_ARGUMENT FILE_UNREADABLE status, naming line and column, when it is no JSON at all.
absl::Status ParseJson(std::string_view json, google::protobuf::Message* message,
                       std::vector<Violation>* violations);

// A key that can stand in an error: itself when it looks like the name of a field, else words that
// say it does not. Anything else could be a person's number or name.
std::string SafeJsonKey(std::string_view key);

// The message as JSON with schema names, enum names in full and default values left out; `pretty`
// indents by two. Deterministic.
absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message, bool pretty);

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_JSON_H_
