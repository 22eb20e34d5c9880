#include "gateway/ingest/ownership.h"

#include <map>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "gateway/schema/descriptors.h"
#include "gateway/schema/json.h"
#include "gateway/validate/validate.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace kinerja::ingest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string ScalarText(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->GetString(message, field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return std::string(schema::ShortName(*reflection->GetEnum(message, field)));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection->GetInt32(message, field));
    default:
      return "";
  }
}

// One part of the key of an element: `part` names a field, dotted where nested, or a oneof.
std::string KeyPart(const Message& element, std::string_view part) {
  const size_t dot = part.find('.');
  const Descriptor* type = element.GetDescriptor();
  const std::string head(part.substr(0, dot));
  const FieldDescriptor* field = type->FindFieldByName(head);
  if (field == nullptr) {
    const auto* oneof = type->FindOneofByName(head);
    const FieldDescriptor* chosen =
        oneof == nullptr ? nullptr
                         : element.GetReflection()->GetOneofFieldDescriptor(element, oneof);
    if (chosen == nullptr) return absl::StrCat(head, "=");
    return absl::StrCat(chosen->name(), "=", ScalarText(element, chosen));
  }
  if (dot == std::string_view::npos) return absl::StrCat(head, "=", ScalarText(element, field));
  const Message& inner = element.GetReflection()->GetMessage(element, field);
  return absl::StrCat(head, ".", KeyPart(inner, part.substr(dot + 1)));
}

std::string KeyOf(const Message& element, const v1::FieldRule& rule) {
  std::string key;
  for (const std::string& part : rule.key()) {
    absl::StrAppend(&key, key.empty() ? "" : ",", KeyPart(element, part));
  }
  return key;
}

bool IsPresent(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  if (field->is_repeated()) return reflection->FieldSize(message, field) > 0;
  return reflection->HasField(message, field);  // implicit presence: not the default value
}

bool SameMessage(const Message& a, const Message& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

bool SameElement(const Message& a, const Message& b, const FieldDescriptor* field, int i) {
  const Reflection* ra = a.GetReflection();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    return ra->GetRepeatedString(a, field, i) == ra->GetRepeatedString(b, field, i);
  }
  return SameMessage(ra->GetRepeatedMessage(a, field, i), ra->GetRepeatedMessage(b, field, i));
}

