// kinerjactl against the real gateway, called as people and scripts call it.
#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/run_command.h"
#include "tests/support/gateway_process.h"

namespace kinerja::integration {
namespace {

using support::GatewayFolder;
using support::GatewayProcess;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The first word that begins like the name of a record.
std::string NameIn(const std::string& output) {
  for (const absl::string_view word : absl::StrSplit(output, absl::ByAnyChar(" \n\""))) {
    if (word.find("instansi/") == 0 && word.find("/skp/") != absl::string_view::npos) {
      return std::string(word);
    }
  }
  return "";
}

class CtlProgramTest : public testing::Test {
 protected:
  CtlProgramTest() : folder_({.tls = true}), gateway_(GatewayProcess::Start(folder_)) {
    EXPECT_TRUE(gateway_->served()) << folder_.ReadLog();
  }

  CommandResult Ctl(std::vector<std::string> words, std::string_view token = support::kPmmToken) {
    words.insert(words.begin(), KINERJA_BINARY_DIR "/bin/kinerjactl");
    return RunCommand(
        words, {{"KINERJA_SERVER", gateway_->address()}, {"KINERJA_TOKEN", std::string(token)}});
  }

  // A folder of generated records; `more` are further options of generate.
  std::string Generate(const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"generate", "--out", folder_.File(name), "--reference",
                                      KINERJA_SOURCE_DIR "/config/reference"};
    words.insert(words.end(), more.begin(), more.end());
    const CommandResult made = Ctl(words);
    EXPECT_EQ(made.exit_code, 0) << made.output;
    return folder_.File(name);
  }

  static long Count(const std::string& output, const std::string& what) {
    const std::vector<std::string> lines = absl::StrSplit(output, '\n');
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.compare(0, what.size(), what) == 0;
    });
  }

  GatewayFolder folder_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(CtlProgramTest, GeneratedRecordsAreAcceptedListedAndReadBack) {
  const std::string records = Generate("records", {"--count", "60", "--seed", "11"});
  const CommandResult sent = Ctl({"submit", records, "--parallel", "16"});
  ASSERT_EQ(sent.exit_code, 0) << sent.output;
  EXPECT_EQ(Count(sent.output, "CREATED"), 60);

  const CommandResult again = Ctl({"submit", records});
  EXPECT_EQ(again.exit_code, 0) << again.output;
  EXPECT_EQ(Count(again.output, "UNCHANGED"), 60);

  const CommandResult listed = Ctl({"list", "--limit", "0", "--output", "json"});
  EXPECT_EQ(listed.exit_code, 0) << listed.output;
  EXPECT_EQ(Count(listed.output, "{\"name\":\"instansi/"), 60);

  const std::string name = NameIn(sent.output);
  const CommandResult got = Ctl({"get", name});
  EXPECT_EQ(got.exit_code, 0) << got.output;
  EXPECT_THAT(got.output, HasSubstr(name));
  const CommandResult revisions = Ctl({"revisions", name});
  EXPECT_EQ(revisions.exit_code, 0) << revisions.output;
  EXPECT_THAT(revisions.output, HasSubstr(name));
  EXPECT_EQ(Ctl({"conflicts"}).exit_code, 0);
}

TEST_F(CtlProgramTest, WhatWasReadCanBeSubmittedAgain) {
  const std::string records = Generate("records", {"--seed", "12"});
  const CommandResult sent = Ctl({"submit", records});
  ASSERT_EQ(sent.exit_code, 0) << sent.output;
  const CommandResult got = Ctl({"get", NameIn(sent.output), "--output", "json"});
  ASSERT_EQ(got.exit_code, 0) << got.output;
  support::WriteTestFile(folder_.File("read.json"), got.output);
  const CommandResult again = Ctl({"submit", folder_.File("read.json")});
  EXPECT_EQ(again.exit_code, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("UNCHANGED"));
}

TEST_F(CtlProgramTest, RefusalIsToldInBothLanguages) {
  const std::string records = Generate("wrong", {"--wrong", "NIP_TMT"});
  const CommandResult refused = Ctl({"submit", records});
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  EXPECT_THAT(refused.output,
              AllOf(HasSubstr("RECORD_INVALID"), HasSubstr("pegawai.nip"), HasSubstr("NIP_TMT"),
                    HasSubstr("OPERATOR_SEKOLAH"), HasSubstr("digits 13 and 14"),
                    HasSubstr("Angka ke-13 dan ke-14")));
  const CommandResult judged = Ctl({"validate", records, "--lang", "id"});
  EXPECT_EQ(judged.exit_code, 1) << judged.output;
  EXPECT_THAT(judged.output, AllOf(HasSubstr("INVALID"), HasSubstr("Angka ke-13"),
                                   Not(HasSubstr("digits 13 and 14"))));
  EXPECT_EQ(NameIn(Ctl({"list"}).output), "") << "a refusal keeps nothing";
}

