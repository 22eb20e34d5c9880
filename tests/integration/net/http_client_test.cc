// What a call brings when all goes well, and what a client never does.
#include <cstdlib>
#include <set>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/net/client_harness.h"
#include "tests/integration/net/peer_server.h"
#include "tests/support/matchers.h"

namespace kinerja::integration {
namespace {

using net::HttpRequest;
using net::HttpResult;
using support::IsOk;
using support::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

PeerServer::Handler AnswerOk() {
  return [](PeerConnection& connection, const PeerRequest&) { connection.Answer("200 OK", "ok"); };
}

TEST(HttpClientTest, BringsStatusHeadersAndBody) {
  const PeerServer peer([](PeerConnection& connection, const PeerRequest& request) {
    connection.Answer("201 Created", "got " + request.body, "X-Quota-LEFT:  12 \r\n");
  });
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  const HttpResult result =
      Call(*client, {.method = "POST", .url = peer.Url("/skp?a=b"), .body = "one record"});
  ASSERT_THAT(result.status, IsOk());
  EXPECT_TRUE(result.may_have_arrived);
  EXPECT_EQ(result.cause, "");
  EXPECT_GT(result.took, absl::ZeroDuration());
  EXPECT_EQ(result.response.status, 201);
  EXPECT_EQ(result.response.body, "got one record");
  EXPECT_THAT(result.response.headers, ::testing::Contains(Pair("x-quota-left", "12")));
  EXPECT_EQ(peer.requests().at(0).path, "/skp?a=b");
}

TEST(HttpClientTest, SendsEachMethodAsItIs) {
  const PeerServer peer([](PeerConnection& connection, const PeerRequest& request) {
    const bool head = request.head.starts_with("HEAD ");
    connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" +
                     std::string(head ? "" : "ok"));
  });
  ClientHarness harness;
  const auto client = harness.MakeClient({.max_connections = 1});
  struct Case {
    std::string method;
    std::string body;
    std::string want_length;  // the value of Content-Length; empty: no such header
  };
  // One handle carries them all: nothing of one may stay for the next.
  const std::vector<Case> cases = {{"POST", "abc", "3"}, {"GET", "", ""},  {"PUT", "", "0"},
                                   {"DELETE", "", ""},   {"HEAD", "", ""}, {"PATCH", "ab", "2"},
                                   {"HEAD", "", ""},     {"GET", "", ""},  {"DELETE", "x", "1"}};
  for (const Case& each : cases) {
    SCOPED_TRACE(each.method);
    const HttpResult result =
        Call(*client, {.method = each.method, .url = peer.Url("/"), .body = each.body});
    ASSERT_THAT(result.status, IsOk());
    EXPECT_EQ(result.response.body, each.method == "HEAD" ? "" : "ok");
    const PeerRequest request = peer.requests().back();
    EXPECT_TRUE(request.head.starts_with(each.method + " / HTTP/1.1\r\n")) << request.head;
    EXPECT_EQ(request.body, each.body);
    if (each.want_length.empty()) {
      EXPECT_THAT(request.head, Not(HasSubstr("Content-Length")));
    } else {
      EXPECT_THAT(request.head, HasSubstr("Content-Length: " + each.want_length + "\r\n"));
    }
  }
  EXPECT_EQ(peer.connections(), 1);
}

TEST(HttpClientTest, SendsTheHeadersItWasGivenAndGuessesNone) {
  const PeerServer peer(AnswerOk());
  ClientHarness harness;
  const auto client = harness.MakeClient({.user_agent = "kinerja-test"});
  const std::string large(2 << 20, 'x');  // libcurl would ask "Expect: 100-continue"
  ASSERT_THAT(Call(*client, {.method = "POST",
                             .url = peer.Url("/"),
                             .headers = {{"Authorization", "Bearer t"}, {"X-Empty", ""}},
                             .body = large})
                  .status,
              IsOk());
  const PeerRequest request = peer.requests().at(0);
  EXPECT_THAT(request.head, HasSubstr("\r\nAuthorization: Bearer t\r\n"));
  EXPECT_THAT(request.head, HasSubstr("\r\nX-Empty:\r\n"));
  EXPECT_THAT(request.head, HasSubstr("\r\nUser-Agent: kinerja-test\r\n"));
  EXPECT_THAT(request.head, Not(HasSubstr("Content-Type")));
  EXPECT_THAT(request.head, Not(HasSubstr("Expect")));
  EXPECT_EQ(request.body.size(), large.size());
}

TEST(HttpClientTest, UsesOneConnectionAgain) {
  const PeerServer peer(AnswerOk());
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  for (int i = 0; i < 10; ++i) ASSERT_THAT(Call(*client, {.url = peer.Url("/")}).status, IsOk());
  EXPECT_EQ(peer.connections(), 1);
}

TEST(HttpClientTest, AnErrorOfThePeerIsAResponse) {
  const PeerServer peer([](PeerConnection& connection, const PeerRequest&) {
    connection.Answer("500 Internal Server Error", "<html>");
  });
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  const HttpResult result = Call(*client, {.url = peer.Url("/")});
  ASSERT_THAT(result.status, IsOk());
  EXPECT_EQ(result.response.status, 500);
  EXPECT_EQ(result.response.body, "<html>");
}

TEST(HttpClientTest, FollowsNoRedirect) {
  const PeerServer peer([](PeerConnection& connection, const PeerRequest&) {
    connection.Answer("302 Found", "", "Location: /elsewhere\r\n");
  });
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  const HttpResult result = Call(*client, {.url = peer.Url("/")});
  ASSERT_THAT(result.status, IsOk());
  EXPECT_EQ(result.response.status, 302);
  EXPECT_EQ(net::FindHeader(result.response, "location"), "/elsewhere");
  EXPECT_EQ(peer.requests().size(), 1);
}

TEST(HttpClientTest, KeepsNoCookie) {
  const PeerServer peer([](PeerConnection& connection, const PeerRequest&) {
    connection.Answer("200 OK", "", "Set-Cookie: session=1\r\n");
  });
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  for (int i = 0; i < 2; ++i) ASSERT_THAT(Call(*client, {.url = peer.Url("/")}).status, IsOk());
  EXPECT_THAT(peer.requests().at(1).head, Not(HasSubstr("Cookie")));
}

TEST(HttpClientTest, IgnoresTheProxyOfTheEnvironment) {
  const PeerServer proxy(AnswerOk());
  const PeerServer peer(AnswerOk());
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy"}) {
    setenv(name, proxy.Url("").c_str(), 1);
  }
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  EXPECT_THAT(Call(*client, {.url = peer.Url("/")}).status, IsOk());
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy"}) unsetenv(name);
  EXPECT_EQ(proxy.connections(), 0);
  EXPECT_EQ(peer.connections(), 1);
}

