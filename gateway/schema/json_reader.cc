#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/schema/descriptors.h"
#include "gateway/schema/instants.h"
#include "gateway/schema/json.h"
#include "gateway/schema/json_scanner.h"
#include "gateway/schema/place.h"
#include "gateway/schema/text_forms.h"
#include "google/protobuf/descriptor.h"

namespace kinerja::schema {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Duration;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

constexpr size_t kMaxJsonBytes = 16 * 1024 * 1024;

std::string NameOf(JsonKind kind) {
  switch (kind) {
    case JsonKind::kObject:
      return "an object";
    case JsonKind::kList:
      return "a list";
    case JsonKind::kText:
      return "text";
    case JsonKind::kNumber:
      return "a number";
    case JsonKind::kBool:
      return "true or false";
    case JsonKind::kNull:
      return "null";
    case JsonKind::kNone:
      break;
  }
  return "nothing";
}

bool IsWhole(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && IsDigits(text) && (text.size() == 1 || text.front() != '0');
}

// The whole number in the bounds of T; nothing outside them. `text` is whole.
template <typename T>
std::optional<T> ToInteger(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const FieldDescriptor* FindField(const Descriptor& type, const std::string& key) {
  const FieldDescriptor* field = type.FindFieldByName(key);
  return field != nullptr ? field : type.FindFieldByCamelcaseName(key);
}

// Fills one message from one text. A function that returns false has met a mistake in the text
// itself, and the scanner knows where; a value that does not fit is a violation, and reading goes
// on behind it.
class JsonReader {
 public:
  JsonReader(std::string_view text, std::vector<Violation>* violations)
      : scanner_(text), violations_(*violations), room_(kMaxViolations) {}

  absl::Status Read(Message& message) {
    if (scanner_.Next() == JsonKind::kObject && ReadMessage(message, nullptr, 1) &&
        scanner_.Finish()) {
      return absl::OkStatus();
    }
    if (scanner_.too_deep()) {
      return Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_MESSAGE_TOO_DEEP,
                   {{"max", absl::StrCat(kMaxJsonDepth)}});
    }
    const std::string line = absl::StrCat(scanner_.line());
    const std::string column = absl::StrCat(scanner_.column());
    return Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_FILE_UNREADABLE,
                 {{"file", absl::StrCat("the text at line ", line, ", column ", column)},
                  {"format", "JSON"},
                  {"line", line},
                  {"column", column}});
  }

 private:
  // The next value is an object.
  bool ReadMessage(Message& message, const Place* place, int depth) {
    if (!scanner_.Enter(depth) || !scanner_.Take('{')) return false;
    if (scanner_.TakeIf('}')) return true;
    const Descriptor& type = *message.GetDescriptor();
    std::vector<bool> seen(static_cast<size_t>(type.field_count()));
    std::string key;
    do {
      if (!scanner_.ReadText(&key) || !scanner_.Take(':')) return false;
      const FieldDescriptor* field = FindField(type, key);
      if (field == nullptr) {
        Append(JoinPath(PathOf(place), SafeJsonKey(key)), v1::ERROR_REASON_FIELD_UNKNOWN,
               "field.unknown/1", {});
        if (!scanner_.SkipValue(depth + 1)) return false;
        continue;
      }
      const Place here = {place, field, kSingular};
      if (seen[static_cast<size_t>(field->index())]) {
        if (!Refuse(here, "given twice", "given once", depth + 1)) return false;
        continue;
      }
      seen[static_cast<size_t>(field->index())] = true;
      if (!ReadField(message, here, depth + 1)) return false;
    } while (scanner_.TakeIf(','));
    return scanner_.Take('}');
  }

  bool ReadField(Message& message, const Place& place, int depth) {
    if (scanner_.Next() == JsonKind::kNull) return scanner_.ReadNull();
    const auto* oneof = place.field->real_containing_oneof();
    if (oneof != nullptr && message.GetReflection()->HasOneof(message, oneof)) {
      return Refuse(place, "given beside another field of " + oneof->name(), "the only one", depth);
    }
    if (place.field->is_map()) return ReadMap(message, place, depth);
    if (place.field->is_repeated()) return ReadList(message, place, depth);
    return ReadValue(message, place, depth);
  }

