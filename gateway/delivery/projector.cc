#include "gateway/delivery/projector.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "gateway/adapter/adapter.h"
#include "gateway/base/kill_point.h"
#include "gateway/base/status_macros.h"
#include "gateway/delivery/decide.h"

namespace kinerja::delivery {
namespace {

bool HasOpenPart(const store::DeliveryRow& row) {
  return std::any_of(row.parts.begin(), row.parts.end(), [](const store::PartRow& part) {
    return part.state == store::DeliveryState::kUnknown ||
           part.state == store::DeliveryState::kSent ||
           part.state == store::DeliveryState::kInFlight;
  });
}

// One batch of changes; used once.
class Projecting {
 public:
  Projecting(const store::View& view, const DeadlineOf& deadline_of, const DecideContext& context)
      : view_(view), deadline_of_(deadline_of), context_(context) {}

  absl::StatusOr<Projection> Run(size_t limit) {
    KJ_ASSIGN_OR_RETURN(const store::ChangeNumber after, view_.Projected());
    KJ_ASSIGN_OR_RETURN(const std::vector<store::Change> changes,
                        view_.ReadChangeHeads(after, limit));
    Projection out;
    out.changes = changes.size();
    if (changes.empty()) return out;
    for (const store::Change& change : changes) KJ_RETURN_IF_ERROR(Project(change));
    for (auto& [key, row] : rows_) {
      if (row.ready) out_.woken.emplace(row.target, row.region);
      out_.writes.deliveries.push_back(std::move(row));
    }
    for (const std::string& key : wake_)
      KJ_RETURN_IF_ERROR(Wake(view_, key, 0, context_.now, &out_));
    for (const store::SkpId skp : told_) {
      KJ_RETURN_IF_ERROR(WantStatus(view_, skp, context_, &out_));
    }
    out_.writes.projected = changes.back().number;
    out.decision = std::move(out_);
    return out;
  }

 private:
  absl::Status Project(const store::Change& change) {
    const int64_t deadline = deadline_of_(change.keys_after, change.at);
    for (const std::string& target : change.targets_after) {
      KJ_ASSIGN_OR_RETURN(store::DeliveryRow * row, RowOf(target, change.skp));
      WantRevision(change, /*absent=*/false, deadline, context_.now, row);
    }
    for (const std::string& target : change.targets_before) {
      const auto& after = change.targets_after;
      if (std::binary_search(after.begin(), after.end(), target)) continue;
      KJ_ASSIGN_OR_RETURN(store::DeliveryRow * row, RowOf(target, change.skp));
      WantRevision(change, /*absent=*/true, deadline, context_.now, row);
    }
    told_.insert(change.skp);
    if (!change.keys_after.unor.empty()) wake_.insert(adapter::UnitKey(change.keys_after.unor));
    KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> head, view_.FindHead(change.skp));
    if (head && !head->person.empty()) {
      wake_.insert(adapter::PersonYearKey(head->person, change.keys_after.tahun));
    }
    return absl::OkStatus();
  }

  // The row as this batch has it.
  absl::StatusOr<store::DeliveryRow*> RowOf(const std::string& target, store::SkpId skp) {
    const auto key = std::make_pair(skp, target);
    const auto known = rows_.find(key);
    if (known != rows_.end()) return &known->second;
    KJ_ASSIGN_OR_RETURN(std::optional<store::DeliveryRow> stored,
                        view_.FindDeliveryOf(target, skp, store::DeliveryKind::kRecord));
    store::DeliveryRow row = stored ? *std::move(stored) : store::DeliveryRow();
    row.target = target;
    row.skp = skp;
    return &rows_.emplace(key, std::move(row)).first->second;
  }

  const store::View& view_;
  const DeadlineOf& deadline_of_;
  const DecideContext& context_;
  std::map<std::pair<store::SkpId, std::string>, store::DeliveryRow> rows_;
  std::set<std::string> wake_;
  std::set<store::SkpId> told_;
  Decision out_;
};

}  // namespace

void WantRevision(const store::Change& change, bool absent, int64_t deadline, absl::Time now,
                  store::DeliveryRow* row) {
  if (change.number <= row->change) return;  // a backfill was there first
  row->change = change.number;
  row->revision = change.revision;
  row->absent = absent;
  row->region = change.keys_after.wilayah;
  row->instansi = change.keys_after.instansi;
  row->deadline = deadline;
  row->tries = 0;
  // Who works on it, or looks after an unknown outcome, sees the new number at its end.
  if (!row->claim.empty() || HasOpenPart(*row)) return;
  row->ready = true;
  row->due.reset();
  row->waits.clear();
  row->reason = {};
  row->state = store::DeliveryState::kPending;
  row->since = now;
}

absl::StatusOr<Projection> ProjectChanges(const store::View& view, size_t limit,
                                          const DeadlineOf& deadline_of,
                                          const DecideContext& context) {
  return Projecting(view, deadline_of, context).Run(limit);
}

}  // namespace kinerja::delivery
