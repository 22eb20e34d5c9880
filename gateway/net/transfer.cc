#include "gateway/net/transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/check.h"
#include "gateway/net/address.h"

namespace kinerja::net {
namespace {

// OpenSSL's X509_V_ERR numbers, fixed by its interface; its headers are for gateway/security only.
constexpr long kGood = 0;
constexpr long kUnspecified = 1;  // and what libcurl says before it has asked
constexpr long kUnknownIssuer = 2;
constexpr long kNotYetValid = 9;
constexpr long kExpired = 10;
constexpr long kSelfSigned = 18;
constexpr long kSelfSignedInChain = 19;
constexpr long kUnknownIssuerLocally = 20;
constexpr long kUnverifiableLeaf = 21;

constexpr std::string_view kAddressRefused =
    "leads to an address that is not allowed for a peer; correct the name, or allow private "
    "addresses for this peer if it is inside the own network";

long Milliseconds(absl::Duration duration) {
  return static_cast<long>(absl::ToInt64Milliseconds(absl::Ceil(duration, absl::Milliseconds(1))));
}

void Append(curl_slist** list, const std::string& line) {
  curl_slist* const longer = curl_slist_append(*list, line.c_str());
  KJ_CHECK(longer != nullptr);  // out of memory
  *list = longer;
}

bool HasHeader(const HttpHeaders& headers, absl::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [name](const auto& header) {
    return absl::EqualsIgnoreCase(header.first, name);
  });
}

}  // namespace

HttpResult Failure(absl::StatusCode code, std::string_view message, std::string_view cause,
                   bool may_have_arrived) {
  HttpResult result;
  result.status = absl::Status(code, absl::string_view(message.data(), message.size()));
  result.cause = cause;
  result.may_have_arrived = may_have_arrived;
  return result;
}

absl::StatusOr<std::unique_ptr<Transfer>> Transfer::Create(const HttpClientOptions& options) {
  std::unique_ptr<Transfer> transfer(new Transfer(options));
  if (transfer->curl_ == nullptr) return absl::InternalError("libcurl gives no handle");
  transfer->SetConstants();
  transfer->SetTls();
  transfer->SetCallbacks();
  if (transfer->set_failed_) {
    return absl::InternalError("libcurl lacks an option; install Debian's libcurl4");
  }
  return transfer;
}

template <typename T>
void Transfer::Set(CURLoption option, T value) {
  if (curl_easy_setopt(curl_.get(), option, value) != CURLE_OK) set_failed_ = true;
}

void Transfer::SetConstants() {
  Set(CURLOPT_PRIVATE, this);
  Set(CURLOPT_NOSIGNAL, 1L);
  // Else giving up a call would wait for the thread that resolves its name.
  Set(CURLOPT_QUICK_EXIT, 1L);
  Set(CURLOPT_PROTOCOLS_STR, options_.allow_plain_loopback ? "http,https" : "https");
  Set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  Set(CURLOPT_FOLLOWLOCATION, 0L);
  Set(CURLOPT_PROXY, "");  // not even from the environment
  Set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  Set(CURLOPT_USERAGENT, options_.user_agent.c_str());
  Set(CURLOPT_CONNECTTIMEOUT_MS, std::max(Milliseconds(options_.connect_timeout), 1L));
  Set(CURLOPT_MAXAGE_CONN,
      std::max(static_cast<long>(absl::ToInt64Seconds(options_.max_idle)), 1L));
  Set(CURLOPT_TCP_KEEPALIVE, 1L);
}

void Transfer::SetTls() {
  Set(CURLOPT_SSL_VERIFYPEER, 1L);
  Set(CURLOPT_SSL_VERIFYHOST, 2L);
  Set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  Set(CURLOPT_CAINFO, options_.ca_file.c_str());
  Set<const char*>(CURLOPT_CAPATH, nullptr);  // or Debian's folder would be trusted as well
  Set(CURLOPT_CA_CACHE_TIMEOUT, 60L);
  if (options_.certificate_file.empty()) return;
  Set(CURLOPT_SSLCERT, options_.certificate_file.c_str());
  Set(CURLOPT_SSLKEY, options_.key_file.c_str());
  Set(CURLOPT_KEYPASSWD, "");  // or OpenSSL would ask on the terminal
}