  bool ReadList(Message& message, const Place& place, int depth) {
    if (scanner_.Next() != JsonKind::kList) return Mismatch(place, "a list", depth);
    if (!scanner_.Enter(depth) || !scanner_.Take('[')) return false;
    if (scanner_.TakeIf(']')) return true;
    const int max_items = MaxItems(*place.field);
    Place here = place;
    here.index = 0;
    do {
      if (here.index >= max_items) {
        if (here.index == max_items) AddRange(place, "0", absl::StrCat(max_items));
        if (!scanner_.SkipValue(depth + 1)) return false;
      } else {
        if (!ReadValue(message, here, depth + 1)) return false;
        KeepIndex(message, here);
      }
      ++here.index;
    } while (scanner_.TakeIf(','));
    return scanner_.Take(']');
  }

  // A refused element leaves an empty one, so that those behind it keep the index they were sent
  // with.
  static void KeepIndex(Message& message, const Place& place) {
    const Reflection& reflection = *message.GetReflection();
    if (reflection.FieldSize(message, place.field) > place.index) return;
    if (place.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      reflection.AddMessage(&message, place.field);
    } else if (place.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection.AddString(&message, place.field, "");
    }
  }

  // Only keys of text: no map of ours has others.
  bool ReadMap(Message& message, const Place& place, int depth) {
    if (scanner_.Next() != JsonKind::kObject) return Mismatch(place, "an object", depth);
    if (!scanner_.Enter(depth) || !scanner_.Take('{')) return false;
    if (scanner_.TakeIf('}')) return true;
    const Reflection& reflection = *message.GetReflection();
    const Descriptor& entry_type = *place.field->message_type();
    std::vector<std::string> seen;
    std::string key;
    do {
      if (!scanner_.ReadText(&key) || !scanner_.Take(':')) return false;
      if (std::find(seen.begin(), seen.end(), key) != seen.end() ||
          seen.size() >= kDefaultMaxItems) {
        if (!Refuse(place, "a map with a key twice or too many keys", "smaller", depth + 1)) {
          return false;
        }
        continue;
      }
      seen.push_back(key);
      Message& entry = *reflection.AddMessage(&message, place.field);
      entry.GetReflection()->SetString(&entry, entry_type.map_key(), key);
      const Place here = {&place, entry_type.map_value(), kSingular};
      if (!ReadValue(entry, here, depth + 1)) return false;
    } while (scanner_.TakeIf(','));
    return scanner_.Take('}');
  }

  bool ReadValue(Message& message, const Place& place, int depth) {
    switch (place.field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return ReadMessageValue(message, place, depth);
      case FieldDescriptor::CPPTYPE_STRING:
        return ReadTextValue(message, place, depth);
      case FieldDescriptor::CPPTYPE_ENUM:
        return ReadEnumValue(message, place, depth);
      case FieldDescriptor::CPPTYPE_BOOL:
        return ReadBoolValue(message, place, depth);
      case FieldDescriptor::CPPTYPE_INT32:
        return ReadInteger<int32_t>(message, place, depth, &Reflection::SetInt32,
                                    &Reflection::AddInt32);
      case FieldDescriptor::CPPTYPE_UINT32:
        return ReadInteger<uint32_t>(message, place, depth, &Reflection::SetUInt32,
                                     &Reflection::AddUInt32);
      case FieldDescriptor::CPPTYPE_INT64:
        return ReadInteger<int64_t>(message, place, depth, &Reflection::SetInt64,
                                    &Reflection::AddInt64);
      case FieldDescriptor::CPPTYPE_UINT64:
        return ReadInteger<uint64_t>(message, place, depth, &Reflection::SetUInt64,
                                     &Reflection::AddUInt64);
      default:
        return Mismatch(place, "a type that JSON carries without loss", depth);
    }
  }

