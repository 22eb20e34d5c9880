#include "gateway/schema/check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/schema/check_table.h"
#include "gateway/schema/descriptors.h"
#include "gateway/schema/fold.h"
#include "gateway/schema/instants.h"
#include "gateway/schema/place.h"
#include "gateway/schema/text_forms.h"
#include "gateway/schema/wire_reader.h"
#include "google/protobuf/descriptor.h"
#include "re2/re2.h"

namespace kinerja::schema {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The pattern in a form to be read: without the group that lets an empty text pass.
std::string Readable(std::string_view pattern) {
  if (pattern.starts_with('(') && pattern.ends_with(")?")) {
    pattern = pattern.substr(1, pattern.size() - 3);
  }
  return std::string(pattern);
}

std::string_view WantedForm(const FieldTable& table) {
  switch (table.format) {
    case v1::FORMAT_SHA256:
      return "a SHA-256 in lower-case hex";
    case v1::FORMAT_URI:
      return "an absolute URI";
    case v1::FORMAT_DIGITS:
      return "digits of the length given in the schema";
    default:
      return "text of the length given in the schema";
  }
}

Metadata MalformedMetadata(const FieldTable& table) {
  const std::string wanted = table.pattern != nullptr ? Readable(table.pattern->pattern())
                                                      : std::string(WantedForm(table));
  if (table.malformed == v1::ERROR_REASON_ENUM_UNKNOWN) return {{"allowed", wanted}};
  if (table.malformed == v1::ERROR_REASON_FIELD_TYPE) {
    return {{"found", "text of another form"}, {"wanted", wanted}};
  }
  return {};
}

bool HasForm(const FieldTable& table, std::string_view text) {
  switch (table.format) {
    case v1::FORMAT_DATE:
      return IsCalendarDate(text);
    case v1::FORMAT_DECIMAL: {
      const auto places = DecimalPlaces(text);
      return places.has_value() && (table.decimal_places == 0 || *places <= table.decimal_places);
    }
    case v1::FORMAT_DIGITS:
      return IsDigits(text) && (table.length == 0 || text.size() == table.length);
    case v1::FORMAT_SHA256:
      return IsSha256(text);
    case v1::FORMAT_URI:
      return IsAbsoluteUri(text);
    default:
      return table.length == 0 || CountCodePoints(text) == table.length;
  }
}

// One walk over one message in its wire format, where fields come in the order of their numbers.
class Walk {
 public:
  Walk(const CheckOptions& options, std::string_view prefix, std::vector<Violation>* out)
      : options_(options), prefix_(prefix), out_(*out), room_(kMaxViolations) {}

  void JudgeMessage(std::string_view bytes, const MessageTable& table, const Place* place) {
    if (table.is_timestamp || table.is_duration) JudgeSpan(bytes, table, place);
    WireReader wire(bytes);
    auto required = table.required.begin();
    // What is required and was passed over is not there.
    const auto judge_absent_before = [&](int number) {
      for (; required != table.required.end() && (*required)->field->number() < number;
           ++required) {
        JudgeAbsence(**required, {place, (*required)->field, kSingular});
      }
      if (required != table.required.end() && (*required)->field->number() == number) ++required;
    };
    std::vector<int> unknown;
    Elements elements;
    while (!wire.AtEnd()) {
      const WireReader::Tag tag = wire.NextTag();
      const FieldTable* field = table.Find(tag);
      if (field == nullptr) {
        unknown.push_back(tag.number);
        wire.Skip(tag);
        continue;
      }
      judge_absent_before(tag.number);
      if (field->repeated) {
        JudgeElements(*field, tag, place, wire, elements);
      } else if (field->shape == Shape::kUnjudged) {
        wire.Skip(tag);
      } else {
        JudgeValue(*field, wire, {place, field->field, kSingular});
      }
    }
    judge_absent_before(std::numeric_limits<int>::max());
    if (!unknown.empty()) JudgeUnknown(unknown, place);
  }

 private:
  // How far the walk is in a list; its elements follow one another.
  struct Elements {
    const FieldTable* field = nullptr;
    int count = 0;
    size_t first_violation = 0;  // where those of the list begin
  };

