#include "gateway/schema/instants.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gateway/schema/text_forms.h"

namespace kinerja::schema {
namespace {

using google::protobuf::Duration;
using google::protobuf::Timestamp;

constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z
constexpr int64_t kLongestSeconds = 315'576'000'000;
constexpr int32_t kMostNanos = 999'999'999;

int64_t ToNumber(std::string_view digits) {
  int64_t number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

// Takes exactly `count` digits off the front.
std::optional<int> TakeDigits(std::string_view& text, size_t count) {
  if (text.size() < count || !IsDigits(text.substr(0, count))) return std::nullopt;
  const auto number = static_cast<int>(ToNumber(text.substr(0, count)));
  text.remove_prefix(count);
  return number;
}

bool TakeChar(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

// Takes ".5" and the like off the front, as nanos; 0 when there is no point.
std::optional<int32_t> TakeFraction(std::string_view& text) {
  if (!TakeChar(text, '.')) return 0;
  const size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  if (size < 1 || size > 9) return std::nullopt;
  auto nanos = static_cast<int32_t>(ToNumber(text.substr(0, size)));
  for (size_t i = size; i < 9; ++i) nanos *= 10;
  text.remove_prefix(size);
  return nanos;
}

// Takes "Z" or "+07:00" off the front, as seconds east of UTC.
std::optional<int> TakeOffset(std::string_view& text) {
  if (TakeChar(text, 'Z')) return 0;
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = TakeDigits(text, 2);
  if (!hours.has_value() || !TakeChar(text, ':')) return std::nullopt;
  const auto minutes = TakeDigits(text, 2);
  if (!minutes.has_value() || *hours > 23 || *minutes > 59) return std::nullopt;
  const int seconds = (*hours * 60 + *minutes) * 60;
  return west ? -seconds : seconds;
}

std::string FormatNanos(int32_t nanos) {
  if (nanos == 0) return "";
  if (nanos % 1'000'000 == 0) return absl::StrFormat(".%03d", nanos / 1'000'000);
  if (nanos % 1'000 == 0) return absl::StrFormat(".%06d", nanos / 1'000);
  return absl::StrFormat(".%09d", nanos);
}

}  // namespace

bool IsValid(const Timestamp& instant) {
  return instant.seconds() >= kFirstSecond && instant.seconds() <= kLastSecond &&
         instant.nanos() >= 0 && instant.nanos() <= kMostNanos;
}

bool IsValid(const Duration& duration) {
  const bool one_sign = (duration.seconds() <= 0 || duration.nanos() >= 0) &&
                        (duration.seconds() >= 0 || duration.nanos() <= 0);
  return one_sign && duration.nanos() >= -kMostNanos && duration.nanos() <= kMostNanos &&
         duration.seconds() >= -kLongestSeconds && duration.seconds() <= kLongestSeconds;
}

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  constexpr size_t kDateSize = 10;
  const std::string_view date = text.substr(0, kDateSize);
  if (!IsCalendarDate(date)) return std::nullopt;
  const absl::CivilDay day(ToNumber(date.substr(0, 4)),
                           static_cast<int>(ToNumber(date.substr(5, 2))),
                           static_cast<int>(ToNumber(date.substr(8, 2))));
  text.remove_prefix(kDateSize);

  if (!TakeChar(text, 'T')) return std::nullopt;
  const auto hour = TakeDigits(text, 2);
  if (!hour.has_value() || !TakeChar(text, ':')) return std::nullopt;
  const auto minute = TakeDigits(text, 2);
  if (!minute.has_value() || !TakeChar(text, ':')) return std::nullopt;
  const auto second = TakeDigits(text, 2);
  if (!second.has_value() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const auto nanos = TakeFraction(text);
  const auto offset = TakeOffset(text);
  if (!nanos.has_value() || !offset.has_value() || !text.empty()) return std::nullopt;

  Timestamp instant;
  instant.set_seconds((day - absl::CivilDay(1970, 1, 1)) * 86'400 + *hour * 3'600 + *minute * 60 +
                      *second - *offset);
  instant.set_nanos(*nanos);
  if (!IsValid(instant)) return std::nullopt;  // the offset led out of the years 1 to 9999
  return instant;
}

std::optional<Duration> ParseDuration(std::string_view text) {
  const bool negative = TakeChar(text, '-');
  constexpr size_t kMostDigits = 12;
  const size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  if (size < 1 || size > kMostDigits) return std::nullopt;
  const int64_t seconds = ToNumber(text.substr(0, size));
  text.remove_prefix(size);
  const auto nanos = TakeFraction(text);
  if (!nanos.has_value() || text != "s") return std::nullopt;
  Duration duration;
  duration.set_seconds(negative ? -seconds : seconds);
  duration.set_nanos(negative ? -*nanos : *nanos);
  if (!IsValid(duration)) return std::nullopt;
  return duration;
}

std::string FormatTimestamp(const Timestamp& instant) {
  const absl::CivilSecond civil =
      absl::ToCivilSecond(absl::FromUnixSeconds(instant.seconds()), absl::UTCTimeZone());
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d%sZ", civil.year(), civil.month(),
                         civil.day(), civil.hour(), civil.minute(), civil.second(),
                         FormatNanos(instant.nanos()));
}

std::string FormatDuration(const Duration& duration) {
  const bool negative = duration.seconds() < 0 || duration.nanos() < 0;
  return absl::StrFormat("%s%d%ss", negative ? "-" : "", std::abs(duration.seconds()),
                         FormatNanos(std::abs(duration.nanos())));
}

}  // namespace kinerja::schema
