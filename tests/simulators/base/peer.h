// Peer: what one simulated service adds to the common parts of a simulator.
//
// Threading: every method may be called on many threads at once.
// Ownership: the Simulator refers to the peer, which outlives it.
#ifndef KINERJA_TESTS_SIMULATORS_BASE_PEER_H_
#define KINERJA_TESTS_SIMULATORS_BASE_PEER_H_

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "tests/simulators/base/fault_rules.h"
#include "tests/simulators/base/http_message.h"

namespace kinerja::simulators {

// One request on its way through the peer.
struct Exchange {
  const Request& request;
  const Route& route;
  const Disturbance& disturbance;
  std::string person;   // out: whom it is about, by the peer's invented id
  bool effect = false;  // out: something was created, replaced or deleted
};

class Peer {
 public:
  virtual ~Peer() = default;

  // Where the request goes. Pure.
  virtual Route Classify(const Request& request) const = 0;

  // The answer as if nothing went wrong; applies the changes among the disturbances.
  virtual Reply Handle(Exchange& exchange) = 0;

  // The peer's own faults, besides those that every simulator knows.
  virtual std::map<std::string, FaultRules::Nature> FaultNames() const = 0;

  // The answer that an ending fault of FaultNames gives instead of Handle.
  virtual Reply FaultReply(const Fault& fault) = 0;

  // The answer beyond the quota; there is room again after `wait`.
  virtual Reply ThrottledReply(std::chrono::milliseconds wait) = 0;

  // The peer's own part of the control API (`request.path` begins with /_control/), or nothing
  // when it has no such path.
  virtual std::optional<Reply> Control(const Request& request) = 0;
};

}  // namespace kinerja::simulators

#endif  // KINERJA_TESTS_SIMULATORS_BASE_PEER_H_
