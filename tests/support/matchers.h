// Matchers for statuses, violations and messages.
//
//   EXPECT_THAT(store->Flush(), IsOk());
//   EXPECT_THAT(store->Get(name), StatusIs(absl::StatusCode::kNotFound, HasSubstr("skp")));
//   EXPECT_THAT(answer.status(), HasReason("SKP_NOT_FOUND"));
//   EXPECT_THAT(found, ElementsAre(HasReason("NIP_TMT")));
//   EXPECT_THAT(skp.periode(), EqualsProto("tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1"));
#ifndef KINERJA_TESTS_SUPPORT_MATCHERS_H_
#define KINERJA_TESTS_SUPPORT_MATCHERS_H_

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/schema/catalogue.h"
#include "gmock/gmock.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "kinerja/v1/violation.pb.h"

namespace kinerja::support {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& value) {
  return value.status();
}

inline std::string_view ReasonNameOf(const absl::Status& status) {
  return schema::ReasonName(schema::ReasonOf(status));
}
template <typename T>
std::string_view ReasonNameOf(const absl::StatusOr<T>& value) {
  return ReasonNameOf(value.status());
}
inline std::string_view ReasonNameOf(const schema::Violation& violation) {
  return schema::ReasonName(violation.reason);
}
inline std::string_view ReasonNameOf(const v1::Violation& violation) {
  return schema::ReasonName(violation.reason());
}

// The status, or that of the StatusOr, is OK.
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// The status, or that of the StatusOr, has this code.
MATCHER_P(StatusIs, code, absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

// The same, and a message that is or matches `message`.
MATCHER_P2(StatusIs, code, message,
           absl::StatusCodeToString(code) + " with a message that " +
               ::testing::DescribeMatcher<std::string>(message, negation)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code &&
         ::testing::Matches(message)(std::string(StatusOf(arg).message()));
}

// A status, StatusOr or violation with this reason: a name such as "NIP_TMT", without prefix.
MATCHER_P(HasReason, name, std::string("has reason ") + name) {
  *result_listener << "reason " << ReasonNameOf(arg);
  return ReasonNameOf(arg) == name;
}

// A message equal to `expected`: a message of the same type or its text form. Absent and default
// differ only where the field has presence.
MATCHER_P(EqualsProto, expected, "equals the given message") {
  using Message = std::decay_t<decltype(arg)>;
  Message wanted;
  if constexpr (std::is_convertible_v<decltype(expected), std::string>) {
    if (!google::protobuf::TextFormat::ParseFromString(std::string(expected), &wanted)) {
      *result_listener << "the wanted text is no message of this type";
      return false;
    }
  } else {
    wanted = expected;
  }
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  const bool equal = differencer.Compare(wanted, arg);
  *result_listener << difference;
  return equal;
}

}  // namespace kinerja::support

#endif  // KINERJA_TESTS_SUPPORT_MATCHERS_H_
