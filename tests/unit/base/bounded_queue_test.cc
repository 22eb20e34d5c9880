#include "gateway/base/bounded_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/base/owned_thread.h"

namespace kinerja::base {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(BoundedQueueTest, GivesItemsInOrderOfArrival) {
  BoundedQueue<int> queue(8);
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(queue.TryPush(std::move(i)));
  EXPECT_THAT(queue.PopBatch(8), ElementsAre(1, 2, 3));
}

TEST(BoundedQueueTest, TakesNoMoreThanMax) {
  BoundedQueue<int> queue(8);
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(queue.TryPush(std::move(i)));
  EXPECT_THAT(queue.PopBatch(2), ElementsAre(1, 2));
  EXPECT_THAT(queue.PopBatch(2), ElementsAre(3));
}

TEST(BoundedQueueTest, LeavesTheItemWithTheCallerWhenFull) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  ASSERT_TRUE(queue.TryPush(std::make_unique<int>(1)));
  auto refused = std::make_unique<int>(2);
  EXPECT_FALSE(queue.TryPush(std::move(refused)));
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(*refused, 2);
}

TEST(BoundedQueueTest, RefusesAfterCloseAndGivesWhatItHolds) {
  BoundedQueue<int> queue(8);
  ASSERT_TRUE(queue.TryPush(1));
  queue.Close();
  EXPECT_FALSE(queue.TryPush(2));
  EXPECT_THAT(queue.PopBatch(8), ElementsAre(1));
  EXPECT_THAT(queue.PopBatch(8), IsEmpty());
}

TEST(BoundedQueueTest, WakesAWaiterOnClose) {
  BoundedQueue<int> queue(8);
  std::vector<int> got{7};
  {
    OwnedThread waiter("waiter", [&] { got = queue.PopBatch(8); });
    queue.Close();
  }
  EXPECT_THAT(got, IsEmpty());
}

TEST(BoundedQueueTest, LosesAndDoublesNothingBetweenManyThreads) {
  constexpr int kEach = 5000;
  BoundedQueue<int> queue(16);
  std::vector<int> seen(3 * kEach, 0);
  Mutex seen_mutex;
  const auto push = [&](int first) {
    for (int i = first; i < first + kEach; ++i) {
      int item = i;
      while (!queue.TryPush(std::move(item))) std::this_thread::yield();
    }
  };
  const auto pop = [&] {
    for (auto batch = queue.PopBatch(4); !batch.empty(); batch = queue.PopBatch(4)) {
      MutexLock lock(seen_mutex);
      for (const int item : batch) ++seen[static_cast<size_t>(item)];
    }
  };
  {
    OwnedThread consumer_a("consumer-a", pop);
    OwnedThread consumer_b("consumer-b", pop);
    {
      OwnedThread producer_a("producer-a", [&] { push(0); });
      OwnedThread producer_b("producer-b", [&] { push(kEach); });
      OwnedThread producer_c("producer-c", [&] { push(2 * kEach); });
    }
    queue.Close();
  }
  EXPECT_THAT(seen, ::testing::Each(1));
  EXPECT_EQ(queue.size(), 0U);
}

}  // namespace
}  // namespace kinerja::base
