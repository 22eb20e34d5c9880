#include "gateway/delivery/retry_policy.h"

#include <algorithm>

namespace kinerja::delivery {
namespace {

constexpr uint32_t kMostDoublings = 30;  // beyond any `max`

}  // namespace

absl::Duration Backoff::After(uint32_t tries, std::optional<absl::Duration> asked,
                              uint64_t random) const {
  const uint32_t doublings = std::min(std::max(tries, 1u) - 1, kMostDoublings);
  const absl::Duration full = std::min(max, initial * (int64_t{1} << doublings));
  const double share = static_cast<double>(random >> 11) / static_cast<double>(uint64_t{1} << 53);
  const absl::Duration wait = full / 2 + share * (full / 2);
  return asked ? std::max(wait, *asked) : wait;
}

void RetryBudget::EarnFirstTry() { tokens_ = std::min(most_, tokens_ + ratio_); }

void RetryBudget::EarnSuccess() { tokens_ = std::min(most_, tokens_ + 1); }

bool RetryBudget::SpendRetry(absl::Duration now) {
  tokens_ = std::min(most_, tokens_ + per_second_ * absl::ToDoubleSeconds(now - last_));
  last_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

bool CircuitBreaker::MayBegin(absl::Duration now) const {
  if (!open_) return true;
  return now >= until_ && !probing_;
}

bool CircuitBreaker::Begin(absl::Duration now) {
  if (!open_ || now < until_) return false;
  probing_ = true;
  return true;
}

void CircuitBreaker::Succeeded() {
  failures_ = 0;
  openings_ = 0;
  open_ = false;
  probing_ = false;
}

void CircuitBreaker::Failed(absl::Duration now, std::optional<absl::Duration> asked,
                            uint64_t random) {
  ++failures_;
  const bool probe_failed = probing_;
  probing_ = false;
  if (!probe_failed && (open_ || failures_ < failures_to_open_)) return;
  open_ = true;
  ++openings_;
  until_ = now + wait_.After(openings_, asked, random);
}

void CircuitBreaker::Abandoned() { probing_ = false; }

CircuitBreaker::State CircuitBreaker::StateAt(absl::Duration now) const {
  if (!open_) return State::kClosed;
  return now < until_ ? State::kOpen : State::kHalfOpen;
}

}  // namespace kinerja::delivery
