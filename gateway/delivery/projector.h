// Projector: makes delivery rows from change rows, in batches, with its position in the same
// transaction, so that what is owed is never forgotten and never counted twice (design §2). It also
// wakes what was HELD for a key that a change has.
//
// Pure over a View; may be run again.
#ifndef KINERJA_GATEWAY_DELIVERY_PROJECTOR_H_
#define KINERJA_GATEWAY_DELIVERY_PROJECTOR_H_

#include <cstddef>
#include <functional>

#include "absl/status/statusor.h"
#include "gateway/delivery/work.h"

namespace kinerja::delivery {

// When a record should be delivered at the latest: smaller comes first. `keys` are stamped.
using DeadlineOf = std::function<int64_t(const store::FilterKeys& keys, absl::Time accepted)>;

struct Projection {
  Decision decision;
  size_t changes = 0;  // projected; fewer than `limit`: there are no more now
};

// The next `limit` changes.
absl::StatusOr<Projection> ProjectChanges(const store::View& view, size_t limit,
                                          const DeadlineOf& deadline_of,
                                          const DecideContext& context);

// Says that this revision is wanted there. A call under way, or one with unknown outcome, goes on;
// what it leaves is planned anew afterwards.
void WantRevision(const store::Change& change, bool absent, int64_t deadline, absl::Time now,
                  store::DeliveryRow* row);

}  // namespace kinerja::delivery

#endif  // KINERJA_GATEWAY_DELIVERY_PROJECTOR_H_
