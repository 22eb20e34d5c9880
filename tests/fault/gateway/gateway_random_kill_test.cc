// kill -9 at random moments, under load, of the program as it is shipped (promise P1).
//
// About 25 kills; with KJ_LONG=1 some hundreds. The seed is printed; KJ_SEED=<seed> repeats it as
// far as timing can be repeated.
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/fault/gateway/submit_load.h"
#include "tests/support/gateway_process.h"

namespace kinerja::fault {
namespace {

using support::GatewayFolder;
using support::GatewayProcess;

// Then the next store: reading everything after each kill would take longer and longer.
constexpr int kKillsOfOneStore = 25;

uint64_t Seed() {
  uint64_t seed = std::random_device()();
  if (const char* const text = std::getenv("KJ_SEED")) {
    EXPECT_TRUE(absl::SimpleAtoi(text, &seed)) << "KJ_SEED is no number";
  }
  return seed;
}

bool IsLong() { return std::getenv("KJ_LONG") != nullptr; }

// One store that is killed again and again, now and then before it serves.
void KillOften(uint64_t seed) {
  SCOPED_TRACE("KJ_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const GatewayFolder folder;
  const GatewayProcess::Options options{.binary = GatewayProcess::ReleaseBinary()};
  SubmitLoad load(seed);
  uint64_t open = 0;
  for (int kills = 0; kills < kKillsOfOneStore; ++kills) {
    const auto gateway = GatewayProcess::Start(folder, options);
    ASSERT_TRUE(gateway->served()) << folder.ReadLog();
    ASSERT_EQ(load.FindBrokenPromise(gateway->address()), "") << "after " << kills << " kills";
    load.Begin(gateway->address(), {.clients = 1 + random() % 24});
    absl::SleepFor(absl::Microseconds(1'000 + random() % 250'000));  // when, is what is tested
    gateway->Kill();
    load.Join();
    open += load.unanswered();
  }
  const auto gateway = GatewayProcess::Start(folder, options);
  ASSERT_TRUE(gateway->served()) << folder.ReadLog();
  ASSERT_EQ(load.FindBrokenPromise(gateway->address()), "");
  EXPECT_GT(load.acknowledged(), 100U);
  EXPECT_GT(open, 0U) << "no kill fell between a submission and its answer";
  std::cout << "seed " << seed << ": " << kKillsOfOneStore << " kills, " << load.acknowledged()
            << " acknowledged, " << open << " without answer\n";
}

TEST(RandomKillTest, LosesNothingThatWasAcknowledged) {
  const uint64_t seed = Seed();
  std::cout << GatewayProcess::ReleaseBinary() << ", KJ_SEED=" << seed << std::endl;
  const uint64_t stores = IsLong() ? 16 : 1;
  for (uint64_t i = 0; i < stores && !HasFatalFailure(); ++i) KillOften(seed + i);
}

}  // namespace
}  // namespace kinerja::fault
