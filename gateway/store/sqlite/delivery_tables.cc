#include "gateway/store/sqlite/delivery_tables.h"

#include <algorithm>
#include <limits>

#include "gateway/base/status_macros.h"
#include "gateway/store/delivery_codec.h"
#include "gateway/store/row_bytes.h"

namespace kinerja::store::sqlite {
namespace {

int64_t Limit(size_t limit) {
  return static_cast<int64_t>(std::min<uint64_t>(limit, std::numeric_limits<int64_t>::max()));
}

int64_t Micros(absl::Time time) { return absl::ToUnixMicros(time); }

// Columns: KJ_DELIVERY_COLUMNS.
absl::StatusOr<DeliveryRow> DeliveryOf(const Statement& row) {
  DeliveryRow delivery;
  delivery.id = row.Int(0);
  delivery.target = row.String(1);
  delivery.skp = row.Int(2);
  delivery.kind = static_cast<DeliveryKind>(row.Int(3));
  delivery.change = row.Unsigned(4);
  delivery.revision = row.Unsigned(5);
  delivery.absent = row.Int(6) != 0;
  delivery.state = static_cast<DeliveryState>(row.Int(7));
  delivery.since = absl::FromUnixMicros(row.Int(8));
  KJ_RETURN_IF_ERROR(DecodeDeliveryRest(row.Bytes(16), &delivery));
  delivery.reason.code = static_cast<int32_t>(row.Int(9));
  delivery.ready = row.Int(10) != 0;
  if (!row.IsNull(11)) delivery.due = absl::FromUnixMicros(row.Int(11));
  delivery.claim = row.String(12);
  delivery.region = row.String(13);
  delivery.instansi = row.String(14);
  delivery.deadline = row.Int(15);
  return delivery;
}

absl::StatusOr<std::optional<DeliveryRow>> OneDelivery(Statement& statement) {
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  return DeliveryOf(statement);
}

absl::Status AllDeliveries(Statement& statement, std::vector<DeliveryRow>* rows) {
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
    if (!found) return absl::OkStatus();
    KJ_ASSIGN_OR_RETURN(DeliveryRow row, DeliveryOf(statement));
    rows->push_back(std::move(row));
  }
}

// Columns: as in job_.
JobRow JobOf(const Statement& row) {
  JobRow job;
  job.id = row.Int(0);
  job.kind = row.String(1);
  job.request = row.String(2);
  job.by = row.String(3);
  job.state = row.String(4);
  job.created = absl::FromUnixMicros(row.Int(5));
  job.changed = absl::FromUnixMicros(row.Int(6));
  job.total = row.Unsigned(7);
  job.done = row.Unsigned(8);
  job.position = row.Int(9);
  return job;
}

bool Matches(const DeliveryRow& row, const DeliveryQuery& query) {
  return (query.target.empty() || row.target == query.target) &&
         (!query.state || row.state == *query.state) &&
         (query.instansi.empty() || row.instansi == query.instansi) &&
         (query.reason == 0 || row.reason.code == query.reason);
}

}  // namespace

absl::StatusOr<ChangeNumber> DeliveryReads::Projected() {
  Statement statement(projected_);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return CorruptRow("the projection");
  return statement.Unsigned(0);
}

absl::StatusOr<std::optional<DeliveryRow>> DeliveryReads::Find(DeliveryId id) {
  Statement statement(find_, id);
  return OneDelivery(statement);
}

absl::StatusOr<std::optional<DeliveryRow>> DeliveryReads::FindOf(std::string_view target, SkpId skp,
                                                                 DeliveryKind kind) {
  Statement statement(find_of_, skp, target, static_cast<int64_t>(kind));
  return OneDelivery(statement);
}

absl::StatusOr<std::vector<DeliveryRow>> DeliveryReads::ListOf(SkpId skp) {
  Statement statement(list_of_, skp);
  std::vector<DeliveryRow> rows;
  KJ_RETURN_IF_ERROR(AllDeliveries(statement, &rows));
  return rows;
}

