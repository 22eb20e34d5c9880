// SIASN's adapter against the simulator of SIASN, over HTTPS.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "adapters/register_adapters.h"
#include "gateway/base/clock.h"
#include "gateway/net/http_loop.h"
#include "gateway/security/pki.h"
#include "tests/contract/adapter_contract_test.h"
#include "tests/contract/simulated_peer.h"
#include "tests/simulators/bkn/bkn_peer.h"
#include "tests/support/builders.h"
#include "tests/support/gateway_process.h"

namespace kinerja::adapter {
namespace {

constexpr const char* kKinds[] = {"skp22", "kinerjaperiodik", "angkakredit"};

class BknTarget : public TargetPeer {
 public:
  BknTarget() : folder_({.tls = true}), peer_(MakePeer(), ServerOptions()) {
    auto loop = net::HttpLoop::Start();
    KJ_CHECK(loop.ok());
    loop_ = *std::move(loop);
    AdapterRegistry registry;
    adapters::RegisterAdapters(&registry, loop_.get(), &base::SystemClock());
    auto adapter = registry.MakeTarget(Config());
    KJ_CHECK(adapter.ok());
    adapter_ = *std::move(adapter);
  }
  ~BknTarget() override { adapter_.reset(); }

  Adapter& adapter() override { return *adapter_; }
  void Suffer(Trouble trouble) override {
    peer_.ClearFaults();
    if (trouble == Trouble::kOutage) peer_.Fault(R"({"fault":"http_503"})");
    if (trouble == Trouble::kNoAnswer) peer_.Fault(R"({"fault":"hang"})");
    if (trouble == Trouble::kSilence)
      peer_.Fault(R"({"fault":"commit_then_close","match":"write"})");
    if (trouble == Trouble::kRefuseNext) peer_.AnswerNextSave({.body = Refusal()});
  }
  int effects() override { return Total("rows"); }
  int created() override { return Total("created"); }
  std::vector<std::string> sent() override { return peer_.saved(); }

 private:
  static std::unique_ptr<simulators::Peer> MakePeer() {
    auto peer = simulators::bkn::BknPeer::Create({.any_person = true});
    KJ_CHECK(peer.ok());
    return *std::move(peer);
  }
  simulators::HttpServer::Options ServerOptions() const {
    return {.listen = "127.0.0.1:0",
            .tls_certificate = folder_.Pki("server.pem"),
            .tls_private_key = folder_.Pki("server-key.pem")};
  }
  // A service that quotes whom it refuses.
  static std::string Refusal() {
    const v1::Skp skp = support::MakeSkp();
    return nlohmann::json{
        {"success", false},
        {"mapData", nullptr},
        {"message", absl::StrCat("data pns ", skp.pegawai().nip(), " / ", skp.pegawai().nik(),
                                 " \"", skp.pegawai().nama(), "\" tidak sesuai")}}
        .dump();
  }
  std::string SecretFile(const std::string& name, const std::string& text) {
    support::WriteTestFile(folder_.File(name), text);
    return folder_.File(name);
  }
  config::v1::Target Config() {
    const std::string base = "https://" + peer_.address();
    config::v1::Target target;
    target.set_id("bkn");
    config::v1::BknTarget* bkn = target.mutable_bkn();
    bkn->set_service_url(base + "/apisiasn/1.0/");
    bkn->set_token_url(base + "/oauth2/token");
    bkn->set_sso_url(base + "/auth/realms/public-siasn/protocol/openid-connect/token");
    bkn->set_consumer_key_file(SecretFile("key", "contoh-key"));
    bkn->set_consumer_secret_file(SecretFile("secret", "contoh-secret"));
    bkn->mutable_sso_password()->set_client_id("contohpemdaservice");
    bkn->mutable_sso_password()->set_username_file(SecretFile("user", "197109031998021904"));
    bkn->mutable_sso_password()->set_password_file(SecretFile("password", "rahasia & contoh+1"));
    bkn->mutable_http()->set_ca_file(folder_.Pki("ca.pem"));
    bkn->mutable_http()->set_allow_private_addresses(true);
    return target;
  }
  int Total(const char* count) {
    const nlohmann::json totals = peer_.Control("effects", "totals")["totals"];
    int total = 0;
    for (const char* kind : kKinds) {
      if (totals.contains(kind)) total += totals[kind].value(count, 0);
    }
    return total;
  }

  const support::GatewayFolder folder_;
  SimulatedPeer peer_;
  std::unique_ptr<net::HttpLoop> loop_;
  std::unique_ptr<Adapter> adapter_;
};

const TargetParam kBkn{"Simulator", [] { return std::make_unique<BknTarget>(); }};
INSTANTIATE_TEST_SUITE_P(Bkn, TargetContractTest, testing::Values(kBkn), TargetParam::NameOf);
INSTANTIATE_TEST_SUITE_P(Bkn, TargetDeliveryContractTest, testing::Values(kBkn),
                         TargetParam::NameOf);

}  // namespace
}  // namespace kinerja::adapter
