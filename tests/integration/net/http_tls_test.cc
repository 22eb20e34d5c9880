// Which certificates are trusted, and what is said of the others.
#include <filesystem>
#include <fstream>

#include "gateway/base/clock.h"
#include "gateway/security/pki.h"
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
using ::testing::HasSubstr;

// A PKI of its own in a temporary folder.
class Pki {
 public:
  // Made so long ago; server certificates last 825 days, the CA ten years.
  explicit Pki(absl::Duration age = absl::ZeroDuration()) : folder_(MakeFolder()) {
    const security::PkiOptions options{.folder = folder_ + "/pki",
                                       .clients = {"gateway.example"},
                                       .now = base::SystemClock().Now() - age};
    KJ_CHECK(security::MakeDemoPki(options).ok());
  }
  ~Pki() { std::filesystem::remove_all(folder_); }
  Pki(const Pki&) = delete;
  Pki& operator=(const Pki&) = delete;

  std::string File(const std::string& name) const { return folder_ + "/pki/" + name; }
  PeerServer::Options Server() const {
    return {.certificate_file = File("server.pem"), .key_file = File("server-key.pem")};
  }

 private:
  static std::string MakeFolder() {
    std::string name = std::filesystem::temp_directory_path() / "kinerja-net-XXXXXX";
    KJ_CHECK(mkdtemp(name.data()) != nullptr);
    return name;
  }
  std::string folder_;
};

PeerServer::Handler AnswerOk() {
  return [](PeerConnection& connection, const PeerRequest&) { connection.Answer("200 OK", "ok"); };
}

HttpResult CallTls(const PeerServer& peer, net::HttpClientOptions options) {
  options.allow_private_addresses = true;
  ClientHarness harness;
  const auto client = harness.MakeStrictClient(std::move(options));
  return Call(*client, {.url = peer.Url("/pns/199005012015042001")});
}

void ExpectRefused(const HttpResult& result, std::string_view cause, std::string_view message) {
  EXPECT_THAT(result.status,
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr(std::string(message))));
  EXPECT_THAT(std::string(result.status.message()), ::testing::Not(HasSubstr("/pns")));
  EXPECT_EQ(result.cause, cause);
  EXPECT_FALSE(result.may_have_arrived);
}

TEST(HttpTlsTest, TrustsTheCaItWasGiven) {
  const Pki pki;
  const PeerServer peer(pki.Server(), AnswerOk());
  const HttpResult result = CallTls(peer, {.ca_file = pki.File("ca.pem")});
  ASSERT_THAT(result.status, IsOk());
  EXPECT_EQ(result.response.body, "ok");
}

TEST(HttpTlsTest, TrustsNoOtherCa) {
  const Pki pki, other;
  const PeerServer peer(pki.Server(), AnswerOk());
  ExpectRefused(CallTls(peer, {.ca_file = other.File("ca.pem")}), "tls_unknown_ca", "add that CA");
  ExpectRefused(CallTls(peer, {}), "tls_unknown_ca", "add that CA");
  EXPECT_TRUE(peer.requests().empty());
}

TEST(HttpTlsTest, RefusesACertificateForAnotherHost) {
  const Pki pki;  // for localhost, 127.0.0.1 and ::1
  PeerServer::Options options = pki.Server();
  options.host = "127.0.0.2";
  const PeerServer peer(options, AnswerOk());
  ExpectRefused(CallTls(peer, {.ca_file = pki.File("ca.pem")}), "tls_wrong_host", "another host");
  EXPECT_TRUE(peer.requests().empty());
}

TEST(HttpTlsTest, RefusesACertificateOutsideItsTime) {
  const Pki expired(absl::Hours(24 * 1000)), early(-absl::Hours(24 * 10));
  const PeerServer peer(expired.Server(), AnswerOk());
  ExpectRefused(CallTls(peer, {.ca_file = expired.File("ca.pem")}), "tls_expired", "has expired");
  const PeerServer early_peer(early.Server(), AnswerOk());
  ExpectRefused(CallTls(early_peer, {.ca_file = early.File("ca.pem")}), "tls_expired",
                "not valid yet");
}

TEST(HttpTlsTest, ShowsItsOwnCertificateWhereOneIsDemanded) {
  const Pki pki;
  PeerServer::Options options = pki.Server();
  options.client_ca_file = pki.File("ca.pem");
  const PeerServer peer(options, AnswerOk());
  EXPECT_THAT(CallTls(peer, {.ca_file = pki.File("ca.pem"),
                             .certificate_file = pki.File("gateway.example.pem"),
                             .key_file = pki.File("gateway.example-key.pem")})
                  .status,
              IsOk());
  const HttpResult without = CallTls(peer, {.ca_file = pki.File("ca.pem")});
  EXPECT_THAT(without.status, StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(peer.requests().size(), 1);
}

TEST(HttpTlsTest, SaysWhichFilesCannotBeUsed) {
  const Pki pki;
  const PeerServer peer(pki.Server(), AnswerOk());
  const std::string no_pem = pki.File("no.pem");
  std::ofstream(no_pem) << "no PEM";
  ExpectRefused(CallTls(peer, {.ca_file = no_pem}), "tls_files", "ca_file");
  ExpectRefused(CallTls(peer, {.ca_file = pki.File("ca.pem"),
                               .certificate_file = pki.File("gateway.example.pem"),
                               .key_file = pki.File("server-key.pem")}),
                "tls_files", "belong together");
}

// It stands in the loop's cache, where the second client finds it without connecting anywhere.
TEST(HttpTlsTest, JudgesAConnectionThatAnotherClientOpened) {
  const Pki pki;
  const PeerServer peer(pki.Server(), AnswerOk());
  ClientHarness harness;
  const auto inside =
      harness.MakeStrictClient({.ca_file = pki.File("ca.pem"), .allow_private_addresses = true});
  ASSERT_THAT(Call(*inside, {.url = peer.Url("/")}).status, IsOk());
  const auto strict = harness.MakeStrictClient({.ca_file = pki.File("ca.pem")});
  ExpectRefused(Call(*strict, {.url = peer.Url("/")}), "address_refused", "not allowed");
  EXPECT_EQ(peer.requests().size(), 1);
}

TEST(HttpTlsTest, APeerWithoutTlsGetsNothing) {
  const PeerServer peer(AnswerOk());
  ClientHarness harness;
  const auto client = harness.MakeStrictClient({.allow_private_addresses = true});
  const HttpResult result =
      Call(*client, {.url = "https://127.0.0.1:" + std::to_string(peer.port()) + "/"},
           absl::Milliseconds(300));
  EXPECT_FALSE(result.status.ok());
  EXPECT_FALSE(result.may_have_arrived);
  EXPECT_TRUE(peer.requests().empty());
}

}  // namespace
}  // namespace kinerja::integration
