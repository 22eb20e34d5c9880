#include "gateway/delivery/operations.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/base/kill_point.h"
#include "gateway/base/log.h"
#include "gateway/base/status.h"
#include "gateway/base/status_macros.h"
#include "gateway/delivery/decide.h"
#include "gateway/delivery/explain.h"
#include "gateway/delivery/projector.h"
#include "gateway/resource/skp_name.h"
#include "gateway/schema/catalogue.h"

namespace kinerja::delivery {
namespace {

using store::DeliveryRow;
using store::DeliveryState;

constexpr absl::Duration kTick = absl::Milliseconds(250);
constexpr size_t kBatch = 200;        // rows changed by one write of a job
constexpr size_t kCountChunk = 5000;  // rows looked at by one read of a preview
constexpr size_t kMostPending = 400;  // a retry waits while so many are in the queue of its target
constexpr size_t kSamples = 5;
constexpr absl::Duration kRetrySince = absl::Hours(24);
constexpr char kJobsPrefix[] = "jobs/";
constexpr char kRetry[] = "retry";
constexpr char kCancel[] = "cancel";
constexpr char kBackfill[] = "backfill";
constexpr char kDone[] = "done";
constexpr char kFailed[] = "failed";

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(time));
  return stamp;
}

v1::Job ToProto(const store::JobRow& row) {
  v1::Job job;
  job.set_name(absl::StrCat(kJobsPrefix, row.id));
  job.set_state(row.state == kDone     ? v1::JOB_STATE_DONE
                : row.state == kFailed ? v1::JOB_STATE_FAILED
                                       : v1::JOB_STATE_RUNNING);
  job.set_total(row.total);
  job.set_done(row.done);
  *job.mutable_created_time() = ToTimestamp(row.created);
  *job.mutable_changed_time() = ToTimestamp(row.changed);
  return job;
}

// Whether the preview still says what the job would do; deliveries come and go meanwhile.
absl::Status CheckCount(uint64_t count, uint64_t expected) {
  const uint64_t apart = count > expected ? count - expected : expected - count;
  if (apart * 10 <= count) return absl::OkStatus();
  return schema::Error(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_COUNT_CHANGED,
                       {{"count", absl::StrCat(count)}, {"expected", absl::StrCat(expected)}});
}

absl::Time SinceOf(const v1::RetryDeliveriesRequest& request, absl::Time now) {
  if (!request.has_refused_since()) return now - kRetrySince;
  return absl::FromUnixSeconds(request.refused_since().seconds());
}

// Whose deliveries a job is about.
struct Scope {
  std::string instansi;  // kode_bkn; empty: all
  store::SkpId skp = 0;  // 0: all
};

absl::Status ParentInvalid(std::string problem) {
  return schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_INVALID,
                       {{"field", "parent"}, {"problem", std::move(problem)}});
}

// INVALID_ARGUMENT where the parent is none.
absl::StatusOr<Scope> ScopeOf(const std::string& parent) {
  if (parent.empty()) return Scope();
  if (const auto record = resource::ParseSkpName(parent)) {
    return Scope{record->instansi, record->id};
  }
  if (const auto instansi = resource::ParseInstansiName(parent)) {
    return Scope{*instansi == "-" ? "" : *instansi, 0};
  }
  return ParentInvalid("it is no instansi/{kode_bkn} and no record");
}

bool IsInScope(const store::Head& head, const Scope& scope) {
  return (scope.instansi.empty() || head.keys.instansi == scope.instansi) &&
         (scope.skp == 0 || head.skp == scope.skp);
}

// Who may use some instansi only names one.
absl::Status CheckScope(const security::Principal& principal, const std::string& parent) {
  KJ_ASSIGN_OR_RETURN(const Scope scope, ScopeOf(parent));
  if (principal.all_instansi) return absl::OkStatus();
  if (scope.instansi.empty())
    return ParentInvalid("name an instansi that you may use, or a record");
  if (principal.MayUseInstansi(scope.instansi)) return absl::OkStatus();
  return schema::Error(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_INSTANSI_NOT_ALLOWED,
                       {{"instansi", scope.instansi}});
}

