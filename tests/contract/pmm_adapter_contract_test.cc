// PMM's adapter against the simulator of PMM.
#include "absl/strings/str_cat.h"
#include "adapters/register_adapters.h"
#include "gateway/base/clock.h"
#include "gateway/net/http_loop.h"
#include "tests/contract/adapter_contract_test.h"
#include "tests/contract/simulated_peer.h"
#include "tests/simulators/pmm/pmm_peer.h"
#include "tests/support/gateway_process.h"

namespace kinerja::adapter {
namespace {

class PmmSource : public SourcePeer {
 public:
  PmmSource() : peer_(MakePeer(), {.listen = "127.0.0.1:0"}) {
    auto loop = net::HttpLoop::Start();
    KJ_CHECK(loop.ok());
    loop_ = *std::move(loop);
    AdapterRegistry registry;
    adapters::RegisterAdapters(&registry, loop_.get(), &base::SystemClock());
    support::WriteTestFile(folder_.File("token"), "token-of-the-gateway");
    config::v1::SourceSystem source;
    source.set_id("pmm");
    source.mutable_pmm()->set_url(absl::StrCat("http://", peer_.address(), "/"));
    source.mutable_pmm()->set_token_file(folder_.File("token"));
    source.mutable_pmm()->set_send_status(true);
    source.mutable_pmm()->mutable_http()->set_allow_private_addresses(true);
    auto adapter = registry.MakeSource(source);
    KJ_CHECK(adapter.ok());
    adapter_ = *std::move(adapter);
  }
  ~PmmSource() override { adapter_.reset(); }

  Adapter& adapter() override { return *adapter_; }
  void Suffer(Trouble trouble) override {
    peer_.ClearFaults();
    if (trouble == Trouble::kOutage) peer_.Fault(R"({"fault":"http_503"})");
    if (trouble == Trouble::kNoAnswer) peer_.Fault(R"({"fault":"hang"})");
    if (trouble == Trouble::kSilence) peer_.Fault(R"({"fault":"commit_then_close"})");
  }
  size_t statuses() override { return peer_.Control("statuses")["statuses"].size(); }

 private:
  static std::unique_ptr<simulators::Peer> MakePeer() {
    auto peer =
        simulators::pmm::PmmPeer::Create({.data_folder = KINERJA_SOURCE_DIR "/tests/golden/pmm"});
    KJ_CHECK(peer.ok());
    return *std::move(peer);
  }

  const support::GatewayFolder folder_;
  SimulatedPeer peer_;
  std::unique_ptr<net::HttpLoop> loop_;
  std::unique_ptr<Adapter> adapter_;
};

INSTANTIATE_TEST_SUITE_P(Pmm, SourceContractTest,
                         testing::Values(SourceParam{"Simulator",
                                                     [] { return std::make_unique<PmmSource>(); }}),
                         SourceParam::NameOf);

}  // namespace
}  // namespace kinerja::adapter
