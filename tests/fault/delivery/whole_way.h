// WholeWay: PMM's simulator, the real gateway and BKN's simulator as processes that speak over real
// sockets, for tests that kill, stop or mislead one of them. Invented people only: one evaluated
// record of a head of school, multiplied.
//
// Threading: one thread. Ownership: it owns the processes and their temporary folder.
//
//   WholeWay way({.records = 20});
//   way.StartGateway({{"KJ_KILL_POINT", "deliver_after_call"}});
//   way.gateway().WaitForEnd();
//   way.StartGateway();
//   EXPECT_EQ(way.WaitUntilSettled(absl::Minutes(1)), "");
//   EXPECT_EQ(way.FindBroken(), "");
#ifndef KINERJA_TESTS_FAULT_DELIVERY_WHOLE_WAY_H_
#define KINERJA_TESTS_FAULT_DELIVERY_WHOLE_WAY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_loop.h"
#include "kinerja/v1/delivery.pb.h"
#include "tests/fault/delivery/history.h"
#include "tests/support/gateway_process.h"
#include "tests/support/simulator_process.h"

namespace kinerja::fault {

struct WayOptions {
  uint64_t records = 20;
  uint32_t page_size = 5;
  uint32_t max_in_flight = 8;
  uint32_t quota = 0;  // requests per second that the gateway may send to BKN; 0: no quota
  absl::Duration call_timeout = absl::Seconds(2);  // of BKN
  // Certificates begin so long ago and last so long (zero: as a demonstration PKI has them); the
  // token of the SSO lasts so long from now.
  absl::Duration certificate_age = absl::ZeroDuration();
  absl::Duration certificate_life = absl::ZeroDuration();
  absl::Duration token_life = absl::Hours(10);
};

enum class Peer { kPmm, kBkn };

class WholeWay {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  explicit WholeWay(const WayOptions& options);
  ~WholeWay();

  // Starts it on what the last one left; it is not running now.
  void StartGateway(const Environment& environment = {}, const std::string& binary = "");
  support::GatewayProcess& gateway() { return *gateway_; }
  const support::GatewayFolder& folder() const { return folder_; }

  support::SimulatorProcess& simulator(Peer peer) { return peer == Peer::kPmm ? *pmm_ : *bkn_; }

  // The control API of a simulator: what is below /_control/.
  nlohmann::json Control(Peer peer, std::string_view method, std::string_view path,
                         const std::string& body = "") const;
  // Rules of faults as the control API takes them.
  void Disturb(Peer peer, const std::string& rules);
  void StopDisturbing();

  // Waits for the state: every record of PMM delivered, and PMM told so. Empty, or what is missing
  // after `timeout`.
  std::string WaitUntilSettled(absl::Duration timeout);

  // Deliveries that are delivered by now; 0 where the gateway does not answer.
  uint64_t CountDelivered() const;
  // Waits for so many; false when they are not there after `timeout`.
  bool WaitUntilDelivered(uint64_t count, absl::Duration timeout) const;

  // Puts a token of the SSO that lasts so long where the gateway reads it.
  void ReplaceToken(absl::Duration life) const;

  // Asks the gateway as an operator; nothing where it does not answer so.
  //   Ask<v1::GetTargetResponse>("TargetService/GetTarget", request)
  template <typename Response, typename Request>
  std::optional<Response> Ask(const std::string& method, const Request& request) const {
    const auto bytes = AskBytes(method, request.SerializeAsString());
    Response response;
    if (!bytes || !response.ParseFromString(*bytes)) return std::nullopt;
    return response;
  }

  History ReadHistory() const;
  // What BKN is owed of these records.
  ExpectedEffects expected() const;
  // Empty, or what went wrong at BKN.
  std::string FindBroken() const { return ReadHistory().FindBroken(expected()); }

 private:
  std::optional<std::string> AskBytes(const std::string& method, const std::string& request) const;
  std::map<v1::DeliveryState, uint64_t> CountStates() const;
  void WriteConfig() const;
  std::string DescribeOpen() const;

  const WayOptions options_;
  const support::GatewayFolder folder_;
  std::unique_ptr<net::HttpLoop> loop_;
  std::unique_ptr<net::HttpClient> control_;
  std::unique_ptr<support::SimulatorProcess> pmm_;
  std::unique_ptr<support::SimulatorProcess> bkn_;
  std::unique_ptr<support::GatewayProcess> gateway_;
};

}  // namespace kinerja::fault

#endif  // KINERJA_TESTS_FAULT_DELIVERY_WHOLE_WAY_H_
