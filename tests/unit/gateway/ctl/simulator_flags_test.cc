// The command line of simulator.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/gateway/ctl/parse_words.h"

namespace kinerja::ctl {
namespace {

using testing::HasSubstr;

constexpr char kUrl[] = "http://127.0.0.1:8300";

struct Case {
  const char* name;
  std::vector<const char*> words;  // behind the address
  const char* method;
  const char* path;
  const char* body;
};

class SimulatorRequestTest : public testing::TestWithParam<Case> {};

TEST_P(SimulatorRequestTest, BecomesOneRequest) {
  std::vector<const char*> words = {"simulator", kUrl};
  words.insert(words.end(), GetParam().words.begin(), GetParam().words.end());
  const Flags flags = MustParse(words);
  EXPECT_EQ(flags.command, Command::kSimulator);
  EXPECT_EQ(flags.simulator.url, kUrl);
  EXPECT_EQ(flags.simulator.method, GetParam().method);
  EXPECT_EQ(flags.simulator.path, GetParam().path);
  EXPECT_EQ(flags.simulator.body, GetParam().body);
}

INSTANTIATE_TEST_SUITE_P(
    All, SimulatorRequestTest,
    testing::Values(
        Case{"Effects", {"effects"}, "GET", "effects", ""},
        Case{"Totals", {"effects", "--totals"}, "GET", "effects?totals", ""},
        Case{"Person", {"effects", "--person", "A8-1"}, "GET", "effects?person=A8-1", ""},
        Case{"Log", {"log"}, "GET", "log", ""},
        Case{"LogAfter",
             {"log", "--after", "100", "--limit", "5"},
             "GET",
             "log?after=100&limit=5",
             ""},
        Case{"Faults", {"faults"}, "GET", "faults", ""},
        Case{"FaultsClear", {"faults", "clear"}, "DELETE", "faults", ""},
        Case{"FaultsSet",
             {"faults", "set", "http_503", "match=read,write", "count=3", "probability=0.5"},
             "POST",
             "faults",
             R"({"fault":"http_503","match":["read","write"],"count":3,"probability":0.5})"},
        Case{"FaultsSetJson",
             {"faults", "set", R"([{"fault":"hang"}])"},
             "POST",
             "faults",
             R"([{"fault":"hang"}])"},
        Case{"Windows", {"windows"}, "GET", "windows", ""},
        Case{"WindowsOfAMinute", {"windows", "--seconds", "60"}, "GET", "windows?seconds=60", ""},
        Case{"Statuses", {"statuses"}, "GET", "statuses", ""},
        Case{"StatusTotals", {"statuses", "--totals"}, "GET", "statuses?totals", ""},
        Case{"StatusOfOne",
             {"statuses", "--id-skp", "pmm-2025-0000062"},
             "GET",
             "statuses?id_skp=pmm-2025-0000062",
             ""},
        Case{"Tokens",
             {"tokens", "kind=sso", "lifetime_s=60"},
             "POST",
             "tokens",
             R"({"kind":"sso","lifetime_s":60})"},
        Case{"Records", {"records", "later.json"}, "POST", "records", ""},
        Case{"Switches", {"switch"}, "GET", "switches", ""},
        Case{"SwitchesTurned",
             {"switch", "password_grant=false", "required_status=400", "not_found=200_text"},
             "POST",
             "switches",
             R"({"password_grant":false,"required_status":400,"not_found":"200_text"})"},
        Case{
            "ExpireTokens", {"expire-tokens", "sso"}, "POST", "expire_tokens", R"({"kind":"sso"})"},
        Case{"Quota", {"quota", "20"}, "POST", "quota", R"({"per_second":20})"},
        Case{"QuotaWithBurst",
             {"quota", "20", "5"},
             "POST",
             "quota",
             R"({"per_second":20,"burst":5})"}),
    [](const auto& test) { return test.param.name; });

TEST(SimulatorFlagsTest, AddressMayEndInASlash) {
  EXPECT_EQ(MustParse({"simulator", "https://localhost:1/", "log"}).simulator.url,
            "https://localhost:1");
}

struct Mistake {
  const char* name;
  std::vector<const char*> words;
  const char* says;
};

class SimulatorFlagMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(SimulatorFlagMistakeTest, IsAUsageErrorThatSaysWhat) {
  const ParsedFlags parsed = Parse(GetParam().words);
  EXPECT_FALSE(parsed.flags);
  EXPECT_EQ(parsed.exit_code, ExitCode::kUsage);
  EXPECT_THAT(parsed.text, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, SimulatorFlagMistakeTest,
    testing::Values(
        Mistake{"NoCommand", {"simulator", kUrl}, "subcommand"},
        Mistake{"NoAddress", {"simulator", "effects"}, "url"},
        Mistake{"BadAddress", {"simulator", "127.0.0.1:1", "effects"}, "http://"},
        Mistake{"SetNothing", {"simulator", kUrl, "faults", "set"}, "fault is required"},
        Mistake{"SetNoValue", {"simulator", kUrl, "faults", "set", "hang", "3"}, "name=value"},
        Mistake{"SwitchNoValue", {"simulator", kUrl, "switch", "not_found"}, "name=value"},
        Mistake{"ExpireWhat", {"simulator", kUrl, "expire-tokens", "x"}, "kind"},
        Mistake{"QuotaNoNumber", {"simulator", kUrl, "quota", "many"}, "limits"},
        Mistake{"TokensWhat", {"simulator", kUrl, "tokens"}, "settings is required"},
        Mistake{"RecordsWhat", {"simulator", kUrl, "records"}, "file is required"},
        Mistake{"PersonNoId", {"simulator", kUrl, "effects", "--person", "a&b"}, "--person"},
        Mistake{"SetJsonAndMore", {"simulator", kUrl, "faults", "set", "{}", "a=1"}, "JSON"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kinerja::ctl
