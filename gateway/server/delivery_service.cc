#include "gateway/server/delivery_service.h"

#include <utility>

namespace kinerja::server {
namespace {

using base::CallContext;
using security::Principal;

// An answer that holds one target.
template <typename Response>
delivery::ReadDone<v1::DeliveryTarget> WithTarget(delivery::ReadDone<Response> done) {
  return [done = std::move(done)](absl::StatusOr<v1::DeliveryTarget> target) {
    if (!target.ok()) return done(target.status());
    Response response;
    *response.mutable_target() = *std::move(target);
    done(std::move(response));
  };
}

}  // namespace

void DeliveryService::Register(MethodTable* table) {
  RegisterReads(table);
  RegisterJobs(table);
  RegisterTargets(table);
}

void DeliveryService::RegisterReads(MethodTable* table) {
  table->Add<v1::ExplainSkpRequest, v1::ExplainSkpResponse>(
      "kinerja.v1.DeliveryService.ExplainSkp",
      [this](const CallContext&, const Principal& principal, const v1::ExplainSkpRequest& request,
             auto done) { reader_->ExplainSkp(principal, request, std::move(done)); });
  table->Add<v1::ListDeliveriesRequest, v1::ListDeliveriesResponse>(
      "kinerja.v1.DeliveryService.ListDeliveries",
      [this](const CallContext&, const Principal& principal,
             const v1::ListDeliveriesRequest& request,
             auto done) { reader_->ListDeliveries(principal, request, std::move(done)); });
  table->Add<v1::GetDeliveryRequest, v1::GetDeliveryResponse>(
      "kinerja.v1.DeliveryService.GetDelivery",
      [this](const CallContext&, const Principal& principal, const v1::GetDeliveryRequest& request,
             auto done) { reader_->GetDelivery(principal, request, std::move(done)); });
}

void DeliveryService::RegisterJobs(MethodTable* table) {
  table->Add<v1::RetryDeliveriesRequest, v1::RetryDeliveriesResponse>(
      "kinerja.v1.DeliveryService.RetryDeliveries",
      [this](const CallContext&, const Principal& principal,
             const v1::RetryDeliveriesRequest& request,
             auto done) { operations_->RetryDeliveries(principal, request, std::move(done)); });
  table->Add<v1::CancelDeliveriesRequest, v1::CancelDeliveriesResponse>(
      "kinerja.v1.DeliveryService.CancelDeliveries",
      [this](const CallContext&, const Principal& principal,
             const v1::CancelDeliveriesRequest& request,
             auto done) { operations_->CancelDeliveries(principal, request, std::move(done)); });
  table->Add<v1::BackfillTargetRequest, v1::BackfillTargetResponse>(
      "kinerja.v1.DeliveryService.BackfillTarget",
      [this](const CallContext&, const Principal& principal,
             const v1::BackfillTargetRequest& request,
             auto done) { operations_->BackfillTarget(principal, request, std::move(done)); });
  table->Add<v1::GetJobRequest, v1::GetJobResponse>(
      "kinerja.v1.DeliveryService.GetJob",
      [this](const CallContext&, const Principal&, const v1::GetJobRequest& request, auto done) {
        operations_->GetJob(request, std::move(done));
      });
}

void DeliveryService::RegisterTargets(MethodTable* table) {
  table->Add<v1::ListTargetsRequest, v1::ListTargetsResponse>(
      "kinerja.v1.TargetService.ListTargets",
      [this](const CallContext&, const Principal&, const v1::ListTargetsRequest& request,
             auto done) { reader_->ListTargets(request, std::move(done)); });
  table->Add<v1::GetTargetRequest, v1::GetTargetResponse>(
      "kinerja.v1.TargetService.GetTarget",
      [this](const CallContext&, const Principal&, const v1::GetTargetRequest& request, auto done) {
        reader_->GetTarget(request.id(), WithTarget<v1::GetTargetResponse>(std::move(done)));
      });
  table->Add<v1::PauseTargetRequest, v1::PauseTargetResponse>(
      "kinerja.v1.TargetService.PauseTarget",
      [this](const CallContext&, const Principal& principal, const v1::PauseTargetRequest& request,
             auto done) {
        operations_->SetPaused(principal, request.id(), true,
                               [this, id = request.id(), done](const absl::Status& status) {
                                 if (!status.ok()) return done(status);
                                 reader_->GetTarget(id, WithTarget<v1::PauseTargetResponse>(done));
                               });
      });
  table->Add<v1::ResumeTargetRequest, v1::ResumeTargetResponse>(
      "kinerja.v1.TargetService.ResumeTarget",
      [this](const CallContext&, const Principal& principal, const v1::ResumeTargetRequest& request,
             auto done) {
        operations_->SetPaused(principal, request.id(), false,
                               [this, id = request.id(), done](const absl::Status& status) {
                                 if (!status.ok()) return done(status);
                                 reader_->GetTarget(id, WithTarget<v1::ResumeTargetResponse>(done));
                               });
      });
  table->Add<v1::CheckTargetRequest, v1::CheckTargetResponse>(
      "kinerja.v1.TargetService.CheckTarget",
      [this](const CallContext&, const Principal&, const v1::CheckTargetRequest& request,
             auto done) { operations_->CheckTarget(request.id(), std::move(done)); });
}

}  // namespace kinerja::server
