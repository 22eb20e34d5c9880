#include "gateway/store/sqlite/item_writer.h"

#include <optional>
#include <string>

#include "gateway/base/kill_point.h"
#include "gateway/base/status_macros.h"
#include "gateway/store/row_codec.h"
#include "gateway/store/sqlite/errors.h"

namespace kinerja::store::sqlite {

// Statements do not copy what they bind: every encoded value below is a local that outlives them.

absl::Status ItemWriter::Apply(const Writes& writes, int64_t at, ChangeNumber& last_change,
                               Committed& committed) {
  for (const NewRevision& revision : writes.revisions) {
    KJ_RETURN_IF_ERROR(AppendRevision(revision, at, last_change + 1));
    committed.changes.push_back(++last_change);
  }
  for (const SourceRow& source : writes.sources) KJ_RETURN_IF_ERROR(PutSource(source));
  KJ_RETURN_IF_ERROR(PutConflicts(writes, at));
  KJ_RETURN_IF_ERROR(PutRejects(writes, at));
  if (writes.cursor.has_value()) {
    Statement put(put_cursor_, writes.cursor->source, Blob{writes.cursor->cursor});
    KJ_RETURN_IF_ERROR(put.Run());
  }
  if (writes.request.has_value() && !KJ_SEEDED_BUG("forget_request")) {
    const RequestRow& request = *writes.request;
    Statement insert(insert_request_, at, request.principal, request.request_id,
                     Blob{request.digest}, Blob{request.answer});
    KJ_RETURN_IF_ERROR(insert.Run());
  }
  return deliveries_.Apply(writes, committed);
}

absl::Status ItemWriter::AppendFirst(const NewRevision& revision, int64_t at, ChangeNumber number) {
  const std::string keys = EncodeFilterKeys(revision.keys);
  const std::string targets = EncodeTargets(revision.targets);
  const std::string no_targets = EncodeTargets({});
  Statement change(insert_change_, number, revision.skp, int64_t{0}, revision.revision,
                   static_cast<int64_t>(revision.kind), at, std::optional<Blob>(), Blob{keys},
                   Blob{no_targets}, Blob{targets}, revision.body.format, Blob{revision.body.salt},
                   Blob{revision.body.hash}, Blob{revision.body.bytes});
  KJ_RETURN_IF_ERROR(change.Run());
  Statement head(insert_head_, revision.skp, number, revision.revision, at, revision.person,
                 revision.keys.instansi, Blob{keys});
  return head.Run();
}

absl::Status ItemWriter::AppendRevision(const NewRevision& revision, int64_t at,
                                        ChangeNumber number) {
  if (revision.skp <= 0) return Broken("a record has no id");
  const bool restamped = revision.kind == ChangeKind::kRestamped;
  // A record that is there already is found by its primary key.
  if (revision.revision == 1 && !restamped) return AppendFirst(revision, at, number);

  Statement before(find_before_, revision.skp);
  KJ_ASSIGN_OR_RETURN(const bool found, before.Step());
  if (!found) return Broken("a later revision of a record that is not stored");
  if (revision.revision != before.Unsigned(1) + (restamped ? 0 : 1)) {
    return Broken("a revision that is not the one after the stored one");
  }
  const std::string keys = EncodeFilterKeys(revision.keys);
  const std::string targets = EncodeTargets(revision.targets);
  Statement change(insert_change_, number, revision.skp, before.Int(0), revision.revision,
                   static_cast<int64_t>(revision.kind), at, Blob{before.Bytes(3)}, Blob{keys},
                   Blob{before.Bytes(4)}, Blob{targets}, revision.body.format,
                   Blob{revision.body.salt}, Blob{revision.body.hash}, Blob{revision.body.bytes});
  KJ_RETURN_IF_ERROR(change.Run());
  if (before.Bytes(2) != revision.person) {
    Statement person(update_person_, revision.skp, revision.person);
    KJ_RETURN_IF_ERROR(person.Run());
  }
  Statement head(update_head_, revision.skp, number, revision.revision, at, revision.keys.instansi,
                 Blob{keys});
  return head.Run();
}

absl::Status ItemWriter::PutSource(const SourceRow& source) {
  {
    Statement put(put_source_, source.system, source.id, source.skp, source.version);
    KJ_RETURN_IF_ERROR(put.Run());
  }
  if (db_.ChangedRows() > 0) return absl::OkStatus();
  Statement move(move_source_, source.system, source.id, source.skp, source.version);
  return move.Run();
}

absl::Status ItemWriter::PutConflicts(const Writes& writes, int64_t at) {
  // Closing first: what is closed and opened again in one decision is a new conflict.
  for (const int64_t id : writes.close_conflicts) {
    Statement close(close_conflict_, id, at);
    KJ_RETURN_IF_ERROR(close.Run());
  }
  for (const ConflictRow& conflict : writes.open_conflicts) {
    Statement put(put_conflict_, conflict.skp, conflict.instansi, conflict.path, conflict.reason,
                  conflict.stored, conflict.offered, conflict.offered_by, at);
    KJ_RETURN_IF_ERROR(put.Run());
  }
  return absl::OkStatus();
}

absl::Status ItemWriter::PutRejects(const Writes& writes, int64_t at) {
  for (const auto& [system, id] : writes.clear_rejects) {
    Statement clear(clear_reject_, system, id);
    KJ_RETURN_IF_ERROR(clear.Run());
  }
  for (const RejectRow& reject : writes.rejects) {
    Statement put(put_reject_, reject.system, reject.id, reject.version, reject.instansi,
                  Blob{reject.bytes}, Blob{reject.violations}, at);
    KJ_RETURN_IF_ERROR(put.Run());
  }
  return absl::OkStatus();
}

}  // namespace kinerja::store::sqlite
