// DeliveryReads and DeliveryWrites: the tables of the delivery engine. SqliteView and ItemWriter
// hand over to them.
//
// Threading: one thread at a time, that of the connection. Ownership: the Database outlives both.
#ifndef KINERJA_GATEWAY_STORE_SQLITE_DELIVERY_TABLES_H_
#define KINERJA_GATEWAY_STORE_SQLITE_DELIVERY_TABLES_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/store.h"

namespace kinerja::store::sqlite {

// Columns of a delivery, in the order in which rows are read.
#define KJ_DELIVERY_COLUMNS                                                                   \
  "id, target, skp, kind, change, revision, absent, state, since, reason, ready, due, claim," \
  " region, instansi, deadline, rest"

// The methods are those of View.
class DeliveryReads {
 public:
  explicit DeliveryReads(Database& db) : db_(db) {}

  absl::StatusOr<ChangeNumber> Projected();
  absl::StatusOr<std::optional<DeliveryRow>> Find(DeliveryId id);
  absl::StatusOr<std::optional<DeliveryRow>> FindOf(std::string_view target, SkpId skp,
                                                    DeliveryKind kind);
  absl::StatusOr<std::vector<DeliveryRow>> ListOf(SkpId skp);
  absl::StatusOr<std::vector<DeliveryRow>> ListReady(DeliveryKind kind, std::string_view target,
                                                     std::string_view region, size_t limit);
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ListReadyRegions();
  absl::StatusOr<std::vector<DeliveryRow>> ListDue(absl::Time now, absl::Time horizon,
                                                   size_t limit);
  absl::StatusOr<std::optional<absl::Time>> NextDue();
  absl::StatusOr<std::vector<DeliveryRow>> ListClaimed(DeliveryId after, size_t limit);
  absl::StatusOr<std::vector<DeliveryId>> ListWaiting(std::string_view key, DeliveryId after,
                                                      size_t limit);
  absl::StatusOr<DeliveryId> Scan(const DeliveryQuery& query, size_t scan_limit,
                                  const std::function<bool(const DeliveryRow&)>& visit);
  absl::StatusOr<std::vector<std::pair<DeliveryState, uint64_t>>> Count(std::string_view target);
  absl::StatusOr<std::optional<HoldingRow>> FindHolding(std::string_view target,
                                                        std::string_view effect);
  absl::StatusOr<std::vector<AttemptRow>> ListAttempts(DeliveryId delivery);
  absl::StatusOr<std::optional<FactsRow>> FindFacts(std::string_view target,
                                                    std::string_view person);
  absl::StatusOr<std::optional<TargetRow>> FindTarget(std::string_view target);
  absl::StatusOr<std::optional<JobRow>> FindJob(int64_t id);
  absl::StatusOr<std::vector<JobRow>> ListRunningJobs();
  absl::StatusOr<std::string> EffectSecret();

 private:
  Database& db_;
  PreparedStatement projected_{db_, "SELECT position FROM projection WHERE one = 1"};
  PreparedStatement find_{db_, "SELECT " KJ_DELIVERY_COLUMNS " FROM delivery WHERE id = ?1"};
  PreparedStatement find_of_{db_, "SELECT " KJ_DELIVERY_COLUMNS
                                  " FROM delivery WHERE skp = ?1 AND target = ?2 AND kind = ?3"};
  PreparedStatement list_of_{
      db_, "SELECT " KJ_DELIVERY_COLUMNS " FROM delivery WHERE skp = ?1 ORDER BY target, kind"};
  PreparedStatement ready_{db_, "SELECT " KJ_DELIVERY_COLUMNS
                                " FROM delivery INDEXED BY delivery_ready WHERE ready = 1"
                                " AND kind = ?4 AND target = ?1 AND region = ?2"
                                " ORDER BY deadline, id LIMIT ?3"};
  // The next pair of kRecord after (?1, ?2): a seek per pair instead of a scan of all rows.
  PreparedStatement next_region_{
      db_,
      "SELECT target, region FROM delivery INDEXED BY delivery_ready WHERE ready = 1 AND kind = 1"
      " AND (target, region) > (?1, ?2) ORDER BY target, region LIMIT 1"};
  PreparedStatement due_{db_, "SELECT " KJ_DELIVERY_COLUMNS
                              " FROM delivery INDEXED BY delivery_due"
                              " WHERE due IS NOT NULL AND due <= ?1 ORDER BY due LIMIT ?2"};
  PreparedStatement due_beyond_{db_, "SELECT " KJ_DELIVERY_COLUMNS
                                     " FROM delivery INDEXED BY delivery_due"
                                     " WHERE due IS NOT NULL AND due > ?1 ORDER BY due LIMIT ?2"};
  PreparedStatement next_due_{db_,
                              "SELECT due FROM delivery INDEXED BY delivery_due"
                              " WHERE due IS NOT NULL ORDER BY due LIMIT 1"};
  PreparedStatement claimed_{db_, "SELECT " KJ_DELIVERY_COLUMNS
                                  " FROM delivery INDEXED BY delivery_claimed WHERE claim <> ''"
                                  " AND id > ?1 ORDER BY id LIMIT ?2"};
  PreparedStatement waiting_{db_,
                             "SELECT delivery FROM wait WHERE key = ?1 AND delivery > ?3"
                             " ORDER BY delivery LIMIT ?2"};
  PreparedStatement scan_{db_, "SELECT " KJ_DELIVERY_COLUMNS
                               " FROM delivery WHERE kind = 1 AND id > ?1 ORDER BY id LIMIT ?2"};
  PreparedStatement scan_state_{db_, "SELECT " KJ_DELIVERY_COLUMNS
                                     " FROM delivery INDEXED BY delivery_state WHERE kind = 1"
                                     " AND target = ?3 AND state = ?4 AND id > ?1"
                                     " ORDER BY id LIMIT ?2"};
  PreparedStatement scan_skp_{db_, "SELECT " KJ_DELIVERY_COLUMNS
                                   " FROM delivery INDEXED BY delivery_key WHERE skp = ?3"
                                   " AND kind = 1 AND id > ?1 ORDER BY id LIMIT ?2"};
  PreparedStatement count_{db_,
                           "SELECT state, count(*) FROM delivery INDEXED BY delivery_state"
                           " WHERE kind = 1 AND target = ?1 GROUP BY state"};
  PreparedStatement holding_{db_,
                             "SELECT owner, rank, target_id, sent_hash, revision, in_flight"
                             " FROM holding WHERE target = ?1 AND effect = ?2"};
  PreparedStatement attempts_{
      db_, "SELECT number, at, rest FROM attempt WHERE delivery = ?1 ORDER BY number DESC"};
  PreparedStatement facts_{db_,
                           "SELECT facts, expires FROM facts WHERE target = ?1 AND person = ?2"};
  PreparedStatement target_{db_, "SELECT paused, by, at FROM target WHERE id = ?1"};
  PreparedStatement job_{
      db_,
      "SELECT id, kind, request, by, state, created, changed, total, done, position"
      " FROM job WHERE id = ?1"};
  PreparedStatement running_jobs_{
      db_,
      "SELECT id, kind, request, by, state, created, changed, total, done, position"
      " FROM job WHERE state = 'running' ORDER BY id"};
  PreparedStatement secret_{db_, "SELECT value FROM secret WHERE name = 'effect'"};
};

class DeliveryWrites {
 public:
  explicit DeliveryWrites(Database& db) : db_(db) {}

