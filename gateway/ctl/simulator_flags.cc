// The command line of simulator: it becomes one request of the control API.
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/ctl/flag_words.h"
#include "gateway/ctl/words.h"

namespace kinerja::ctl {
namespace {

using Words = std::vector<std::string>;

// A number, true or false as it is; commas make a list; anything else is a text.
std::string JsonValue(const std::string& word) {
  double number = 0;
  // Beginning as JSON numbers do: SimpleAtod takes "nan" and "+1" as well.
  const bool like_number = !word.empty() && (absl::ascii_isdigit(word[0]) || word[0] == '-');
  if (word == "true" || word == "false" || (like_number && absl::SimpleAtod(word, &number))) {
    return word;
  }
  if (!absl::StrContains(word, ',')) return QuoteJson(word);
  return absl::StrCat("[",
                      absl::StrJoin(absl::StrSplit(word, ','), ",",
                                    [](std::string* out, absl::string_view part) {
                                      out->append(QuoteJson(std::string(part)));
                                    }),
                      "]");
}

// {"name": value, ...} of words name=value.
std::string JsonObject(const Words& words) {
  Words members;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      Refuse("give it as name=value, for example count=3");
    }
    members.push_back(
        absl::StrCat(QuoteJson(word.substr(0, equals)), ":", JsonValue(word.substr(equals + 1))));
  }
  return absl::StrCat("{", absl::StrJoin(members, ","), "}");
}

// What is asked of the simulator by a command below "simulator".
CLI::App* AddRequest(CLI::App* simulator, const char* name, const char* help, const char* method,
                     const char* path, SimulatorFlags* flags) {
  CLI::App* command = simulator->add_subcommand(name, help);
  command->callback([flags, method = std::string(method), path = std::string(path)] {
    if (flags->method.empty()) flags->method = method;
    if (flags->path.empty()) flags->path = path;
  });
  return command;
}

// An option that becomes part of the query; `value` is a number or an id.
void AddQuery(CLI::App* command, const char* option, const char* key, const char* path,
              const char* help, SimulatorFlags* flags) {
  command->add_option_function<std::string>(
      option,
      [flags, option, key, path](const std::string& value) {
        if (value.find_first_not_of(
                "0123456789-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") !=
            std::string::npos) {
          Refuse(absl::StrCat(option, " has letters, digits and hyphens only"));
        }
        absl::StrAppend(&flags->path, flags->path.empty() ? absl::StrCat(path, "?") : "&", key, "=",
                        value);
      },
      help);
}

void AddEffectsAndLog(CLI::App* simulator, SimulatorFlags* flags) {
  CLI::App* effects = AddRequest(simulator, "effects", "What really happened at the peer, counted",
                                 "GET", "effects", flags);
  effects->add_flag_function(
      "--totals", [flags](int64_t) { flags->path = "effects?totals"; }, "without the people");
  AddQuery(effects, "--person", "person", "effects", "of one PNS id", flags);
  CLI::App* log = AddRequest(simulator, "log", "The requests that came", "GET", "log", flags);
  AddQuery(log, "--after", "after", "log", "only those after this number", flags);
  AddQuery(log, "--limit", "limit", "log", "at most so many", flags);
  CLI::App* windows = AddRequest(simulator, "windows", "The requests that came, counted by time",
                                 "GET", "windows", flags);
  AddQuery(windows, "--seconds", "seconds", "windows", "length of a window; 10 if not given",
           flags);
  CLI::App* statuses = AddRequest(simulator, "statuses", "What PMM was told about its records",
                                  "GET", "statuses", flags);
  statuses->add_flag_function(
      "--totals", [flags](int64_t) { flags->path = "statuses?totals"; }, "without the records");
  AddQuery(statuses, "--id-skp", "id_skp", "statuses", "of one record", flags);
}

void AddRecordsAndTokens(CLI::App* simulator, SimulatorFlags* flags) {
  CLI::App* records = AddRequest(simulator, "records", "Adds records at the end of PMM's pages",
                                 "POST", "records", flags);
  records->add_option("file", flags->body_file, "JSON file: a record, a list of them, or a page")
      ->required();
  CLI::App* tokens =
      AddRequest(simulator, "tokens", "BKN: issues a token; PMM: the only token that it takes",
                 "POST", "tokens", flags);
  tokens
      ->add_option_function<Words>(
          "settings", [flags](const Words& words) { flags->body = JsonObject(words); },
          "name=value: kind, lifetime_s, client_id of BKN; token of PMM")
      ->required();
}

