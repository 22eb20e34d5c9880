#include "gateway/ingest/puller.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gateway/base/kill_point.h"
#include "gateway/base/log.h"
#include "gateway/schema/catalogue.h"

namespace kinerja::ingest {
namespace {

// What a peer may ask for at most by Retry-After: nobody switches a source off for longer.
constexpr absl::Duration kLongestWait = absl::Hours(1);

security::Principal MakeFeed(const std::string& source) {
  security::Principal feed;
  feed.id = "pull-" + source;
  feed.systems = {source};
  feed.all_instansi = true;
  feed.feed = true;
  return feed;
}

bool IsKeptAside(const FeedOutcome& outcome) {
  return outcome.report.fate == adapter::RecordFate::kRefused ||
         outcome.report.fate == adapter::RecordFate::kHeld;
}

}  // namespace

// A page on its way into the store.
struct Puller::Page {
  std::vector<std::shared_ptr<const FeedRecord>> records;
  std::string next_cursor;
  bool more = false;
};

Puller::Puller(PullerOptions options, adapter::Adapter* adapter, store::Store* store,
               const base::Clock* clock, std::function<std::shared_ptr<const Rulebook>()> rulebook,
               PullerHooks hooks)
    : options_(std::move(options)),
      adapter_(adapter),
      store_(store),
      clock_(clock),
      rulebook_(std::move(rulebook)),
      hooks_(std::move(hooks)),
      feed_(MakeFeed(options_.source)) {}

Puller::~Puller() { Stop(); }

PullerState Puller::state() const {
  base::MutexLock lock(mutex_);
  return state_;
}

absl::Duration Puller::Tick() {
  {
    base::MutexLock lock(mutex_);
    if (stopping_ || state_.under_way) return absl::InfiniteDuration();
    const absl::Duration wait = due_ - clock_->Now();
    // Longer than it was meant to be: the clock was set back.
    if (wait > absl::ZeroDuration() && wait <= wait_) return wait;
    state_.under_way = true;
    cancellation_ = {};
  }
  Begin();
  return absl::InfiniteDuration();
}

void Puller::Stop() {
  base::MutexLock lock(mutex_);
  stopping_ = true;
  cancellation_.Cancel();
  while (state_.under_way) idle_.Wait(mutex_);
}

void Puller::Begin() {
  if (cursor_) return Ask(*cursor_);
  ReadCursor();
}

// What is stored says where to go on; this process remembers it only as long as it goes well.
void Puller::ReadCursor() {
  const absl::Status handed_in = store_->Read([this](const store::View& view) {
    absl::StatusOr<std::optional<std::string>> stored = view.FindCursor(options_.source);
    if (!stored.ok()) return Fail(std::nullopt, std::move(stored).status());
    cursor_ = stored->value_or("");
    End(absl::ZeroDuration());  // the peer is asked from the owner's thread
  });
  if (!handed_in.ok()) Fail(std::nullopt, handed_in);
}

void Puller::Ask(std::string cursor) {
  adapter::Call call;
  call.deadline = base::Deadline::After(options_.call_timeout);
  {
    base::MutexLock lock(mutex_);
    call.cancellation = cancellation_;
  }
  adapter_->Pull(call, std::move(cursor), options_.page_size,
                 [this](adapter::PullAnswer answer) { Take(std::move(answer)); });
}

void Puller::Take(adapter::PullAnswer answer) {
  if (answer.obstacle) return Fail(std::move(answer.obstacle), absl::OkStatus());
  if (answer.restart) {
    base::Log(base::Level::kWarning, "pull_restarted", {{"source", options_.source}});
    cursor_ = "";
    return End(absl::ZeroDuration());
  }
  KJ_KILL_POINT("pull_before_page");
  Write(std::move(answer));
}

void Puller::Write(adapter::PullAnswer answer) {
  auto page = std::make_shared<Page>();
  page->next_cursor = std::move(answer.next_cursor);
  page->more = answer.more;
  const std::shared_ptr<const Rulebook> rulebook = rulebook_();
  const absl::Time received = clock_->Now();
  std::vector<store::Decide> decides;
  for (adapter::PulledRecord& pulled : answer.records) {
    auto record = std::make_shared<const FeedRecord>(std::move(pulled), options_.source, feed_,
                                                     rulebook, validator_, received);
    decides.push_back([this, record](const store::View& view) -> absl::StatusOr<store::Writes> {
      KJ_ASSIGN_OR_RETURN(store::Writes writes, record->Decide(view));
      if (hooks_.add_writes) {
        KJ_RETURN_IF_ERROR(hooks_.add_writes(view, record->ReadOutcome(writes.answer), &writes));
      }
      return writes;
    });
    page->records.push_back(std::move(record));
  }
  // An empty page that ends where it began is most of all polls: nothing to write.
  if (!page->records.empty() || page->next_cursor != cursor_) {
    decides.push_back([this, page](const store::View&) -> absl::StatusOr<store::Writes> {
      store::Writes writes;
      writes.cursor = store::CursorRow{options_.source, page->next_cursor};
      return writes;
    });
  }
  if (decides.empty()) return Written(*page, std::vector<store::Committed>());
  store_->WriteAll(std::move(decides),
                   [this, page](const absl::StatusOr<std::vector<store::Committed>>& committed) {
                     Written(*page, committed);
                   });
}

void Puller::Written(const Page& page,
                     const absl::StatusOr<std::vector<store::Committed>>& committed) {
  if (!committed.ok()) return Fail(std::nullopt, committed.status());
  KJ_KILL_POINT("pull_after_page");
  std::vector<FeedOutcome> outcomes;
  for (size_t i = 0; i < page.records.size(); ++i) {
    outcomes.push_back(page.records[i]->ReadOutcome((*committed)[i].answer));
  }
  if (hooks_.on_page && !outcomes.empty()) hooks_.on_page(outcomes);
  cursor_ = page.next_cursor;
  {
    base::MutexLock lock(mutex_);
    state_.last_page = clock_->Now();
    state_.failures = 0;
    state_.obstacle.reset();
    state_.store = absl::OkStatus();
    ++state_.pages;
    state_.records += outcomes.size();
    state_.kept_aside +=
        static_cast<uint64_t>(std::count_if(outcomes.begin(), outcomes.end(), IsKeptAside));
  }
  End(page.more ? absl::ZeroDuration() : options_.poll_interval);
}

void Puller::Fail(std::optional<adapter::Outcome> obstacle, absl::Status store) {
  cursor_.reset();
  uint32_t failures = 0;
  bool stopping = false;
  {
    base::MutexLock lock(mutex_);
    failures = ++state_.failures;
    stopping = stopping_;
    state_.obstacle = obstacle;
    state_.store = store;
  }
  // At the beginning of a streak, and every hour of it.
  const absl::Time now = clock_->Now();
  const bool say = failures == 1 || absl::AbsDuration(now - said_) >= absl::Hours(1);
  if (say && !stopping) {
    said_ = now;
    const v1::ErrorReason reason = obstacle ? obstacle->reason : schema::ReasonOf(store);
    base::Log(base::Level::kWarning, "pull_failed",
              {{"source", options_.source},
               {"reason", schema::ReasonName(reason)},
               {"failures", failures},
               {"words", obstacle ? obstacle->peer_words : ""}});
  }
  End(Backoff(failures, obstacle));
}

// Truncated exponential with jitter, never sooner than the peer asks for.
absl::Duration Puller::Backoff(uint32_t failures,
                               const std::optional<adapter::Outcome>& obstacle) const {
  constexpr uint32_t kMostDoublings = 30;
  absl::Duration wait = options_.backoff_initial;
  for (uint32_t i = 1; i < std::min(failures, kMostDoublings); ++i) wait *= 2;
  wait = std::min(wait, options_.backoff_max);
  wait -= wait * (hooks_.random() / 2);
  if (obstacle && obstacle->after) wait = std::max(wait, *obstacle->after);
  return std::min(wait, kLongestWait);
}

void Puller::End(absl::Duration wait) {
  // Stop may return, and all of this be gone, as soon as the lock is given back.
  const std::function<void()> wake = hooks_.wake;
  {
    base::MutexLock lock(mutex_);
    wait_ = wait;
    due_ = clock_->Now() + wait;
    state_.under_way = false;
    idle_.NotifyAll();
    if (stopping_) return;
  }
  wake();
}

}  // namespace kinerja::ingest
