#include "gateway/base/event_loop.h"

#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kinerja::base {
namespace {

using testing::ElementsAre;

TEST(EventLoopTest, RunsWhatIsPostedInOrderOnOneThread) {
  EventLoop loop("test");
  std::vector<int> ran;
  std::vector<std::thread::id> threads;
  std::promise<void> done;
  for (int i = 0; i < 5; ++i) {
    loop.Post([&, i] {
      ran.push_back(i);
      threads.push_back(std::this_thread::get_id());
      if (i == 4) done.set_value();
    });
  }
  done.get_future().wait();
  loop.Stop();
  EXPECT_THAT(ran, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(threads, testing::Each(threads.front()));
  EXPECT_NE(threads.front(), std::this_thread::get_id());
}

TEST(EventLoopTest, RunsTimedOnesInTheOrderOfTheirTimeAndNotBefore) {
  EventLoop loop("test");
  std::vector<int> ran;
  std::promise<void> done;
  const absl::Duration began = loop.Now();
  absl::Duration ended;
  loop.PostAfter(absl::Milliseconds(40), [&] {
    ran.push_back(3);
    ended = loop.Now();
    done.set_value();
  });
  loop.PostAfter(absl::Milliseconds(20), [&] { ran.push_back(2); });
  loop.PostAfter(-absl::Hours(1), [&] { ran.push_back(1); });
  loop.PostAfter(absl::Hours(1), [&] { ran.push_back(4); });
  done.get_future().wait();
  loop.Stop();
  EXPECT_THAT(ran, ElementsAre(1, 2, 3));
  EXPECT_GE(ended - began, absl::Milliseconds(40));
}

TEST(EventLoopTest, AFunctionMayPost) {
  EventLoop loop("test");
  std::promise<void> done;
  loop.Post(
      [&] { loop.Post([&] { loop.PostAfter(absl::ZeroDuration(), [&] { done.set_value(); }); }); });
  done.get_future().wait();
}

TEST(EventLoopTest, StopWaitsForWhatRunsAndNothingRunsAfterIt) {
  EventLoop loop("test");
  std::promise<void> running, go_on;
  bool ended = false;
  loop.Post([&] {
    running.set_value();
    go_on.get_future().wait();
    ended = true;
  });
  running.get_future().wait();
  std::thread stopper([&] { loop.Stop(); });
  go_on.set_value();
  stopper.join();
  EXPECT_TRUE(ended);
  loop.Post([] { ADD_FAILURE() << "posted after Stop"; });
  loop.PostAfter(absl::ZeroDuration(), [] { ADD_FAILURE() << "posted after Stop"; });
  loop.Stop();
}

TEST(EventLoopTest, WhatNeverRanIsDestroyedWithTheLoop) {
  auto held = std::make_shared<int>(1);
  {
    EventLoop loop("test");
    loop.PostAfter(absl::Hours(1), [held] {});
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace kinerja::base
