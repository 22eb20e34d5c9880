#include "gateway/store/sqlite/migrations.h"

#include <cstdint>
#include <string>

#include "gateway/base/kill_point.h"
#include "gateway/base/status.h"
#include "gateway/base/status_macros.h"

namespace kinerja::store::sqlite {
namespace {

absl::Status RunStep(Database& db, const char* sql, size_t number) {
  KJ_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db, Transaction::Kind::kWrite));
  KJ_RETURN_IF_ERROR(db.Execute(sql));
  const std::string stamp = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                            "; PRAGMA user_version = " + std::to_string(number);
  KJ_RETURN_IF_ERROR(db.Execute(stamp.c_str()));
  KJ_KILL_POINT("store_migration");
  return transaction.Commit();
}

}  // namespace

absl::Status Migrate(Database& db, std::span<const char* const> migrations) {
  KJ_ASSIGN_OR_RETURN(const int64_t done, db.QueryInt("PRAGMA user_version"));
  if (done < 0 || done > static_cast<int64_t>(migrations.size())) {
    const std::string found = std::to_string(done);
    const std::string known = std::to_string(migrations.size());
    return base::MakeError(absl::StatusCode::kFailedPrecondition, "STORE_NEWER",
                           "the store has version " + found + ", this program knows " + known +
                               "; use the newer program",
                           {{"found", found}, {"known", known}});
  }
  for (auto i = static_cast<size_t>(done); i < migrations.size(); ++i) {
    KJ_RETURN_IF_ERROR(RunStep(db, migrations[i], i + 1));
  }
  return absl::OkStatus();
}

}  // namespace kinerja::store::sqlite
