// Flow 4 of 6. Before: gateway/ingest/ingest.cc. Next: adapters/bkn/bkn_adapter.cc.
#include "gateway/delivery/dispatcher.h"

#include <algorithm>
#include <future>
#include <map>
#include <random>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/event_loop.h"
#include "gateway/base/executor.h"
#include "gateway/base/hex.h"
#include "gateway/base/kill_point.h"
#include "gateway/base/log.h"
#include "gateway/base/mutex.h"
#include "gateway/base/status.h"
#include "gateway/base/status_macros.h"
#include "gateway/delivery/decide.h"
#include "gateway/delivery/planner.h"
#include "gateway/schema/catalogue.h"

namespace kinerja::delivery {
namespace {

constexpr size_t kProjectBatch = 256;
constexpr size_t kDueBatch = 256;
constexpr size_t kRecoverBatch = 256;
constexpr size_t kPlanQueue = 65'536;  // above the sum of all deliveries in flight
constexpr absl::Duration kTick = absl::Milliseconds(200);
constexpr absl::Duration kStoreRetry = absl::Milliseconds(200);
// The wall clock and the steady one are read one after the other, and the first may be slewed.
constexpr absl::Duration kClockWasSet = absl::Seconds(1);
// Set back by less, the clock only makes what waits for its time wait so much longer.
constexpr absl::Duration kSetBackFar = absl::Minutes(1);
// An adapter answers by the deadline of its call; one that does not is not waited for any longer.
constexpr absl::Duration kAnswerGrace = absl::Seconds(5);
constexpr uint32_t kFailuresToOpen = 5;
constexpr double kRetryRatio = 0.2;
constexpr double kRetriesPerSecond = 2;
constexpr double kMostRetriesSaved = 100;

}  // namespace

// One delivery under way. Shared by the callbacks it passes through; touched on the loop only, but
// while the planner has it.
struct Job {
  LoadedWork loaded;
  std::shared_ptr<const v1::Skp> skp;
  std::string facts;
  NextCall call;
  adapter::Call limits;
  absl::Time began;
  absl::Duration began_steady;
  uint64_t calls = 0;  // numbers the calls, so that a late answer of an earlier one is known
  bool probe = false;  // the one call that a breaker lets through
};

// What the dispatcher has of one target.
struct Lane {
  explicit Lane(TargetSettings given)
      : settings(std::move(given)),
        breaker(kFailuresToOpen, settings.rules.backoff),
        budget(kRetryRatio, kRetriesPerSecond, kMostRetriesSaved) {}

  const TargetSettings settings;
  CircuitBreaker breaker;
  RetryBudget budget;
  std::set<std::string> regions;  // may have ready deliveries
  std::string last_region;        // whose turn it was; the next one after it is served
  bool reading = false;
  bool read_again = false;  // something was made ready while reading
  bool paused = false;
  std::map<store::DeliveryId, std::shared_ptr<Job>> working;
  uint64_t delivered = 0;
  uint64_t failed = 0;
  store::DeliveryReason trouble;  // the last one of the target as a whole
};

class Dispatcher::Loop {
 public:
  explicit Loop(Options options)
      : options_(std::move(options)), random_(options_.seed), planner_("planner", 1, kPlanQueue) {
    for (TargetSettings& target : options_.targets) {
      const std::string id = target.rules.id;
      lanes_.emplace(id, std::make_unique<Lane>(std::move(target)));
    }
  }

  ~Loop() { Stop(absl::ZeroDuration()); }

  // Everything that needs the store before work begins; on the caller's thread.
  absl::Status Prepare() {
    KJ_RETURN_IF_ERROR(RecoverClaims());
    return ReadSync([this](const store::View& view) -> absl::Status {
      KJ_ASSIGN_OR_RETURN(secret_, view.EffectSecret());
      KJ_ASSIGN_OR_RETURN(const auto regions, view.ListReadyRegions());
      for (const auto& [target, region] : regions) {
        if (Lane* lane = FindLane(target)) lane->regions.insert(region);
      }
      for (auto& [id, lane] : lanes_) {
        KJ_ASSIGN_OR_RETURN(const std::optional<store::TargetRow> row, view.FindTarget(id));
        lane->paused = row && row->paused;
      }
      return absl::OkStatus();
    });
  }

