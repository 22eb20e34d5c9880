#include "gateway/schema/json_scanner.h"

#include <algorithm>

#include "gateway/schema/fold.h"
#include "gateway/schema/text_forms.h"

namespace kinerja::schema {
namespace {

void AppendUtf8(unsigned point, std::string& out) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80 | ((point >> shift) & 0x3F));
  };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

// The character behind a backslash; 0 for none of the short escapes.
char Unescape(char c) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const size_t i = kLetters.find(c);
  return i == std::string_view::npos ? '\0' : kMeanings[i];
}

}  // namespace

JsonScanner::JsonScanner(std::string_view text) : text_(text) {
  at_ = FindBadUtf8(text);
  if (at_ < text.size()) {
    failed_ = true;
  } else {
    at_ = 0;
  }
}

bool JsonScanner::Fail() {
  failed_ = true;
  return false;
}

void JsonScanner::SkipBlanks() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
    ++at_;
  }
}

JsonKind JsonScanner::Next() {
  if (failed_) return JsonKind::kNone;
  SkipBlanks();
  if (at_ == text_.size()) return JsonKind::kNone;
  switch (text_[at_]) {
    case '{':
      return JsonKind::kObject;
    case '[':
      return JsonKind::kList;
    case '"':
      return JsonKind::kText;
    case 't':
    case 'f':
      return JsonKind::kBool;
    case 'n':
      return JsonKind::kNull;
    default:
      return text_[at_] == '-' || IsDigits(text_.substr(at_, 1)) ? JsonKind::kNumber
                                                                 : JsonKind::kNone;
  }
}

bool JsonScanner::TakeIf(char wanted) {
  if (failed_) return false;
  SkipBlanks();
  if (at_ == text_.size() || text_[at_] != wanted) return false;
  ++at_;
  return true;
}

bool JsonScanner::Take(char wanted) { return TakeIf(wanted) || Fail(); }

bool JsonScanner::TakeWord(std::string_view word) {
  if (failed_ || text_.substr(at_, word.size()) != word) return Fail();
  at_ += word.size();
  return true;
}

bool JsonScanner::ReadBool(bool* out) {
  SkipBlanks();
  *out = text_.substr(at_).starts_with('t');
  return TakeWord(*out ? "true" : "false");
}

bool JsonScanner::ReadNull() {
  SkipBlanks();
  return TakeWord("null");
}

size_t JsonScanner::TakeDigits() {
  const size_t end = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
  const size_t count = end - at_;
  at_ = end;
  return count;
}

bool JsonScanner::ReadNumber(std::string_view* out) {
  if (Next() != JsonKind::kNumber) return Fail();
  const size_t begin = at_;
  if (text_[at_] == '-') ++at_;
  const bool zero = text_.substr(at_).starts_with('0');
  const size_t whole = TakeDigits();
  if (whole == 0 || (zero && whole > 1)) return Fail();
  if (text_.substr(at_).starts_with('.')) {
    ++at_;
    if (TakeDigits() == 0) return Fail();
  }
  if (text_.substr(at_).starts_with('e') || text_.substr(at_).starts_with('E')) {
    ++at_;
    if (text_.substr(at_).starts_with('+') || text_.substr(at_).starts_with('-')) ++at_;
    if (TakeDigits() == 0) return Fail();
  }
  *out = text_.substr(begin, at_ - begin);
  return true;
}

bool JsonScanner::ReadCodeUnit(unsigned* unit) {
  constexpr size_t kDigits = 4;
  if (text_.size() - at_ < kDigits) return Fail();
  *unit = 0;
  for (const char c : text_.substr(at_, kDigits)) {
    unsigned digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<unsigned>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<unsigned>(c - 'A' + 10);
    } else {
      return Fail();
    }
    *unit = *unit * 16 + digit;
  }
  at_ += kDigits;
  return true;
}