store::DeliveryQuery QueryOf(const v1::DeliveryFilter& filter, const std::string& parent) {
  store::DeliveryQuery query;
  if (const auto scope = ScopeOf(parent); scope.ok()) {
    query.instansi = scope->instansi;
    query.skp = scope->skp;
  }
  query.target = filter.target();
  if (filter.state() != v1::DELIVERY_STATE_UNSPECIFIED) {
    query.state = static_cast<DeliveryState>(filter.state());
  }
  query.reason = filter.reason();
  return query;
}

bool MayRetry(const DeliveryRow& row, absl::Time since, v1::TargetFinding found) {
  if (found != v1::TARGET_FINDING_UNSPECIFIED && !AwaitsWord(row)) return false;
  return row.kind == store::DeliveryKind::kRecord && row.claim.empty() && row.since >= since &&
         (row.state == DeliveryState::kRefused || row.state == DeliveryState::kCancelled ||
          row.state == DeliveryState::kRetrying);
}

bool MayCancel(const DeliveryRow& row) {
  return row.kind == store::DeliveryKind::kRecord && row.claim.empty() &&
         (row.state == DeliveryState::kRefused || row.state == DeliveryState::kPending ||
          row.state == DeliveryState::kHeld || row.state == DeliveryState::kRetrying);
}

bool IsOpen(const store::PartRow& part) {
  return part.state == DeliveryState::kUnknown || part.state == DeliveryState::kSent;
}

// Whether the routes select the record for the target now.
bool IsSelected(const Operations::Options& options, const std::string& target,
                const store::SealedBody& body) {
  const auto skp = options.open_body(body);
  if (!skp.ok()) return false;
  const std::vector<std::string> selected =
      route::SelectTargets(*options.routes, route::KeysOf(*skp));
  return std::binary_search(selected.begin(), selected.end(), target);
}

// What a backfill would deliver of this record: its current change, where the routes select the
// target now and nothing was ever wanted there.
std::optional<store::Change> BackfilledChange(const Operations::Options& options,
                                              const store::View& view, const store::Head& head,
                                              const std::string& target, const Scope& scope) {
  if (!IsInScope(head, scope)) return std::nullopt;
  const auto row = view.FindDeliveryOf(target, head.skp, store::DeliveryKind::kRecord);
  if (!row.ok() || row->has_value()) return std::nullopt;
  absl::StatusOr<store::Change> change = view.GetChange(head.change);
  if (!change.ok() || !IsSelected(options, target, change->body)) return std::nullopt;
  return *std::move(change);
}

v1::Delivery SampleOf(const DeliveryRow& row) {
  v1::Delivery sample = delivery::ToProto(row, /*with_parts=*/false);
  sample.set_skp(resource::FormatSkpName(row.instansi, row.skp));
  sample.set_name(absl::StrCat(sample.skp(), "/deliveries/", row.target));
  return sample;
}

// Puts it in the queue again. What is not known to have happened is looked up first (promise P6).
void Retry(absl::Time now, DeliveryRow* row) {
  for (store::PartRow& part : row->parts) {
    const bool unknown = part.reason.code == v1::ERROR_REASON_OUTCOME_UNKNOWN;
    if (part.state == DeliveryState::kRetrying) part.retry_at = now;
    if (part.state == DeliveryState::kRefused || part.state == DeliveryState::kCancelled) {
      part.state = unknown ? DeliveryState::kUnknown : DeliveryState::kPending;
      part.since = now;
      part.reason = {};
      part.looks = 0;
      part.settling_since = absl::UnixEpoch();
    }
  }
  const bool open = std::any_of(row->parts.begin(), row->parts.end(), IsOpen);
  row->state = open ? StateOf(*row) : DeliveryState::kPending;
  row->since = now;
  row->reason = {};
  row->tries = std::max(row->tries, 1u);  // it spends the retry budget of its target
  row->ready = true;
  row->due.reset();
  row->waits.clear();
}