void Transfer::SetCallbacks() {
  Set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::OpenSocket);
  Set(CURLOPT_OPENSOCKETDATA, this);
  Set(CURLOPT_PREREQFUNCTION, &Transfer::BeforeRequest);
  Set(CURLOPT_PREREQDATA, this);
  Set(CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  Set(CURLOPT_HEADERDATA, this);
  Set(CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  Set(CURLOPT_WRITEDATA, this);
}

bool Transfer::Begin(std::unique_ptr<Call> call) {
  call_ = std::move(call);
  set_failed_ = false;
  response_ = {};
  received_bytes_ = 0;
  begun_ = std::chrono::steady_clock::now();
  sent_ = address_refused_ = repeat_refused_ = too_large_ = false;
  Set(CURLOPT_URL, call_->request.url.c_str());
  Set(CURLOPT_TIMEOUT_MS, std::max(Milliseconds(call_->deadline.Remaining()), 1L));
  SetMethod();
  SetHeaders();
  return !set_failed_;
}

void Transfer::SetMethod() {
  const HttpRequest& request = call_->request;
  const bool has_body = !request.body.empty() || request.method == "POST" ||
                        request.method == "PUT" || request.method == "PATCH";
  if (has_body) {
    Set(CURLOPT_POST, 1L);
    Set(CURLOPT_POSTFIELDS, request.body.data());  // not copied; the call outlives the transfer
    Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  } else {
    Set(CURLOPT_HTTPGET, 1L);
  }
  if (request.method == "HEAD") Set(CURLOPT_NOBODY, 1L);
  Set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void Transfer::SetHeaders() {
  curl_slist* list = nullptr;
  for (const auto& [name, value] : call_->request.headers) {
    // libcurl takes "Name:" for "leave it out" and "Name;" for an empty value.
    Append(&list, value.empty() ? name + ";" : absl::StrCat(name, ": ", value));
  }
  // What libcurl would add on its own: a guess, and a wait of a second before a large body.
  if (!HasHeader(call_->request.headers, "Content-Type")) Append(&list, "Content-Type:");
  if (!HasHeader(call_->request.headers, "Expect")) Append(&list, "Expect:");
  Set(CURLOPT_HTTPHEADER, list);
  headers_.reset(list);
}

bool Transfer::AddressAllowed(AddressKind kind) const {
  if (call_->plain) return kind == AddressKind::kLoopback;
  if (kind == AddressKind::kNever) return false;
  return kind == AddressKind::kPublic || options_.allow_private_addresses;
}

curl_socket_t Transfer::OpenSocket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto* const transfer = static_cast<Transfer*>(self);
  if (transfer->sent_) {
    transfer->repeat_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  if (!transfer->AddressAllowed(KindOfAddress(address->addr))) {
    transfer->address_refused_ = true;  // the next address of the name may be a good one
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Called when a connection is ready, its TLS included, just before the request goes out.
int Transfer::BeforeRequest(void* self, char* address, char* /*local_address*/, int /*port*/,
                            int /*local_port*/) {
  auto* const transfer = static_cast<Transfer*>(self);
  // libcurl by itself sends a request again, a POST too, when a connection that was used before
  // closes without an answer. The peer may have acted on it: whether to repeat is not ours to say.
  if (transfer->sent_) {
    transfer->repeat_refused_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  // A connection may have been opened by a client that allows more.
  if (!transfer->AddressAllowed(KindOfAddress(std::string_view(address)))) {
    transfer->address_refused_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  transfer->sent_ = true;
  return CURL_PREREQFUNC_OK;
}

size_t Transfer::OnHeader(char* data, size_t /*one*/, size_t bytes, void* self) {
  auto* const transfer = static_cast<Transfer*>(self);
  if (!transfer->Count(bytes)) return 0;
  transfer->OnHeaderLine(std::string_view(data, bytes));
  return bytes;
}

size_t Transfer::OnBody(char* data, size_t /*one*/, size_t bytes, void* self) {
  auto* const transfer = static_cast<Transfer*>(self);
  if (!transfer->Count(bytes)) return 0;
  transfer->response_.body.append(data, bytes);
  return bytes;
}

bool Transfer::Count(size_t bytes) {
  received_bytes_ += bytes;
  too_large_ = received_bytes_ > options_.max_response_bytes;
  return !too_large_;
}

void Transfer::OnHeaderLine(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    response_.headers.clear();  // those of a 100 Continue before it
    return;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto text = [](std::string_view part) {
    return std::string(absl::StripAsciiWhitespace(absl::string_view(part.data(), part.size())));
  };
  response_.headers.emplace_back(absl::AsciiStrToLower(text(line.substr(0, colon))),
                                 text(line.substr(colon + 1)));
}

HttpResult Transfer::End(CURLcode code) {
  HttpResult result = Judge(code);
  result.took = absl::FromChrono(std::chrono::steady_clock::now() - begun_);
  return result;
}

HttpResult Transfer::Cancel() {
  HttpResult result = Fail(absl::StatusCode::kCancelled, cause::kCancelled,
                           "was given up while the request was under way");
  result.took = absl::FromChrono(std::chrono::steady_clock::now() - begun_);
  return result;
}

std::unique_ptr<Call> Transfer::TakeCall() { return std::move(call_); }

HttpResult Transfer::Judge(CURLcode code) {
  using Code = absl::StatusCode;
  // First what we know better than libcurl, which saw only that a callback said no.
  if (repeat_refused_) {
    return Fail(Code::kUnavailable, cause::kClosed, "closed the connection without an answer");
  }
  if (too_large_) {
    return Fail(Code::kFailedPrecondition, cause::kTooLarge,
                absl::StrCat("answered more than ", options_.max_response_bytes,
                             " bytes; raise max_response_bytes if that is right"));
  }
  switch (code) {
    case CURLE_OK: {
      long status = 0;
      curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
      HttpResult result;
      result.may_have_arrived = true;
      result.response = std::move(response_);
      result.response.status = static_cast<int>(status);
      return result;
    }
    case CURLE_OPERATION_TIMEDOUT:
      return JudgeTimeout();
    case CURLE_PEER_FAILED_VERIFICATION:
      return JudgeCertificate();
    case CURLE_COULDNT_CONNECT:
    case CURLE_ABORTED_BY_CALLBACK:
      if (address_refused_) {
        return Fail(Code::kFailedPrecondition, cause::kAddressRefused, kAddressRefused);
      }
      return Fail(Code::kUnavailable, cause::kRefused, "takes no connection");
    default:
      return JudgeByTable(code);
  }
}

HttpResult Transfer::JudgeByTable(CURLcode code) const {
  using Code = absl::StatusCode;
  struct Row {
    CURLcode code;
    Code status;
    std::string_view cause;
    std::string_view what;
  };
  static constexpr Row kRows[] = {
      {CURLE_COULDNT_RESOLVE_HOST, Code::kUnavailable, cause::kDns,
       "has a name that cannot be resolved; check the name and the DNS of this machine"},
      {CURLE_GOT_NOTHING, Code::kUnavailable, cause::kClosed,
       "closed the connection without an answer"},
      {CURLE_PARTIAL_FILE, Code::kUnavailable, cause::kClosed,
       "closed the connection in the middle of its answer"},
      {CURLE_SEND_ERROR, Code::kUnavailable, cause::kReset,
       "broke the connection while the request was sent"},
      {CURLE_RECV_ERROR, Code::kUnavailable, cause::kReset, "broke the connection"},
      {CURLE_SSL_CONNECT_ERROR, Code::kUnavailable, cause::kTls,
       "made no TLS connection; check that it speaks TLS 1.2 or newer there"},
      {CURLE_SSL_CACERT_BADFILE, Code::kFailedPrecondition, cause::kTlsFiles,
       "cannot be verified, because ca_file cannot be used; give a PEM file of CA certificates"},
      {CURLE_SSL_CERTPROBLEM, Code::kFailedPrecondition, cause::kTlsFiles,
       "cannot be called, because certificate_file or key_file cannot be used; give two PEM files "
       "that belong together, the key without passphrase"},
      {CURLE_WEIRD_SERVER_REPLY, Code::kUnavailable, cause::kBadResponse,
       "answered something that is not HTTP"},
      {CURLE_UNSUPPORTED_PROTOCOL, Code::kUnavailable, cause::kBadResponse,
       "answered something that is not HTTP"},
  };
  for (const Row& row : kRows) {
    if (row.code == code) return Fail(row.status, row.cause, row.what);
  }
  // libcurl's fixed sentence for the code; never its error buffer, which may quote the request.
  return Fail(Code::kInternal, cause::kFailed,
              absl::StrCat("could not be called: ", curl_easy_strerror(code)));
}

HttpResult Transfer::JudgeTimeout() const {
  // libcurl's milliseconds end a little before ours.
  if (sent_ || call_->deadline.Remaining() < absl::Milliseconds(10)) {
    return Fail(absl::StatusCode::kDeadlineExceeded, cause::kTimeout,
                "did not answer within the deadline");
  }
  return Fail(absl::StatusCode::kUnavailable, cause::kConnectTimeout, "made no connection in time");
}

HttpResult Transfer::JudgeCertificate() const {
  long reason = 0;
  curl_easy_getinfo(handle(), CURLINFO_SSL_VERIFYRESULT, &reason);
  const auto fail = [this](std::string_view cause, std::string_view what) {
    return Fail(absl::StatusCode::kFailedPrecondition, cause, what);
  };
  switch (reason) {
    // The chain was good in the handshake; then libcurl compares the name, before it asks OpenSSL.
    case kGood:
    case kUnspecified:
      return fail(cause::kTlsWrongHost,
                  "shows a certificate for another host; correct the host in the URL, or the "
                  "certificate there");
    case kExpired:
      return fail(cause::kTlsExpired,
                  "shows a certificate that has expired; it must be renewed there");
    case kNotYetValid:
      return fail(cause::kTlsExpired,
                  "shows a certificate that is not valid yet; check the clock of this machine");
    case kUnknownIssuer:
    case kSelfSigned:
    case kSelfSignedInChain:
    case kUnknownIssuerLocally:
    case kUnverifiableLeaf:
      return fail(cause::kTlsUnknownCa,
                  "shows a certificate of a CA that is not in ca_file; add that CA if it is right");
    default:
      return fail(cause::kTlsCertificate,
                  absl::StrCat("shows a certificate that is not accepted (OpenSSL's reason ",
                               reason, "); it must be corrected there"));
  }
}

HttpResult Transfer::Fail(absl::StatusCode code, std::string_view cause,
                          std::string_view what) const {
  return Failure(code,
                 absl::StrCat(call_->origin, " ", absl::string_view(what.data(), what.size())),
                 cause, sent_);
}

}  // namespace kinerja::net