// After the backslash.
bool JsonScanner::ReadEscape(std::string* out) {
  if (at_ == text_.size()) return Fail();
  const char letter = text_[at_++];
  if (letter != 'u') {
    const char meaning = Unescape(letter);
    if (meaning == '\0') return Fail();
    *out += meaning;
    return true;
  }
  unsigned high = 0;
  if (!ReadCodeUnit(&high)) return false;
  if (high >= 0xDC00 && high < 0xE000) return Fail();
  if (high < 0xD800 || high >= 0xE000) {
    AppendUtf8(high, *out);
    return true;
  }
  unsigned low = 0;
  if (!TakeWord("\\u") || !ReadCodeUnit(&low)) return false;
  if (low < 0xDC00 || low >= 0xE000) return Fail();
  AppendUtf8(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), *out);
  return true;
}

bool JsonScanner::ReadText(std::string* out) {
  out->clear();
  if (!Take('"')) return false;
  while (at_ < text_.size()) {
    size_t plain = at_;
    while (plain < text_.size() && text_[plain] != '"' && text_[plain] != '\\' &&
           static_cast<unsigned char>(text_[plain]) >= 0x20) {
      ++plain;
    }
    out->append(text_.substr(at_, plain - at_));
    at_ = plain;
    if (at_ == text_.size()) break;
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) < 0x20) break;
    ++at_;
    if (c == '"') return true;
    if (!ReadEscape(out)) return false;
  }
  return Fail();
}

bool JsonScanner::Enter(int depth) {
  if (depth <= kMaxJsonDepth) return !failed_;
  too_deep_ = true;
  return Fail();
}

bool JsonScanner::SkipKey() {
  std::string key;
  return ReadText(&key) && Take(':');
}

// The rest of an object or list, after its first character.
bool JsonScanner::SkipMembers(char close, int depth) {
  if (TakeIf(close)) return true;
  do {
    if (close == '}' && !SkipKey()) return false;
    if (!SkipValue(depth + 1)) return false;
  } while (TakeIf(','));
  return Take(close);
}

bool JsonScanner::SkipValue(int depth) {
  std::string text;
  std::string_view number;
  bool flag = false;
  switch (Next()) {
    case JsonKind::kObject:
      return Enter(depth) && Take('{') && SkipMembers('}', depth);
    case JsonKind::kList:
      return Enter(depth) && Take('[') && SkipMembers(']', depth);
    case JsonKind::kText:
      return ReadText(&text);
    case JsonKind::kNumber:
      return ReadNumber(&number);
    case JsonKind::kBool:
      return ReadBool(&flag);
    case JsonKind::kNull:
      return ReadNull();
    case JsonKind::kNone:
      return Fail();
  }
  return Fail();
}

bool JsonScanner::SkipDeepValue() {
  std::string closers;  // of the objects and lists that are open, the innermost last
  do {
    const JsonKind kind = Next();
    if (kind != JsonKind::kObject && kind != JsonKind::kList) {
      if (!SkipValue(1)) return false;
    } else {
      ++at_;
      closers += kind == JsonKind::kObject ? '}' : ']';
      if (!TakeIf(closers.back())) {
        if (closers.back() == '}' && !SkipKey()) return false;
        continue;  // with the first value in it
      }
      closers.pop_back();
    }
    // Behind a value: another one, or the end of what it stands in.
    while (!closers.empty() && !TakeIf(',')) {
      if (!Take(closers.back())) return false;
      closers.pop_back();
    }
    if (!closers.empty() && closers.back() == '}' && !SkipKey()) return false;
  } while (!closers.empty());
  return true;
}

bool JsonScanner::Finish() {
  if (failed_) return false;
  SkipBlanks();
  return at_ == text_.size() || Fail();
}

size_t JsonScanner::line() const {
  const std::string_view before = text_.substr(0, at_);
  return 1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
}

size_t JsonScanner::column() const {
  const std::string_view before = text_.substr(0, at_);
  const size_t line_end = before.rfind('\n');
  return 1 +
         CountCodePoints(line_end == std::string_view::npos ? before : before.substr(line_end + 1));
}

}  // namespace kinerja::schema
