// What the files that build the command line share. Internal to ctl: the only header here with
// CLI11, which speaks by exceptions; none leaves ParseFlags.
// Threading: one caller.
#ifndef KINERJA_GATEWAY_CTL_FLAG_WORDS_H_
#define KINERJA_GATEWAY_CTL_FLAG_WORDS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "gateway/ctl/flags.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"

namespace kinerja::ctl {

// Ends the parsing with this sentence, as a mistake of the caller.
[[noreturn]] void Refuse(const std::string& sentence);

// The number of an enum value by its schema name, with or without the prefix of the type. Refuses
// other words, naming `option` and the words that there are.
int EnumNumber(const google::protobuf::EnumDescriptor* type, const std::string& prefix,
               const std::string& option, const std::string& word);
// The words of an enum without prefix, for a message.
std::string EnumWords(const google::protobuf::EnumDescriptor* type, const std::string& prefix);
// A code of the error catalogue; refuses other words.
v1::ErrorReason ReasonNumber(const std::string& option, const std::string& word);
// An instant in RFC 3339; refuses other words.
google::protobuf::Timestamp Instant(const std::string& option, const std::string& word);

// --limit, for a command that lists.
void AddLimit(CLI::App* command, Flags* flags);

// explain, deliveries, delivery, retry, cancel, backfill, job, targets, target, pause, resume,
// check.
void AddDeliveryCommands(CLI::App* app, Flags* flags);
// simulator and what stands below it.
void AddSimulator(CLI::App* app, Flags* flags);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_FLAG_WORDS_H_
