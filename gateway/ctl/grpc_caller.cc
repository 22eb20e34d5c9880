#include "gateway/ctl/grpc_caller.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/ctl/files.h"
#include "google/protobuf/message.h"
#include "google/rpc/status.pb.h"

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
    case grpc::StatusCode::UNIMPLEMENTED:
      return absl::Status(code, absl::StrCat(server, " does not know this command; it is an older ",
                                             "gateway, or none", words));
    default:
      return absl::Status(code, absl::StrCat(server, " does not answer as a gateway does", words));
  }
}

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

absl::Status ReadBytes(const grpc::ByteBuffer& bytes, const std::string& server,
                       google::protobuf::Message* message) {
  grpc::Slice whole;
  const bool read = bytes.DumpToSingleSlice(&whole).ok() &&
                    message->ParseFromArray(whole.begin(), static_cast<int>(whole.size()));
  if (read) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the answer of ", server, " cannot be read"));
}

class GrpcCaller : public Caller {
 public:
  GrpcCaller(std::shared_ptr<grpc::Channel> channel, std::string server, std::string token)
      : channel_(std::move(channel)),
        stub_(channel_),
        server_(std::move(server)),
        token_(std::move(token)) {}

  absl::Status Call(const std::string& method, const google::protobuf::Message& request,
                    google::protobuf::Message* response, absl::Time deadline) override {
    Reconnect(deadline);
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(deadline));
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
    const grpc::ByteBuffer sent = ToBytes(request);
    grpc::ByteBuffer received;
    // Shared: the waiter may be gone before set_value has returned.
    const auto answered = std::make_shared<std::promise<grpc::Status>>();
    stub_.UnaryCall(&context, method, /*options=*/{}, &sent, &received,
                    [answered](grpc::Status status) { answered->set_value(std::move(status)); });
    KJ_RETURN_IF_ERROR(ToAbsl(answered->get_future().get(), server_));
    return ReadBytes(received, server_, response);
  }

 private:
  // After a failure a call would fail at once, and between calls nobody looks after the connection
  // but gRPC's own poller, every five seconds.
  void Reconnect(absl::Time deadline) {
    if (channel_->GetState(/*try_to_connect=*/true) != GRPC_CHANNEL_TRANSIENT_FAILURE) return;
    channel_->WaitForConnected(
        absl::ToChronoTime(std::min(deadline, absl::Now() + kReconnectWait)));
  }

  const std::shared_ptr<grpc::Channel> channel_;
  grpc::GenericStub stub_;  // any method by its name
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
