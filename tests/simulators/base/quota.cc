#include "tests/simulators/base/quota.h"

#include <algorithm>
#include <cmath>

namespace kinerja::simulators {

void Quota::Set(double per_second, double burst) {
  const std::lock_guard lock(mutex_);
  per_second_ = per_second;
  burst_ = std::max(burst, 1.0);
  room_ = burst_;
  filled_ = std::chrono::steady_clock::now();
}

std::optional<std::chrono::milliseconds> Quota::Refuses() {
  const std::lock_guard lock(mutex_);
  if (per_second_ <= 0) return std::nullopt;
  const auto now = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - filled_).count();
  room_ = std::min(burst_, room_ + seconds * per_second_);
  filled_ = now;
  if (room_ >= 1) {
    room_ -= 1;
    return std::nullopt;
  }
  const double wait_ms = std::ceil((1 - room_) / per_second_ * 1000);
  return std::chrono::milliseconds(static_cast<int64_t>(wait_ms));
}

}  // namespace kinerja::simulators
