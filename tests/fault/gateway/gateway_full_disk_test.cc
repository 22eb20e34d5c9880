// A file system that is full: writes are refused, reads go on, and writing resumes by itself when
// there is space again (promise P1). A tmpfs of a few MiB is mounted for the test, in a mount
// namespace of its own.
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/fault/gateway/submit_load.h"
#include "tests/support/gateway_client.h"
#include "tests/support/gateway_process.h"
#include "tests/support/matchers.h"

namespace kinerja::fault {
namespace {

using absl::StatusCode;
using support::GatewayClient;
using support::GatewayFolder;
using support::GatewayProcess;
using support::HasReason;
using support::IsOk;
using support::StatusIs;

constexpr size_t kBallastBytes = 6 << 20;

// A mount that ends with this object, and with the process.
class SmallDisk {
 public:
  SmallDisk() {
    path_ = (std::filesystem::temp_directory_path() / "kinerja-small-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr || !OwnNamespace() ||
        mount("none", path_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=12m,mode=700") != 0) {
      problem_ = std::string("a tmpfs cannot be mounted: ") + std::strerror(errno) +
                 "; run this test as root, or allow user namespaces";
    }
  }
  ~SmallDisk() {
    umount2(path_.c_str(), MNT_DETACH);
    rmdir(path_.c_str());
  }

  const std::string& path() const { return path_; }
  const std::string& problem() const { return problem_; }

 private:
  // As root, else as root of a user namespace.
  static bool OwnNamespace() {
    const uid_t user = getuid();
    const gid_t group = getgid();
    if (unshare(CLONE_NEWNS) != 0) {
      if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
      support::WriteTestFile("/proc/self/setgroups", "deny");
      support::WriteTestFile("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
      support::WriteTestFile("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
    }
    // In a chroot "/" is no mount point, and EINVAL says so: then the mount may be seen outside
    // until it is taken down, which the destructor does.
    return mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 || errno == EINVAL;
  }

  std::string path_;
  std::string problem_;
};

class FullDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(disk_.problem(), "");
    support::WriteTestFile(ballast_, std::string(kBallastBytes, 'x'));
    gateway_ = GatewayProcess::Start(folder_);
    ASSERT_TRUE(gateway_->served()) << folder_.ReadLog();
  }

  // Submits until there is no space left.
  void FillDisk() {
    load_.Run(gateway_->address(), {.clients = 8});
    ASSERT_FALSE(load_.errors().empty());
    for (const absl::Status& error : load_.errors()) {
      EXPECT_THAT(error, StatusIs(StatusCode::kResourceExhausted));
      EXPECT_THAT(error, HasReason("STORE_FULL"));
    }
    ASSERT_GT(load_.acknowledged(), 0U);
  }

  void FreeSpace() { ASSERT_TRUE(std::filesystem::remove(ballast_)); }

  const SmallDisk disk_;
  const std::string ballast_ = disk_.path() + "/ballast";
  const GatewayFolder folder_{{.store_folder = disk_.path()}};
  std::unique_ptr<GatewayProcess> gateway_;
  SubmitLoad load_{/*seed=*/2};
};

TEST_F(FullDiskTest, RefusesWritesAndGoesOnReading) {
  FillDisk();
  const GatewayClient client({.address = gateway_->address(), .token = support::kPmmToken});
  EXPECT_THAT(client.GetSkp(load_.AnyName()), IsOk());
  // Still, and again: nothing was half done by the attempts before.
  load_.Run(gateway_->address(), {.clients = 4});
  for (const absl::Status& error : load_.errors()) EXPECT_THAT(error, HasReason("STORE_FULL"));
  EXPECT_THAT(client.GetSkp(load_.AnyName()), IsOk());
}

TEST_F(FullDiskTest, ResumesWithoutRestartWhenThereIsSpace) {
  FillDisk();
  const uint64_t before = load_.acknowledged();
  FreeSpace();
  load_.Run(gateway_->address(), {.clients = 4, .submissions = 100});
  EXPECT_TRUE(load_.errors().empty()) << load_.errors().front();
  EXPECT_GT(load_.acknowledged(), before);
  EXPECT_EQ(load_.FindBrokenPromise(gateway_->address()), "");
}

TEST_F(FullDiskTest, LosesNothingWhenItIsKilledWhileFull) {
  FillDisk();
  gateway_->Kill();
  FreeSpace();
  gateway_ = GatewayProcess::Start(folder_);
  ASSERT_TRUE(gateway_->served()) << folder_.ReadLog();
  EXPECT_EQ(load_.FindBrokenPromise(gateway_->address()), "");
}

}  // namespace
}  // namespace kinerja::fault
