// SiasnClient: one request to SIASN with both tokens. A token that is refused is renewed once and
// the request sent once more: a refused token is certain to have had no other effect. Nothing else
// is ever repeated here. Where no request will leave before the call's deadline, it is answered at
// once instead of waiting for nothing.
//
// Threading: safe for concurrent use; `done` runs exactly once, on the sender's thread or, where no
// token is to be had, on the caller's.
// Ownership: destroyed only after every `done`; tokens outlive it.
#ifndef KINERJA_ADAPTERS_BKN_SIASN_CLIENT_H_
#define KINERJA_ADAPTERS_BKN_SIASN_CLIENT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "adapters/bkn/tokens.h"
#include "gateway/adapter/adapter.h"
#include "gateway/net/http.h"
#include "gateway/net/multipart.h"

namespace kinerja::adapters::bkn {

// What came of a request: an answer to classify, or no token to ask with.
struct Reply {
  net::HttpResult result;
  std::optional<adapter::Outcome> obstacle;
};

class SiasnClient {
 public:
  // `service_url` without a slash at its end. `closed_for` says how long no request will leave
  // because the peer asked for it; empty: never.
  SiasnClient(std::string service_url, Tokens* tokens, Sender send,
              std::function<absl::Duration()> closed_for);

  void Get(const adapter::Call& call, std::string path, std::function<void(Reply)> done);
  void Post(const adapter::Call& call, std::string path, std::string body,
            std::function<void(Reply)> done);
  // The form is used up.
  void Upload(const adapter::Call& call, std::string path, net::MultipartBody form,
              std::function<void(Reply)> done);
  void Delete(const adapter::Call& call, std::string path, std::function<void(Reply)> done);

 private:
  struct Exchange;
  void Send(const adapter::Call& call, std::string path, std::string content_type, std::string body,
            std::function<void(Reply)> done);
  void Begin(const adapter::Call& call, net::HttpRequest request, std::function<void(Reply)> done);
  void Try(std::shared_ptr<Exchange> exchange);
  void SendWith(std::shared_ptr<Exchange> exchange, const Tokens::Pair& pair);

  const std::string service_url_;
  Tokens* const tokens_;
  const Sender send_;
  const std::function<absl::Duration()> closed_for_;
};

}  // namespace kinerja::adapters::bkn

#endif  // KINERJA_ADAPTERS_BKN_SIASN_CLIENT_H_
