// --check_config of the real program: every mistake with file, line and field (promise P11).
#include <string>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/run_command.h"
#include "tests/support/gateway_process.h"

namespace kinerja::integration {
namespace {

using support::GatewayFolder;
using testing::HasSubstr;
using testing::Not;

constexpr char kGateway[] = KINERJA_BINARY_DIR "/bin/kinerja-gateway";

CommandResult CheckConfig(const std::string& file) {
  return RunCommand({kGateway, "--config", file, "--check_config"});
}

TEST(CheckConfigTest, SaysThatAGoodConfigurationIsInOrder) {
  const GatewayFolder folder({.tls = true});
  const CommandResult result = CheckConfig(folder.File("config.yaml"));
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("config.yaml is in order"));
}

TEST(CheckConfigTest, NamesEveryMistakeWithFileLineAndField) {
  const GatewayFolder folder;
  const std::string file = folder.File("wrong.yaml");
  const std::string tables = KINERJA_SOURCE_DIR "/config/reference";
  support::WriteTestFile(file, absl::StrReplaceAll(R"(listeners:
  - address: 0.0.0.0:7000
store:
  sqlite:
    path: store.db
    reader: 2
reference:
  instansi_file: TABLES/instansi.tsv
  unor_file: TABLES/nowhere.tsv
systems:
  - id: pmm
  - id: pmm
principals:
  - id: pmm
    bearer_token_sha256: a-token-in-the-clear
    systems: [pmn]
    instansi: ["9901"]
limits:
  max_scan: many
log:
  level: LOUD
)",
                                                   {{"TABLES", tables}}));
  const CommandResult result = CheckConfig(file);
  EXPECT_EQ(result.exit_code, 2) << result.output;
  for (const char* place : {
           ":2: listeners[0].address: ",
           ":6: store.sqlite.reader: ",
           ":9: reference.unor_file: ",
           ":12: systems[1].id: ",
           ":15: principals[0].bearer_token_sha256: ",
           ":16: principals[0].systems[0]: ",
           ":19: limits.max_scan: ",
           ":21: log.level: ",
       }) {
    EXPECT_THAT(result.output, HasSubstr(file + place));
  }
  EXPECT_THAT(result.output, Not(HasSubstr("a-token-in-the-clear")));
}

TEST(CheckConfigTest, AFileThatIsNotThereIsNamed) {
  const GatewayFolder folder;
  const CommandResult result = CheckConfig(folder.File("nowhere.yaml"));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, HasSubstr("nowhere.yaml"));
}

TEST(CheckConfigTest, AStartWithMistakesStopsWithTheSameList) {
  const GatewayFolder folder;
  support::WriteTestFile(folder.File("config.yaml"), "listeners: []\nsurprise: 1\n");
  const auto gateway = support::GatewayProcess::Start(folder);
  EXPECT_FALSE(gateway->served());
  EXPECT_EQ(gateway->WaitForEnd().exit_code, 2);
  EXPECT_THAT(folder.ReadLog(), HasSubstr("config.yaml:2: surprise: "));
}

}  // namespace
}  // namespace kinerja::integration
