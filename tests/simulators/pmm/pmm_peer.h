// PmmPeer: the source side of the PMM wire format (pmm.md §1): pages of changed records by cursor,
// and the sync status that comes back.
//
// Threading: safe for concurrent use after Create.
#ifndef KINERJA_TESTS_SIMULATORS_PMM_PMM_PEER_H_
#define KINERJA_TESTS_SIMULATORS_PMM_PMM_PEER_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "tests/simulators/base/peer.h"
#include "tests/simulators/pmm/record_feed.h"
#include "tests/simulators/pmm/sync_statuses.h"

namespace kinerja::simulators::pmm {

class PmmPeer : public Peer {
 public:
  struct Options {
    std::string data_folder;  // empty: no records at first
    std::string token_file;   // empty: any bearer token is taken
    uint64_t multiply = 0;
  };

  // INVALID_ARGUMENT: a file cannot be read.
  static absl::StatusOr<std::unique_ptr<PmmPeer>> Create(const Options& options);

  Route Classify(const Request& request) const override;
  Reply Handle(Exchange& exchange) override;
  std::map<std::string, FaultRules::Nature> FaultNames() const override;
  Reply FaultReply(const Fault& fault) override;
  Reply ThrottledReply(std::chrono::milliseconds wait) override;
  std::optional<Reply> Control(const Request& request) override;

 private:
  bool IsAuthorised(const Request& request) const;
  Reply Page(const Request& request, const Disturbance& disturbance);
  Reply TakeStatuses(Exchange& exchange);
  Reply ControlRecords(const Request& request);
  Reply ControlToken(const Request& request);

  RecordFeed feed_;
  SyncStatuses statuses_;
  std::atomic<uint64_t> pages_{0};
  std::atomic<uint64_t> records_{0};
  mutable std::mutex mutex_;
  std::string token_;  // empty: any; guarded by mutex_
};

}  // namespace kinerja::simulators::pmm

#endif  // KINERJA_TESTS_SIMULATORS_PMM_PMM_PEER_H_
