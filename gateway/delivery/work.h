// What the delivery engine holds in memory of one delivery while it works on it, and the facts
// about a target that decisions need. Values; nothing here does I/O.
#ifndef KINERJA_GATEWAY_DELIVERY_WORK_H_
#define KINERJA_GATEWAY_DELIVERY_WORK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/adapter/adapter.h"
#include "gateway/delivery/retry_policy.h"
#include "gateway/store/store.h"

namespace kinerja::delivery {

// Rows look ahead no farther than this: whatever waits longer is looked at in between. So a `due`
// beyond it says that the machine's clock was set back.
inline constexpr absl::Duration kMostDue = absl::Hours(1);
inline constexpr absl::Duration kDueHorizon = absl::Hours(2);

// Stands for the id of what is there where a peer names nothing; adapters never see it.
inline constexpr char kNameless[] = "-";
inline std::string TargetIdOf(const store::HoldingRow& holding) {
  return holding.target_id == kNameless ? std::string() : holding.target_id;
}

// What decisions need to know about a target.
struct TargetRules {
  std::string id;
  bool can_remove = false;
  bool idempotent = false;
  absl::Duration settle_time;
  uint32_t max_looks = 8;
  Backoff backoff;
};

// One delivery that was read and planned.
struct Work {
  store::DeliveryRow row;          // as it was read
  store::ChangeNumber change = 0;  // what `planned` was made from
  uint64_t revision = 0;
  bool look = false;   // an unknown or unconfirmed part is to be looked up
  std::string person;  // whom the loaded revision is about; empty where that cannot be told
  std::vector<adapter::PlannedPart> planned;
  std::vector<std::string>
      effects;  // HMAC of each planned part's effect key; empty where it has none
  std::vector<std::string> hashes;  // of each planned part's payload
  std::optional<store::FactsRow> new_facts;
};

enum class Step : uint8_t { kNone, kDeliver, kRemove, kLook };

// The call that a decision has stored as being under way.
struct NextCall {
  Step step = Step::kNone;
  adapter::PlannedPart part;
  std::string hash;
  std::string effect;
  adapter::Held held;
  std::map<std::string, std::string> followed;  // part key → target id
};

// What decisions are made with beside the store.
struct DecideContext {
  const TargetRules* rules = nullptr;
  std::string process;  // names this process in claims
  absl::Time now;
  // The machine's clock has run evenly since then: nothing that was noted before, or is later than
  // `now`, says how long ago it was.
  absl::Time sound_since = absl::InfinitePast();
  uint64_t random = 0;
  // Systems that are told what becomes of their records.
  const std::set<std::string, std::less<>>* status_systems = nullptr;
  // `instansi/{kode_bkn}/skp/{id}` of a head.
  std::function<std::string(const store::Head&)> name_of;
};

struct Decision {
  store::Writes writes;
  store::DeliveryRow row;  // as it stands after these writes
  NextCall next;
  bool abandoned =
      false;  // somebody else has it, or something newer is wanted: nothing was written
  std::set<std::pair<std::string, std::string>> woken;  // (target, region) that have work now
};

}  // namespace kinerja::delivery

#endif  // KINERJA_GATEWAY_DELIVERY_WORK_H_