  void Begin() {
    loop_.Post([this] {
      begun_ = true;
      clock_set_ = last_wall_ = options_.clock->Now();  // it may have been set before the start
      last_steady_ = loop_.Now();
      PumpAll();
      Project();
      Tick();
    });
  }

  void NoteCommit() {
    loop_.Post([this] { Project(); });
  }

  void NoteReady(std::string target, std::string region) {
    loop_.Post([this, target = std::move(target), region = std::move(region)] {
      NoteWork(target, region);
    });
  }

  void SetPaused(const std::string& target, bool paused) {
    loop_.Post([this, target, paused] {
      Lane* lane = FindLane(target);
      if (lane == nullptr) return;
      lane->paused = paused;
      Pump(lane);
    });
  }

  std::optional<TargetHealth> HealthOf(std::string_view target) const {
    base::MutexLock lock(mutex_);
    const auto found = health_.find(target);
    if (found == health_.end()) return std::nullopt;
    return found->second;
  }

  void Stop(absl::Duration grace) {
    if (stopped_) return;
    stopped_ = true;
    // The loop tells when nothing is under way any more; then, or when the grace is over, it ends.
    auto idle = std::make_shared<std::promise<void>>();
    std::future<void> ended = idle->get_future();
    loop_.Post([this, idle] {
      stopping_ = true;
      idle_ = idle;
      TellIfIdle();
    });
    ended.wait_for(absl::ToChronoNanoseconds(grace));
    std::promise<void> cancelled;
    loop_.Post([this, &cancelled] {
      for (auto& [id, lane] : lanes_) {
        for (auto& [delivery, job] : lane->working) job->limits.cancellation.Cancel();
      }
      cancelled.set_value();
    });
    cancelled.get_future().wait();
    planner_.Stop();
    loop_.Stop();
  }

 private:
  using JobPtr = std::shared_ptr<Job>;

  Lane* FindLane(std::string_view target) {
    const auto found = lanes_.find(target);
    return found == lanes_.end() ? nullptr : found->second.get();
  }

  DecideContext ContextOf(const Lane& lane) {
    DecideContext context = BareContext();
    context.rules = &lane.settings.rules;
    return context;
  }

  DecideContext BareContext() {
    DecideContext context;
    context.process = options_.process;
    context.now = Now();
    context.sound_since = clock_set_;
    context.random = random_();
    context.status_systems = &options_.status_systems;
    context.name_of = options_.name_of;
    return context;
  }

  // ---- Start ----

  absl::Status ReadSync(const std::function<absl::Status(const store::View&)>& read) {
    std::promise<absl::Status> promise;
    const absl::Status handed_in =
        options_.store->Read([&](const store::View& view) { promise.set_value(read(view)); });
    if (!handed_in.ok()) return handed_in;
    return promise.get_future().get();
  }

  // The store is this process's alone, so whoever claimed something is gone.
  absl::Status RecoverClaims() {
    while (true) {
      auto count = std::make_shared<size_t>(0);
      std::promise<absl::Status> promise;
      options_.store->Write(
          [this, count](const store::View& view) -> absl::StatusOr<store::Writes> {
            KJ_ASSIGN_OR_RETURN(std::vector<store::DeliveryRow> rows,
                                view.ListClaimed(0, kRecoverBatch));
            *count = rows.size();
            for (store::DeliveryRow& row : rows) Recover(options_.clock->Now(), &row);
            store::Writes writes;
            writes.deliveries = std::move(rows);
            return writes;
          },
          [&promise](const absl::StatusOr<store::Committed>& committed) {
            promise.set_value(committed.status());
          });
      KJ_RETURN_IF_ERROR(promise.get_future().get());
      if (*count == 0) return absl::OkStatus();
      base::Log(base::Level::kInfo, "deliveries_recovered", {{"count", *count}});
    }
  }

  // ---- What is wanted ----

