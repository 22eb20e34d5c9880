#include "tests/support/gateway_client.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "gateway/base/check.h"
#include "gateway/base/hex.h"
#include "gateway/base/status.h"
#include "gateway/security/digest.h"
#include "google/rpc/status.pb.h"
#include "tests/support/gateway_process.h"

namespace kinerja::support {
namespace {

std::shared_ptr<grpc::Channel> Connect(const ClientOptions& options) {
  // A channel of its own: one that shares connections would hide a new process behind an old one.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (options.ca_file.empty()) {
    return grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(),
                                     arguments);
  }
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ReadTestFile(options.ca_file);
  if (!options.certificate_file.empty()) {
    tls.pem_cert_chain = ReadTestFile(options.certificate_file);
    tls.pem_private_key = ReadTestFile(options.key_file);
  }
  return grpc::CreateCustomChannel(options.address, grpc::SslCredentials(tls), arguments);
}

absl::Status ToAbslStatus(const grpc::Status& status) {
  absl::Status out(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return out;
  for (const google::protobuf::Any& detail : details.details()) {
    out.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return out;
}

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  KJ_CHECK(buffer.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

struct GatewayClient::Channel {
  explicit Channel(const ClientOptions& options)
      : authorization(options.token.empty() ? "" : "Bearer " + std::string(options.token)),
        deadline(options.deadline),
        stub(Connect(options)) {}

  const std::string authorization;
  const std::chrono::seconds deadline;
  grpc::GenericStub stub;
};

GatewayClient::GatewayClient(const ClientOptions& options)
    : channel_(std::make_unique<Channel>(options)) {}
GatewayClient::~GatewayClient() = default;

absl::StatusOr<std::string> GatewayClient::Call(const std::string& method,
                                                std::string_view request) const {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + channel_->deadline);
  if (!channel_->authorization.empty()) {
    context.AddMetadata("authorization", channel_->authorization);
  }
  const grpc::Slice slice(request.data(), request.size());
  const grpc::ByteBuffer bytes(&slice, 1);
  grpc::CompletionQueue queue;
  const auto call = channel_->stub.PrepareUnaryCall(&context, method, bytes, &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  KJ_CHECK(queue.Next(&tag, &ok));
  if (!status.ok()) return ToAbslStatus(status);
  return ToString(response);
}

template <typename Response, typename Request>
absl::StatusOr<Response> GatewayClient::CallTyped(const std::string& method,
                                                  const Request& request) const {
  KJ_ASSIGN_OR_RETURN(const std::string bytes,
                      Call("/kinerja.v1.SkpService/" + method, request.SerializeAsString()));
  Response response;
  if (!response.ParseFromString(bytes)) return absl::DataLossError("the answer is no message");
  return response;
}

absl::StatusOr<v1::SubmitSkpResponse> GatewayClient::SubmitSkp(
    const v1::SubmitSkpRequest& request) const {
  return CallTyped<v1::SubmitSkpResponse>("SubmitSkp", request);
}

absl::StatusOr<v1::Skp> GatewayClient::GetSkp(const std::string& name, uint64_t revision) const {
  v1::GetSkpRequest request;
  request.set_name(name);
  request.set_revision(revision);
  KJ_ASSIGN_OR_RETURN(v1::GetSkpResponse response,
                      CallTyped<v1::GetSkpResponse>("GetSkp", request));
  return std::move(*response.mutable_skp());
}

absl::StatusOr<v1::ListSkpsResponse> GatewayClient::ListSkps(
    const v1::ListSkpsRequest& request) const {
  return CallTyped<v1::ListSkpsResponse>("ListSkps", request);
}

absl::StatusOr<v1::ListSkpRevisionsResponse> GatewayClient::ListSkpRevisions(
    const v1::ListSkpRevisionsRequest& request) const {
  return CallTyped<v1::ListSkpRevisionsResponse>("ListSkpRevisions", request);
}

absl::StatusOr<v1::ListConflictsResponse> GatewayClient::ListConflicts(
    const v1::ListConflictsRequest& request) const {
  return CallTyped<v1::ListConflictsResponse>("ListConflicts", request);
}

size_t DetailBytes(const absl::Status& status) {
  google::rpc::Status packed;
  packed.set_code(static_cast<int>(status.code()));
  packed.set_message(std::string(status.message()));
  status.ForEachPayload([&packed](absl::string_view url, const absl::Cord& value) {
    google::protobuf::Any* const detail = packed.add_details();
    detail->set_type_url(std::string(url));
    detail->set_value(std::string(value));
  });
  return packed.ByteSizeLong();
}

std::string NewRequestId() {
  std::string hex = base::HexEncode(security::RandomBytes(16));
  hex[12] = '4';
  hex[16] = '8';
  for (const size_t at : {20, 16, 12, 8}) hex.insert(at, "-");
  return hex;
}

}  // namespace kinerja::support
