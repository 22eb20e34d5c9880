// How kinerjactl writes values of the schema, in tables and in JSON.
// Pure but for the stream given; safe for concurrent use.
#ifndef KINERJA_GATEWAY_CTL_WORDS_H_
#define KINERJA_GATEWAY_CTL_WORDS_H_

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ctl/flags.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "kinerja/v1/violation.pb.h"

namespace kinerja::ctl {

// A value of an enum without the prefix of its type: Short("MENDER_PEGAWAI", "MENDER_").
std::string Short(const std::string& name, std::string_view prefix);
// "PEGAWAI"; empty when nobody must do anything.
std::string MenderWord(v1::Mender mender);
// In UTC, to the second; empty when not set.
std::string When(const google::protobuf::Timestamp& time);
// "1.5s".
std::string HowLong(const google::protobuf::Duration& duration);
// The sentences of `language`, Indonesian last; empty ones are left out.
std::vector<std::string> Sentences(const std::string& english, const std::string& indonesian,
                                   Language language);

// On one line, with the names of the schema.
std::string Json(const google::protobuf::Message& message);
// `text` as a JSON string with its quotes.
std::string QuoteJson(const std::string& text);

// An indented table of what is wrong with a record; nothing when nothing is.
void PrintViolations(const google::protobuf::RepeatedPtrField<v1::Violation>& violations,
                     Language language, std::ostream& out);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_WORDS_H_