  // The element behind the tag, or all of them where numbers are packed.
  void JudgeElements(const FieldTable& field, WireReader::Tag tag, const Place* place,
                     WireReader& wire, Elements& elements) {
    if (elements.field != &field) elements = {&field, 0, out_.size()};
    const bool is_scalar = field.shape == Shape::kEnum || field.shape == Shape::kNumber;
    if (!is_scalar || tag.type != WireReader::kBytes) {
      return JudgeElement(field, tag, place, wire, elements);
    }
    for (WireReader packed(wire.Bytes()); !packed.AtEnd();) {
      JudgeElement(field, {tag.number, WireReader::kVarint}, place, packed, elements);
    }
  }

  void JudgeElement(const FieldTable& field, WireReader::Tag tag, const Place* place,
                    WireReader& wire, Elements& elements) {
    const int index = elements.count++;
    if (index == field.max_items) AddTooMany({place, field.field, kSingular}, field, elements);
    if (index >= field.max_items || field.shape == Shape::kUnjudged) return wire.Skip(tag);
    JudgeValue(field, wire, {place, field.field, index});
  }

  // Before those of the elements, where it belongs in field order.
  void AddTooMany(const Place& place, const FieldTable& field, const Elements& elements) {
    const size_t before = out_.size();
    const int min = field.required == v1::REQUIRED_UNSPECIFIED ? 0 : 1;
    Add(place, v1::ERROR_REASON_FIELD_RANGE, "field.items/1",
        {{"min", absl::StrCat(min)}, {"max", absl::StrCat(field.max_items)}});
    if (out_.size() == before) return;
    std::rotate(out_.begin() + static_cast<std::ptrdiff_t>(elements.first_violation),
                out_.end() - 1, out_.end());
  }

  void JudgeValue(const FieldTable& field, WireReader& wire, const Place& place) {
    switch (field.shape) {
      case Shape::kMessage:
        return JudgeMessage(wire.Bytes(), *field.child, &place);
      case Shape::kText:
        return JudgeText(field, wire.Bytes(), place);
      case Shape::kEnum:
        return JudgeEnum(field, static_cast<int>(wire.Varint()), place);
      case Shape::kNumber:
        return JudgeNumber(field, wire.Varint(), place);
      case Shape::kUnjudged:
        return;
    }
  }

  void JudgeAbsence(const FieldTable& field, const Place& place) {
    if (field.required == v1::REQUIRED_UNSPECIFIED) return;
    if (options_.results_only && !field.required_in_results) return;
    Add(place, field.missing, "field.required/1", {},
        options_.draft && field.required == v1::REQUIRED_PLAN);
  }

  void JudgeText(const FieldTable& field, std::string_view text, const Place& place) {
    const bool required = field.required != v1::REQUIRED_UNSPECIFIED;
    if (text.empty() || (required && IsBlank(text))) return JudgeAbsence(field, place);
    if (HasControlCharacter(text)) {
      return Add(place, v1::ERROR_REASON_FIELD_TYPE, "field.control/1",
                 {{"found", "text with control characters"}, {"wanted", "plain text"}});
    }
    if (text.size() > field.max_length && CountCodePoints(text) > field.max_length) {
      Add(place, v1::ERROR_REASON_FIELD_LENGTH, "field.length/1",
          {{"max", absl::StrCat(field.max_length)}});
    }
    if (!HasForm(field, text) ||
        (field.pattern != nullptr && !RE2::FullMatch({text.data(), text.size()}, *field.pattern))) {
      return Add(place, field.malformed, "field.form/1", MalformedMetadata(field));
    }
    if (field.format != v1::FORMAT_DECIMAL) return;
    if ((!field.min.empty() && CompareDecimals(text, field.min) < 0) ||
        (!field.max.empty() && CompareDecimals(text, field.max) > 0)) {
      AddRange(field, place);
    }
  }

