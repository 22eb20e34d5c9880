// The adapters that this program has, by the name of their configuration message. The list itself
// is adapters/register_adapters.cc; nothing here knows a peer.
//
// Threading: Add before the first Make; Make is safe for concurrent use afterwards.
// Ownership: what a factory captures outlives every adapter it makes.
//
//   AdapterRegistry registry;
//   adapters::RegisterAdapters(&registry, net, clock);
//   KJ_ASSIGN_OR_RETURN(std::unique_ptr<Adapter> adapter, registry.MakeTarget(config.targets(0)));
#ifndef KINERJA_GATEWAY_ADAPTER_ADAPTER_REGISTRY_H_
#define KINERJA_GATEWAY_ADAPTER_ADAPTER_REGISTRY_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/adapter/adapter.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::adapter {

class AdapterRegistry {
 public:
  using TargetFactory =
      std::function<absl::StatusOr<std::unique_ptr<Adapter>>(const config::v1::Target&)>;
  using SourceFactory =
      std::function<absl::StatusOr<std::unique_ptr<Adapter>>(const config::v1::SourceSystem&)>;

  // `name` is the field of the oneof `adapter`, for example "bkn". A name is added once.
  void AddTarget(std::string name, TargetFactory factory);
  void AddSource(std::string name, SourceFactory factory);

  // The adapter of this target. INVALID_ARGUMENT with a sentence that names the target and, where
  // its kind is not known, the known ones; or the factory's error (files missing, wrong address).
  absl::StatusOr<std::unique_ptr<Adapter>> MakeTarget(const config::v1::Target& target) const;
  // The same of a source that is pulled.
  absl::StatusOr<std::unique_ptr<Adapter>> MakeSource(const config::v1::SourceSystem& source) const;

 private:
  std::map<std::string, TargetFactory, std::less<>> targets_;
  std::map<std::string, SourceFactory, std::less<>> sources_;
};

}  // namespace kinerja::adapter

#endif  // KINERJA_GATEWAY_ADAPTER_ADAPTER_REGISTRY_H_
