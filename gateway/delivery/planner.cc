#include "gateway/delivery/planner.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/security/digest.h"

namespace kinerja::delivery {
namespace {

bool IsOpen(const store::PartRow& part) {
  return part.state == store::DeliveryState::kUnknown || part.state == store::DeliveryState::kSent;
}

// Two targets never share an effect, whatever their keys.
std::string EffectName(std::string_view secret, const std::string& target,
                       const std::string& effect_key) {
  return security::HmacSha256(secret, absl::StrCat(target, "\n", effect_key));
}

std::string HashOf(const adapter::PlannedPart& part) {
  const std::string& content = part.content.empty() ? part.payload.bytes : part.content;
  const std::array<std::string_view, 3> pieces = {part.kind, std::string_view("\n"), content};
  return security::Sha256(pieces);
}

}  // namespace

LoadedWork WorkOf(const store::DeliveryRow& row) {
  LoadedWork loaded;
  loaded.work.row = row;
  loaded.work.change = row.change;
  for (const store::PartRow& part : row.parts) {
    if (!IsOpen(part)) continue;
    loaded.work.look = true;
    loaded.work.change = part.change;
    break;
  }
  return loaded;
}

absl::StatusOr<LoadedWork> LoadWork(const store::View& view, const store::DeliveryRow& row) {
  LoadedWork loaded = WorkOf(row);
  Work& work = loaded.work;
  KJ_ASSIGN_OR_RETURN(store::Change change, view.GetChange(work.change));
  work.revision = change.revision;
  loaded.body = std::move(change.body);
  KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> head, view.FindHead(row.skp));
  // A newer revision may name another person, and facts are of the person that this one names.
  if (head && head->change == work.change) work.person = head->person;
  if (!work.person.empty()) {
    KJ_ASSIGN_OR_RETURN(loaded.facts, view.FindFacts(row.target, work.person));
  }
  for (const store::PartRow& part : row.parts) {
    if (part.effect.empty()) continue;
    KJ_ASSIGN_OR_RETURN(const std::optional<store::HoldingRow> holding,
                        view.FindHolding(row.target, part.effect));
    if (!holding || holding->owner != row.skp) continue;
    loaded.held.push_back({part.key, part.kind, {TargetIdOf(*holding), holding->revision}});
  }
  return loaded;
}

void PlanWork(const adapter::Adapter& adapter, const v1::Skp& skp, std::string_view facts,
              const reference::Snapshot& reference, std::string_view secret, absl::Time now,
              LoadedWork* loaded) {
  Work& work = loaded->work;
  work.planned = adapter.Plan(
      {.skp = &skp, .facts = facts, .reference = &reference, .now = now, .held = &loaded->held});
  work.effects.clear();
  work.hashes.clear();
  for (const adapter::PlannedPart& part : work.planned) {
    const bool makes_effect = part.plan == adapter::PartPlan::kDeliver;
    work.effects.push_back(makes_effect ? EffectName(secret, work.row.target, part.effect_key)
                                        : std::string());
    work.hashes.push_back(makes_effect ? HashOf(part) : std::string());
  }
}

}  // namespace kinerja::delivery
