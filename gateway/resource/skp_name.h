// Names of records. The id in a name is 63 bits (store.h, NewSkpId) as 13 characters of lower-case
// Crockford base 32; it tells nothing else.
//
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_RESOURCE_SKP_NAME_H_
#define KINERJA_GATEWAY_RESOURCE_SKP_NAME_H_

#include <optional>
#include <string>
#include <string_view>

#include "gateway/store/store.h"

namespace kinerja::resource {

// The parts of `instansi/{kode_bkn}/skp/{id}`.
struct SkpName {
  std::string instansi;
  store::SkpId id = 0;
};

std::string FormatSkpName(std::string_view instansi, store::SkpId id);
// nullopt when it is no name of a record.
std::optional<SkpName> ParseSkpName(std::string_view name);
// The code of `instansi/{kode_bkn}`, "-" included; nullopt when it is none.
std::optional<std::string> ParseInstansiName(std::string_view name);

}  // namespace kinerja::resource

#endif  // KINERJA_GATEWAY_RESOURCE_SKP_NAME_H_
