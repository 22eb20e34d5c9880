#include "gateway/settings/message_reader.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/check.h"

namespace kinerja::settings {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Kind = YamlNode::Kind;

// For KJ_CHECK: config.proto got a field of a type that is not read here yet.
constexpr bool kTypeIsRead = false;

// One scalar, in the member that its field's type reads.
struct Scalar {
  std::string text;
  int64_t number = 0;  // also of an enum
  bool flag = false;
};

// "REGIME_" of kinerja.v1.Regime: what stands before UNSPECIFIED in the name of zero.
std::string EnumPrefix(const EnumDescriptor* type) {
  const std::string& zero = type->FindValueByNumber(0)->name();
  return zero.substr(0, zero.size() - std::string_view("UNSPECIFIED").size());
}

std::string EnumWords(const EnumDescriptor* type) {
  std::vector<std::string> words;
  for (int i = 0; i < type->value_count(); ++i) {
    if (type->value(i)->number() == 0) continue;
    words.push_back(type->value(i)->name().substr(EnumPrefix(type).size()));
  }
  return absl::StrJoin(words, ", ");
}

std::string FieldNames(const Descriptor* type) {
  std::vector<std::string> names;
  names.reserve(static_cast<size_t>(type->field_count()));
  for (int i = 0; i < type->field_count(); ++i) names.push_back(type->field(i)->name());
  return absl::StrJoin(names, ", ");
}

// A key is named in the mistake only when it can be the name of a setting.
std::string KeyForMistake(const std::string& key) {
  const bool is_word =
      !key.empty() && key.size() <= 40 && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
      });
  return is_word ? key : "?";
}

std::string Join(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

bool IsDuration(const FieldDescriptor* field) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field->message_type()->full_name() == "google.protobuf.Duration";
}

// The bounds of the field's own type.
std::pair<int64_t, int64_t> NumberBounds(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
    case FieldDescriptor::CPPTYPE_UINT32:
      return {0, std::numeric_limits<uint32_t>::max()};
    default:
      return {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};
  }
}

// Digits with an optional minus. SimpleAtoi alone would take blanks and a plus too.
std::optional<int64_t> ParseNumber(const std::string& text) {
  const size_t digits = text.starts_with('-') ? 1 : 0;
  if (text.find_first_not_of("0123456789", digits) != std::string::npos) return std::nullopt;
  int64_t number = 0;
  if (!absl::SimpleAtoi(absl::string_view(text), &number)) return std::nullopt;
  return number;
}

class Reader {
 public:
  explicit Reader(Mistakes* mistakes) : mistakes_(*mistakes) {}

  void ReadMap(const YamlNode& node, const std::string& path, Message* message);

 private:
  void ReadField(const YamlNode& node, const std::string& path, const FieldDescriptor* field,
                 Message* message);
  void ReadList(const YamlNode& node, const std::string& path, const FieldDescriptor* field,
                Message* message);
  void ReadDuration(const YamlNode& node, const std::string& path, Message* message);
  void ReadOneMessage(const YamlNode& node, const std::string& path, Message* message);
  // nullopt when it is none of the field's type; the mistake has been added.
  std::optional<Scalar> ReadScalar(const YamlNode& node, const std::string& path,
                                   const FieldDescriptor* field);
  std::optional<Scalar> ReadNumber(const YamlNode& node, const std::string& path,
                                   const FieldDescriptor* field);
  std::optional<Scalar> ReadEnum(const YamlNode& node, const std::string& path,
                                 const FieldDescriptor* field);
  bool IsFirstOfItsOneof(const YamlNode& node, const std::string& path,
                         const FieldDescriptor* field, const Message& message);

  void Wrong(const YamlNode& node, const std::string& path, std::string text) {
    mistakes_.AddAtLine(node.line, path, std::move(text));
  }

  Mistakes& mistakes_;
};

void SetScalar(const Scalar& value, const FieldDescriptor* field, Message* message) {
  const auto* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->SetString(message, field, value.text);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->SetBool(message, field, value.flag);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(message, field, static_cast<int32_t>(value.number));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection->SetUInt32(message, field, static_cast<uint32_t>(value.number));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->SetEnumValue(message, field, static_cast<int>(value.number));
    default:
      KJ_CHECK(kTypeIsRead);
  }
}

void AddScalar(const Scalar& value, const FieldDescriptor* field, Message* message) {
  const auto* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->AddString(message, field, value.text);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->AddEnumValue(message, field, static_cast<int>(value.number));
    default:
      KJ_CHECK(kTypeIsRead);
  }
}

void Reader::ReadMap(const YamlNode& node, const std::string& path, Message* message) {
  const Descriptor* const type = message->GetDescriptor();
  std::set<std::string> seen;
  for (const YamlNode& child : node.children) {
    const FieldDescriptor* const field = type->FindFieldByName(child.key);
    if (field == nullptr) {
      Wrong(child, Join(path, KeyForMistake(child.key)),
            "no setting has this name; use one of: " + FieldNames(type));
      continue;
    }
    const std::string child_path = Join(path, child.key);
    if (!seen.insert(child.key).second) {
      Wrong(child, child_path, "is given twice; keep one");
      continue;
    }
    mistakes_.SetLine(child_path, child.line);
    if (IsFirstOfItsOneof(child, child_path, field, *message)) {
      ReadField(child, child_path, field, message);
    }
  }
}

