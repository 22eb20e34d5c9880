// A YAML tree → a configuration message, walked against the message's descriptor: the schema is the
// list of settings, there is no other.
//
// Keys are field names. An enum value is its name without the type's prefix (`PERMENPANRB6_2022`)
// or in full; a duration is like `10s`, `1m30s`, `192h`; a number or text is taken as its digits
// and letters are written, quoted or not, so that `0123` keeps its zero. Pure; safe for concurrent
// use.
#ifndef KINERJA_GATEWAY_SETTINGS_MESSAGE_READER_H_
#define KINERJA_GATEWAY_SETTINGS_MESSAGE_READER_H_

#include "gateway/settings/mistakes.h"
#include "gateway/settings/yaml.h"
#include "google/protobuf/message.h"

namespace kinerja::settings {

// Fills `message` from `root` and tells `mistakes` the line of every field. Mistakes: unknown key,
// key given twice, two fields of one oneof, wrong kind or type, unknown enum word, number beyond
// its type. What is wrong stays at its default; in a list it keeps its place, so that indexes are
// those of the file.
void ReadMessage(const YamlNode& root, google::protobuf::Message* message, Mistakes* mistakes);

}  // namespace kinerja::settings

#endif  // KINERJA_GATEWAY_SETTINGS_MESSAGE_READER_H_
