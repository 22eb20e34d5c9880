#include "gateway/net/pacer.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace kinerja::net {
namespace {

constexpr SteadyTime kStart{std::chrono::hours(1000)};

SteadyTime At(double seconds) {
  return kStart +
         std::chrono::duration_cast<SteadyTime::duration>(std::chrono::duration<double>(seconds));
}

double SecondsOf(SteadyTime time) { return std::chrono::duration<double>(time - kStart).count(); }

// Takes whatever can be taken until `end`, as a sender does that always has more; when each left.
std::vector<double> TakeAll(Pacer* pacer, SteadyTime from, SteadyTime end) {
  std::vector<double> left;
  for (SteadyTime now = from; now < end;) {
    const absl::Duration wait = pacer->Take(now);
    if (wait == absl::ZeroDuration()) {
      left.push_back(SecondsOf(now));
    } else {
      now += absl::ToChronoNanoseconds(wait);
    }
  }
  return left;
}

// The most that left within any 10 s.
size_t MostInTenSeconds(const std::vector<double>& left) {
  size_t most = 0;
  for (size_t first = 0, last = 0; last < left.size(); ++last) {
    while (left[last] - left[first] >= 10) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

TEST(PacerTest, WithoutARateEverythingLeavesAtOnce) {
  Pacer pacer({}, kStart);
  for (int i = 0; i < 100000; ++i) ASSERT_EQ(pacer.Take(kStart), absl::ZeroDuration());
  EXPECT_EQ(pacer.RateNow(kStart), 0);
}

TEST(PacerTest, SavesNoMoreThanTheBurst) {
  Pacer pacer({.per_second = 10, .burst = 3}, kStart);
  const SteadyTime later = At(3600);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(pacer.Take(later), absl::ZeroDuration());
  EXPECT_EQ(pacer.Take(later), absl::Milliseconds(100) + absl::Nanoseconds(1));
}

TEST(PacerTest, ARefusedTakeCostsNothing) {
  Pacer pacer({.per_second = 1, .burst = 1}, kStart);
  ASSERT_EQ(pacer.Take(kStart), absl::ZeroDuration());
  for (int i = 1; i < 100; ++i) ASSERT_GT(pacer.Take(At(i / 100.0)), absl::ZeroDuration());
  EXPECT_EQ(pacer.Take(At(1)), absl::ZeroDuration());
}

TEST(PacerTest, UsesTheWholeRateButNeverMore) {
  for (const double rate : {0.1, 1.0, 3.0, 20.0, 333.0}) {
    SCOPED_TRACE(rate);
    Pacer pacer({.per_second = rate}, kStart);
    const auto left = TakeAll(&pacer, kStart, At(100));
    EXPECT_GE(static_cast<double>(left.size()), std::floor(rate * 100 * 0.99));
    // What a peer tolerates that counts: 105 %, and for a slow one the next whole request.
    EXPECT_LE(static_cast<double>(MostInTenSeconds(left)), std::ceil(rate * 10 * 1.05));
  }
}

TEST(PacerTest, NoTenSecondsHoldMoreThanRateAndBurstWhateverHappens) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const double rate = 1 + static_cast<double>(random() % 100);
    const double burst = 1 + static_cast<double>(random() % 20);
    Pacer pacer({.per_second = rate, .burst = burst}, kStart);
    std::vector<double> left;
    SteadyTime now = kStart;
    while (now < At(120)) {
      const SteadyTime next = now + std::chrono::milliseconds(random() % 3000);
      const auto more = TakeAll(&pacer, now, next);
      left.insert(left.end(), more.begin(), more.end());
      now = next;
      if (random() % 4 == 0) pacer.NoteThrottled(now);
      if (random() % 8 == 0) pacer.SlowDown(absl::Milliseconds(random() % 2000), now);
      if (random() % 4 == 0) now += std::chrono::milliseconds(random() % 5000);  // nothing to send
    }
    EXPECT_LE(static_cast<double>(MostInTenSeconds(left)), rate * 10 + burst);
  }
}

TEST(PacerTest, SlowDownHoldsEverythingAndIsNeverShortened) {
  Pacer pacer({}, kStart);
  pacer.SlowDown(absl::Seconds(30), kStart);
  pacer.SlowDown(absl::Seconds(1), kStart);
  EXPECT_EQ(pacer.ClosedFor(At(10)), absl::Seconds(20));
  EXPECT_EQ(pacer.ClosedFor(At(31)), absl::ZeroDuration());
  EXPECT_EQ(pacer.Take(At(10)), absl::Seconds(20));
  EXPECT_EQ(pacer.Take(At(30)), absl::ZeroDuration());
}

TEST(PacerTest, SlowDownIsADayAtMost) {
  Pacer pacer({}, kStart);
  pacer.SlowDown(absl::InfiniteDuration(), kStart);
  EXPECT_EQ(pacer.Take(kStart), absl::Hours(24));
  pacer.SlowDown(-absl::InfiniteDuration(), kStart);
  EXPECT_EQ(pacer.Take(At(24 * 3600)), absl::ZeroDuration());
}

TEST(PacerTest, FallsToSevenTenthsAndComesBackEvenly) {
  Pacer pacer({.per_second = 100}, kStart);
  pacer.NoteThrottled(kStart);
  EXPECT_DOUBLE_EQ(pacer.RateNow(kStart), 70);
  EXPECT_DOUBLE_EQ(pacer.RateNow(At(20)), 85);
  EXPECT_DOUBLE_EQ(pacer.RateNow(At(40)), 100);
  EXPECT_DOUBLE_EQ(pacer.RateNow(At(4000)), 100);
}

TEST(PacerTest, ASecondFallStartsFromTheRateThatWasReached) {
  Pacer pacer({.per_second = 100}, kStart);
  pacer.NoteThrottled(kStart);
  pacer.NoteThrottled(At(20));
  EXPECT_DOUBLE_EQ(pacer.RateNow(At(20)), 85 * 0.7);
  EXPECT_DOUBLE_EQ(pacer.RateNow(At(60)), 100);
}

TEST(PacerTest, WhatComesBackTogetherIsOneFall) {
  Pacer pacer({.per_second = 100}, kStart);
  for (int i = 0; i < 16; ++i) pacer.NoteThrottled(At(i / 20.0));
  EXPECT_NEAR(pacer.RateNow(At(0.9)), 70, 1);
}

TEST(PacerTest, NeverFallsUnderATwentieth) {
  Pacer pacer({.per_second = 100}, kStart);
  for (int i = 0; i < 60; ++i) pacer.NoteThrottled(At(i));
  EXPECT_GE(pacer.RateNow(At(59)), 5);
  EXPECT_LT(pacer.RateNow(At(59)), 6);
  EXPECT_DOUBLE_EQ(pacer.RateNow(At(99)), 100);
}

TEST(PacerTest, AFallTakesWhatWasSaved) {
  Pacer pacer({.per_second = 10, .burst = 50}, kStart);
  pacer.NoteThrottled(kStart);
  EXPECT_GT(pacer.Take(kStart), absl::ZeroDuration());
}

TEST(PacerTest, WithoutARateAFallStartsFromWhatWasMeasured) {
  Pacer pacer({}, kStart);
  SteadyTime now = kStart;
  for (int i = 0; i < 600; ++i) {
    now = At(i / 50.0);  // 50 a second for 12 s
    ASSERT_EQ(pacer.Take(now), absl::ZeroDuration());
  }
  pacer.NoteThrottled(now);
  EXPECT_NEAR(pacer.RateNow(now), 35, 1);
  EXPECT_EQ(pacer.RateNow(now + std::chrono::seconds(40)), 0);  // unlimited again
}

TEST(PacerTest, WithoutARateTheWayBackIsShort) {
  Pacer pacer({}, kStart);
  pacer.NoteThrottled(kStart);
  EXPECT_NEAR(pacer.RateNow(kStart + std::chrono::seconds(20)), 0.7 * 16, 1e-9);
  pacer.NoteThrottled(kStart + std::chrono::seconds(20));
  EXPECT_NEAR(pacer.RateNow(kStart + std::chrono::seconds(20)), 0.49 * 16, 1e-9);
  EXPECT_NEAR(pacer.RateNow(kStart + std::chrono::seconds(59)), 0.49 * 16 * std::exp2(39 / 5.0),
              1e-6);
  EXPECT_EQ(pacer.RateNow(kStart + std::chrono::seconds(60)), 0);
}

TEST(PacerTest, WithoutARateAndWithoutTrafficAFallIsGentle) {
  Pacer pacer({}, kStart);
  pacer.NoteThrottled(kStart);
  EXPECT_DOUBLE_EQ(pacer.RateNow(kStart), 0.7);
}

TEST(PacerTest, ANewPaceKeepsWhatWasLearnt) {
  Pacer pacer({.per_second = 100}, kStart);
  pacer.NoteThrottled(kStart);
  pacer.SetPace({.per_second = 10}, kStart);
  EXPECT_DOUBLE_EQ(pacer.RateNow(kStart), 7);
  EXPECT_DOUBLE_EQ(pacer.RateNow(At(40)), 10);
}

TEST(PacerTest, ANewPaceGivesNoTokens) {
  Pacer pacer({.per_second = 1, .burst = 1}, kStart);
  ASSERT_EQ(pacer.Take(kStart), absl::ZeroDuration());
  pacer.SetPace({.per_second = 1, .burst = 100}, kStart);
  EXPECT_GT(pacer.Take(kStart), absl::ZeroDuration());
}

}  // namespace
}  // namespace kinerja::net
