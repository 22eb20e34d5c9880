#include "gateway/schema/catalogue.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/strings/str_cat.h"
#include "gateway/schema/descriptors.h"
#include "google/protobuf/descriptor.h"
#include "google/rpc/error_details.pb.h"

namespace kinerja::schema {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::rpc::BadRequest;
using google::rpc::ErrorInfo;
using google::rpc::LocalizedMessage;

// What a packed google.rpc.Status may take: clients drop one of 8 KiB and more without a word.
constexpr size_t kMaxStatusBytes = 6 * 1024;
constexpr std::string_view kTypeUrlPrefix = "type.googleapis.com/";
constexpr char kIndonesian[] = "id";

const EnumValueDescriptor& Describe(v1::ErrorReason reason) {
  const auto* type = v1::ErrorReason_descriptor();
  const EnumValueDescriptor* value = type->FindValueByNumber(reason);
  return value != nullptr ? *value : *type->FindValueByNumber(v1::ERROR_REASON_UNSPECIFIED);
}

// The value of a place in a sentence; nothing when there is none. `field` may be nullptr.
std::optional<std::string_view> Lookup(std::string_view name, const Metadata& metadata,
                                       const std::string* field) {
  if (field != nullptr && name == "field") return *field;
  for (const auto& [key, value] : metadata) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string Fill(std::string_view sentence, const Metadata& metadata, const std::string* field) {
  std::string filled;
  while (true) {
    const size_t open = sentence.find('{');
    const size_t close = sentence.find('}', open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    const auto value = Lookup(sentence.substr(open + 1, close - open - 1), metadata, field);
    filled += sentence.substr(0, open);
    filled += value.has_value() ? *value : sentence.substr(open, close - open + 1);
    sentence.remove_prefix(close + 1);
  }
  filled += sentence;
  return filled;
}

LocalizedMessage Indonesian(std::string text) {
  LocalizedMessage message;
  message.set_locale(kIndonesian);
  message.set_message(std::move(text));
  return message;
}

// Bytes of a length-delimited field with a one-byte tag.
size_t Framed(size_t bytes) {
  size_t length_bytes = 1;
  for (size_t rest = bytes; rest >= 0x80; rest >>= 7) ++length_bytes;
  return 1 + length_bytes + bytes;
}

// Bytes of one detail inside a google.rpc.Status, as an Any with `bytes` of this type.
size_t Packed(const google::protobuf::Message& type, size_t bytes) {
  const size_t url_bytes = kTypeUrlPrefix.size() + type.GetDescriptor()->full_name().size();
  return Framed(Framed(url_bytes) + Framed(bytes));
}

BadRequest::FieldViolation ToFieldViolation(const v1::Violation& violation) {
  BadRequest::FieldViolation out;
  out.set_field(violation.field());
  out.set_description(violation.description());
  out.set_reason(std::string(ReasonName(violation.reason())));
  *out.mutable_localized_message() = Indonesian(violation.keterangan());
  return out;
}

// Takes violations from the front while they fit beside `fixed_bytes`; says in `info` how many.
BadRequest TakeWhatFits(const std::vector<v1::Violation>& violations, size_t fixed_bytes,
                        ErrorInfo& info) {
  BadRequest taken;
  std::string& shown = (*info.mutable_metadata())["shown"];
  shown = "0";
  size_t taken_bytes = 0;
  for (const v1::Violation& violation : violations) {
    BadRequest::FieldViolation next = ToFieldViolation(violation);
    taken_bytes += Framed(next.ByteSizeLong());
    const std::string before = shown;
    shown = absl::StrCat(taken.field_violations_size() + 1);
    if (fixed_bytes + Packed(info, info.ByteSizeLong()) + Packed(taken, taken_bytes) >
        kMaxStatusBytes) {
      shown = before;
      break;
    }
    *taken.add_field_violations() = std::move(next);
  }
  return taken;
}

std::string Headline(const std::vector<v1::Violation>& violations) {
  std::string text = absl::StrCat("the record has ", violations.size(),
                                  violations.size() == 1 ? " violation" : " violations");
  if (!violations.empty()) absl::StrAppend(&text, "; first: ", violations.front().description());
  return text;
}

}  // namespace

std::string_view ReasonName(v1::ErrorReason reason) { return ShortName(Describe(reason)); }

v1::ErrorReason ReasonByName(std::string_view name) {
  const auto* value = FindEnumValue(*v1::ErrorReason_descriptor(), name);
  return value == nullptr ? v1::ERROR_REASON_UNSPECIFIED
                          : static_cast<v1::ErrorReason>(value->number());
}

const v1::ReasonInfo& ReasonFacts(v1::ErrorReason reason) {
  return Describe(reason).options().GetExtension(v1::reason);
}

std::string FillSentence(std::string_view sentence, const Metadata& metadata) {
  return Fill(sentence, metadata, nullptr);
}

v1::Violation ToProto(const Violation& violation) {
  const v1::ReasonInfo& facts = ReasonFacts(violation.reason);
  v1::Violation out;
  out.set_field(violation.field);
  out.set_reason(violation.reason);
  out.set_severity(violation.severity);
  out.set_mender(facts.mender());
  out.set_description(Fill(facts.en(), violation.metadata, &violation.field));
  out.set_keterangan(Fill(facts.id(), violation.metadata, &violation.field));
  for (const auto& [key, value] : violation.metadata) (*out.mutable_metadata())[key] = value;
  out.set_rule(std::string(violation.rule));
  return out;
}

absl::Status Error(absl::StatusCode code, v1::ErrorReason reason, const Metadata& metadata) {
  const v1::ReasonInfo& facts = ReasonFacts(reason);
  absl::Status status =
      base::MakeError(code, ReasonName(reason), FillSentence(facts.en(), metadata), metadata);
  base::SetDetail(&status, Indonesian(FillSentence(facts.id(), metadata)));
  return status;
}

v1::ErrorReason ReasonOf(const absl::Status& status) {
  ErrorInfo info;
  const bool ours = base::GetDetail(status, &info) && info.domain() == kErrorDomain;
  return ours ? ReasonByName(info.reason()) : v1::ERROR_REASON_UNSPECIFIED;
}

absl::Status RecordError(absl::StatusCode code, v1::ErrorReason reason,
                         const std::vector<v1::Violation>& violations) {
  const Metadata metadata = {{"total", absl::StrCat(violations.size())}};
  const LocalizedMessage localized = Indonesian(FillSentence(ReasonFacts(reason).id(), metadata));
  absl::Status status = base::MakeError(code, ReasonName(reason), Headline(violations), metadata);
  base::SetDetail(&status, localized);

  constexpr size_t kCodeBytes = 2;
  const size_t fixed_bytes =
      kCodeBytes + Framed(status.message().size()) + Packed(localized, localized.ByteSizeLong());
  ErrorInfo info;
  base::GetDetail(status, &info);
  const BadRequest shown = TakeWhatFits(violations, fixed_bytes, info);
  base::SetDetail(&status, info);
  if (shown.field_violations_size() > 0) base::SetDetail(&status, shown);
  return status;
}

}  // namespace kinerja::schema
