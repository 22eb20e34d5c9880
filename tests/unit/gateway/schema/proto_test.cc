// What buf cannot check: everything of package kinerja is documented, and every field and method
// has the facts that validation, limits and rights are made of.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "kinerja/v1/annotations.pb.h"
#include "kinerja/v1/skp.pb.h"
#include "kinerja/v1/skp_service.pb.h"
#include "re2/re2.h"

namespace kinerja::v1 {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// The schema as its sources say, with comments, which generated descriptors do not have.
class ProtoTest : public testing::Test {
 protected:
  ProtoTest() {
    std::ifstream image(KINERJA_SCHEMA_IMAGE, std::ios::binary);
    google::protobuf::FileDescriptorSet set;
    EXPECT_TRUE(set.ParseFromIstream(&image));
    for (const auto& source : set.file()) {
      const FileDescriptor* file = pool_.BuildFile(source);
      EXPECT_NE(file, nullptr) << source.name();
      if (file != nullptr && file->package().rfind("kinerja.", 0) == 0) files_.push_back(file);
    }
  }

  DescriptorPool pool_;
  std::vector<const FileDescriptor*> files_;
};

template <typename Described>
void ExpectComment(const Described& described) {
  google::protobuf::SourceLocation location;
  const bool found = described.GetSourceLocation(&location);
  EXPECT_TRUE(found && !location.leading_comments.empty())
      << described.full_name() << " has no comment before it";
}

void ExpectComments(const EnumDescriptor& type) {
  ExpectComment(type);
  for (int i = 0; i < type.value_count(); ++i) ExpectComment(*type.value(i));
}

void ExpectComments(const Descriptor& type) {
  ExpectComment(type);
  for (int i = 0; i < type.field_count(); ++i) ExpectComment(*type.field(i));
  for (int i = 0; i < type.real_oneof_decl_count(); ++i) ExpectComment(*type.oneof_decl(i));
  for (int i = 0; i < type.enum_type_count(); ++i) ExpectComments(*type.enum_type(i));
  for (int i = 0; i < type.nested_type_count(); ++i) {
    if (!type.nested_type(i)->options().map_entry()) ExpectComments(*type.nested_type(i));
  }
}

TEST_F(ProtoTest, EverythingHasAComment) {
  EXPECT_GE(files_.size(), 9u);
  for (const FileDescriptor* file : files_) {
    for (int i = 0; i < file->message_type_count(); ++i) ExpectComments(*file->message_type(i));
    for (int i = 0; i < file->enum_type_count(); ++i) ExpectComments(*file->enum_type(i));
    for (int i = 0; i < file->extension_count(); ++i) ExpectComment(*file->extension(i));
    for (int i = 0; i < file->service_count(); ++i) {
      const ServiceDescriptor& service = *file->service(i);
      ExpectComment(service);
      for (int k = 0; k < service.method_count(); ++k) ExpectComment(*service.method(k));
    }
  }
}

TEST_F(ProtoTest, EveryMethodSaysWhoMayCallIt) {
  int methods = 0;
  for (const FileDescriptor* file : files_) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int k = 0; k < file->service(i)->method_count(); ++k, ++methods) {
        const MethodDescriptor& rpc = *file->service(i)->method(k);
        EXPECT_NE(rpc.options().GetExtension(method).access(), ACCESS_UNSPECIFIED)
            << rpc.full_name();
      }
    }
  }
  EXPECT_GE(methods, 5);
}

// Every message type of the record, each once.
void Collect(const Descriptor& type, std::set<const Descriptor*>& types) {
  if (!types.insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const Descriptor* child = type.field(i)->message_type();
    if (child != nullptr) Collect(*child, types);
  }
}

std::vector<const FieldDescriptor*> FieldsOf(std::vector<const Descriptor*> roots) {
  std::set<const Descriptor*> types;
  for (const Descriptor* root : roots) Collect(*root, types);
  std::vector<const FieldDescriptor*> fields;
  for (const Descriptor* type : types) {
    if (type->file()->package().rfind("kinerja.", 0) != 0) continue;
    for (int i = 0; i < type->field_count(); ++i) fields.push_back(type->field(i));
  }
  return fields;
}

TEST(RecordFieldsTest, EveryTextHasALimitOrAFormOfItsOwn) {
  for (const FieldDescriptor* field : FieldsOf({Skp::descriptor()})) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
    const FieldRule& facts = field->options().GetExtension(rule);
    EXPECT_TRUE(facts.max_length() > 0 || !facts.pattern().empty() || facts.length() > 0 ||
                facts.format() != FORMAT_UNSPECIFIED || facts.output_only())
        << field->full_name();
  }
}

TEST(RecordFieldsTest, EveryListHasALimit) {
  for (const FieldDescriptor* field : FieldsOf({Skp::descriptor()})) {
    if (!field->is_repeated()) continue;
    const FieldRule& facts = field->options().GetExtension(rule);
    EXPECT_TRUE(facts.max_items() > 0 || facts.output_only()) << field->full_name();
  }
}

// What schema/json and schema/check count on.
TEST(RecordFieldsTest, NothingIsAFloatAndMapsHaveTextKeys) {
  for (const FieldDescriptor* field :
       FieldsOf({SubmitSkpRequest::descriptor(), SubmitSkpResponse::descriptor(),
                 ListSkpsRequest::descriptor(), ListConflictsResponse::descriptor()})) {
    EXPECT_NE(field->cpp_type(), FieldDescriptor::CPPTYPE_FLOAT) << field->full_name();
    EXPECT_NE(field->cpp_type(), FieldDescriptor::CPPTYPE_DOUBLE) << field->full_name();
    if (field->is_map()) {
      EXPECT_EQ(field->message_type()->map_key()->cpp_type(), FieldDescriptor::CPPTYPE_STRING)
          << field->full_name();
    }
  }
}

TEST(RecordFieldsTest, RulesMakeSense) {
  for (const FieldDescriptor* field :
       FieldsOf({SubmitSkpRequest::descriptor(), ListSkpsRequest::descriptor()})) {
    SCOPED_TRACE(field->full_name());
    const FieldRule& facts = field->options().GetExtension(rule);
    const bool is_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    EXPECT_TRUE(facts.pattern().empty() || RE2(facts.pattern(), RE2::Quiet).ok());
    EXPECT_TRUE(is_text || (facts.format() == FORMAT_UNSPECIFIED && facts.pattern().empty() &&
                            facts.max_length() == 0 && facts.length() == 0));
    EXPECT_TRUE(field->is_repeated() || facts.max_items() == 0);
    EXPECT_TRUE(facts.decimal_places() == 0 || facts.format() == FORMAT_DECIMAL);
    EXPECT_TRUE(facts.format() != FORMAT_DIGITS || facts.length() > 0);
    EXPECT_FALSE(facts.output_only() && facts.required() != REQUIRED_UNSPECIFIED);
    EXPECT_TRUE(facts.required() != REQUIRED_UNSPECIFIED || !facts.required_in_results());
  }
}

TEST(RecordFieldsTest, ElementKeysAreFieldsOfTheElement) {
  for (const FieldDescriptor* field : FieldsOf({Skp::descriptor()})) {
    for (const std::string& key : field->options().GetExtension(rule).key()) {
      const Descriptor* type = field->message_type();
      ASSERT_NE(type, nullptr) << field->full_name();
      const std::string first = key.substr(0, key.find('.'));
      const bool known =
          type->FindFieldByName(first) != nullptr || type->FindOneofByName(first) != nullptr;
      EXPECT_TRUE(known) << field->full_name() << " has no " << first;
    }
  }
}

}  // namespace
}  // namespace kinerja::v1
