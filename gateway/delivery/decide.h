// The state machine of a delivery (design §7), as decisions that the Store runs inside its
// transaction: which part is called next, and what an answer changes. gateway/README.md has the
// picture.
//
// Pure over a View; may be run again. No clock, no I/O, no peer.
#ifndef KINERJA_GATEWAY_DELIVERY_DECIDE_H_
#define KINERJA_GATEWAY_DELIVERY_DECIDE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/delivery/work.h"

namespace kinerja::delivery {

// Kind of the job that goes on with a Wake; its request is the key.
inline constexpr char kWakeJob[] = "wake";
// State of a job that has not ended.
inline constexpr char kRunningJob[] = "running";

// The state of a delivery: the first of REFUSED, UNKNOWN, IN_FLIGHT, RETRYING, SENT, PENDING, HELD,
// CANCELLED, DELIVERED, SKIPPED that one of its parts has. Without parts: DELIVERED where absence
// is wanted, else SKIPPED.
store::DeliveryState StateOf(const store::DeliveryRow& row);

// Claims the delivery, gives each part its place by what is planned and what the target holds, and
// stores the first call as being under way. Without a call the delivery is done for now.
absl::StatusOr<Decision> BeginWork(const store::View& view, const Work& work,
                                   const DecideContext& context);

// What came of a call.
struct CallResult {
  adapter::Outcome outcome;                     // of kDeliver, kRemove
  std::optional<adapter::LookupAnswer> lookup;  // of kLook
  absl::Time began;
  absl::Duration took;
};

// Stores what came of `call` and the next call, or gives the delivery back.
absl::StatusOr<Decision> SettleCall(const store::View& view, const Work& work, const NextCall& call,
                                    const CallResult& result, const DecideContext& context);

// Stores that the target could not be asked for facts: refused or tried again later.
absl::StatusOr<Decision> SettleObstacle(const store::View& view, const Work& work,
                                        const adapter::Outcome& obstacle, absl::Time began,
                                        absl::Duration took, const DecideContext& context);

// Stores that the delivery is put off by the gateway, not by the target: it counts as no try.
absl::StatusOr<Decision> PutOff(const store::View& view, const Work& work,
                                const DecideContext& context);

// Whether a part waits for what a person sees at the target: OUTCOME_UNKNOWN, and
// TARGET_CANNOT_REMOVE.
bool AwaitsWord(const store::DeliveryRow& row);

// Settles those parts by such a word, whether it is there: what is as it was wanted is done, the
// rest is PENDING. Who waits for the effect is woken. Writes of holdings and of the attempt go into
// `decision`; `row` is the caller's to write.
absl::Status SettleByWord(const store::View& view, bool there, absl::Time now,
                          store::DeliveryRow* row, Decision* decision);

// Puts a delivery back that a process has left claimed: a part that was in flight is UNKNOWN.
void Recover(absl::Time now, store::DeliveryRow* row);

// Makes deliveries ready that wait for this key, but for `except`; into `decision`. Of very many
// the first ones after `after`; the id to go on after, or 0 at the end.
absl::StatusOr<store::DeliveryId> WakeSome(const store::View& view, const std::string& key,
                                           store::DeliveryId after, store::DeliveryId except,
                                           Decision* decision);

// All of them: where there are very many, a job (kWakeJob) of the same transaction wakes the rest.
absl::Status Wake(const store::View& view, const std::string& key, store::DeliveryId except,
                  absl::Time now, Decision* decision);

// The key on which deliveries wait for an effect to become free.
std::string EffectWaitKey(const std::string& target, const std::string& effect);

// Marks that the origins of a record are to be told what became of it; into `decision`.
absl::Status WantStatus(const store::View& view, store::SkpId skp, const DecideContext& context,
                        Decision* decision);

}  // namespace kinerja::delivery

#endif  // KINERJA_GATEWAY_DELIVERY_DECIDE_H_
