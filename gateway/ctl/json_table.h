// Any JSON object as tables for people: what has a schema of its own is printed by the printers.
// Threading: one thread.
#ifndef KINERJA_GATEWAY_CTL_JSON_TABLE_H_
#define KINERJA_GATEWAY_CTL_JSON_TABLE_H_

#include <ostream>

#include "google/protobuf/struct.pb.h"

namespace kinerja::ctl {

// Plain values as two columns; then, each under its path, a table for every list of objects and for
// every object that holds nothing but flat objects. Keys in alphabetical order; empty lists and
// objects are left out.
void PrintJsonTables(const google::protobuf::Struct& object, std::ostream& out);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_JSON_TABLE_H_
