// The storage interface, in domain verbs. Every guarantee a backend gives is written here and
// tested by tests/contract/store_contract_test; nothing above this file knows the backend.
//
// Model
//   A record (SKP) has a head: its current revision and what lists select by. Every accepted
//   revision is one row of the change log, which holds the whole body; a change has a number, given
//   in commit order without reuse. A position is (epoch, number): an epoch is one unbroken history,
//   so that a restored or copied store is recognised (design.md §8).
//
// Decisions
//   The Store knows no rule. A writer hands in a function that looks at what is stored and says
//   what to write; the Store runs it inside the transaction, one item after the other, each seeing
//   the items before it, commits many of them as one group, and reports each item after the commit.
//   A decision may be run more than once (a rolled-back group), so it keeps no state outside its
//   arguments.
//
// Threading: safe for concurrent use. Callbacks run on the Store's own threads and must not block.
#ifndef KINERJA_GATEWAY_STORE_STORE_H_
#define KINERJA_GATEWAY_STORE_STORE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/store/delivery_rows.h"

namespace kinerja::store {

// SkpId names a record inside the store; positive, opaque, never reused. ChangeNumber is the place
// of a change in commit order; the first is 1. Both stand in delivery_rows.h.

// What lists, streams and routes select a revision by. Enum values are those of kinerja.v1.
struct FilterKeys {
  std::string instansi;  // BKN code of the owning instansi, four digits
  std::string wilayah;   // Kemendagri code
  std::string unor;
  std::string npsn;
  std::string mulai;  // first day, yyyy-mm-dd
  std::string selesai;
  int32_t tahun = 0;
  int32_t jenis_periode = 0;
  int32_t regime = 0;
  int32_t status = 0;
  int32_t kelengkapan = 0;
  int32_t status_kepegawaian = 0;

