// When a target takes deliveries: times of day in a zone of Indonesia (none has daylight saving).
//
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_ROUTE_SCHEDULE_H_
#define KINERJA_GATEWAY_ROUTE_SCHEDULE_H_

#include <vector>

#include "absl/time/time.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::route {

class OpeningHours {
 public:
  // Always open.
  OpeningHours() = default;
  // As settings has judged it; without openings: always open.
  explicit OpeningHours(const config::v1::Schedule& schedule);

  bool IsOpen(absl::Time at) const;
  // `at` itself while open, else the begin of the next opening.
  absl::Time NextOpen(absl::Time at) const;

 private:
  struct Span {
    absl::Duration from, until;  // of the day; until <= from: over midnight
  };
  absl::Duration TimeOfDay(absl::Time at) const;

  std::vector<Span> spans_;
  absl::Duration zone_;
};

}  // namespace kinerja::route

#endif  // KINERJA_GATEWAY_ROUTE_SCHEDULE_H_
