// The calls of SkpService as kinerjactl makes them. One implementation speaks gRPC, tests bring
// their own.
//
// Threading: implementations are safe for concurrent use. Calls block until the answer or
// `deadline`. Errors keep the google.rpc details of the gateway as payloads (base/status.h).
#ifndef KINERJA_GATEWAY_CTL_CALLER_H_
#define KINERJA_GATEWAY_CTL_CALLER_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "kinerja/v1/skp_service.pb.h"

namespace kinerja::ctl {

class Caller {
 public:
  virtual ~Caller() = default;

  virtual absl::StatusOr<v1::SubmitSkpResponse> Submit(const v1::SubmitSkpRequest& request,
                                                       absl::Time deadline) = 0;
  virtual absl::StatusOr<v1::GetSkpResponse> Get(const v1::GetSkpRequest& request,
                                                 absl::Time deadline) = 0;
  virtual absl::StatusOr<v1::ListSkpsResponse> List(const v1::ListSkpsRequest& request,
                                                    absl::Time deadline) = 0;
  virtual absl::StatusOr<v1::ListSkpRevisionsResponse> ListRevisions(
      const v1::ListSkpRevisionsRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest& request, absl::Time deadline) = 0;
};

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_CALLER_H_
