#include "adapters/pmm/members.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/schema/instants.h"
#include "gateway/schema/json.h"

namespace kinerja::adapters::pmm {
namespace {

// What is wrong with a record beyond this says nothing new, and every violation is stored.
constexpr size_t kMostFindings = 500;

}  // namespace

std::string_view KindOf(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (value.is_string()) return "text";
  if (value.is_boolean()) return "true or false";
  if (value.is_number_integer()) return "a whole number";
  if (value.is_number()) return "a number with a fraction";
  return "null";
}

void Findings::Add(std::string field, v1::ErrorReason reason, v1::Severity severity,
                   schema::Metadata metadata, std::string_view rule) {
  if (list_.size() >= kMostFindings) return;
  list_.push_back({std::move(field), reason, severity, std::move(metadata), rule});
}

void Findings::Missing(std::string field) {
  Add(std::move(field), v1::ERROR_REASON_FIELD_REQUIRED, v1::SEVERITY_REJECT, {}, "pmm.required/1");
}

void Findings::Type(std::string field, std::string found, std::string wanted) {
  Add(std::move(field), v1::ERROR_REASON_FIELD_TYPE, v1::SEVERITY_REJECT,
      {{"found", std::move(found)}, {"wanted", std::move(wanted)}}, "pmm.type/1");
}

void Findings::Drift(std::string field) {
  Add(std::move(field), v1::ERROR_REASON_SCHEMA_DRIFT, v1::SEVERITY_HOLD, {{"dialect", dialect_}},
      "pmm.drift/1");
}

WordList::WordList(const google::protobuf::EnumDescriptor* type,
                   std::vector<std::string_view> words, std::vector<Renamed> renamed,
                   v1::ErrorReason unknown)
    : type_(type), unknown_(unknown) {
  for (const std::string_view word : words) Add(word, word);
  for (const Renamed& row : renamed) Add(row.word, row.value);
  if (!words_.empty()) return;
  const size_t prefix = type->value(0)->name().size() - std::string_view("UNSPECIFIED").size();
  for (int i = 1; i < type->value_count(); ++i) {
    const std::string_view word = std::string_view(type->value(i)->name()).substr(prefix);
    Add(word, word);
  }
}

void WordList::Add(std::string_view word, std::string_view value) {
  std::string name = type_->value(0)->name();  // …_UNSPECIFIED
  name.resize(name.size() - std::string_view("UNSPECIFIED").size());
  name += value;
  words_.emplace_back(word, type_->FindValueByName(name)->number());
  absl::StrAppend(&allowed_, allowed_.empty() ? "" : ", ", std::string(word));
}

std::optional<int> WordList::Find(std::string_view word) const {
  for (const auto& [known, number] : words_) {
    if (known == word) return number;
  }
  return std::nullopt;
}

Members::~Members() {
  if (ignore_rest_) return;
  for (const auto& [key, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
      findings_.Drift(PathOf(schema::SafeJsonKey(key)));
    }
  }
}

std::string Members::PathOf(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const Json* Members::Value(std::string_view key, Need need, std::string_view field) {
  known_.push_back(key);
  const auto found = object_.find(std::string(key));
  const bool there = found != object_.end();
  const bool is_null = !there || found->is_null() ||
                       (found->is_string() && found->get_ref<const std::string&>().empty());
  if (!is_null) return &*found;
  if (need == Need::kRequired || (need == Need::kNullable && !there)) {
    findings_.Missing(std::string(field));
  }
  return nullptr;
}

std::string Members::Text(std::string_view key, Need need, std::string_view field) {
  const Json* const value = Value(key, need, field);
  if (value == nullptr) return "";
  if (value->is_string()) return value->get_ref<const std::string&>();
  findings_.Type(std::string(field), std::string(KindOf(*value)), "text");
  return "";
}

int32_t Members::Int(std::string_view key, Need need, std::string_view field) {
  return MaybeInt(key, need, field).value_or(0);
}

std::optional<int32_t> Members::MaybeInt(std::string_view key, Need need, std::string_view field) {
  constexpr int64_t kMin = std::numeric_limits<int32_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int32_t>::max();
  const Json* const value = Value(key, need, field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer()) {
    findings_.Type(std::string(field), std::string(KindOf(*value)), "a whole number");
    return std::nullopt;
  }
  // The tree keeps what no int64 can hold as unsigned.
  const bool huge =
      value->is_number_unsigned() && value->get<uint64_t>() > static_cast<uint64_t>(kMax);
  if (!huge && value->get<int64_t>() >= kMin) return static_cast<int32_t>(value->get<int64_t>());
  findings_.Add(std::string(field), v1::ERROR_REASON_FIELD_RANGE, v1::SEVERITY_REJECT,
                {{"min", absl::StrCat(kMin)}, {"max", absl::StrCat(kMax)}}, "pmm.range/1");
  return std::nullopt;
}

std::optional<uint64_t> Members::Version(std::string_view key, std::string_view field) {
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  const Json* const value = Value(key, Need::kRequired, field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer()) {
    findings_.Type(std::string(field), std::string(KindOf(*value)), "a whole number");
    return std::nullopt;
  }
  if (value->is_number_unsigned()) {
    const auto version = value->get<uint64_t>();
    if (version >= 1 && version <= kMax) return version;
  }
  findings_.Add(std::string(field), v1::ERROR_REASON_FIELD_RANGE, v1::SEVERITY_REJECT,
                {{"min", "1"}, {"max", absl::StrCat(kMax)}}, "pmm.range/1");
  return std::nullopt;
}

std::optional<bool> Members::Bool(std::string_view key, Need need, std::string_view field) {
  const Json* const value = Value(key, need, field);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  findings_.Type(std::string(field), std::string(KindOf(*value)), "true or false");
  return std::nullopt;
}

std::optional<google::protobuf::Timestamp> Members::Instant(std::string_view key, Need need,
                                                            std::string_view field) {
  const std::string text = Text(key, need, field);
  if (text.empty()) return std::nullopt;
  std::optional<google::protobuf::Timestamp> instant = schema::ParseTimestamp(text);
  if (instant.has_value() && text.ends_with('Z')) return instant;
  findings_.Add(std::string(field), v1::ERROR_REASON_DATE_FORMAT, v1::SEVERITY_REJECT, {},
                "pmm.instant/1");
  return std::nullopt;
}

int Members::WordNumber(std::string_view key, Need need, std::string_view field,
                        const WordList& list) {
  const std::string word = Text(key, need, field);
  if (word.empty()) return 0;
  if (const std::optional<int> number = list.Find(word)) return *number;
  findings_.Add(std::string(field), list.unknown(), v1::SEVERITY_REJECT,
                {{"allowed", list.allowed()}}, "pmm.word/1");
  return 0;
}

bool Members::Object(std::string_view key, Need need, std::string_view field,
                     const std::function<void(Members&)>& read) {
  const Json* const value = Value(key, need, field);
  if (value == nullptr) return false;
  if (!value->is_object()) {
    findings_.Type(std::string(field), std::string(KindOf(*value)), "an object");
    return false;
  }
  Members members(*value, PathOf(key), findings_);
  read(members);
  return true;
}

bool Members::Each(std::string_view key, Need need, std::string_view field,
                   const std::function<void(Members&)>& read) {
  const Json* const value = Value(key, need, field);
  if (value == nullptr) return false;
  if (!value->is_array()) {
    findings_.Type(std::string(field), std::string(KindOf(*value)), "a list");
    return false;
  }
  size_t index = 0;
  for (const Json& element : *value) {
    const std::string path = absl::StrCat(PathOf(key), "[", index++, "]");
    if (element.is_object()) {
      Members members(element, path, findings_);
      read(members);
    } else {
      // It makes no element of the record, so there is no canonical path to name.
      findings_.Type(path, std::string(KindOf(element)), "an object");
    }
  }
  return !value->empty();
}

}  // namespace kinerja::adapters::pmm
