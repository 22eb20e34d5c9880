#include "gateway/base/mutex.h"

#include <gtest/gtest.h>

#include "gateway/base/owned_thread.h"

namespace kinerja::base {
namespace {

TEST(MutexTest, LetsOneThreadInAtATime) {
  Mutex mutex;
  int count = 0;
  const auto add = [&] {
    for (int i = 0; i < 20000; ++i) {
      MutexLock lock(mutex);
      ++count;
    }
  };
  {
    OwnedThread a("a", add);
    OwnedThread b("b", add);
  }
  EXPECT_EQ(count, 40000);
}

TEST(CondVarTest, WakesAWaiterThatSeesTheChange) {
  Mutex mutex;
  CondVar changed;
  bool ready = false;
  bool answered = false;
  OwnedThread other("other", [&] {
    MutexLock lock(mutex);
    while (!ready) changed.Wait(mutex);
    answered = true;
    changed.NotifyAll();
  });
  MutexLock lock(mutex);
  ready = true;
  changed.NotifyAll();
  while (!answered) changed.Wait(mutex);
  EXPECT_TRUE(answered);
}

TEST(CondVarTest, GivesUpWhenTheTimeIsOver) {
  Mutex mutex;
  CondVar never;
  MutexLock lock(mutex);
  while (never.WaitFor(mutex, absl::Milliseconds(1))) {
  }
  EXPECT_FALSE(never.WaitFor(mutex, -absl::InfiniteDuration()));
}

TEST(CondVarTest, CanWaitForEver) {
  Mutex mutex;
  CondVar changed;
  bool ready = false;
  OwnedThread other("other", [&] {
    MutexLock lock(mutex);
    ready = true;
    changed.NotifyAll();
  });
  MutexLock lock(mutex);
  while (!ready) EXPECT_TRUE(changed.WaitFor(mutex, absl::InfiniteDuration()));
}

}  // namespace
}  // namespace kinerja::base
