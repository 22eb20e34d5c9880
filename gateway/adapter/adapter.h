// The adapter contract: how one kind of peer is spoken to. An adapter maps, sends, and says what an
// answer means. It never retries, never stores, and never decides when: that is delivery's.
//
// A record that is owed to a target becomes *parts*, each with one *effect* there (a row, a file, a
// document). The engine calls, in this order:
//   Prepare   once per person, cached: what planning must ask the target for (BKN: the PNS id)
//   Plan      pure: record, facts, what the target holds → parts, each with the bytes that would go
//   Deliver   one call, one outcome per item
//   Lookup    before anything is repeated whose outcome is not known (promise P6)
//
// Threading: every method may be called from any thread and must not block; answers are given by
// calling `done` exactly once, on any thread, also when the deadline has passed or the call was
// cancelled. Pure methods are safe for concurrent use.
// Ownership: the registry's caller owns adapters; one is destroyed only after every `done`.
// Personal data: what is marked "no personal data" is stored in clear, listed and logged.
#ifndef KINERJA_GATEWAY_ADAPTER_ADAPTER_H_
#define KINERJA_GATEWAY_ADAPTER_ADAPTER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/deadline.h"
#include "gateway/base/status.h"
#include "gateway/reference/reference.h"
#include "gateway/schema/catalogue.h"
#include "kinerja/v1/error_reason.pb.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::adapter {

// What an adapter can do, and what its peer promises. Constant for the life of the adapter.
struct Manifest {
  std::string kind;                     // name in configuration and logs, for example "bkn"
  std::vector<std::string> part_kinds;  // for example "skp22"; empty: takes no records
  bool takes_status = false;            // takes sync status of the records that came from it
  bool pulls = false;
  bool receives = false;
  bool lists = false;
  bool can_remove = false;  // at least one kind of part can be removed there
  // Repeating the same effect key with the same bytes is harmless there, so a call whose outcome is
  // unknown may be repeated without looking. Default: never (promise P6).
  bool idempotent = false;
  size_t batch = 1;  // most items of one Deliver
  absl::Duration call_timeout = absl::Seconds(60);
  // After a call whose outcome is unknown, "not found" counts as "did not happen" only where it is
  // still so this long after the first look that was answered.
  absl::Duration settle_time = absl::Seconds(30);
  absl::Duration facts_ttl = absl::Hours(24);
};

// How long a call may take, and whether it is still wanted.
struct Call {
  base::Deadline deadline = base::Deadline::After(absl::Seconds(60));
  base::Cancellation cancellation;
};

// What an answer means for what was asked.
enum class Verdict : uint8_t {
  kDelivered = 1,   // the target holds it
  kSent = 2,        // handed over; the target confirms later: Lookup from `after` on
  kRefused = 3,     // a person must act; repeating it as it is would be refused again
  kRetryLater = 4,  // certain that nothing happened there; try again
  kUnknown = 5,     // it may have happened
};

// The answer to one item. Only Verdict and what belongs to it is set.
struct Outcome {
  Verdict verdict = Verdict::kUnknown;
  // kDelivered, kSent: what the target calls it; no personal data. kRefused: what is there all the
  // same, and wrong.
  std::string target_id;
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;  // not for kDelivered, kSent
  schema::Metadata metadata;                              // places of the reason's sentences
  std::optional<absl::Duration> after;  // kRetryLater: not before (Retry-After); kSent: look then
  // True: the target as a whole is not well (no answer, 5xx, throttled, credential); counts for its
  // breaker. False: it is this item.
  bool target_trouble = false;
  bool throttled = false;  // the target asked for a slower pace
  bool not_sent =
      false;  // kRetryLater: it waited in this process too long; the target knows nothing
  // What the target said, shortened, without personal data and secrets; kept with the attempt.
  std::string peer_words;
};

// What the engine knows about one effect at the target. A revision without a target_id: it is
// there, and nobody has told what the target calls it; an adapter whose target has no key of its
// own for it finds it before it makes another.
struct Held {
  std::string target_id;
  uint64_t revision = 0;
};