  void JudgeEnum(const FieldTable& field, int value, const Place& place) {
    if (value == 0 && !field.repeated) return JudgeAbsence(field, place);
    const bool known = value > 0 && value < 64
                           ? ((field.known_values >> value) & 1) != 0
                           : value != 0 && field.field->enum_type()->FindValueByNumber(value);
    if (known) return;
    Add(place, field.malformed, "field.enum/1",
        {{"allowed", AllowedNames(*field.field->enum_type())}});
  }

  void JudgeNumber(const FieldTable& field, uint64_t bits, const Place& place) {
    // No bound of ours is beyond what int64_t holds.
    const auto value = static_cast<int64_t>(
        field.is_signed
            ? bits
            : std::min(bits, static_cast<uint64_t>(std::numeric_limits<int64_t>::max())));
    const bool required = field.required != v1::REQUIRED_UNSPECIFIED;
    if (value == 0 && required && !field.has_presence) return JudgeAbsence(field, place);
    if (value < field.lowest || value > field.highest) AddRange(field, place);
  }

  // An instant outside the years 1 to 9999, a duration longer than that, nanos that are none.
  void JudgeSpan(std::string_view bytes, const MessageTable& table, const Place* place) {
    const int size = static_cast<int>(bytes.size());
    google::protobuf::Timestamp instant;
    google::protobuf::Duration duration;
    if (place == nullptr) return;
    if (table.is_timestamp && instant.ParseFromArray(bytes.data(), size) && !IsValid(instant)) {
      Add(*place, v1::ERROR_REASON_FIELD_RANGE, "field.range/1",
          {{"min", "0001-01-01T00:00:00Z"}, {"max", "9999-12-31T23:59:59.999999999Z"}});
    }
    if (table.is_duration && duration.ParseFromArray(bytes.data(), size) && !IsValid(duration)) {
      Add(*place, v1::ERROR_REASON_FIELD_RANGE, "field.range/1",
          {{"min", "-315576000000s"}, {"max", "315576000000s"}});
    }
  }

  void JudgeUnknown(std::vector<int>& numbers, const Place* place) {
    constexpr size_t kMostShown = 20;
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    if (numbers.size() > kMostShown) numbers.resize(kMostShown);
    Append({JoinPath(PathOf(place, prefix_), absl::StrCat(numbers.front())),
            v1::ERROR_REASON_FIELD_UNKNOWN,
            v1::SEVERITY_REJECT,
            {{"numbers", absl::StrJoin(numbers, ", ")}},
            "field.unknown/1"});
  }

  void AddRange(const FieldTable& field, const Place& place) {
    Add(place, v1::ERROR_REASON_FIELD_RANGE, "field.range/1",
        {{"min", field.min.empty() ? "any" : std::string(field.min)},
         {"max", field.max.empty() ? "any" : std::string(field.max)}});
  }

  void Add(const Place& place, v1::ErrorReason reason, std::string_view rule, Metadata metadata,
           bool lenient = false) {
    const bool warns = lenient || (options_.draft && ReasonFacts(reason).warns_in_draft());
    Append({PathOf(&place, prefix_), reason, warns ? v1::SEVERITY_WARNING : v1::SEVERITY_REJECT,
            std::move(metadata), rule});
  }

  void Append(Violation violation) {
    if (room_ == 0) return;
    --room_;
    out_.push_back(std::move(violation));
  }

  const CheckOptions& options_;
  const std::string_view prefix_;
  std::vector<Violation>& out_;
  size_t room_;
};

}  // namespace

struct Checker::Table {
  CheckTables tables;
  const MessageTable* top = nullptr;
};

Checker::Checker(const Descriptor* type) : table_(std::make_unique<Table>()) {
  table_->top = table_->tables.Compile(*type);
}

Checker::~Checker() = default;

void Checker::Check(const Message& message, const CheckOptions& options, std::string_view prefix,
                    std::vector<Violation>* out) const {
  thread_local std::string bytes;  // keeps its room from call to call
  bytes.clear();
  message.AppendPartialToString(&bytes);
  Walk(options, prefix, out).JudgeMessage(bytes, *table_->top, nullptr);
  constexpr size_t kRoomBytes = 64 * 1024;
  if (bytes.capacity() > kRoomBytes) std::string().swap(bytes);
}

}  // namespace kinerja::schema
