#include "gateway/route/deadline.h"

#include <algorithm>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace kinerja::route {
namespace {

constexpr absl::Duration kWithoutWindow = absl::Hours(24 * 30);

bool Fits(const config::v1::Window& window, const DeadlineKeys& keys) {
  const auto& of = window.instansi();
  return (of.empty() || std::find(of.begin(), of.end(), keys.instansi) != of.end()) &&
         (window.regime() == v1::REGIME_UNSPECIFIED || window.regime() == keys.regime) &&
         keys.mulai >= window.periode_mulai() && keys.selesai <= window.periode_selesai();
}

}  // namespace

int64_t DeadlineOf(const google::protobuf::RepeatedPtrField<config::v1::Window>& windows,
                   const DeadlineKeys& keys, absl::Time accepted) {
  const absl::TimeZone wib = absl::FixedTimeZone(7 * 3600);
  absl::Time earliest = accepted + kWithoutWindow;
  for (const config::v1::Window& window : windows) {
    absl::CivilDay last;
    const absl::string_view text(window.sampai().data(), window.sampai().size());
    if (!Fits(window, keys) || !absl::ParseCivilTime(text, &last)) continue;
    const absl::Time end = absl::FromCivil(last + 1, wib);
    if (end > accepted) earliest = std::min(earliest, end);
  }
  return absl::ToUnixSeconds(earliest);
}

}  // namespace kinerja::route