// Equality of one field that is taken or left as a whole.
bool SameValue(const Message& a, const Message& b, const FieldDescriptor* field) {
  const Reflection* reflection = a.GetReflection();
  if (field->is_repeated()) {
    const int size = reflection->FieldSize(a, field);
    if (size != reflection->FieldSize(b, field)) return false;
    for (int i = 0; i < size; ++i) {
      if (!SameElement(a, b, field, i)) return false;
    }
    return true;
  }
  if (IsPresent(a, field) != IsPresent(b, field)) return false;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->GetString(a, field) == reflection->GetString(b, field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->GetEnumValue(a, field) == reflection->GetEnumValue(b, field);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->GetInt32(a, field) == reflection->GetInt32(b, field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection->GetUInt32(a, field) == reflection->GetUInt32(b, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->GetInt64(a, field) == reflection->GetInt64(b, field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection->GetUInt64(a, field) == reflection->GetUInt64(b, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(a, field) == reflection->GetBool(b, field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return SameMessage(reflection->GetMessage(a, field), reflection->GetMessage(b, field));
    default:
      return false;  // floating point does not occur (design §3)
  }
}

// The value of one field as JSON; empty when absent.
std::string ValueJson(const Message& message, const FieldDescriptor* field) {
  if (!IsPresent(message, field)) return "";
  std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  std::unique_ptr<Message> alone(message.New());
  message.GetReflection()->SwapFields(alone.get(), copy.get(), {field});
  const absl::StatusOr<std::string> json = schema::ToJson(*alone, /*pretty=*/false);
  if (!json.ok()) return "";
  const size_t colon = json->find(':');
  return json->substr(colon + 1, json->size() - colon - 2);  // inside of {"name":...}
}

std::string MessageJson(const Message& message) {
  return schema::ToJson(message, /*pretty=*/false).value_or("");
}

// Where the walk stands: whose the values are, and how they are named.
struct Scope {
  v1::Owner owner = v1::OWNER_ORIGIN;
  bool plan = false;
  std::string path;   // by key
  std::string field;  // by index

  Scope Into(const FieldDescriptor* descriptor, const v1::FieldRule& rule) const {
    const std::string dot = path.empty() ? "" : ".";
    return {rule.owner() == v1::OWNER_UNSPECIFIED ? owner : rule.owner(),
            (plan || rule.plan()) && !rule.execution(), path + dot + descriptor->name(),
            field + dot + descriptor->name()};
  }
};

// The elements of a keyed list by key; equal keys are told apart by their order.
std::map<std::string, int> IndexByKey(const Message& message, const FieldDescriptor* field,
                                      const v1::FieldRule& rule,
                                      std::vector<std::string>* in_order) {
  std::map<std::string, int> index;
  const Reflection* reflection = message.GetReflection();
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    const std::string base = KeyOf(reflection->GetRepeatedMessage(message, field, i), rule);
    std::string key = base;
    for (int n = 2; !index.emplace(key, i).second; ++n) key = absl::StrCat(base, "#", n);
    in_order->push_back(std::move(key));
  }
  return index;
}

class Merger {
 public:
  Merger(const MergeInput& input, v1::StatusSkp stored_status, Merged* merged)
      : input_(input),
        plan_frozen_(validate::IsPlanFrozen(stored_status)),
        all_frozen_(stored_status == v1::STATUS_SKP_FINAL),
        merged_(merged) {}

  // Brings `offered` (used up) into `out`, a copy of what is stored.
  void MergeMessage(const Scope& scope, Message* offered, Message* out) {
    const Descriptor* type = out->GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const v1::FieldRule& rule = schema::RuleOf(*type->field(i));
      if (rule.output_only()) continue;
      MergeField(scope.Into(type->field(i), rule), type->field(i), rule, offered, out);
    }
  }

 private:
  bool MayTake(const Scope& scope) const {
    return scope.owner == input_.submitter && !IsFrozen(scope);
  }
  bool IsFrozen(const Scope& scope) const {
    return scope.owner == v1::OWNER_ORIGIN && (all_frozen_ || (scope.plan && plan_frozen_));
  }

  void MergeField(const Scope& scope, const FieldDescriptor* field, const v1::FieldRule& rule,
                  Message* offered, Message* out) {
    if (rule.not_content()) {
      if (scope.owner == input_.submitter) Take(field, offered, out);
    } else if (field->is_repeated() && rule.key_size() > 0) {
      MergeKeyed(scope, field, rule, offered, out);
    } else if (IsWalked(field)) {
      MergeInner(scope, field, offered, out);
    } else if (!SameValue(*out, *offered, field)) {
      MergeValue(scope, field, offered, out);
    }
  }

  // A message whose fields may have different owners; a Timestamp is one value.
  static bool IsWalked(const FieldDescriptor* field) {
    return !field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
           field->message_type()->file()->package() == "kinerja.v1";
  }

  void MergeInner(const Scope& scope, const FieldDescriptor* field, Message* offered,
                  Message* out) {
    const Reflection* reflection = out->GetReflection();
    const bool was = reflection->HasField(*out, field);
    const bool is = reflection->HasField(*offered, field);
    if (!was && !is) return;
    Message* inner = reflection->MutableMessage(out, field);
    MergeMessage(scope, reflection->MutableMessage(offered, field), inner);
    if (!is && inner->ByteSizeLong() == 0) reflection->ClearField(out, field);
  }

  void MergeValue(const Scope& scope, const FieldDescriptor* field, Message* offered,
                  Message* out) {
    if (MayTake(scope)) {
      merged_->changed.push_back(scope.path);
      Take(field, offered, out);
    } else if (IsPresent(*offered, field) || scope.owner == input_.submitter) {
      Differ(scope, ValueJson(*out, field), ValueJson(*offered, field));
    }
  }

  static void Take(const FieldDescriptor* field, Message* offered, Message* out) {
    if (!IsPresent(*out, field) && !IsPresent(*offered, field)) return;
    out->GetReflection()->SwapFields(out, offered, {field});
  }

  void Differ(const Scope& scope, std::string stored, std::string offered) {
    merged_->differences.push_back({scope.path, scope.field, scope.owner == input_.submitter,
                                    scope.owner, std::move(stored), std::move(offered)});
  }

  // Merges a list whose elements have keys; what stays of the stored list comes after what is
  // offered, and where the list is frozen the stored order stays.
  void MergeKeyed(const Scope& scope, const FieldDescriptor* field, const v1::FieldRule& rule,
                  Message* offered, Message* out) {
    std::vector<std::string> stored_keys;
    std::vector<std::string> offered_keys;
    const auto stored_index = IndexByKey(*out, field, rule, &stored_keys);
    const auto offered_index = IndexByKey(*offered, field, rule, &offered_keys);
    const bool offered_order = MayTake(scope);
    std::vector<std::unique_ptr<Message>> result;
    const auto merge_key = [&](const std::string& key) {
      const auto s = stored_index.find(key);
      const auto o = offered_index.find(key);
      auto element = MergeElement(scope, field, rule, key, s == stored_index.end() ? -1 : s->second,
                                  o == offered_index.end() ? -1 : o->second, offered, *out);
      if (element) result.push_back(std::move(element));
    };
    for (const std::string& key : offered_order ? offered_keys : stored_keys) merge_key(key);
    const auto& first = offered_order ? offered_index : stored_index;
    for (const std::string& key : offered_order ? stored_keys : offered_keys) {
      if (!first.contains(key)) merge_key(key);
    }
    const Reflection* reflection = out->GetReflection();
    reflection->ClearField(out, field);
    for (auto& element : result) reflection->AddAllocatedMessage(out, field, element.release());
  }

  // One element that is stored (index s), offered (index o) or both; null: it is not there after.
  std::unique_ptr<Message> MergeElement(const Scope& list, const FieldDescriptor* field,
                                        const v1::FieldRule& rule, const std::string& key, int s,
                                        int o, Message* offered, const Message& stored) {
    const Reflection* reflection = stored.GetReflection();
    const Message* old = s < 0 ? nullptr : &reflection->GetRepeatedMessage(stored, field, s);
    Message* fresh = o < 0 ? nullptr : reflection->MutableRepeatedMessage(offered, field, o);
    Scope scope = list;
    absl::StrAppend(&scope.path, "[", key, "]");
    if (o >= 0) absl::StrAppend(&scope.field, "[", o, "]");
    scope.owner = old == nullptr ? NewElementOwner(list, rule) : ElementOwner(*old, list.owner);
    const Message& model = old != nullptr ? *old : *fresh;
    std::unique_ptr<Message> result(model.New());
    if (old != nullptr && fresh != nullptr) {
      result->CopyFrom(*old);
      MergeMessage(scope, fresh, result.get());
      return result;
    }
    if (old == nullptr) {
      if (!MayTake(scope)) {
        Differ(scope, "", MessageJson(*fresh));
        return nullptr;
      }
      result->CopyFrom(*fresh);
      SetSource(result.get());
      merged_->changed.push_back(scope.path);
      return result;
    }
    if (MayTake(scope)) {
      merged_->changed.push_back(scope.path);
      return nullptr;
    }
    if (scope.owner == input_.submitter) Differ(scope, MessageJson(*old), "");
    result->CopyFrom(*old);
    return result;
  }

  // Who owns an element that the submitter adds: the submitter, where it may add.
  v1::Owner NewElementOwner(const Scope& list, const v1::FieldRule& rule) const {
    for (const int other : rule.may_add()) {
      if (other == input_.submitter) return input_.submitter;
    }
    return list.owner;
  }

  v1::Owner ElementOwner(const Message& element, v1::Owner list_owner) const {
    const FieldDescriptor* source = element.GetDescriptor()->FindFieldByName("sumber");
    if (source == nullptr || source->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      return list_owner;
    }
    const std::string system = element.GetReflection()->GetString(element, source);
    return system.empty() ? list_owner : input_.owner_of_system(system);
  }

  void SetSource(Message* element) const {
    const FieldDescriptor* source = element->GetDescriptor()->FindFieldByName("sumber");
    if (source == nullptr || source->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return;
    element->GetReflection()->SetString(element, source, std::string(input_.submitter_system));
  }

  const MergeInput& input_;
  const bool plan_frozen_;
  const bool all_frozen_;
  Merged* merged_;
};

}  // namespace

Merged Merge(const v1::Skp& stored, const v1::Skp& offered, const MergeInput& input) {
  Merged merged;
  merged.skp = stored;
  v1::Skp used_up = offered;
  Merger(input, stored.status(), &merged).MergeMessage(Scope{}, &used_up, &merged.skp);
  return merged;
}

}  // namespace kinerja::ingest
