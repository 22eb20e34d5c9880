// What a name may lead to, and what a name server that does not answer may hold up: this program
// answers for the resolver itself.
#include <dlfcn.h>
#include <netdb.h>

#include <latch>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/net/client_harness.h"
#include "tests/integration/net/peer_server.h"
#include "tests/support/matchers.h"

namespace kinerja::integration {
namespace {

// Opened when the test is over: until then one name does not resolve.
std::latch answered(1);

}  // namespace
}  // namespace kinerja::integration

// Takes the place of the C library's, for libcurl too. Numbers are no names and do not come here.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  static const auto real =
      reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  const std::string_view host = name;
  if (host == "hangs.example") {
    kinerja::integration::answered.wait();
    return EAI_AGAIN;
  }
  return host == "inside.example" ? real("127.0.0.1", service, hints, found) : EAI_NONAME;
}

namespace kinerja::integration {
namespace {

using absl::StatusCode;
using net::HttpResult;
using support::IsOk;
using support::StatusIs;

PeerServer::Handler AnswerOk() {
  return [](PeerConnection& connection, const PeerRequest&) { connection.Answer("200 OK", ""); };
}

std::string UrlOf(std::string_view name, const PeerServer& peer) {
  return "https://" + std::string(name) + ":" + std::to_string(peer.port()) + "/";
}

TEST(HttpNamesTest, ANameMayNotLeadInside) {
  const PeerServer peer(AnswerOk());
  ClientHarness harness;
  const auto client = harness.MakeStrictClient({});
  const HttpResult result = Call(*client, {.url = UrlOf("inside.example", peer)});
  EXPECT_THAT(result.status, StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_EQ(result.cause, "address_refused");
  EXPECT_EQ(peer.connections(), 0);
}

TEST(HttpNamesTest, ANameThatDoesNotResolveNamesTheCause) {
  const PeerServer peer(AnswerOk());
  ClientHarness harness;
  const auto client = harness.MakeStrictClient({});
  const HttpResult result = Call(*client, {.url = UrlOf("nobody.example", peer)});
  EXPECT_THAT(result.status, StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(result.cause, "dns");
  EXPECT_FALSE(result.may_have_arrived);
}

// Neither its deadline, nor others on the same loop, nor the end of the loop wait for the name.
TEST(HttpNamesTest, ANameServerThatHangsHoldsUpNobody) {
  const PeerServer peer(AnswerOk());
  {
    ClientHarness harness;
    const auto hanging = harness.MakeStrictClient({});
    const auto other = harness.MakeClient({});
    auto until_stop = Begin(*hanging, {.url = UrlOf("hangs.example", peer)});
    const HttpResult late =
        Call(*hanging, {.url = UrlOf("hangs.example", peer)}, absl::Milliseconds(100));
    EXPECT_THAT(late.status, StatusIs(StatusCode::kDeadlineExceeded));
    EXPECT_FALSE(late.may_have_arrived);
    EXPECT_THAT(Call(*other, {.url = peer.Url("/")}).status, IsOk());
    harness.loop().Stop();
    EXPECT_EQ(until_stop.get().cause, "cancelled");
  }
  answered.count_down();
}

}  // namespace
}  // namespace kinerja::integration
