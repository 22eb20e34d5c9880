#include "adapters/bkn/siasn_client.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/bkn/bkn_codes.h"

namespace kinerja::adapters::bkn {
namespace {

// The peer wants no request for longer than the call may wait. Its trouble was counted when it said
// so.
adapter::Outcome StillClosed(absl::Duration rest) {
  adapter::Outcome outcome = adapter::TargetTrouble(kSystem, adapter::Verdict::kRetryLater);
  outcome.target_trouble = false;
  outcome.throttled = true;
  outcome.after = rest;
  outcome.peer_words = "the time from which it takes calls again has not come";
  return outcome;
}

}  // namespace

struct SiasnClient::Exchange {
  adapter::Call call;
  net::HttpRequest request;  // without the headers of the tokens
  std::function<void(Reply)> done;
  bool renewed = false;  // a token was refused once
};

SiasnClient::SiasnClient(std::string service_url, Tokens* tokens, Sender send,
                         std::function<absl::Duration()> closed_for)
    : service_url_(std::move(service_url)),
      tokens_(tokens),
      send_(std::move(send)),
      closed_for_(std::move(closed_for)) {}

void SiasnClient::Get(const adapter::Call& call, std::string path,
                      std::function<void(Reply)> done) {
  net::HttpRequest request;
  request.url = service_url_ + path;
  Begin(call, std::move(request), std::move(done));
}

void SiasnClient::Post(const adapter::Call& call, std::string path, std::string body,
                       std::function<void(Reply)> done) {
  Send(call, std::move(path), "application/json", std::move(body), std::move(done));
}

void SiasnClient::Upload(const adapter::Call& call, std::string path, net::MultipartBody form,
                         std::function<void(Reply)> done) {
  std::string content_type = form.content_type();
  Send(call, std::move(path), std::move(content_type), std::move(form).Finish(), std::move(done));
}

void SiasnClient::Send(const adapter::Call& call, std::string path, std::string content_type,
                       std::string body, std::function<void(Reply)> done) {
  net::HttpRequest request;
  request.method = "POST";
  request.url = service_url_ + path;
  request.headers.emplace_back("Content-Type", std::move(content_type));
  request.body = std::move(body);
  Begin(call, std::move(request), std::move(done));
}

void SiasnClient::Delete(const adapter::Call& call, std::string path,
                         std::function<void(Reply)> done) {
  net::HttpRequest request;
  request.method = "DELETE";
  request.url = service_url_ + path;
  Begin(call, std::move(request), std::move(done));
}

void SiasnClient::Begin(const adapter::Call& call, net::HttpRequest request,
                        std::function<void(Reply)> done) {
  request.headers.emplace_back("Accept", "application/json");
  Try(std::make_shared<Exchange>(Exchange{call, std::move(request), std::move(done)}));
}

void SiasnClient::Try(std::shared_ptr<Exchange> exchange) {
  const adapter::Call& call = exchange->call;
  const absl::Duration closed = closed_for_ ? closed_for_() : absl::ZeroDuration();
  if (closed > call.deadline.Remaining()) {
    exchange->done({{}, StillClosed(closed)});
    return;
  }
  tokens_->Get(call.deadline, call.cancellation, [this, exchange](Tokens::Grant grant) {
    if (grant.obstacle) {
      exchange->done({{}, std::move(grant.obstacle)});
      return;
    }
    SendWith(exchange, grant.pair);
  });
}

void SiasnClient::SendWith(std::shared_ptr<Exchange> exchange, const Tokens::Pair& pair) {
  net::HttpRequest request = exchange->request;
  request.headers.emplace_back("Authorization", absl::StrCat("Bearer ", pair.wso2));
  request.headers.emplace_back("Auth", absl::StrCat("bearer ", pair.sso));
  const adapter::Call& call = exchange->call;
  send_(call.deadline, call.cancellation, std::move(request),
        [this, exchange, pair](net::HttpResult result) {
          const TokenFault fault = TokenFaultOf(result);
          if (fault != TokenFault::kNone) tokens_->Drop(fault, pair);
          if (fault == TokenFault::kNone || exchange->renewed) {
            exchange->done({std::move(result), std::nullopt});
            return;
          }
          exchange->renewed = true;
          Try(exchange);
        });
}

}  // namespace kinerja::adapters::bkn
