// Simulator: the way of every request: fault rules, quota, the peer's answer, the log; and the
// control API under /_control/.
//
// Threading: Serve may be called on many threads at once.
// Ownership: refers to the peer, which outlives it.
//
//   BknPeer peer(...);
//   Simulator simulator(peer);
//   HttpServer::Start(options, [&](const Request& request, const HttpServer::Pause& pause) {
//     return simulator.Serve(request, pause);
//   });
#ifndef KINERJA_TESTS_SIMULATORS_BASE_SIMULATOR_H_
#define KINERJA_TESTS_SIMULATORS_BASE_SIMULATOR_H_

#include <string>

#include "absl/status/status.h"
#include "tests/simulators/base/fault_rules.h"
#include "tests/simulators/base/http_message.h"
#include "tests/simulators/base/http_server.h"
#include "tests/simulators/base/peer.h"
#include "tests/simulators/base/quota.h"
#include "tests/simulators/base/request_log.h"

namespace kinerja::simulators {

class Simulator {
 public:
  explicit Simulator(Peer& peer);

  // As RequestLog::WriteTo.
  absl::Status LogTo(const std::string& path) { return log_.WriteTo(path); }

  Reply Serve(const Request& request, const HttpServer::Pause& pause);

 private:
  // The answer before delays, with the way the connection ends.
  Reply Undelayed(Exchange& exchange, bool& throttled);
  Reply Control(const Request& request);
  Reply ControlFaults(const Request& request);
  Reply ControlQuota(const Request& request);

  Peer& peer_;
  FaultRules faults_;
  Quota quota_;
  RequestLog log_;
};

// Answers of the control API.
Reply ControlAnswer(std::string json_text);
Reply ControlRefusal(std::string_view sentence);

}  // namespace kinerja::simulators

#endif  // KINERJA_TESTS_SIMULATORS_BASE_SIMULATOR_H_
