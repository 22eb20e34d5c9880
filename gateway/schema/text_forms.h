// The forms of text that annotations.proto names (enum Format). Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SCHEMA_TEXT_FORMS_H_
#define KINERJA_GATEWAY_SCHEMA_TEXT_FORMS_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace kinerja::schema {

// Digits 0 to 9 only; true for an empty text.
bool IsDigits(std::string_view text);
// Lower-case hex of 32 bytes.
bool IsSha256(std::string_view text);
// yyyy-mm-dd, and a day of the calendar.
bool IsCalendarDate(std::string_view text);
// An absolute URI in the characters of RFC 3986.
bool IsAbsoluteUri(std::string_view text);
// A control character other than line feed and tab.
bool HasControlCharacter(std::string_view text);

// Where the first byte stands that is no UTF-8; the size of the text when there is none.
size_t FindBadUtf8(std::string_view text);

// How many digits stand after the point of a decimal number; nothing when the text is none.
std::optional<size_t> DecimalPlaces(std::string_view text);
// Below 0, 0 or above 0 as `a` is less than, equal to or more than `b`; exact at any length. Both
// are decimal numbers.
int CompareDecimals(std::string_view a, std::string_view b);

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_TEXT_FORMS_H_
