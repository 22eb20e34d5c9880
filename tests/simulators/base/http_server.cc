#include "tests/simulators/base/http_server.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <mutex>
#include <thread>
// Before Asio, whose coroutine header of 1.74 forgets it.
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/ssl.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core.hpp"
#include "boost/beast/http.hpp"
#include "boost/beast/ssl.hpp"

namespace kinerja::simulators {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

absl::StatusOr<tcp::endpoint> LoopbackEndpoint(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  int port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(listen.substr(colon + 1), &port) ||
      port < 0 || port > 65535) {
    return absl::InvalidArgumentError("--listen is not host:port; give for example 127.0.0.1:0");
  }
  std::string host = listen.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error || !address.is_loopback()) {
    return absl::InvalidArgumentError(
        "--listen names an address that others can reach; a simulator serves loopback only, give "
        "for example 127.0.0.1:0");
  }
  return tcp::endpoint(address, static_cast<uint16_t>(port));
}

std::string Head(const Reply& reply, bool keep_alive, std::string_view extra = "") {
  const auto reason = http::obsolete_reason(static_cast<http::status>(reply.status));
  std::string head =
      absl::StrCat("HTTP/1.1 ", reply.status, " ", absl::string_view(reason.data(), reason.size()),
                   "\r\n", "Content-Length: ", reply.body.size(), "\r\n");
  // An answer without a body has no type either.
  if (!reply.body.empty()) absl::StrAppend(&head, "Content-Type: ", reply.content_type, "\r\n");
  for (const auto& [name, value] : reply.headers) absl::StrAppend(&head, name, ": ", value, "\r\n");
  if (!keep_alive) absl::StrAppend(&head, "Connection: close\r\n");
  absl::StrAppend(&head, absl::string_view(extra.data(), extra.size()), "\r\n");
  return head;
}

