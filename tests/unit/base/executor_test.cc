#include "gateway/base/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <vector>

namespace kinerja::base {
namespace {

using ::testing::ElementsAre;

TEST(ExecutorTest, RunsWorkInOrderOfArrivalOnOneThread) {
  std::vector<int> order;
  Executor executor("test", 1, 16);
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(executor.TrySubmit([&order, i] { order.push_back(i); }));
  }
  executor.Drain();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST(ExecutorTest, RefusesWorkWhenItsQueueIsFull) {
  std::promise<void> started;
  std::promise<void> release;
  std::atomic<int> ran{0};
  Executor executor("test", 1, 1);
  ASSERT_TRUE(executor.TrySubmit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();  // the thread is busy, the queue is empty
  EXPECT_TRUE(executor.TrySubmit([&] { ++ran; }));
  EXPECT_FALSE(executor.TrySubmit([&] { ran += 100; }));
  release.set_value();
  executor.Drain();
  EXPECT_EQ(ran, 1);
}

TEST(ExecutorTest, RunsWhatItAcceptedBeforeItStops) {
  std::promise<void> release;
  std::atomic<int> ran{0};
  Executor executor("test", 2, 16);
  auto gate = release.get_future().share();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(executor.TrySubmit([&ran, gate] {
      gate.wait();
      ++ran;
    }));
  }
  release.set_value();
  executor.Stop();
  EXPECT_EQ(ran, 10);
  EXPECT_FALSE(executor.TrySubmit([&ran] { ++ran; }));
  executor.Stop();  // harmless
  executor.Drain();
  EXPECT_EQ(ran, 10);
}

TEST(ExecutorTest, UsesAllItsThreads) {
  std::promise<void> first_runs;
  std::promise<void> second_runs;
  Executor executor("test", 2, 2);
  // Each waits for the other: with one thread this never ends.
  ASSERT_TRUE(executor.TrySubmit([&] {
    first_runs.set_value();
    second_runs.get_future().wait();
  }));
  ASSERT_TRUE(executor.TrySubmit([&] {
    second_runs.set_value();
    first_runs.get_future().wait();
  }));
  executor.Drain();
}

TEST(ExecutorTest, LetsGoOfWhatWorkHeldBeforeDrainReturns) {
  auto held = std::make_shared<int>(1);
  Executor executor("test", 1, 2);
  ASSERT_TRUE(executor.TrySubmit([held] {}));
  executor.Drain();
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace kinerja::base
