// FaultRules: what shall go wrong, for which requests, how often, as told through the control API.
//
// Every rule looks at every request it matches, in the order in which the rules came. Delays add
// up; of the faults that decide the answer (an "ending" fault) the first one that strikes counts.
//
// Threading: safe for concurrent use. Which of several concurrent requests a rule strikes is
// chance; how many of a sequence it strikes follows from its seed.
//
//   rules.Replace(R"([{"match":"skp22_save","fault":"commit_then_close","probability":0.1}])");
//   const Disturbance disturbance = rules.Pick(route);
#ifndef KINERJA_TESTS_SIMULATORS_BASE_FAULT_RULES_H_
#define KINERJA_TESTS_SIMULATORS_BASE_FAULT_RULES_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace kinerja::simulators {

// Where a request goes.
struct Route {
  std::string kind;        // one of the peer's words: "skp22_save"
  std::string path;        // without the base path: "/skp22/save"
  bool is_service = true;  // false: a token, which rules match by its kind only and no quota counts
  bool is_write = false;
};

// One fault as it strikes one request.
struct Fault {
  std::string name;
  std::optional<int64_t> value;  // milliseconds, seconds or a count: the README's table says which
  int status = 0;                // 0: the fault's own
  std::string code;              // empty: the fault's own
  std::string token;             // "wso2" or "sso"
};

struct Disturbance {
  std::chrono::milliseconds delay_before{0};  // the request is handled late
  std::chrono::milliseconds delay_answer{0};  // handled at once, answered late
  std::vector<Fault> changes;                 // of the answer; the peer applies them
  std::optional<Fault> ending;                // decides the answer
  std::string names;                          // all that struck, joined by "+", for the log

  // The change of that name, if it struck.
  const Fault* Change(std::string_view name) const;
};

class FaultRules {
 public:
  enum class Nature { kDelay, kChange, kEnding };

  // `natures`: every fault name that rules may use.
  explicit FaultRules(std::map<std::string, Nature> natures);

  // Adds a rule or a list of rules (JSON). INVALID_ARGUMENT: not such a list, or an unknown fault;
  // then none is added.
  absl::Status Add(const nlohmann::json& rules);
  void Clear();

  // The rules with how many requests each has seen and struck.
  nlohmann::json List() const;

  // What strikes this request; counts it.
  Disturbance Pick(const Route& route);

 private:
  struct Rule {
    std::vector<std::string> match;  // empty: every service request
    Fault fault;
    Nature nature;
    double probability = 1;
    uint64_t seed = 1;
    uint64_t skip = 0;              // so many matching requests pass first
    std::optional<uint64_t> count;  // strikes at most so often
    std::mt19937_64 random;
    uint64_t seen = 0;
    uint64_t struck = 0;
  };

  absl::Status Read(const nlohmann::json& object, Rule& rule) const;
  static bool Matches(const Rule& rule, const Route& route);
  static bool Strikes(Rule& rule);

  const std::map<std::string, Nature> natures_;
  mutable std::mutex mutex_;
  std::vector<Rule> rules_;  // guarded by mutex_
};

}  // namespace kinerja::simulators

#endif  // KINERJA_TESTS_SIMULATORS_BASE_FAULT_RULES_H_
