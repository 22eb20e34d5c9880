// The calls of the API as kinerjactl makes them. One implementation speaks gRPC, tests bring their
// own.
//
// Threading: implementations are safe for concurrent use. Calls block until the answer or
// `deadline`. Errors keep the google.rpc details of the gateway as payloads (base/status.h).
//
//   absl::StatusOr<v1::GetSkpResponse> answer = Ask<v1::GetSkpResponse>(caller, request, deadline);
#ifndef KINERJA_GATEWAY_CTL_CALLER_H_
#define KINERJA_GATEWAY_CTL_CALLER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"

namespace kinerja::ctl {

class Caller {
 public:
  virtual ~Caller() = default;

  // Calls a unary method, for example "/kinerja.v1.SkpService/GetSkp". `response` is the method's
  // and is filled when the status is OK.
  virtual absl::Status Call(const std::string& method, const google::protobuf::Message& request,
                            google::protobuf::Message* response, absl::Time deadline) = 0;
};

// The method that takes these requests, as Call wants it. Each has its own: GetSkp takes
// GetSkpRequest, and the service stands in the same file.
std::string MethodOf(const google::protobuf::Descriptor& request);

// Calls the method of this request.
template <typename Response, typename Request>
absl::StatusOr<Response> Ask(Caller* caller, const Request& request, absl::Time deadline) {
  Response response;
  absl::Status status =
      caller->Call(MethodOf(*Request::descriptor()), request, &response, deadline);
  if (!status.ok()) return status;
  return response;
}

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_CALLER_H_
