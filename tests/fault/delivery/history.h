// What BKN's simulator saw and did, judged: every effect made exactly once, and no save repeated
// without a look in between (promises P4 and P6).
//
// Reads only the simulator's own words (`/_control/effects`, `/_control/log`), nothing of the
// gateway, so that both cannot be wrong together. For records that are accepted once and never
// corrected: each save of one kind for one person then makes something new, and was asked for
// before by a read or is the first.
//
// Pure. People are named by the simulator's invented id.
//
//   History history(effects, entries);
//   EXPECT_EQ(history.FindBroken({.people = 20, .effects = {{"skp22", 1}}}), "");
#ifndef KINERJA_TESTS_FAULT_DELIVERY_HISTORY_H_
#define KINERJA_TESTS_FAULT_DELIVERY_HISTORY_H_

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace kinerja::fault {

// What there must be in the end.
struct ExpectedEffects {
  uint64_t people = 0;
  std::map<std::string, uint64_t> effects;  // of each person, by kind
};

class History {
 public:
  // The answer of `/_control/effects`, and of `/_control/log` from the beginning.
  History(const nlohmann::json& effects, const nlohmann::json& log);

  // Empty, or what is wrong in sentences, one a line: the first ones, and how many there are.
  std::string FindBroken(const ExpectedEffects& expected) const;

  // Saves that got no answer although they were done: how often a repeat would have doubled.
  uint64_t silent_saves() const { return silent_saves_; }
  uint64_t saves() const { return saves_; }

 private:
  void CheckCounts(const ExpectedEffects& expected, std::vector<std::string>* broken) const;
  void CheckPerson(const std::string& person, const nlohmann::json& counts,
                   const ExpectedEffects& expected, std::vector<std::string>* broken) const;
  void ReadLog(const nlohmann::json& log);

  const nlohmann::json people_;
  std::vector<std::string> repeats_;  // blind ones, and a log that is not whole
  uint64_t saves_ = 0;
  uint64_t silent_saves_ = 0;
};

}  // namespace kinerja::fault

#endif  // KINERJA_TESTS_FAULT_DELIVERY_HISTORY_H_
