// The corpus of recorded verdicts, tests/golden/verdicts/verdicts.txt: many small records, and what
// every rule says of them. It fails when a rule behaves otherwise than recorded under the same
// version. KJ_UPDATE_GOLDEN=1 rewrites it, but only where the rule is new or its version went up.
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kPath[] = KINERJA_SOURCE_DIR "/tests/golden/verdicts/verdicts.txt";

// One recorded case. `script` makes the record, `verdicts` is what was said of it.
struct Recorded {
  std::string name;
  std::vector<std::string> script;
  std::vector<std::string> verdicts;
  bool is_new = true;  // no verdict recorded yet
};

struct Corpus {
  std::vector<std::string> comment;
  std::map<std::string, int> versions;  // by name of the rule
  std::vector<Recorded> cases;
};

// "nip.tmt/1" taken apart.
std::pair<std::string, int> SplitRule(absl::string_view id) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(id, '/');
  int version = 0;
  EXPECT_TRUE(absl::SimpleAtoi(parts.second, &version)) << id;
  return {parts.first, version};
}

Corpus ReadCorpus(const std::string& text) {
  Corpus corpus;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    if (line[0] == '#') {
      corpus.comment.emplace_back(line);
    } else if (absl::ConsumePrefix(&line, "rule ")) {
      corpus.versions.insert(SplitRule(line));
    } else if (absl::ConsumePrefix(&line, "case ")) {
      corpus.cases.emplace_back().name = std::string(line);
    } else if (absl::ConsumePrefix(&line, "verdict ")) {
      corpus.cases.back().is_new = false;
      if (line != "nothing") corpus.cases.back().verdicts.emplace_back(line);
    } else {
      corpus.cases.back().script.emplace_back(line);
    }
  }
  return corpus;
}

std::string WriteCorpus(const Corpus& corpus) {
  std::string text = absl::StrJoin(corpus.comment, "\n") + "\n\n";
  for (const auto& [name, version] : corpus.versions) {
    absl::StrAppend(&text, "rule ", name, "/", version, "\n");
  }
  for (const Recorded& recorded : corpus.cases) {
    absl::StrAppend(&text, "\ncase ", recorded.name, "\n");
    for (const std::string& line : recorded.script) absl::StrAppend(&text, line, "\n");
    if (recorded.verdicts.empty()) absl::StrAppend(&text, "verdict nothing\n");
    for (const std::string& line : recorded.verdicts)
      absl::StrAppend(&text, "verdict ", line, "\n");
  }
  return text;
}

// One step of a path, "rhk[2]" or "pegawai"; index -1 where there is none.
std::pair<const FieldDescriptor*, int> FieldAt(const Message& message, std::string step) {
  int index = -1;
  if (const size_t bracket = step.find('['); bracket != std::string::npos) {
    EXPECT_TRUE(absl::SimpleAtoi(step.substr(bracket + 1, step.size() - bracket - 2), &index));
    step.resize(bracket);
  }
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(step);
  EXPECT_NE(field, nullptr) << step;
  return {field, index};
}

// The message at a path; "." is the record itself.
Message* MessageAt(Message* message, const std::vector<std::string>& path) {
  for (const std::string& step : path) {
    const auto [field, index] = FieldAt(*message, step);
    const Reflection* reflection = message->GetReflection();
    message = index < 0 ? reflection->MutableMessage(message, field)
                        : reflection->MutableRepeatedMessage(message, field, index);
  }
  return message;
}

std::vector<std::string> StepsOf(absl::string_view path) {
  return path == "." ? std::vector<std::string>() : absl::StrSplit(path, '.');
}

void Clear(v1::Skp* skp, absl::string_view path) {
  std::vector<std::string> steps = StepsOf(path);
  const std::string last = steps.back();
  steps.pop_back();
  Message* message = MessageAt(skp, steps);
  const auto [field, index] = FieldAt(*message, last);
  const Reflection* reflection = message->GetReflection();
  if (index < 0) return reflection->ClearField(message, field);
  for (int i = index; i + 1 < reflection->FieldSize(*message, field); ++i) {
    reflection->SwapElements(message, field, i, i + 1);
  }
  reflection->RemoveLast(message, field);
}

struct Prepared {
  v1::Skp skp;
  bool native = true;
  google::protobuf::RepeatedPtrField<config::v1::Window> windows;
};

// Lines: base skp|evaluated|results; feed; window <fields in text form>; clear <path>;
// merge <path> <fields in text form>.
Prepared Prepare(const Recorded& recorded) {
  Prepared prepared;
  for (const std::string& line : recorded.script) {
    const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 2));
    if (line == "base skp") {
      prepared.skp = support::MakeSkp();
    } else if (line == "base evaluated") {
      prepared.skp = support::MakeEvaluatedSkp();
    } else if (line == "base results") {
      prepared.skp = support::MakeResultsOnlySkp();
    } else if (line == "feed") {
      prepared.native = false;
    } else if (words[0] == "window") {
      EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(line.substr(words[0].size()),
                                                                prepared.windows.Add()))
          << recorded.name << ": " << line;
    } else if (words[0] == "clear" && words.size() == 2) {
      Clear(&prepared.skp, words[1]);
    } else if (words[0] == "merge" && words.size() == 3) {
      EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(
          words[2], MessageAt(&prepared.skp, StepsOf(words[1]))))
          << recorded.name << ": " << line;
    } else {
      ADD_FAILURE() << recorded.name << ": no such line: " << line;
    }
  }
  return prepared;
}

