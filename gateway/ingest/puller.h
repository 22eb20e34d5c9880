// Puller: one source, page after page. Judges every record of a page like any other submission and
// writes what became of all of them in one transaction with the cursor behind the page, so that a
// crash neither skips a record nor takes one twice. A record that is refused or held is kept aside
// and stops nothing.
//
//   page → rules of each record → ONE transaction (each record decided in order, seeing those
//   before it, then the cursor) → outcomes
//
// Whatever the peer does (no answer, an error page, a page again) the cursor stays, and the page is
// asked for again after a wait that grows. A cursor that the source no longer knows is forgotten:
// everything comes again, and what is known is UNCHANGED.
//
// It has no thread: the owner calls Tick when the last one said so and whenever `wake` was called;
// the adapter's and the Store's threads do the rest. At most one page is under way.
//
// Threading: Tick and state are safe for concurrent use; Stop belongs to the owner, and never to a
// callback.
// Ownership: everything it is given outlives it.
//
//   Puller puller(options, &adapter, &store, &clock, rulebook, hooks);
//   while (running) WaitForWakeAtMost(puller.Tick());
//   puller.Stop();
#ifndef KINERJA_GATEWAY_INGEST_PULLER_H_
#define KINERJA_GATEWAY_INGEST_PULLER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/clock.h"
#include "gateway/base/mutex.h"
#include "gateway/ingest/feed_record.h"
#include "gateway/ingest/rulebook.h"
#include "gateway/security/principal.h"
#include "gateway/store/store.h"
#include "gateway/validate/validate.h"

namespace kinerja::ingest {

struct PullerOptions {
  std::string source;  // source.system of its records, and the name of its cursor
  size_t page_size = 100;
  absl::Duration call_timeout = absl::Seconds(60);
  absl::Duration poll_interval = absl::Seconds(60);  // when nothing more waits there
  absl::Duration backoff_initial = absl::Seconds(2);
  absl::Duration backoff_max = absl::Minutes(10);
};

struct PullerHooks {
  // What was under way has ended: Tick has something to do, or says when. Any thread, also that of
  // Tick before it returns; must return at once.
  std::function<void()> wake;
  // Adds what else is to be written because of this record, in the same transaction: what its
  // origin is owed. Like a decision it may run again and keeps no state. On the Store's thread;
  // optional.
  std::function<absl::Status(const store::View&, const FeedOutcome&, store::Writes*)> add_writes;
  // After the commit, what became of the page. On the Store's thread; optional.
  std::function<void(const std::vector<FeedOutcome>&)> on_page;
  // 0 up to, not including, 1, evenly; for the jitter of waits.
  std::function<double()> random;
};

// How it goes, for people and metrics.
struct PullerState {
  bool under_way = false;
  std::optional<absl::Time> last_page;       // committed
  uint32_t failures = 0;                     // in a row
  std::optional<adapter::Outcome> obstacle;  // of the last try, where the peer stood in the way
  absl::Status store = absl::OkStatus();     // of the last try, where the Store did
  uint64_t pages = 0;
  uint64_t records = 0;
  uint64_t kept_aside = 0;  // refused or held, of `records`
};

class Puller {
 public:
  Puller(PullerOptions options, adapter::Adapter* adapter, store::Store* store,
         const base::Clock* clock, std::function<std::shared_ptr<const Rulebook>()> rulebook,
         PullerHooks hooks);
  // As Stop.
  ~Puller();
  Puller(const Puller&) = delete;
  Puller& operator=(const Puller&) = delete;

  // Asks for a page when one is due and none is under way. Never waits. Returns how long nothing
  // will be due by time alone.
  absl::Duration Tick();

  // Asks for nothing more, cancels the call that is under way, and returns when nothing is. May be
  // called again.
  void Stop();

  PullerState state() const;

 private:
  struct Page;

  void Begin();
  void ReadCursor();
  void Ask(std::string cursor);
  void Take(adapter::PullAnswer answer);
  void Write(adapter::PullAnswer answer);
  void Written(const Page& page, const absl::StatusOr<std::vector<store::Committed>>& committed);
  void Fail(std::optional<adapter::Outcome> obstacle, absl::Status store);
  // Ends what is under way; the next page is due after `wait`.
  void End(absl::Duration wait);
  absl::Duration Backoff(uint32_t failures, const std::optional<adapter::Outcome>& obstacle) const;

  const PullerOptions options_;
  adapter::Adapter* const adapter_;
  store::Store* const store_;
  const base::Clock* const clock_;
  const std::function<std::shared_ptr<const Rulebook>()> rulebook_;
  const PullerHooks hooks_;
  const security::Principal feed_;
  const validate::Validator validator_;

  mutable base::Mutex mutex_;
  base::CondVar idle_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration wait_ ABSL_GUARDED_BY(mutex_);  // as it was set, to tell a clock that was set back
  absl::Time due_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  base::Cancellation cancellation_ ABSL_GUARDED_BY(mutex_);
  PullerState state_ ABSL_GUARDED_BY(mutex_);
  absl::Time said_;  // when the log was last told of a failure; only of what is under way
  // Where the next page begins, once it was read from the Store. Only what is under way uses it.
  std::optional<std::string> cursor_;
};

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_PULLER_H_
