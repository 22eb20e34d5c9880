// Delivery codec: the parts of delivery rows that no backend selects by, as versioned bytes. The
// same promises as row_codec.h.
#ifndef KINERJA_GATEWAY_STORE_DELIVERY_CODEC_H_
#define KINERJA_GATEWAY_STORE_DELIVERY_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gateway/store/delivery_rows.h"

namespace kinerja::store {

// Places of the reason, parts, what was delivered, counters, keys it waits for.
std::string EncodeDeliveryRest(const DeliveryRow& row);
absl::Status DecodeDeliveryRest(std::string_view bytes, DeliveryRow* row);

// Everything of an attempt but its key and instant.
std::string EncodeAttempt(const AttemptRow& attempt);
absl::Status DecodeAttempt(std::string_view bytes, AttemptRow* attempt);

}  // namespace kinerja::store

#endif  // KINERJA_GATEWAY_STORE_DELIVERY_CODEC_H_