void Cancel(absl::Time now, DeliveryRow* row) {
  for (store::PartRow& part : row->parts) {
    const bool unsettled = part.state == DeliveryState::kRefused &&
                           part.reason.code == v1::ERROR_REASON_OUTCOME_UNKNOWN;
    const bool waits = part.state == DeliveryState::kRefused ||
                       part.state == DeliveryState::kPending ||
                       part.state == DeliveryState::kHeld || part.state == DeliveryState::kRetrying;
    if (!waits || unsettled) continue;
    part.state = DeliveryState::kCancelled;
    part.since = now;
    part.change = row->change;
    part.reason = {};
  }
  row->since = now;
  row->reason = {};
  row->waits.clear();
  // One that was never planned has no parts to say it.
  row->state = row->parts.empty() ? DeliveryState::kCancelled : StateOf(*row);
  for (const store::PartRow& part : row->parts) {
    if (part.state == row->state) row->reason = part.reason;
  }
  // What may have happened is looked after to its end.
  if (std::any_of(row->parts.begin(), row->parts.end(), IsOpen)) return;
  row->ready = false;
  row->due.reset();
}

}  // namespace

// A count that goes on chunk by chunk, so that a million rows hold up no reader for long.
struct Operations::Counting {
  store::DeliveryQuery query;
  std::function<bool(const DeliveryRow&)> fits;
  // For a backfill heads are counted instead.
  bool heads = false;
  std::string target;
  Scope scope;
  store::ChangeNumber after = 0;
  uint64_t count = 0;
  std::vector<v1::Delivery> samples;
  // Once; `counting` is this one, which nobody else holds then.
  std::function<void(const Counting& counting, const absl::Status& status)> done;
};

Operations::Operations(Options options) : options_(std::move(options)) {
  loop_.PostAfter(kTick, [this] { Tick(); });
}

void Operations::SetPaused(const security::Principal& principal, const std::string& target,
                           bool paused, std::function<void(absl::Status)> done) {
  if (!options_.targets.contains(target)) return done(TargetNotFound("id"));
  store::TargetRow row{target, paused, principal.id, options_.clock->Now()};
  options_.store->Write(
      [row](const store::View&) -> absl::StatusOr<store::Writes> {
        store::Writes writes;
        writes.targets.push_back(row);
        return writes;
      },
      [this, row, done = std::move(done)](const absl::StatusOr<store::Committed>& committed) {
        if (committed.ok()) {
          options_.dispatcher->SetPaused(row.target, row.paused);
          base::Log(base::Level::kInfo, row.paused ? "target_paused" : "target_resumed",
                    {{"target", row.target}, {"principal", row.by}});
        }
        done(committed.status());
      });
}

void Operations::CheckTarget(const std::string& id, ReadDone<v1::CheckTargetResponse> done) {
  const bool is_target = options_.targets.contains(id);
  const auto& adapters = is_target ? options_.targets : options_.sources;
  const auto found = adapters.find(id);
  if (found == adapters.end()) return done(TargetNotFound("id"));
  found->second->Check({.deadline = base::Deadline::After(absl::Seconds(30))},
                       [done = std::move(done)](const std::vector<adapter::Finding>& findings) {
                         v1::CheckTargetResponse response;
                         for (const adapter::Finding& finding : findings) {
                           v1::CheckFinding* each = response.add_findings();
                           each->set_what(finding.what);
                           each->set_ok(finding.ok);
                           each->set_detail(finding.detail);
                         }
                         done(std::move(response));
                       });
}

absl::Status Operations::CheckFilter(const v1::DeliveryFilter& filter) const {
  if (options_.targets.contains(filter.target())) return absl::OkStatus();
  if (!filter.target().empty()) return TargetNotFound("filter.target");
  return schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_INVALID,
                       {{"field", "filter.target"}, {"problem", "it is empty; give the target"}});
}

absl::StatusOr<bool> Operations::CountHeads(const store::View& view, Counting* counting) const {
  const auto visit = [&](const store::Head& head) {
    if (BackfilledChange(options_, view, head, counting->target, counting->scope))
      ++counting->count;
    return true;
  };
  KJ_ASSIGN_OR_RETURN(counting->after,
                      view.ScanHeads({.after = counting->after}, kCountChunk / 10, visit));
  return counting->after != 0;
}

