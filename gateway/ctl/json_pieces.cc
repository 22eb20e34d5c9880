#include "gateway/ctl/json_pieces.h"

namespace kinerja::ctl {
namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  JsonPieces Split() {
    SkipBlanks();
    const bool array = Take('[');
    SkipBlanks();
    const bool good = array ? SplitArray() : SplitObjects();
    if (!good) result_.bad_line = line_;
    return std::move(result_);
  }

 private:
  bool SplitObjects() {
    while (at_ < text_.size()) {
      if (!TakeObject()) return false;
      SkipBlanks();
    }
    return !result_.pieces.empty();
  }

  bool SplitArray() {
    if (!Take(']')) {
      do {
        SkipBlanks();
        if (!TakeObject()) return false;
        SkipBlanks();
      } while (Take(','));
      if (!Take(']')) return false;
    }
    SkipBlanks();
    return at_ == text_.size();
  }

  void SkipBlanks() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return;
    }
  }

  bool Take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  // From an opening brace to the one that closes it; braces inside texts do not count.
  bool TakeObject() {
    if (at_ >= text_.size() || text_[at_] != '{') return false;
    JsonPiece piece{.begin = at_, .size = 0, .line = line_};
    size_t depth = 0;
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (quoted) {
        if (c == '\\') ++at_;
        quoted = c != '"';
        continue;
      }
      quoted = c == '"';
      if (c == '{') ++depth;
      if (c == '}' && --depth == 0) {
        piece.size = ++at_ - piece.begin;
        result_.pieces.push_back(piece);
        return true;
      }
    }
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t line_ = 1;
  JsonPieces result_;
};

}  // namespace

JsonPieces SplitJson(std::string_view text) { return Splitter(text).Split(); }

}  // namespace kinerja::ctl
