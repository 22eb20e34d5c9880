// kinerjactl against the real simulators, called as people and the demonstration call it.
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/run_command.h"
#include "tests/support/simulator_process.h"

namespace kinerja::integration {
namespace {

using support::SimulatorProcess;
using testing::AllOf;
using testing::HasSubstr;

class CtlSimulatorTest : public testing::TestWithParam<const char*> {
 protected:
  CtlSimulatorTest()
      : ready_file_(testing::TempDir() + "ctl-simulator-" + GetParam() + "-" +
                    std::to_string(getpid())),
        simulator_(SimulatorProcess::Start(
            GetParam(),
            {"--data", std::string(KINERJA_SOURCE_DIR "/tests/simulators/data/") + GetParam()},
            ready_file_)) {}
  ~CtlSimulatorTest() override { std::filesystem::remove(ready_file_); }

  CommandResult Ctl(std::vector<std::string> words) {
    words.insert(words.begin(), {KINERJA_BINARY_DIR "/bin/kinerjactl", "simulator",
                                 "http://" + simulator_->address()});
    return RunCommand(words);
  }

  const std::string ready_file_;
  std::unique_ptr<SimulatorProcess> simulator_;
};

TEST_P(CtlSimulatorTest, FaultsAreSetListedAndCleared) {
  const CommandResult set = Ctl({"faults", "set", "http_503", "match=read,write", "count=3"});
  EXPECT_EQ(set.exit_code, 0) << set.output;
  const CommandResult more = Ctl({"faults", "set", R"([{"fault":"hang","skip":2}])"});
  EXPECT_EQ(more.exit_code, 0) << more.output;
  const CommandResult listed = Ctl({"faults"});
  EXPECT_THAT(listed.output, AllOf(HasSubstr("http_503"), HasSubstr("read, write"),
                                   HasSubstr("hang"), HasSubstr("struck")));
  const CommandResult cleared = Ctl({"faults", "clear"});
  EXPECT_EQ(cleared.exit_code, 0) << cleared.output;
  EXPECT_EQ(Ctl({"faults", "--output", "json"}).output, "{\"rules\":[]}\n");
}

TEST_P(CtlSimulatorTest, AFaultThatItDoesNotHaveIsAUsageError) {
  const CommandResult unknown = Ctl({"faults", "set", "no_such_fault"});
  EXPECT_EQ(unknown.exit_code, 2) << unknown.output;
  EXPECT_THAT(unknown.output, HasSubstr("no_such_fault"));
}

TEST_P(CtlSimulatorTest, ShowsEffectsAndLogAndTakesAQuota) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"effects"},
                                                {"effects", "--totals"},
                                                {"quota", "20", "5"},
                                                {"log", "--after", "0", "--limit", "5"}}) {
    const CommandResult result = Ctl(words);
    EXPECT_EQ(result.exit_code, 0) << words[0] << ": " << result.output;
  }
  EXPECT_THAT(Ctl({"log", "--output", "json"}).output, HasSubstr("\"entries\":["));
}

TEST_P(CtlSimulatorTest, SwitchesAreOfBknOnly) {
  const bool bkn = GetParam() == std::string("bkn");
  const CommandResult turned = Ctl({"switch", "not_found=200_text", "password_grant=false"});
  EXPECT_EQ(turned.exit_code, bkn ? 0 : 3) << turned.output;
  if (!bkn) return;
  EXPECT_THAT(Ctl({"switch"}).output, AllOf(HasSubstr("200_text"), HasSubstr("required_status")));
  EXPECT_EQ(Ctl({"expire-tokens", "sso"}).exit_code, 0);
}

TEST_P(CtlSimulatorTest, CountsByTimeAndIssuesTokens) {
  EXPECT_THAT(Ctl({"windows", "--seconds", "60", "--output", "json"}).output,
              HasSubstr("\"seconds\":60"));
  EXPECT_EQ(Ctl({"windows", "--seconds", "0"}).exit_code, 2);
  const bool bkn = GetParam() == std::string("bkn");
  const CommandResult token = Ctl({"tokens", bkn ? "kind=sso" : "token=another-one"});
  EXPECT_EQ(token.exit_code, 0) << token.output;
  EXPECT_EQ(token.output.find("access_token") != std::string::npos, bkn) << token.output;
  EXPECT_EQ(Ctl({"tokens", "kind=none"}).exit_code, 2);
}

TEST_P(CtlSimulatorTest, RecordsAndStatusesAreOfPmmOnly) {
  const bool pmm = GetParam() == std::string("pmm");
  const std::string record = KINERJA_SOURCE_DIR "/tests/simulators/data/pmm/valid-04-non-asn.json";
  EXPECT_EQ(Ctl({"statuses"}).exit_code, pmm ? 0 : 3);
  const CommandResult added = Ctl({"records", record});
  EXPECT_EQ(added.exit_code, pmm ? 0 : 3) << added.output;
  if (!pmm) return;
  EXPECT_THAT(Ctl({"statuses", "--totals", "--output", "json"}).output,
              HasSubstr("\"received\":0"));
  EXPECT_EQ(Ctl({"records", "/nowhere/at/all.json"}).exit_code, 6);
  EXPECT_EQ(Ctl({"records", KINERJA_SOURCE_DIR "/README.md"}).exit_code, 2);
}

TEST_P(CtlSimulatorTest, NobodyThereIsUnreachable) {
  const std::string address = simulator_->address();
  simulator_.reset();
  const CommandResult result = RunCommand(
      {KINERJA_BINARY_DIR "/bin/kinerjactl", "simulator", "http://" + address, "effects"});
  EXPECT_EQ(result.exit_code, 5) << result.output;
}

INSTANTIATE_TEST_SUITE_P(Peers, CtlSimulatorTest, testing::Values("bkn", "pmm"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace kinerja::integration
