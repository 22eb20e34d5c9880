#include "gateway/server/server.h"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "gateway/base/log.h"
#include "gateway/base/status_macros.h"
#include "gateway/server/grpc_door.h"
#include "google/protobuf/stubs/logging.h"

namespace kinerja::server {
namespace {

// What gRPC and protobuf would print is dropped or turned into one event: their texts may repeat
// what a caller sent.
void QuietLibraries() {
  gpr_set_log_function([](gpr_log_func_args* args) {
    if (args->severity < GPR_LOG_SEVERITY_ERROR) return;
    base::Log(base::Level::kWarning, "grpc_error", {{"file", args->file}, {"line", args->line}});
  });
  google::protobuf::SetLogHandler(nullptr);
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) return absl::FailedPreconditionError(absl::StrCat(path, " cannot be read"));
  return content.str();
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Credentials(
    const config::v1::Listener& listener) {
  if (!listener.has_tls()) return grpc::InsecureServerCredentials();
  const config::v1::Tls& tls = listener.tls();
  grpc::SslServerCredentialsOptions options(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  KJ_ASSIGN_OR_RETURN(pair.cert_chain, ReadFile(tls.certificate_file()));
  KJ_ASSIGN_OR_RETURN(pair.private_key, ReadFile(tls.private_key_file()));
  options.pem_key_cert_pairs.push_back(std::move(pair));
  if (!tls.client_ca_file().empty()) {
    KJ_ASSIGN_OR_RETURN(options.pem_root_certs, ReadFile(tls.client_ca_file()));
    // Optional, so that callers with a token need no certificate; one that is shown is verified.
    options.client_certificate_request = GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return grpc::SslServerCredentials(options);
}

std::string WithPort(const std::string& address, int port) {
  return absl::StrCat(address.substr(0, address.rfind(':') + 1), port);
}

}  // namespace

struct Server::Grpc {
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::Server> server;
};

Server::Server(std::unique_ptr<Grpc> grpc) : grpc_(std::move(grpc)) {}

Server::~Server() { Stop(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    MethodTable* table, const google::protobuf::RepeatedPtrField<config::v1::Listener>& listeners,
    size_t max_message_bytes) {
  QuietLibraries();
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::EnableDefaultHealthCheckService(true);
  auto state = std::make_unique<Grpc>();
  grpc::ServerBuilder builder;
  // Without this a second process would share the port in silence.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // gRPC's own bound gives no reason; the method table's comes first.
  builder.SetMaxReceiveMessageSize(static_cast<int>(max_message_bytes * 4));
  std::vector<int> ports(static_cast<size_t>(listeners.size()), 0);
  for (int i = 0; i < listeners.size(); ++i) {
    KJ_ASSIGN_OR_RETURN(auto credentials, Credentials(listeners[i]));
    builder.AddListeningPort(listeners[i].address(), std::move(credentials),
                             &ports[static_cast<size_t>(i)]);
  }
  state->services = MakeGrpcServices(table);
  for (const auto& service : state->services) builder.RegisterService(service.get());
  state->server = builder.BuildAndStart();
  std::unique_ptr<Server> server(new Server(std::move(state)));
  for (int i = 0; i < listeners.size(); ++i) {
    const int port = ports[static_cast<size_t>(i)];
    if (!server->grpc_->server || port <= 0) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot listen on ", listeners[i].address(),
                       "; another process has the address, or it is not of this machine"));
    }
    server->addresses_.push_back(WithPort(listeners[i].address(), port));
  }
  server->SetServing(true);
  return server;
}

void Server::SetServing(bool serving) {
  if (auto* health = grpc_->server->GetHealthCheckService()) health->SetServingStatus(serving);
}

void Server::Stop(absl::Duration grace) {
  if (!grpc_->server) return;
  SetServing(false);
  grpc_->server->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  grpc_->server->Wait();
  grpc_->server.reset();
}

}  // namespace kinerja::server
