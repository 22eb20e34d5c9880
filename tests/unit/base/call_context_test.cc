#include "gateway/base/call_context.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"

namespace kinerja::base {
namespace {

TEST(CallContextTest, IsOkUntilTheInstantOfTheDeadline) {
  fakes::FakeClock clock;
  const CallContext context(clock, clock.Now() + absl::Seconds(2));
  clock.Advance(absl::Seconds(2) - absl::Nanoseconds(1));
  EXPECT_EQ(context.Check(), absl::OkStatus());
  EXPECT_EQ(context.Remaining(), absl::Nanoseconds(1));

  clock.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(context.Check().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(CallContextTest, HasNoNegativeTimeLeft) {
  fakes::FakeClock clock;
  const CallContext context(clock, clock.Now() - absl::Hours(1));
  EXPECT_EQ(context.Remaining(), absl::ZeroDuration());
}

TEST(CallContextTest, SaysThatTheCallerLeft) {
  fakes::FakeClock clock;
  bool left = false;
  const CallContext context(clock, absl::InfiniteFuture(), [&left] { return left; });
  EXPECT_EQ(context.Check(), absl::OkStatus());
  left = true;
  EXPECT_EQ(context.Check().code(), absl::StatusCode::kCancelled);
}

TEST(CallContextTest, NeverEndsByDefault) {
  const CallContext context;
  EXPECT_EQ(context.Check(), absl::OkStatus());
  EXPECT_EQ(context.Remaining(), absl::InfiniteDuration());
}

}  // namespace
}  // namespace kinerja::base
