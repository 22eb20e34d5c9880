// SqliteView: the View of one connection, with its prepared reads.
//
// Threading: one thread at a time, that of the connection.
// Ownership: the Database, clock and random outlive it.
#ifndef KINERJA_GATEWAY_STORE_SQLITE_SQLITE_VIEW_H_
#define KINERJA_GATEWAY_STORE_SQLITE_SQLITE_VIEW_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/clock.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/delivery_tables.h"
#include "gateway/store/store.h"

namespace kinerja::store::sqlite {

class SqliteView final : public View {
 public:
  SqliteView(Database& db, const base::Clock& clock, const std::function<uint64_t()>& random)
      : db_(db), clock_(clock), random_(random) {}

  absl::StatusOr<SkpId> NewSkpId() const override;
  absl::StatusOr<std::optional<Head>> FindHead(SkpId skp) const override;
  absl::StatusOr<std::optional<SourceRow>> FindSource(std::string_view system,
                                                      std::string_view id) const override;
  absl::StatusOr<std::vector<SourceRow>> ListSources(SkpId skp) const override;
  absl::StatusOr<std::vector<Head>> ListHeadsOfPerson(std::string_view person) const override;
  absl::StatusOr<std::optional<RequestRow>> FindRequest(std::string_view principal,
                                                        std::string_view request_id) const override;
  absl::StatusOr<Change> GetChange(ChangeNumber number) const override;
  absl::StatusOr<std::vector<Change>> ReadChanges(ChangeNumber after, size_t limit) const override;
  absl::StatusOr<std::vector<Change>> ListRevisions(SkpId skp, uint64_t before,
                                                    size_t limit) const override;
  absl::StatusOr<ChangeNumber> ScanHeads(
      const HeadQuery& query, size_t scan_limit,
      const std::function<bool(const Head&)>& visit) const override;
  absl::StatusOr<std::vector<ConflictRow>> ListConflicts(const ConflictQuery& query) const override;
  absl::StatusOr<std::optional<RejectRow>> FindReject(std::string_view system,
                                                      std::string_view id) const override;
  absl::StatusOr<std::optional<std::string>> FindCursor(std::string_view source) const override;
  absl::StatusOr<std::vector<Change>> ReadChangeHeads(ChangeNumber after,
                                                      size_t limit) const override;
  absl::StatusOr<ChangeNumber> Projected() const override { return deliveries_.Projected(); }
  absl::StatusOr<std::optional<DeliveryRow>> FindDelivery(DeliveryId id) const override {
    return deliveries_.Find(id);
  }
  absl::StatusOr<std::optional<DeliveryRow>> FindDeliveryOf(std::string_view target, SkpId skp,
                                                            DeliveryKind kind) const override {
    return deliveries_.FindOf(target, skp, kind);
  }
  absl::StatusOr<std::vector<DeliveryRow>> ListDeliveriesOf(SkpId skp) const override {
    return deliveries_.ListOf(skp);
  }
  absl::StatusOr<std::vector<DeliveryRow>> ListReady(DeliveryKind kind, std::string_view target,
                                                     std::string_view region,
                                                     size_t limit) const override {
    return deliveries_.ListReady(kind, target, region, limit);
  }
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ListReadyRegions()
      const override {
    return deliveries_.ListReadyRegions();
  }
  absl::StatusOr<std::vector<DeliveryRow>> ListDue(absl::Time now, absl::Time horizon,
                                                   size_t limit) const override {
    return deliveries_.ListDue(now, horizon, limit);
  }
  absl::StatusOr<std::optional<absl::Time>> NextDue() const override {
    return deliveries_.NextDue();
  }
  absl::StatusOr<std::vector<DeliveryRow>> ListClaimed(DeliveryId after,
                                                       size_t limit) const override {
    return deliveries_.ListClaimed(after, limit);
  }
  absl::StatusOr<std::vector<DeliveryId>> ListWaiting(std::string_view key, DeliveryId after,
                                                      size_t limit) const override {
    return deliveries_.ListWaiting(key, after, limit);
  }
  absl::StatusOr<DeliveryId> ScanDeliveries(
      const DeliveryQuery& query, size_t scan_limit,
      const std::function<bool(const DeliveryRow&)>& visit) const override {
    return deliveries_.Scan(query, scan_limit, visit);
  }
  absl::StatusOr<std::vector<std::pair<DeliveryState, uint64_t>>> CountDeliveries(
      std::string_view target) const override {
    return deliveries_.Count(target);
  }
  absl::StatusOr<std::optional<HoldingRow>> FindHolding(std::string_view target,
                                                        std::string_view effect) const override {
    return deliveries_.FindHolding(target, effect);
  }
  absl::StatusOr<std::vector<AttemptRow>> ListAttempts(DeliveryId delivery) const override {
    return deliveries_.ListAttempts(delivery);
  }
  absl::StatusOr<std::optional<FactsRow>> FindFacts(std::string_view target,
                                                    std::string_view person) const override {
    return deliveries_.FindFacts(target, person);
  }
  absl::StatusOr<std::optional<TargetRow>> FindTarget(std::string_view target) const override {
    return deliveries_.FindTarget(target);
  }
  absl::StatusOr<std::optional<JobRow>> FindJob(int64_t id) const override {
    return deliveries_.FindJob(id);
  }
  absl::StatusOr<std::vector<JobRow>> ListRunningJobs() const override {
    return deliveries_.ListRunningJobs();
  }
  absl::StatusOr<std::string> EffectSecret() const override { return deliveries_.EffectSecret(); }

