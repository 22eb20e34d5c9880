#include "gateway/net/http_client.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/net/call.h"
#include "gateway/net/engine.h"

namespace kinerja::net {
namespace {

absl::Status CheckReadable(const std::string& name, const std::string& file) {
  if (access(file.c_str(), R_OK) == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, " cannot be read; give a PEM file that this user may read"));
}

absl::Status CheckOptions(const HttpClientOptions& options) {
  if (options.max_connections == 0 || options.max_waiting == 0 || options.max_response_bytes == 0 ||
      options.connect_timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "max_connections, max_waiting, max_response_bytes or connect_timeout is zero; give more");
  }
  KJ_RETURN_IF_ERROR(CheckReadable("ca_file", options.ca_file));
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return absl::InvalidArgumentError(
        "certificate_file or key_file is missing; give both or neither");
  }
  if (options.certificate_file.empty()) return absl::OkStatus();
  KJ_RETURN_IF_ERROR(CheckReadable("certificate_file", options.certificate_file));
  return CheckReadable("key_file", options.key_file);
}

struct UrlDeleter {
  void operator()(CURLU* p) const { curl_url_cleanup(p); }
  void operator()(char* p) const { curl_free(p); }
};

// A part of the URL; empty when it has none.
std::string PartOf(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  return std::unique_ptr<char, UrlDeleter>(text).get();
}

// Fills origin and plain.
absl::Status ReadUrl(const HttpClientOptions& options, Call* call) {
  const std::unique_ptr<CURLU, UrlDeleter> url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, call->request.url.c_str(), 0) != CURLUE_OK) {
    return absl::InvalidArgumentError("a URL cannot be read; give https://host[:port]/path");
  }
  const std::string scheme = PartOf(url.get(), CURLUPART_SCHEME);
  call->plain = scheme == "http";
  call->origin = absl::StrCat(scheme, "://", PartOf(url.get(), CURLUPART_HOST), ":",
                              PartOf(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
  if (scheme != "https" && !(call->plain && options.allow_plain_loopback)) {
    return absl::InvalidArgumentError(
        absl::StrCat(call->origin, " is not called without TLS; give an https:// URL"));
  }
  if (!PartOf(url.get(), CURLUPART_USER).empty() ||
      !PartOf(url.get(), CURLUPART_PASSWORD).empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(call->origin, " has a user or password in its URL; give them in a header"));
  }
  return absl::OkStatus();
}

// A token of RFC 9110, as far as ours need it.
bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

absl::Status CheckRequest(const HttpRequest& request) {
  bool good = IsToken(request.method);
  for (const auto& [name, value] : request.headers) {
    // A line end in a value would begin a header of somebody else's making.
    good = good && IsToken(name) &&
           value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
  }
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "the method or a header of a request cannot be sent; leave out line ends and blanks");
}

// Whether the call can go to the loop; if not, why.
HttpResult Judge(Call* call) {
  absl::Status status = ReadUrl(call->client->options, call);
  status.Update(CheckRequest(call->request));
  HttpResult result;
  if (!status.ok()) result.cause = cause::kBadRequest;
  result.status = std::move(status);
  return result;
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Create(HttpLoop* loop,
                                                               HttpClientOptions options) {
  KJ_RETURN_IF_ERROR(CheckOptions(options));
  auto state = std::make_shared<ClientState>(std::move(options), loop->engine_.get());
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(state)));
}

HttpClient::HttpClient(std::shared_ptr<ClientState> state) : state_(std::move(state)) {}

HttpClient::~HttpClient() { state_->engine->Close(state_); }

void HttpClient::Send(base::Deadline deadline, base::Cancellation cancellation, HttpRequest request,
                      std::function<void(HttpResult)> done) {
  std::unique_ptr<Call> call(new Call{.client = state_,
                                      .deadline = deadline,
                                      .cancellation = std::move(cancellation),
                                      .request = std::move(request),
                                      .done = std::move(done)});
  call->refusal = Judge(call.get());
  if (state_->waiting++ >= state_->options.max_waiting && call->refusal.status.ok()) {
    call->refusal =
        Failure(absl::StatusCode::kResourceExhausted,
                absl::StrCat(call->origin, " was not called: ", state_->options.max_waiting,
                             " requests wait for it already; try again later"),
                cause::kTooManyWaiting, false);
  }
  if (!call->refusal.status.ok()) call->request = {};  // only the callback waits for the loop
  state_->engine->Submit(std::move(call));
}

void HttpClient::SetPace(Pace pace) {
  base::MutexLock lock(state_->mutex);
  state_->pacer.SetPace(pace, std::chrono::steady_clock::now());
}

void HttpClient::SlowDown(absl::Duration duration) {
  base::MutexLock lock(state_->mutex);
  state_->pacer.SlowDown(duration, std::chrono::steady_clock::now());
}

void HttpClient::NoteThrottled() {
  base::MutexLock lock(state_->mutex);
  state_->pacer.NoteThrottled(std::chrono::steady_clock::now());
}

absl::Duration HttpClient::ClosedFor() const {
  base::MutexLock lock(state_->mutex);
  return state_->pacer.ClosedFor(std::chrono::steady_clock::now());
}

double HttpClient::RateNow() const {
  base::MutexLock lock(state_->mutex);
  return state_->pacer.RateNow(std::chrono::steady_clock::now());
}

size_t HttpClient::waiting() const { return state_->waiting; }
size_t HttpClient::under_way() const { return state_->under_way; }

}  // namespace kinerja::net
