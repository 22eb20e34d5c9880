// HttpServer: HTTP/1.1 on a loopback address, with or without TLS, one thread a connection.
//
// Boost.Beast stands behind it and in no other file. Besides answering it can do what peers do on
// bad days: see Ending.
//
// Threading: the handler runs on many threads at once. Start, Stop and the destructor belong to
// one thread.
// Ownership: owns its threads and sockets; the handler, and what it refers to, outlives the server.
//
//   auto server = HttpServer::Start({.listen = "127.0.0.1:0"}, handler);
//   if (!server.ok()) return server.status();
//   std::cout << (*server)->address();  // 127.0.0.1:43121
#ifndef KINERJA_TESTS_SIMULATORS_BASE_HTTP_SERVER_H_
#define KINERJA_TESTS_SIMULATORS_BASE_HTTP_SERVER_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/simulators/base/http_message.h"

namespace kinerja::simulators {

class HttpServer {
 public:
  struct Options {
    std::string listen;           // host:port; port 0 takes any free one
    std::string tls_certificate;  // files; both or none
    std::string tls_private_key;
    size_t max_connections = 2048;  // one more is closed at once
    size_t max_head_bytes = size_t{32} << 10;
    size_t max_body_bytes = size_t{32} << 20;
  };

  // Waits so long, or shorter when the server stops: for handlers that answer late.
  using Pause = std::function<void(std::chrono::milliseconds)>;
  using Handler = std::function<Reply(const Request&, const Pause&)>;

  // INVALID_ARGUMENT: not host:port, not a loopback address, or TLS files that do not fit.
  // UNAVAILABLE: the port is taken.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(Options options, Handler handler);

  // Closes every connection, hung ones too, and joins all threads.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Where it listens: host:port.
  const std::string& address() const;

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinerja::simulators

#endif  // KINERJA_TESTS_SIMULATORS_BASE_HTTP_SERVER_H_
