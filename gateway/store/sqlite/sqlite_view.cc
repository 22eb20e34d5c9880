#include "gateway/store/sqlite/sqlite_view.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "gateway/base/status.h"
#include "gateway/base/status_macros.h"
#include "gateway/store/row_codec.h"

namespace kinerja::store::sqlite {
namespace {

// New ids carry the time and 20 random bits, so that what a restored copy has lost is not named
// again, and new rows go to the end of the table. 43 bits of milliseconds last 278 years.
constexpr int64_t kIdEpochMs = 1'735'689'600'000;  // 2025-01-01
constexpr int kIdRandomBits = 20;

int64_t Limit(size_t limit) {
  return static_cast<int64_t>(std::min<uint64_t>(limit, std::numeric_limits<int64_t>::max()));
}

// Columns: id, change, revision, at, person, keys.
absl::StatusOr<Head> HeadOf(const Statement& row) {
  Head head;
  head.skp = row.Int(0);
  head.change = row.Unsigned(1);
  head.revision = row.Unsigned(2);
  head.changed_at = absl::FromUnixMicros(row.Int(3));
  head.person = row.String(4);
  KJ_ASSIGN_OR_RETURN(head.keys, DecodeFilterKeys(row.Bytes(5)));
  return head;
}

SourceRow SourceOf(const Statement& row) {
  return {row.String(0), row.String(1), row.Int(2), row.Unsigned(3)};
}

constexpr int kPreviousColumn = 13;

// Columns: as in read_change_heads_.
absl::StatusOr<Change> ChangeHeadOf(const Statement& row) {
  Change change;
  change.number = row.Unsigned(0);
  change.skp = row.Int(1);
  change.revision = row.Unsigned(2);
  change.kind = static_cast<ChangeKind>(row.Int(3));
  change.at = absl::FromUnixMicros(row.Int(4));
  if (!row.IsNull(5)) {
    KJ_ASSIGN_OR_RETURN(change.keys_before, DecodeFilterKeys(row.Bytes(5)));
  }
  KJ_ASSIGN_OR_RETURN(change.keys_after, DecodeFilterKeys(row.Bytes(6)));
  KJ_ASSIGN_OR_RETURN(change.targets_before, DecodeTargets(row.Bytes(7)));
  KJ_ASSIGN_OR_RETURN(change.targets_after, DecodeTargets(row.Bytes(8)));
  return change;
}

// Columns: as in get_change_.
absl::StatusOr<Change> ChangeOf(const Statement& row) {
  KJ_ASSIGN_OR_RETURN(Change change, ChangeHeadOf(row));
  change.body.format = static_cast<uint8_t>(row.Int(9));
  change.body.salt = row.String(10);
  change.body.hash = row.String(11);
  change.body.bytes = row.String(12);
  return change;
}

ConflictRow ConflictOf(const Statement& row) {
  ConflictRow conflict;
  conflict.id = row.Int(0);
  conflict.skp = row.Int(1);
  conflict.instansi = row.String(2);
  conflict.path = row.String(3);
  conflict.reason = row.String(4);
  conflict.stored = row.String(5);
  conflict.offered = row.String(6);
  conflict.offered_by = row.String(7);
  conflict.since = absl::FromUnixMicros(row.Int(8));
  if (!row.IsNull(9)) conflict.closed_at = absl::FromUnixMicros(row.Int(9));
  return conflict;
}

absl::StatusOr<std::vector<ConflictRow>> AllConflicts(Statement& statement) {
  std::vector<ConflictRow> conflicts;
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return conflicts;
    conflicts.push_back(ConflictOf(statement));
  }
}

}  // namespace

absl::StatusOr<SkpId> SqliteView::NewSkpId() const {
  Statement statement(greatest_id_);
  KJ_RETURN_IF_ERROR(statement.Step().status());
  const int64_t since_epoch_ms = absl::ToUnixMillis(clock_.Now()) - kIdEpochMs;
  const SkpId timed = std::max<int64_t>(since_epoch_ms, 0) << kIdRandomBits |
                      static_cast<SkpId>(random_() >> (64 - kIdRandomBits));
  last_new_id_ = std::max(timed, std::max(statement.Int(0), last_new_id_) + 1);
  return last_new_id_;
}

absl::StatusOr<std::optional<Head>> SqliteView::FindHead(SkpId skp) const {
  Statement statement(find_head_, skp);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  return HeadOf(statement);
}

absl::StatusOr<std::optional<SourceRow>> SqliteView::FindSource(std::string_view system,
                                                                std::string_view id) const {
  Statement statement(find_source_, system, id);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  return SourceOf(statement);
}

absl::StatusOr<std::vector<SourceRow>> SqliteView::ListSources(SkpId skp) const {
  Statement statement(list_sources_, skp);
  std::vector<SourceRow> sources;
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return sources;
    sources.push_back(SourceOf(statement));
  }
}

absl::StatusOr<std::vector<Head>> SqliteView::ListHeadsOfPerson(std::string_view person) const {
  Statement statement(heads_of_person_, person);
  std::vector<Head> heads;
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return heads;
    KJ_ASSIGN_OR_RETURN(Head head, HeadOf(statement));
    heads.push_back(std::move(head));
  }
}

