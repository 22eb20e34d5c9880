// Which targets a record is owed to, judged from the routes of the configuration (design §6,
// Routes).
//
// Pure. Threading: a RouteTable is immutable after construction; safe for concurrent use.
// Cost: routes that name an instansi are found by it, so 550 targets of one instansi each cost a
// record as little as one; only routes without instansi are all looked at.
//
//   const RouteTable table(config.routes());
//   std::vector<std::string> targets = SelectTargets(table, KeysOf(skp));
#ifndef KINERJA_GATEWAY_ROUTE_ROUTE_H_
#define KINERJA_GATEWAY_ROUTE_ROUTE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "google/protobuf/repeated_field.h"
#include "kinerja/config/v1/config.pb.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::route {

// What of a record the routes look at. Views: the record outlives it.
struct RouteKeys {
  std::string_view instansi;  // kode_bkn of the owner
  std::string_view wilayah;   // Kemendagri code
  std::string_view origin;    // source.system
  v1::StatusKepegawaian status_kepegawaian = v1::STATUS_KEPEGAWAIAN_UNSPECIFIED;
  v1::Regime regime = v1::REGIME_UNSPECIFIED;
  v1::StatusSkp status = v1::STATUS_SKP_UNSPECIFIED;
};

// The keys of a stamped record: the area is that of its rujukan.
RouteKeys KeysOf(const v1::Skp& skp);

class RouteTable {
 public:
  // Takes routes as settings has judged them.
  explicit RouteTable(const google::protobuf::RepeatedPtrField<config::v1::Route>& routes);

 private:
  friend std::vector<std::string> SelectTargets(const RouteTable& table, const RouteKeys& keys);

  // A set of enum values as bits; no bit: any value fits.
  using EnumSet = uint64_t;

  struct Route {
    std::string target;
    std::vector<std::string> wilayah;  // prefixes
    std::vector<std::string> origins;
    EnumSet status_kepegawaian = 0;
    EnumSet regimes = 0;
    EnumSet status = 0;

    // Every condition but instansi, which the index has judged.
    bool Fits(const RouteKeys& keys) const;
  };

  static EnumSet ToEnumSet(const google::protobuf::RepeatedField<int>& values);
  void Append(const std::vector<size_t>& candidates, const RouteKeys& keys,
              std::vector<std::string>* targets) const;

  std::vector<Route> routes_;
  std::vector<size_t> of_every_instansi_;
  std::unordered_map<std::string, std::vector<size_t>> by_instansi_;
};

// The ids of all targets with a route that fits, sorted, each once. A route fits when each of its
// conditions that is not empty holds. Never the target that is the record's origin.
std::vector<std::string> SelectTargets(const RouteTable& table, const RouteKeys& keys);

}  // namespace kinerja::route

#endif  // KINERJA_GATEWAY_ROUTE_ROUTE_H_
