// Everything of the configuration and the reference data that a record is judged with, as one
// immutable whole, so that one record never sees half a reload.
//
// Threading: immutable; shared by everything that judges with it.
#ifndef KINERJA_GATEWAY_INGEST_RULEBOOK_H_
#define KINERJA_GATEWAY_INGEST_RULEBOOK_H_

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/reference/reference.h"
#include "gateway/route/route.h"
#include "gateway/validate/validate.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::ingest {

class Rulebook {
 public:
  // `config` is checked (settings/settings.h).
  static std::shared_ptr<const Rulebook> Make(const config::v1::GatewayConfig& config,
                                              std::shared_ptr<const reference::Snapshot> reference);

  const reference::Snapshot& reference() const { return *reference_; }
  const route::RouteTable& routes() const { return routes_; }
  // What the rules of one record are judged with. `native`: skp-model §11.
  validate::Context ContextFor(bool native, absl::CivilDay today) const;
  // ORIGIN for a system that the configuration does not name.
  v1::Owner OwnerOf(std::string_view system) const;
  // True: the system has no versions.
  bool OrderedByArrival(std::string_view system) const;

 private:
  Rulebook(config::v1::GatewayConfig config, std::shared_ptr<const reference::Snapshot> reference);

  const config::v1::GatewayConfig config_;
  const std::shared_ptr<const reference::Snapshot> reference_;
  const route::RouteTable routes_;
  std::map<std::string, const config::v1::SourceSystem*, std::less<>> systems_;  // into config_
  std::array<int, 7> points_ = {};
};

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_RULEBOOK_H_
