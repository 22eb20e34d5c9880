// Reads records back for callers: one, a list, its revisions, its conflicts. A caller sees its own
// instansi only.
//
// Threading: safe for concurrent use; `done` is called exactly once, on this thread or on a reader
// thread of the Store, and must not block. Ownership: the store outlives it.
#ifndef KINERJA_GATEWAY_INGEST_SKP_READER_H_
#define KINERJA_GATEWAY_INGEST_SKP_READER_H_

#include <functional>

#include "absl/status/statusor.h"
#include "gateway/security/principal.h"
#include "gateway/store/store.h"
#include "kinerja/v1/skp_service.pb.h"

namespace kinerja::ingest {

template <typename Response>
using ReadDone = std::function<void(absl::StatusOr<Response>)>;

class SkpReader {
 public:
  // `max_scan`: heads looked at by one list call.
  SkpReader(store::Store* store, size_t max_scan) : store_(store), max_scan_(max_scan) {}

  // Errors: those of SkpService's methods of the same name.
  void GetSkp(const security::Principal& principal, const v1::GetSkpRequest& request,
              ReadDone<v1::GetSkpResponse> done) const;
  void ListSkps(const security::Principal& principal, const v1::ListSkpsRequest& request,
                ReadDone<v1::ListSkpsResponse> done) const;
  void ListSkpRevisions(const security::Principal& principal,
                        const v1::ListSkpRevisionsRequest& request,
                        ReadDone<v1::ListSkpRevisionsResponse> done) const;
  void ListConflicts(const security::Principal& principal, const v1::ListConflictsRequest& request,
                     ReadDone<v1::ListConflictsResponse> done) const;

 private:
  // Runs `read` on a reader thread and hands its answer to `done`.
  template <typename Response>
  void Run(std::function<absl::StatusOr<Response>(const store::View&)> read,
           ReadDone<Response> done) const;

  store::Store* const store_;
  const size_t max_scan_;
};

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_SKP_READER_H_