 private:
  Database& db_;
  const base::Clock& clock_;
  const std::function<uint64_t()>& random_;
  mutable SkpId last_new_id_ = 0;
  mutable DeliveryReads deliveries_{db_};

  mutable PreparedStatement greatest_id_{db_, "SELECT max(id) FROM skp"};
  mutable PreparedStatement find_head_{
      db_, "SELECT id, change, revision, at, person, keys FROM skp WHERE id = ?1"};
  mutable PreparedStatement find_source_{
      db_, "SELECT system, id, skp, version FROM source WHERE system = ?1 AND id = ?2"};
  mutable PreparedStatement list_sources_{
      db_, "SELECT system, id, skp, version FROM source WHERE skp = ?1 ORDER BY system, id"};
  mutable PreparedStatement heads_of_person_{
      db_, "SELECT id, change, revision, at, person, keys FROM skp WHERE person = ?1 ORDER BY id"};
  mutable PreparedStatement find_request_{
      db_, "SELECT at, digest, answer FROM request WHERE principal = ?1 AND request_id = ?2"};
  mutable PreparedStatement get_change_{
      db_,
      "SELECT number, skp, revision, kind, at, keys_before, keys_after, targets_before,"
      " targets_after, body_format, salt, hash, body, previous FROM change WHERE number = ?1"};
  mutable PreparedStatement read_changes_{
      db_,
      "SELECT number, skp, revision, kind, at, keys_before, keys_after, targets_before,"
      " targets_after, body_format, salt, hash, body, previous FROM change"
      " WHERE number > ?1 ORDER BY number LIMIT ?2"};
  mutable PreparedStatement read_change_heads_{
      db_,
      "SELECT number, skp, revision, kind, at, keys_before, keys_after, targets_before,"
      " targets_after FROM change WHERE number > ?1 ORDER BY number LIMIT ?2"};
  mutable PreparedStatement newest_change_{db_, "SELECT change FROM skp WHERE id = ?1"};
  mutable PreparedStatement scan_all_{
      db_,
      "SELECT id, change, revision, at, person, keys FROM skp INDEXED BY skp_change"
      " WHERE change > ?1 ORDER BY change LIMIT ?2"};
  mutable PreparedStatement scan_instansi_{
      db_,
      "SELECT id, change, revision, at, person, keys FROM skp INDEXED BY skp_instansi"
      " WHERE instansi = ?3 AND change > ?1 ORDER BY change LIMIT ?2"};
  // A person has a handful of records: sorting them is cheaper than an index for it.
  mutable PreparedStatement scan_person_{
      db_,
      "SELECT id, change, revision, at, person, keys FROM skp INDEXED BY skp_person"
      " WHERE person = ?3 AND change > ?1 ORDER BY change LIMIT ?2"};
  mutable PreparedStatement conflicts_{
      db_,
      "SELECT id, skp, instansi, path, reason, stored, offered, offered_by, since, closed_at"
      " FROM conflict WHERE id > ?1 AND (NOT ?2 OR closed_at IS NULL) ORDER BY id LIMIT ?3"};
  mutable PreparedStatement conflicts_of_skp_{
      db_,
      "SELECT id, skp, instansi, path, reason, stored, offered, offered_by, since, closed_at"
      " FROM conflict INDEXED BY conflict_skp WHERE skp = ?4 AND (?5 = '' OR instansi = ?5)"
      " AND id > ?1 AND (NOT ?2 OR closed_at IS NULL) ORDER BY id LIMIT ?3"};
  mutable PreparedStatement conflicts_of_instansi_{
      db_,
      "SELECT id, skp, instansi, path, reason, stored, offered, offered_by, since, closed_at"
      " FROM conflict INDEXED BY conflict_instansi WHERE instansi = ?4"
      " AND id > ?1 AND (NOT ?2 OR closed_at IS NULL) ORDER BY id LIMIT ?3"};
  mutable PreparedStatement find_reject_{
      db_,
      "SELECT system, id, version, instansi, bytes, violations, at FROM reject"
      " WHERE system = ?1 AND id = ?2"};
  mutable PreparedStatement find_cursor_{db_, "SELECT cursor FROM cursor WHERE source = ?1"};
};

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_SQLITE_VIEW_H_