  void Project() {
    if (!begun_ || projecting_ || stopping_) {
      project_again_ = true;
      return;
    }
    projecting_ = true;
    project_again_ = false;
    auto projection = std::make_shared<Projection>();
    const DecideContext context = BareContext();
    options_.store->Write(
        [this, projection, context](const store::View& view) -> absl::StatusOr<store::Writes> {
          KJ_ASSIGN_OR_RETURN(*projection,
                              ProjectChanges(view, kProjectBatch, options_.deadline_of, context));
          return std::move(projection->decision.writes);
        },
        [this, projection](const absl::StatusOr<store::Committed>& committed) {
          loop_.Post(
              [this, projection, status = committed.status()] { Projected(*projection, status); });
        });
  }

  void Projected(const Projection& projection, const absl::Status& status) {
    projecting_ = false;
    if (!status.ok()) {
      LogTrouble("projection_failed", status);
      loop_.PostAfter(kStoreRetry, [this] { Project(); });
      return;
    }
    NoteWoken(projection.decision);
    if (projection.changes == kProjectBatch || project_again_) Project();
  }

  void NoteWoken(const Decision& decision) {
    for (const auto& [target, region] : decision.woken) NoteWork(target, region);
    for (const store::DeliveryRow& row : decision.writes.deliveries) {
      if (row.due) next_due_ = std::min(next_due_, *row.due);
    }
  }

  void NoteWork(const std::string& target, const std::string& region) {
    Lane* lane = FindLane(target);
    if (lane == nullptr) return;
    lane->regions.insert(region);
    lane->read_again = lane->reading;
    Pump(lane);
  }

  // ---- Time ----

  // The time of day. Notices that the clock was set: it went otherwise than the steady one.
  absl::Time Now() {
    const absl::Time now = options_.clock->Now();
    const absl::Duration steady = loop_.Now();
    const absl::Time expected = last_wall_ + (steady - last_steady_);
    last_wall_ = now;
    last_steady_ = steady;
    if (absl::AbsDuration(now - expected) < kClockWasSet) return now;
    if (KJ_SEEDED_BUG("trust_wall_clock")) return now;
    base::Log(base::Level::kWarning, "clock_set",
              {{"seconds", absl::ToInt64Seconds(now - expected)}});
    clock_set_ = now;
    if (now < expected - kSetBackFar) {
      due_before_set_back_ = std::min(due_before_set_back_, expected - kSetBackFar);
    }
    return now;
  }

  void Tick() {
    const absl::Time now = Now();
    if (!waking_ && (now >= next_due_ || due_before_set_back_ != absl::InfiniteFuture())) WakeDue();
    PumpAll();
    PublishHealth();
    loop_.PostAfter(kTick, [this] { Tick(); });
  }

  // Makes ready what waited for its time.
  void WakeDue() {
    if (stopping_) return;
    waking_ = true;
    struct Due {
      Decision decision;
      size_t count = 0;
      std::optional<absl::Time> next;
    };
    auto due = std::make_shared<Due>();
    const absl::Time now = Now();
    const absl::Time old = std::exchange(due_before_set_back_, absl::InfiniteFuture());
    const absl::Time horizon = std::min(now + kDueHorizon, old);
    options_.store->Write(
        [due, now, horizon](const store::View& view) -> absl::StatusOr<store::Writes> {
          *due = Due();
          KJ_ASSIGN_OR_RETURN(std::vector<store::DeliveryRow> rows,
                              view.ListDue(now, horizon, kDueBatch));
          due->count = rows.size();
          KJ_ASSIGN_OR_RETURN(due->next, view.NextDue());
          for (store::DeliveryRow& row : rows) {
            row.due.reset();
            row.ready = row.claim.empty();
            due->decision.woken.emplace(row.target, row.region);
          }
          store::Writes writes;
          writes.deliveries = std::move(rows);
          return writes;
        },
        [this, due, old](const absl::StatusOr<store::Committed>& committed) {
          loop_.Post([this, due, old, status = committed.status()] {
            waking_ = false;
            // Not all of them are known to be woken yet.
            if (!status.ok() || due->count > 0) {
              due_before_set_back_ = std::min(due_before_set_back_, old);
            }
            if (!status.ok()) return LogTrouble("wake_failed", status);
            // Where nothing was due, the next one is known; else the next look finds it.
            next_due_ =
                due->count > 0 ? absl::InfinitePast() : due->next.value_or(absl::InfiniteFuture());
            NoteWoken(due->decision);
            if (due->count > 0) WakeDue();
          });
        });
  }

