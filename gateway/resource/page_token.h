// Page tokens: opaque to the caller, bound to the query they came from (AIP-158).
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_RESOURCE_PAGE_TOKEN_H_
#define KINERJA_GATEWAY_RESOURCE_PAGE_TOKEN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace kinerja::resource {

// A token that goes on after `position` of the query that `request` is (its fields but page_size
// and page_token).
std::string MakePageToken(const google::protobuf::Message& request, uint64_t position);

// The position of the request's page_token; 0 without one. INVALID_ARGUMENT PAGE_TOKEN_INVALID when
// it is not one of ours or belongs to another query.
absl::StatusOr<uint64_t> ReadPageToken(const google::protobuf::Message& request);

// The page size to serve: 50 for 0, at most 500. INVALID_ARGUMENT REQUEST_INVALID when negative.
absl::StatusOr<size_t> PageSize(int32_t wanted);

}  // namespace kinerja::resource

#endif  // KINERJA_GATEWAY_RESOURCE_PAGE_TOKEN_H_
