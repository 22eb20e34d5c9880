// Where a walk over a message is. Frames live on the stack of the walk and become text only when
// there is something to report.
#ifndef KINERJA_GATEWAY_SCHEMA_PLACE_H_
#define KINERJA_GATEWAY_SCHEMA_PLACE_H_

#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"

namespace kinerja::schema {

inline constexpr int kSingular = -1;

struct Place {
  const Place* around;  // nullptr at the top
  const google::protobuf::FieldDescriptor* field;
  int index;  // kSingular outside a list
};

// Adds a step to a path: "rhk[2]" and "uraian" give "rhk[2].uraian".
inline std::string JoinPath(std::string path, std::string_view step) {
  if (!path.empty()) path += '.';
  path += step;
  return path;
}

// The path in schema names with indexes, after `prefix`; `place` may be nullptr.
inline std::string PathOf(const Place* place, std::string_view prefix = {}) {
  if (place == nullptr) return std::string(prefix);
  std::string path = JoinPath(PathOf(place->around, prefix), place->field->name());
  if (place->index != kSingular) path += '[' + std::to_string(place->index) + ']';
  return path;
}

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_PLACE_H_
