// Quota: a token bucket, as an API gateway throttles by.
//
// Threading: safe for concurrent use.
#ifndef KINERJA_TESTS_SIMULATORS_BASE_QUOTA_H_
#define KINERJA_TESTS_SIMULATORS_BASE_QUOTA_H_

#include <chrono>
#include <mutex>
#include <optional>

namespace kinerja::simulators {

class Quota {
 public:
  // Without a limit until this is called; 0 a second takes the limit away.
  void Set(double per_second, double burst);

  // Nothing when the request is within the quota, which it then uses up; else how long until there
  // is room. A refused request uses up nothing.
  std::optional<std::chrono::milliseconds> Refuses();

 private:
  std::mutex mutex_;  // guards all below
  double per_second_ = 0;
  double burst_ = 0;
  double room_ = 0;
  std::chrono::steady_clock::time_point filled_;
};

}  // namespace kinerja::simulators

#endif  // KINERJA_TESTS_SIMULATORS_BASE_QUOTA_H_
