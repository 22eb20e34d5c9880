#include "gateway/store/sqlite/request_pruner.h"

#include "gateway/base/status_macros.h"

namespace kinerja::store::sqlite {
namespace {

// About as many as the greatest group can bring, so that pruning keeps up at any rate.
constexpr int64_t kBatch = 1024;

}  // namespace

absl::Status RequestPruner::RunIfDue(absl::Time now) {
  // A clock that was set back must not stop the pruning until it has caught up.
  if (now < next_ && next_ - now <= absl::Seconds(1)) return absl::OkStatus();
  next_ = now + absl::Seconds(1);
  const int64_t before = absl::ToUnixMicros(now - retention_);
  {
    Statement oldest(oldest_);
    KJ_ASSIGN_OR_RETURN(const bool found, oldest.Step());
    if (!found || oldest.Int(0) >= before) return absl::OkStatus();
  }
  KJ_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(db_, Transaction::Kind::kWrite));
  {
    Statement prune(prune_, before, kBatch);
    KJ_RETURN_IF_ERROR(prune.Run());
  }
  if (db_.ChangedRows() == kBatch) next_ = now;
  return transaction.Commit();
}

}  // namespace kinerja::store::sqlite
