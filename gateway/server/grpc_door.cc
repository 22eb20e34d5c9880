#include "gateway/server/grpc_door.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <chrono>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "gateway/server/grpc_status.h"
#include "google/protobuf/io/coded_stream.h"
#include "kinerja/v1/skp_service.grpc.pb.h"

namespace kinerja::server {
namespace {

using Context = grpc::CallbackServerContext;

std::string Authorization(const Context& context) {
  const auto found = context.client_metadata().find("authorization");
  if (found == context.client_metadata().end()) return "";
  return std::string(found->second.data(), found->second.size());
}

// DNS and URI names of a client certificate that TLS has verified.
std::vector<std::string> CertificateSans(const Context& context) {
  std::vector<std::string> names;
  const auto auth = context.auth_context();
  if (!auth || !auth->IsPeerAuthenticated()) return names;
  for (const char* kind : {GRPC_PEER_DNS_PROPERTY_NAME, GRPC_PEER_URI_PROPERTY_NAME}) {
    for (const grpc::string_ref& name : auth->FindPropertyValues(kind)) {
      names.emplace_back(name.data(), name.size());
    }
  }
  return names;
}

absl::Time Deadline(const Context& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return absl::FromChrono(deadline);
}

bool ParseBytes(const grpc::ByteBuffer& bytes, google::protobuf::Message* message) {
  grpc::ByteBuffer copy(bytes);  // shares the slices
  grpc::ProtoBufferReader reader(&copy);
  return reader.status().ok() && message->ParseFromZeroCopyStream(&reader);
}

grpc::ServerUnaryReactor* Handle(MethodTable* table, std::string_view method, Context* context,
                                 const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  IncomingCall call;
  call.method = method;
  call.authorization = Authorization(*context);
  if (call.authorization.empty()) call.certificate_sans = CertificateSans(*context);
  call.deadline = Deadline(*context);
  call.cancelled = [context] { return context->IsCancelled(); };
  call.message_bytes = request->Length();
  call.parse = [request](google::protobuf::Message* message) {
    return ParseBytes(*request, message);
  };
  table->Call(call, [reactor, response](absl::StatusOr<MessagePtr> answer) {
    if (!answer.ok()) return reactor->Finish(ToGrpcStatus(answer.status()));
    bool own_buffer = false;
    reactor->Finish(grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(
        **answer, response, &own_buffer));
  });
  return reactor;
}

using RawSkpService = v1::SkpService::WithRawCallbackMethod_SubmitSkp<
    v1::SkpService::WithRawCallbackMethod_GetSkp<v1::SkpService::WithRawCallbackMethod_ListSkps<
        v1::SkpService::WithRawCallbackMethod_ListSkpRevisions<
            v1::SkpService::WithRawCallbackMethod_ListConflicts<v1::SkpService::Service>>>>>;

class GrpcSkpService final : public RawSkpService {
 public:
  explicit GrpcSkpService(MethodTable* table) : table_(table) {}

  grpc::ServerUnaryReactor* SubmitSkp(Context* context, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Handle(table_, "kinerja.v1.SkpService.SubmitSkp", context, request, response);
  }
  grpc::ServerUnaryReactor* GetSkp(Context* context, const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override {
    return Handle(table_, "kinerja.v1.SkpService.GetSkp", context, request, response);
  }
  grpc::ServerUnaryReactor* ListSkps(Context* context, const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    return Handle(table_, "kinerja.v1.SkpService.ListSkps", context, request, response);
  }
  grpc::ServerUnaryReactor* ListSkpRevisions(Context* context, const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override {
    return Handle(table_, "kinerja.v1.SkpService.ListSkpRevisions", context, request, response);
  }
  grpc::ServerUnaryReactor* ListConflicts(Context* context, const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return Handle(table_, "kinerja.v1.SkpService.ListConflicts", context, request, response);
  }

 private:
  MethodTable* const table_;
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> MakeGrpcServices(MethodTable* table) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<GrpcSkpService>(table));
  return services;
}

}  // namespace kinerja::server
