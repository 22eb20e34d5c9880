#include "gateway/ctl/flag_words.h"

#include <vector>

#include "absl/strings/str_join.h"
#include "gateway/schema/catalogue.h"
#include "google/protobuf/util/time_util.h"

namespace kinerja::ctl {

void Refuse(const std::string& sentence) {
  throw CLI::ValidationError(sentence, static_cast<int>(ExitCode::kUsage));
}

int EnumNumber(const google::protobuf::EnumDescriptor* type, const std::string& prefix,
               const std::string& option, const std::string& word) {
  const auto* value = type->FindValueByName(word);
  if (value == nullptr) value = type->FindValueByName(prefix + word);
  if (value == nullptr || value->number() == 0) {
    Refuse(option + " is not known; give one of " + EnumWords(type, prefix));
  }
  return value->number();
}

std::string EnumWords(const google::protobuf::EnumDescriptor* type, const std::string& prefix) {
  std::vector<std::string> words;
  for (int i = 1; i < type->value_count(); ++i) {
    words.push_back(type->value(i)->name().substr(prefix.size()));
  }
  return absl::StrJoin(words, ", ");
}

v1::ErrorReason ReasonNumber(const std::string& option, const std::string& word) {
  const v1::ErrorReason reason = schema::ReasonByName(word);
  if (reason == v1::ERROR_REASON_UNSPECIFIED) {
    Refuse(option + " is no code of the error catalogue; give for example NIP_NOT_FOUND");
  }
  return reason;
}

google::protobuf::Timestamp Instant(const std::string& option, const std::string& word) {
  google::protobuf::Timestamp instant;
  if (!google::protobuf::util::TimeUtil::FromString(word, &instant)) {
    Refuse(option + " is no instant; give for example 2026-01-31T00:00:00Z");
  }
  return instant;
}

void AddLimit(CLI::App* command, Flags* flags) {
  command->add_option("--limit", flags->limit, "most rows; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

}  // namespace kinerja::ctl
