// SimulatedPeer: a simulator in this process, served on loopback, that keeps what came to it.
//
// Threading: one thread asks; requests are answered on threads of the server.
//
//   SimulatedPeer peer(*std::move(pmm), {.listen = "127.0.0.1:0"});
//   peer.Fault(R"({"fault":"http_503"})");
#ifndef KINERJA_TESTS_CONTRACT_SIMULATED_PEER_H_
#define KINERJA_TESTS_CONTRACT_SIMULATED_PEER_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gateway/base/check.h"
#include "gateway/base/mutex.h"
#include "nlohmann/json.hpp"
#include "tests/simulators/base/http_server.h"
#include "tests/simulators/base/simulator.h"

namespace kinerja::adapter {

class SimulatedPeer {
 public:
  SimulatedPeer(std::unique_ptr<simulators::Peer> peer, simulators::HttpServer::Options options)
      : peer_(std::move(peer)), simulator_(*peer_) {
    auto server = simulators::HttpServer::Start(
        std::move(options),
        [this](const simulators::Request& request, const simulators::HttpServer::Pause& pause) {
          return Serve(request, pause);
        });
    KJ_CHECK(server.ok());
    server_ = *std::move(server);
  }

  const std::string& address() const { return server_->address(); }

  // GET without a body.
  nlohmann::json Control(const std::string& path, const std::string& query = "") {
    return Ask({.method = "GET", .path = "/_control/" + path, .query = query});
  }
  void Fault(const std::string& rule) {
    Ask({.method = "POST", .path = "/_control/faults", .body = rule});
  }
  void ClearFaults() { Ask({.method = "DELETE", .path = "/_control/faults"}); }
  // The next request to save something gets this answer, and nothing happens.
  void AnswerNextSave(simulators::Reply reply) {
    base::MutexLock lock(mutex_);
    next_save_ = std::move(reply);
  }
  // Bodies of the requests to save something, in order.
  std::vector<std::string> saved() const {
    base::MutexLock lock(mutex_);
    return saved_;
  }

 private:
  simulators::Reply Serve(const simulators::Request& request,
                          const simulators::HttpServer::Pause& pause) {
    if (request.method == "POST" && request.path.ends_with("/save")) {
      base::MutexLock lock(mutex_);
      if (next_save_) return *std::exchange(next_save_, std::nullopt);
      saved_.push_back(request.body);
    }
    return simulator_.Serve(request, pause);
  }
  nlohmann::json Ask(const simulators::Request& request) {
    const simulators::Reply reply = simulator_.Serve(request, [](std::chrono::milliseconds) {});
    KJ_CHECK(reply.status == 200);
    return nlohmann::json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  }

  const std::unique_ptr<simulators::Peer> peer_;
  simulators::Simulator simulator_;
  mutable base::Mutex mutex_;
  std::optional<simulators::Reply> next_save_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> saved_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<simulators::HttpServer> server_;  // last: its threads use the rest
};

}  // namespace kinerja::adapter

#endif  // KINERJA_TESTS_CONTRACT_SIMULATED_PEER_H_