// The bytes of one part, exactly as they would travel.
struct Payload {
  std::string content_type;
  std::string bytes;                     // of the body; deterministic for equal content
  std::vector<std::string> annotations;  // lossy steps: "path: what was lost"; no personal data
};

// What to do with a part.
enum class PartPlan : uint8_t {
  kDeliver = 1,
  kHold = 2,    // waits for `wait_keys`; reason says for what
  kSkip = 3,    // this target does not take it; reason says why
  kRefuse = 4,  // cannot be delivered until a person acts; reason says who
};

struct PlannedPart {
  std::string key;   // names it within the record, for example "skp22/2025"; no personal data
  std::string kind;  // one of Manifest::part_kinds
  PartPlan plan = PartPlan::kDeliver;
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;  // not for kDelivered
  schema::Metadata metadata;
  std::vector<std::string> wait_keys;  // kHold; see WaitKey below
  // Names the effect at the target, the same for every record that wants it, for example PNS id and
  // year. Leaves this process only as an HMAC. Among records the highest rank gets it.
  std::string effect_key;
  int64_t rank = 0;
  std::vector<std::string> after;  // keys of parts that must be delivered first
  // What Deliver and Lookup need beside the payload; adapter's own, and kept with the part: a
  // removal gets that with which the effect was made.
  std::string address;
  Payload payload;
  // What is compared to tell whether the target holds this content already: set where the payload
  // names what is held there (its id), which is no content. Empty: the payload's bytes.
  std::string content;
};

// A part that the record had at this target before, for Plan and for removal.
struct HeldPart {
  std::string key;
  std::string kind;
  Held held;
};

struct PlanInput {
  const v1::Skp* skp = nullptr;                    // the wanted revision; never null
  std::string_view facts;                          // of Prepare
  const reference::Snapshot* reference = nullptr;  // never null
  absl::Time now;
  const std::vector<HeldPart>* held = nullptr;  // never null
};

// One effect to make, or to remove.
struct Item {
  const PlannedPart* part = nullptr;  // never null; lives until `done`
  Held held;                          // empty where nothing is known to be there
  bool absent = false;                // remove it
  std::string idempotency_key;  // HMAC of effect key and payload, hex, for peers that take one
  std::map<std::string, std::string> followed;  // part key → target id of the parts it follows
};

struct PrepareAnswer {
  std::string facts;                // opaque; stored per target and person
  std::optional<Outcome> obstacle;  // kRefused or kRetryLater: there are no facts
};

// What the target holds under an effect key.
enum class LookupVerdict : uint8_t {
  kHolds = 1,    // exactly the item's content
  kDiffers = 2,  // something else under the same key
  kAbsent = 3,   // a control read worked and there is nothing
  kUnclear = 4,  // it cannot be told now: outage, throttled, control read failed
};

struct LookupAnswer {
  LookupVerdict verdict = LookupVerdict::kUnclear;
  std::string target_id;            // kHolds, kDiffers
  std::optional<Outcome> obstacle;  // kUnclear: kRetryLater with what stood in the way
};

// A record as a source gave it, or why it is none.
struct PulledRecord {
  std::string source_id;                      // no personal data
  uint64_t version = 0;                       // 0 where the source has none
  std::string instansi;                       // kode_bkn, empty when it cannot be told
  std::string bytes;                          // as received, for the person who must mend it
  std::optional<v1::Skp> skp;                 // without value: `violations` say why
  std::vector<schema::Violation> violations;  // also warnings of the mapping
};

struct PullAnswer {
  std::vector<PulledRecord> records;
  std::string next_cursor;
  bool more = false;                // another page waits
  bool restart = false;             // the cursor is no longer known: begin without one
  std::optional<Outcome> obstacle;  // no page; the cursor stays
};

struct ReceiveAnswer {
  std::vector<PulledRecord> records;
  std::string answer;  // bytes for the peer, where its protocol wants some
};

