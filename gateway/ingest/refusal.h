// The status that a refused submission is answered with. Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_INGEST_REFUSAL_H_
#define KINERJA_GATEWAY_INGEST_REFUSAL_H_

#include <vector>

#include "absl/status/status.h"
#include "gateway/schema/catalogue.h"

namespace kinerja::ingest {

// One violation that has a status of its own (ALREADY_EXISTS, ABORTED) is answered with it; else
// RECORD_HELD when all only hold the record, and RECORD_INVALID when any refuses it.
absl::Status RefusalStatus(const std::vector<schema::Violation>& violations);

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_REFUSAL_H_