void AddFaults(CLI::App* simulator, SimulatorFlags* flags) {
  CLI::App* faults = AddRequest(simulator, "faults", "Lists the rules by which the simulator fails",
                                "GET", "faults", flags);
  faults->require_subcommand(0, 1);
  CLI::App* set =
      AddRequest(faults, "set", "Adds a rule, and more of them as JSON", "POST", "faults", flags);
  set->add_option_function<std::string>(
         "fault",
         [flags](const std::string& word) {
           const bool json = absl::StartsWith(word, "{") || absl::StartsWith(word, "[");
           flags->body = json ? word : JsonObject({"fault=" + word});
         },
         "name of the fault; or a rule, or a list of them, as JSON")
      ->required();
  set->add_option_function<Words>(
      "settings",
      [flags](const Words& words) {
        if (!absl::StartsWith(flags->body, R"({"fault":)")) {
          Refuse("the rule is JSON already; give nothing behind it");
        }
        // Joins {"fault":"x"} and {"name":value}.
        flags->body.back() = ',';
        absl::StrAppend(&flags->body, JsonObject(words).substr(1));
      },
      "name=value of the rule");
  AddRequest(faults, "clear", "Clears all rules; what hangs is answered", "DELETE", "faults",
             flags);
}

void AddSwitches(CLI::App* simulator, SimulatorFlags* flags) {
  CLI::App* switches = AddRequest(simulator, "switch", "Shows or turns the switches of the peer",
                                  "", "switches", flags);
  switches->add_option_function<Words>(
      "switches", [flags](const Words& words) { flags->body = JsonObject(words); },
      "name=value; without, they are shown");
  CLI::App* expire = AddRequest(simulator, "expire-tokens", "Ends all tokens issued until now",
                                "POST", "expire_tokens", flags);
  expire
      ->add_option_function<std::string>(
          "kind", [flags](const std::string& kind) { flags->body = JsonObject({"kind=" + kind}); },
          "wso2 or sso")
      ->required()
      ->check(CLI::IsMember({"wso2", "sso"}));
  CLI::App* quota = AddRequest(simulator, "quota", "Limits the requests in a second; 0: no limit",
                               "POST", "quota", flags);
  quota
      ->add_option_function<std::vector<int>>(
          "limits",
          [flags](const std::vector<int>& limits) {
            flags->body = absl::StrCat("{\"per_second\":", limits[0]);
            if (limits.size() > 1) absl::StrAppend(&flags->body, ",\"burst\":", limits[1]);
            flags->body += "}";
          },
          "requests in a second, and how many may come at once")
      ->required()
      ->expected(1, 2)
      ->check(CLI::NonNegativeNumber);
}

}  // namespace

void AddSimulator(CLI::App* app, Flags* flags) {
  CLI::App* command =
      app->add_subcommand("simulator", "Looks at a kinerja-simulator, or makes it fail");
  SimulatorFlags* simulator = &flags->simulator;
  command
      ->add_option_function<std::string>(
          "url",
          [simulator](const std::string& url) {
            if (!absl::StartsWith(url, "http://") && !absl::StartsWith(url, "https://")) {
              Refuse("url begins with http:// or https://");
            }
            simulator->url = url.substr(0, url.find_last_not_of('/') + 1);
          },
          "where it serves, for example http://127.0.0.1:8300; https with --tls-ca")
      ->required();
  command->require_subcommand(1);
  AddEffectsAndLog(command, simulator);
  AddRecordsAndTokens(command, simulator);
  AddFaults(command, simulator);
  AddSwitches(command, simulator);
  command->callback([flags, simulator] {
    flags->command = Command::kSimulator;
    if (simulator->method.empty()) simulator->method = simulator->body.empty() ? "GET" : "POST";
  });
  command->footer(
      "Faults, switches and counters are listed in tests/simulators/README.md.\n\n"
      "Examples:\n"
      "  kinerjactl simulator http://127.0.0.1:8300 effects\n"
      "  kinerjactl simulator http://127.0.0.1:8300 faults set http_503 match=read,write count=3\n"
      "  kinerjactl simulator https://127.0.0.1:8243 --tls-ca ca.pem faults clear\n"
      "  kinerjactl simulator https://127.0.0.1:8243 --tls-ca ca.pem switch not_found=200_text\n"
      "  kinerjactl simulator https://127.0.0.1:8243 --tls-ca ca.pem expire-tokens sso\n"
      "  kinerjactl simulator https://127.0.0.1:8243 --tls-ca ca.pem quota 20 5\n"
      "  kinerjactl simulator https://127.0.0.1:8243 --tls-ca ca.pem tokens kind=sso\n"
      "  kinerjactl simulator http://127.0.0.1:8300 records later.json\n"
      "  kinerjactl simulator http://127.0.0.1:8300 log --after 100 --output json");
}

}  // namespace kinerja::ctl
