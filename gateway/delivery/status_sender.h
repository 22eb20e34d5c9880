// StatusSender: tells the origins of records what became of them. Its rows are those of the engine,
// kind STATUS: wanted again whenever a delivery of the record settles or a version is kept aside,
// the newest only. What is told is read when it is sent, so a repeat is harmless and nothing is
// stale.
//
// Threading: one loop thread ("status"). Ownership: store, clock and adapters outlive it.
#ifndef KINERJA_GATEWAY_DELIVERY_STATUS_SENDER_H_
#define KINERJA_GATEWAY_DELIVERY_STATUS_SENDER_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_loop.h"
#include "gateway/delivery/retry_policy.h"
#include "gateway/store/store.h"

namespace kinerja::delivery {

// What a record's origin is to be told now. Pure over a View.
absl::StatusOr<adapter::StatusReport> ReportOf(const store::View& view,
                                               const store::DeliveryRow& row);

// The row for a version that is refused, held or stale: it says all there is to say. For one that
// was accepted or changed nothing it keeps that and the warnings, which the record's own row tells
// until the deliveries have more to say. Into `writes`; errors are of the view.
absl::Status WantVersionStatus(const store::View& view, const std::string& system,
                               const adapter::StatusReport& report, const std::string& instansi,
                               absl::Time now, store::Writes* writes);

// What the source is to be told of a version that it gave, in the transaction that stores what came
// of it: by a row of the version, by the record's own row where the content is equal under a higher
// number (kUnchanged, unless the deliveries have more to say: a refusal stays in sight), by nothing
// where the same number came again. Errors are of the view.
absl::Status WantFeedStatus(const store::View& view, const std::string& system,
                            const adapter::StatusReport& report, const std::string& instansi,
                            absl::Time now, store::Writes* writes);

class StatusSender {
 public:
  struct Source {
    std::string system;
    adapter::Adapter* adapter = nullptr;
    absl::Duration call_timeout = absl::Seconds(60);
    Backoff backoff;
  };

  StatusSender(std::vector<Source> sources, store::Store* store, const base::Clock* clock);
  ~StatusSender() { Stop(); }
  StatusSender(const StatusSender&) = delete;
  StatusSender& operator=(const StatusSender&) = delete;

  // Begins to send, and goes on until Stop.
  void Begin();
  // Sends nothing more; an answer under way is not waited for: what it said is asked for again.
  void Stop() { loop_.Stop(); }

 private:
  struct Lane {
    Source source;
    bool busy = false;
    size_t singly = 0;  // so many more go each in a message of its own
    uint32_t failures = 0;
    absl::Duration next;  // of the loop's clock
  };
  struct Batch;

  void Tick();
  void Read(Lane* lane);
  void Send(Lane* lane, std::shared_ptr<Batch> batch);
  void Settle(Lane* lane, const std::shared_ptr<Batch>& batch,
              std::vector<adapter::Outcome> outcomes);

  store::Store* const store_;
  const base::Clock* const clock_;
  std::vector<Lane> lanes_;                         // of the loop, once it has begun
  std::mt19937_64 random_{std::random_device()()};  // of the loop
  base::EventLoop loop_{"status"};                  // last: joined before the rest goes
};

}  // namespace kinerja::delivery

#endif  // KINERJA_GATEWAY_DELIVERY_STATUS_SENDER_H_
