// A stored record with its body, as decisions and answers need it. Pure over a View.
#ifndef KINERJA_GATEWAY_INGEST_STORED_RECORD_H_
#define KINERJA_GATEWAY_INGEST_STORED_RECORD_H_

#include <optional>

#include "absl/status/statusor.h"
#include "gateway/store/store.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::ingest {

struct StoredRecord {
  store::Head head;
  v1::Skp skp;
};

// The current revision; nullopt when there is no such record. DATA_LOSS when it cannot be read.
absl::StatusOr<std::optional<StoredRecord>> LoadRecord(const store::View& view, store::SkpId id);
// The same for a head that is at hand.
absl::StatusOr<StoredRecord> LoadBody(const store::View& view, const store::Head& head);

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_STORED_RECORD_H_