  friend bool operator==(const FilterKeys&, const FilterKeys&) = default;
};

// Why a change row exists. Stored; values are never reused.
enum class ChangeKind : uint8_t {
  kAccepted = 1,   // a new revision submitted from outside
  kReplaced = 2,   // became DIGANTI because another record names it
  kMerged = 3,     // results of another record moved in or out
  kRestamped = 4,  // reference data changed what is stamped; the revision stays
};

// A body as it is stored: `bytes` are encoded as `format` says, `hash` is SHA-256 over salt and the
// plain body. The Store neither makes nor checks these; ingest/body_codec does.
struct SealedBody {
  uint8_t format = 0;
  std::string salt;
  std::string hash;
  std::string bytes;
};

// One revision to append. `skp` is stored already or from View::NewSkpId. `revision` must be the
// one after the stored one (a new record: 1; kRestamped: the same), else the item fails with
// INTERNAL.
struct NewRevision {
  SkpId skp = 0;
  uint64_t revision = 0;
  ChangeKind kind = ChangeKind::kAccepted;
  std::string person;  // "nip:<18 digits>", "nik:<16 digits>"; indexed
  FilterKeys keys;
  std::vector<std::string> targets;  // ids of the targets this revision is owed to, sorted
  SealedBody body;
};

// The current state of a record without its body.
struct Head {
  SkpId skp = 0;
  ChangeNumber change = 0;  // of the newest row of this record
  uint64_t revision = 0;
  absl::Time changed_at;
  std::string person;
  FilterKeys keys;
};

// One row of the change log.
struct Change {
  ChangeNumber number = 0;
  SkpId skp = 0;
  uint64_t revision = 0;
  ChangeKind kind = ChangeKind::kAccepted;
  absl::Time at;
  std::optional<FilterKeys> keys_before;  // nullopt for the first change of a record
  FilterKeys keys_after;
  std::vector<std::string> targets_before;
  std::vector<std::string> targets_after;
  SealedBody body;
};

// What a source calls a record. Several sources may name one record (merged results); one source id
// names one record at a time.
struct SourceRow {
  std::string system;
  std::string id;
  SkpId skp = 0;
  uint64_t version = 0;  // the greatest seen; 0 where the source has none
};

// The remembered answer to a request_id.
struct RequestRow {
  std::string principal;
  std::string request_id;
  std::string digest;  // of the normalised request; another digest under the same id is a misuse
  std::string answer;  // serialised; the Store does not look inside
  absl::Time at;       // set by the Store
};

// A difference that was kept instead of applied: an owner said otherwise, or the plan was frozen.
struct ConflictRow {
  int64_t id = 0;  // set by the Store
  SkpId skp = 0;
  std::string instansi;
  std::string path;     // by element keys, for example rhk[r-1].indikator[i-2].target.nilai
  std::string reason;   // name of an ErrorReason value
  std::string stored;   // canonical JSON of the value that stays; empty when there is none
  std::string offered;  // canonical JSON of the value that was offered; empty when it was removed
  std::string offered_by;  // source.system
  absl::Time since;        // set by the Store
  std::optional<absl::Time> closed_at;
};

// A record of a feed that was refused or held, with its bytes, until somebody acts.
struct RejectRow {
  std::string system;
  std::string id;  // (system, id) is the key: a newer refusal replaces the older one
  uint64_t version = 0;
  std::string instansi;
  std::string bytes;       // as received
  std::string violations;  // serialised; the Store does not look inside
  absl::Time at;           // set by the Store
};

// A source's cursor; moved in the same transaction as what the page brought.
struct CursorRow {
  std::string source;
  std::string cursor;
};

// Everything one decision writes; all of it or nothing.
struct Writes {
  std::vector<NewRevision> revisions;       // numbered in this order
  std::vector<SourceRow> sources;           // inserted or replaced by (system, id)
  std::vector<ConflictRow> open_conflicts;  // an open one of the same (skp, path, offered_by) is
                                            // replaced, its `since` stays
  std::vector<int64_t> close_conflicts;
  std::vector<RejectRow> rejects;
  std::vector<std::pair<std::string, std::string>> clear_rejects;  // (system, id)
  std::optional<CursorRow> cursor;
  std::optional<RequestRow> request;
  std::vector<DeliveryRow> deliveries;  // inserted (id 0) or replaced by id
  std::vector<HoldingRow> holdings;     // inserted or replaced by (target, effect)
  std::vector<std::pair<std::string, std::string>> drop_holdings;  // (target, effect)
  std::vector<AttemptRow> attempts;  // the last kKeptAttempts of a delivery are kept
  std::vector<FactsRow> facts;
  std::vector<TargetRow> targets;
  std::vector<JobRow> jobs;               // inserted (id 0) or replaced by id
  std::optional<ChangeNumber> projected;  // deliveries follow from every change up to here
  std::string answer;                     // handed back to the writer after the commit; not stored

  bool empty() const {
    return revisions.empty() && sources.empty() && open_conflicts.empty() &&
           close_conflicts.empty() && rejects.empty() && clear_rejects.empty() && !cursor &&
           !request && deliveries.empty() && holdings.empty() && drop_holdings.empty() &&
           attempts.empty() && facts.empty() && targets.empty() && jobs.empty() && !projected;
  }
};

// What a writer is told after its item was committed (or had nothing to write).
struct Committed {
  std::string answer;
  std::vector<ChangeNumber> changes;   // one per revision, in order
  std::vector<DeliveryId> deliveries;  // one per delivery, in order
  std::vector<int64_t> jobs;           // one per job, in order
};

// Attempts that are kept of one delivery.
inline constexpr uint32_t kKeptAttempts = 20;

// Which conflicts to list; empty fields do not restrict.
struct ConflictQuery {
  SkpId skp = 0;
  std::string instansi;
  bool open_only = false;
  int64_t after_id = 0;
  size_t limit = 0;
};

// Where a scan of heads starts and what it is restricted to by an index. At most one of person,
// instansi is set; neither: all records.
struct HeadQuery {
  std::string person;
  std::string instansi;
  ChangeNumber after = 0;  // heads whose newest change is greater, in that order
};

// A consistent look at what is stored. Valid only inside the function it was handed to; one thread.
// Errors: UNAVAILABLE (cannot be read now), DATA_LOSS (stored bytes make no sense).
class View {
 public:
  virtual ~View() = default;

  // An id for a record that this decision creates. Each call gives another one, greater than every
  // stored one, and none that was ever stored, not even by a history that a restored copy lost.
  virtual absl::StatusOr<SkpId> NewSkpId() const = 0;

