#include "tests/integration/net/peer_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/check.h"

namespace kinerja::integration {
namespace {

constexpr std::string_view kContentLength = "\r\ncontent-length:";

size_t BodyBytes(std::string_view head) {
  std::string lower(head);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const size_t at = lower.find(kContentLength);
  if (at == std::string::npos) return 0;
  const size_t begin = at + kContentLength.size();
  size_t bytes = 0;
  KJ_CHECK(absl::SimpleAtoi(lower.substr(begin, lower.find("\r\n", begin) - begin), &bytes));
  return bytes;
}

// Listens on a free port of the address; the socket and the port.
std::pair<int, int> Listen(const std::string& host) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  KJ_CHECK(inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  KJ_CHECK(bind(listener, generic, size) == 0);
  KJ_CHECK(listen(listener, SOMAXCONN) == 0);
  KJ_CHECK(getsockname(listener, generic, &size) == 0);
  return {listener, ntohs(address.sin_port)};
}

}  // namespace

PeerConnection::~PeerConnection() {
  if (tls_ != nullptr && !open_) SSL_shutdown(tls_);
  SSL_free(tls_);
}

void PeerConnection::Answer(std::string_view status, std::string_view body,
                            std::string_view headers) {
  std::string bytes = "HTTP/1.1 ";
  bytes.append(status).append("\r\nContent-Length: ").append(std::to_string(body.size()));
  bytes.append("\r\n").append(headers).append("\r\n").append(body);
  Write(bytes);
}

void PeerConnection::Write(std::string_view bytes) {
  while (open_ && !bytes.empty()) {
    const ssize_t sent = tls_ == nullptr
                             ? send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                             : SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
    if (sent <= 0) {
      open_ = false;
      return;
    }
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

void PeerConnection::Reset() {
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  open_ = false;
}

void PeerConnection::Hang() {
  pollfd gone = {.fd = socket_, .events = POLLRDHUP, .revents = 0};
  while (poll(&gone, 1, -1) < 0) {
  }
  open_ = false;
}

bool PeerConnection::Handshake() { return tls_ == nullptr || SSL_accept(tls_) == 1; }

bool PeerConnection::ReadMore() {
  std::array<char, 16384> buffer;
  const ssize_t got = tls_ == nullptr
                          ? recv(socket_, buffer.data(), buffer.size(), 0)
                          : SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()));
  if (got <= 0) return false;
  unread_.append(buffer.data(), static_cast<size_t>(got));
  return true;
}

bool PeerConnection::ReadRequest(PeerRequest* request) {
  size_t end = 0;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore()) return false;
  }
  request->head = unread_.substr(0, end + 2);
  const size_t whole = end + 4 + BodyBytes(request->head);
  while (unread_.size() < whole) {
    if (!ReadMore()) return false;
  }
  request->body = unread_.substr(end + 4, whole - end - 4);
  unread_.erase(0, whole);
  const size_t blank = request->head.find(' ');
  request->path = request->head.substr(blank + 1, request->head.find(' ', blank + 1) - blank - 1);
  request->at = std::chrono::steady_clock::now();
  return true;
}

PeerServer::PeerServer(Options options, Handler handler)
    : options_(std::move(options)), handler_(std::move(handler)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  if (!options_.certificate_file.empty()) {
    tls_ = SSL_CTX_new(TLS_server_method());
    KJ_CHECK(SSL_CTX_use_certificate_chain_file(tls_, options_.certificate_file.c_str()) == 1);
    KJ_CHECK(SSL_CTX_use_PrivateKey_file(tls_, options_.key_file.c_str(), SSL_FILETYPE_PEM) == 1);
  }
  if (!options_.client_ca_file.empty()) {
    KJ_CHECK(SSL_CTX_load_verify_locations(tls_, options_.client_ca_file.c_str(), nullptr) == 1);
    SSL_CTX_set_verify(tls_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  std::tie(listener_, port_) = Listen(options_.host);
  accepting_ = std::make_unique<base::OwnedThread>("peer-accept", [this] { Accept(); });
}

PeerServer::~PeerServer() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
    for (const int socket : open_sockets_) shutdown(socket, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  accepting_.reset();
  serving_.clear();
  close(listener_);
  SSL_CTX_free(tls_);
}

std::string PeerServer::Url(std::string_view path) const {
  return absl::StrCat(tls_ == nullptr ? "http" : "https", "://", options_.host, ":", port_,
                      std::string(path));
}

int PeerServer::connections() const {
  base::MutexLock lock(mutex_);
  return connections_;
}

std::vector<PeerRequest> PeerServer::requests() const {
  base::MutexLock lock(mutex_);
  return requests_;
}

void PeerServer::WaitForRequests(size_t count) const {
  base::MutexLock lock(mutex_);
  while (requests_.size() < count) came_.Wait(mutex_);
}

void PeerServer::Accept() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int at_once = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
    {
      base::MutexLock lock(mutex_);
      ++connections_;
      open_sockets_.push_back(socket);
      if (stopping_) shutdown(socket, SHUT_RDWR);
    }
    serving_.emplace_back("peer", [this, socket] { Serve(socket); });
  }
}

void PeerServer::Serve(int socket) {
  SSL* const tls = tls_ == nullptr ? nullptr : SSL_new(tls_);
  if (tls != nullptr) SSL_set_fd(tls, socket);
  {
    PeerConnection connection(socket, tls);
    PeerRequest request;
    bool open = connection.Handshake();
    while (open && connection.ReadRequest(&request)) {
      {
        base::MutexLock lock(mutex_);
        requests_.push_back(request);
        came_.NotifyAll();
      }
      handler_(connection, request);
      open = connection.open_;
    }
  }
  base::MutexLock lock(mutex_);
  std::erase(open_sockets_, socket);
  close(socket);
}

}  // namespace kinerja::integration
