#include "gateway/adapter/adapter_registry.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/check.h"
#include "google/protobuf/descriptor.h"

namespace kinerja::adapter {
namespace {

// The name of the field that is set in the oneof `adapter`; empty when none is.
std::string ChosenAdapter(const google::protobuf::Message& message) {
  const auto* oneof = message.GetDescriptor()->FindOneofByName("adapter");
  const auto* field = message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
  return field == nullptr ? "" : field->name();
}

template <typename Config, typename Factories>
absl::StatusOr<std::unique_ptr<Adapter>> Make(std::string_view what, const Config& config,
                                              const Factories& factories) {
  const auto found = factories.find(ChosenAdapter(config));
  if (found != factories.end()) return found->second(config);
  std::vector<std::string> known;
  for (const auto& [name, factory] : factories) known.push_back(name);
  return absl::InvalidArgumentError(
      absl::StrCat(std::string(what), " ", config.id(),
                   " has no adapter; give one of: ", absl::StrJoin(known, ", ")));
}

}  // namespace

void AdapterRegistry::AddTarget(std::string name, TargetFactory factory) {
  KJ_CHECK(targets_.emplace(std::move(name), std::move(factory)).second);
}

void AdapterRegistry::AddSource(std::string name, SourceFactory factory) {
  KJ_CHECK(sources_.emplace(std::move(name), std::move(factory)).second);
}

absl::StatusOr<std::unique_ptr<Adapter>> AdapterRegistry::MakeTarget(
    const config::v1::Target& target) const {
  return Make("target", target, targets_);
}

absl::StatusOr<std::unique_ptr<Adapter>> AdapterRegistry::MakeSource(
    const config::v1::SourceSystem& source) const {
  return Make("source", source, sources_);
}

}  // namespace kinerja::adapter