  // Writes what is for these tables; ids of new rows go to `committed`, in order. After an error
  // part of it may be written: the caller rolls back.
  absl::Status Apply(const Writes& writes, Committed& committed);

 private:
  absl::StatusOr<DeliveryId> Put(const DeliveryRow& row);
  absl::Status PutWaits(DeliveryId id, const std::vector<std::string>& keys);
  absl::Status PutHoldings(const Writes& writes);
  absl::Status PutAttempt(const AttemptRow& attempt);
  absl::StatusOr<int64_t> PutJob(const JobRow& job);

  Database& db_;
  PreparedStatement insert_{db_, "INSERT INTO delivery(" KJ_DELIVERY_COLUMNS
                                 ") VALUES(NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
                                 " ?13, ?14, ?15, ?16)"};
  PreparedStatement update_{
      db_,
      "UPDATE delivery SET change = ?2, revision = ?3, absent = ?4, state = ?5, since = ?6,"
      " reason = ?7, ready = ?8, due = ?9, claim = ?10, region = ?11, instansi = ?12,"
      " deadline = ?13, rest = ?14 WHERE id = ?1"};
  PreparedStatement clear_waits_{db_, "DELETE FROM wait WHERE delivery = ?1"};
  PreparedStatement put_wait_{db_, "INSERT OR IGNORE INTO wait(key, delivery) VALUES(?1, ?2)"};
  PreparedStatement put_holding_{
      db_,
      "INSERT OR REPLACE INTO holding(target, effect, owner, rank, target_id, sent_hash, revision,"
      " in_flight) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
  PreparedStatement drop_holding_{db_, "DELETE FROM holding WHERE target = ?1 AND effect = ?2"};
  PreparedStatement put_attempt_{
      db_, "INSERT OR REPLACE INTO attempt(delivery, number, at, rest) VALUES(?1, ?2, ?3, ?4)"};
  PreparedStatement drop_attempt_{db_, "DELETE FROM attempt WHERE delivery = ?1 AND number = ?2"};
  PreparedStatement put_facts_{
      db_, "INSERT OR REPLACE INTO facts(target, person, facts, expires) VALUES(?1, ?2, ?3, ?4)"};
  PreparedStatement put_target_{
      db_, "INSERT OR REPLACE INTO target(id, paused, by, at) VALUES(?1, ?2, ?3, ?4)"};
  PreparedStatement insert_job_{
      db_,
      "INSERT INTO job(kind, request, by, state, created, changed, total, done, position)"
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
  PreparedStatement update_job_{
      db_,
      "UPDATE job SET state = ?2, changed = ?3, total = ?4, done = ?5, position = ?6"
      " WHERE id = ?1"};
  PreparedStatement last_row_{db_, "SELECT last_insert_rowid()"};
  PreparedStatement projected_{db_, "UPDATE projection SET position = ?1 WHERE one = 1"};
};

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_DELIVERY_TABLES_H_
