#include "gateway/ingest/rulebook.h"

#include <utility>

namespace kinerja::ingest {

std::shared_ptr<const Rulebook> Rulebook::Make(
    const config::v1::GatewayConfig& config, std::shared_ptr<const reference::Snapshot> reference) {
  return std::shared_ptr<const Rulebook>(new Rulebook(config, std::move(reference)));
}

Rulebook::Rulebook(config::v1::GatewayConfig config,
                   std::shared_ptr<const reference::Snapshot> reference)
    : config_(std::move(config)), reference_(std::move(reference)), routes_(config_.routes()) {
  for (const auto& system : config_.systems()) systems_[system.id()] = &system;
  points_ = validate::Context().points;
  for (const auto& row : config_.poin_kompetensi()) {
    points_[static_cast<size_t>(row.peran())] = row.poin();
  }
}

validate::Context Rulebook::ContextFor(bool native, absl::CivilDay today) const {
  validate::Context context;
  context.today = today;
  context.native = native;
  context.reference = reference_.get();
  context.windows = config_.windows().empty() ? nullptr : &config_.windows();
  context.points = points_;
  return context;
}

v1::Owner Rulebook::OwnerOf(std::string_view system) const {
  const auto found = systems_.find(system);
  const bool is_bkn = found != systems_.end() && found->second->owner() == v1::OWNER_BKN;
  return is_bkn ? v1::OWNER_BKN : v1::OWNER_ORIGIN;
}

bool Rulebook::OrderedByArrival(std::string_view system) const {
  const auto found = systems_.find(system);
  return found != systems_.end() && found->second->ordered_by_arrival();
}

}  // namespace kinerja::ingest
