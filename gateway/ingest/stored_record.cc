#include "gateway/ingest/stored_record.h"

#include "gateway/base/status_macros.h"
#include "gateway/ingest/body_codec.h"

namespace kinerja::ingest {

absl::StatusOr<std::optional<StoredRecord>> LoadRecord(const store::View& view, store::SkpId id) {
  KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> head, view.FindHead(id));
  if (!head) return std::nullopt;
  KJ_ASSIGN_OR_RETURN(StoredRecord record, LoadBody(view, *head));
  return std::optional<StoredRecord>(std::move(record));
}

absl::StatusOr<StoredRecord> LoadBody(const store::View& view, const store::Head& head) {
  KJ_ASSIGN_OR_RETURN(const store::Change change, view.GetChange(head.change));
  KJ_ASSIGN_OR_RETURN(v1::Skp skp, OpenBody(change.body));
  return StoredRecord{head, std::move(skp)};
}

}  // namespace kinerja::ingest
