#include "gateway/ctl/grpc_caller.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/ctl/files.h"
#include "google/rpc/status.pb.h"
#include "kinerja/v1/skp_service.grpc.pb.h"

namespace kinerja::ctl {
namespace {

// How long a repeated call waits for a lost gateway to take the connection.
constexpr absl::Duration kReconnectWait = absl::Seconds(1);
// A page of 500 large records; the gateway bounds what it sends.
constexpr int kMaxAnswerBytes = 64 << 20;

absl::Status ToAbsl(const grpc::Status& status, const std::string& server) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  google::rpc::Status packed;
  if (packed.ParseFromString(status.error_details()) && packed.details_size() > 0) {
    absl::Status result(code, status.error_message());
    for (const google::protobuf::Any& detail : packed.details()) {
      result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
    }
    return result;
  }
  // Without details the words are gRPC's own: no gateway spoke.
  const std::string words =
      status.error_message().empty() ? "" : absl::StrCat(" (", status.error_message(), ")");
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return absl::Status(
          code, absl::StrCat("no gateway answers at ", server,
                             "; check --server, the --tls options, and that it runs", words));
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return absl::Status(code,
                          absl::StrCat("no answer from ", server,
                                       " in time; check --server, or give a longer --timeout"));
    default:
      return absl::Status(code, absl::StrCat(server, " does not answer as a gateway does", words));
  }
}

class GrpcCaller : public Caller {
 public:
  GrpcCaller(std::shared_ptr<grpc::Channel> channel, std::string server, std::string token)
      : channel_(std::move(channel)),
        stub_(v1::SkpService::NewStub(channel_)),
        server_(std::move(server)),
        token_(std::move(token)) {}

  absl::StatusOr<v1::SubmitSkpResponse> Submit(const v1::SubmitSkpRequest& request,
                                               absl::Time deadline) override {
    return Call(&v1::SkpService::Stub::SubmitSkp, request, deadline);
  }
  absl::StatusOr<v1::GetSkpResponse> Get(const v1::GetSkpRequest& request,
                                         absl::Time deadline) override {
    return Call(&v1::SkpService::Stub::GetSkp, request, deadline);
  }
  absl::StatusOr<v1::ListSkpsResponse> List(const v1::ListSkpsRequest& request,
                                            absl::Time deadline) override {
    return Call(&v1::SkpService::Stub::ListSkps, request, deadline);
  }
  absl::StatusOr<v1::ListSkpRevisionsResponse> ListRevisions(
      const v1::ListSkpRevisionsRequest& request, absl::Time deadline) override {
    return Call(&v1::SkpService::Stub::ListSkpRevisions, request, deadline);
  }
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(const v1::ListConflictsRequest& request,
                                                          absl::Time deadline) override {
    return Call(&v1::SkpService::Stub::ListConflicts, request, deadline);
  }

 private:
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::SkpService::Stub::*method)(grpc::ClientContext*,
                                                                             const Request&,
                                                                             Response*),
                                const Request& request, absl::Time deadline) {
    Reconnect(deadline);
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(deadline));
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return ToAbsl(status, server_);
    return response;
  }

  // After a failure a call would fail at once, and between calls nobody looks after the connection
  // but gRPC's own poller, every five seconds.
  void Reconnect(absl::Time deadline) {
    if (channel_->GetState(/*try_to_connect=*/true) != GRPC_CHANNEL_TRANSIENT_FAILURE) return;
    channel_->WaitForConnected(
        absl::ToChronoTime(std::min(deadline, absl::Now() + kReconnectWait)));
  }

  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::SkpService::Stub> stub_;
  const std::string server_;
  const std::string token_;
};

absl::StatusOr<std::string> ReadToken(const Connection& connection) {
  std::string token;
  if (!connection.token_file.empty()) {
    KJ_ASSIGN_OR_RETURN(token, ReadWholeFile(connection.token_file));
  } else if (const char* from_environment = std::getenv("KINERJA_TOKEN")) {
    token = from_environment;
  }
  absl::StripAsciiWhitespace(&token);
  if (!token.empty() && connection.plaintext && !IsLoopback(connection.server)) {
    return absl::PermissionDeniedError(
        "a token is not sent in plain text to another machine; leave --plaintext out");
  }
  return token;
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(
    const Connection& connection) {
  if (connection.plaintext) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  const auto read = [](const std::string& path, std::string* into) -> absl::Status {
    if (path.empty()) return absl::OkStatus();
    KJ_ASSIGN_OR_RETURN(*into, ReadWholeFile(path));
    return absl::OkStatus();
  };
  KJ_RETURN_IF_ERROR(read(connection.ca_file, &options.pem_root_certs));
  KJ_RETURN_IF_ERROR(read(connection.certificate_file, &options.pem_cert_chain));
  KJ_RETURN_IF_ERROR(read(connection.key_file, &options.pem_private_key));
  return grpc::SslCredentials(options);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Caller>> ConnectGrpc(const Connection& connection) {
  KJ_ASSIGN_OR_RETURN(std::string token, ReadToken(connection));
  KJ_ASSIGN_OR_RETURN(auto credentials, MakeCredentials(connection));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxAnswerBytes);
  // Our own retries keep the request_id and say what they do; gRPC's hidden ones stay off.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  auto channel = grpc::CreateCustomChannel(connection.server, credentials, arguments);
  return std::make_unique<GrpcCaller>(std::move(channel), connection.server, std::move(token));
}

}  // namespace kinerja::ctl
