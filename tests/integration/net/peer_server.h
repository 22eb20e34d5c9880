// PeerServer: a small HTTP/1.1 server on a loopback address that behaves as a test says: answers,
// closes, resets, hangs, stops in the middle. Plain sockets and OpenSSL, nothing of gateway/net.
//
// Threading: the handler runs on one thread per connection; everything else is safe for concurrent
// use.
//
//   PeerServer peer([](PeerConnection& c, const PeerRequest&) { c.Answer("200 OK", "hello"); });
//   client->Send(..., {.url = peer.Url("/skp")}, ...);
#ifndef KINERJA_TESTS_INTEGRATION_NET_PEER_SERVER_H_
#define KINERJA_TESTS_INTEGRATION_NET_PEER_SERVER_H_

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gateway/base/mutex.h"
#include "gateway/base/owned_thread.h"

struct ssl_ctx_st;
struct ssl_st;

namespace kinerja::integration {

struct PeerRequest {
  std::string head;  // request line and headers
  std::string path;
  std::string body;
  std::chrono::steady_clock::time_point at;
};

class PeerConnection {
 public:
  PeerConnection(int socket, ssl_st* tls) : socket_(socket), tls_(tls) {}
  ~PeerConnection();
  PeerConnection(const PeerConnection&) = delete;
  PeerConnection& operator=(const PeerConnection&) = delete;

  // A whole response; `headers` are lines that end with CR LF.
  void Answer(std::string_view status, std::string_view body, std::string_view headers = "");
  void Write(std::string_view bytes);
  // No more is read; the connection closes as usual, or by a reset.
  void Close() { open_ = false; }
  void Reset();
  // Returns when the other side has gone, or the server stops.
  void Hang();

 private:
  friend class PeerServer;
  bool Handshake();
  bool ReadRequest(PeerRequest* request);
  bool ReadMore();

  const int socket_;
  ssl_st* const tls_;  // owned; null: plain
  std::string unread_;
  bool open_ = true;
};

class PeerServer {
 public:
  using Handler = std::function<void(PeerConnection&, const PeerRequest&)>;
  struct Options {
    std::string host = "127.0.0.1";  // any address of 127/8
    std::string certificate_file;    // empty: plain
    std::string key_file;
    std::string client_ca_file;  // demands a certificate of this CA from clients
  };

  PeerServer(Options options, Handler handler);
  explicit PeerServer(Handler handler) : PeerServer(Options(), std::move(handler)) {}
  ~PeerServer();
  PeerServer(const PeerServer&) = delete;
  PeerServer& operator=(const PeerServer&) = delete;

  int port() const { return port_; }
  std::string Url(std::string_view path) const;
  int connections() const;
  // What came, in order of arrival.
  std::vector<PeerRequest> requests() const;
  // Returns when that many requests have come.
  void WaitForRequests(size_t count) const;

 private:
  void Accept();
  void Serve(int socket);

  const Options options_;
  const Handler handler_;
  ssl_ctx_st* tls_ = nullptr;
  int listener_ = -1;
  int port_ = 0;

  mutable base::Mutex mutex_;
  mutable base::CondVar came_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  int connections_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<int> open_sockets_ ABSL_GUARDED_BY(mutex_);
  std::vector<PeerRequest> requests_ ABSL_GUARDED_BY(mutex_);

  std::list<base::OwnedThread> serving_;  // of the accepting thread, then of the destructor
  std::unique_ptr<base::OwnedThread> accepting_;
};

}  // namespace kinerja::integration

#endif  // KINERJA_TESTS_INTEGRATION_NET_PEER_SERVER_H_