  bool ReadMessageValue(Message& message, const Place& place, int depth) {
    const Reflection& reflection = *message.GetReflection();
    const Descriptor* type = place.field->message_type();
    const auto target = [&]() -> Message& {
      return *(place.field->is_repeated() ? reflection.AddMessage(&message, place.field)
                                          : reflection.MutableMessage(&message, place.field));
    };
    if (type == Timestamp::descriptor()) {
      return ReadSpan(place, depth, ParseTimestamp, v1::ERROR_REASON_DATE_FORMAT,
                      "an instant as in 2024-01-31T09:30:00Z", target);
    }
    if (type == Duration::descriptor()) {
      return ReadSpan(place, depth, ParseDuration, v1::ERROR_REASON_FIELD_TYPE,
                      "a duration as in 3.5s", target);
    }
    if (scanner_.Next() != JsonKind::kObject) return Mismatch(place, "an object", depth);
    return ReadMessage(target(), &place, depth);
  }

  // An instant or a duration, which are text in JSON.
  template <typename Parse, typename Target>
  bool ReadSpan(const Place& place, int depth, Parse parse, v1::ErrorReason reason,
                const std::string& wanted, Target target) {
    if (scanner_.Next() != JsonKind::kText) return Mismatch(place, wanted, depth);
    if (!scanner_.ReadText(&scratch_)) return false;
    const auto value = parse(scratch_);
    if (value.has_value()) {
      target().CopyFrom(*value);
    } else {
      Append(PathOf(&place), reason, "field.form/1",
             {{"found", "text of another form"}, {"wanted", wanted}});
    }
    return true;
  }

  bool ReadTextValue(Message& message, const Place& place, int depth) {
    const bool is_bytes = place.field->type() == FieldDescriptor::TYPE_BYTES;
    const std::string wanted = is_bytes ? "text in base64" : "text";
    if (scanner_.Next() != JsonKind::kText) return Mismatch(place, wanted, depth);
    std::string text;
    if (!scanner_.ReadText(&text)) return false;
    if (is_bytes) {
      std::string bytes;
      if (!absl::Base64Unescape(text, &bytes)) {
        Append(PathOf(&place), v1::ERROR_REASON_FIELD_TYPE, "field.form/1",
               {{"found", "text of another form"}, {"wanted", wanted}});
        return true;
      }
      text = std::move(bytes);
    }
    const Reflection& reflection = *message.GetReflection();
    if (place.field->is_repeated()) {
      reflection.AddString(&message, place.field, std::move(text));
    } else {
      reflection.SetString(&message, place.field, std::move(text));
    }
    return true;
  }

  bool ReadBoolValue(Message& message, const Place& place, int depth) {
    if (scanner_.Next() != JsonKind::kBool) return Mismatch(place, "true or false", depth);
    bool value = false;
    if (!scanner_.ReadBool(&value)) return false;
    const Reflection& reflection = *message.GetReflection();
    if (place.field->is_repeated()) {
      reflection.AddBool(&message, place.field, value);
    } else {
      reflection.SetBool(&message, place.field, value);
    }
    return true;
  }

  bool ReadEnumValue(Message& message, const Place& place, int depth) {
    const EnumDescriptor& type = *place.field->enum_type();
    const EnumValueDescriptor* value = nullptr;
    const JsonKind kind = scanner_.Next();
    if (kind == JsonKind::kText) {
      if (!scanner_.ReadText(&scratch_)) return false;
      value = FindEnumValue(type, scratch_);
    } else if (kind == JsonKind::kNumber) {
      std::string_view number;
      if (!scanner_.ReadNumber(&number)) return false;
      const auto parsed = ToInteger<int>(number);
      if (parsed.has_value()) value = type.FindValueByNumber(*parsed);
    } else {
      return Mismatch(place, "the name of a value", depth);
    }
    if (value == nullptr) {
      const v1::ErrorReason malformed = RuleOf(*place.field).malformed();
      Append(PathOf(&place),
             malformed == v1::ERROR_REASON_UNSPECIFIED ? v1::ERROR_REASON_ENUM_UNKNOWN : malformed,
             "field.enum/1", {{"allowed", AllowedNames(type)}});
      return true;
    }
    const Reflection& reflection = *message.GetReflection();
    if (place.field->is_repeated()) {
      reflection.AddEnum(&message, place.field, value);
    } else {
      reflection.SetEnum(&message, place.field, value);
    }
    return true;
  }

