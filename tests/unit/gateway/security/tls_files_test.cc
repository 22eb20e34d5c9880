#include "gateway/security/tls_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "gateway/base/hex.h"
#include "gateway/security/digest.h"
#include "gateway/security/pki.h"

namespace kinerja::security {
namespace {

constexpr absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);  // 2026-01-05

class TlsFilesTest : public testing::Test {
 protected:
  TlsFilesTest() : folder_(testing::TempDir() + "tls_" + base::HexEncode(RandomBytes(8))) {
    PkiOptions options;
    options.folder = folder_;
    options.now = kNow;
    EXPECT_EQ(MakeDemoPki(options), absl::OkStatus());
  }
  ~TlsFilesTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(Path(name), std::ios::binary) << text;
    chmod(Path(name).c_str(), 0600);
    return Path(name);
  }

  // Without the folder.
  std::string Message(const absl::Status& status) const {
    std::string message(status.message());
    for (size_t at = message.find(folder_ + "/"); at != std::string::npos;
         at = message.find(folder_ + "/")) {
      message.erase(at, folder_.size() + 1);
    }
    return message;
  }

  const std::string folder_;
};

TEST_F(TlsFilesTest, AcceptsGoodFiles) {
  EXPECT_EQ(CheckCertificates(Path("server.pem"), kNow), absl::OkStatus());
  EXPECT_EQ(CheckPrivateKey(Path("server-key.pem")), absl::OkStatus());
  EXPECT_EQ(CheckKeyMatches(Path("server.pem"), Path("server-key.pem")), absl::OkStatus());
}

TEST_F(TlsFilesTest, SaysThatAFileIsMissing) {
  EXPECT_EQ(Message(CheckCertificates(Path("none.pem"), kNow)),
            "none.pem cannot be read (No such file or directory); give a file that this user may "
            "read");
  EXPECT_EQ(Message(CheckPrivateKey(folder_)).substr(folder_.size()),
            " is no file of at most 1 MiB; give a PEM file");
}

TEST_F(TlsFilesTest, SaysThatACertificateIsUnreadable) {
  const std::string want =
      "bad.pem holds no readable certificate; give a PEM file with the certificate first";
  for (const char* text :
       {"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    EXPECT_EQ(Message(CheckCertificates(Write("bad.pem", text), kNow)), want) << text;
  }
}

TEST_F(TlsFilesTest, JudgesEveryCertificateOfAChain) {
  std::ifstream good(Path("server.pem"));
  std::string text((std::istreambuf_iterator<char>(good)), std::istreambuf_iterator<char>());
  text += "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_FALSE(CheckCertificates(Write("chain.pem", text), kNow).ok());
}

TEST_F(TlsFilesTest, SaysThatACertificateIsNotValidNow) {
  EXPECT_EQ(Message(CheckCertificates(Path("server.pem"), kNow - absl::Hours(24))),
            "server.pem holds a certificate that is not valid yet; check the clock of this "
            "machine");
  EXPECT_EQ(Message(CheckCertificates(Path("server.pem"), kNow + absl::Hours(24) * 900)),
            "server.pem holds a certificate that has expired; replace it");
}

TEST_F(TlsFilesTest, RefusesAKeyThatOthersMayUse) {
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    chmod(Path("server-key.pem").c_str(), mode);
    EXPECT_EQ(Message(CheckPrivateKey(Path("server-key.pem"))),
              "server-key.pem may be used by others than its owner; run chmod 600 on it");
  }
}

TEST_F(TlsFilesTest, SaysThatAKeyIsUnreadable) {
  EXPECT_EQ(Message(CheckPrivateKey(Write("bad.pem", "hello"))),
            "bad.pem holds no readable private key; give a PEM file without passphrase");
}

TEST_F(TlsFilesTest, SaysThatKeyAndCertificateAreStrangers) {
  EXPECT_EQ(Message(CheckKeyMatches(Path("server.pem"), Path("ca-key.pem"))),
            "ca-key.pem is not the key of the first certificate in server.pem; give the two that "
            "belong together");
}

}  // namespace
}  // namespace kinerja::security
