#include "tests/unit/gateway/schema/fill.h"

#include <cstdint>

#include "google/protobuf/descriptor.h"

namespace kinerja::schema {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void SetValue(Message& message, const FieldDescriptor& field, bool element) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FillEverything(element ? reflection.AddMessage(&message, &field)
                                    : reflection.MutableMessage(&message, &field));
    case FieldDescriptor::CPPTYPE_STRING:
      return element ? reflection.AddString(&message, &field, "teks \"é\"\n\\ 😀")
                     : reflection.SetString(&message, &field, "1.10");
    case FieldDescriptor::CPPTYPE_ENUM:
      return element ? reflection.AddEnumValue(&message, &field, 1)
                     : reflection.SetEnumValue(&message, &field, 2);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(&message, &field, true);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(&message, &field, 7);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(&message, &field, 1'700'000'000);
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(&message, &field, UINT64_MAX);
    default:
      return;
  }
}

}  // namespace

void FillEverything(Message* message) {
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message->GetDescriptor()->field(i);
    for (int element = 0; element < (field.is_repeated() ? 2 : 1); ++element) {
      SetValue(*message, field, field.is_repeated());
    }
  }
}

}  // namespace kinerja::schema