absl::StatusOr<bool> Operations::CountRows(const store::View& view, Counting* counting) {
  const auto visit = [counting](const DeliveryRow& row) {
    if (!counting->fits(row)) return true;
    ++counting->count;
    if (counting->samples.size() < kSamples) counting->samples.push_back(SampleOf(row));
    return true;
  };
  KJ_ASSIGN_OR_RETURN(counting->query.after,
                      view.ScanDeliveries(counting->query, kCountChunk, visit));
  return counting->query.after != 0;
}

void Operations::Count(std::shared_ptr<Counting> counting) {
  const absl::Status handed_in = options_.store->Read([this, counting](const store::View& view) {
    const absl::StatusOr<bool> more =
        counting->heads ? CountHeads(view, counting.get()) : CountRows(view, counting.get());
    if (!more.ok() || !*more) return counting->done(*counting, more.status());
    loop_.Post([this, counting] { Count(counting); });
  });
  if (!handed_in.ok()) counting->done(*counting, handed_in);
}

void Operations::StartJob(const security::Principal& principal, std::string kind,
                          std::string request, uint64_t total, ReadDone<v1::Job> done) {
  store::JobRow job;
  job.kind = std::move(kind);
  job.request = std::move(request);
  job.by = principal.id;
  job.state = kRunningJob;
  job.created = job.changed = options_.clock->Now();
  job.total = total;
  options_.store->Write(
      [job](const store::View&) -> absl::StatusOr<store::Writes> {
        store::Writes writes;
        writes.jobs.push_back(job);
        return writes;
      },
      [this, job, done = std::move(done)](const absl::StatusOr<store::Committed>& committed) {
        if (!committed.ok()) return done(committed.status());
        store::JobRow stored = job;
        stored.id = committed->jobs.front();
        base::Log(base::Level::kInfo, "job_started",
                  {{"job", stored.id},
                   {"kind", stored.kind},
                   {"total", stored.total},
                   {"principal", stored.by}});
        loop_.Post([this] { RunJobs(); });
        done(ToProto(stored));
      });
}

void Operations::RetryDeliveries(const security::Principal& principal,
                                 const v1::RetryDeliveriesRequest& request,
                                 ReadDone<v1::RetryDeliveriesResponse> done) {
  absl::Status checked = CheckFilter(request.filter());
  checked.Update(CheckScope(principal, request.parent()));
  if (!checked.ok()) return done(checked);
  const absl::Time since = SinceOf(request, options_.clock->Now());
  auto counting = std::make_shared<Counting>();
  counting->query = QueryOf(request.filter(), request.parent());
  counting->fits = [since, found = request.found()](const DeliveryRow& row) {
    return MayRetry(row, since, found);
  };
  v1::RetryDeliveriesRequest pinned =
      request;  // "the last 24 hours" are those of the preview's day
  *pinned.mutable_refused_since() = ToTimestamp(since);
  counting->done = [this, &principal, pinned, done = std::move(done)](const Counting& counted,
                                                                      const absl::Status& status) {
    if (!status.ok()) return done(status);
    v1::RetryDeliveriesResponse response;
    response.set_count(counted.count);
    for (const v1::Delivery& sample : counted.samples) *response.add_samples() = sample;
    const bool act = KJ_SEEDED_BUG("preview_acts");
    if (pinned.preview() && !act) return done(std::move(response));
    const absl::Status same = CheckCount(counted.count, pinned.expected_count());
    if (!same.ok() && !act) return done(same);
    StartJob(principal, kRetry, pinned.SerializeAsString(), counted.count,
             [done, response](absl::StatusOr<v1::Job> job) mutable {
               if (!job.ok()) return done(job.status());
               *response.mutable_job() = *std::move(job);
               done(std::move(response));
             });
  };
  Count(std::move(counting));
}

