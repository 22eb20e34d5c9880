#include "gateway/net/pacer.h"

#include <algorithm>
#include <cmath>

#include "gateway/base/kill_point.h"

namespace kinerja::net {
namespace {

constexpr double kFall = 0.7;
constexpr double kLeastShare = 1.0 / 20;
constexpr auto kRecovery = std::chrono::seconds(40);
constexpr auto kDoubling = std::chrono::seconds(5);
constexpr auto kSameEvent = std::chrono::seconds(1);
constexpr auto kWindow = std::chrono::seconds(5);
// Without a configured rate, and with nothing measured, this much is what a fall starts from.
constexpr double kLeastMeasured = 1;
// Sums of fractions come out a hair under a whole token.
constexpr double kWhole = 1 - 1e-9;

double Seconds(SteadyTime::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

Pace Sane(Pace pace) {
  // Written so that "not a number" becomes 0 too.
  if (!(pace.per_second > 0)) pace.per_second = 0;
  if (!(pace.burst > 0)) pace.burst = pace.per_second / 5;
  return pace;
}

}  // namespace

Pacer::Pacer(Pace pace, SteadyTime now)
    : pace_(Sane(pace)),
      tokens_(std::max(pace_.burst, 1.0)),
      refilled_(now),
      closed_until_(now),
      fell_(now),
      window_begin_(now) {}

void Pacer::SetPace(Pace pace, SteadyTime now) {
  Refill(now);
  pace_ = Sane(pace);
  if (pace_.per_second > 0) whole_rate_ = pace_.per_second;
  tokens_ = std::min(tokens_, Capacity(now));
}

absl::Duration Pacer::Take(SteadyTime now) {
  if (now < closed_until_) return absl::FromChrono(closed_until_ - now);
  Refill(now);
  const double rate = RateNow(now);
  if (rate > 0 && !KJ_SEEDED_BUG("ignore_quota")) {
    // Rounded up, and one more: asking a nanosecond early would be in vain.
    if (tokens_ < kWhole) return absl::Seconds((1 - tokens_) / rate) + absl::Nanoseconds(1);
    tokens_ = std::max(tokens_ - 1, 0.0);
  }
  CountTaken(now);
  return absl::ZeroDuration();
}

void Pacer::SlowDown(absl::Duration duration, SteadyTime now) {
  const absl::Duration bounded = std::clamp(duration, absl::ZeroDuration(), absl::Hours(24));
  closed_until_ = std::max(closed_until_, now + absl::ToChronoNanoseconds(bounded));
}

absl::Duration Pacer::ClosedFor(SteadyTime now) const {
  return std::max(absl::FromChrono(closed_until_ - now), absl::ZeroDuration());
}

void Pacer::NoteThrottled(SteadyTime now) {
  const bool slowed = SlowedAt(now);
  if (slowed && now - fell_ < kSameEvent) return;
  Refill(now);
  if (pace_.per_second > 0) {
    whole_rate_ = pace_.per_second;
    share_ = std::max(ShareAt(now) * kFall, kLeastShare);
  } else {
    whole_rate_ = std::max(slowed ? RateNow(now) : MeasuredRate(now), kLeastMeasured);
    share_ = kFall;
  }
  fell_ = now;
  tokens_ = 0;  // what was saved is what has just been too much
}

double Pacer::RateNow(SteadyTime now) const {
  return SlowedAt(now) ? whole_rate_ * ShareAt(now) : pace_.per_second;
}

bool Pacer::SlowedAt(SteadyTime now) const { return share_ < 1 && now - fell_ < kRecovery; }

double Pacer::ShareAt(SteadyTime now) const {
  if (!SlowedAt(now)) return 1;
  // What was measured may have been little for other reasons: the way back is short.
  if (pace_.per_second <= 0) return share_ * std::exp2(Seconds(now - fell_) / Seconds(kDoubling));
  return share_ + (1 - share_) * Seconds(now - fell_) / Seconds(kRecovery);
}

double Pacer::Capacity(SteadyTime now) const { return std::max(pace_.burst * ShareAt(now), 1.0); }

double Pacer::MeasuredRate(SteadyTime now) const {
  const double elapsed = std::max(Seconds(now - window_begin_), 1.0);
  const double current = static_cast<double>(window_count_) / elapsed;
  // A window that has just begun says little: the one before it stands in.
  const double before = now - window_begin_ < kWindow ? last_window_rate_ : 0;
  return std::max({current, before, kLeastMeasured});
}

void Pacer::Refill(SteadyTime now) {
  if (now <= refilled_) return;
  // The rate grows evenly and then stays: the mean of both ends is never more than it was. (Where
  // it doubles nobody has said what is too much.)
  const double rate_before = RateNow(refilled_);
  const double rate_now = RateNow(now);
  // A rate of 0 is "unlimited": while and after that, the bucket is simply full.
  const bool limited = rate_before > 0 && rate_now > 0;
  tokens_ += limited ? (rate_before + rate_now) / 2 * Seconds(now - refilled_) : Capacity(now);
  tokens_ = std::min(tokens_, Capacity(now));
  refilled_ = now;
}

void Pacer::CountTaken(SteadyTime now) {
  if (const auto elapsed = now - window_begin_; elapsed >= kWindow) {
    last_window_rate_ = static_cast<double>(window_count_) / Seconds(elapsed);
    window_count_ = 0;
    window_begin_ = now;
  }
  ++window_count_;
}

}  // namespace kinerja::net