bool Reader::IsFirstOfItsOneof(const YamlNode& node, const std::string& path,
                               const FieldDescriptor* field, const Message& message) {
  const auto* const oneof = field->real_containing_oneof();
  if (oneof == nullptr) return true;
  const FieldDescriptor* const other =
      message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
  if (other == nullptr) return true;
  Wrong(node, path, "cannot stand beside " + other->name() + "; keep one of the two");
  return false;
}

void Reader::ReadField(const YamlNode& node, const std::string& path, const FieldDescriptor* field,
                       Message* message) {
  if (node.kind == Kind::kBroken) {
    // Named already; remembered as wrong, so that it is not called missing too.
    return mistakes_.SetBroken(path);
  }
  if (field->is_repeated()) return ReadList(node, path, field, message);
  if (IsDuration(field)) {
    return ReadDuration(node, path, message->GetReflection()->MutableMessage(message, field));
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return ReadOneMessage(node, path, message->GetReflection()->MutableMessage(message, field));
  }
  const std::optional<Scalar> value = ReadScalar(node, path, field);
  if (value.has_value()) SetScalar(*value, field, message);
}

void Reader::ReadList(const YamlNode& node, const std::string& path, const FieldDescriptor* field,
                      Message* message) {
  if (node.kind != Kind::kList) {
    return Wrong(node, path, "is no list; write each element on a line of its own after \"- \"");
  }
  for (size_t i = 0; i < node.children.size(); ++i) {
    const YamlNode& child = node.children[i];
    const std::string child_path = absl::StrCat(path, "[", i, "]");
    mistakes_.SetLine(child_path, child.line);
    if (child.kind == Kind::kBroken) mistakes_.SetBroken(child_path);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      ReadOneMessage(child, child_path, message->GetReflection()->AddMessage(message, field));
    } else {
      AddScalar(ReadScalar(child, child_path, field).value_or(Scalar()), field, message);
    }
  }
}

void Reader::ReadOneMessage(const YamlNode& node, const std::string& path, Message* message) {
  if (node.kind == Kind::kBroken) return;
  if (node.kind == Kind::kMap) return ReadMap(node, path, message);
  Wrong(node, path,
        "is no group of settings; write each on a line of its own as \"name: value\", of: " +
            FieldNames(message->GetDescriptor()));
}

void Reader::ReadDuration(const YamlNode& node, const std::string& path, Message* message) {
  absl::Duration duration;
  if (node.kind != Kind::kScalar || !absl::ParseDuration(absl::string_view(node.text), &duration) ||
      duration < absl::ZeroDuration() || duration > absl::Hours(24 * 365 * 100)) {
    return Wrong(node, path, "is no duration; write it like 10s, 1m30s or 192h");
  }
  auto* const target =
      google::protobuf::DynamicCastToGenerated<google::protobuf::Duration>(message);
  KJ_CHECK(target != nullptr);
  target->set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  target->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration)));
}

std::optional<Scalar> Reader::ReadScalar(const YamlNode& node, const std::string& path,
                                         const FieldDescriptor* field) {
  if (node.kind == Kind::kBroken) return std::nullopt;
  if (node.kind == Kind::kNothing || (node.kind == Kind::kScalar && node.text.empty())) {
    Wrong(node, path, "has no value; give it or remove the line");
    return std::nullopt;
  }
  if (node.kind != Kind::kScalar) {
    Wrong(node, path, "is no single value; write one after \": \"");
    return std::nullopt;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return Scalar{.text = node.text};
    case FieldDescriptor::CPPTYPE_BOOL:
      if (node.text == "true" || node.text == "false") return Scalar{.flag = node.text == "true"};
      Wrong(node, path, "is neither true nor false; write one of them");
      return std::nullopt;
    case FieldDescriptor::CPPTYPE_ENUM:
      return ReadEnum(node, path, field);
    default:
      return ReadNumber(node, path, field);
  }
}

std::optional<Scalar> Reader::ReadNumber(const YamlNode& node, const std::string& path,
                                         const FieldDescriptor* field) {
  const auto [least, most] = NumberBounds(field);
  const std::optional<int64_t> number = ParseNumber(node.text);
  if (number.has_value() && *number >= least && *number <= most) return Scalar{.number = *number};
  Wrong(node, path,
        absl::StrCat("is no whole number from ", least, " to ", most, "; write digits"));
  return std::nullopt;
}

std::optional<Scalar> Reader::ReadEnum(const YamlNode& node, const std::string& path,
                                       const FieldDescriptor* field) {
  const EnumDescriptor* const type = field->enum_type();
  const EnumValueDescriptor* value = type->FindValueByName(EnumPrefix(type) + node.text);
  if (value == nullptr) value = type->FindValueByName(node.text);
  if (value != nullptr && value->number() != 0) return Scalar{.number = value->number()};
  Wrong(node, path, "is no word known here; use one of: " + EnumWords(type));
  return std::nullopt;
}

}  // namespace

void ReadMessage(const YamlNode& root, Message* message, Mistakes* mistakes) {
  if (root.kind == Kind::kBroken) return;
  if (root.kind == Kind::kMap) return Reader(mistakes).ReadMap(root, "", message);
  mistakes->AddAtLine(root.line, "", "holds no settings; write each as \"name: value\"");
}

}  // namespace kinerja::settings