void Operations::CancelDeliveries(const security::Principal& principal,
                                  const v1::CancelDeliveriesRequest& request,
                                  ReadDone<v1::CancelDeliveriesResponse> done) {
  absl::Status checked = CheckFilter(request.filter());
  checked.Update(CheckScope(principal, request.parent()));
  if (!checked.ok()) return done(checked);
  auto counting = std::make_shared<Counting>();
  counting->query = QueryOf(request.filter(), request.parent());
  counting->fits = MayCancel;
  counting->done = [this, &principal, request, done = std::move(done)](const Counting& counted,
                                                                       const absl::Status& status) {
    if (!status.ok()) return done(status);
    v1::CancelDeliveriesResponse response;
    response.set_count(counted.count);
    if (request.preview()) return done(std::move(response));
    const absl::Status same = CheckCount(counted.count, request.expected_count());
    if (!same.ok()) return done(same);
    StartJob(principal, kCancel, request.SerializeAsString(), counted.count,
             [done, response](absl::StatusOr<v1::Job> job) mutable {
               if (!job.ok()) return done(job.status());
               *response.mutable_job() = *std::move(job);
               done(std::move(response));
             });
  };
  Count(std::move(counting));
}

void Operations::BackfillTarget(const security::Principal& principal,
                                const v1::BackfillTargetRequest& request,
                                ReadDone<v1::BackfillTargetResponse> done) {
  if (!options_.targets.contains(request.target())) return done(TargetNotFound("target"));
  const absl::Status allowed = CheckScope(principal, request.parent());
  if (!allowed.ok()) return done(allowed);
  auto counting = std::make_shared<Counting>();
  counting->heads = true;
  counting->target = request.target();
  counting->scope = *ScopeOf(request.parent());
  counting->done = [this, &principal, request, done = std::move(done)](const Counting& counted,
                                                                       const absl::Status& status) {
    if (!status.ok()) return done(status);
    v1::BackfillTargetResponse response;
    response.set_count(counted.count);
    if (request.preview()) return done(std::move(response));
    const absl::Status same = CheckCount(counted.count, request.expected_count());
    if (!same.ok()) return done(same);
    StartJob(principal, kBackfill, request.SerializeAsString(), counted.count,
             [done, response](absl::StatusOr<v1::Job> job) mutable {
               if (!job.ok()) return done(job.status());
               *response.mutable_job() = *std::move(job);
               done(std::move(response));
             });
  };
  Count(std::move(counting));
}

void Operations::GetJob(const v1::GetJobRequest& request, ReadDone<v1::GetJobResponse> done) {
  int64_t id = 0;
  absl::string_view text(request.name().data(), request.name().size());
  const bool read = text.substr(0, sizeof(kJobsPrefix) - 1) == kJobsPrefix &&
                    absl::SimpleAtoi(text.substr(sizeof(kJobsPrefix) - 1), &id);
  const auto shared = std::make_shared<ReadDone<v1::GetJobResponse>>(std::move(done));
  const absl::Status handed_in = options_.store->Read([=](const store::View& view) {
    const auto job = view.FindJob(read ? id : 0);
    if (!job.ok()) return (*shared)(job.status());
    if (!job->has_value()) {
      return (*shared)(schema::Error(absl::StatusCode::kNotFound, v1::ERROR_REASON_JOB_NOT_FOUND,
                                     {{"name", "the job"}}));
    }
    v1::GetJobResponse response;
    *response.mutable_job() = ToProto(**job);
    (*shared)(std::move(response));
  });
  if (!handed_in.ok()) (*shared)(handed_in);
}

// ---- Jobs; on the loop ----

void Operations::Tick() {
  RunJobs();
  loop_.PostAfter(kTick, [this] { Tick(); });
}

namespace {

// Each in its turn, so that one that waits for its target holds up no other.
store::JobRow NextJob(const std::vector<store::JobRow>& jobs, int64_t after) {
  const auto next = std::find_if(jobs.begin(), jobs.end(),
                                 [after](const store::JobRow& job) { return job.id > after; });
  return next == jobs.end() ? jobs.front() : *next;
}

}  // namespace

void Operations::RunJobs() {
  if (running_) return;
  running_ = true;
  const absl::Status handed_in =
      options_.store->Read([this, after = last_job_](const store::View& view) {
        const auto jobs = view.ListRunningJobs();
        std::optional<store::JobRow> job;
        if (jobs.ok() && !jobs->empty()) job = NextJob(*jobs, after);
        const size_t count = jobs.ok() ? jobs->size() : 0;
        loop_.Post([this, job = std::move(job), count] {
          running_ = false;
          jobs_ = count;
          if (!job) return;
          last_job_ = job->id;
          RunBatch(*job);
        });
      });
  if (!handed_in.ok()) running_ = false;
}

