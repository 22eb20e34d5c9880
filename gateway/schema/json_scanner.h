// Reads JSON text piece by piece, as RFC 8259 says and no more: no comments, no trailing commas, no
// single quotes, no lone surrogates. The first mistake stays; after it every call answers with
// failure. One thread; the text outlives the scanner.
//
//   JsonScanner scanner(text);
//   if (scanner.Next() == JsonKind::kText) scanner.ReadText(&out);
#ifndef KINERJA_GATEWAY_SCHEMA_JSON_SCANNER_H_
#define KINERJA_GATEWAY_SCHEMA_JSON_SCANNER_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace kinerja::schema {

enum class JsonKind { kObject, kList, kText, kNumber, kBool, kNull, kNone };

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text);

  // What begins at the next character that is no blank; kNone for what begins no value. Takes
  // nothing.
  JsonKind Next();
  // Takes this character, or nothing.
  bool TakeIf(char wanted);
  // Takes this character; anything else is a mistake.
  bool Take(char wanted);

  bool ReadText(std::string* out);
  // The number as written.
  bool ReadNumber(std::string_view* out);
  bool ReadBool(bool* out);
  bool ReadNull();
  // Any value; `depth` as for Enter.
  bool SkipValue(int depth);
  // Any value, however deep it nests: what is open waits on the heap, one byte each.
  bool SkipDeepValue();
  // Counts a level of nesting: `depth` is that of the value about to be read, 1 at the top.
  bool Enter(int depth);
  // Nothing but blanks may be left.
  bool Finish();

  bool failed() const { return failed_; }
  // Where the next character stands in the text. After Next: where the next value begins.
  size_t position() const { return at_; }
  // The mistake is not in the text but in how deep it nests.
  bool too_deep() const { return too_deep_; }
  // Of the mistake, from 1; the column counts characters.
  size_t line() const;
  size_t column() const;

 private:
  void SkipBlanks();
  bool Fail();
  bool TakeWord(std::string_view word);
  size_t TakeDigits();
  bool ReadEscape(std::string* out);
  bool ReadCodeUnit(unsigned* unit);
  bool SkipMembers(char close, int depth);
  bool SkipKey();

  const std::string_view text_;
  size_t at_ = 0;
  bool failed_ = false;
  bool too_deep_ = false;
};

// Most levels of nesting.
inline constexpr int kMaxJsonDepth = 64;

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_JSON_SCANNER_H_