  virtual absl::StatusOr<std::optional<Head>> FindHead(SkpId skp) const = 0;
  virtual absl::StatusOr<std::optional<SourceRow>> FindSource(std::string_view system,
                                                              std::string_view id) const = 0;
  // Every source id that names this record, ordered by (system, id).
  virtual absl::StatusOr<std::vector<SourceRow>> ListSources(SkpId skp) const = 0;
  // All records of a person, oldest first.
  virtual absl::StatusOr<std::vector<Head>> ListHeadsOfPerson(std::string_view person) const = 0;
  virtual absl::StatusOr<std::optional<RequestRow>> FindRequest(
      std::string_view principal, std::string_view request_id) const = 0;

  // The whole change row; NOT_FOUND when there is none of that number.
  virtual absl::StatusOr<Change> GetChange(ChangeNumber number) const = 0;
  // Changes after `after`, in order, at most `limit`; bodies included.
  virtual absl::StatusOr<std::vector<Change>> ReadChanges(ChangeNumber after,
                                                          size_t limit) const = 0;
  // The kept revisions of one record, newest first, with revision < `before` (0: from the newest),
  // one row per revision: of a restamped revision the newest row. Bodies included.
  virtual absl::StatusOr<std::vector<Change>> ListRevisions(SkpId skp, uint64_t before,
                                                            size_t limit) const = 0;
  // Calls `visit` for heads in the order of their newest change until it returns false or
  // `scan_limit` rows were looked at. Returns the change number to go on after (that of the last
  // head visited), or 0 at the end.
  virtual absl::StatusOr<ChangeNumber> ScanHeads(
      const HeadQuery& query, size_t scan_limit,
      const std::function<bool(const Head&)>& visit) const = 0;
  // Ordered by id.
  virtual absl::StatusOr<std::vector<ConflictRow>> ListConflicts(
      const ConflictQuery& query) const = 0;
  virtual absl::StatusOr<std::optional<RejectRow>> FindReject(std::string_view system,
                                                              std::string_view id) const = 0;
  virtual absl::StatusOr<std::optional<std::string>> FindCursor(std::string_view source) const = 0;

