// The rules of message types, compiled from the field options: everything worked out that does not
// depend on a value. Immutable once compiled; safe for concurrent use then.
#ifndef KINERJA_GATEWAY_SCHEMA_CHECK_TABLE_H_
#define KINERJA_GATEWAY_SCHEMA_CHECK_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/schema/wire_reader.h"
#include "google/protobuf/descriptor.h"
#include "kinerja/v1/annotations.pb.h"
#include "re2/re2.h"

namespace kinerja::schema {

// What a field holds, as far as judging differs; kUnjudged: no value of it can break a rule.
enum class Shape { kText, kNumber, kEnum, kMessage, kUnjudged };

struct MessageTable;

// The rule of one field.
struct FieldTable {
  const google::protobuf::FieldDescriptor* field = nullptr;
  Shape shape = Shape::kUnjudged;
  int wire_type = WireReader::kVarint;  // of one value; numbers of a list may be packed
  bool repeated = false;
  bool has_presence = false;
  bool is_signed = false;
  v1::Required required = v1::REQUIRED_UNSPECIFIED;
  bool required_in_results = false;
  v1::ErrorReason missing = v1::ERROR_REASON_FIELD_REQUIRED;
  v1::ErrorReason malformed = v1::ERROR_REASON_FIELD_TYPE;
  v1::Format format = v1::FORMAT_UNSPECIFIED;
  std::unique_ptr<const RE2> pattern;
  size_t length = 0;
  size_t max_length = 0;
  size_t decimal_places = 0;
  int max_items = 0;
  std::string_view min;  // as in the rule; empty: none
  std::string_view max;
  int64_t lowest = std::numeric_limits<int64_t>::min();
  int64_t highest = std::numeric_limits<int64_t>::max();
  uint64_t known_values = 0;  // bit n: the enum has value n; larger ones are looked up
  const MessageTable* child = nullptr;
};

struct MessageTable {
  // nullptr for what is no field: another number, or the number of a field with a value that is
  // none of its type, which protobuf keeps among the unknown ones.
  const FieldTable* Find(WireReader::Tag tag) const {
    const auto slot = static_cast<size_t>(tag.number);
    const FieldTable* field = slot < by_number.size() ? by_number[slot] : nullptr;
    const bool fits = field != nullptr && (field->wire_type == tag.type ||
                                           (field->repeated && tag.type == WireReader::kBytes));
    return fits ? field : nullptr;
  }

  std::vector<std::unique_ptr<const FieldTable>> fields;
  std::vector<const FieldTable*> by_number;
  std::vector<const FieldTable*> required;  // in the order of their numbers
  bool is_timestamp = false;
  bool is_duration = false;
};

// Tables by message type.
class CheckTables {
 public:
  // Compiles the type and all types below it. Lives as long as this object.
  const MessageTable* Compile(const google::protobuf::Descriptor& type);

 private:
  std::unordered_map<const google::protobuf::Descriptor*, std::unique_ptr<MessageTable>> by_type_;
};

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_CHECK_TABLE_H_
