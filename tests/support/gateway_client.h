// GatewayClient: calls kinerja.v1.SkpService of a running gateway, as any C++ client would.
//
// Errors come back as absl::Status with the google.rpc details as payloads, so that the matchers of
// matchers.h read them.
//
// Threading: safe for concurrent use.
//
//   GatewayClient client({.address = gateway->address(), .token = kPmmToken});
//   EXPECT_THAT(client.GetSkp(name), IsOk());
#ifndef KINERJA_TESTS_SUPPORT_GATEWAY_CLIENT_H_
#define KINERJA_TESTS_SUPPORT_GATEWAY_CLIENT_H_

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kinerja/v1/skp_service.pb.h"

namespace kinerja::support {

struct ClientOptions {
  std::string address;
  std::string_view token;        // empty: none
  std::string ca_file;           // empty: plain text
  std::string certificate_file;  // of the client; empty: none
  std::string key_file;
  std::chrono::seconds deadline{30};  // of one call
};

class GatewayClient {
 public:
  explicit GatewayClient(const ClientOptions& options);
  ~GatewayClient();

  absl::StatusOr<v1::SubmitSkpResponse> SubmitSkp(const v1::SubmitSkpRequest& request) const;
  // The record at a revision; 0: the current one.
  absl::StatusOr<v1::Skp> GetSkp(const std::string& name, uint64_t revision = 0) const;
  absl::StatusOr<v1::ListSkpsResponse> ListSkps(const v1::ListSkpsRequest& request) const;
  absl::StatusOr<v1::ListSkpRevisionsResponse> ListSkpRevisions(
      const v1::ListSkpRevisionsRequest& request) const;
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest& request) const;

  // Any unary method by its path, for example "/kinerja.v1.SkpService/GetSkp", with bytes as they
  // are. DEADLINE_EXCEEDED after 30 s.
  absl::StatusOr<std::string> Call(const std::string& method, std::string_view request) const;

 private:
  template <typename Response, typename Request>
  absl::StatusOr<Response> CallTyped(const std::string& method, const Request& request) const;

  struct Channel;
  std::unique_ptr<Channel> channel_;
};

// Bytes of all details of a status as they travelled.
size_t DetailBytes(const absl::Status& status);

// A new UUID of version 4.
std::string NewRequestId();

}  // namespace kinerja::support

#endif  // KINERJA_TESTS_SUPPORT_GATEWAY_CLIENT_H_
