// SiasnHarness: the simulator of SIASN in this process, served over HTTP on loopback, and an
// adapter that is configured for it. The methods of the adapter wait here, so that a test reads in
// order.
//
// Threading: one thread.
#ifndef KINERJA_TESTS_INTEGRATION_BKN_SIASN_HARNESS_H_
#define KINERJA_TESTS_INTEGRATION_BKN_SIASN_HARNESS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "adapters/bkn/bkn_adapter.h"
#include "adapters/bkn/siasn_json.h"
#include "gateway/net/http_loop.h"
#include "tests/simulators/base/http_server.h"
#include "tests/simulators/base/simulator.h"
#include "tests/simulators/bkn/bkn_peer.h"

namespace kinerja::integration {

class SiasnHarness {
 public:
  SiasnHarness();
  ~SiasnHarness();

  // A new adapter, without tokens and without a memory of throttling.
  void RestartAdapter();
  // A new static SSO token in its file, given for `client` (empty: ours), good for so long. One
  // that is in use is replaced within a second.
  void PutSsoToken(const std::string& client = "", int lifetime_s = 360'000);
  // Files under this address may be fetched as documents; the next adapter knows it.
  void AllowDocuments(const std::string& prefix, const std::string& token = "");
  // Removes that file.
  void LoseSsoToken();
  // The next adapter logs in by password.
  void UsePassword();

  // The control API of the simulator: POST with a body, GET without.
  adapters::bkn::Json Control(const std::string& path, const std::string& body = "");
  void Fault(const std::string& rule) { Control("/_control/faults", rule); }
  void ClearFaults();
  // A count of /_control/effects, all people together.
  int Effects(std::string_view kind, std::string_view count);
  // Requests of this kind that were answered or broken off so far.
  int Requests(std::string_view kind);

  adapter::PrepareAnswer Prepare(const v1::Skp& skp);
  std::vector<adapter::PlannedPart> Plan(const v1::Skp& skp, const std::string& facts);
  adapter::Outcome Deliver(const adapter::PlannedPart& part, const std::string& held_id = "",
                           absl::Duration timeout = absl::Seconds(20));
  adapter::Outcome Remove(const adapter::PlannedPart& part, const std::string& held_id);
  adapter::LookupAnswer Lookup(const adapter::PlannedPart& part, const std::string& held_id = "");
  std::vector<adapter::Finding> Check();

 private:
  simulators::Reply Serve(const std::string& method, const std::string& path,
                          const std::string& body);
  adapter::Outcome DeliverItem(adapter::Item item, absl::Duration timeout);
  void WriteSecret(const std::string& name, const std::string& text);

  std::string folder_;
  std::unique_ptr<simulators::bkn::BknPeer> peer_;
  std::unique_ptr<simulators::Simulator> simulator_;
  std::unique_ptr<simulators::HttpServer> server_;
  config::v1::Target target_;
  std::unique_ptr<net::HttpLoop> loop_;
  std::unique_ptr<adapters::bkn::BknAdapter> adapter_;
};

}  // namespace kinerja::integration

#endif  // KINERJA_TESTS_INTEGRATION_BKN_SIASN_HARNESS_H_
