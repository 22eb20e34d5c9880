// Ingest: takes one submission from reading to a committed revision.
//
//   normalise → who may → rules of the record → ONE transaction (judge by what is stored, write the
//   change with the targets it is owed, remember the answer) → answer after the commit.
//
// Threading: safe for concurrent use. SubmitSkp does the work that needs no stored state on the
// calling thread (some tens of microseconds, no I/O) and answers from a thread of the Store.
// Ownership: store, clock and principals outlive it.
#ifndef KINERJA_GATEWAY_INGEST_INGEST_H_
#define KINERJA_GATEWAY_INGEST_INGEST_H_

#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/call_context.h"
#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"
#include "gateway/ingest/judge.h"
#include "gateway/ingest/rulebook.h"
#include "gateway/security/principal.h"
#include "gateway/store/store.h"
#include "gateway/validate/validate.h"
#include "kinerja/v1/skp_service.pb.h"

namespace kinerja::ingest {

using SubmitDone = std::function<void(absl::StatusOr<v1::SubmitSkpResponse>)>;

class Ingest {
 public:
  Ingest(store::Store* store, std::shared_ptr<const Rulebook> rulebook, const base::Clock* clock);

  // Judges and keeps one record; the errors are those of SkpService.SubmitSkp. `done` is called
  // exactly once, on this thread or on one of the Store, and must not block. Once the record was
  // handed to the Store it is decided whether or not the caller still waits.
  void SubmitSkp(const base::CallContext& context, const security::Principal& principal,
                 v1::SubmitSkpRequest request, SubmitDone done);

  // Later submissions are judged with this one.
  void SetRulebook(std::shared_ptr<const Rulebook> rulebook);
  std::shared_ptr<const Rulebook> rulebook() const;

 private:
  // A submission on its way, shared by the callbacks it passes through.
  struct Pending {
    Submission submission;
    std::vector<schema::Violation> violations;  // of the rules that need no stored state
    std::shared_ptr<const Rulebook> rulebook;
    SubmitDone done;
  };

  absl::Status ReadRequest(const security::Principal& principal, v1::SubmitSkpRequest* request,
                           Pending* pending) const;
  void JudgeOnly(std::shared_ptr<Pending> pending, bool validate_only);
  void JudgeAndWrite(std::shared_ptr<Pending> pending);

  store::Store* const store_;
  const base::Clock* const clock_;
  const validate::Validator validator_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const Rulebook> rulebook_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_INGEST_H_
