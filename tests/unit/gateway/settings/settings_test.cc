#include "gateway/settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "gateway/base/hex.h"
#include "gateway/base/status.h"
#include "gateway/security/digest.h"
#include "gateway/security/pki.h"

namespace kinerja::settings {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::Time kNow = absl::FromUnixSeconds(1'767'600'000);  // 2026-01-05

constexpr char kConfig[] = R"(listeners:
  - address: 127.0.0.1:8443
store:
  sqlite:
    path: run/kinerja.db
systems:
  - id: pmm
principals:
  - id: demo
    bearer_token_sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
    systems: [pmm]
    instansi: ["9901"]
reference:
  instansi_file: tables/instansi.tsv
  unor_file: tables/unor.tsv
)";

constexpr char kInstansi[] =
    "kode_bkn\tinstansi_id\tnama\tjenis\tkode_wilayah\n"
    "9901\tx\tPemerintah Kab. Contoh Jaya\tD\t99.01\n";
constexpr char kUnor[] =
    "id\tid_lokal\tnama\tinduk_id\tkode_instansi\tnpsn\tbentuk\taktif\n"
    "U1\tL1\tSDN 1 Contoh Jaya\t\t9901\t\t\tya\n";

class SettingsTest : public testing::Test {
 protected:
  SettingsTest()
      : folder_(testing::TempDir() + "set_" + base::HexEncode(security::RandomBytes(8))) {
    MakeFolder("");
    MakeFolder("run");
    MakeFolder("tables");
    Write("tables/instansi.tsv", kInstansi);
    Write("tables/unor.tsv", kUnor);
  }
  ~SettingsTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  void MakeFolder(const std::string& name) {
    std::filesystem::create_directory(Path(name));
    chmod(Path(name).c_str(), 0700);
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(Path(name), std::ios::binary) << text;
  }

  absl::StatusOr<Settings> Load(const std::string& yaml) {
    Write("gateway.yaml", yaml);
    return LoadSettings(Path("gateway.yaml"), kNow);
  }

  // The message of what Load answers, without the folder.
  std::string MistakesOf(const std::string& yaml) {
    std::string message(Load(yaml).status().message());
    const std::string prefix = folder_ + "/";
    for (size_t at = message.find(prefix); at != std::string::npos; at = message.find(prefix, at)) {
      message.erase(at, prefix.size());
    }
    return message;
  }

  static std::string Edited(const std::string& from, const std::string& to) {
    std::string yaml = kConfig;
    const size_t at = yaml.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return yaml.replace(at, from.size(), to);
  }

  const std::string folder_;
};

TEST_F(SettingsTest, FillsInDefaults) {
  const auto settings = Load(kConfig);
  ASSERT_TRUE(settings.ok()) << settings.status();
  const auto& config = settings->config;
  EXPECT_EQ(config.store().request_retention().seconds(), 691'200);
  EXPECT_EQ(config.store().sqlite().readers(), 2U);
  EXPECT_EQ(config.systems(0).owner(), v1::OWNER_ORIGIN);
  EXPECT_EQ(config.limits().max_message_bytes(), 1'048'576U);
  EXPECT_EQ(config.limits().max_calls_in_flight(), 1000U);
  EXPECT_EQ(config.limits().max_waiting_writes(), 4096U);
  EXPECT_EQ(config.limits().max_scan(), 10'000U);
  EXPECT_EQ(config.limits().stop_grace().seconds(), 10);
  EXPECT_EQ(config.log().level(), config::v1::LOG_LEVEL_INFO);
}

TEST_F(SettingsTest, KeepsWhatIsGiven) {
  const auto settings = Load(std::string(kConfig) +
                             "limits: {max_scan: 7, stop_grace: 1m30.5s}\nlog: {level: DEBUG}\n");
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->config.limits().max_scan(), 7U);
  EXPECT_EQ(settings->config.limits().stop_grace().seconds(), 90);
  EXPECT_EQ(settings->config.limits().stop_grace().nanos(), 500'000'000);
  EXPECT_EQ(settings->config.log().level(), config::v1::LOG_LEVEL_DEBUG);
}

TEST_F(SettingsTest, TakesPathsFromTheFolderOfTheFile) {
  const auto settings = Load(Edited("tables/unor.tsv", Path("tables/../tables/unor.tsv")));
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->config.store().sqlite().path(), Path("run/kinerja.db"));
  EXPECT_EQ(settings->config.reference().instansi_file(), Path("tables/instansi.tsv"));
  EXPECT_EQ(settings->config.reference().unor_file(), Path("tables/unor.tsv"));
}

TEST_F(SettingsTest, CarriesTheReferenceTables) {
  const auto settings = Load(kConfig);
  ASSERT_TRUE(settings.ok()) << settings.status();
  ASSERT_NE(settings->reference->FindInstansi("9901"), nullptr);
  EXPECT_EQ(settings->reference->FindInstansi("9901")->kode_wilayah(), "99.01");
}

TEST_F(SettingsTest, AnswersWithTheCodeOfTheCatalogue) {
  const absl::Status status = Load("a: 1\nb: 2\n").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(base::ReasonOf(status), "CONFIG_INVALID");
}

TEST_F(SettingsTest, SaysThatTheFileCannotBeRead) {
  EXPECT_EQ(LoadSettings("/tidak/ada.yaml", kNow).status().message(),
            "/tidak/ada.yaml:1: cannot be read (No such file or directory); give a file that this "
            "user may read");
  EXPECT_EQ(LoadSettings(folder_, kNow).status().message(),
            folder_ + ":1: cannot be read (no regular file); give a file that this user may read");
}

TEST_F(SettingsTest, JudgesTheFolderOfTheStore) {
  EXPECT_EQ(MistakesOf(Edited("run/kinerja.db", "data/kinerja.db")),
            "gateway.yaml:5: store.sqlite.path: folder data is not there; make it with mkdir -m "
            "700");
  for (const mode_t mode : {0770U, 0702U}) {
    chmod(Path("run").c_str(), mode);
    EXPECT_EQ(MistakesOf(kConfig),
              "gateway.yaml:5: store.sqlite.path: folder run may be written by others; make it "
              "belong to this user, and run chmod 700 on it");
  }
  chmod(Path("run").c_str(), 0755);
  EXPECT_EQ(MistakesOf(kConfig), "");
}

TEST_F(SettingsTest, NamesTheMistakesOfTheReferenceTables) {
  Write("tables/unor.tsv", std::string(kUnor) + "U1\tL2\tSDN 2\t\t9909\t\t\tya\n");
  Write("tables/instansi.tsv", std::string(kInstansi) + "99\tx\tNama\tX\t\n");
  const std::string mistakes = MistakesOf(kConfig);
  EXPECT_THAT(mistakes, HasSubstr("gateway.yaml:14: reference.instansi_file: instansi line 3: "
                                  "kode_bkn is not four digits"));
  EXPECT_THAT(mistakes, HasSubstr("gateway.yaml:14: reference.instansi_file: instansi line 3: "
                                  "jenis is not P or D"));
  EXPECT_THAT(mistakes,
              HasSubstr("gateway.yaml:15: reference.unor_file: unor line 3: id occurs twice"));
  // Without tables nothing is said about codes.
  EXPECT_THAT(mistakes, Not(HasSubstr("principals")));
}

TEST_F(SettingsTest, SaysWhichTableCannotBeRead) {
  std::filesystem::remove(Path("tables/unor.tsv"));
  EXPECT_EQ(MistakesOf(kConfig),
            "gateway.yaml:15: reference.unor_file: tables/unor.tsv cannot be read (No such file or "
            "directory); give a file that this user may read");
}

class TlsSettingsTest : public SettingsTest {
 protected:
  TlsSettingsTest() {
    security::PkiOptions options;
    options.folder = Path("pki");
    options.clients = {"pmm.example"};
    options.now = kNow;
    EXPECT_EQ(security::MakeDemoPki(options), absl::OkStatus());
  }

