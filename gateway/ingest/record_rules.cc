#include "gateway/ingest/record_rules.h"

#include <algorithm>
#include <iterator>

namespace kinerja::ingest {

bool Refuses(const schema::Violation& violation) {
  return violation.severity != v1::SEVERITY_WARNING;
}

std::vector<schema::Violation> JudgeRecordRules(const validate::Validator& validator,
                                                const Rulebook& rulebook, Submission* submission) {
  validate::Derive(&submission->skp);
  const bool native = !submission->principal->feed;
  const absl::CivilDay today = absl::ToCivilDay(submission->received, absl::UTCTimeZone());
  std::vector<schema::Violation> found =
      validator.Validate(submission->skp, rulebook.ContextFor(native, today));
  const auto warnings = std::stable_partition(found.begin(), found.end(), Refuses);
  submission->warnings.assign(std::make_move_iterator(warnings),
                              std::make_move_iterator(found.end()));
  found.erase(warnings, found.end());
  return found;
}

}  // namespace kinerja::ingest
