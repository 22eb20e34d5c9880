#include "gateway/delivery/retry_policy.h"

#include <cstdint>
#include <limits>
#include <random>

#include "gtest/gtest.h"

namespace kinerja::delivery {
namespace {

constexpr uint64_t kLeast = 0;
constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
constexpr Backoff kBackoff{absl::Seconds(2), absl::Minutes(10)};

TEST(BackoffTest, WaitsBetweenHalfAndAllOfWhatDoubles) {
  struct Case {
    uint32_t tries;
    absl::Duration full;
  };
  const Case cases[] = {
      {1, absl::Seconds(2)},   {2, absl::Seconds(4)},
      {3, absl::Seconds(8)},   {9, absl::Seconds(512)},
      {10, absl::Minutes(10)}, {31, absl::Minutes(10)},
      {32, absl::Minutes(10)}, {std::numeric_limits<uint32_t>::max(), absl::Minutes(10)},
      {0, absl::Seconds(2)}};
  std::mt19937_64 random(1);
  for (const Case& test : cases) {
    SCOPED_TRACE(test.tries);
    EXPECT_EQ(kBackoff.After(test.tries, std::nullopt, kLeast), test.full / 2);
    EXPECT_LE(kBackoff.After(test.tries, std::nullopt, kMost), test.full);
    EXPECT_GT(kBackoff.After(test.tries, std::nullopt, kMost), test.full * 0.999);
    for (int i = 0; i < 100; ++i) {
      const absl::Duration wait = kBackoff.After(test.tries, std::nullopt, random());
      EXPECT_GE(wait, test.full / 2);
      EXPECT_LE(wait, test.full);
    }
  }
}

TEST(BackoffTest, SpreadsWhatFailedTogether) {
  EXPECT_NE(kBackoff.After(5, std::nullopt, uint64_t{1} << 63),
            kBackoff.After(5, std::nullopt, uint64_t{1} << 62));
}

TEST(BackoffTest, NeverComesBeforeTheTargetAskedFor) {
  EXPECT_EQ(kBackoff.After(1, absl::Hours(1), kLeast), absl::Hours(1));
  EXPECT_EQ(kBackoff.After(1, absl::ZeroDuration(), kLeast), absl::Seconds(1));
  EXPECT_EQ(kBackoff.After(1, -absl::Hours(1), kLeast), absl::Seconds(1));
}

TEST(RetryBudgetTest, SpendsWhatWasSavedAndNoMore) {
  RetryBudget budget(0.5, 0, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.SpendRetry(absl::ZeroDuration())) << i;
  EXPECT_FALSE(budget.SpendRetry(absl::ZeroDuration()));
  EXPECT_FALSE(budget.SpendRetry(absl::Hours(1)));  // nothing comes by time alone here
}

TEST(RetryBudgetTest, FirstTriesEarnTheirShare) {
  RetryBudget budget(0.5, 0, 1);
  EXPECT_TRUE(budget.SpendRetry(absl::ZeroDuration()));
  budget.EarnFirstTry();
  EXPECT_FALSE(budget.SpendRetry(absl::ZeroDuration()));
  budget.EarnFirstTry();
  EXPECT_TRUE(budget.SpendRetry(absl::ZeroDuration()));
}

TEST(RetryBudgetTest, TimeAndSuccessEarnUpToTheMost) {
  RetryBudget budget(0, 2, 4);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(budget.SpendRetry(absl::Seconds(10)));
  EXPECT_FALSE(budget.SpendRetry(absl::Seconds(10)));
  EXPECT_TRUE(budget.SpendRetry(absl::Seconds(10.5)));
  budget.EarnSuccess();
  EXPECT_TRUE(budget.SpendRetry(absl::Seconds(10.5)));
  for (int i = 0; i < 100; ++i) budget.EarnSuccess();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(budget.SpendRetry(absl::Hours(9))) << i;
  EXPECT_FALSE(budget.SpendRetry(absl::Hours(9)));
}

using State = CircuitBreaker::State;

// A breaker that opens after three failures, for at most two, four, eight … seconds.
class CircuitBreakerTest : public testing::Test {
 protected:
  void Fail(absl::Duration now, std::optional<absl::Duration> asked = std::nullopt) {
    breaker_.Begin(now);
    breaker_.Failed(now, asked, kMost);
  }
  void Open() {
    for (int i = 0; i < 3; ++i) Fail(absl::ZeroDuration());
  }

  CircuitBreaker breaker_{3, kBackoff};
};

TEST_F(CircuitBreakerTest, OpensAfterSoManyFailuresInARow) {
  Fail(absl::ZeroDuration());
  Fail(absl::ZeroDuration());
  breaker_.Succeeded();
  Fail(absl::ZeroDuration());
  Fail(absl::ZeroDuration());
  EXPECT_EQ(breaker_.StateAt(absl::ZeroDuration()), State::kClosed);
  EXPECT_TRUE(breaker_.MayBegin(absl::ZeroDuration()));
  Fail(absl::ZeroDuration());
  EXPECT_EQ(breaker_.StateAt(absl::ZeroDuration()), State::kOpen);
  EXPECT_FALSE(breaker_.MayBegin(absl::ZeroDuration()));
  EXPECT_GT(breaker_.opens_until(), absl::Seconds(1));
  EXPECT_LE(breaker_.opens_until(), absl::Seconds(2));
}

TEST_F(CircuitBreakerTest, LetsOneCallThroughAfterTheWait) {
  Open();
  EXPECT_EQ(breaker_.StateAt(absl::Seconds(2)), State::kHalfOpen);
  EXPECT_TRUE(breaker_.MayBegin(absl::Seconds(2)));
  breaker_.Begin(absl::Seconds(2));
  EXPECT_FALSE(breaker_.MayBegin(absl::Seconds(2)));
  breaker_.Succeeded();
  EXPECT_EQ(breaker_.StateAt(absl::Seconds(2)), State::kClosed);
  EXPECT_TRUE(breaker_.MayBegin(absl::Seconds(2)));
}

TEST_F(CircuitBreakerTest, AFailedProbeOpensItAgainForLonger) {
  Open();
  Fail(absl::Seconds(2));
  EXPECT_EQ(breaker_.StateAt(absl::Seconds(4)), State::kOpen);
  EXPECT_GT(breaker_.opens_until(), absl::Seconds(5));
  EXPECT_LE(breaker_.opens_until(), absl::Seconds(6));
  EXPECT_TRUE(breaker_.MayBegin(absl::Seconds(6)));
}

TEST_F(CircuitBreakerTest, AnAbandonedProbeLeavesRoomForAnother) {
  Open();
  breaker_.Begin(absl::Seconds(2));
  breaker_.Abandoned();
  EXPECT_EQ(breaker_.StateAt(absl::Seconds(2)), State::kHalfOpen);
  EXPECT_TRUE(breaker_.MayBegin(absl::Seconds(2)));
}

TEST_F(CircuitBreakerTest, WaitsAsLongAsTheTargetAskedFor) {
  for (int i = 0; i < 3; ++i) Fail(absl::Seconds(1), absl::Minutes(30));
  EXPECT_EQ(breaker_.opens_until(), absl::Seconds(1) + absl::Minutes(30));
}

// Answers of calls that began before it opened.
TEST_F(CircuitBreakerTest, LateFailuresDoNotMakeItWaitLonger) {
  Open();
  const absl::Duration until = breaker_.opens_until();
  for (int i = 0; i < 10; ++i) breaker_.Failed(absl::Milliseconds(10), std::nullopt, kMost);
  EXPECT_EQ(breaker_.opens_until(), until);
}

}  // namespace
}  // namespace kinerja::delivery