  // ---- A lane ----

  void PumpAll() {
    for (auto& [id, lane] : lanes_) Pump(lane.get());
  }

  bool MayRead(const Lane& lane) const {
    return begun_ && !stopping_ && !lane.paused && !lane.reading && !lane.regions.empty() &&
           lane.working.size() < lane.settings.max_in_flight &&
           lane.breaker.MayBegin(loop_.Now()) && lane.settings.hours.IsOpen(options_.clock->Now());
  }

  // The region after the one served last: each gets its turn.
  static std::string NextRegion(const Lane& lane) {
    const auto next = lane.regions.upper_bound(lane.last_region);
    return next == lane.regions.end() ? *lane.regions.begin() : *next;
  }

  void Pump(Lane* lane) {
    if (!MayRead(*lane)) return;
    const bool probing = lane->breaker.StateAt(loop_.Now()) == CircuitBreaker::State::kHalfOpen;
    const size_t room = probing ? 1 : lane->settings.max_in_flight - lane->working.size();
    // A region's share of one turn, where others wait too.
    const size_t share = lane->regions.size() > 1 ? std::max<size_t>(1, room / 2) : room;
    const std::string region = NextRegion(*lane);
    lane->last_region = region;
    lane->reading = true;
    lane->read_again = false;
    std::unordered_set<store::DeliveryId> taken;
    for (const auto& [id, job] : lane->working) taken.insert(id);
    const absl::Status handed_in = options_.store->Read(
        [this, lane, region, share, taken = std::move(taken)](const store::View& view) {
          auto read = std::make_shared<absl::StatusOr<std::vector<LoadedWork>>>(
              ReadReady(view, lane->settings.rules.id, region, share, taken));
          loop_.Post(
              [this, lane, region, share, read] { Loaded(lane, region, share, std::move(*read)); });
        });
    if (handed_in.ok()) return;
    lane->reading = false;  // the next tick reads again
  }

  static absl::StatusOr<std::vector<LoadedWork>> ReadReady(
      const store::View& view, const std::string& target, const std::string& region, size_t share,
      const std::unordered_set<store::DeliveryId>& taken) {
    KJ_ASSIGN_OR_RETURN(
        const std::vector<store::DeliveryRow> rows,
        view.ListReady(store::DeliveryKind::kRecord, target, region, share + taken.size()));
    std::vector<LoadedWork> loaded;
    for (const store::DeliveryRow& row : rows) {
      if (taken.contains(row.id)) continue;
      if (loaded.size() == share) break;
      absl::StatusOr<LoadedWork> work = LoadWork(view, row);
      if (!work.ok()) {
        // What cannot be read now is read later.
        if (absl::IsUnavailable(work.status())) return work.status();
        // Without its body it is refused; the others go on.
        LogTrouble("delivery_unreadable", work.status());
        work = WorkOf(row);
      }
      loaded.push_back(*std::move(work));
    }
    return loaded;
  }

  void Loaded(Lane* lane, const std::string& region, size_t share,
              absl::StatusOr<std::vector<LoadedWork>> read) {
    lane->reading = false;
    if (!read.ok()) return LogTrouble("delivery_read_failed", read.status());
    if (read->size() < share && !lane->read_again) lane->regions.erase(region);
    for (LoadedWork& loaded : *read) {
      auto job = std::make_shared<Job>();
      job->loaded = std::move(loaded);
      StartJob(lane, std::move(job));
    }
    Pump(lane);
  }

