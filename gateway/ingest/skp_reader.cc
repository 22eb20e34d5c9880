#include "gateway/ingest/skp_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "gateway/base/status_macros.h"
#include "gateway/ingest/body_codec.h"
#include "gateway/ingest/stored_record.h"
#include "gateway/resource/page_token.h"
#include "gateway/resource/skp_name.h"
#include "gateway/schema/catalogue.h"
#include "gateway/schema/check.h"

namespace kinerja::ingest {
namespace {

// A page stops growing here, well under what clients accept (4 MiB); the token goes on.
constexpr size_t kPageBytes = 3 << 20;

absl::Status NotFound(const std::string& name) {
  return schema::Error(absl::StatusCode::kNotFound, v1::ERROR_REASON_SKP_NOT_FOUND,
                       {{"name", name}});
}

absl::Status RequestInvalid(std::string_view field, std::string_view problem) {
  return schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_INVALID,
                       {{"field", std::string(field)}, {"problem", std::string(problem)}});
}

absl::Status CheckRight(const security::Principal& principal, const std::string& instansi) {
  if (principal.MayUseInstansi(instansi)) return absl::OkStatus();
  return schema::Error(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_INSTANSI_NOT_ALLOWED,
                       {{"instansi", instansi}});
}

// The record's name, with the right checked before anything is looked up.
absl::StatusOr<resource::SkpName> ReadName(const security::Principal& principal,
                                           const std::string& name, std::string_view field) {
  const std::optional<resource::SkpName> parsed = resource::ParseSkpName(name);
  if (!parsed) return RequestInvalid(field, "it is no instansi/{kode_bkn}/skp/{id}");
  KJ_RETURN_IF_ERROR(CheckRight(principal, parsed->instansi));
  return *parsed;
}

// The current revision of a named record that the caller may see.
absl::StatusOr<StoredRecord> FindRecord(const store::View& view,
                                        const security::Principal& principal,
                                        const resource::SkpName& name,
                                        const std::string& full_name) {
  KJ_ASSIGN_OR_RETURN(std::optional<StoredRecord> record, LoadRecord(view, name.id));
  if (!record || record->skp.name() != full_name) return NotFound(full_name);
  KJ_RETURN_IF_ERROR(CheckRight(principal, record->head.keys.instansi));
  return *std::move(record);
}

// The greatest source version seen, which an unchanged submission raises without a revision.
absl::Status RaiseVersion(const store::View& view, v1::Skp* skp) {
  KJ_ASSIGN_OR_RETURN(const std::optional<store::SourceRow> row,
                      view.FindSource(skp->source().system(), skp->source().id()));
  if (row && row->version > skp->source().version()) {
    skp->mutable_source()->set_version(row->version);
  }
  return absl::OkStatus();
}

// The filters of one ListSkps call.
class SkpFilter {
 public:
  static absl::StatusOr<SkpFilter> Make(const security::Principal& principal,
                                        const v1::ListSkpsRequest& request) {
    static const schema::Checker& checker = *new schema::Checker(v1::ListSkpsRequest::descriptor());
    std::vector<schema::Violation> found;
    checker.Check(request, {}, "", &found);
    if (!found.empty()) {
      return RequestInvalid(found.front().field, schema::ReasonName(found.front().reason));
    }
    SkpFilter filter(principal, request);
    const std::optional<std::string> instansi = resource::ParseInstansiName(request.parent());
    if (!instansi) return RequestInvalid("parent", "it is no instansi/{kode_bkn}");
    if (*instansi != "-") KJ_RETURN_IF_ERROR(CheckRight(principal, *instansi));
    filter.instansi_ = *instansi == "-" ? "" : *instansi;
    if (filter.instansi_.empty() && !principal.all_instansi && principal.instansi.size() == 1) {
      filter.instansi_ = *principal.instansi.begin();
    }
    if (!request.source_id().empty() && request.source_system().empty()) {
      return RequestInvalid("source_system", "it is empty; source_id needs it");
    }
    return filter;
  }

