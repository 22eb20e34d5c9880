#include "gateway/security/pki.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/base/hex.h"
#include "gateway/security/digest.h"
#include "gateway/security/tls_files.h"

namespace kinerja::security {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);  // 2026-01-05
constexpr absl::Duration kDay = absl::Hours(24);

class PkiTest : public testing::Test {
 protected:
  PkiTest() {
    options_.folder = testing::TempDir() + "pki_" + base::HexEncode(RandomBytes(8));
    options_.server_names = {"gateway.example", "10.0.0.7"};
    options_.clients = {"pmm.example"};
    options_.now = kNow;
  }
  ~PkiTest() override { std::filesystem::remove_all(options_.folder); }

  std::string Path(const std::string& name) const { return options_.folder + "/" + name; }

  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name), std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  }

  mode_t Mode(const std::string& path) const {
    struct stat info = {};
    EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 07777;
  }

  PkiOptions options_;
};

TEST_F(PkiTest, WritesEveryFileAndNothingElse) {
  ASSERT_EQ(MakeDemoPki(options_), absl::OkStatus());
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(options_.folder)) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, UnorderedElementsAre("ca.pem", "ca-key.pem", "server.pem", "server-key.pem",
                                          "pmm.example.pem", "pmm.example-key.pem"));
}

TEST_F(PkiTest, KeepsKeysFromOthers) {
  ASSERT_EQ(MakeDemoPki(options_), absl::OkStatus());
  EXPECT_EQ(Mode(options_.folder), 0700U);
  for (const char* key : {"ca-key.pem", "server-key.pem", "pmm.example-key.pem"}) {
    EXPECT_EQ(Mode(Path(key)), 0600U) << key;
    EXPECT_EQ(CheckPrivateKey(Path(key)), absl::OkStatus()) << key;
  }
}

TEST_F(PkiTest, MakesPairsThatBelongTogether) {
  ASSERT_EQ(MakeDemoPki(options_), absl::OkStatus());
  for (const std::string name : {"ca", "server", "pmm.example"}) {
    EXPECT_EQ(CheckKeyMatches(Path(name + ".pem"), Path(name + "-key.pem")), absl::OkStatus());
  }
  EXPECT_FALSE(CheckKeyMatches(Path("ca.pem"), Path("server-key.pem")).ok());
}

TEST_F(PkiTest, GivesTheCaTenYearsAndTheOthersLess) {
  ASSERT_EQ(MakeDemoPki(options_), absl::OkStatus());
  EXPECT_EQ(CheckCertificates(Path("ca.pem"), kNow), absl::OkStatus());
  EXPECT_EQ(CheckCertificates(Path("ca.pem"), kNow + 3651 * kDay), absl::OkStatus());
  EXPECT_FALSE(CheckCertificates(Path("ca.pem"), kNow + 3653 * kDay).ok());
  EXPECT_EQ(CheckCertificates(Path("server.pem"), kNow + 824 * kDay), absl::OkStatus());
  EXPECT_FALSE(CheckCertificates(Path("server.pem"), kNow + 826 * kDay).ok());
  EXPECT_FALSE(CheckCertificates(Path("server.pem"), kNow - kDay).ok());
}

TEST_F(PkiTest, RefusesToOverwriteUnlessForced) {
  ASSERT_EQ(MakeDemoPki(options_), absl::OkStatus());
  const std::string before = Read("ca.pem");
  std::filesystem::remove(Path("server.pem"));
  const absl::Status again = MakeDemoPki(options_);
  EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(again.message()), HasSubstr("ca.pem is there"));
  EXPECT_EQ(Read("ca.pem"), before);
  EXPECT_FALSE(std::filesystem::exists(Path("server.pem")));  // nothing was written

  options_.force = true;
  ASSERT_EQ(MakeDemoPki(options_), absl::OkStatus());
  EXPECT_NE(Read("ca.pem"), before);
  EXPECT_EQ(CheckKeyMatches(Path("ca.pem"), Path("ca-key.pem")), absl::OkStatus());
}

TEST_F(PkiTest, RefusesNamesThatLeaveTheFolderOrTheExtension) {
  for (const char* name : {"", "../ca", "a/b", "a,DNS:b", ".hidden", "ca", "server-key"}) {
    options_.clients = {name};
    EXPECT_EQ(MakeDemoPki(options_).code(), absl::StatusCode::kInvalidArgument) << name;
  }
  options_.clients = {"a", "a-key"};
  EXPECT_EQ(MakeDemoPki(options_).code(), absl::StatusCode::kInvalidArgument);
  options_.clients = {};
  options_.server_names = {"gateway.example,DNS:*"};
  EXPECT_EQ(MakeDemoPki(options_).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(options_.folder));
}

TEST_F(PkiTest, SaysWhichFolderCannotBeWritten) {
  options_.folder += "/tidak/ada";
  const absl::Status status = MakeDemoPki(options_);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("tidak/ada cannot be written"));
}

}  // namespace
}  // namespace kinerja::security
