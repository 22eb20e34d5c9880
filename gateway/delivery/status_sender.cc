#include "gateway/delivery/status_sender.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/log.h"
#include "gateway/base/status.h"
#include "gateway/base/status_macros.h"
#include "gateway/delivery/decide.h"
#include "gateway/delivery/work.h"
#include "gateway/schema/catalogue.h"
#include "gateway/security/digest.h"

namespace kinerja::delivery {
namespace {

using adapter::RecordFate;
using store::DeliveryRow;
using store::DeliveryState;

constexpr absl::Duration kTick = absl::Milliseconds(250);
// How what became of a version is kept in its row.
constexpr char kRefused[] = "refused";
constexpr char kHeld[] = "held";
constexpr char kStale[] = "stale";
// These two are told by the record's own row, with the warnings that are kept here.
constexpr char kAccepted[] = "accepted";
constexpr char kUnchanged[] = "unchanged";

// The row of a version, which has no record id, is found by this one, below zero.
store::SkpId VersionId(const std::string& system, const std::string& id, uint64_t version) {
  const std::string digest = security::Sha256(absl::StrCat(system, "\n", id, "\n", version));
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(digest[i]);
  return -static_cast<store::SkpId>(number >> 2) - 1;
}

void AddReasons(const store::PartRow& part, std::vector<v1::ErrorReason>* reasons) {
  for (const auto& [place, code] : part.reason.metadata) {
    reasons->push_back(schema::ReasonByName(code));
  }
}

std::string_view WordOf(RecordFate fate) {
  switch (fate) {
    case RecordFate::kRefused:
      return kRefused;
    case RecordFate::kHeld:
      return kHeld;
    case RecordFate::kAccepted:
      return kAccepted;
    case RecordFate::kUnchanged:
      return kUnchanged;
    default:
      return kStale;
  }
}

RecordFate FateOfVersion(const store::PartRow& part) {
  if (part.kind == kRefused) return RecordFate::kRefused;
  return part.kind == kHeld ? RecordFate::kHeld : RecordFate::kStale;
}

// What the deliveries of a record say about it, all targets together.
RecordFate FateOf(const std::vector<DeliveryRow>& rows, const store::Head& head,
                  std::vector<v1::ErrorReason>* reasons) {
  size_t delivered = 0;
  size_t skipped = 0;
  size_t of_record = 0;
  const DeliveryRow* refused = nullptr;
  const DeliveryRow* held = nullptr;
  const DeliveryRow* not_taken = nullptr;
  for (const DeliveryRow& row : rows) {
    if (row.kind != store::DeliveryKind::kRecord || row.absent) continue;
    ++of_record;
    if (row.state == DeliveryState::kRefused) refused = &row;
    if (row.state == DeliveryState::kHeld) held = &row;
    if (row.state == DeliveryState::kSkipped) not_taken = &row, ++skipped;
    if (row.state == DeliveryState::kDelivered && row.delivered_revision == head.revision) {
      ++delivered;
    }
  }
  const auto because = [reasons](const DeliveryRow* row) {
    if (row->reason.code != 0) reasons->push_back(static_cast<v1::ErrorReason>(row->reason.code));
  };
  if (refused != nullptr) return because(refused), RecordFate::kRefusedByTarget;
  if (held != nullptr) return because(held), RecordFate::kHeld;
  if (of_record > 0 && skipped == of_record) return because(not_taken), RecordFate::kNotDelivered;
  if (of_record > 0 && delivered + skipped == of_record) return RecordFate::kDelivered;
  return RecordFate::kAccepted;
}

// Whether the version of the report was accepted or changed nothing, with its warnings, where that
// is kept. A row that says otherwise is older than the acceptance of the same version.
absl::Status ReadTaken(const store::View& view, const DeliveryRow& row,
                       adapter::StatusReport* report) {
  KJ_ASSIGN_OR_RETURN(
      const std::optional<DeliveryRow> version,
      view.FindDeliveryOf(row.target, VersionId(row.target, report->source_id, report->version),
                          store::DeliveryKind::kStatus));
  if (!version || version->parts.empty()) return absl::OkStatus();
  const store::PartRow& part = version->parts.front();
  if (part.kind != kAccepted && part.kind != kUnchanged) return absl::OkStatus();
  if (part.kind == kUnchanged) report->fate = RecordFate::kUnchanged;
  AddReasons(part, &report->reasons);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<adapter::StatusReport> ReportOf(const store::View& view, const DeliveryRow& row) {
  adapter::StatusReport report;
  if (row.parts.empty()) return absl::DataLossError("a status row without its source id");
  const store::PartRow& part = row.parts.front();
  report.source_id = part.key;
  if (row.skp < 0) {
    report.version = part.revision;
    report.fate = FateOfVersion(part);
    AddReasons(part, &report.reasons);
    return report;
  }
  KJ_ASSIGN_OR_RETURN(const std::optional<store::SourceRow> source,
                      view.FindSource(row.target, part.key));
  KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> head, view.FindHead(row.skp));
  if (!source || !head) return absl::DataLossError("a status row of no record");
  if (source->skp != row.skp) return absl::NotFoundError("the source id means another record now");
  report.version = source->version;
  KJ_ASSIGN_OR_RETURN(const std::vector<DeliveryRow> rows, view.ListDeliveriesOf(row.skp));
  report.fate = FateOf(rows, *head, &report.reasons);
  // As long as its deliveries have nothing to say, what its newest version was taken as.
  if (report.fate == RecordFate::kAccepted) KJ_RETURN_IF_ERROR(ReadTaken(view, row, &report));
  return report;
}

absl::Status WantVersionStatus(const store::View& view, const std::string& system,
                               const adapter::StatusReport& report, const std::string& instansi,
                               absl::Time now, store::Writes* writes) {
  const store::SkpId id = VersionId(system, report.source_id, report.version);
  KJ_ASSIGN_OR_RETURN(const std::optional<DeliveryRow> stored,
                      view.FindDeliveryOf(system, id, store::DeliveryKind::kStatus));
  DeliveryRow row = stored.value_or(DeliveryRow());
  row.target = system;
  row.skp = id;
  row.kind = store::DeliveryKind::kStatus;
  row.instansi = instansi;
  store::PartRow part;
  part.key = report.source_id;
  part.kind = std::string(WordOf(report.fate));
  part.since = now;
  part.revision = report.version;
  for (const v1::ErrorReason reason : report.reasons) {
    part.reason.metadata.emplace_back("", std::string(schema::ReasonName(reason)));
  }
  row.parts = {std::move(part)};
  row.ready = report.fate != RecordFate::kAccepted && report.fate != RecordFate::kUnchanged;
  row.state = row.ready ? DeliveryState::kPending : DeliveryState::kSkipped;
  row.since = now;
  row.due.reset();
  writes->deliveries.push_back(std::move(row));
  return absl::OkStatus();
}

absl::Status WantFeedStatus(const store::View& view, const std::string& system,
                            const adapter::StatusReport& report, const std::string& instansi,
                            absl::Time now, store::Writes* writes) {
  if (report.fate == RecordFate::kUnchanged) {
    if (writes->sources.empty()) return absl::OkStatus();
    Decision decision;
    DecideContext context;
    context.now = now;
    const std::set<std::string, std::less<>> systems = {system};
    context.status_systems = &systems;
    KJ_RETURN_IF_ERROR(WantStatus(view, writes->sources.front().skp, context, &decision));
    std::move(decision.writes.deliveries.begin(), decision.writes.deliveries.end(),
              std::back_inserter(writes->deliveries));
  }
  if (report.fate == RecordFate::kAccepted && report.reasons.empty()) return absl::OkStatus();
  return WantVersionStatus(view, system, report, instansi, now, writes);
}

struct StatusSender::Batch {
  std::vector<DeliveryRow> rows;
  std::vector<adapter::StatusReport> reports;  // of `rows`
  // Nothing is sent for these: what became of them is known.
  std::vector<std::pair<DeliveryRow, adapter::Outcome>> known;
};

namespace {

// What the row says after the origin has answered. Trouble of the origin as a whole says nothing
// about it.
void Settled(const adapter::Outcome& outcome, const Backoff& backoff, absl::Time now,
             uint64_t random, DeliveryRow* row) {
  if (outcome.target_trouble) return;
  row->ready = false;
  row->reason = {static_cast<int32_t>(outcome.reason), outcome.metadata};
  switch (outcome.verdict) {
    case adapter::Verdict::kDelivered:
    case adapter::Verdict::kSent:
      row->state = DeliveryState::kDelivered;
      row->delivered_revision = row->revision;
      row->delivered_at = now;
      row->tries = 0;
      return;
    case adapter::Verdict::kRefused:
      row->state = DeliveryState::kRefused;
      return;
    case adapter::Verdict::kRetryLater:
    case adapter::Verdict::kUnknown:  // a repeat says what is true then
      row->state = DeliveryState::kRetrying;
      row->due = now + std::min(kMostDue, backoff.After(++row->tries, outcome.after, random));
      return;
  }
}

}  // namespace

StatusSender::StatusSender(std::vector<Source> sources, store::Store* store,
                           const base::Clock* clock)
    : store_(store), clock_(clock) {
  for (Source& source : sources) lanes_.push_back({.source = std::move(source)});
}

void StatusSender::Begin() {
  loop_.Post([this] { Tick(); });
}

void StatusSender::Tick() {
  for (Lane& lane : lanes_) {
    if (!lane.busy && loop_.Now() >= lane.next) Read(&lane);
  }
  loop_.PostAfter(kTick, [this] { Tick(); });
}

void StatusSender::Read(Lane* lane) {
  lane->busy = true;
  const size_t most =
      lane->singly > 0 ? 1 : std::max<size_t>(1, lane->source.adapter->Describe().batch);
  const absl::Status handed_in = store_->Read([this, lane, most](const store::View& view) {
    auto batch = std::make_shared<Batch>();
    // Status rows have no region: the origin is one place.
    const auto rows = view.ListReady(store::DeliveryKind::kStatus, lane->source.system, "", most);
    if (rows.ok()) {
      for (const DeliveryRow& row : *rows) {
        auto report = ReportOf(view, row);
        if (absl::IsUnavailable(report.status())) break;  // read later
        if (!report.ok()) {
          // Nothing is left to be told, or it cannot be read.
          batch->known.emplace_back(row, absl::IsNotFound(report.status())
                                             ? adapter::Delivered("")
                                             : adapter::Refused(v1::ERROR_REASON_INTERNAL));
          continue;
        }
        batch->rows.push_back(row);
        batch->reports.push_back(*std::move(report));
      }
    }
    loop_.Post([this, lane, batch] {
      if (!batch->rows.empty()) return Send(lane, batch);
      if (!batch->known.empty()) return Settle(lane, batch, {});
      lane->busy = false;
    });
  });
  if (!handed_in.ok()) lane->busy = false;
}

void StatusSender::Send(Lane* lane, std::shared_ptr<Batch> batch) {
  const adapter::Call call{.deadline = base::Deadline::After(lane->source.call_timeout)};
  lane->source.adapter->SendStatus(
      call, batch->reports, [this, lane, batch](std::vector<adapter::Outcome> outcomes) {
        loop_.Post([this, lane, batch, outcomes = std::move(outcomes)]() mutable {
          Settle(lane, batch, std::move(outcomes));
        });
      });
}

void StatusSender::Settle(Lane* lane, const std::shared_ptr<Batch>& batch,
                          std::vector<adapter::Outcome> outcomes) {
  outcomes.resize(batch->rows.size());
  if (lane->singly > 0) --lane->singly;
  const bool all_refused =
      std::all_of(outcomes.begin(), outcomes.end(), [](const adapter::Outcome& outcome) {
        return outcome.verdict == adapter::Verdict::kRefused;
      });
  if (all_refused && outcomes.size() > 1) {
    // A message is refused whole: which of them it is shows when each goes alone.
    lane->singly = outcomes.size();
    lane->busy = false;
    return Read(lane);
  }
  std::optional<absl::Duration> asked;
  bool trouble = false;
  for (const adapter::Outcome& outcome : outcomes) {
    trouble = trouble || outcome.target_trouble;
    if (outcome.after) asked = std::max(asked.value_or(absl::ZeroDuration()), *outcome.after);
  }
  lane->failures = trouble ? lane->failures + 1 : 0;
  if (asked) asked = std::min(*asked, kMostDue);
  lane->next = trouble ? loop_.Now() + lane->source.backoff.After(lane->failures, asked, random_())
                       : absl::ZeroDuration();
  for (auto& [row, outcome] : batch->known) {
    if (outcome.verdict == adapter::Verdict::kRefused) {
      base::Log(base::Level::kError, "status_unreadable", {{"system", lane->source.system}});
    }
    batch->rows.push_back(std::move(row));
    outcomes.push_back(std::move(outcome));
  }
  store_->Write(
      [batch, outcomes, backoff = lane->source.backoff, now = clock_->Now(),
       random = random_()](const store::View& view) -> absl::StatusOr<store::Writes> {
        store::Writes writes;
        for (size_t i = 0; i < batch->rows.size(); ++i) {
          KJ_ASSIGN_OR_RETURN(std::optional<DeliveryRow> row, view.FindDelivery(batch->rows[i].id));
          // Wanted again meanwhile: what was told is old already.
          if (!row || row->since != batch->rows[i].since) continue;
          Settled(outcomes[i], backoff, now, random, &*row);
          writes.deliveries.push_back(*std::move(row));
        }
        return writes;
      },
      [this, lane](const absl::StatusOr<store::Committed>& committed) {
        loop_.Post([lane, status = committed.status()] {
          lane->busy = false;
          if (status.ok()) return;
          base::Log(base::Level::kWarning, "status_write_failed",
                    {{"system", lane->source.system}, {"reason", base::ReasonOf(status)}});
        });
      });
}

}  // namespace kinerja::delivery
