#include "gateway/schema/text_forms.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "absl/time/civil_time.h"

namespace kinerja::schema {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Eight bytes at a time: almost all texts are so. May be false for a text that is.
bool IsPrintableAscii(std::string_view text) {
  constexpr uint64_t kEach = 0x0101010101010101;
  uint64_t marks = 0;  // the high bit of a byte that is below 0x20 or above 0x7E
  const auto look = [&](uint64_t word) { marks |= (word - 0x20 * kEach) | (word + kEach) | word; };
  size_t at = 0;
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    look(word);
  }
  for (; at < text.size(); ++at) {
    look(0x20 * kEach + (static_cast<unsigned char>(text[at]) - uint64_t{0x20}));
  }
  return (marks & (0x80 * kEach)) == 0;
}

int ToNumber(std::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

// A decimal number without what does not change its value.
struct Decimal {
  explicit Decimal(std::string_view text) {
    negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const size_t point = std::min(text.find('.'), text.size());
    whole = text.substr(0, point);
    if (point < text.size()) fraction = text.substr(point + 1);
    while (whole.starts_with('0')) whole.remove_prefix(1);
    while (fraction.ends_with('0')) fraction.remove_suffix(1);
    if (whole.empty() && fraction.empty()) negative = false;
  }

  bool negative;
  std::string_view whole;
  std::string_view fraction;
};

int CompareMagnitudes(const Decimal& a, const Decimal& b) {
  if (a.whole.size() != b.whole.size()) return a.whole.size() < b.whole.size() ? -1 : 1;
  const int whole = a.whole.compare(b.whole);
  return whole != 0 ? whole : a.fraction.compare(b.fraction);
}

}  // namespace

bool IsDigits(std::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); }

bool IsSha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return IsDigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool IsCalendarDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const std::string_view year = text.substr(0, 4);
  const std::string_view month = text.substr(5, 2);
  const std::string_view day = text.substr(8, 2);
  if (!IsDigits(year) || !IsDigits(month) || !IsDigits(day) || year == "0000") return false;
  // CivilDay carries over what the calendar lacks: 30 February becomes 1 March.
  const absl::CivilDay date(ToNumber(year), ToNumber(month), ToNumber(day));
  return date.month() == ToNumber(month) && date.day() == ToNumber(day);
}

bool IsAbsoluteUri(std::string_view text) {
  constexpr std::string_view kForbidden = "\"<>\\^`{|}";
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size() || !IsLetter(text.front())) {
    return false;
  }
  const std::string_view scheme = text.substr(0, colon);
  return std::all_of(scheme.begin(), scheme.end(),
                     [](char c) {
                       return IsDigit(c) || IsLetter(c) || c == '+' || c == '-' || c == '.';
                     }) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return c > ' ' && c < 0x7F && kForbidden.find(c) == std::string_view::npos;
         });
}

bool HasControlCharacter(std::string_view text) {
  if (IsPrintableAscii(text)) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) return true;
    // U+0080 to U+009F.
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return true;
    }
  }
  return false;
}

size_t FindBadUtf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    utf8proc_int32_t point = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                                       static_cast<utf8proc_ssize_t>(text.size() - at), &point);
    if (size <= 0) return at;
    at += static_cast<size_t>(size);
  }
  return at;
}

std::optional<size_t> DecimalPlaces(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (whole.empty() || !IsDigits(whole)) return std::nullopt;
  if (point == std::string_view::npos) return 0;
  const std::string_view fraction = text.substr(point + 1);
  if (fraction.empty() || !IsDigits(fraction)) return std::nullopt;
  return fraction.size();
}

int CompareDecimals(std::string_view a, std::string_view b) {
  const Decimal left(a);
  const Decimal right(b);
  if (left.negative != right.negative) return left.negative ? -1 : 1;
  return left.negative ? CompareMagnitudes(right, left) : CompareMagnitudes(left, right);
}

}  // namespace kinerja::schema
