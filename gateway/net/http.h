// What goes to a peer by HTTP and what comes back: plain values.
//
// Threading: values; the functions are pure.
#ifndef KINERJA_GATEWAY_NET_HTTP_H_
#define KINERJA_GATEWAY_NET_HTTP_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kinerja::net {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // https://host[:port]/path?query, without user or password
  HttpHeaders headers;
  std::string body;  // Content-Length is counted, Content-Type is never guessed
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;  // names in lower case, in the order in which they came
  std::string body;     // as sent: nothing is decompressed
};

// Why a call brought no whole response. Stable words, for logs, metrics and Explain.
namespace cause {
inline constexpr std::string_view kBadRequest = "bad_request";  // ours: not sendable
inline constexpr std::string_view kTooManyWaiting = "too_many_waiting";
inline constexpr std::string_view kDeadlineBeforeSend = "deadline_before_send";  // still waiting
inline constexpr std::string_view kCancelled = "cancelled";
inline constexpr std::string_view kDns = "dns";
inline constexpr std::string_view kAddressRefused = "address_refused";  // not an address for peers
inline constexpr std::string_view kRefused = "refused";
inline constexpr std::string_view kConnectTimeout = "connect_timeout";
inline constexpr std::string_view kTls = "tls";                 // no handshake
inline constexpr std::string_view kTlsFiles = "tls_files";      // our certificate files
inline constexpr std::string_view kTlsExpired = "tls_expired";  // or not valid yet
inline constexpr std::string_view kTlsWrongHost = "tls_wrong_host";
inline constexpr std::string_view kTlsUnknownCa = "tls_unknown_ca";
inline constexpr std::string_view kTlsCertificate = "tls_certificate";  // any other reason
inline constexpr std::string_view kTimeout = "timeout";  // the deadline, while under way
inline constexpr std::string_view kReset = "reset";
inline constexpr std::string_view kClosed = "closed";  // before the answer was whole
inline constexpr std::string_view kTooLarge = "too_large";
inline constexpr std::string_view kBadResponse = "bad_response";  // not HTTP
inline constexpr std::string_view kFailed = "failed";             // of this machine
}  // namespace cause

// How one call ended. The status is OK when a whole response came, whatever HTTP status it has.
// Otherwise:
//   UNAVAILABLE          the network or the peer; try again later
//   DEADLINE_EXCEEDED    the deadline passed
//   CANCELLED            by the caller, or the client or its loop was stopped
//   RESOURCE_EXHAUSTED   too many requests wait in this client
//   FAILED_PRECONDITION  certificates, addresses or limits; a person must act, the message says how
//   INVALID_ARGUMENT     a request that cannot be sent
//   INTERNAL             anything else
// A message names scheme, host and port only: paths and queries may hold a NIP.
struct HttpResult {
  absl::Status status;
  // False only when it is certain that not one byte of the request reached the peer.
  bool may_have_arrived = false;
  HttpResponse response;  // empty unless the status is OK
  absl::Duration took;    // from the begin of sending (with connecting); waiting is not in it
  std::string cause;      // one of cause::; empty when the status is OK
};

// The first value of a header; `name` in lower case. Lives as long as the response.
std::optional<std::string_view> FindHeader(const HttpResponse& response, std::string_view name);

// The wait that a Retry-After header asks for, in seconds or as a date; nothing when there is none
// or it cannot be read. A date is measured against the peer's own Date header, so that no clock of
// ours is involved. Never negative.
std::optional<absl::Duration> RetryAfter(const HttpResponse& response);

}  // namespace kinerja::net

#endif  // KINERJA_GATEWAY_NET_HTTP_H_
