// Explain: where a record stands at a target, in words for people: why, who acts, what happens next
// (promise P12). The sentences of codes are the catalogue's; those of states are here.
//
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_DELIVERY_EXPLAIN_H_
#define KINERJA_GATEWAY_DELIVERY_EXPLAIN_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gateway/store/store.h"
#include "kinerja/v1/delivery.pb.h"

namespace kinerja::delivery {

// What holds a whole target now, whatever its deliveries are.
struct TargetHold {
  bool paused = false;
  std::optional<absl::Time> opens;          // its schedule has it closed until then
  std::optional<absl::Time> breaker_until;  // it is in trouble; no call before
  store::DeliveryReason trouble;            // which one; code 0: it does not answer
};

// A reason with its sentences; nothing for code 0.
std::optional<v1::Reason> ToProto(const store::DeliveryReason& reason);
v1::DeliveryPart ToProto(const store::PartRow& part);
v1::DeliveryAttempt ToProto(const store::AttemptRow& attempt);
// Without name, skp and attempts.
v1::Delivery ToProto(const store::DeliveryRow& row, bool with_parts);

// The line of a target. `row` is nullptr when no delivery was ever wanted there: no route selects
// the record (`selected` false), or its delivery is about to be made.
v1::Whereabouts Explain(const store::DeliveryRow* row, bool selected, const TargetHold& hold);

// The Indonesian and English words for who acts.
std::string MenderWords(v1::Mender mender);
std::string MenderKata(v1::Mender mender);

}  // namespace kinerja::delivery

#endif  // KINERJA_GATEWAY_DELIVERY_EXPLAIN_H_
