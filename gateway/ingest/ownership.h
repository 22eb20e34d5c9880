// Whose word counts: brings a submission together with the stored revision, field by field, by the
// owner, the frozen plan and the element keys that annotations.proto states.
//
// An owner is a system, not a person. What the submitter owns is taken; what another owns stays,
// and a difference there is listed; what is left out of what another owns is no difference.
// Elements are matched by key, never by index. Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_INGEST_OWNERSHIP_H_
#define KINERJA_GATEWAY_INGEST_OWNERSHIP_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kinerja/v1/annotations.pb.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::ingest {

// A value that was offered and not taken.
struct Difference {
  std::string path;     // by element keys, for conflicts
  std::string field;    // by index as the submitter wrote it, for violations
  bool frozen = false;  // the plan (or the whole record) is frozen; else another owner's
  v1::Owner owner = v1::OWNER_UNSPECIFIED;  // whose the value is
  std::string stored;                       // JSON; empty: there is none
  std::string offered;                      // JSON; empty: it was left out
};

struct MergeInput {
  v1::Owner submitter = v1::OWNER_ORIGIN;  // UNSPECIFIED: owns nothing of this record
  std::string_view submitter_system;
  // The kind of owner that a system is, for elements that belong to who added them.
  std::function<v1::Owner(std::string_view system)> owner_of_system;
};

struct Merged {
  v1::Skp skp;  // output-only fields are those of the stored one
  std::vector<Difference> differences;
  std::vector<std::string> changed;  // key paths of values that were taken
};

// `stored` and `offered` are normalised.
Merged Merge(const v1::Skp& stored, const v1::Skp& offered, const MergeInput& input);

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_OWNERSHIP_H_