  // What an index can restrict to.
  store::HeadQuery Query(store::ChangeNumber after) const {
    store::HeadQuery query{.after = after};
    const std::string& nip = request_.nip();
    if (!nip.empty()) {
      query.person = nip.starts_with("nik:") ? nip : absl::StrCat("nip:", nip);
    } else {
      query.instansi = instansi_;
    }
    return query;
  }

  bool Fits(const store::Head& head) const {
    const store::FilterKeys& keys = head.keys;
    const auto& request = request_;
    return (instansi_.empty() ? principal_.MayUseInstansi(keys.instansi)
                              : keys.instansi == instansi_) &&
           (request.unor().empty() || keys.unor == request.unor()) &&
           (request.npsn().empty() || keys.npsn == request.npsn()) &&
           (request.mulai_dari().empty() || keys.mulai >= request.mulai_dari()) &&
           (request.selesai_sampai().empty() || keys.selesai <= request.selesai_sampai()) &&
           (request.regime() == v1::REGIME_UNSPECIFIED || keys.regime == request.regime()) &&
           FitsStatus(keys.status) && FitsTime(head.changed_at);
  }

  bool FitsSource(const v1::Skp& skp) const {
    return request_.source_system().empty() || skp.source().system() == request_.source_system();
  }

 private:
  SkpFilter(const security::Principal& principal, const v1::ListSkpsRequest& request)
      : principal_(principal), request_(request) {}

  bool FitsStatus(int32_t status) const {
    return request_.status().empty() ||
           std::find(request_.status().begin(), request_.status().end(), status) !=
               request_.status().end();
  }

  bool FitsTime(absl::Time changed_at) const {
    if (!request_.has_changed_since()) return true;
    return changed_at > absl::FromUnixSeconds(request_.changed_since().seconds()) +
                            absl::Nanoseconds(request_.changed_since().nanos());
  }