  void StartJob(Lane* lane, JobPtr job) {
    const Work& work = job->loaded.work;
    if (!lane->working.emplace(work.row.id, job).second) return;
    job->probe = lane->breaker.Begin(loop_.Now());
    if (work.row.tries == 0) {
      lane->budget.EarnFirstTry();
    } else if (!work.look && !lane->budget.SpendRetry(loop_.Now()) &&
               !KJ_SEEDED_BUG("ignore_budget")) {
      return PutOffWork(lane, job);
    }
    if (!planner_.TrySubmit([this, lane, job] { OpenAndPlan(lane, job); })) {
      GiveUpForNow(lane, job);
    }
  }

  // No budget for repetition now; it comes again later, with some jitter.
  void PutOffWork(Lane* lane, const JobPtr& job) {
    const DecideContext context = ContextOf(*lane);
    StoreDecision(lane, job, /*must_be_kept=*/false,
                  [job, context](const store::View& view) -> absl::StatusOr<Decision> {
                    return PutOff(view, job->loaded.work, context);
                  });
  }

  // ---- Planning; on the planner's thread ----

  void OpenAndPlan(Lane* lane, const JobPtr& job) {
    KJ_KILL_POINT("deliver_before_plan");
    absl::StatusOr<v1::Skp> skp = options_.open_body(job->loaded.body);
    if (!skp.ok()) {
      LogTrouble("body_unreadable", skp.status());
      loop_.Post([this, lane, job] {
        StoreObstacle(lane, job, adapter::Refused(v1::ERROR_REASON_INTERNAL));
      });
      return;
    }
    job->skp = std::make_shared<const v1::Skp>(*std::move(skp));
    const std::optional<store::FactsRow>& facts = job->loaded.facts;
    if (facts && facts->expires > options_.clock->Now()) {
      job->facts = facts->facts;
      return Plan(lane, job);
    }
    loop_.Post([this, lane, job] { AskFacts(lane, job); });
  }

  void Plan(Lane* lane, const JobPtr& job) {
    PlanWork(*lane->settings.adapter, *job->skp, job->facts, *options_.reference, secret_,
             options_.clock->Now(), &job->loaded);
    KJ_KILL_POINT("deliver_after_plan");
    loop_.Post([this, lane, job] { StoreBegin(lane, job); });
  }

  // ---- Calls; on the loop ----

  // Arms the clock of a call; its number tells its answer from a late one.
  uint64_t BeginCall(Lane* lane, const JobPtr& job) {
    const uint64_t number = ++job->calls;
    job->limits.deadline = base::Deadline::After(lane->settings.call_timeout);
    job->limits.cancellation = base::Cancellation();
    job->began = options_.clock->Now();
    job->began_steady = loop_.Now();
    return number;
  }

  // Where the adapter has not answered long after the deadline. Keeps nothing of a job alive that
  // has ended.
  void AfterTimeout(Lane* lane, const JobPtr& job, uint64_t number,
                    std::function<void(const JobPtr&)> give_up) {
    loop_.PostAfter(lane->settings.call_timeout + kAnswerGrace,
                    [weak = std::weak_ptr<Job>(job), number, give_up = std::move(give_up)] {
                      const JobPtr alive = weak.lock();
                      if (alive == nullptr || alive->calls != number) return;
                      alive->limits.cancellation.Cancel();
                      give_up(alive);
                    });
  }

  void AskFacts(Lane* lane, const JobPtr& job) {
    const uint64_t number = BeginCall(lane, job);
    AfterTimeout(lane, job, number, [this, lane, number](const JobPtr& alive) {
      adapter::PrepareAnswer none;
      none.obstacle =
          adapter::TargetTrouble(lane->settings.rules.id, adapter::Verdict::kRetryLater);
      GotFacts(lane, alive, number, std::move(none));
    });
    lane->settings.adapter->Prepare(
        job->limits, *job->skp, [this, lane, job, number](adapter::PrepareAnswer answer) {
          loop_.Post([this, lane, job, number, answer = std::move(answer)]() mutable {
            GotFacts(lane, job, number, std::move(answer));
          });
        });
  }

