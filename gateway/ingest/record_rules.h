// The rules of one record that need no stored state, for every door through which records come.
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_INGEST_RECORD_RULES_H_
#define KINERJA_GATEWAY_INGEST_RECORD_RULES_H_

#include <vector>

#include "gateway/ingest/judge.h"
#include "gateway/ingest/rulebook.h"
#include "gateway/schema/catalogue.h"
#include "gateway/validate/validate.h"

namespace kinerja::ingest {

// Whether it refuses or holds the record.
bool Refuses(const schema::Violation& violation);

// Fills what follows from the record, which is normalised, and judges it. Warnings go to the
// submission; what refuses or holds it is returned, in field order.
std::vector<schema::Violation> JudgeRecordRules(const validate::Validator& validator,
                                                const Rulebook& rulebook, Submission* submission);

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_RECORD_RULES_H_
