// Pacer: says when the next request may leave. A token bucket that slows down when the peer says
// "too many" and comes back by itself.
//
// Promise: in any 10 s at most 10 * per_second + burst requests leave (with the default burst at
// most 102 %, or one more than the rate). Time is an argument and always steady: no jump of the
// time of day moves it, and a test needs no sleep.
//
// Threading: one thread, or the caller's lock.
//
//   Pacer pacer({.per_second = 20}, now);
//   if (const absl::Duration wait = pacer.Take(now); wait > absl::ZeroDuration()) AskAgainIn(wait);
#ifndef KINERJA_GATEWAY_NET_PACER_H_
#define KINERJA_GATEWAY_NET_PACER_H_

#include <chrono>
#include <cstdint>

#include "absl/time/time.h"

namespace kinerja::net {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Pace {
  double per_second = 0;  // 0: unlimited
  double burst = 0;       // tokens saved while idle; 0: a fifth of per_second. At least 1 is used.
};

class Pacer {
 public:
  Pacer(Pace pace, SteadyTime now);

  // Replaces the pace. What was learnt from NoteThrottled stays.
  void SetPace(Pace pace, SteadyTime now);

  // Zero: one request may leave now, and its token is taken. Otherwise how long to wait before it
  // is worth asking again; nothing is taken then.
  absl::Duration Take(SteadyTime now);

  // Nothing leaves before now + `duration` (at most a day). Never shortens an earlier one.
  void SlowDown(absl::Duration duration, SteadyTime now);

  // How long nothing leaves because of SlowDown; zero: it is open.
  absl::Duration ClosedFor(SteadyTime now) const;

  // The peer said "too many": the rate falls to 0.7 of what it is, never under 1/20 of the
  // configured one, and grows evenly until it is whole again 40 s after the last fall. Without a
  // configured one it falls from what was measured in the last seconds, doubles every 5 s, and is
  // unlimited again after 40 s. Within a second after a fall others are the same event: the
  // requests that were under way come back together.
  void NoteThrottled(SteadyTime now);

  // Requests per second allowed now; 0: unlimited. For metrics and Explain; SlowDown is not in it.
  double RateNow(SteadyTime now) const;

 private:
  bool SlowedAt(SteadyTime now) const;
  double ShareAt(SteadyTime now) const;
  double Capacity(SteadyTime now) const;
  double MeasuredRate(SteadyTime now) const;
  void Refill(SteadyTime now);
  void CountTaken(SteadyTime now);

  Pace pace_;
  double tokens_;
  SteadyTime refilled_;
  SteadyTime closed_until_;

  // The last fall: when, and to which share of whole_rate_. Share 1 means never.
  SteadyTime fell_;
  double share_ = 1;
  double whole_rate_ = 0;

  // What left since window_begin_, and the rate of the window before: the measured rate.
  SteadyTime window_begin_;
  int64_t window_count_ = 0;
  double last_window_rate_ = 0;
};

}  // namespace kinerja::net

#endif  // KINERJA_GATEWAY_NET_PACER_H_
