// FeedRecord: one record that a source gave, judged like every other and decided inside the store's
// transaction: a revision, or the record kept aside with its bytes and its violations, because
// nobody reads a feed's answers.
//
// What a source sends again changes nothing twice: an older version than the one that is held or
// kept aside is STALE, an equal one UNCHANGED; what is accepted ends the refusal of this version
// and of older ones.
//
// Threading: immutable after construction; safe for concurrent use.
// Ownership: the principal outlives it.
#ifndef KINERJA_GATEWAY_INGEST_FEED_RECORD_H_
#define KINERJA_GATEWAY_INGEST_FEED_RECORD_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/adapter/adapter.h"
#include "gateway/ingest/judge.h"
#include "gateway/ingest/rulebook.h"
#include "gateway/security/principal.h"
#include "gateway/store/store.h"
#include "gateway/validate/validate.h"
#include "kinerja/v1/skp_service.pb.h"

namespace kinerja::ingest {

// What became of it, for its origin.
struct FeedOutcome {
  adapter::StatusReport report;
  std::string instansi;            // kode_bkn; empty when it cannot be told
  v1::SubmitSkpResponse response;  // the record that is held, warnings, violations
};

class FeedRecord {
 public:
  // Judges what needs no stored state. `system` is the source's; the record cannot name another.
  FeedRecord(adapter::PulledRecord record, std::string system, const security::Principal& feed,
             std::shared_ptr<const Rulebook> rulebook, const validate::Validator& validator,
             absl::Time received);

  // What to write; `answer` is for ReadOutcome. Errors are of the store: then nothing is known
  // about the record, and it is judged again later.
  absl::StatusOr<store::Writes> Decide(const store::View& view) const;

  FeedOutcome ReadOutcome(const std::string& answer) const;

 private:
  absl::StatusOr<Verdict> JudgeStored(const store::View& view) const;
  absl::StatusOr<bool> IsStale(const store::View& view) const;
  store::Writes KeepAside(const std::optional<store::RejectRow>& kept, Verdict verdict) const;
  // Whether this version is not older than the one that is kept aside.
  bool Supersedes(const store::RejectRow& kept) const;

  const std::string system_;
  const std::shared_ptr<const Rulebook> rulebook_;
  const bool ordered_by_arrival_;
  adapter::PulledRecord record_;
  Submission submission_;
  std::vector<schema::Violation> violations_;  // what refuses or holds it without stored state
};

// Why a record is kept aside.
std::vector<v1::Violation> ViolationsOf(const store::RejectRow& row);

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_FEED_RECORD_H_
