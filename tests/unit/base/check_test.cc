#include "gateway/base/check.h"

#include <gtest/gtest.h>

namespace kinerja::base {
namespace {

TEST(CheckDeathTest, EndsTheProcessAndNamesTheCondition) {
  const int revision = 0;
  EXPECT_DEATH(KJ_CHECK(revision > 0),
               "\"event\":\"check_failed\".*\"line\":[0-9]+,\"condition\":\"revision > 0\"");
}

TEST(CheckTest, EvaluatesAConditionThatHoldsOnce) {
  int count = 0;
  KJ_CHECK(++count == 1);
  EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace kinerja::base
