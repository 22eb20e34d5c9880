#include "gateway/security/principal.h"

#include <optional>

#include "gateway/base/hex.h"
#include "gateway/security/digest.h"

namespace kinerja::security {
namespace {

Principal FromConfig(const config::v1::Principal& configured) {
  Principal principal;
  principal.id = configured.id();
  principal.feed = configured.feed();
  principal.is_operator = configured.operator_();
  principal.systems.insert(configured.systems().begin(), configured.systems().end());
  for (const std::string& kode : configured.instansi()) {
    if (kode == "*") {
      principal.all_instansi = true;
    } else {
      principal.instansi.insert(kode);
    }
  }
  return principal;
}

}  // namespace

bool Principal::MayUseInstansi(std::string_view kode_bkn) const {
  return all_instansi || instansi.contains(kode_bkn);
}

bool Principal::MayWriteAs(std::string_view system) const { return systems.contains(system); }

Principals::Principals(
    const google::protobuf::RepeatedPtrField<config::v1::Principal>& configured) {
  for (const config::v1::Principal& each : configured) {
    const size_t index = principals_.size();
    principals_.push_back(FromConfig(each));
    // An empty name or hash would match a caller that proves nothing.
    if (const auto hash = base::HexDecode(each.bearer_token_sha256());
        hash.has_value() && hash->size() == kSha256Bytes) {
      by_token_hash_.emplace(*hash, index);
    }
    if (!each.client_certificate_san().empty()) {
      by_san_.emplace(each.client_certificate_san(), index);
    }
  }
}

const Principal* Principals::ByBearerToken(std::string_view token) const {
  const auto found = by_token_hash_.find(Sha256(token));
  return found == by_token_hash_.end() ? nullptr : &principals_[found->second];
}

const Principal* Principals::ByCertificateSans(std::span<const std::string> names) const {
  std::optional<size_t> match;
  for (const std::string& name : names) {
    const auto found = by_san_.find(name);
    if (found == by_san_.end()) continue;
    if (match.has_value() && *match != found->second) return nullptr;
    match = found->second;
  }
  return match.has_value() ? &principals_[*match] : nullptr;
}

}  // namespace kinerja::security
