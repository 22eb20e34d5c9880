#include "gateway/generate/random.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kinerja::generate {
namespace {

// The numbers of the published splitmix64 for seed 1234567.
TEST(RandomTest, GivesThePublishedNumbers) {
  Random random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317u);
  EXPECT_EQ(random.Next(), 3203168211198807973u);
  EXPECT_EQ(random.Next(), 9817491932198370423u);
}

TEST(RandomTest, BetweenReachesBothEnds) {
  Random random(1);
  std::set<int> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.Between(-1, 2));
  EXPECT_THAT(seen, testing::ElementsAre(-1, 0, 1, 2));
}

TEST(RandomTest, ChanceKnowsNeverAndAlways) {
  Random random(2);
  for (int i = 0; i < 200; ++i) {
    EXPECT_FALSE(random.Chance(0));
    EXPECT_TRUE(random.Chance(100));
  }
}

TEST(RandomTest, MixedSeedsOfNeighboursDiffer) {
  std::set<uint64_t> seen;
  for (uint64_t seed = 0; seed < 30; ++seed) {
    for (uint64_t number = 0; number < 30; ++number) seen.insert(MixSeed(seed, number));
  }
  EXPECT_EQ(seen.size(), 900u);
}

TEST(RandomTest, HashOfTextIsFnv1a) {
  EXPECT_EQ(HashText(""), 0xCBF29CE484222325u);
  EXPECT_EQ(HashText("foobar"), 0x85944171F73967E8u);
}

}  // namespace
}  // namespace kinerja::generate
