// HttpLoop: the one thread that moves the bytes of all HttpClients ("http-loop").
//
// Threading: Start, Stop and destruction by the owner, never from a callback.
// Ownership: outlives its clients; a client may be destroyed before or after Stop.
//
//   KJ_ASSIGN_OR_RETURN(const std::unique_ptr<HttpLoop> loop, HttpLoop::Start());
//   KJ_ASSIGN_OR_RETURN(const std::unique_ptr<HttpClient> bkn, HttpClient::Create(loop.get(), {}));
//   ...
//   loop->Stop();
#ifndef KINERJA_GATEWAY_NET_HTTP_LOOP_H_
#define KINERJA_GATEWAY_NET_HTTP_LOOP_H_

#include <memory>

#include "absl/status/statusor.h"

namespace kinerja::net {

class Engine;

class HttpLoop {
 public:
  // Starts the thread. INTERNAL when libcurl or the system gives no means to.
  static absl::StatusOr<std::unique_ptr<HttpLoop>> Start();

  // As Stop.
  ~HttpLoop();
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  // Cancels every call, sent or waiting; returns when each has had its callback and the thread is
  // gone. May be called again.
  void Stop();

 private:
  friend class HttpClient;
  explicit HttpLoop(std::unique_ptr<Engine> engine);

  std::unique_ptr<Engine> engine_;
};

}  // namespace kinerja::net

#endif  // KINERJA_GATEWAY_NET_HTTP_LOOP_H_
