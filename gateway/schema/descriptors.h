// What several files of this folder ask of descriptors. Pure; safe for concurrent use; what is
// returned lives as long as the descriptor.
#ifndef KINERJA_GATEWAY_SCHEMA_DESCRIPTORS_H_
#define KINERJA_GATEWAY_SCHEMA_DESCRIPTORS_H_

#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"
#include "kinerja/v1/annotations.pb.h"

namespace kinerja::schema {

// Elements of a repeated field and characters of a text where the field sets no limit of its own.
inline constexpr int kDefaultMaxItems = 1000;
inline constexpr uint32_t kDefaultMaxLength = 4000;

// The rule of a field; the default instance where it has none.
const v1::FieldRule& RuleOf(const google::protobuf::FieldDescriptor& field);

// Most elements of a repeated field.
int MaxItems(const google::protobuf::FieldDescriptor& field);

// The name of an enum value without the prefix of its type: DRAFT for STATUS_SKP_DRAFT.
std::string_view ShortName(const google::protobuf::EnumValueDescriptor& value);

// The value of this full or short name; nullptr when there is none.
const google::protobuf::EnumValueDescriptor* FindEnumValue(
    const google::protobuf::EnumDescriptor& type, std::string_view name);

// The short names of all values but the one for "not set", comma-separated.
std::string AllowedNames(const google::protobuf::EnumDescriptor& type);

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_DESCRIPTORS_H_