  // Changes after `after`, in order, at most `limit`, without their bodies.
  virtual absl::StatusOr<std::vector<Change>> ReadChangeHeads(ChangeNumber after,
                                                              size_t limit) const = 0;
  // Up to where deliveries follow from the changes.
  virtual absl::StatusOr<ChangeNumber> Projected() const = 0;
  virtual absl::StatusOr<std::optional<DeliveryRow>> FindDelivery(DeliveryId id) const = 0;
  virtual absl::StatusOr<std::optional<DeliveryRow>> FindDeliveryOf(std::string_view target,
                                                                    SkpId skp,
                                                                    DeliveryKind kind) const = 0;
  // All deliveries of a record, by target.
  virtual absl::StatusOr<std::vector<DeliveryRow>> ListDeliveriesOf(SkpId skp) const = 0;
  // Ready deliveries of one (target, region), smallest deadline first, oldest row first.
  virtual absl::StatusOr<std::vector<DeliveryRow>> ListReady(DeliveryKind kind,
                                                             std::string_view target,
                                                             std::string_view region,
                                                             size_t limit) const = 0;
  // Every (target, region) that has a ready delivery of a record.
  virtual absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ListReadyRegions()
      const = 0;
  // Deliveries whose `due` is not after `now`, or after `horizon` (the clock was set back), the
  // earliest first.
  virtual absl::StatusOr<std::vector<DeliveryRow>> ListDue(absl::Time now, absl::Time horizon,
                                                           size_t limit) const = 0;
  // The earliest `due`; nullopt when there is none.
  virtual absl::StatusOr<std::optional<absl::Time>> NextDue() const = 0;
  // Deliveries that are claimed, after `after`, by id.
  virtual absl::StatusOr<std::vector<DeliveryRow>> ListClaimed(DeliveryId after,
                                                               size_t limit) const = 0;
  // Ids of deliveries that wait for this key, after `after`, in order.
  virtual absl::StatusOr<std::vector<DeliveryId>> ListWaiting(std::string_view key,
                                                              DeliveryId after,
                                                              size_t limit) const = 0;
  // Calls `visit` for deliveries of records that match, by id, until it returns false or
  // `scan_limit` rows were looked at. Returns the id to go on after, or 0 at the end.
  virtual absl::StatusOr<DeliveryId> ScanDeliveries(
      const DeliveryQuery& query, size_t scan_limit,
      const std::function<bool(const DeliveryRow&)>& visit) const = 0;
  // How many deliveries of records are in each state at a target.
  virtual absl::StatusOr<std::vector<std::pair<DeliveryState, uint64_t>>> CountDeliveries(
      std::string_view target) const = 0;
  virtual absl::StatusOr<std::optional<HoldingRow>> FindHolding(std::string_view target,
                                                                std::string_view effect) const = 0;
  // Newest first.
  virtual absl::StatusOr<std::vector<AttemptRow>> ListAttempts(DeliveryId delivery) const = 0;
  virtual absl::StatusOr<std::optional<FactsRow>> FindFacts(std::string_view target,
                                                            std::string_view person) const = 0;
  virtual absl::StatusOr<std::optional<TargetRow>> FindTarget(std::string_view target) const = 0;
  virtual absl::StatusOr<std::optional<JobRow>> FindJob(int64_t id) const = 0;
  // Jobs that are running, by id.
  virtual absl::StatusOr<std::vector<JobRow>> ListRunningJobs() const = 0;
  // 32 random bytes that were made with the store and never change: the key of the HMAC of effects.
  virtual absl::StatusOr<std::string> EffectSecret() const = 0;
};

// Decides one item; see "Decisions" above. An error refuses the item, writes nothing and reaches
// the caller as it is.
using Decide = std::function<absl::StatusOr<Writes>(const View&)>;
using WriteDone = std::function<void(absl::StatusOr<Committed>)>;
// One for each decision, in order.
using WriteAllDone = std::function<void(absl::StatusOr<std::vector<Committed>>)>;

// An unbroken history: changes from `first` on, until the next epoch's first.
struct Epoch {
  std::string id;  // 32 hex digits, random
  ChangeNumber first = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Hands in one item. `done` is called exactly once, after the commit that holds everything the
  // item wrote (and everything its decision saw) has reached stable storage (P1), from the writer's
  // thread; only STORE_BUSY and STORE_CLOSED come from the caller's, before Write returns.
  // Errors of the Store itself, each with one ErrorInfo reason:
  //   RESOURCE_EXHAUSTED STORE_BUSY   too many items wait; nothing was written
  //   RESOURCE_EXHAUSTED STORE_FULL   no space left; nothing was written; works again when there is
  //   UNAVAILABLE        STORE_FAILED stable storage reported an error: whether this item survives
  //                                   is unknown, and nothing more is acknowledged until restart
  //   UNAVAILABLE        STORE_CLOSED the store is being closed; nothing was written
  virtual void Write(Decide decide, WriteDone done) = 0;
  // The same for decisions that belong together, for example those of a source's page and its
  // cursor: each sees what those before it write, and all of it becomes durable or nothing. The
  // error of one is the error of all. However many they are, they wait as one item.
  virtual void WriteAll(std::vector<Decide> decides, WriteAllDone done) = 0;

  // Hands in a read and returns at once. OK: `read` runs exactly once, on a reader thread, with a
  // consistent view that holds everything committed before this call. RESOURCE_EXHAUSTED STORE_BUSY
  // when too many reads wait, UNAVAILABLE STORE_CLOSED after Close: `read` is never called.
  virtual absl::Status Read(std::function<void(const View&)> read) = 0;

  // All epochs, oldest first; the last one is current.
  virtual std::vector<Epoch> Epochs() const = 0;
  // The number of the newest committed change; 0 when there is none.
  virtual ChangeNumber LastChange() const = 0;
  // Called after every commit that appended changes, from the writer's thread, with LastChange().
  // Set before the first Write; must return at once.
  virtual void OnCommit(std::function<void(ChangeNumber)> callback) = 0;
  // OK, or why writes are refused right now (STORE_FULL, STORE_FAILED).
  virtual absl::Status Health() const = 0;

  // Finishes what was handed in, refuses what comes later, and releases the files. Idempotent.
  virtual void Close() = 0;
};

}  // namespace kinerja::store

#endif  // KINERJA_GATEWAY_STORE_STORE_H_
