// Dispatcher: makes what is wanted happen at every target.
//
//   change rows → projector → delivery rows → read and planned → claim and call stored → the
//   adapter is called → its answer stored, with the next call → … → the delivery is given back
//
// Level-triggered: everything it does follows from the store; what it has in memory is rebuilt at
// start. A target that is slow, hung or gone costs its own lane: so many deliveries in flight, and
// nothing of anybody else's.
//
// Threading: safe for concurrent use. One loop thread ("delivery") owns all its state, one more
// ("planner") opens bodies and plans. Adapters and the store answer by posting to the loop.
// Ownership: store, clock, reference and adapters outlive it.
#ifndef KINERJA_GATEWAY_DELIVERY_DISPATCHER_H_
#define KINERJA_GATEWAY_DELIVERY_DISPATCHER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/clock.h"
#include "gateway/delivery/projector.h"
#include "gateway/delivery/work.h"
#include "gateway/reference/reference.h"
#include "gateway/route/schedule.h"
#include "gateway/store/store.h"

namespace kinerja::delivery {

// A target as the dispatcher works on it.
struct TargetSettings {
  TargetRules rules;
  adapter::Adapter* adapter = nullptr;
  route::OpeningHours hours;
  size_t max_in_flight = 4;
  absl::Duration call_timeout = absl::Seconds(60);
};

// How a target is doing, for operators and Explain.
struct TargetHealth {
  bool paused = false;
  CircuitBreaker::State breaker = CircuitBreaker::State::kClosed;
  absl::Duration breaker_for;     // until it lets a call through; zero when closed
  store::DeliveryReason trouble;  // what opened it; code 0 when closed
  size_t in_flight = 0;
  uint64_t delivered = 0;  // parts, since this process began
  uint64_t failed = 0;     // calls in vain, since this process began
};

class Dispatcher {
 public:
  struct Options {
    store::Store* store = nullptr;
    const base::Clock* clock = nullptr;
    std::shared_ptr<const reference::Snapshot> reference;
    std::vector<TargetSettings> targets;
    std::set<std::string, std::less<>> status_systems;
    std::function<absl::StatusOr<v1::Skp>(const store::SealedBody&)> open_body;
    std::function<std::string(const store::Head&)> name_of;
    DeadlineOf deadline_of;
    std::string process;  // names this process in claims; another one each start
    uint64_t seed = 1;    // of the jitter
  };

  // Does nothing until Begin.
  explicit Dispatcher(Options options);
  // As Stop without grace.
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Puts back what an earlier process left claimed, then begins to work. Once; errors are the
  // store's.
  absl::Status Begin();

  // New changes are there; for Store::OnCommit. Returns at once.
  void NoteCommit();
  // Deliveries of this (target, region) have been made ready by somebody else. Returns at once.
  void NoteReady(std::string_view target, std::string_view region);
  // Begins no delivery at the target, or goes on; what has a call under way goes to its end. The
  // decision itself is stored by the caller.
  void SetPaused(std::string_view target, bool paused);

  // nullopt for a target that is none.
  std::optional<TargetHealth> HealthOf(std::string_view target) const;

  // Begins no delivery, waits for those under way until `grace` is over, then cancels them: their
  // outcome is looked up after the next start. May be called again.
  void Stop(absl::Duration grace);

 private:
  class Loop;
  const std::unique_ptr<Loop> loop_;
};

}  // namespace kinerja::delivery

#endif  // KINERJA_GATEWAY_DELIVERY_DISPATCHER_H_
