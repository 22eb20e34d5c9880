// How a call ends that brings no whole response: which status, which cause, and above all whether
// the peer may have acted on the request.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/net/client_harness.h"
#include "tests/integration/net/peer_server.h"
#include "tests/support/matchers.h"

namespace kinerja::integration {
namespace {

using absl::StatusCode;
using net::HttpResult;
using support::IsOk;
using support::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A secret place: no message may name it.
constexpr std::string_view kPath = "/pns/199005012015042001?token=abc";

void ExpectFailure(const HttpResult& result, StatusCode code, std::string_view cause,
                   bool may_have_arrived) {
  EXPECT_THAT(result.status,
              StatusIs(code, AllOf(Not(HasSubstr("1990")), Not(HasSubstr("token")))));
  EXPECT_EQ(result.cause, cause);
  EXPECT_EQ(result.may_have_arrived, may_have_arrived);
  EXPECT_EQ(result.response.status, 0);
}

TEST(HttpFailuresTest, EachBrokenPeerHasItsCause) {
  struct Case {
    std::string name;
    PeerServer::Handler handler;
    StatusCode code;
    std::string cause;
  };
  const std::vector<Case> cases = {
      {"closes without an answer", [](PeerConnection& c, const PeerRequest&) { c.Close(); },
       StatusCode::kUnavailable, "closed"},
      {"resets", [](PeerConnection& c, const PeerRequest&) { c.Reset(); }, StatusCode::kUnavailable,
       "reset"},
      {"closes in the middle of the body",
       [](PeerConnection& c, const PeerRequest&) {
         c.Write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
         c.Close();
       },
       StatusCode::kUnavailable, "closed"},
      {"closes in the middle of a chunk",
       [](PeerConnection& c, const PeerRequest&) {
         c.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf");
         c.Close();
       },
       StatusCode::kUnavailable, "closed"},
      {"speaks something else",
       [](PeerConnection& c, const PeerRequest&) {
         c.Write("220 mail server ready\r\n");
         c.Close();
       },
       StatusCode::kUnavailable, "bad_response"},
      {"hangs", [](PeerConnection& c, const PeerRequest&) { c.Hang(); },
       StatusCode::kDeadlineExceeded, "timeout"},
      {"hangs in the middle of the body",
       [](PeerConnection& c, const PeerRequest&) {
         c.Write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
         c.Hang();
       },
       StatusCode::kDeadlineExceeded, "timeout"},
      {"sends too large a body",
       [](PeerConnection& c, const PeerRequest&) { c.Answer("200 OK", std::string(70000, 'x')); },
       StatusCode::kFailedPrecondition, "too_large"},
      {"sends headers without end",
       [](PeerConnection& c, const PeerRequest&) {
         c.Write("HTTP/1.1 200 OK\r\n");
         for (int i = 0; i < 3000; ++i) c.Write("X-More: " + std::string(100, 'x') + "\r\n");
         c.Hang();
       },
       StatusCode::kFailedPrecondition, "too_large"},
  };
  ClientHarness harness;
  const auto client = harness.MakeClient({.max_response_bytes = 65536});
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const PeerServer peer(each.handler);
    const bool hangs = each.cause == "timeout";
    ExpectFailure(Call(*client, {.method = "POST", .url = peer.Url(kPath), .body = "x"},
                       hangs ? absl::Milliseconds(300) : kPatience),
                  each.code, each.cause, true);
    EXPECT_EQ(peer.requests().size(), 1);
  }
}

// libcurl would send it again by itself: the second save of something that may have happened.
TEST(HttpFailuresTest, NeverRepeatsARequestOnAConnectionThatWasUsedBefore) {
  for (const std::string method : {"POST", "GET"}) {
    SCOPED_TRACE(method);
    const PeerServer peer([](PeerConnection& connection, const PeerRequest& request) {
      if (request.path == "/first") return connection.Answer("200 OK", "");
      connection.Close();
    });
    ClientHarness harness;
    const auto client = harness.MakeClient({});
    ASSERT_THAT(Call(*client, {.url = peer.Url("/first")}).status, IsOk());
    ExpectFailure(Call(*client, {.method = method, .url = peer.Url("/save")}),
                  StatusCode::kUnavailable, "closed", true);
    EXPECT_EQ(peer.requests().size(), 2);
    EXPECT_EQ(peer.connections(), 1);
  }
}

TEST(HttpFailuresTest, NothingArrivesWhereNobodyListens) {
  std::string url;
  {
    url = PeerServer([](PeerConnection&, const PeerRequest&) {}).Url(kPath);
  }
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  ExpectFailure(Call(*client, {.url = url}), StatusCode::kUnavailable, "refused", false);
}

TEST(HttpFailuresTest, NothingArrivesWhereNoConnectionIsMadeInTime) {
  // A listener whose queue is full drops what knocks.
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(listener, generic, size), 0);
  ASSERT_EQ(listen(listener, 0), 0);
  ASSERT_EQ(getsockname(listener, generic, &size), 0);
  const int first = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(connect(first, generic, size), 0);

