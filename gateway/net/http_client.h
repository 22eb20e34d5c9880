// HttpClient: sends requests to one peer over HTTPS, at the pace that the peer takes.
//
// A request waits in the client, in order of arrival, until a connection and a token of the pace
// are free. It is sent once: never repeated, never redirected, without cookies, and nothing is
// taken from the environment or the home folder (proxy, netrc). Certificates are always verified.
// Where a name resolves to is judged before anything connects: by default public addresses only.
//
// Threading: safe for concurrent use. Callbacks run on the loop's thread and must not block.
// Ownership: the loop outlives the client.
//
//   client->Send(deadline, cancellation, {.method = "POST", .url = url, .body = json},
//                [this](HttpResult result) { queue_.Push(std::move(result)); });
#ifndef KINERJA_GATEWAY_NET_HTTP_CLIENT_H_
#define KINERJA_GATEWAY_NET_HTTP_CLIENT_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/deadline.h"
#include "gateway/net/http.h"
#include "gateway/net/http_loop.h"
#include "gateway/net/pacer.h"

namespace kinerja::net {

struct HttpClientOptions {
  // CAs that the peer's certificate must come from, as PEM; nothing else is trusted. The default is
  // Debian's bundle. A file that was replaced is used after a minute at most.
  std::string ca_file = "/etc/ssl/certs/ca-certificates.crt";
  std::string certificate_file;  // of this client, as PEM; empty: none
  std::string key_file;          // its key, without passphrase
  std::string user_agent = "kinerja-gateway";

  size_t max_connections = 8;                          // also the number of requests under way
  size_t max_waiting = 1024;                           // accepted, and not yet under way
  size_t max_response_bytes = 8 << 20;                 // headers and body
  absl::Duration connect_timeout = absl::Seconds(10);  // with name and TLS
  absl::Duration max_idle = absl::Seconds(50);  // a connection idle for longer is not used again

  // Plain http:// to addresses of this machine, for simulators.
  bool allow_plain_loopback = false;
  // https:// to private and loopback addresses, for peers inside the own network. Link-local and
  // multicast ones are refused all the same.
  bool allow_private_addresses = false;

  Pace pace;
};

struct ClientState;

class HttpClient {
 public:
  // INVALID_ARGUMENT, with a sentence, when an option makes no sense or a file cannot be read.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Create(HttpLoop* loop,
                                                            HttpClientOptions options);

  // Cancels what is sent or waits, and returns when each has had its callback; never called from a
  // callback, and no callback may Send by this client any more.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Never waits. `done` runs exactly once, on the loop's thread (once the loop has stopped: on the
  // caller's, before Send returns, with CANCELLED). A cancellation is noticed within 50 ms, and so
  // is a deadline that passes while the request waits. `done` may call Send; one that does so after
  // CANCELLED without end keeps Stop from ending.
  void Send(base::Deadline deadline, base::Cancellation cancellation, HttpRequest request,
            std::function<void(HttpResult)> done);

  // The pacer (see there), from any thread; in effect within 50 ms.
  void SetPace(Pace pace);
  void SlowDown(absl::Duration duration);
  void NoteThrottled();
  absl::Duration ClosedFor() const;
  double RateNow() const;

  // Snapshots, for metrics: requests accepted and not under way, and under way.
  size_t waiting() const;
  size_t under_way() const;

 private:
  explicit HttpClient(std::shared_ptr<ClientState> state);

  std::shared_ptr<ClientState> state_;  // the loop holds it too, while calls are under way
};

}  // namespace kinerja::net

#endif  // KINERJA_GATEWAY_NET_HTTP_CLIENT_H_
