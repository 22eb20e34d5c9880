// SyncStatuses: what the gateway reported back about each version of each record.
//
// Threading: safe for concurrent use.
#ifndef KINERJA_TESTS_SIMULATORS_PMM_SYNC_STATUSES_H_
#define KINERJA_TESTS_SIMULATORS_PMM_SYNC_STATUSES_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace kinerja::simulators::pmm {

class SyncStatuses {
 public:
  // Takes {"data":[...]}: all entries or none; how many. INVALID_ARGUMENT with what is wrong.
  absl::StatusOr<uint64_t> Take(const nlohmann::json& body);

  // {"received":n,"totals":{status:n},"statuses":[{id_skp,versi_rekaman,status,kode,pesan_id,
  // received}]}: the newest per record and version. `id_skp` empty: of all.
  nlohmann::json List(const std::string& id_skp, bool with_statuses) const;

 private:
  struct Held {
    nlohmann::json entry;
    uint64_t received = 0;
  };

  mutable std::mutex mutex_;  // guards all below
  std::map<std::pair<std::string, int64_t>, Held> held_;
  uint64_t received_ = 0;
};

}  // namespace kinerja::simulators::pmm

#endif  // KINERJA_TESTS_SIMULATORS_PMM_SYNC_STATUSES_H_