// One effect as the target lists it, for reconciliation.
struct ListedEffect {
  std::string effect_key;
  std::string target_id;
  std::string digest;  // of its content, comparable with that of a Payload by the adapter's rule
};
struct ListAnswer {
  std::vector<ListedEffect> effects;
  std::string next_page;
  std::optional<Outcome> obstacle;
};

// One finding of the doctor.
struct Finding {
  std::string what;  // "token", "certificate", "clock"; no personal data
  bool ok = false;
  std::string detail;  // one English sentence, with what to do when it is not ok
};

// What became of a version of a record; each origin has its own words for it.
enum class RecordFate : uint8_t {
  kAccepted = 1,         // with warnings, if any
  kUnchanged = 2,        // equal content
  kStale = 3,            // a newer version is held
  kRefused = 4,          // kept aside until its origin mends it
  kHeld = 5,             // kept aside, or its delivery waits for somebody
  kDelivered = 6,        // every target that takes it holds this version
  kNotDelivered = 7,     // kept, and no target takes it
  kRefusedByTarget = 8,  // a target refused it
};

// What a record's origin is told about it.
struct StatusReport {
  std::string source_id;
  uint64_t version = 0;
  RecordFate fate = RecordFate::kAccepted;
  std::vector<v1::ErrorReason> reasons;  // why; the first one's sentence goes with them
};

class Adapter {
 public:
  virtual ~Adapter() = default;

  virtual const Manifest& Describe() const = 0;

  // Asks the target for what planning this record needs. An adapter that needs nothing answers
  // empty facts at once.
  virtual void Prepare(const Call& call, const v1::Skp& skp,
                       std::function<void(PrepareAnswer)> done) = 0;

  // Pure. Every part the record makes at this target, in the order of delivery. The same input
  // gives the same parts, byte for byte.
  virtual std::vector<PlannedPart> Plan(const PlanInput& input) const = 0;

  // What would go for this part, with everything that is lost on the way. Pure.
  virtual Payload Preview(const PlannedPart& part) const { return part.payload; }

  // Makes the effects; `done` gets one outcome per item, in order. At most Manifest::batch items.
  virtual void Deliver(const Call& call, std::vector<Item> items,
                       std::function<void(std::vector<Outcome>)> done) = 0;

  // What the target holds now for this item.
  virtual void Lookup(const Call& call, Item item, std::function<void(LookupAnswer)> done) = 0;

  // The next page of changes after `cursor` (empty: from the beginning). Only with Manifest::pulls.
  virtual void Pull(const Call& call, std::string cursor, size_t limit,
                    std::function<void(PullAnswer)> done);

  // Records of a file or of a pushed call. Pure. Only with Manifest::receives.
  virtual ReceiveAnswer Receive(std::string_view bytes) const;

  // What the target holds, page by page. Only with Manifest::lists.
  virtual void List(const Call& call, std::string page, std::function<void(ListAnswer)> done);

  // Tells a source about its records; one outcome per report, at most Manifest::batch of them. Only
  // with Manifest::takes_status.
  virtual void SendStatus(const Call& call, std::vector<StatusReport> reports,
                          std::function<void(std::vector<Outcome>)> done);

  // The doctor: address, certificate, credential and its expiry, a harmless read.
  virtual void Check(const Call& call, std::function<void(std::vector<Finding>)> done) = 0;
};

// Keys that a held part can wait for. A change of the record with that key wakes it.
std::string PersonYearKey(std::string_view person, int tahun);
std::string UnitKey(std::string_view unor);

// An outcome in one line.
Outcome Delivered(std::string target_id);
Outcome Refused(v1::ErrorReason reason, schema::Metadata metadata = {});
// The target as a whole does not answer or is not well: TARGET_UNAVAILABLE naming `system`.
Outcome TargetTrouble(std::string_view system, Verdict verdict);

}  // namespace kinerja::adapter

#endif  // KINERJA_GATEWAY_ADAPTER_ADAPTER_H_
