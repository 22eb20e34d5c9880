// Messages with a value in every field, for tests that walk all of them.
#ifndef KINERJA_TESTS_UNIT_GATEWAY_SCHEMA_FILL_H_
#define KINERJA_TESTS_UNIT_GATEWAY_SCHEMA_FILL_H_

#include "google/protobuf/message.h"

namespace kinerja::schema {

// Sets every field at every depth, lists with two elements, to values that differ from the default.
// Of a oneof the last field stays.
void FillEverything(google::protobuf::Message* message);

}  // namespace kinerja::schema

#endif  // KINERJA_TESTS_UNIT_GATEWAY_SCHEMA_FILL_H_