absl::StatusOr<std::vector<DeliveryRow>> DeliveryReads::ListReady(DeliveryKind kind,
                                                                  std::string_view target,
                                                                  std::string_view region,
                                                                  size_t limit) {
  Statement statement(ready_, target, region, Limit(limit), static_cast<int64_t>(kind));
  std::vector<DeliveryRow> rows;
  KJ_RETURN_IF_ERROR(AllDeliveries(statement, &rows));
  return rows;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> DeliveryReads::ListReadyRegions() {
  std::vector<std::pair<std::string, std::string>> regions;
  std::pair<std::string, std::string> last;
  while (true) {
    Statement statement(next_region_, last.first, last.second);
    KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
    if (!found) return regions;
    last = {statement.String(0), statement.String(1)};
    regions.push_back(last);
  }
}

absl::StatusOr<std::vector<DeliveryRow>> DeliveryReads::ListDue(absl::Time now, absl::Time horizon,
                                                                size_t limit) {
  std::vector<DeliveryRow> rows;
  {
    Statement statement(due_, Micros(now), Limit(limit));
    KJ_RETURN_IF_ERROR(AllDeliveries(statement, &rows));
  }
  if (rows.size() >= limit) return rows;
  Statement statement(due_beyond_, Micros(horizon), Limit(limit - rows.size()));
  KJ_RETURN_IF_ERROR(AllDeliveries(statement, &rows));
  return rows;
}

absl::StatusOr<std::optional<absl::Time>> DeliveryReads::NextDue() {
  Statement statement(next_due_);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  return absl::FromUnixMicros(statement.Int(0));
}

absl::StatusOr<std::vector<DeliveryRow>> DeliveryReads::ListClaimed(DeliveryId after,
                                                                    size_t limit) {
  Statement statement(claimed_, after, Limit(limit));
  std::vector<DeliveryRow> rows;
  KJ_RETURN_IF_ERROR(AllDeliveries(statement, &rows));
  return rows;
}

absl::StatusOr<std::vector<DeliveryId>> DeliveryReads::ListWaiting(std::string_view key,
                                                                   DeliveryId after, size_t limit) {
  Statement statement(waiting_, key, Limit(limit), after);
  std::vector<DeliveryId> ids;
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
    if (!found) return ids;
    ids.push_back(statement.Int(0));
  }
}

absl::StatusOr<DeliveryId> DeliveryReads::Scan(
    const DeliveryQuery& query, size_t scan_limit,
    const std::function<bool(const DeliveryRow&)>& visit) {
  const bool by_state = !query.target.empty() && query.state.has_value();
  std::optional<Statement> statement;
  if (query.skp != 0) {
    statement.emplace(scan_skp_, query.after, Limit(scan_limit), query.skp);
  } else if (by_state) {
    statement.emplace(scan_state_, query.after, Limit(scan_limit), query.target,
                      static_cast<int64_t>(*query.state));
  } else {
    statement.emplace(scan_, query.after, Limit(scan_limit));
  }
  DeliveryId last = 0;
  for (size_t seen = 0; seen < scan_limit; ++seen) {
    KJ_ASSIGN_OR_RETURN(const bool found, statement->Step());
    if (!found) return DeliveryId{0};
    KJ_ASSIGN_OR_RETURN(const DeliveryRow row, DeliveryOf(*statement));
    last = row.id;
    if (Matches(row, query) && !visit(row)) return last;
  }
  return last;
}

absl::StatusOr<std::vector<std::pair<DeliveryState, uint64_t>>> DeliveryReads::Count(
    std::string_view target) {
  Statement statement(count_, target);
  std::vector<std::pair<DeliveryState, uint64_t>> counts;
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
    if (!found) return counts;
    counts.emplace_back(static_cast<DeliveryState>(statement.Int(0)), statement.Unsigned(1));
  }
}

absl::StatusOr<std::optional<HoldingRow>> DeliveryReads::FindHolding(std::string_view target,
                                                                     std::string_view effect) {
  Statement statement(holding_, target, Blob{effect});
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  HoldingRow row;
  row.target = std::string(target);
  row.effect = std::string(effect);
  row.owner = statement.Int(0);
  row.rank = statement.Int(1);
  row.target_id = statement.String(2);
  row.sent_hash = statement.String(3);
  row.revision = statement.Unsigned(4);
  row.in_flight = statement.Int(5);
  return row;
}

absl::StatusOr<std::vector<AttemptRow>> DeliveryReads::ListAttempts(DeliveryId delivery) {
  Statement statement(attempts_, delivery);
  std::vector<AttemptRow> attempts;
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
    if (!found) return attempts;
    AttemptRow attempt;
    attempt.delivery = delivery;
    attempt.number = static_cast<uint32_t>(statement.Unsigned(0));
    attempt.at = absl::FromUnixMicros(statement.Int(1));
    KJ_RETURN_IF_ERROR(DecodeAttempt(statement.Bytes(2), &attempt));
    attempts.push_back(std::move(attempt));
  }
}

absl::StatusOr<std::optional<FactsRow>> DeliveryReads::FindFacts(std::string_view target,
                                                                 std::string_view person) {
  Statement statement(facts_, target, person);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  return FactsRow{std::string(target), std::string(person), statement.String(0),
                  absl::FromUnixMicros(statement.Int(1))};
}

absl::StatusOr<std::optional<TargetRow>> DeliveryReads::FindTarget(std::string_view target) {
  Statement statement(target_, target);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  return TargetRow{std::string(target), statement.Int(0) != 0, statement.String(1),
                   absl::FromUnixMicros(statement.Int(2))};
}

absl::StatusOr<std::optional<JobRow>> DeliveryReads::FindJob(int64_t id) {
  Statement statement(job_, id);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  return JobOf(statement);
}

absl::StatusOr<std::vector<JobRow>> DeliveryReads::ListRunningJobs() {
  Statement statement(running_jobs_);
  std::vector<JobRow> jobs;
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
    if (!found) return jobs;
    jobs.push_back(JobOf(statement));
  }
}

absl::StatusOr<std::string> DeliveryReads::EffectSecret() {
  Statement statement(secret_);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return CorruptRow("the secret of effects");
  return statement.String(0);
}

