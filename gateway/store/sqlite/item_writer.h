// ItemWriter: puts what one decision wants written into the open transaction of the writer.
//
// Threading: one thread, that of the connection. Ownership: the Database outlives it.
#ifndef KINERJA_GATEWAY_STORE_SQLITE_ITEM_WRITER_H_
#define KINERJA_GATEWAY_STORE_SQLITE_ITEM_WRITER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/delivery_tables.h"
#include "gateway/store/store.h"

namespace kinerja::store::sqlite {

class ItemWriter {
 public:
  explicit ItemWriter(Database& db) : db_(db), deliveries_(db) {}

  // Writes everything, numbering revisions from `last_change` + 1 on; `last_change` and `committed`
  // follow. INTERNAL when the decision broke the contract (a gap in revisions, a request_id twice);
  // after any error part of it may be written: the caller rolls the transaction back.
  absl::Status Apply(const Writes& writes, int64_t at, ChangeNumber& last_change,
                     Committed& committed);

 private:
  absl::Status AppendRevision(const NewRevision& revision, int64_t at, ChangeNumber number);
  absl::Status AppendFirst(const NewRevision& revision, int64_t at, ChangeNumber number);
  absl::Status PutSource(const SourceRow& source);
  absl::Status PutConflicts(const Writes& writes, int64_t at);
  absl::Status PutRejects(const Writes& writes, int64_t at);

  Database& db_;
  DeliveryWrites deliveries_;
  PreparedStatement insert_change_{
      db_,
      "INSERT INTO change(number, skp, previous, revision, kind, at, keys_before, keys_after,"
      " targets_before, targets_after, body_format, salt, hash, body)"
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"};
  PreparedStatement insert_head_{db_,
                                 "INSERT INTO skp(id, change, revision, at, person, instansi, keys)"
                                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
  PreparedStatement find_before_{
      db_,
      "SELECT s.change, s.revision, s.person, s.keys, c.targets_after"
      " FROM skp s JOIN change c ON c.number = s.change WHERE s.id = ?1"};
  PreparedStatement update_head_{
      db_,
      "UPDATE skp SET change = ?2, revision = ?3, at = ?4, instansi = ?5, keys = ?6"
      " WHERE id = ?1"};
  // Apart from update_head_, because naming a column in SET rewrites its index even for an equal
  // value.
  PreparedStatement update_person_{db_, "UPDATE skp SET person = ?2 WHERE id = ?1"};
  PreparedStatement put_source_{
      db_,
      "INSERT INTO source(system, id, skp, version) VALUES(?1, ?2, ?3, ?4)"
      " ON CONFLICT(system, id) DO UPDATE SET version = excluded.version"
      " WHERE skp = excluded.skp"};
  PreparedStatement move_source_{
      db_, "UPDATE source SET skp = ?3, version = ?4 WHERE system = ?1 AND id = ?2"};
  PreparedStatement insert_request_{db_,
                                    "INSERT INTO request(at, principal, request_id, digest, answer)"
                                    " VALUES(?1, ?2, ?3, ?4, ?5)"};
  PreparedStatement put_conflict_{
      db_,
      "INSERT INTO conflict(skp, instansi, path, reason, stored, offered, offered_by, since)"
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
      " ON CONFLICT(skp, path, offered_by) WHERE closed_at IS NULL DO UPDATE SET"
      " instansi = excluded.instansi, reason = excluded.reason, stored = excluded.stored,"
      " offered = excluded.offered"};
  PreparedStatement close_conflict_{
      db_, "UPDATE conflict SET closed_at = ?2 WHERE id = ?1 AND closed_at IS NULL"};
  PreparedStatement put_reject_{
      db_,
      "INSERT INTO reject(system, id, version, instansi, bytes, violations, at)"
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
      " ON CONFLICT(system, id) DO UPDATE SET version = excluded.version,"
      " instansi = excluded.instansi, bytes = excluded.bytes, violations = excluded.violations,"
      " at = excluded.at"};
  PreparedStatement clear_reject_{db_, "DELETE FROM reject WHERE system = ?1 AND id = ?2"};
  PreparedStatement put_cursor_{db_,
                                "INSERT INTO cursor(source, cursor) VALUES(?1, ?2)"
                                " ON CONFLICT(source) DO UPDATE SET cursor = excluded.cursor"};
};

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_ITEM_WRITER_H_
