#include "gateway/delivery/status_sender.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/log.h"
#include "gateway/base/status.h"
#include "gateway/base/status_macros.h"
#include "gateway/schema/catalogue.h"
#include "gateway/security/digest.h"

namespace kinerja::delivery {
namespace {

using adapter::RecordFate;
using store::DeliveryRow;
using store::DeliveryState;

constexpr absl::Duration kTick = absl::Milliseconds(250);
// How a version that became no revision is kept in its row.
constexpr char kRefused[] = "refused";
constexpr char kHeld[] = "held";
constexpr char kStale[] = "stale";

// A version that became no revision has no record id; its row is found by this one, below zero.
store::SkpId VersionId(const std::string& system, const std::string& id, uint64_t version) {
  const std::string digest = security::Sha256(absl::StrCat(system, "\n", id, "\n", version));
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(digest[i]);
  return -static_cast<store::SkpId>(number >> 2) - 1;
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

}  // namespace

absl::StatusOr<adapter::StatusReport> ReportOf(const store::View& view, const DeliveryRow& row) {
  adapter::StatusReport report;
  if (row.parts.empty()) return absl::DataLossError("a status row without its source id");
  const store::PartRow& part = row.parts.front();
  report.source_id = part.key;
  if (row.skp < 0) {
    report.version = part.revision;
    report.fate = FateOfVersion(part);
    for (const auto& [place, code] : part.reason.metadata) {
      report.reasons.push_back(schema::ReasonByName(code));
    }
    return report;
  }
  KJ_ASSIGN_OR_RETURN(const std::optional<store::SourceRow> source,
                      view.FindSource(row.target, part.key));
  KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> head, view.FindHead(row.skp));
  if (!source || !head) return absl::DataLossError("a status row of no record");
  report.version = source->version;
  KJ_ASSIGN_OR_RETURN(const std::vector<DeliveryRow> rows, view.ListDeliveriesOf(row.skp));
  report.fate = FateOf(rows, *head, &report.reasons);
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
  part.kind = report.fate == RecordFate::kRefused ? kRefused
              : report.fate == RecordFate::kHeld  ? kHeld
                                                  : kStale;
  part.since = now;
  part.revision = report.version;
  for (const v1::ErrorReason reason : report.reasons) {
    part.reason.metadata.emplace_back("", std::string(schema::ReasonName(reason)));
  }
  row.parts = {std::move(part)};
  row.state = DeliveryState::kPending;
  row.since = now;
  row.ready = true;
  row.due.reset();
  writes->deliveries.push_back(std::move(row));
  return absl::OkStatus();
}

struct StatusSender::Batch {
  std::vector<DeliveryRow> rows;
  std::vector<adapter::StatusReport> reports;
};

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
  const size_t most = std::max<size_t>(1, lane->source.adapter->Describe().batch);
  const absl::Status handed_in = store_->Read([this, lane, most](const store::View& view) {
    auto batch = std::make_shared<Batch>();
    // Status rows have no region: the origin is one place.
    const auto rows = view.ListReady(lane->source.system, "", most);
    if (rows.ok()) {
      for (const DeliveryRow& row : *rows) {
        auto report = ReportOf(view, row);
        if (!report.ok()) continue;
        batch->rows.push_back(row);
        batch->reports.push_back(*std::move(report));
      }
    }
    loop_.Post([this, lane, batch] {
      if (!batch->rows.empty()) return Send(lane, batch);
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
  const auto told = [](const adapter::Outcome& outcome) {
    return outcome.verdict == adapter::Verdict::kDelivered;
  };
  const bool all = std::all_of(outcomes.begin(), outcomes.end(), told);
  std::optional<absl::Duration> asked;
  for (const adapter::Outcome& outcome : outcomes) {
    if (outcome.after) asked = std::max(asked.value_or(absl::ZeroDuration()), *outcome.after);
  }
  lane->failures = all ? 0 : lane->failures + 1;
  lane->next = all ? absl::ZeroDuration()
                   : loop_.Now() + lane->source.backoff.After(lane->failures, asked, 0);
  const absl::Time now = clock_->Now();
  store_->Write(
      [batch, outcomes, told, now](const store::View& view) -> absl::StatusOr<store::Writes> {
        store::Writes writes;
        for (size_t i = 0; i < batch->rows.size(); ++i) {
          const DeliveryRow& sent = batch->rows[i];
          KJ_ASSIGN_OR_RETURN(std::optional<DeliveryRow> row, view.FindDelivery(sent.id));
          // Wanted again meanwhile: what was told is old already.
          if (!row || row->since != sent.since || !told(outcomes[i])) continue;
          row->ready = false;
          row->state = DeliveryState::kDelivered;
          row->delivered_revision = row->revision;
          row->delivered_at = now;
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