absl::Status DeliveryWrites::Apply(const Writes& writes, Committed& committed) {
  for (const DeliveryRow& row : writes.deliveries) {
    KJ_ASSIGN_OR_RETURN(const DeliveryId id, Put(row));
    committed.deliveries.push_back(id);
  }
  KJ_RETURN_IF_ERROR(PutHoldings(writes));
  for (const AttemptRow& attempt : writes.attempts) KJ_RETURN_IF_ERROR(PutAttempt(attempt));
  for (const FactsRow& row : writes.facts) {
    Statement put(put_facts_, row.target, row.person, Blob{row.facts}, Micros(row.expires));
    KJ_RETURN_IF_ERROR(put.Run());
  }
  for (const TargetRow& row : writes.targets) {
    Statement put(put_target_, row.target, int64_t{row.paused}, row.by, Micros(row.at));
    KJ_RETURN_IF_ERROR(put.Run());
  }
  for (const JobRow& job : writes.jobs) {
    KJ_ASSIGN_OR_RETURN(const int64_t id, PutJob(job));
    committed.jobs.push_back(id);
  }
  if (!writes.projected) return absl::OkStatus();
  Statement projected(projected_, *writes.projected);
  return projected.Run();
}

absl::StatusOr<DeliveryId> DeliveryWrites::Put(const DeliveryRow& row) {
  const std::string rest = EncodeDeliveryRest(row);
  std::optional<int64_t> due;
  if (row.due) due.emplace(Micros(*row.due));
  const auto state = static_cast<int64_t>(row.state);
  DeliveryId id = row.id;
  if (id == 0) {
    Statement insert(insert_, row.target, row.skp, static_cast<int64_t>(row.kind), row.change,
                     row.revision, int64_t{row.absent}, state, Micros(row.since),
                     int64_t{row.reason.code}, int64_t{row.ready}, due, row.claim, row.region,
                     row.instansi, row.deadline, Blob{rest});
    KJ_RETURN_IF_ERROR(insert.Run());
    Statement last(last_row_);
    KJ_RETURN_IF_ERROR(last.Step().status());
    id = last.Int(0);
  } else {
    Statement update(update_, id, row.change, row.revision, int64_t{row.absent}, state,
                     Micros(row.since), int64_t{row.reason.code}, int64_t{row.ready}, due,
                     row.claim, row.region, row.instansi, row.deadline, Blob{rest});
    KJ_RETURN_IF_ERROR(update.Run());
    if (db_.ChangedRows() == 0) return Broken("a delivery that is not stored");
  }
  KJ_RETURN_IF_ERROR(PutWaits(id, row.waits));
  return id;
}

absl::Status DeliveryWrites::PutWaits(DeliveryId id, const std::vector<std::string>& keys) {
  {
    Statement clear(clear_waits_, id);
    KJ_RETURN_IF_ERROR(clear.Run());
  }
  for (const std::string& key : keys) {
    Statement put(put_wait_, key, id);
    KJ_RETURN_IF_ERROR(put.Run());
  }
  return absl::OkStatus();
}

absl::Status DeliveryWrites::PutHoldings(const Writes& writes) {
  for (const HoldingRow& row : writes.holdings) {
    Statement put(put_holding_, row.target, Blob{row.effect}, row.owner, row.rank, row.target_id,
                  Blob{row.sent_hash}, row.revision, row.in_flight);
    KJ_RETURN_IF_ERROR(put.Run());
  }
  for (const auto& [target, effect] : writes.drop_holdings) {
    Statement drop(drop_holding_, target, Blob{effect});
    KJ_RETURN_IF_ERROR(drop.Run());
  }
  return absl::OkStatus();
}

absl::Status DeliveryWrites::PutAttempt(const AttemptRow& attempt) {
  const std::string rest = EncodeAttempt(attempt);
  {
    Statement put(put_attempt_, attempt.delivery, attempt.number, Micros(attempt.at), Blob{rest});
    KJ_RETURN_IF_ERROR(put.Run());
  }
  if (attempt.number <= kKeptAttempts) return absl::OkStatus();
  Statement drop(drop_attempt_, attempt.delivery, attempt.number - kKeptAttempts);
  return drop.Run();
}

absl::StatusOr<int64_t> DeliveryWrites::PutJob(const JobRow& job) {
  if (job.id == 0) {
    Statement insert(insert_job_, job.kind, Blob{job.request}, job.by, job.state,
                     Micros(job.created), Micros(job.changed), job.total, job.done, job.position);
    KJ_RETURN_IF_ERROR(insert.Run());
    Statement last(last_row_);
    KJ_RETURN_IF_ERROR(last.Step().status());
    return last.Int(0);
  }
  Statement update(update_job_, job.id, job.state, Micros(job.changed), job.total, job.done,
                   job.position);
  KJ_RETURN_IF_ERROR(update.Run());
  if (db_.ChangedRows() == 0) return Broken("a job that is not stored");
  return job.id;
}

}  // namespace kinerja::store::sqlite
