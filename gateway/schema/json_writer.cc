#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/schema/descriptors.h"
#include "gateway/schema/instants.h"
#include "gateway/schema/json.h"
#include "google/protobuf/descriptor.h"

namespace kinerja::schema {
namespace {

using google::protobuf::Duration;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

void AppendQuoted(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 0xF];
    } else {
      out += c;
    }
  }
  out += '"';
}

class JsonWriter {
 public:
  explicit JsonWriter(bool pretty) : pretty_(pretty) {}

  absl::StatusOr<std::string> Write(const Message& message) {
    WriteMessage(message);
    if (!status_.ok()) return status_;
    return std::move(out_);
  }

 private:
  // Writes brackets around what `members` writes; it calls Begin() before each.
  template <typename Members>
  void Enclose(char open, char close, Members members) {
    out_ += open;
    ++level_;
    const size_t begin = out_.size();
    members();
    --level_;
    if (out_.size() > begin) BreakLine();
    out_ += close;
  }

  void BreakLine() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(level_ * 2, ' ');
  }

  void Begin(bool& first) {
    if (!first) out_ += ',';
    first = false;
    BreakLine();
  }

  void WriteKey(std::string_view key, bool& first) {
    Begin(first);
    AppendQuoted(key, out_);
    out_ += pretty_ ? ": " : ":";
  }

  void WriteMessage(const Message& message) {
    if (message.GetDescriptor() == Timestamp::descriptor()) {
      return WriteSpan(static_cast<const Timestamp&>(message), FormatTimestamp);
    }
    if (message.GetDescriptor() == Duration::descriptor()) {
      return WriteSpan(static_cast<const Duration&>(message), FormatDuration);
    }
    Enclose('{', '}', [&] {
      bool first = true;
      for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
        WriteField(message, *message.GetDescriptor()->field(i), first);
      }
    });
  }

  template <typename Span>
  void WriteSpan(const Span& span, std::string (*format)(const Span&)) {
    if (!IsValid(span)) {
      return Fail(v1::ERROR_REASON_FIELD_RANGE,
                  {{"field", Span::descriptor()->name()}, {"min", "year 1"}, {"max", "year 9999"}});
    }
    AppendQuoted(format(span), out_);
  }

  void WriteField(const Message& message, const FieldDescriptor& field, bool& first) {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) {
      if (!reflection.HasField(message, &field)) return;
      WriteKey(field.name(), first);
      return WriteValue(message, field, -1);
    }
    const int size = reflection.FieldSize(message, &field);
    if (size == 0) return;
    WriteKey(field.name(), first);
    if (field.is_map()) return WriteMap(message, field, size);
    Enclose('[', ']', [&] {
      bool first_element = true;
      for (int i = 0; i < size; ++i) {
        Begin(first_element);
        WriteValue(message, field, i);
      }
    });
  }

  // By key, because a map has no order of its own.
  void WriteMap(const Message& message, const FieldDescriptor& field, int size) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<std::pair<std::string, const Message*>> entries;
    for (int i = 0; i < size; ++i) {
      const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
      entries.emplace_back(entry.GetReflection()->GetString(entry, field.message_type()->map_key()),
                           &entry);
    }
    std::sort(entries.begin(), entries.end());
    Enclose('{', '}', [&] {
      bool first = true;
      for (const auto& [key, entry] : entries) {
        WriteKey(key, first);
        WriteValue(*entry, *field.message_type()->map_value(), -1);
      }
    });
  }

  // The field, or its element `index` in a list.
  void WriteValue(const Message& message, const FieldDescriptor& field, int index) {
    const Reflection& reflection = *message.GetReflection();
    const auto get = [&](auto single, auto element) {
      return index < 0 ? (reflection.*single)(message, &field)
                       : (reflection.*element)(message, &field, index);
    };
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return WriteMessage(index < 0 ? reflection.GetMessage(message, &field)
                                      : reflection.GetRepeatedMessage(message, &field, index));
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text = get(&Reflection::GetString, &Reflection::GetRepeatedString);
        const bool is_bytes = field.type() == FieldDescriptor::TYPE_BYTES;
        return AppendQuoted(is_bytes ? absl::Base64Escape(text) : text, out_);
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        return WriteEnum(field, get(&Reflection::GetEnumValue, &Reflection::GetRepeatedEnumValue));
      case FieldDescriptor::CPPTYPE_BOOL:
        out_ += get(&Reflection::GetBool, &Reflection::GetRepeatedBool) ? "true" : "false";
        return;
      case FieldDescriptor::CPPTYPE_INT32:
        return absl::StrAppend(&out_, get(&Reflection::GetInt32, &Reflection::GetRepeatedInt32));
      case FieldDescriptor::CPPTYPE_UINT32:
        return absl::StrAppend(&out_, get(&Reflection::GetUInt32, &Reflection::GetRepeatedUInt32));
      // As text: many JSON libraries hold numbers as doubles.
      case FieldDescriptor::CPPTYPE_INT64:
        return absl::StrAppend(&out_, "\"",
                               get(&Reflection::GetInt64, &Reflection::GetRepeatedInt64), "\"");
      case FieldDescriptor::CPPTYPE_UINT64:
        return absl::StrAppend(&out_, "\"",
                               get(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64), "\"");
      default:
        return Fail(v1::ERROR_REASON_FIELD_TYPE,
                    {{"field", field.name()},
                     {"found", "a number with a floating point"},
                     {"wanted", "a type that JSON carries without loss"}});
    }
  }

  void WriteEnum(const FieldDescriptor& field, int number) {
    const auto* value = field.enum_type()->FindValueByNumber(number);
    if (value == nullptr) {
      return Fail(v1::ERROR_REASON_ENUM_UNKNOWN,
                  {{"field", field.name()}, {"allowed", AllowedNames(*field.enum_type())}});
    }
    AppendQuoted(value->name(), out_);
  }

  // The first failure stays.
  void Fail(v1::ErrorReason reason, const Metadata& metadata) {
    if (status_.ok()) status_ = Error(absl::StatusCode::kInvalidArgument, reason, metadata);
  }

  const bool pretty_;
  size_t level_ = 0;
  std::string out_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::string> ToJson(const Message& message, bool pretty) {
  return JsonWriter(pretty).Write(message);
}

}  // namespace kinerja::schema
