// Answers about deliveries for callers: where a record is, lists, one with its attempts, how
// targets are doing. A caller sees deliveries of its own instansi only.
//
// Threading: safe for concurrent use; `done` is called exactly once, on this thread or on a reader
// thread of the Store, and must not block. Ownership: store and dispatcher outlive it.
#ifndef KINERJA_GATEWAY_DELIVERY_DELIVERY_READER_H_
#define KINERJA_GATEWAY_DELIVERY_DELIVERY_READER_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/clock.h"
#include "gateway/delivery/dispatcher.h"
#include "gateway/delivery/explain.h"
#include "gateway/route/route.h"
#include "gateway/route/schedule.h"
#include "gateway/security/principal.h"
#include "gateway/store/store.h"
#include "kinerja/config/v1/config.pb.h"
#include "kinerja/v1/delivery_service.pb.h"
#include "kinerja/v1/target_service.pb.h"

namespace kinerja::delivery {

template <typename Response>
using ReadDone = std::function<void(absl::StatusOr<Response>)>;

// NOT_FOUND TARGET_NOT_FOUND, naming the field of the request that names no target.
absl::Status TargetNotFound(std::string_view field);

class DeliveryReader {
 public:
  struct TargetFacts {
    config::v1::Target config;
    adapter::Manifest manifest;
    route::OpeningHours hours;
  };
  struct Options {
    store::Store* store = nullptr;
    const Dispatcher* dispatcher = nullptr;
    const base::Clock* clock = nullptr;
    std::vector<TargetFacts> targets;
    const route::RouteTable* routes = nullptr;  // outlives it
    std::function<absl::StatusOr<v1::Skp>(const store::SealedBody&)> open_body;
    std::function<std::vector<v1::Violation>(const store::RejectRow&)> violations_of;
    size_t max_scan = 10'000;
  };

  explicit DeliveryReader(Options options);

  // Errors: those of the methods of the same name.
  void ExplainSkp(const security::Principal& principal, const v1::ExplainSkpRequest& request,
                  ReadDone<v1::ExplainSkpResponse> done) const;
  void ListDeliveries(const security::Principal& principal,
                      const v1::ListDeliveriesRequest& request,
                      ReadDone<v1::ListDeliveriesResponse> done) const;
  void GetDelivery(const security::Principal& principal, const v1::GetDeliveryRequest& request,
                   ReadDone<v1::GetDeliveryResponse> done) const;
  void ListTargets(const v1::ListTargetsRequest& request,
                   ReadDone<v1::ListTargetsResponse> done) const;
  void GetTarget(std::string_view id, ReadDone<v1::DeliveryTarget> done) const;

 private:
  struct Explained {
    store::Head head;
    v1::Skp skp;
  };

  template <typename Response>
  void Run(std::function<absl::StatusOr<Response>(const store::View&)> read,
           ReadDone<Response> done) const;
  absl::StatusOr<v1::ExplainSkpResponse> Explain(const store::View& view,
                                                 const security::Principal& principal,
                                                 const v1::ExplainSkpRequest& request) const;
  absl::Status ExplainRecord(const store::View& view, const security::Principal& principal,
                             store::SkpId id, v1::ExplainSkpResponse* response) const;
  TargetHold HoldOf(const std::string& target, bool paused) const;
  v1::DeliveryTarget Describe(const TargetFacts& facts,
                              const std::optional<store::TargetRow>& row) const;

  const Options options_;
  std::map<std::string, TargetFacts, std::less<>> targets_;
};

}  // namespace kinerja::delivery

#endif  // KINERJA_GATEWAY_DELIVERY_DELIVERY_READER_H_
