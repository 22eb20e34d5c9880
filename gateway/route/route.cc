#include "gateway/route/route.h"

#include <algorithm>

#include "gateway/base/check.h"

namespace kinerja::route {
namespace {

constexpr uint64_t Bit(int enum_value) {
  // A value that this program does not know cannot be stored either, so it fits no condition.
  return enum_value >= 0 && enum_value < 64 ? uint64_t{1} << enum_value : 0;
}

bool Holds(uint64_t wanted, int enum_value) {
  return wanted == 0 || (wanted & Bit(enum_value)) != 0;
}

}  // namespace

RouteKeys KeysOf(const v1::Skp& skp) {
  return {.instansi = skp.pegawai().instansi().kode_bkn(),
          .wilayah = skp.rujukan().kode_wilayah(),
          .origin = skp.source().system(),
          .status_kepegawaian = skp.pegawai().status_kepegawaian(),
          .regime = skp.regime(),
          .status = skp.status()};
}

RouteTable::EnumSet RouteTable::ToEnumSet(const google::protobuf::RepeatedField<int>& values) {
  EnumSet set = 0;
  for (const int value : values) {
    KJ_CHECK(Bit(value) != 0);  // an enum with more than 64 values needs another set
    set |= Bit(value);
  }
  return set;
}

RouteTable::RouteTable(const google::protobuf::RepeatedPtrField<config::v1::Route>& routes) {
  for (const config::v1::Route& configured : routes) {
    const size_t index = routes_.size();
    routes_.push_back({.target = configured.target(),
                       .wilayah = {configured.wilayah().begin(), configured.wilayah().end()},
                       .origins = {configured.origins().begin(), configured.origins().end()},
                       .status_kepegawaian = ToEnumSet(configured.status_kepegawaian()),
                       .regimes = ToEnumSet(configured.regimes()),
                       .status = ToEnumSet(configured.status())});
    if (configured.instansi().empty()) of_every_instansi_.push_back(index);
    for (const std::string& kode : configured.instansi()) by_instansi_[kode].push_back(index);
  }
}

bool RouteTable::Route::Fits(const RouteKeys& keys) const {
  const auto is_prefix = [&keys](const std::string& prefix) {
    return keys.wilayah.starts_with(prefix);
  };
  return target != keys.origin && Holds(status_kepegawaian, keys.status_kepegawaian) &&
         Holds(regimes, keys.regime) && Holds(status, keys.status) &&
         (origins.empty() ||
          std::find(origins.begin(), origins.end(), keys.origin) != origins.end()) &&
         (wilayah.empty() || std::any_of(wilayah.begin(), wilayah.end(), is_prefix));
}

void RouteTable::Append(const std::vector<size_t>& candidates, const RouteKeys& keys,
                        std::vector<std::string>* targets) const {
  for (const size_t index : candidates) {
    if (routes_[index].Fits(keys)) targets->push_back(routes_[index].target);
  }
}

std::vector<std::string> SelectTargets(const RouteTable& table, const RouteKeys& keys) {
  std::vector<std::string> targets;
  table.Append(table.of_every_instansi_, keys, &targets);
  if (const auto found = table.by_instansi_.find(std::string(keys.instansi));
      found != table.by_instansi_.end()) {
    table.Append(found->second, keys, &targets);
  }
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

}  // namespace kinerja::route
