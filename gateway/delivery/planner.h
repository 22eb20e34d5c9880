// Planner: from a delivery row to the parts it should have at its target.
//
// Threading: pure functions; LoadWork on a thread of the store, PlanWork on any.
#ifndef KINERJA_GATEWAY_DELIVERY_PLANNER_H_
#define KINERJA_GATEWAY_DELIVERY_PLANNER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/adapter/adapter.h"
#include "gateway/delivery/work.h"
#include "gateway/reference/reference.h"
#include "gateway/store/store.h"

namespace kinerja::delivery {

// A delivery with what the store has for planning it.
struct LoadedWork {
  Work work;
  store::SealedBody body;
  std::vector<adapter::HeldPart> held;
  std::optional<store::FactsRow> facts;  // also expired ones
};

// The row alone: what it is about, and whether an open part is to be looked up first.
LoadedWork WorkOf(const store::DeliveryRow& row);

// Reads what a ready row needs. A part whose outcome is open is looked up first: then the change it
// was sent from is loaded, else the wanted one. Errors are the store's.
absl::StatusOr<LoadedWork> LoadWork(const store::View& view, const store::DeliveryRow& row);

// Asks the adapter for the parts and names their effects. `facts` are the adapter's own.
void PlanWork(const adapter::Adapter& adapter, const v1::Skp& skp, std::string_view facts,
              const reference::Snapshot& reference, std::string_view secret, absl::Time now,
              LoadedWork* loaded);

}  // namespace kinerja::delivery

#endif  // KINERJA_GATEWAY_DELIVERY_PLANNER_H_
