// Results that come without a plan (HASIL_SAJA): finding the full record they belong to, and
// putting their evaluations into it, never over its plan (skp-model §11). Pure over a View.
#ifndef KINERJA_GATEWAY_INGEST_RESULTS_H_
#define KINERJA_GATEWAY_INGEST_RESULTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/ingest/stored_record.h"
#include "gateway/store/store.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::ingest {

struct FullRecords {
  std::optional<StoredRecord> record;
  bool ambiguous = false;  // several fit, and the unit does not tell which
};

// The live full record of the same person, instansi and equal period; of several the one of the
// same unit, by name.
absl::StatusOr<FullRecords> FindFullRecords(const store::View& view, const v1::Skp& results);

// The live HASIL_SAJA records of the same person, instansi and equal period, oldest first.
absl::StatusOr<std::vector<StoredRecord>> FindStandAloneResults(const store::View& view,
                                                                const v1::Skp& full);

// An evaluation that is there already with other values; the stored one stays.
struct ResultsConflict {
  std::string path;   // by element key
  std::string field;  // by index in the results
  std::string stored;
  std::string offered;
  std::string held_from;  // system of the stored one
};

struct ResultsMerge {
  std::vector<ResultsConflict> conflicts;
  std::vector<std::string> changed;  // key paths of evaluations that were taken
  std::vector<std::string> equal;    // key paths of those that are there already, the same
};

// Takes the evaluations of `results`, reported by `system`, into `full`: new ones are added, the
// system's own are renewed, others stay. The status moves to what the evaluations prove, never
// back.
ResultsMerge MergeResults(const v1::Skp& results, std::string_view system, absl::Time now,
                          v1::Skp* full);

// Whether a step of a history is one that MergeResults took.
bool IsProvenByResults(const v1::RiwayatStatus& step);

// Appends a step that the gateway itself takes; never earlier than the one before it.
void AppendSystemStep(v1::StatusSkp status, absl::Time now, v1::Skp* skp);

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_RESULTS_H_
