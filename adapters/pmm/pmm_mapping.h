// PMM's record (wire format: README.md of this folder) to the canonical record, field by field.
// Nothing of the plan is lost; what the format has no place for is filled by profile and marked
// DEFAULTED, and what has no place in the record is marked LOST.
//
// Only what the canonical rules cannot see is judged here: types, words, keys, and what the format
// requires beyond them. A record that must not be taken as it is still carries what could be read,
// so that the rules name the rest.
//
// Pure; safe for concurrent use.
#ifndef KINERJA_ADAPTERS_PMM_PMM_MAPPING_H_
#define KINERJA_ADAPTERS_PMM_PMM_MAPPING_H_

#include <string>
#include <string_view>
#include <vector>

#include "gateway/adapter/adapter.h"

namespace kinerja::adapters::pmm {

// Profiles that are known: "2024.1", the semester cycle, and "2025.1", the yearly one.
const std::vector<std::string>& KnownProfiles();

struct MappingOptions {
  std::string system = "pmm";  // source.system of the records
  std::vector<std::string> profiles = KnownProfiles();
};

// The record in `bytes`, one JSON value. Whatever it is, it is kept: one that cannot be read as a
// record is refused, one of another format or profile is held, with `violations` and without `skp`.
// `source_id` of a record whose own cannot be read is derived from its bytes.
adapter::PulledRecord MapRecord(std::string_view bytes, const MappingOptions& options);

// Whether MapRecord made up this id, so that PMM does not know it.
bool IsDerivedId(std::string_view source_id);

}  // namespace kinerja::adapters::pmm

#endif  // KINERJA_ADAPTERS_PMM_PMM_MAPPING_H_