absl::StatusOr<std::optional<RequestRow>> SqliteView::FindRequest(
    std::string_view principal, std::string_view request_id) const {
  Statement statement(find_request_, principal, request_id);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  return RequestRow{std::string(principal), std::string(request_id), statement.String(1),
                    statement.String(2), absl::FromUnixMicros(statement.Int(0))};
}

absl::StatusOr<Change> SqliteView::GetChange(ChangeNumber number) const {
  Statement statement(get_change_, number);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (found) return ChangeOf(statement);
  const std::string text = std::to_string(number);
  return base::MakeError(absl::StatusCode::kNotFound, "REVISION_NOT_FOUND",
                         "change " + text + " is not kept; read the current revision",
                         {{"change", text}});
}

absl::StatusOr<std::vector<Change>> SqliteView::ReadChanges(ChangeNumber after,
                                                            size_t limit) const {
  Statement statement(read_changes_, after, Limit(limit));
  std::vector<Change> changes;
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return changes;
    KJ_ASSIGN_OR_RETURN(Change change, ChangeOf(statement));
    changes.push_back(std::move(change));
  }
}

absl::StatusOr<std::vector<Change>> SqliteView::ReadChangeHeads(ChangeNumber after,
                                                                size_t limit) const {
  Statement statement(read_change_heads_, after, Limit(limit));
  std::vector<Change> changes;
  while (true) {
    KJ_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return changes;
    KJ_ASSIGN_OR_RETURN(Change change, ChangeHeadOf(statement));
    changes.push_back(std::move(change));
  }
}

absl::StatusOr<std::vector<Change>> SqliteView::ListRevisions(SkpId skp, uint64_t before,
                                                              size_t limit) const {
  std::vector<Change> revisions;
  Statement newest(newest_change_, skp);
  KJ_ASSIGN_OR_RETURN(const bool found, newest.Step());
  int64_t next = found ? newest.Int(0) : 0;
  uint64_t last_revision = 0;
  // Down the chain until it ends, or meets a row that retention has removed.
  while (next != 0 && revisions.size() < limit) {
    Statement row(get_change_, next);
    KJ_ASSIGN_OR_RETURN(const bool kept, row.Step());
    if (!kept) break;
    next = row.Int(kPreviousColumn);
    const uint64_t revision = row.Unsigned(2);
    const bool restamped_later = revision == last_revision;
    if (restamped_later || (before != 0 && revision >= before)) continue;
    last_revision = revision;
    KJ_ASSIGN_OR_RETURN(Change change, ChangeOf(row));
    revisions.push_back(std::move(change));
  }
  return revisions;
}

absl::StatusOr<ChangeNumber> SqliteView::ScanHeads(
    const HeadQuery& query, size_t scan_limit,
    const std::function<bool(const Head&)>& visit) const {
  const auto scan = [&](Statement& statement) -> absl::StatusOr<ChangeNumber> {
    ChangeNumber last = query.after;
    for (size_t looked_at = 0; looked_at < scan_limit; ++looked_at) {
      KJ_ASSIGN_OR_RETURN(const bool row, statement.Step());
      if (!row) return 0;
      KJ_ASSIGN_OR_RETURN(const Head head, HeadOf(statement));
      last = head.change;
      if (!visit(head)) break;
    }
    // One row more than looked at was asked for, to tell the end from the limit.
    KJ_ASSIGN_OR_RETURN(const bool more, statement.Step());
    return more ? last : 0;
  };
  const int64_t limit = Limit(scan_limit) + (scan_limit < SIZE_MAX / 2 ? 1 : 0);
  if (!query.person.empty()) {
    Statement statement(scan_person_, query.after, limit, query.person);
    return scan(statement);
  }
  if (!query.instansi.empty()) {
    Statement statement(scan_instansi_, query.after, limit, query.instansi);
    return scan(statement);
  }
  Statement statement(scan_all_, query.after, limit);
  return scan(statement);
}

absl::StatusOr<std::vector<ConflictRow>> SqliteView::ListConflicts(
    const ConflictQuery& query) const {
  const int64_t limit = query.limit == 0 ? std::numeric_limits<int64_t>::max() : Limit(query.limit);
  const int64_t open_only = query.open_only ? 1 : 0;
  if (query.skp != 0) {
    Statement statement(conflicts_of_skp_, query.after_id, open_only, limit, query.skp,
                        query.instansi);
    return AllConflicts(statement);
  }
  if (!query.instansi.empty()) {
    Statement statement(conflicts_of_instansi_, query.after_id, open_only, limit, query.instansi);
    return AllConflicts(statement);
  }
  Statement statement(conflicts_, query.after_id, open_only, limit);
  return AllConflicts(statement);
}

absl::StatusOr<std::optional<RejectRow>> SqliteView::FindReject(std::string_view system,
                                                                std::string_view id) const {
  Statement statement(find_reject_, system, id);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  RejectRow reject{statement.String(0),
                   statement.String(1),
                   statement.Unsigned(2),
                   statement.String(3),
                   statement.String(4),
                   statement.String(5),
                   absl::FromUnixMicros(statement.Int(6))};
  return reject;
}

absl::StatusOr<std::optional<std::string>> SqliteView::FindCursor(std::string_view source) const {
  Statement statement(find_cursor_, source);
  KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
  if (!found) return std::nullopt;
  return statement.String(0);
}

}  // namespace kinerja::store::sqlite
