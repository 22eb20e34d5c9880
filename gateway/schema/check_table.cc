#include "gateway/schema/check_table.h"

#include <charconv>
#include <string>
#include <utility>

#include "gateway/base/check.h"
#include "gateway/schema/descriptors.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace kinerja::schema {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

// Maps, bytes and what has no rule are not judged; sint32, fixed32 and the like do not occur.
Shape ShapeOf(const FieldDescriptor& field) {
  const v1::FieldRule& rule = RuleOf(field);
  const bool has_bounds = !rule.min().empty() || !rule.max().empty();
  const bool is_required = rule.required() != v1::REQUIRED_UNSPECIFIED;
  if (rule.output_only()) return Shape::kUnjudged;
  switch (field.type()) {
    case FieldDescriptor::TYPE_STRING:
      return Shape::kText;
    case FieldDescriptor::TYPE_ENUM:
      return Shape::kEnum;
    case FieldDescriptor::TYPE_MESSAGE:
      return field.is_map() ? Shape::kUnjudged : Shape::kMessage;
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_UINT64:
      return has_bounds || is_required || field.is_repeated() ? Shape::kNumber : Shape::kUnjudged;
    default:
      return Shape::kUnjudged;
  }
}

int WireTypeOf(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_BYTES:
    case FieldDescriptor::TYPE_MESSAGE:
      return WireReader::kBytes;
    case FieldDescriptor::TYPE_DOUBLE:
    case FieldDescriptor::TYPE_FIXED64:
    case FieldDescriptor::TYPE_SFIXED64:
      return WireReader::kFixed64;
    case FieldDescriptor::TYPE_FLOAT:
    case FieldDescriptor::TYPE_FIXED32:
    case FieldDescriptor::TYPE_SFIXED32:
      return WireReader::kFixed32;
    default:
      return WireReader::kVarint;
  }
}

v1::ErrorReason DefaultMalformed(Shape shape, v1::Format format) {
  if (shape == Shape::kEnum) return v1::ERROR_REASON_ENUM_UNKNOWN;
  if (format == v1::FORMAT_DATE) return v1::ERROR_REASON_DATE_FORMAT;
  if (format == v1::FORMAT_DECIMAL) return v1::ERROR_REASON_NUMBER_FORMAT;
  return v1::ERROR_REASON_FIELD_TYPE;
}

// Forms that bound the text by themselves need no default limit beside it; a NIP has its own rules.
bool BoundsItself(const v1::FieldRule& rule) {
  return rule.format() == v1::FORMAT_DATE || rule.format() == v1::FORMAT_SHA256 ||
         rule.format() == v1::FORMAT_NIP || rule.length() > 0;
}

size_t MaxLength(const v1::FieldRule& rule) {
  if (rule.max_length() > 0) return rule.max_length();
  return BoundsItself(rule) ? std::numeric_limits<size_t>::max() : kDefaultMaxLength;
}

uint64_t KnownValues(const EnumDescriptor& type) {
  uint64_t known = 0;
  for (int i = 0; i < type.value_count(); ++i) {
    const int number = type.value(i)->number();
    if (number >= 0 && number < 64) known |= uint64_t{1} << number;
  }
  return known;
}

int64_t BoundOf(std::string_view text, int64_t otherwise) {
  if (text.empty()) return otherwise;
  int64_t bound = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  KJ_CHECK(error == std::errc() && end == text.data() + text.size());
  return bound;
}

std::unique_ptr<const RE2> CompilePattern(const std::string& pattern) {
  if (pattern.empty()) return nullptr;
  auto compiled = std::make_unique<const RE2>(pattern, RE2::Quiet);
  KJ_CHECK(compiled->ok());
  return compiled;
}

FieldTable CompileField(const FieldDescriptor& field) {
  const v1::FieldRule& rule = RuleOf(field);
  FieldTable table;
  table.field = &field;
  table.shape = ShapeOf(field);
  table.wire_type = WireTypeOf(field);
  table.repeated = field.is_repeated();
  table.has_presence = field.has_presence();
  table.is_signed = field.cpp_type() == FieldDescriptor::CPPTYPE_INT32 ||
                    field.cpp_type() == FieldDescriptor::CPPTYPE_INT64;
  table.required = rule.required();
  table.required_in_results = rule.required_in_results();
  if (rule.missing() != v1::ERROR_REASON_UNSPECIFIED) table.missing = rule.missing();
  table.malformed = rule.malformed() != v1::ERROR_REASON_UNSPECIFIED
                        ? rule.malformed()
                        : DefaultMalformed(table.shape, rule.format());
  table.format = rule.format();
  table.pattern = CompilePattern(rule.pattern());
  table.length = rule.length();
  table.max_length = MaxLength(rule);
  table.decimal_places = rule.decimal_places();
  table.max_items = MaxItems(field);
  table.min = rule.min();
  table.max = rule.max();
  if (table.shape == Shape::kNumber) {
    table.lowest = BoundOf(table.min, table.lowest);
    table.highest = BoundOf(table.max, table.highest);
  }
  if (table.shape == Shape::kEnum) table.known_values = KnownValues(*field.enum_type());
  return table;
}

}  // namespace

const MessageTable* CheckTables::Compile(const Descriptor& type) {
  std::unique_ptr<MessageTable>& slot = by_type_[&type];
  if (slot != nullptr) return slot.get();
  slot = std::make_unique<MessageTable>();  // before the fields: a type may contain itself
  MessageTable* const table = slot.get();
  table->is_timestamp = &type == google::protobuf::Timestamp::descriptor();
  table->is_duration = &type == google::protobuf::Duration::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    auto compiled = std::make_unique<FieldTable>(CompileField(field));
    if (field.message_type() != nullptr) compiled->child = Compile(*field.message_type());
    const auto number = static_cast<size_t>(field.number());
    if (table->by_number.size() <= number) table->by_number.resize(number + 1);
    table->by_number[number] = compiled.get();
    table->fields.push_back(std::move(compiled));
  }
  for (const FieldTable* field : table->by_number) {
    if (field != nullptr && field->required != v1::REQUIRED_UNSPECIFIED) {
      table->required.push_back(field);
    }
  }
  return table;
}

}  // namespace kinerja::schema