namespace {

// What one batch of a job changes.
struct Batch {
  store::Writes writes;
  std::set<std::pair<std::string, std::string>> woken;
  bool waits = false;   // the queue of its target is long enough
  bool failed = false;  // it cannot be read
};

// Counts up to `most` deliveries of the target in this state, with ids up to `last`.
absl::StatusOr<size_t> CountUpTo(const store::View& view, const std::string& target,
                                 DeliveryState state, store::DeliveryId last, size_t most) {
  size_t count = 0;
  store::DeliveryQuery query;
  query.target = target;
  query.state = state;
  KJ_RETURN_IF_ERROR(view.ScanDeliveries(query, most,
                                         [&count, last](const DeliveryRow& row) {
                                           if (row.id > last) return false;
                                           ++count;
                                           return true;
                                         })
                         .status());
  return count;
}

// Whether what is in the queue, and what the job has put there and still waits for its retry
// budget, is enough for now. Else a job in vain would turn all its deliveries over and over.
absl::StatusOr<bool> QueueIsFull(const store::View& view, const std::string& target,
                                 store::DeliveryId position) {
  KJ_ASSIGN_OR_RETURN(const size_t pending,
                      CountUpTo(view, target, DeliveryState::kPending,
                                std::numeric_limits<store::DeliveryId>::max(), kMostPending));
  KJ_ASSIGN_OR_RETURN(const size_t retrying,
                      CountUpTo(view, target, DeliveryState::kRetrying, position, kMostPending));
  return pending + retrying >= kMostPending;
}

// Who was refused may have been mended at the target: what is known of that person is asked anew.
absl::Status ForgetFacts(const store::View& view, const DeliveryRow& row, Decision* decision) {
  KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> head, view.FindHead(row.skp));
  if (head && !head->person.empty())
    decision->writes.facts.push_back({row.target, head->person, "", absl::UnixEpoch()});
  return absl::OkStatus();
}

absl::Status SettleAndRetry(const store::View& view, v1::TargetFinding found, absl::Time now,
                            DeliveryRow* row, Decision* decision) {
  if (found != v1::TARGET_FINDING_UNSPECIFIED) {
    const bool there = found == v1::TARGET_FINDING_THERE;
    KJ_RETURN_IF_ERROR(SettleByWord(view, there, now, row, decision));
  } else if (row->state == DeliveryState::kRefused) {
    KJ_RETURN_IF_ERROR(ForgetFacts(view, *row, decision));
  }
  Retry(now, row);
  decision->woken.emplace(row->target, row->region);
  return absl::OkStatus();
}

absl::Status RetryOrCancel(const store::View& view, absl::Time now, store::JobRow* job,
                           Batch* batch) {
  const bool retry = job->kind == kRetry;
  v1::RetryDeliveriesRequest retried;
  v1::CancelDeliveriesRequest cancelled;
  batch->failed =
      !(retry ? retried.ParseFromString(job->request) : cancelled.ParseFromString(job->request));
  if (batch->failed) return absl::OkStatus();
  store::DeliveryQuery query = retry ? QueryOf(retried.filter(), retried.parent())
                                     : QueryOf(cancelled.filter(), cancelled.parent());
  query.after = job->position;
  KJ_ASSIGN_OR_RETURN(const bool full, QueueIsFull(view, query.target, job->position));
  batch->waits = retry && full;
  if (batch->waits) return absl::OkStatus();
  const absl::Time since = SinceOf(retried, now);
  Decision decision;
  absl::Status settled;
  const auto visit = [&](const DeliveryRow& found) {
    if (retry ? !MayRetry(found, since, retried.found()) : !MayCancel(found)) return true;
    // What was refused or called off later was not in the preview. A time to come is one of a clock
    // that has been set back since.
    if (retry && found.since > job->created && found.since <= now) return true;
    DeliveryRow row = found;
    if (retry) {
      settled.Update(SettleAndRetry(view, retried.found(), now, &row, &decision));
    } else {
      Cancel(now, &row);
    }
    ++job->done;
    decision.writes.deliveries.push_back(std::move(row));
    return settled.ok() && decision.writes.deliveries.size() < kBatch;
  };
  KJ_ASSIGN_OR_RETURN(const store::DeliveryId next, view.ScanDeliveries(query, kCountChunk, visit));
  KJ_RETURN_IF_ERROR(settled);
  job->position = next;
  batch->writes = std::move(decision.writes);
  batch->woken = std::move(decision.woken);
  return absl::OkStatus();
}

