// How urgent a record is: the end of the window it should be delivered in. Pure.
#ifndef KINERJA_GATEWAY_ROUTE_DEADLINE_H_
#define KINERJA_GATEWAY_ROUTE_DEADLINE_H_

#include <cstdint>
#include <string_view>

#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::route {

// What of a record the windows look at.
struct DeadlineKeys {
  std::string_view instansi;
  std::string_view mulai;  // yyyy-mm-dd
  std::string_view selesai;
  int regime = 0;
};

// Seconds since 1970 of the end (WIB) of the earliest window that fits the record and is not over
// when it was accepted; without one, 30 days after that. Smaller is more urgent.
int64_t DeadlineOf(const google::protobuf::RepeatedPtrField<config::v1::Window>& windows,
                   const DeadlineKeys& keys, absl::Time accepted);

}  // namespace kinerja::route

#endif  // KINERJA_GATEWAY_ROUTE_DEADLINE_H_