  const security::Principal& principal_;
  const v1::ListSkpsRequest& request_;
  std::string instansi_;  // empty: all that the caller may see
};

// A list with a source id is one look-up.
absl::StatusOr<v1::ListSkpsResponse> ListBySourceId(const store::View& view,
                                                    const v1::ListSkpsRequest& request,
                                                    const SkpFilter& filter) {
  v1::ListSkpsResponse response;
  KJ_ASSIGN_OR_RETURN(const std::optional<store::SourceRow> row,
                      view.FindSource(request.source_system(), request.source_id()));
  if (!row) return response;
  KJ_ASSIGN_OR_RETURN(std::optional<StoredRecord> record, LoadRecord(view, row->skp));
  if (!record || !filter.Fits(record->head)) return response;
  KJ_RETURN_IF_ERROR(RaiseVersion(view, &record->skp));
  *response.add_skps() = std::move(record->skp);
  return response;
}

absl::StatusOr<v1::ListSkpsResponse> List(const store::View& view,
                                          const v1::ListSkpsRequest& request,
                                          const SkpFilter& filter, store::ChangeNumber after,
                                          size_t page_size, size_t max_scan) {
  v1::ListSkpsResponse response;
  absl::Status failed;
  size_t bytes = 0;
  store::ChangeNumber last = 0;
  bool full = false;
  const auto visit = [&](const store::Head& head) {
    last = head.change;
    if (!filter.Fits(head)) return true;
    absl::StatusOr<StoredRecord> record = LoadBody(view, head);
    if (!record.ok()) failed = record.status();
    if (failed.ok() && filter.FitsSource(record->skp)) {
      failed = RaiseVersion(view, &record->skp);
      bytes += record->skp.ByteSizeLong();
      *response.add_skps() = std::move(record->skp);
    }
    full = static_cast<size_t>(response.skps_size()) >= page_size || bytes >= kPageBytes;
    return failed.ok() && !full;
  };
  KJ_ASSIGN_OR_RETURN(const store::ChangeNumber rest,
                      view.ScanHeads(filter.Query(after), max_scan, visit));
  KJ_RETURN_IF_ERROR(failed);
  const store::ChangeNumber next = full ? last : rest;
  if (next != 0) response.set_next_page_token(resource::MakePageToken(request, next));
  return response;
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t nanos = absl::ToUnixNanos(time);
  timestamp.set_seconds(nanos / 1'000'000'000);
  timestamp.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  return timestamp;
}

v1::Conflict ToProto(const store::ConflictRow& row) {
  v1::Conflict conflict;
  conflict.set_id(static_cast<uint64_t>(row.id));
  conflict.set_skp(resource::FormatSkpName(row.instansi, row.skp));
  conflict.set_path(row.path);
  *conflict.mutable_cause() = schema::ToProto({.field = row.path,
                                               .reason = schema::ReasonByName(row.reason),
                                               .severity = v1::SEVERITY_WARNING,
                                               .metadata = {{"system", row.offered_by}},
                                               .rule = ""});
  conflict.set_stored(row.stored);
  conflict.set_offered(row.offered);
  conflict.set_offered_by(row.offered_by);
  *conflict.mutable_since() = ToTimestamp(row.since);
  if (row.closed_at) *conflict.mutable_closed() = ToTimestamp(*row.closed_at);
  return conflict;
}

}  // namespace

template <typename Response>
void SkpReader::Run(std::function<absl::StatusOr<Response>(const store::View&)> read,
                    ReadDone<Response> done) const {
  const absl::Status handed_in =
      store_->Read([read = std::move(read), done](const store::View& view) { done(read(view)); });
  if (!handed_in.ok()) done(handed_in);
}

void SkpReader::GetSkp(const security::Principal& principal, const v1::GetSkpRequest& request,
                       ReadDone<v1::GetSkpResponse> done) const {
  const absl::StatusOr<resource::SkpName> name = ReadName(principal, request.name(), "name");
  if (!name.ok()) return done(name.status());
  Run<v1::GetSkpResponse>(
      [&principal, request,
       name = *name](const store::View& view) -> absl::StatusOr<v1::GetSkpResponse> {
        KJ_ASSIGN_OR_RETURN(StoredRecord record, FindRecord(view, principal, name, request.name()));
        v1::GetSkpResponse response;
        if (request.revision() == 0 || request.revision() == record.head.revision) {
          KJ_RETURN_IF_ERROR(RaiseVersion(view, &record.skp));
          *response.mutable_skp() = std::move(record.skp);
          return response;
        }
        KJ_ASSIGN_OR_RETURN(const std::vector<store::Change> changes,
                            view.ListRevisions(name.id, request.revision() + 1, 1));
        if (changes.empty() || changes.front().revision != request.revision()) {
          return schema::Error(
              absl::StatusCode::kNotFound, v1::ERROR_REASON_REVISION_NOT_FOUND,
              {{"name", request.name()}, {"revision", absl::StrCat(request.revision())}});
        }
        KJ_ASSIGN_OR_RETURN(*response.mutable_skp(), OpenBody(changes.front().body));
        return response;
      },
      std::move(done));
}

void SkpReader::ListSkps(const security::Principal& principal, const v1::ListSkpsRequest& request,
                         ReadDone<v1::ListSkpsResponse> done) const {
  const absl::StatusOr<size_t> page_size = resource::PageSize(request.page_size());
  if (!page_size.ok()) return done(page_size.status());
  const absl::StatusOr<uint64_t> after = resource::ReadPageToken(request);
  if (!after.ok()) return done(after.status());
  const absl::StatusOr<SkpFilter> checked = SkpFilter::Make(principal, request);
  if (!checked.ok()) return done(checked.status());
  Run<v1::ListSkpsResponse>(
      [&principal, request, page_size = *page_size, after = *after,
       max_scan = max_scan_](const store::View& view) -> absl::StatusOr<v1::ListSkpsResponse> {
        KJ_ASSIGN_OR_RETURN(const SkpFilter filter, SkpFilter::Make(principal, request));
        if (!request.source_id().empty()) return ListBySourceId(view, request, filter);
        return List(view, request, filter, after, page_size, max_scan);
      },
      std::move(done));
}

void SkpReader::ListSkpRevisions(const security::Principal& principal,
                                 const v1::ListSkpRevisionsRequest& request,
                                 ReadDone<v1::ListSkpRevisionsResponse> done) const {
  const absl::StatusOr<resource::SkpName> name = ReadName(principal, request.name(), "name");
  if (!name.ok()) return done(name.status());
  const absl::StatusOr<size_t> page_size = resource::PageSize(request.page_size());
  if (!page_size.ok()) return done(page_size.status());
  const absl::StatusOr<uint64_t> before = resource::ReadPageToken(request);
  if (!before.ok()) return done(before.status());
  Run<v1::ListSkpRevisionsResponse>(
      [&principal, request, name = *name, page_size = *page_size,
       before = *before](const store::View& view) -> absl::StatusOr<v1::ListSkpRevisionsResponse> {
        KJ_RETURN_IF_ERROR(FindRecord(view, principal, name, request.name()).status());
        KJ_ASSIGN_OR_RETURN(const std::vector<store::Change> changes,
                            view.ListRevisions(name.id, before, page_size));
        v1::ListSkpRevisionsResponse response;
        size_t bytes = 0;
        for (const store::Change& change : changes) {
          KJ_ASSIGN_OR_RETURN(*response.add_skps(), OpenBody(change.body));
          bytes += change.body.bytes.size();
          if (bytes >= kPageBytes) break;
        }
        if (response.skps_size() > 0) {
          const uint64_t last = changes[static_cast<size_t>(response.skps_size()) - 1].revision;
          if (last > 1) response.set_next_page_token(resource::MakePageToken(request, last));
        }
        return response;
      },
      std::move(done));
}

void SkpReader::ListConflicts(const security::Principal& principal,
                              const v1::ListConflictsRequest& request,
                              ReadDone<v1::ListConflictsResponse> done) const {
  const absl::StatusOr<size_t> page_size = resource::PageSize(request.page_size());
  if (!page_size.ok()) return done(page_size.status());
  const absl::StatusOr<uint64_t> after = resource::ReadPageToken(request);
  if (!after.ok()) return done(after.status());
  store::ConflictQuery query{.open_only = !request.with_closed(),
                             .after_id = static_cast<int64_t>(*after),
                             .limit = *page_size};
  if (const std::optional<std::string> instansi = resource::ParseInstansiName(request.parent())) {
    if (*instansi != "-") query.instansi = *instansi;
    const absl::Status right =
        query.instansi.empty() ? absl::OkStatus() : CheckRight(principal, query.instansi);
    if (!right.ok()) return done(right);
  } else {
    const absl::StatusOr<resource::SkpName> name = ReadName(principal, request.parent(), "parent");
    if (!name.ok()) return done(name.status());
    query.skp = name->id;
    query.instansi = name->instansi;
  }
  Run<v1::ListConflictsResponse>(
      [&principal, request,
       query](const store::View& view) -> absl::StatusOr<v1::ListConflictsResponse> {
        KJ_ASSIGN_OR_RETURN(const std::vector<store::ConflictRow> rows, view.ListConflicts(query));
        v1::ListConflictsResponse response;
        for (const store::ConflictRow& row : rows) {
          if (principal.MayUseInstansi(row.instansi)) *response.add_conflicts() = ToProto(row);
        }
        if (rows.size() == query.limit) {
          response.set_next_page_token(
              resource::MakePageToken(request, static_cast<uint64_t>(rows.back().id)));
        }
        return response;
      },
      std::move(done));
}

}  // namespace kinerja::ingest