  void GotFacts(Lane* lane, const JobPtr& job, uint64_t number, adapter::PrepareAnswer answer) {
    if (job->calls != number) return;
    ++job->calls;
    if (answer.obstacle) {
      Judge(lane, *answer.obstacle);
      return StoreObstacle(lane, job, *answer.obstacle);
    }
    job->facts = std::move(answer.facts);
    if (!job->facts.empty()) {
      const absl::Duration ttl = lane->settings.adapter->Describe().facts_ttl;
      job->loaded.work.new_facts = store::FactsRow{lane->settings.rules.id, job->loaded.work.person,
                                                   job->facts, options_.clock->Now() + ttl};
    }
    if (!planner_.TrySubmit([this, lane, job] { Plan(lane, job); })) GiveUpForNow(lane, job);
  }

  void MakeCall(Lane* lane, const JobPtr& job) {
    KJ_KILL_POINT("deliver_before_call");
    const uint64_t number = BeginCall(lane, job);
    AfterTimeout(lane, job, number, [this, lane, number](const JobPtr& alive) {
      Answered(lane, alive, number, NoAnswer(*lane, alive->call));
    });
    adapter::Item item;
    item.part = &job->call.part;
    item.held = job->call.held;
    item.absent = job->call.step == Step::kRemove;
    item.idempotency_key =
        absl::StrCat(base::HexEncode(job->call.effect), "-", base::HexEncode(job->call.hash));
    item.followed = job->call.followed;
    if (job->call.step == Step::kLook) {
      item.absent = LooksForAbsence(*job);
      lane->settings.adapter->Lookup(job->limits, std::move(item),
                                     [this, lane, job, number](adapter::LookupAnswer answer) {
                                       CallResult result;
                                       result.lookup = std::move(answer);
                                       PostAnswer(lane, job, number, std::move(result));
                                     });
      return;
    }
    lane->settings.adapter->Deliver(
        job->limits, {std::move(item)},
        [this, lane, job, number](std::vector<adapter::Outcome> outcomes) {
          CallResult result;
          if (!outcomes.empty()) result.outcome = std::move(outcomes.front());
          PostAnswer(lane, job, number, std::move(result));
        });
  }

  static bool LooksForAbsence(const Job& job) {
    const auto& parts = job.loaded.work.row.parts;
    return std::any_of(parts.begin(), parts.end(), [&job](const store::PartRow& part) {
      return part.key == job.call.part.key && part.absent;
    });
  }

  // An adapter that is silent past its deadline: what it was asked may have happened.
  static CallResult NoAnswer(const Lane& lane, const NextCall& call) {
    CallResult result;
    const bool forgets = KJ_SEEDED_BUG("forget_silent_call");
    result.outcome =
        adapter::TargetTrouble(lane.settings.rules.id, forgets ? adapter::Verdict::kRetryLater
                                                               : adapter::Verdict::kUnknown);
    if (call.step == Step::kLook) {
      result.lookup =
          adapter::LookupAnswer{.obstacle = adapter::TargetTrouble(lane.settings.rules.id,
                                                                   adapter::Verdict::kRetryLater)};
    }
    return result;
  }

  void PostAnswer(Lane* lane, const JobPtr& job, uint64_t number, CallResult result) {
    loop_.Post([this, lane, job, number, result = std::move(result)]() mutable {
      Answered(lane, job, number, std::move(result));
    });
  }

  void Answered(Lane* lane, const JobPtr& job, uint64_t number, CallResult result) {
    if (job->calls != number) return;  // late
    ++job->calls;
    KJ_KILL_POINT("deliver_after_call");
    result.began = job->began;
    result.took = loop_.Now() - job->began_steady;
    if (result.lookup) {
      if (result.lookup->obstacle) {
        Judge(lane, *result.lookup->obstacle);
      } else {
        lane->breaker.Succeeded();
      }
    } else {
      Judge(lane, result.outcome);
    }
    StoreSettle(lane, job, std::make_shared<CallResult>(std::move(result)));
  }

