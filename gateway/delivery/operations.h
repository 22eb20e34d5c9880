// What operators do about deliveries: pause and resume a target, examine it, repeat, call off and
// backfill. Whatever touches many deliveries is a job: previewed first, confirmed by the count that
// was seen, done in batches that leave room for everything else, and going on after a restart.
//
// Threading: safe for concurrent use; one thread of its own ("delivery-jobs"). `done` is called
// exactly once, on this thread or one of the Store, and must not block.
// Ownership: store, dispatcher, adapters, routes and the principals of callers outlive it; the
// store, which may still hold its callbacks, is drained before it is destroyed.
#ifndef KINERJA_GATEWAY_DELIVERY_OPERATIONS_H_
#define KINERJA_GATEWAY_DELIVERY_OPERATIONS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_loop.h"
#include "gateway/delivery/delivery_reader.h"
#include "gateway/delivery/dispatcher.h"
#include "gateway/route/route.h"
#include "gateway/security/principal.h"
#include "gateway/store/store.h"

namespace kinerja::delivery {

class Operations {
 public:
  struct Options {
    store::Store* store = nullptr;
    Dispatcher* dispatcher = nullptr;
    const base::Clock* clock = nullptr;
    std::map<std::string, adapter::Adapter*, std::less<>> targets;
    std::map<std::string, adapter::Adapter*, std::less<>> sources;  // can be examined too
    const route::RouteTable* routes = nullptr;
    std::function<absl::StatusOr<v1::Skp>(const store::SealedBody&)> open_body;
    DeadlineOf deadline_of;
  };

  // Goes on with the jobs that a restart has interrupted.
  explicit Operations(Options options);
  ~Operations() { Stop(); }
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  // Stored first, so it holds across restarts. NOT_FOUND TARGET_NOT_FOUND.
  void SetPaused(const security::Principal& principal, const std::string& target, bool paused,
                 std::function<void(absl::Status)> done);
  // Of a target or a source. NOT_FOUND TARGET_NOT_FOUND.
  void CheckTarget(const std::string& id, ReadDone<v1::CheckTargetResponse> done);

  // Errors: those of the methods of the same name.
  void RetryDeliveries(const security::Principal& principal,
                       const v1::RetryDeliveriesRequest& request,
                       ReadDone<v1::RetryDeliveriesResponse> done);
  void CancelDeliveries(const security::Principal& principal,
                        const v1::CancelDeliveriesRequest& request,
                        ReadDone<v1::CancelDeliveriesResponse> done);
  void BackfillTarget(const security::Principal& principal,
                      const v1::BackfillTargetRequest& request,
                      ReadDone<v1::BackfillTargetResponse> done);
  void GetJob(const v1::GetJobRequest& request, ReadDone<v1::GetJobResponse> done);

  // Begins no further batch. Jobs go on at the next start.
  void Stop() { loop_.Stop(); }

 private:
  struct Counting;

  absl::Status CheckFilter(const v1::DeliveryFilter& filter) const;
  void Count(std::shared_ptr<Counting> counting);
  // One chunk; true: there is more.
  absl::StatusOr<bool> CountHeads(const store::View& view, Counting* counting) const;
  static absl::StatusOr<bool> CountRows(const store::View& view, Counting* counting);
  void StartJob(const security::Principal& principal, std::string kind, std::string request,
                uint64_t total, ReadDone<v1::Job> done);
  void Tick();
  void RunJobs();
  void RunBatch(const store::JobRow& job);
  void GoOn(bool waits, absl::Duration took);

  const Options options_;
  bool running_ = false;                   // of the loop: a batch is under way
  int64_t last_job_ = 0;                   // of the loop: whose batch it was
  size_t jobs_ = 0;                        // of the loop: how many are running
  size_t waited_ = 0;                      // of the loop: batches in a row that had to wait
  base::EventLoop loop_{"delivery-jobs"};  // last: joined before the rest goes
};

}  // namespace kinerja::delivery

#endif  // KINERJA_GATEWAY_DELIVERY_OPERATIONS_H_
