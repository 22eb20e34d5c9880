#include "gateway/ctl/words.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gateway/ctl/table.h"
#include "gateway/schema/catalogue.h"
#include "gateway/schema/json.h"
#include "google/protobuf/util/time_util.h"

namespace kinerja::ctl {

std::string Short(const std::string& name, std::string_view prefix) {
  return name.compare(0, prefix.size(), prefix) == 0 ? name.substr(prefix.size()) : name;
}

std::string MenderWord(v1::Mender mender) {
  return mender == v1::MENDER_UNSPECIFIED ? "" : Short(v1::Mender_Name(mender), "MENDER_");
}

std::string When(const google::protobuf::Timestamp& time) {
  google::protobuf::Timestamp second;
  second.set_seconds(time.seconds());
  return time.seconds() == 0 ? "" : google::protobuf::util::TimeUtil::ToString(second);
}

std::string HowLong(const google::protobuf::Duration& duration) {
  return google::protobuf::util::TimeUtil::ToString(duration);
}

std::vector<std::string> Sentences(const std::string& english, const std::string& indonesian,
                                   Language language) {
  std::vector<std::string> sentences;
  if (language != Language::kIndonesian && !english.empty()) sentences.push_back(english);
  if (language != Language::kEnglish && !indonesian.empty()) sentences.push_back(indonesian);
  return sentences;
}

// ToJson cannot fail for the messages of the schema: they hold valid UTF-8 and no Any.
std::string Json(const google::protobuf::Message& message) {
  return schema::ToJson(message, /*pretty=*/false).value_or("{}");
}

std::string QuoteJson(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20) {
      absl::StrAppendFormat(&quoted, "\\u%04x", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

void PrintViolations(const google::protobuf::RepeatedPtrField<v1::Violation>& violations,
                     Language language, std::ostream& out) {
  if (violations.empty()) return;
  Table table({"FIELD", "CODE", "WHO MENDS IT", "SENTENCE"});
  for (const v1::Violation& violation : violations) {
    table.AddWithMore({violation.field(), std::string(schema::ReasonName(violation.reason())),
                       MenderWord(violation.mender())},
                      Sentences(violation.description(), violation.keterangan(), language));
  }
  table.Print(out, "  ");
}

}  // namespace kinerja::ctl
