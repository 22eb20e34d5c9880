// Row codec: the compact, versioned bytes in which every backend stores filter keys and target ids.
//
// Pure; safe for concurrent use. Decoding takes any bytes: what it cannot read is DATA_LOSS
// STORE_CORRUPT, never a crash and never a guess. A new field gets a new version byte; old versions
// stay readable for ever, because rows are never rewritten.
//
//   statement.Bind(EncodeFilterKeys(keys));
//   KJ_ASSIGN_OR_RETURN(head.keys, DecodeFilterKeys(statement.Text(3)));
#ifndef KINERJA_GATEWAY_STORE_ROW_CODEC_H_
#define KINERJA_GATEWAY_STORE_ROW_CODEC_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/store/store.h"

namespace kinerja::store {

std::string EncodeFilterKeys(const FilterKeys& keys);
absl::StatusOr<FilterKeys> DecodeFilterKeys(std::string_view bytes);

std::string EncodeTargets(const std::vector<std::string>& targets);
absl::StatusOr<std::vector<std::string>> DecodeTargets(std::string_view bytes);

}  // namespace kinerja::store

#endif  // KINERJA_GATEWAY_STORE_ROW_CODEC_H_
