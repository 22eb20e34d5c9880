// What the store keeps for deliveries: rows of the delivery engine, which alone gives them meaning
// (gateway/delivery). The Store keeps them, finds them by what is said here, and knows no state.
//
// Pure values. Instants have microseconds.
#ifndef KINERJA_GATEWAY_STORE_DELIVERY_ROWS_H_
#define KINERJA_GATEWAY_STORE_DELIVERY_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace kinerja::store {

using SkpId = int64_t;
using ChangeNumber = uint64_t;
using DeliveryId = int64_t;

// What is delivered. Stored; values are never reused.
enum class DeliveryKind : uint8_t {
  kRecord = 1,  // the record, to a target
  kStatus = 2,  // what became of it, to its origin
};

// States of a delivery and of its parts (design §7); what each means is said in delivery.proto,
// whose values these are. Stored; values are never reused.
enum class DeliveryState : uint8_t {
  kPending = 1,
  kHeld = 2,
  kInFlight = 3,
  kSent = 4,
  kUnknown = 5,
  kRetrying = 6,
  kDelivered = 7,
  kRefused = 8,
  kSkipped = 9,
  kCancelled = 10,
};

// Why something is as it is: a code of the catalogue and the places of its sentences.
struct DeliveryReason {
  int32_t code = 0;  // of kinerja.v1.ErrorReason; 0: none
  std::vector<std::pair<std::string, std::string>> metadata;

  friend bool operator==(const DeliveryReason&, const DeliveryReason&) = default;
};

// One effect of one record at one target.
struct PartRow {
  std::string key;   // within the record, for example "skp22/2025"
  std::string kind;  // for example "skp22"
  DeliveryState state = DeliveryState::kPending;
  absl::Time since;         // in this state
  bool absent = false;      // it is to be removed
  std::string effect;       // HMAC of the effect key; empty where nothing was called
  std::string address;      // the adapter's own, of the effect; may name a person
  ChangeNumber change = 0;  // what was planned, and sent, comes from this row
  uint64_t revision = 0;
  DeliveryReason reason;
  // Since when the target answers looks at an unknown outcome without showing it; the epoch: it has
  // answered none since the call.
  absl::Time settling_since = absl::UnixEpoch();
  uint32_t looks = 0;                       // at an unknown outcome, that told nothing
  absl::Time retry_at = absl::UnixEpoch();  // RETRYING: not before

  friend bool operator==(const PartRow&, const PartRow&) = default;
};

// One record at one target. (target, skp, kind) is the key.
struct DeliveryRow {
  DeliveryId id = 0;  // 0: new; set by the Store
  std::string target;
  SkpId skp = 0;
  DeliveryKind kind = DeliveryKind::kRecord;

  // What is wanted.
  ChangeNumber change = 0;
  uint64_t revision = 0;
  bool absent = false;

  // Where it stands.
  DeliveryState state = DeliveryState::kPending;
  absl::Time since;  // in this state
  DeliveryReason reason;
  std::vector<PartRow> parts;
  uint64_t delivered_revision = 0;  // the newest that was delivered whole; 0: none
  absl::Time delivered_at = absl::UnixEpoch();
  uint32_t tries = 0;     // calls in vain since the last success or change of what is wanted
  uint32_t attempts = 0;  // ever; numbers the attempts

  // Whose turn it is. At most one of ready, due, waits is in use.
  bool ready = false;              // to be worked on as soon as its target can
  std::optional<absl::Time> due;   // looked at again then
  std::vector<std::string> waits;  // keys that wake it
  std::string claim;               // the process that works on it; empty: none
  bool woken = false;              // claimed, and a key that it waits for was called meanwhile

  // What the dispatcher sorts by, and lists select by.
  std::string region;    // Kemendagri code
  std::string instansi;  // kode_bkn
  int64_t deadline = 0;  // smaller first
};

// What a target holds under one effect key, and who has it. (target, effect) is the key.
struct HoldingRow {
  std::string target;
  std::string effect;  // HMAC, 32 bytes
  SkpId owner = 0;     // the record whose part it is; 0: nobody's now
  int64_t rank = 0;
  std::string target_id;  // what the target calls it; empty: nothing is known to be there
  std::string sent_hash;  // of the content that is there
  uint64_t revision = 0;
  DeliveryId in_flight = 0;  // a call for it may be under way, or its outcome is unknown; 0: none
};

// One try at one part.
struct AttemptRow {
  DeliveryId delivery = 0;
  uint32_t number = 0;  // from 1
  absl::Time at;
  std::string part;     // key; empty: of the whole delivery (asking for facts)
  std::string step;     // prepare, deliver, remove, lookup, status
  std::string outcome;  // word: delivered, refused, …
  DeliveryReason reason;
  absl::Duration took;
  std::string peer_words;  // no personal data
  uint64_t revision = 0;
};

// What a target said about a person, until it expires. (target, person) is the key.
struct FactsRow {
  std::string target;
  std::string person;
  std::string facts;
  absl::Time expires;
};

// What an operator decided about a target.
struct TargetRow {
  std::string target;
  bool paused = false;
  std::string by;  // principal
  absl::Time at;
};

// A change of many deliveries that goes on in batches.
struct JobRow {
  int64_t id = 0;  // 0: new; set by the Store
  std::string kind;
  std::string request;  // serialised; the Store does not look inside
  std::string by;       // principal
  std::string state;    // running, done, failed
  absl::Time created;
  absl::Time changed;
  uint64_t total = 0;
  uint64_t done = 0;
  int64_t position = 0;  // goes on after this row
};

// Which deliveries to list or count; what is empty does not restrict.
struct DeliveryQuery {
  std::string target;
  std::optional<DeliveryState> state;
  std::string instansi;
  SkpId skp = 0;
  int32_t reason = 0;
  DeliveryId after = 0;  // greater ids, in that order
};

}  // namespace kinerja::store

#endif  // KINERJA_GATEWAY_STORE_DELIVERY_ROWS_H_