std::map<std::string, int> CurrentVersions() {
  std::map<std::string, int> versions;
  for (const RuleRow& rule : Validator::Rules()) versions.emplace(rule.name, rule.version);
  return versions;
}

// What the rules of the families say, "<severity> <CODE> <field> <rule>/<version>". The field rules
// of the schema have tests of their own.
std::vector<std::string> VerdictsOf(const Recorded& recorded) {
  static const Validator& validator = *new Validator();
  static const std::map<std::string, int>& ours = *new auto(CurrentVersions());
  const Prepared prepared = Prepare(recorded);
  Context context = prepared.native ? MakeContext() : MakeFeedContext();
  context.windows = &prepared.windows;
  std::vector<std::string> verdicts;
  for (const schema::Violation& found : validator.Validate(prepared.skp, context)) {
    const std::string rule(found.rule);
    if (ours.count(SplitRule(rule).first) == 0) continue;
    verdicts.push_back(absl::StrCat(InWords(found), " ", rule));
  }
  return verdicts;
}

// The verdicts of one case by rule, without version.
std::map<std::string, std::set<std::string>> ByRule(const std::vector<std::string>& verdicts) {
  std::map<std::string, std::set<std::string>> by_rule;
  for (const std::string& verdict : verdicts) {
    const size_t blank = verdict.rfind(' ');
    by_rule[SplitRule(verdict.substr(blank + 1)).first].insert(verdict.substr(0, blank));
  }
  return by_rule;
}

// The same cases with what the rules say today.
Corpus Replay(const Corpus& corpus) {
  Corpus today = corpus;
  today.versions = CurrentVersions();
  for (Recorded& recorded : today.cases) recorded.verdicts = VerdictsOf(recorded);
  return today;
}

// What must not be: another verdict of a rule whose version is the recorded one.
std::set<std::string> Problems(const Corpus& recorded, const Corpus& today) {
  std::set<std::string> problems;
  for (const auto& [name, version] : recorded.versions) {
    const auto now = today.versions.find(name);
    if (now != today.versions.end() && now->second < version) {
      problems.insert(absl::StrCat("version of ", name, " went down"));
    }
  }
  for (size_t i = 0; i < recorded.cases.size(); ++i) {
    if (recorded.cases[i].is_new) continue;
    auto before = ByRule(recorded.cases[i].verdicts);
    auto after = ByRule(today.cases[i].verdicts);
    for (const auto& [name, version] : recorded.versions) {
      const auto now = today.versions.find(name);
      if (now != today.versions.end() && now->second == version && before[name] != after[name]) {
        problems.insert(absl::StrCat("behaviour of ", name, " changed without a new version: case ",
                                     recorded.cases[i].name));
      }
    }
  }
  return problems;
}

std::string ReadFile() {
  std::ifstream file(kPath);
  EXPECT_TRUE(file.is_open()) << kPath;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(VerdictCorpusTest, RulesBehaveAsRecorded) {
  const std::string text = ReadFile();
  const Corpus recorded = ReadCorpus(text);
  const Corpus today = Replay(recorded);
  const std::set<std::string> problems = Problems(recorded, today);
  ASSERT_THAT(problems, testing::IsEmpty());
  ASSERT_FALSE(HasFailure()) << "a case cannot be read";
  if (std::getenv("KJ_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(kPath) << WriteCorpus(today);
    return;
  }
  EXPECT_EQ(text, WriteCorpus(today))
      << "rules or cases are new; review what KJ_UPDATE_GOLDEN=1 writes";
}

TEST(VerdictCorpusTest, EveryRuleHasACaseThatBreaksIt) {
  std::set<std::string> broken;
  for (const Recorded& recorded : ReadCorpus(ReadFile()).cases) {
    for (const auto& [rule, verdicts] : ByRule(recorded.verdicts)) broken.insert(rule);
  }
  for (const auto& [name, version] : CurrentVersions()) EXPECT_EQ(broken.count(name), 1u) << name;
}

TEST(VerdictCorpusTest, CatchesAChangeWithoutANewVersion) {
  Corpus recorded;
  recorded.versions = CurrentVersions();
  recorded.cases.push_back({"thirteen",
                            {"base skp", "merge pegawai nip: \"199005012015132001\""},
                            {},
                            /*is_new=*/false});
  const std::string problem = "behaviour of nip.tmt changed without a new version: case thirteen";
  EXPECT_THAT(Problems(recorded, Replay(recorded)), testing::ElementsAre(problem));
  recorded.cases[0].verdicts = {"warning NIP_TMT pegawai.nip nip.tmt/1"};
  EXPECT_THAT(Problems(recorded, Replay(recorded)), testing::ElementsAre(problem));
  recorded.cases[0].verdicts = {"reject NIP_TMT pegawai.nip nip.tmt/1"};
  EXPECT_THAT(Problems(recorded, Replay(recorded)), testing::IsEmpty());
}

TEST(VerdictCorpusTest, TakesAChangeWithANewVersionAndANewRule) {
  Corpus recorded;
  recorded.cases.push_back({"thirteen",
                            {"base skp", "merge pegawai nip: \"199005012015132001\""},
                            {},
                            /*is_new=*/false});
  EXPECT_THAT(Problems(recorded, Replay(recorded)), testing::IsEmpty());
  recorded.versions["nip.tmt"] = 0;
  EXPECT_THAT(Problems(recorded, Replay(recorded)), testing::IsEmpty());
  recorded.versions["nip.tmt"] = 99;
  EXPECT_THAT(Problems(recorded, Replay(recorded)),
              testing::ElementsAre("version of nip.tmt went down"));
}

}  // namespace
}  // namespace kinerja::validate
