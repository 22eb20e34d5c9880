#include "gateway/base/kill_point.h"

#ifdef KINERJA_FAULT_POINTS

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "gateway/base/check.h"

namespace kinerja::base {
namespace {

std::array<std::atomic<uint64_t>, kKillPoints.size()> reaches{};

std::string_view Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// The place of `name` in `names`; a misspelt name in the environment must not pass for "never
// reached", so it ends the process.
template <typename Names>
size_t IndexOf(const Names& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  const bool known_fault_name = found != names.end();
  KJ_CHECK(known_fault_name);
  return static_cast<size_t>(found - names.begin());
}

struct Armed {
  size_t point = kKillPoints.size();  // none
  uint64_t reach = 1;
};

Armed ReadArmed() {
  Armed armed;
  const std::string_view text = Environment("KJ_KILL_POINT");
  if (text.empty()) return armed;
  const size_t colon = text.find(':');
  armed.point = IndexOf(kKillPoints, text.substr(0, colon));
  if (colon != std::string_view::npos) {
    const bool reach_is_a_number =
        absl::SimpleAtoi(std::string(text.substr(colon + 1)), &armed.reach) && armed.reach > 0;
    KJ_CHECK(reach_is_a_number);
  }
  return armed;
}

[[noreturn]] void Die(size_t point) {
  const std::string path(Environment("KJ_KILL_LOG"));
  if (!path.empty()) {
    const std::string line = std::string(kKillPoints.at(point)) + "\n";
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const bool logged =
        file >= 0 && write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
        fsync(file) == 0;
    KJ_CHECK(logged);
  }
  kill(getpid(), SIGKILL);
  while (true) pause();  // the signal may reach another thread first
}

}  // namespace

void ReachKillPoint(KillPointName name) {
  static const Armed kArmed = ReadArmed();
  const uint64_t reach = reaches.at(name.index()).fetch_add(1) + 1;
  if (kArmed.point == name.index() && kArmed.reach == reach) Die(name.index());
}

uint64_t KillPointReaches(KillPointName name) { return reaches.at(name.index()).load(); }

bool SeededBug(SeededBugName name) {
  static const size_t kChosen = [] {
    const std::string_view text = Environment("KJ_SEEDED_BUG");
    return text.empty() ? kSeededBugs.size() : IndexOf(kSeededBugs, text);
  }();
  return kChosen == name.index();
}

}  // namespace kinerja::base

#endif  // KINERJA_FAULT_POINTS