// Wakes the next ones that wait for the key.
absl::Status WakeRest(const store::View& view, store::JobRow* job, Batch* batch) {
  Decision decision;
  KJ_ASSIGN_OR_RETURN(job->position, WakeSome(view, job->request, job->position, 0, &decision));
  job->done += decision.writes.deliveries.size();
  batch->woken = std::move(decision.woken);
  batch->writes = std::move(decision.writes);
  return absl::OkStatus();
}

// A delivery of each record that the routes select for the target now and that has none.
absl::Status Backfill(const Operations::Options& options, const store::View& view, absl::Time now,
                      store::JobRow* job, Batch* batch) {
  v1::BackfillTargetRequest request;
  batch->failed = !request.ParseFromString(job->request);
  if (batch->failed) return absl::OkStatus();
  KJ_ASSIGN_OR_RETURN(const Scope scope, ScopeOf(request.parent()));
  const auto visit = [&](const store::Head& head) {
    const auto change = BackfilledChange(options, view, head, request.target(), scope);
    if (!change) return true;
    DeliveryRow made;
    made.target = request.target();
    made.skp = head.skp;
    WantRevision(*change, false, options.deadline_of(head.keys, now), now, &made);
    batch->woken.emplace(made.target, made.region);
    batch->writes.deliveries.push_back(std::move(made));
    ++job->done;
    return batch->writes.deliveries.size() < kBatch;
  };
  KJ_ASSIGN_OR_RETURN(
      const store::ChangeNumber next,
      view.ScanHeads({.after = static_cast<uint64_t>(job->position)}, kBatch, visit));
  job->position = static_cast<int64_t>(next);
  return absl::OkStatus();
}

}  // namespace

// The next batch, after a pause as long as this one took: half of the writer is for others. When
// every job waits for its target, the next tick looks again.
void Operations::GoOn(bool waits, absl::Duration took) {
  waited_ = waits ? waited_ + 1 : 0;
  if (waited_ < jobs_) loop_.PostAfter(took, [this] { RunJobs(); });
}

void Operations::RunBatch(const store::JobRow& job) {
  running_ = true;
  const absl::Duration began = loop_.Now();
  auto batch = std::make_shared<Batch>();
  auto after = std::make_shared<store::JobRow>();
  options_.store->Write(
      [this, job, batch, after](const store::View& view) -> absl::StatusOr<store::Writes> {
        *batch = Batch();
        *after = job;
        const absl::Time now = options_.clock->Now();
        if (job.kind == kWakeJob) {
          KJ_RETURN_IF_ERROR(WakeRest(view, after.get(), batch.get()));
        } else if (job.kind == kBackfill) {
          KJ_RETURN_IF_ERROR(Backfill(options_, view, now, after.get(), batch.get()));
        } else {
          KJ_RETURN_IF_ERROR(RetryOrCancel(view, now, after.get(), batch.get()));
        }
        after->changed = now;
        if (after->position == 0 && !batch->waits) after->state = kDone;
        if (batch->failed) after->state = kFailed;
        batch->writes.jobs.push_back(*after);
        return batch->writes;
      },
      [this, batch, after, began](const absl::StatusOr<store::Committed>& committed) {
        loop_.Post([this, batch, after, began, ok = committed.ok()] {
          running_ = false;
          if (!ok) return;  // the next tick tries again
          GoOn(batch->waits, loop_.Now() - began);
          for (const auto& [target, region] : batch->woken) {
            options_.dispatcher->NoteReady(target, region);
          }
          if (after->state == kRunningJob) return;
          base::Log(batch->failed ? base::Level::kError : base::Level::kInfo,
                    batch->failed ? "job_failed" : "job_done",
                    {{"job", after->id}, {"done", after->done}});
        });
      });
}

}  // namespace kinerja::delivery
