#include "gateway/route/schedule.h"

#include <algorithm>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace kinerja::route {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

// "hh:mm", whose form the schema has judged.
absl::Duration ParseTime(const std::string& text) {
  int hours = 0;
  int minutes = 0;
  const absl::string_view view(text.data(), text.size());
  const bool read = view.size() == 5 && absl::SimpleAtoi(view.substr(0, 2), &hours) &&
                    absl::SimpleAtoi(view.substr(3, 2), &minutes);
  return read ? absl::Hours(hours) + absl::Minutes(minutes) : absl::ZeroDuration();
}

absl::Duration OffsetOf(config::v1::Zone zone) {
  switch (zone) {
    case config::v1::ZONE_WITA:
      return absl::Hours(8);
    case config::v1::ZONE_WIT:
      return absl::Hours(9);
    default:
      return absl::Hours(7);
  }
}

}  // namespace

OpeningHours::OpeningHours(const config::v1::Schedule& schedule)
    : zone_(OffsetOf(schedule.zone())) {
  for (const config::v1::Opening& opening : schedule.openings()) {
    spans_.push_back({ParseTime(opening.from()), ParseTime(opening.until())});
  }
}

absl::Duration OpeningHours::TimeOfDay(absl::Time at) const {
  const absl::Duration since = at - absl::UnixEpoch() + zone_;
  return since - absl::Floor(since, kDay);
}

bool OpeningHours::IsOpen(absl::Time at) const {
  const absl::Duration now = TimeOfDay(at);
  return spans_.empty() || std::any_of(spans_.begin(), spans_.end(), [now](const Span& span) {
           if (span.from < span.until) return span.from <= now && now < span.until;
           return span.from <= now || now < span.until;
         });
}

absl::Time OpeningHours::NextOpen(absl::Time at) const {
  if (IsOpen(at)) return at;
  const absl::Duration now = TimeOfDay(at);
  absl::Duration wait = kDay;
  for (const Span& span : spans_) {
    const absl::Duration until_begin = span.from > now ? span.from - now : span.from + kDay - now;
    wait = std::min(wait, until_begin);
  }
  return at + wait;
}

}  // namespace kinerja::route
