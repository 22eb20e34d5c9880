#include "gateway/schema/descriptors.h"

namespace kinerja::schema {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

// The zero value is PREFIX_UNSPECIFIED in every enum of ours (buf lint); other enums have no
// prefix.
std::string_view PrefixOf(const EnumDescriptor& type) {
  constexpr std::string_view kZero = "UNSPECIFIED";
  const EnumValueDescriptor* zero = type.FindValueByNumber(0);
  const std::string_view name = zero == nullptr ? std::string_view() : zero->name();
  return name.ends_with(kZero) ? name.substr(0, name.size() - kZero.size()) : std::string_view();
}

}  // namespace

const v1::FieldRule& RuleOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::rule);
}

int MaxItems(const FieldDescriptor& field) {
  const uint32_t max_items = RuleOf(field).max_items();
  return max_items == 0 ? kDefaultMaxItems : static_cast<int>(max_items);
}

std::string_view ShortName(const EnumValueDescriptor& value) {
  const std::string_view prefix = PrefixOf(*value.type());
  std::string_view name = value.name();
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return name;
}

const EnumValueDescriptor* FindEnumValue(const EnumDescriptor& type, std::string_view name) {
  const std::string text(name);
  if (const auto* value = type.FindValueByName(text); value != nullptr) return value;
  return type.FindValueByName(std::string(PrefixOf(type)) + text);
}

std::string AllowedNames(const EnumDescriptor& type) {
  std::string names;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() == 0) continue;
    if (!names.empty()) names += ", ";
    names += ShortName(*type.value(i));
  }
  return names;
}

}  // namespace kinerja::schema
