// The method table: every method of the API by its full name, with its messages, its rule and the
// function that answers it. Identity, rights, limits, deadline and log are judged here, once, for
// every door (gRPC now, HTTP later); a handler sees a known caller and a parsed request.
//
// Threading: Add before the first Call; Call is safe for concurrent use.
//
//   table.Add<v1::GetSkpRequest, v1::GetSkpResponse>("kinerja.v1.SkpService.GetSkp", handler);
//   table.Call(incoming, [](absl::StatusOr<MessagePtr> answer) { ... });
#ifndef KINERJA_GATEWAY_SERVER_METHOD_TABLE_H_
#define KINERJA_GATEWAY_SERVER_METHOD_TABLE_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/call_context.h"
#include "gateway/base/clock.h"
#include "gateway/security/principal.h"
#include "google/protobuf/message.h"
#include "kinerja/v1/annotations.pb.h"

namespace kinerja::server {

using MessagePtr = std::unique_ptr<google::protobuf::Message>;

// One call as a door received it.
struct IncomingCall {
  std::string_view method;                    // "kinerja.v1.SkpService.GetSkp"
  std::string authorization;                  // value of the header, empty without one
  std::vector<std::string> certificate_sans;  // of a verified client certificate
  absl::Time deadline = absl::InfiniteFuture();
  std::function<bool()> cancelled;  // only asked until the call is answered
  size_t message_bytes = 0;
  // Fills the request; false when the bytes are none.
  std::function<bool(google::protobuf::Message*)> parse;
};

using Answer = std::function<void(absl::StatusOr<MessagePtr>)>;

struct CallLimits {
  size_t max_message_bytes = 1 << 20;
  size_t max_calls_in_flight = 1000;
};

class MethodTable {
 public:
  // `principals` and `clock` outlive the table.
  MethodTable(const security::Principals* principals, const base::Clock* clock, CallLimits limits)
      : principals_(principals), clock_(clock), limits_(limits) {}

  // Registers a method of the schema. It must exist there, with these messages and a rule.
  template <typename Request, typename Response>
  void Add(std::string_view method,
           std::function<void(const base::CallContext&, const security::Principal&, Request,
                              std::function<void(absl::StatusOr<Response>)>)>
               handler) {
    AddMethod(
        method, Request::descriptor(), Response::descriptor(),
        [] { return std::make_unique<Request>(); },
        [handler = std::move(handler)](const base::CallContext& context,
                                       const security::Principal& principal,
                                       google::protobuf::Message* request, Answer answer) {
          handler(context, principal, std::move(static_cast<Request&>(*request)),
                  [answer = std::move(answer)](absl::StatusOr<Response> response) {
                    if (!response.ok()) return answer(std::move(response).status());
                    answer(std::make_unique<Response>(*std::move(response)));
                  });
        });
  }

  // Answers one call; `answer` is called exactly once, on this thread or another. Errors besides
  // the handler's: UNIMPLEMENTED METHOD_UNKNOWN, UNAUTHENTICATED, PERMISSION_DENIED
  // METHOD_NOT_ALLOWED, RESOURCE_EXHAUSTED CALLS_IN_FLIGHT, INVALID_ARGUMENT MESSAGE_TOO_LARGE,
  // REQUEST_UNREADABLE, DEADLINE_EXCEEDED DEADLINE_PASSED.
  void Call(const IncomingCall& call, Answer answer);

  // Full names, in order.
  std::vector<std::string> Methods() const;

 private:
  using Make = std::function<MessagePtr()>;
  using Handler = std::function<void(const base::CallContext&, const security::Principal&,
                                     google::protobuf::Message*, Answer)>;
  struct Method {
    std::string name;
    v1::Access access = v1::ACCESS_UNSPECIFIED;
    Make make;
    Handler handler;
  };

  void AddMethod(std::string_view name, const google::protobuf::Descriptor* request,
                 const google::protobuf::Descriptor* response, Make make, Handler handler);
  absl::StatusOr<const Method*> FindMethod(std::string_view name) const;
  absl::StatusOr<const security::Principal*> FindCaller(const IncomingCall& call) const;
  absl::Status CheckAccess(const Method& method, const security::Principal& principal) const;
  absl::StatusOr<MessagePtr> Parse(const Method& method, const IncomingCall& call) const;
  void Begin(const IncomingCall& call, Answer answer);

  const security::Principals* const principals_;
  const base::Clock* const clock_;
  const CallLimits limits_;
  std::map<std::string, Method, std::less<>> methods_;
  std::atomic<size_t> in_flight_{0};
};

}  // namespace kinerja::server

#endif  // KINERJA_GATEWAY_SERVER_METHOD_TABLE_H_
