// Decides one submission against what is stored: identity, order, states, ownership, overlap,
// replacement, results. The rules are design §3; the Store runs the decision inside its transaction
// and knows none of them.
//
// Pure over a View; keeps no state outside its arguments, because it may be run again.
#ifndef KINERJA_GATEWAY_INGEST_JUDGE_H_
#define KINERJA_GATEWAY_INGEST_JUDGE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/ingest/rulebook.h"
#include "gateway/resource/skp_name.h"
#include "gateway/schema/catalogue.h"
#include "gateway/security/principal.h"
#include "gateway/store/store.h"
#include "kinerja/v1/skp_service.pb.h"

namespace kinerja::ingest {

// A submission that is read, normalised and judged by the rules that need no stored state.
struct Submission {
  const security::Principal* principal = nullptr;  // outlives the submission
  std::string request_id;                          // lower case; empty: not idempotent
  std::string digest;  // of the normalised record and the request's other fields
  std::optional<uint64_t> expected_revision;
  v1::Skp skp;
  std::vector<schema::Violation> warnings;
  absl::Time received;
};

struct Verdict {
  std::vector<schema::Violation> violations;  // what refuses or holds it; then nothing is to write
  v1::SubmitSkpResponse response;
  store::Writes writes;
  bool replayed = false;  // the remembered answer of this request_id
};

// Errors are of the store, or of the caller's right and the names it used: PERMISSION_DENIED
// INSTANSI_NOT_ALLOWED, NOT_FOUND SKP_NOT_FOUND.
absl::StatusOr<Verdict> Judge(const store::View& view, const Submission& submission,
                              const Rulebook& rulebook);

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_JUDGE_H_