TEST_F(CtlProgramTest, ALongListOfViolationsIsComplete) {
  std::string rows;
  for (int i = 0; i < 150; ++i) rows += "rhk { klasifikasi: KLASIFIKASI_UTAMA }\n";
  support::WriteTestFile(folder_.File("many.textproto"),
                         "source { system: \"pmm\" id: \"many\" } kelengkapan: KELENGKAPAN_LENGKAP "
                         "regime: REGIME_PERMENPANRB6_2022 status: STATUS_SKP_DIAJUKAN "
                         "pegawai { instansi { kode_bkn: \"9901\" } }\n" +
                             rows);
  const CommandResult refused = Ctl({"submit", folder_.File("many.textproto")});
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  EXPECT_THAT(refused.output, AllOf(HasSubstr("rhk[149].uraian"), Not(HasSubstr("and more"))));
}

TEST_F(CtlProgramTest, RequestIdRepeatedGivesTheFirstAnswer) {
  const std::string records = Generate("records", {"--seed", "13"});
  const std::vector<std::string> command = {"submit", records, "--request-id",
                                            "8c5a5d3e-1f0a-4b6e-9d2c-3b1f0e9a7c55"};
  const CommandResult first = Ctl(command);
  const CommandResult second = Ctl(command);
  EXPECT_EQ(first.exit_code, 0) << first.output;
  EXPECT_EQ(second.output, first.output);
  const std::string others = Generate("others", {"--seed", "14"});
  const CommandResult reused = Ctl({"submit", others, "--request-id", command.back()});
  EXPECT_EQ(reused.exit_code, 1);
  EXPECT_THAT(reused.output, HasSubstr("REQUEST_ID_REUSED"));
}

TEST_F(CtlProgramTest, ExpectedRevisionThatIsNotCurrentIsRefused) {
  const std::string records = Generate("records", {"--seed", "15"});
  ASSERT_EQ(Ctl({"submit", records, "--expected-revision", "0"}).exit_code, 0);
  const CommandResult stale = Ctl({"submit", records, "--expected-revision", "7"});
  EXPECT_EQ(stale.exit_code, 1) << stale.output;
  EXPECT_THAT(stale.output, HasSubstr("REVISION_STALE"));
}

TEST_F(CtlProgramTest, ExitCodesTellKindsOfErrorsApart) {
  const std::string records = Generate("records", {"--seed", "16"});
  EXPECT_EQ(Ctl({"get", "instansi/9901/skp/0cn464vd4j9x8"}).exit_code, 3);
  EXPECT_EQ(Ctl({"get", "instansi/9901"}).exit_code, 2);
  EXPECT_EQ(Ctl({"list"}, "no such token").exit_code, 4);
  EXPECT_EQ(Ctl({"submit", records}, support::kReaderToken).exit_code, 4);
  EXPECT_EQ(Ctl({"submit", folder_.File("none.json")}).exit_code, 6);
  EXPECT_EQ(Ctl({"submit"}).exit_code, 2);
  const CommandResult nobody =
      Ctl({"list", "--server", "127.0.0.1:1", "--timeout", "2s", "--output", "json"});
  EXPECT_EQ(nobody.exit_code, 5);
  EXPECT_THAT(nobody.output, HasSubstr("{\"code\":\"UNAVAILABLE\""));
}

TEST_F(CtlProgramTest, SubmitWaitsForAGatewayThatComesBack) {
  const std::string records = Generate("records", {"--count", "5", "--seed", "17"});
  const std::string config = support::ReadTestFile(folder_.File("config.yaml"));
  const std::string address = gateway_->address();
  // The same port again, so that the waiting client finds it.
  std::string fixed = config;
  fixed.replace(fixed.find("127.0.0.1:0"), 11, address);
  support::WriteTestFile(folder_.File("config.yaml"), fixed);
  gateway_->Kill();
  // Nobody is there until the gateway below has started.
  CommandResult sent;
  std::thread waiting([&] { sent = Ctl({"submit", records, "--timeout", "60s"}); });
  std::unique_ptr<GatewayProcess> next = GatewayProcess::Start(folder_);
  waiting.join();
  EXPECT_TRUE(next->served()) << folder_.ReadLog();
  EXPECT_EQ(sent.exit_code, 0) << sent.output;
  EXPECT_EQ(Count(sent.output, "CREATED"), 5);
}

TEST_F(CtlProgramTest, TlsProvesBothSides) {
  const std::vector<std::string> tls = {
      "--server",   gateway_->tls_address(),
      "--tls-ca",   folder_.Pki("ca.pem"),
      "--tls-cert", folder_.Pki(std::string(support::kCertificateName) + ".pem"),
      "--tls-key",  folder_.Pki(std::string(support::kCertificateName) + "-key.pem")};
  std::vector<std::string> list = {"list"};
  list.insert(list.end(), tls.begin(), tls.end());
  const CommandResult listed = Ctl(list, "");
  EXPECT_EQ(listed.exit_code, 0) << listed.output;

  ASSERT_EQ(Ctl({"pki", "--dir", folder_.File("other")}).exit_code, 0);
  const CommandResult stranger = Ctl({"list", "--server", gateway_->tls_address(), "--tls-ca",
                                      folder_.File("other/ca.pem"), "--timeout", "2s"});
  EXPECT_EQ(stranger.exit_code, 5) << stranger.output;
}

}  // namespace
}  // namespace kinerja::integration