  // What an answer says about the target as a whole.
  void Judge(Lane* lane, const adapter::Outcome& outcome) {
    if (outcome.not_sent) return;
    if (outcome.target_trouble) {
      ++lane->failed;
      const bool was_closed = lane->breaker.StateAt(loop_.Now()) == CircuitBreaker::State::kClosed;
      std::optional<absl::Duration> asked = outcome.after;
      if (asked) asked = std::min(*asked, kMostDue);
      lane->breaker.Failed(loop_.Now(), asked, random_());
      lane->trouble = {static_cast<int32_t>(outcome.reason), outcome.metadata};
      const bool opened =
          was_closed && lane->breaker.StateAt(loop_.Now()) == CircuitBreaker::State::kOpen;
      if (opened) {
        base::Log(
            base::Level::kWarning, "target_trouble",
            {{"target", lane->settings.rules.id}, {"reason", schema::ReasonName(outcome.reason)}});
      }
      return;
    }
    lane->breaker.Succeeded();
    if (outcome.verdict != adapter::Verdict::kDelivered) return;
    lane->budget.EarnSuccess();
    ++lane->delivered;
  }

  // ---- Decisions ----

  // Whether a delivery that was read before the target was closed may still begin.
  bool MayBegin(const Lane& lane, const Job& job) const {
    if (stopping_ || lane.paused) return false;
    return job.probe || lane.breaker.StateAt(loop_.Now()) == CircuitBreaker::State::kClosed;
  }

  void StoreBegin(Lane* lane, const JobPtr& job) {
    if (!MayBegin(*lane, *job)) return GiveUpForNow(lane, job);
    const DecideContext context = ContextOf(*lane);
    StoreDecision(lane, job, /*must_be_kept=*/false,
                  [job, context](const store::View& view) -> absl::StatusOr<Decision> {
                    return BeginWork(view, job->loaded.work, context);
                  });
  }

  void StoreSettle(Lane* lane, const JobPtr& job, std::shared_ptr<const CallResult> result) {
    const DecideContext context = ContextOf(*lane);
    StoreDecision(lane, job, /*must_be_kept=*/true,
                  [job, result, context](const store::View& view) -> absl::StatusOr<Decision> {
                    return SettleCall(view, job->loaded.work, job->call, *result, context);
                  });
  }

  void StoreObstacle(Lane* lane, const JobPtr& job, adapter::Outcome obstacle) {
    const DecideContext context = ContextOf(*lane);
    const bool called = job->calls > 0;
    const absl::Time began = called ? job->began : context.now;
    const absl::Duration took = called ? loop_.Now() - job->began_steady : absl::ZeroDuration();
    StoreDecision(lane, job, /*must_be_kept=*/false,
                  [job, obstacle = std::move(obstacle), began, took,
                   context](const store::View& view) -> absl::StatusOr<Decision> {
                    return SettleObstacle(view, job->loaded.work, obstacle, began, took, context);
                  });
  }

  using DecideJob = std::function<absl::StatusOr<Decision>(const store::View&)>;

  // Runs the decision in the store and goes on with what it says. What must be kept (an answer of
  // the target) is handed in again until the store takes it; else the row is as it was and comes
  // again.
  void StoreDecision(Lane* lane, const JobPtr& job, bool must_be_kept, DecideJob decide) {
    auto decision = std::make_shared<Decision>();
    options_.store->Write(
        [decision, decide](const store::View& view) -> absl::StatusOr<store::Writes> {
          KJ_ASSIGN_OR_RETURN(*decision, decide(view));
          return decision->writes;
        },
        [this, lane, job, must_be_kept, decide,
         decision](const absl::StatusOr<store::Committed>& committed) {
          loop_.Post([this, lane, job, must_be_kept, decide, decision,
                      status = committed.status()]() mutable {
            if (status.ok()) return Decided(lane, job, std::move(*decision));
            LogTrouble("delivery_write_failed", status);
            if (must_be_kept && !stopping_) {
              loop_.PostAfter(kStoreRetry, [this, lane, job, decide = std::move(decide)] {
                StoreDecision(lane, job, true, decide);
              });
              return;
            }
            GiveUpForNow(lane, job);
          });
        });
  }

  void Decided(Lane* lane, const JobPtr& job, Decision decision) {
    if (decision.abandoned || decision.next.step == Step::kNone) {
      // Off the list of what is worked on before its own row may be read again.
      Finish(lane, job);
      return NoteWoken(decision);
    }
    NoteWoken(decision);
    if (job->call.step != Step::kNone) KJ_KILL_POINT("deliver_between_parts");
    job->call = std::move(decision.next);
    job->loaded.work.row = std::move(decision.row);
    MakeCall(lane, job);
  }