  ClientHarness harness;
  const auto client = harness.MakeClient({.connect_timeout = absl::Milliseconds(200)});
  const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  ExpectFailure(Call(*client, {.url = url}), StatusCode::kUnavailable, "connect_timeout", false);
  close(first);
  close(listener);
}

TEST(HttpFailuresTest, RefusesAddressesInsideTheNetwork) {
  const PeerServer peer([](PeerConnection& c, const PeerRequest&) { c.Answer("200 OK", ""); });
  const std::string port = ":" + std::to_string(peer.port()) + std::string(kPath);
  ClientHarness harness;
  const auto strict = harness.MakeStrictClient({});
  const auto plain = harness.MakeClient({});
  const auto inside = harness.MakeStrictClient({.allow_private_addresses = true});
  struct Case {
    net::HttpClient* client;
    std::string url;
  };
  const std::vector<Case> cases = {
      {strict.get(), "https://127.0.0.1" + port},
      {strict.get(), "https://localhost" + port},  // a name that resolves to it
      {strict.get(), "https://[::1]" + port},
      {strict.get(), "https://[::ffff:127.0.0.1]" + port},
      {strict.get(), "https://0x7f000001" + port},
      {strict.get(), "https://0.0.0.0" + port},
      {strict.get(), "https://10.0.0.1/"},
      {plain.get(), "https://127.0.0.1" + port},  // plain only
      {plain.get(), "http://192.0.2.1/"},         // loopback only
      {plain.get(), "http://0.0.0.0" + port},
      {inside.get(), "https://169.254.169.254/"},  // the metadata service of a cloud
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.url);
    ExpectFailure(Call(*each.client, {.url = each.url}), StatusCode::kFailedPrecondition,
                  "address_refused", false);
  }
  EXPECT_EQ(peer.connections(), 0);
}

TEST(HttpFailuresTest, ACancellationEndsWhatIsUnderWay) {
  const PeerServer peer([](PeerConnection& c, const PeerRequest&) { c.Hang(); });
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  base::Cancellation cancellation;
  auto result = Begin(*client, {.url = peer.Url(kPath)}, kPatience, cancellation);
  peer.WaitForRequests(1);
  cancellation.Cancel();
  ExpectFailure(result.get(), StatusCode::kCancelled, "cancelled", true);
}

TEST(HttpFailuresTest, StopCancelsWhatIsSentAndWhatWaits) {
  const PeerServer peer([](PeerConnection& c, const PeerRequest&) { c.Hang(); });
  ClientHarness harness;
  const auto client = harness.MakeClient({.max_connections = 1});
  auto sent = Begin(*client, {.url = peer.Url(kPath)});
  auto waiting = Begin(*client, {.url = peer.Url(kPath)});
  peer.WaitForRequests(1);
  harness.loop().Stop();
  ExpectFailure(sent.get(), StatusCode::kCancelled, "cancelled", true);
  ExpectFailure(waiting.get(), StatusCode::kCancelled, "cancelled", false);
  ExpectFailure(Call(*client, {.url = peer.Url(kPath)}), StatusCode::kCancelled, "cancelled",
                false);
}

TEST(HttpFailuresTest, AClientThatGoesCancelsItsOwnCallsOnly) {
  const PeerServer peer([](PeerConnection& connection, const PeerRequest& request) {
    if (request.path == "/hang") return connection.Hang();
    connection.Answer("200 OK", "");
  });
  ClientHarness harness;
  auto going = harness.MakeClient({.max_connections = 1});
  const auto staying = harness.MakeClient({});
  auto sent = Begin(*going, {.url = peer.Url("/hang")});
  auto waiting = Begin(*going, {.url = peer.Url("/hang")});
  base::Cancellation cancellation;
  auto of_other = Begin(*staying, {.url = peer.Url("/hang")}, kPatience, cancellation);
  peer.WaitForRequests(2);
  going.reset();
  ASSERT_EQ(sent.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  ASSERT_EQ(waiting.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  ExpectFailure(sent.get(), StatusCode::kCancelled, "cancelled", true);
  ExpectFailure(waiting.get(), StatusCode::kCancelled, "cancelled", false);
  EXPECT_THAT(Call(*staying, {.url = peer.Url("/")}).status, IsOk());
  cancellation.Cancel();
  EXPECT_EQ(of_other.get().cause, "cancelled");
}

}  // namespace
}  // namespace kinerja::integration
