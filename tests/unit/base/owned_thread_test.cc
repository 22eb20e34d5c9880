#include "gateway/base/owned_thread.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>

namespace kinerja::base {
namespace {

std::string NameOfThisThread() {
  std::array<char, 16> name{};
  EXPECT_EQ(pthread_getname_np(pthread_self(), name.data(), name.size()), 0);
  return name.data();
}

TEST(OwnedThreadTest, CarriesItsName) {
  std::string name;
  {
    OwnedThread thread("sqlite-writer", [&name] { name = NameOfThisThread(); });
  }
  EXPECT_EQ(name, "sqlite-writer");
}

TEST(OwnedThreadTest, CutsANameThatIsTooLongForTheKernel) {
  std::string name;
  {
    OwnedThread thread("a-name-of-twenty-one", [&name] { name = NameOfThisThread(); });
  }
  EXPECT_EQ(name, "a-name-of-twent");
}

TEST(OwnedThreadTest, StopsAndJoinsInItsDestructor) {
  std::atomic<bool> ended{false};
  {
    OwnedThread thread("loop", [&ended](const std::stop_token& stop) {
      while (!stop.stop_requested()) std::this_thread::yield();
      ended = true;
    });
  }
  EXPECT_TRUE(ended);
}

TEST(OwnedThreadTest, JoinsWithoutAskingToStop) {
  bool asked = true;
  OwnedThread thread("once",
                     [&asked](const std::stop_token& stop) { asked = stop.stop_requested(); });
  thread.Join();
  thread.Join();  // harmless
  EXPECT_FALSE(asked);
}

}  // namespace
}  // namespace kinerja::base
