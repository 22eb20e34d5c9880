// WholeWay: PMM's simulator, the real gateway and BKN's simulator as processes that speak over real
// sockets, for tests that kill the one in the middle. Invented people only: one evaluated record of
// a head of school, multiplied.
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
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_loop.h"
#include "tests/fault/delivery/history.h"
#include "tests/support/gateway_process.h"
#include "tests/support/simulator_process.h"

namespace kinerja::fault {

struct WayOptions {
  uint64_t records = 20;
  uint32_t page_size = 5;
  uint32_t max_in_flight = 8;
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

  // Rules of faults as the control API takes them.
  void Disturb(Peer peer, const std::string& rules);
  void StopDisturbing();

  // Waits for the state: every record of PMM delivered, and PMM told so. Empty, or what is missing
  // after `timeout`.
  std::string WaitUntilSettled(absl::Duration timeout);

  // Deliveries that are delivered by now; 0 where the gateway does not answer.
  uint64_t CountDelivered() const;

  History ReadHistory() const;
  // What BKN is owed of these records.
  ExpectedEffects expected() const;
  // Empty, or what went wrong at BKN.
  std::string FindBroken() const { return ReadHistory().FindBroken(expected()); }

 private:
  nlohmann::json Control(Peer peer, std::string_view method, std::string_view path,
                         const std::string& body = "") const;
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