  // Nothing was decided; the row is read again a little later.
  void GiveUpForNow(Lane* lane, const JobPtr& job) {
    Finish(lane, job);
    loop_.PostAfter(kStoreRetry,
                    [this, target = lane->settings.rules.id, region = job->loaded.work.row.region] {
                      NoteWork(target, region);
                    });
  }

  void Finish(Lane* lane, const JobPtr& job) {
    ++job->calls;  // no answer counts any more
    lane->working.erase(job->loaded.work.row.id);
    if (job->probe) lane->breaker.Abandoned();  // it may have called nobody
    TellIfIdle();
    Pump(lane);
  }

  void TellIfIdle() {
    if (!stopping_ || !idle_) return;
    for (const auto& [id, lane] : lanes_) {
      if (!lane->working.empty()) return;
    }
    std::exchange(idle_, nullptr)->set_value();
  }

  void PublishHealth() {
    std::map<std::string, TargetHealth, std::less<>> health;
    const absl::Duration now = loop_.Now();
    for (const auto& [id, lane] : lanes_) {
      TargetHealth& one = health[id];
      one.paused = lane->paused;
      one.breaker = lane->breaker.StateAt(now);
      one.breaker_for = one.breaker == CircuitBreaker::State::kOpen
                            ? lane->breaker.opens_until() - now
                            : absl::ZeroDuration();
      if (one.breaker != CircuitBreaker::State::kClosed) one.trouble = lane->trouble;
      one.in_flight = lane->working.size();
      one.delivered = lane->delivered;
      one.failed = lane->failed;
    }
    base::MutexLock lock(mutex_);
    health_ = std::move(health);
  }

  static void LogTrouble(std::string_view event, const absl::Status& status) {
    base::Log(
        base::Level::kWarning, event,
        {{"code", absl::StatusCodeToString(status.code())}, {"reason", base::ReasonOf(status)}});
  }

  Options options_;
  std::mt19937_64 random_;  // of the loop
  std::string secret_;
  std::map<std::string, std::unique_ptr<Lane>, std::less<>> lanes_;
  bool begun_ = false;
  bool projecting_ = false;
  bool project_again_ = false;
  bool waking_ = false;
  bool stopping_ = false;
  absl::Time next_due_ = absl::InfinitePast();  // the first look tells
  absl::Time last_wall_;
  absl::Duration last_steady_;
  absl::Time clock_set_ = absl::InfinitePast();
  // What is due after this was given its time by a clock that has been set back since.
  absl::Time due_before_set_back_ = absl::InfiniteFuture();
  std::shared_ptr<std::promise<void>> idle_;
  bool stopped_ = false;  // of the owner
  mutable base::Mutex mutex_;
  std::map<std::string, TargetHealth, std::less<>> health_ ABSL_GUARDED_BY(mutex_);
  base::Executor planner_;
  base::EventLoop loop_{"delivery"};  // last: joined before the rest goes
};

Dispatcher::Dispatcher(Options options) : loop_(std::make_unique<Loop>(std::move(options))) {}
Dispatcher::~Dispatcher() = default;

absl::Status Dispatcher::Begin() {
  KJ_RETURN_IF_ERROR(loop_->Prepare());
  loop_->Begin();
  return absl::OkStatus();
}

void Dispatcher::NoteCommit() { loop_->NoteCommit(); }
void Dispatcher::NoteReady(std::string_view target, std::string_view region) {
  loop_->NoteReady(std::string(target), std::string(region));
}
void Dispatcher::SetPaused(std::string_view target, bool paused) {
  loop_->SetPaused(std::string(target), paused);
}
std::optional<TargetHealth> Dispatcher::HealthOf(std::string_view target) const {
  return loop_->HealthOf(target);
}
void Dispatcher::Stop(absl::Duration grace) { loop_->Stop(grace); }

}  // namespace kinerja::delivery
