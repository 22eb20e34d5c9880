// Flow 2 of 6. Before: proto/kinerja/v1/skp_service.proto. Next: gateway/ingest/ingest.cc.
//
// The caller's bytes came through gateway/server/grpc_door.cc and the method table, which judged
// who calls, whether it may, and whether the request is readable.
#include "gateway/server/skp_service.h"

#include <utility>

namespace kinerja::server {

void SkpService::SubmitSkp(const base::CallContext& context, const security::Principal& principal,
                           v1::SubmitSkpRequest request, ingest::SubmitDone done) {
  ingest_->SubmitSkp(context, principal, std::move(request), std::move(done));
}

void SkpService::Register(MethodTable* table) {
  using base::CallContext;
  using security::Principal;
  table->Add<v1::SubmitSkpRequest, v1::SubmitSkpResponse>(
      "kinerja.v1.SkpService.SubmitSkp",
      [this](const CallContext& context, const Principal& principal, v1::SubmitSkpRequest request,
             ingest::SubmitDone done) {
        SubmitSkp(context, principal, std::move(request), std::move(done));
      });
  table->Add<v1::GetSkpRequest, v1::GetSkpResponse>(
      "kinerja.v1.SkpService.GetSkp",
      [this](const CallContext&, const Principal& principal, const v1::GetSkpRequest& request,
             auto done) { reader_->GetSkp(principal, request, std::move(done)); });
  table->Add<v1::ListSkpsRequest, v1::ListSkpsResponse>(
      "kinerja.v1.SkpService.ListSkps",
      [this](const CallContext&, const Principal& principal, const v1::ListSkpsRequest& request,
             auto done) { reader_->ListSkps(principal, request, std::move(done)); });
  table->Add<v1::ListSkpRevisionsRequest, v1::ListSkpRevisionsResponse>(
      "kinerja.v1.SkpService.ListSkpRevisions",
      [this](const CallContext&, const Principal& principal,
             const v1::ListSkpRevisionsRequest& request,
             auto done) { reader_->ListSkpRevisions(principal, request, std::move(done)); });
  table->Add<v1::ListConflictsRequest, v1::ListConflictsResponse>(
      "kinerja.v1.SkpService.ListConflicts",
      [this](const CallContext&, const Principal& principal,
             const v1::ListConflictsRequest& request,
             auto done) { reader_->ListConflicts(principal, request, std::move(done)); });
}

}  // namespace kinerja::server
