#include "gateway/schema/fold.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace kinerja::schema {
namespace {

struct FreeBytes {
  void operator()(utf8proc_uint8_t* bytes) const { std::free(bytes); }
};

bool IsAscii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all = static_cast<unsigned char>(all | static_cast<unsigned char>(c));
  return all < 0x80;
}

bool IsBlank(utf8proc_int32_t point) {
  if (point < 0x80) return point == ' ' || (point >= '\t' && point <= '\r');
  const utf8proc_category_t category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP || point == 0x85;
}

// Calls visit(point, its bytes) for each code point; a byte that is no UTF-8 is a point of its own.
template <typename Visitor>
void ForEachPoint(std::string_view text, const Visitor& visit) {
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto size = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (size <= 0) size = 1;
    visit(point, text.substr(0, static_cast<size_t>(size)));
    text.remove_prefix(static_cast<size_t>(size));
  }
}

// Trims, and makes one space of each run of blanks.
std::string SqueezeBlanks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool blank = false;
  ForEachPoint(text, [&](utf8proc_int32_t point, std::string_view bytes) {
    if (IsBlank(point)) {
      blank = true;
      return;
    }
    if (blank && !out.empty()) out += ' ';
    blank = false;
    out += bytes;
  });
  return out;
}

std::string FoldAscii(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool blank = false;
  for (const char c : text) {
    if (IsBlank(c)) {
      blank = true;
      continue;
    }
    if (blank && !out.empty()) out += ' ';
    blank = false;
    out += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace

std::string Fold(std::string_view text) {
  if (IsAscii(text)) return FoldAscii(text);
  utf8proc_uint8_t* mapped = nullptr;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = utf8proc_map(
      bytes, static_cast<utf8proc_ssize_t>(text.size()), &mapped,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
  const std::unique_ptr<utf8proc_uint8_t, FreeBytes> owner(mapped);
  if (size < 0) return SqueezeBlanks(text);
  return SqueezeBlanks({reinterpret_cast<const char*>(mapped), static_cast<size_t>(size)});
}

size_t CountCodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string CleanDigits(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  ForEachPoint(text, [&](utf8proc_int32_t point, std::string_view bytes) {
    const bool apostrophe = point == '\'' || point == 0x2019;
    if (IsBlank(point) || point == '.' || (apostrophe && out.empty())) return;
    if (utf8proc_category(point) == UTF8PROC_CATEGORY_PD) return;
    out += bytes;
  });
  return out;
}

}  // namespace kinerja::schema