  // Text is a number for 64 bits only, where many JSON libraries lose digits of a number.
  template <typename T, typename Setter, typename Adder>
  bool ReadInteger(Message& message, const Place& place, int depth, Setter set, Adder add) {
    const JsonKind kind = scanner_.Next();
    std::string_view number;
    if (kind == JsonKind::kNumber) {
      if (!scanner_.ReadNumber(&number)) return false;
    } else if (kind == JsonKind::kText && sizeof(T) == sizeof(int64_t)) {
      if (!scanner_.ReadText(&scratch_)) return false;
      number = scratch_;
    } else {
      return Mismatch(place, "a whole number", depth);
    }
    if (!IsWhole(number)) {
      Append(PathOf(&place), v1::ERROR_REASON_FIELD_TYPE, "field.type/1",
             {{"found", NameOf(kind) + " of another form"}, {"wanted", "a whole number"}});
      return true;
    }
    const std::optional<T> value = ToInteger<T>(number);
    if (!value.has_value()) {
      AddRange(place, absl::StrCat(std::numeric_limits<T>::min()),
               absl::StrCat(std::numeric_limits<T>::max()));
      return true;
    }
    const Reflection& reflection = *message.GetReflection();
    if (place.field->is_repeated()) {
      (reflection.*add)(&message, place.field, *value);
    } else {
      (reflection.*set)(&message, place.field, *value);
    }
    return true;
  }

  bool Mismatch(const Place& place, std::string wanted, int depth) {
    return Refuse(place, NameOf(scanner_.Next()), std::move(wanted), depth);
  }

  // Reports the value and reads behind it.
  bool Refuse(const Place& place, std::string found, std::string wanted, int depth) {
    Append(PathOf(&place), v1::ERROR_REASON_FIELD_TYPE, "field.type/1",
           {{"found", std::move(found)}, {"wanted", std::move(wanted)}});
    return scanner_.SkipValue(depth);
  }

  void AddRange(const Place& place, std::string min, std::string max) {
    Append(PathOf(&place), v1::ERROR_REASON_FIELD_RANGE, "field.range/1",
           {{"min", std::move(min)}, {"max", std::move(max)}});
  }

  void Append(std::string path, v1::ErrorReason reason, std::string_view rule, Metadata metadata) {
    if (room_ == 0) return;
    --room_;
    violations_.push_back(
        {std::move(path), reason, v1::SEVERITY_REJECT, std::move(metadata), rule});
  }

  JsonScanner scanner_;
  std::vector<Violation>& violations_;
  size_t room_;
  std::string scratch_;
};

}  // namespace

std::string SafeJsonKey(std::string_view key) {
  constexpr size_t kLongest = 64;
  constexpr int kMostDigits = 8;
  int digits = 0;
  for (const char c : key) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !IsDigits({&c, 1})) return "(no field name)";
    digits += letter ? 0 : 1;
  }
  const bool shown = !key.empty() && key.size() <= kLongest && digits <= kMostDigits;
  return shown ? std::string(key) : "(no field name)";
}

absl::Status ParseJson(std::string_view json, Message* message,
                       std::vector<Violation>* violations) {
  if (json.size() > kMaxJsonBytes) {
    return Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_MESSAGE_TOO_LARGE,
                 {{"max", absl::StrCat(kMaxJsonBytes)}});
  }
  return JsonReader(json, violations).Read(*message);
}

}  // namespace kinerja::schema
