#include "gateway/ctl/flags.h"

#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/gateway/ctl/parse_words.h"

namespace kinerja::ctl {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(FlagsTest, SubmitTakesFilesAndGlobalOptionsBehindIt) {
  const Flags flags = MustParse({"submit", "a.json", "b", "--parallel", "64", "--request-id",
                                 "8c5a5d3e-1f0a-4b6e-9d2c-3b1f0e9a7c55", "--expected-revision", "0",
                                 "--output", "json", "--timeout", "2s"});
  EXPECT_EQ(flags.command, Command::kSubmit);
  EXPECT_THAT(flags.submit.files, ElementsAre("a.json", "b"));
  EXPECT_EQ(flags.submit.parallel, 64);
  EXPECT_EQ(flags.submit.request_id, "8c5a5d3e-1f0a-4b6e-9d2c-3b1f0e9a7c55");
  EXPECT_EQ(flags.submit.expected_revision, 0u);
  EXPECT_TRUE(flags.json);
  EXPECT_EQ(flags.connection.timeout, absl::Seconds(2));
}

TEST(FlagsTest, ADashIsAFile) {
  EXPECT_THAT(MustParse({"validate", "-"}).submit.files, ElementsAre("-"));
}

TEST(FlagsTest, ListFiltersBecomeTheRequest) {
  const Flags flags =
      MustParse({"list", "--instansi", "9901", "--status", "DIAJUKAN", "--status", "FINAL",
                 "--regime", "PP46_2011", "--since", "2026-01-31T00:00:00Z", "--system", "pmm",
                 "--id", "x", "--limit", "0"});
  EXPECT_EQ(flags.list.parent(), "instansi/9901");
  EXPECT_THAT(flags.list.status(), ElementsAre(v1::STATUS_SKP_DIAJUKAN, v1::STATUS_SKP_FINAL));
  EXPECT_EQ(flags.list.regime(), v1::REGIME_PP46_2011);
  EXPECT_EQ(flags.list.changed_since().seconds(), 1769817600);
  EXPECT_EQ(flags.list.source_id(), "x");
  EXPECT_EQ(flags.limit, 0);
}

TEST(FlagsTest, ListWithoutInstansiAsksForAll) {
  EXPECT_EQ(MustParse({"list"}).list.parent(), "instansi/-");
  EXPECT_EQ(MustParse({"conflicts"}).conflicts.parent(), "instansi/-");
}

TEST(FlagsTest, PlainTextIsTheDefaultForLoopbackOnly) {
  EXPECT_TRUE(MustParse({"list"}).connection.plaintext);
  EXPECT_TRUE(MustParse({"list", "--server", "localhost:1"}).connection.plaintext);
  EXPECT_FALSE(MustParse({"list", "--server", "gw.example:8443"}).connection.plaintext);
  EXPECT_TRUE(
      MustParse({"list", "--server", "gw.example:8443", "--plaintext"}).connection.plaintext);
  EXPECT_FALSE(MustParse({"list", "--tls-ca", "ca.pem"}).connection.plaintext);
}

TEST(FlagsTest, ServerComesFromTheEnvironment) {
  ASSERT_EQ(setenv("KINERJA_SERVER", "gw.example:1", 1), 0);
  EXPECT_EQ(MustParse({"list"}).connection.server, "gw.example:1");
  EXPECT_EQ(MustParse({"list", "--server", "127.0.0.1:2"}).connection.server, "127.0.0.1:2");
  ASSERT_EQ(unsetenv("KINERJA_SERVER"), 0);
  EXPECT_EQ(MustParse({"list"}).connection.server, "127.0.0.1:8443");
}

TEST(FlagsTest, LoopbackIsThisMachineItself) {
  EXPECT_TRUE(IsLoopback("127.0.0.1:8443"));
  EXPECT_TRUE(IsLoopback("[::1]:8443"));
  EXPECT_TRUE(IsLoopback("localhost:8443"));
  EXPECT_FALSE(IsLoopback("localhost.example:8443"));
  EXPECT_FALSE(IsLoopback("10.127.0.1:8443"));
}

TEST(FlagsTest, HelpEndsWellAndNamesExitCodes) {
  const ParsedFlags parsed = Parse({"--help"});
  EXPECT_FALSE(parsed.flags);
  EXPECT_EQ(parsed.exit_code, ExitCode::kOk);
  EXPECT_THAT(parsed.text, AllOf(HasSubstr("Exit codes"), HasSubstr("submit"), HasSubstr("pki")));
}

TEST(FlagsTest, EveryCommandHasExamples) {
  for (const char* command :
       {"submit",     "validate", "get",    "list",   "revisions", "conflicts", "explain",
        "deliveries", "delivery", "retry",  "cancel", "backfill",  "job",       "targets",
        "target",     "pause",    "resume", "check",  "generate",  "pki",       "simulator"}) {
    const ParsedFlags parsed = Parse({command, "--help"});
    EXPECT_EQ(parsed.exit_code, ExitCode::kOk) << command;
    EXPECT_THAT(parsed.text,
                AllOf(HasSubstr("Examples:"), HasSubstr(std::string("kinerjactl ") + command)));
  }
}

TEST(FlagsTest, VersionIsACommandAndAnOption) {
  for (const char* word : {"version", "--version"}) {
    const ParsedFlags parsed = Parse({word});
    EXPECT_EQ(parsed.exit_code, ExitCode::kOk) << word;
    EXPECT_THAT(parsed.text, testing::StartsWith("kinerjactl ")) << word;
  }
}

struct Mistake {
  const char* name;
  std::vector<const char*> words;
  const char* says;
};

class FlagMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(FlagMistakeTest, IsAUsageErrorThatSaysWhat) {
  const ParsedFlags parsed = Parse(GetParam().words);
  EXPECT_FALSE(parsed.flags);
  EXPECT_EQ(parsed.exit_code, ExitCode::kUsage);
  EXPECT_THAT(parsed.text, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, FlagMistakeTest,
    testing::Values(Mistake{"NoCommand", {}, "subcommand"},
                    Mistake{"UnknownCommand", {"sumbit"}, "sumbit"},
                    Mistake{"NoFiles", {"submit"}, "files"}, Mistake{"NoName", {"get"}, "name"},
                    Mistake{"TokenOnTheCommandLine", {"list", "--token", "x"}, "--token"},
                    Mistake{"ParallelZero", {"submit", "a", "--parallel", "0"}, "--parallel"},
                    Mistake{"BadOutput", {"list", "--output", "xml"}, "--output"},
                    Mistake{"BadStatus", {"list", "--status", "SELESAI"}, "DIAJUKAN"},
                    Mistake{"BadRegime", {"list", "--regime", "X"}, "PP46_2011"},
                    Mistake{"BadSince", {"list", "--since", "yesterday"}, "--since"},
                    Mistake{"IdWithoutSystem", {"list", "--id", "x"}, "--system"},
                    Mistake{"BadTimeout", {"list", "--timeout", "soon"}, "--timeout"},
                    Mistake{"KeyWithoutCertificate", {"list", "--tls-key", "k"}, "--tls-cert"},
                    Mistake{
                        "PlaintextWithTls", {"list", "--plaintext", "--tls-ca", "c"}, "exclude"},
                    Mistake{"UnknownCode", {"generate", "--wrong", "NOPE"}, "--wrong"},
                    Mistake{"ManyTextprotos",
                            {"generate", "--count", "2", "--output-format", "textproto"},
                            "--out"},
                    Mistake{"PkiWithoutFolder", {"pki"}, "--dir"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kinerja::ctl
