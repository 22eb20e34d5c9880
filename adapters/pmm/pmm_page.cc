#include "adapters/pmm/pmm_page.h"

#include <utility>

#include "gateway/schema/json_scanner.h"
#include "gateway/schema/text_forms.h"

namespace kinerja::adapters::pmm {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kLongestCursor = 256;

// What the envelope holds; records still as text.
struct Envelope {
  std::optional<std::vector<std::string_view>> data;
  std::optional<std::string> next_cursor;
  std::optional<bool> more;

  bool complete() const { return data && next_cursor && more; }
};

class EnvelopeReader {
 public:
  explicit EnvelopeReader(std::string_view text) : text_(text), scanner_(text) {}

  std::optional<Envelope> Read() {
    if (!scanner_.Take('{')) return std::nullopt;
    std::string key;
    do {
      if (!scanner_.ReadText(&key) || !scanner_.Take(':') || !ReadMember(key)) return std::nullopt;
    } while (scanner_.TakeIf(','));
    if (!scanner_.Take('}') || !scanner_.Finish() || !envelope_.complete()) return std::nullopt;
    return std::move(envelope_);
  }

 private:
  // False for a member that is another's, or that comes twice.
  bool ReadMember(std::string_view key) {
    if (key == "data") return !envelope_.data && ReadData();
    if (key == "cursor_berikut") {
      return !envelope_.next_cursor && scanner_.ReadText(&envelope_.next_cursor.emplace());
    }
    if (key == "ada_lagi") {
      return !envelope_.more && scanner_.Next() == schema::JsonKind::kBool &&
             scanner_.ReadBool(&envelope_.more.emplace());
    }
    return false;
  }

  bool ReadData() {
    envelope_.data.emplace();
    if (!scanner_.Take('[')) return false;
    if (scanner_.TakeIf(']')) return true;
    do {
      scanner_.Next();
      const size_t begin = scanner_.position();
      if (!scanner_.SkipDeepValue()) return false;
      envelope_.data->push_back(text_.substr(begin, scanner_.position() - begin));
    } while (envelope_.data->size() <= kMostRecordsTaken && scanner_.TakeIf(','));
    return scanner_.Take(']');
  }

  const std::string_view text_;
  schema::JsonScanner scanner_;
  Envelope envelope_;
};

bool IsCursor(std::string_view text) {
  return text.size() <= kLongestCursor && !schema::HasControlCharacter(text);
}

}  // namespace

std::optional<Page> ReadPage(std::string_view text, std::string_view cursor,
                             const MappingOptions& options) {
  if (text.size() > kMaxPageBytes) return std::nullopt;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::optional<Envelope> envelope = EnvelopeReader(text).Read();
  if (!envelope || !IsCursor(*envelope->next_cursor) ||
      envelope->data->size() > kMostRecordsTaken) {
    return std::nullopt;
  }
  const bool goes_on = !envelope->next_cursor->empty() && *envelope->next_cursor != cursor;
  if (*envelope->more && !goes_on) return std::nullopt;
  Page page{.next_cursor = *std::move(envelope->next_cursor), .more = *envelope->more};
  for (const std::string_view bytes : *envelope->data) {
    page.records.push_back(MapRecord(bytes, options));
  }
  return page;
}

}  // namespace kinerja::adapters::pmm
