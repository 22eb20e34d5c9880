// What the tests of the HTTP client share: a loop, clients that may call loopback, and calls that
// wait for their result.
//
// Threading: one thread, but for the callbacks of Begin.
//
//   ClientHarness harness;
//   const auto client = harness.MakeClient({});
//   EXPECT_THAT(Call(*client, {.url = peer.Url("/")}).status, IsOk());
#ifndef KINERJA_TESTS_INTEGRATION_NET_CLIENT_HARNESS_H_
#define KINERJA_TESTS_INTEGRATION_NET_CLIENT_HARNESS_H_

#include <future>
#include <memory>
#include <utility>

#include "gateway/base/check.h"
#include "gateway/net/http_client.h"

namespace kinerja::integration {

// Longer than anything takes that does not hang.
inline constexpr absl::Duration kPatience = absl::Seconds(60);

class ClientHarness {
 public:
  ClientHarness() : loop_(*net::HttpLoop::Start()) {}

  // A client that may call this machine.
  std::unique_ptr<net::HttpClient> MakeClient(net::HttpClientOptions options) {
    options.allow_plain_loopback = true;
    return MakeStrictClient(std::move(options));
  }
  // With exactly these options.
  std::unique_ptr<net::HttpClient> MakeStrictClient(net::HttpClientOptions options) {
    auto client = net::HttpClient::Create(loop_.get(), std::move(options));
    KJ_CHECK(client.ok());
    return *std::move(client);
  }
  net::HttpLoop& loop() { return *loop_; }

 private:
  std::unique_ptr<net::HttpLoop> loop_;
};

// Sends; the result is in the future. A second callback would throw there and end the test.
inline std::future<net::HttpResult> Begin(net::HttpClient& client, net::HttpRequest request,
                                          absl::Duration timeout = kPatience,
                                          base::Cancellation cancellation = {}) {
  auto promise = std::make_shared<std::promise<net::HttpResult>>();
  client.Send(base::Deadline::After(timeout), std::move(cancellation), std::move(request),
              [promise](net::HttpResult result) { promise->set_value(std::move(result)); });
  return promise->get_future();
}

inline net::HttpResult Call(net::HttpClient& client, net::HttpRequest request,
                            absl::Duration timeout = kPatience) {
  return Begin(client, std::move(request), timeout).get();
}

}  // namespace kinerja::integration

#endif  // KINERJA_TESTS_INTEGRATION_NET_CLIENT_HARNESS_H_