TEST(HttpClientTest, AnswersManyThreadsEachExactlyOnce) {
  const PeerServer peer([](PeerConnection& connection, const PeerRequest& request) {
    connection.Answer("200 OK", request.path);
  });
  ClientHarness harness;
  const auto client = harness.MakeClient({.max_connections = 8});
  std::vector<std::vector<std::future<HttpResult>>> results(4);
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < results.size(); ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          const std::string path = "/" + std::to_string(t) + "/" + std::to_string(i);
          results[t].push_back(Begin(*client, {.url = peer.Url(path)}));
        }
      });
    }
  }
  for (size_t t = 0; t < results.size(); ++t) {
    for (size_t i = 0; i < results[t].size(); ++i) {
      const HttpResult result = results[t][i].get();
      ASSERT_THAT(result.status, IsOk());
      EXPECT_EQ(result.response.body, "/" + std::to_string(t) + "/" + std::to_string(i));
    }
  }
  EXPECT_EQ(peer.requests().size(), 200);
  EXPECT_LE(peer.connections(), 8);
}

TEST(HttpClientTest, RefusesWhatCannotBeSent) {
  const PeerServer peer(AnswerOk());
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  const auto strict = harness.MakeStrictClient({});
  struct Case {
    std::string name;
    net::HttpClient* client;
    HttpRequest request;
  };
  const std::string url = peer.Url("/");
  const std::vector<Case> cases = {
      {"no url", client.get(), {.url = ""}},
      {"a file", client.get(), {.url = "file:///etc/passwd"}},
      {"ftp", client.get(), {.url = "ftp://127.0.0.1/"}},
      {"a line end in the url", client.get(), {.url = url + "\r\nX: y"}},
      {"a password in the url", client.get(), {.url = "https://user:secret@127.0.0.1/"}},
      {"plain where it is not allowed", strict.get(), {.url = url}},
      {"a line end in a header", client.get(), {.url = url, .headers = {{"X", "y\r\nZ: secret"}}}},
      {"a header without name", client.get(), {.url = url, .headers = {{"", "y"}}}},
      {"a blank in the method", client.get(), {.method = "GET /x", .url = url}},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const HttpResult result = Call(*each.client, each.request);
    EXPECT_THAT(result.status,
                StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr("secret"))));
    EXPECT_EQ(result.cause, "bad_request");
    EXPECT_FALSE(result.may_have_arrived);
  }
  EXPECT_EQ(peer.connections(), 0);
}

TEST(HttpClientTest, RefusesOptionsThatMakeNoSense) {
  ClientHarness harness;
  const auto create = [&harness](net::HttpClientOptions options) {
    return net::HttpClient::Create(&harness.loop(), std::move(options)).status();
  };
  const auto is_refused = [](std::string_view what) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(what)));
  };
  EXPECT_THAT(create({.ca_file = "/nowhere/ca.pem"}), is_refused("ca_file"));
  EXPECT_THAT(create({.certificate_file = "/etc/hostname"}), is_refused("key_file"));
  EXPECT_THAT(create({.max_connections = 0}), is_refused("max_connections"));
}

TEST(HttpClientTest, ACallbackMaySendTheNext) {
  const PeerServer peer(AnswerOk());
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  std::promise<int> last;
  int sent = 0;
  std::function<void(HttpResult)> next = [&](HttpResult result) {
    if (!result.status.ok() || sent == 20) {
      last.set_value(sent);
      return;
    }
    ++sent;
    client->Send(base::Deadline::After(kPatience), {}, {.url = peer.Url("/")}, next);
  };
  next({});
  EXPECT_EQ(last.get_future().get(), 20);
}

}  // namespace
}  // namespace kinerja::integration
