#include "gateway/server/grpc_door.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "gateway/server/grpc_status.h"
#include "google/protobuf/io/coded_stream.h"

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

// One service of the schema, method by method as protoc's WithRawCallbackMethod does it: so a
// method of the table needs no line here.
class RawService final : public grpc::Service {
 public:
  RawService(MethodTable* table, const std::vector<std::string>& methods) {
    for (size_t i = 0; i < methods.size(); ++i) {
      const size_t dot = methods[i].rfind('.');
      paths_.push_back("/" + methods[i].substr(0, dot) + "/" + methods[i].substr(dot + 1));
      AddMethod(new grpc::internal::RpcServiceMethod(
          paths_.back().c_str(), grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
      MarkMethodRawCallback(
          static_cast<int>(i),
          new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
              [table, method = methods[i]](Context* context, const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) {
                return Handle(table, method, context, request, response);
              }));
    }
  }

 private:
  std::deque<std::string> paths_;  // gRPC keeps pointers to them
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> MakeGrpcServices(MethodTable* table) {
  std::map<std::string, std::vector<std::string>> methods_of;
  for (const std::string& method : table->Methods()) {
    methods_of[method.substr(0, method.rfind('.'))].push_back(method);
  }
  std::vector<std::unique_ptr<grpc::Service>> services;
  for (const auto& [service, methods] : methods_of) {
    services.push_back(std::make_unique<RawService>(table, methods));
  }
  return services;
}

}  // namespace kinerja::server
