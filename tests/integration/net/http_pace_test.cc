// What waits in a client: in which order it leaves, how fast, and how long it may wait.
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

PeerServer::Handler AnswerOk() {
  return [](PeerConnection& connection, const PeerRequest&) { connection.Answer("200 OK", ""); };
}

PeerServer::Handler HangAlways() {
  return [](PeerConnection& connection, const PeerRequest&) { connection.Hang(); };
}

void ExpectNeverSent(const HttpResult& result, StatusCode code, std::string_view cause) {
  EXPECT_THAT(result.status, StatusIs(code));
  EXPECT_EQ(result.cause, cause);
  EXPECT_FALSE(result.may_have_arrived);
}

TEST(HttpPaceTest, RequestsLeaveInOrderAndNoFasterThanThePace) {
  const PeerServer peer(AnswerOk());
  ClientHarness harness;
  const auto client =
      harness.MakeClient({.max_connections = 16, .pace = {.per_second = 40, .burst = 1}});
  std::vector<std::future<HttpResult>> results;
  for (int i = 0; i < 20; ++i) {
    results.push_back(Begin(*client, {.url = peer.Url("/" + std::to_string(i))}));
  }
  for (auto& result : results) ASSERT_THAT(result.get().status, IsOk());
  const std::vector<PeerRequest> requests = peer.requests();
  ASSERT_EQ(requests.size(), 20);
  for (size_t i = 0; i < 20; ++i) EXPECT_EQ(requests[i].path, "/" + std::to_string(i));
  // 19 tokens at 40 a second, less what the first one may have been late on its way.
  EXPECT_GE(requests[19].at - requests[0].at, std::chrono::milliseconds(19 * 25 - 100));
}

TEST(HttpPaceTest, NothingLeavesBeforeTheTimeThatThePeerNamed) {
  const PeerServer peer(AnswerOk());
  ClientHarness harness;
  const auto client = harness.MakeClient({});
  client->SlowDown(absl::Hours(1));
  ExpectNeverSent(Call(*client, {.url = peer.Url("/")}, absl::Milliseconds(200)),
                  StatusCode::kDeadlineExceeded, "deadline_before_send");
  EXPECT_EQ(peer.connections(), 0);
}

TEST(HttpPaceTest, AThrottledClientIsSlower) {
  ClientHarness harness;
  const auto client = harness.MakeClient({.pace = {.per_second = 100}});
  EXPECT_EQ(client->RateNow(), 100);
  client->NoteThrottled();
  EXPECT_LT(client->RateNow(), 75);
  client->SetPace({.per_second = 10});
  EXPECT_LT(client->RateNow(), 7.5);
}

TEST(HttpPaceTest, OneMoreThanMayWaitIsRefusedAtOnce) {
  const PeerServer peer(HangAlways());
  ClientHarness harness;
  const auto client = harness.MakeClient({.max_connections = 1, .max_waiting = 2});
  auto sent = Begin(*client, {.url = peer.Url("/")});
  peer.WaitForRequests(1);
  auto first = Begin(*client, {.url = peer.Url("/")});
  auto second = Begin(*client, {.url = peer.Url("/")});
  EXPECT_EQ(client->waiting(), 2);
  EXPECT_EQ(client->under_way(), 1);
  ExpectNeverSent(Call(*client, {.url = peer.Url("/")}), StatusCode::kResourceExhausted,
                  "too_many_waiting");
  harness.loop().Stop();
  EXPECT_EQ(sent.get().cause, "cancelled");
  EXPECT_EQ(first.get().cause, "cancelled");
  EXPECT_EQ(second.get().cause, "cancelled");
  EXPECT_EQ(client->waiting(), 0);
  EXPECT_EQ(client->under_way(), 0);
}

TEST(HttpPaceTest, ARequestWaitsNoLongerThanItsDeadline) {
  const PeerServer peer(HangAlways());
  ClientHarness harness;
  const auto client = harness.MakeClient({.max_connections = 1});
  auto sent = Begin(*client, {.url = peer.Url("/")});
  peer.WaitForRequests(1);
  ExpectNeverSent(Call(*client, {.url = peer.Url("/")}, absl::Milliseconds(100)),
                  StatusCode::kDeadlineExceeded, "deadline_before_send");
  EXPECT_EQ(peer.requests().size(), 1);
  harness.loop().Stop();
}

TEST(HttpPaceTest, ACancellationEndsWhatWaits) {
  const PeerServer peer(HangAlways());
  ClientHarness harness;
  const auto client = harness.MakeClient({.max_connections = 1});
  auto sent = Begin(*client, {.url = peer.Url("/")});
  peer.WaitForRequests(1);
  base::Cancellation cancellation;
  auto waiting = Begin(*client, {.url = peer.Url("/")}, kPatience, cancellation);
  cancellation.Cancel();
  ExpectNeverSent(waiting.get(), StatusCode::kCancelled, "cancelled");
  harness.loop().Stop();
}

}  // namespace
}  // namespace kinerja::integration
