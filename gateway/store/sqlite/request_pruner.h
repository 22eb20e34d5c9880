// RequestPruner: forgets remembered answers that are older than the retention, a few at a time.
//
// Threading: one thread, that of the connection. Ownership: the Database outlives it.
#ifndef KINERJA_GATEWAY_STORE_SQLITE_REQUEST_PRUNER_H_
#define KINERJA_GATEWAY_STORE_SQLITE_REQUEST_PRUNER_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/store/sqlite/database.h"

namespace kinerja::store::sqlite {

class RequestPruner {
 public:
  RequestPruner(Database& db, absl::Duration retention) : db_(db), retention_(retention) {}

  // Called between groups. In a transaction of its own, once a second while there is little to
  // forget, after every group while there is much.
  absl::Status RunIfDue(absl::Time now);

 private:
  Database& db_;
  const absl::Duration retention_;
  absl::Time next_ = absl::InfinitePast();
  PreparedStatement oldest_{db_, "SELECT at FROM request ORDER BY seq LIMIT 1"};
  PreparedStatement prune_{db_,
                           "DELETE FROM request WHERE at < ?1 AND seq IN (SELECT seq FROM request "
                           "ORDER BY seq LIMIT ?2)"};
};

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_REQUEST_PRUNER_H_
