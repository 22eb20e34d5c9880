#include "tests/fault/delivery/history.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace kinerja::fault {
namespace {

using nlohmann::json;

constexpr std::string_view kSaveEnding = "_save";
constexpr std::string_view kReadBeginning = "rw_";
constexpr size_t kMostShown = 8;

uint64_t CountIn(const json& counts, const std::string& kind, const char* what) {
  return counts.value(kind, json::object()).value(what, uint64_t{0});
}

}  // namespace

History::History(const json& effects, const json& log)
    : people_(effects.value("people", json::object())) {
  ReadLog(log);
}

void History::ReadLog(const json& log) {
  if (log.value("dropped", uint64_t{0}) > 0) {
    repeats_.push_back("the simulator's log has lost its beginning: give it fewer records");
  }
  // The save after which the person's rows of that kind were not read: its number.
  std::map<std::pair<std::string, std::string>, uint64_t> unread;
  for (const json& entry : log.value("entries", json::array())) {
    const std::string kind = entry.value("kind", "");
    const std::string person = entry.value("person", "");
    if (person.empty()) continue;  // ended before the service saw it: nothing was read or done
    if (kind.starts_with(kReadBeginning)) {
      unread.erase({person, kind.substr(kReadBeginning.size())});
      continue;
    }
    if (!kind.ends_with(kSaveEnding) || !entry.value("effect", false)) continue;
    ++saves_;
    const uint64_t number = entry.value("number", uint64_t{0});
    if (entry.value("status", 0) == 0) ++silent_saves_;
    const std::string saved = kind.substr(0, kind.size() - kSaveEnding.size());
    const auto [before, first] = unread.emplace(std::pair(person, saved), number);
    if (first) continue;
    repeats_.push_back(absl::StrCat("blind repeat: request ", number, " saves ", saved, " of ",
                                    person, " again, and nobody has read since request ",
                                    before->second));
    before->second = number;
  }
}

void History::CheckPerson(const std::string& person, const json& counts,
                          const ExpectedEffects& expected, std::vector<std::string>* broken) const {
  for (const auto& [kind, wanted] : expected.effects) {
    const uint64_t created = CountIn(counts, kind, "created");
    const uint64_t replaced = CountIn(counts, kind, "replaced");
    const uint64_t deleted = CountIn(counts, kind, "deleted");
    if (created < wanted) {
      broken->push_back(
          absl::StrCat("lost: ", person, " has ", created, " of ", wanted, " ", kind));
    }
    if (created > wanted) {
      broken->push_back(absl::StrCat("doubled: ", kind, " of ", person, " was made ", created,
                                     " times instead of ", wanted));
    }
    if (replaced > 0) {
      broken->push_back(absl::StrCat("repeated: ", kind, " of ", person, " was saved over ",
                                     replaced, " times, ", CountIn(counts, kind, "identical"),
                                     " with the same content"));
    }
    if (deleted > 0) {
      broken->push_back(absl::StrCat("removed: ", kind, " of ", person, " though nobody asked"));
    }
  }
}

void History::CheckCounts(const ExpectedEffects& expected, std::vector<std::string>* broken) const {
  uint64_t with_effects = 0;
  for (const auto& [person, counts] : people_.items()) {
    ++with_effects;
    CheckPerson(person, counts, expected, broken);
  }
  if (with_effects != expected.people) {
    broken->push_back(absl::StrCat(with_effects, " people have effects at the target, ",
                                   expected.people, " are owed some"));
  }
}

std::string History::FindBroken(const ExpectedEffects& expected) const {
  std::vector<std::string> broken = repeats_;
  CheckCounts(expected, &broken);
  std::string text;
  for (size_t i = 0; i < std::min(broken.size(), kMostShown); ++i) {
    absl::StrAppend(&text, broken[i], "\n");
  }
  if (broken.size() > kMostShown)
    absl::StrAppend(&text, "and ", broken.size() - kMostShown, " more\n");
  return text;
}

}  // namespace kinerja::fault