  static std::string WithTls(const std::string& certificate, const std::string& key) {
    return Edited("  - address: 127.0.0.1:8443\n",
                  "  - address: 0.0.0.0:8443\n    tls:\n      certificate_file: pki/" +
                      certificate + "\n      private_key_file: pki/" + key +
                      "\n      client_ca_file: pki/ca.pem\n");
  }
};

TEST_F(TlsSettingsTest, ListensToTheWorldWithACertificate) {
  const auto settings = Load(WithTls("server.pem", "server-key.pem"));
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->config.listeners(0).tls().client_ca_file(), Path("pki/ca.pem"));
}

TEST_F(TlsSettingsTest, JudgesTheFiles) {
  EXPECT_EQ(MistakesOf(WithTls("server.pem", "ca-key.pem")),
            "gateway.yaml:5: listeners[0].tls.private_key_file: pki/ca-key.pem is not the key of "
            "the first certificate in pki/server.pem; give the two that belong together");
  chmod(Path("pki/server-key.pem").c_str(), 0644);
  std::filesystem::remove(Path("pki/ca.pem"));
  EXPECT_EQ(MistakesOf(WithTls("server-key.pem", "server-key.pem")),
            "gateway.yaml:4: listeners[0].tls.certificate_file: pki/server-key.pem holds no "
            "readable certificate; give a PEM file with the certificate first\n"
            "gateway.yaml:5: listeners[0].tls.private_key_file: pki/server-key.pem may be used by "
            "others than its owner; run chmod 600 on it\n"
            "gateway.yaml:6: listeners[0].tls.client_ca_file: pki/ca.pem cannot be read (No such "
            "file or directory); give a file that this user may read");
}

TEST_F(TlsSettingsTest, MasksProofsInTheLog) {
  const auto settings = Load(WithTls("server.pem", "server-key.pem"));
  ASSERT_TRUE(settings.ok()) << settings.status();
  const std::string json = EffectiveConfigForLog(settings->config);
  EXPECT_THAT(json, HasSubstr("\"bearer_token_sha256\":\"***\""));
  EXPECT_THAT(json, Not(HasSubstr("ba7816bf")));
  EXPECT_THAT(json, HasSubstr("\"max_scan\":10000"));
  EXPECT_THAT(json, Not(HasSubstr("\n")));
}

// The example that ships, in a copy of the folder, with the folder for the store that it asks for.
TEST_F(SettingsTest, LoadsTheExampleOfTheRepository) {
  const std::string source = KINERJA_SOURCE_DIR "/config";
  MakeFolder("config");
  std::filesystem::copy(source + "/gateway.yaml", Path("config/gateway.yaml"));
  std::filesystem::copy(source + "/reference", Path("config/reference"));
  const auto settings = LoadSettings(Path("config/gateway.yaml"), kNow);
  ASSERT_TRUE(settings.ok()) << settings.status().message();
  EXPECT_EQ(settings->config.store().sqlite().path(), Path("run/kinerja.db"));
}

}  // namespace
}  // namespace kinerja::settings
