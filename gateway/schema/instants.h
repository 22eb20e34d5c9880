// Instants and durations as text, as JSON carries them. Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SCHEMA_INSTANTS_H_
#define KINERJA_GATEWAY_SCHEMA_INSTANTS_H_

#include <optional>
#include <string>
#include <string_view>

#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace kinerja::schema {

// Whether the instant lies in the years 1 to 9999 and its nanos are nanos.
bool IsValid(const google::protobuf::Timestamp& instant);
// Whether the duration is no longer than 10 000 years and its parts have one sign.
bool IsValid(const google::protobuf::Duration& duration);

// RFC 3339, in UTC or with an offset, up to nine digits after the second; nothing for other text.
std::optional<google::protobuf::Timestamp> ParseTimestamp(std::string_view text);
// Seconds with up to nine digits after the point and the letter s; nothing for other text.
std::optional<google::protobuf::Duration> ParseDuration(std::string_view text);

// In UTC, with as many digits after the second as there are, by threes. `instant` is valid.
std::string FormatTimestamp(const google::protobuf::Timestamp& instant);
// `duration` is valid.
std::string FormatDuration(const google::protobuf::Duration& duration);

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_INSTANTS_H_