Request FromBeast(http::request<http::string_body>& message) {
  Request request;
  const auto target = message.target();
  const size_t query = std::min(target.find('?'), target.size());
  request.method = std::string(message.method_string());
  request.path = PercentDecode({target.data(), query}, false);
  if (query < target.size()) request.query = std::string(target.substr(query + 1));
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

// What the parser cannot read; nothing when the caller simply left.
std::optional<Reply> BadRequest(const error_code& error) {
  if (error == http::error::end_of_stream || error == http::error::partial_message) {
    return std::nullopt;
  }
  const auto& http_category = http::make_error_code(http::error::end_of_stream).category();
  if (error.category() != http_category) return std::nullopt;
  int status = 400;
  if (error == http::error::header_limit) status = 431;
  if (error == http::error::body_limit) status = 413;
  return Reply{.status = status,
               .content_type = "text/plain",
               .body = absl::StrCat("request not readable: ", error.message(), "\n")};
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(Options options, Handler handler)
      : options_(std::move(options)), handler_(std::move(handler)) {}

  ~Impl() {
    stopping_ = true;
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    if (accepting_.joinable()) accepting_.join();
    {
      const std::lock_guard lock(mutex_);
      for (Connection& connection : connections_) {
        if (connection.fd >= 0) ::shutdown(connection.fd, SHUT_RDWR);
      }
    }
    connections_.clear();  // joins
  }

  absl::Status Start() {
    auto endpoint = LoopbackEndpoint(options_.listen);
    if (!endpoint.ok()) return endpoint.status();
    if (auto status = LoadTls(); !status.ok()) return status;
    error_code error;
    acceptor_.open(endpoint->protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(*endpoint, error);
    if (!error) acceptor_.listen(4096, error);
    if (error) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", options_.listen, ": ",
                                                 error.message(), "; choose another port"));
    }
    const auto local = acceptor_.local_endpoint();
    const std::string host = local.address().to_string();
    address_ = absl::StrCat(local.address().is_v6() ? absl::StrCat("[", host, "]") : host, ":",
                            local.port());
    accepting_ = std::jthread([this] { AcceptAll(); });
    return absl::OkStatus();
  }

  const std::string& address() const { return address_; }

 private:
  struct Connection {
    int fd = -1;  // -1 once its thread has closed it; guarded by mutex_
    std::atomic<bool> done{false};
    std::jthread thread;
  };

  absl::Status LoadTls() {
    if (options_.tls_certificate.empty() != options_.tls_private_key.empty()) {
      return absl::InvalidArgumentError("give both --tls_certificate and --tls_private_key");
    }
    if (options_.tls_certificate.empty()) return absl::OkStatus();
    tls_.emplace(asio::ssl::context::tls_server);
    error_code error;
    tls_->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                          asio::ssl::context::no_tlsv1_1,
                      error);
    if (!error) tls_->use_certificate_chain_file(options_.tls_certificate, error);
    if (error) return absl::InvalidArgumentError("--tls_certificate: " + error.message());
    tls_->use_private_key_file(options_.tls_private_key, asio::ssl::context::pem, error);
    if (error) return absl::InvalidArgumentError("--tls_private_key: " + error.message());
    return absl::OkStatus();
  }

  void AcceptAll() {
    while (!stopping_) {
      error_code error;
      tcp::socket socket(io_);
      acceptor_.accept(socket, error);
      if (stopping_) return;
      if (error) {  // no descriptor left, say: some connection will end
        std::this_thread::sleep_for(milliseconds(10));
        continue;
      }
      Reap();
      if (connections_.size() >= options_.max_connections) continue;  // closes it
      Begin(std::move(socket));
    }
  }

  // Only the accepting thread adds and removes connections (and, once it has ended, the
  // destructor).
  void Reap() {
    const std::lock_guard lock(mutex_);
    connections_.remove_if([](const Connection& connection) { return connection.done.load(); });
  }

  void Begin(tcp::socket socket) {
    const std::lock_guard lock(mutex_);
    Connection& connection = connections_.emplace_back();
    connection.fd = socket.native_handle();
    connection.thread = std::jthread([this, &connection, socket = std::move(socket)]() mutable {
      Serve(socket);
      {
        const std::lock_guard closing(mutex_);
        connection.fd = -1;
        error_code ignored;
        socket.close(ignored);
      }
      connection.done = true;
    });
  }

  void Serve(tcp::socket& socket) {
    error_code error;
    socket.set_option(tcp::no_delay(true), error);
    if (!tls_) {
      Converse(socket, socket.native_handle());
      return;
    }
    asio::ssl::stream<tcp::socket&> stream(socket, *tls_);
    stream.handshake(asio::ssl::stream_base::server, error);
    if (error) return;
    if (Converse(stream, socket.native_handle())) stream.shutdown(error);
  }

  // True when the connection may end in order.
  template <typename Stream>
  bool Converse(Stream& stream, int fd) {
    boost::beast::flat_buffer buffer;
    while (!stopping_) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(static_cast<uint32_t>(options_.max_head_bytes));
      parser.body_limit(options_.max_body_bytes);
      error_code error;
      ReadMessage(stream, buffer, parser, error);
      if (error) {
        const auto refusal = BadRequest(error);
        if (refusal) Write(stream, Head(*refusal, false) + refusal->body);
        return refusal.has_value();
      }
      const bool keep_alive = parser.get().keep_alive();
      const Request request = FromBeast(parser.get());
      const Reply reply = Handle(request, fd);
      if (!Answer(stream, fd, reply, keep_alive, request.method == "HEAD")) return false;
      if (!keep_alive) return true;
    }
    return false;
  }

  template <typename Stream, typename Buffer, typename Parser>
  static void ReadMessage(Stream& stream, Buffer& buffer, Parser& parser, error_code& error) {
    http::read_header(stream, buffer, parser, error);
    if (error) return;
    if (boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      Write(stream, "HTTP/1.1 100 Continue\r\n\r\n");
    }
    http::read(stream, buffer, parser, error);
  }

  // A simulator survives any input: what its JSON library throws ends here.
  Reply Handle(const Request& request, int fd) {
    const Pause pause = [this, fd](milliseconds time) { Wait(fd, time, /*while_there=*/false); };
    try {
      return handler_(request, pause);
    } catch (const std::exception& failure) {
      return Reply{.status = 500,
                   .content_type = "text/plain",
                   .body = absl::StrCat("simulator fault: ", failure.what(), "\n")};
    }
  }

  // False when the connection is over.
  template <typename Stream>
  bool Answer(Stream& stream, int fd, const Reply& reply, bool keep_alive, bool head_only) {
    if (reply.delay > milliseconds(0)) Wait(fd, reply.delay, /*while_there=*/false);
    if (stopping_) return false;
    if (reply.release_hung) ++releases_;
    switch (reply.ending) {
      case Ending::kReset: {
        const linger now{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
        return false;
      }
      case Ending::kClose:
        return false;
      case Ending::kHalf:
        Write(stream, Head(reply, keep_alive) + reply.body.substr(0, reply.body.size() / 2));
        return false;
      case Ending::kHang:
        if (!Wait(fd, milliseconds::max(), /*while_there=*/true)) return false;
        break;
      case Ending::kAnswer:
        break;
    }
    return Write(stream, Head(reply, keep_alive) + (head_only ? "" : reply.body));
  }

  // Returns after `time`, when the server stops or, for a caller that must still be there, when it
  // has left or hung answers are released. False when there is nobody to answer.
  bool Wait(int fd, milliseconds time, bool while_there) {
    const auto begin = steady_clock::now();
    const uint64_t releases_before = releases_;
    while (!stopping_) {
      const auto waited = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
      if (waited >= time) return true;
      if (while_there && releases_ != releases_before) return true;
      const int slice = static_cast<int>(std::min(time - waited, milliseconds(20)).count());
      if (!while_there) {
        std::this_thread::sleep_for(milliseconds(slice));
        continue;
      }
      pollfd caller{.fd = fd, .events = POLLRDHUP, .revents = 0};
      if (::poll(&caller, 1, slice) > 0) return false;
    }
    return false;
  }

  template <typename Stream>
  static bool Write(Stream& stream, const std::string& bytes) {
    error_code error;
    asio::write(stream, asio::buffer(bytes), error);
    return !error;
  }

  const Options options_;
  const Handler handler_;
  std::string address_;
  asio::io_context io_;
  tcp::acceptor acceptor_{io_};
  std::optional<asio::ssl::context> tls_;
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> releases_{0};
  std::mutex mutex_;
  std::list<Connection> connections_;
  std::jthread accepting_;
};

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(Options options, Handler handler) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(handler));
  if (auto status = impl->Start(); !status.ok()) return status;
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;
const std::string& HttpServer::address() const { return impl_->address(); }

}  // namespace kinerja::simulators
