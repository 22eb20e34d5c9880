#include "tests/simulators/base/fault_rules.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators {
namespace {

using nlohmann::json;

bool MatchesOne(std::string_view word, const Route& route) {
  if (word == route.kind) return true;
  if (!route.is_service) return false;
  if (word.starts_with('/')) return route.path.starts_with(word);
  return word == "*" || word == (route.is_write ? "write" : "read");
}

std::vector<std::string> Words(const json* value) {
  std::vector<std::string> words;
  if (value == nullptr) return words;
  if (value->is_string()) return {value->get<std::string>()};
  for (const json& word : *value) words.push_back(TextOf(&word));
  return words;
}

json RuleAsJson(const Fault& fault, const std::vector<std::string>& match) {
  json object = {{"fault", fault.name}, {"match", match}};
  if (fault.value) object["value"] = *fault.value;
  if (fault.status != 0) object["status"] = fault.status;
  if (!fault.code.empty()) object["code"] = fault.code;
  if (!fault.token.empty()) object["token"] = fault.token;
  return object;
}

}  // namespace

const Fault* Disturbance::Change(std::string_view name) const {
  const auto found =
      std::ranges::find_if(changes, [name](const Fault& fault) { return fault.name == name; });
  return found == changes.end() ? nullptr : &*found;
}

FaultRules::FaultRules(std::map<std::string, Nature> natures) : natures_(std::move(natures)) {}

absl::Status FaultRules::Add(const json& rules) {
  std::vector<Rule> read;
  const json list = rules.is_array() ? rules : json::array({rules});
  for (const json& object : list) {
    Rule& rule = read.emplace_back();
    if (auto status = Read(object, rule); !status.ok()) return status;
  }
  const std::lock_guard lock(mutex_);
  std::ranges::move(read, std::back_inserter(rules_));
  return absl::OkStatus();
}

absl::Status FaultRules::Read(const json& object, Rule& rule) const {
  static constexpr std::string_view kKeys[] = {"match", "fault",       "value", "status", "code",
                                               "token", "probability", "seed",  "skip",   "count"};
  if (!object.is_object()) return absl::InvalidArgumentError("a rule is a JSON object");
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(kKeys, key) == std::end(kKeys)) {
      return absl::InvalidArgumentError(absl::StrCat("a rule has no key '", key, "'"));
    }
  }
  rule.fault.name = TextOf(object, "fault");
  const auto nature = natures_.find(rule.fault.name);
  if (nature == natures_.end()) {
    std::string known;
    for (const auto& [name, unused] : natures_) absl::StrAppend(&known, " ", name);
    return absl::InvalidArgumentError(
        absl::StrCat("unknown fault '", rule.fault.name, "'; known are:", known));
  }
  rule.nature = nature->second;
  rule.match = Words(Find(object, "match"));
  rule.fault.value = WholeNumberOf(Find(object, "value"));
  rule.fault.status = static_cast<int>(WholeNumberOf(Find(object, "status")).value_or(0));
  rule.fault.code = TextOf(object, "code");
  rule.fault.token = TextOf(object, "token");
  if (const json* probability = Find(object, "probability")) {
    if (!probability->is_number()) return absl::InvalidArgumentError("probability is a number");
    rule.probability = probability->get<double>();
  }
  rule.seed = static_cast<uint64_t>(WholeNumberOf(Find(object, "seed")).value_or(1));
  rule.random.seed(rule.seed);
  rule.skip = static_cast<uint64_t>(WholeNumberOf(Find(object, "skip")).value_or(0));
  if (const auto count = WholeNumberOf(Find(object, "count"))) {
    rule.count = static_cast<uint64_t>(*count);
  }
  return absl::OkStatus();
}

void FaultRules::Clear() {
  const std::lock_guard lock(mutex_);
  rules_.clear();
}

json FaultRules::List() const {
  const std::lock_guard lock(mutex_);
  json list = json::array();
  for (const Rule& rule : rules_) {
    json object = RuleAsJson(rule.fault, rule.match);
    object["probability"] = rule.probability;
    object["seed"] = rule.seed;
    object["skip"] = rule.skip;
    if (rule.count) object["count"] = *rule.count;
    object["seen"] = rule.seen;
    object["struck"] = rule.struck;
    list.push_back(std::move(object));
  }
  return list;
}

bool FaultRules::Matches(const Rule& rule, const Route& route) {
  if (rule.match.empty()) return route.is_service;
  return std::ranges::any_of(rule.match,
                             [&route](const auto& word) { return MatchesOne(word, route); });
}

bool FaultRules::Strikes(Rule& rule) {
  if (++rule.seen <= rule.skip) return false;
  if (rule.count && rule.struck >= *rule.count) return false;
  // 53 bits make a number below 1 that is the same with every standard library.
  const double chance = static_cast<double>(rule.random() >> 11) * 0x1p-53;
  if (chance >= rule.probability) return false;
  ++rule.struck;
  return true;
}

Disturbance FaultRules::Pick(const Route& route) {
  Disturbance all;
  const std::lock_guard lock(mutex_);
  for (Rule& rule : rules_) {
    const bool is_second_ending = rule.nature == Nature::kEnding && all.ending.has_value();
    if (is_second_ending || !Matches(rule, route) || !Strikes(rule)) continue;
    absl::StrAppend(&all.names, all.names.empty() ? "" : "+", rule.fault.name);
    const std::chrono::milliseconds time(rule.fault.value.value_or(0));
    if (rule.nature == Nature::kEnding) {
      all.ending = rule.fault;
    } else if (rule.nature == Nature::kChange) {
      all.changes.push_back(rule.fault);
    } else {
      (rule.fault.name == "delay_before_ms" ? all.delay_before : all.delay_answer) += time;
    }
  }
  return all;
}

}  // namespace kinerja::simulators
