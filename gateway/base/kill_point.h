// Kill points and seeded bugs: places where a test ends the process, or makes it wrong, on purpose.
// Only the preset `fault` compiles them (KINERJA_FAULT_POINTS); in every other build the macros are
// nothing and `false`, and not even the names are in the binary.
//
// Threading: safe for concurrent use.
// To add one: add its name to the list below and write the macro at the place. An unknown name does
// not compile; a name that no test run reaches fails the fault suite.
//
//   KJ_KILL_POINT("store_after_commit");
//   if (KJ_SEEDED_BUG("answer_before_commit")) Answer(batch);
//
// Chosen by the environment at run time, so that one build serves every test:
//   KJ_KILL_POINT=name[:n]  the n-th reach of `name` (default: the first) ends the process by
//   SIGKILL KJ_KILL_LOG=file        gets the line `name`, synced, just before: the proof that it
//   was reached KJ_SEEDED_BUG=name      KJ_SEEDED_BUG("name") is true
#ifndef KINERJA_GATEWAY_BASE_KILL_POINT_H_
#define KINERJA_GATEWAY_BASE_KILL_POINT_H_

#ifdef KINERJA_FAULT_POINTS

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kinerja::base {

inline constexpr auto kKillPoints = std::to_array<std::string_view>({
    "store_before_transaction",  // a batch was taken, nothing is written
    "store_before_commit",       // rows are written, COMMIT is not
    "store_after_commit",        // durable, nobody was told
    "store_after_answer",        // the first answer of the batch was given
    "store_checkpoint",          // in the VFS, while pages go from the log to the file
    "store_migration",           // a migration has run, its number is not committed
    "deliver_before_plan",       // a delivery was read, nothing is stored of it
    "deliver_after_plan",        // planned, the claim and the first call are not stored
    "deliver_before_call",       // the call is stored as under way, nothing was sent
    "deliver_after_call",        // the target answered, the answer is not stored
    "deliver_between_parts",     // one part is stored as done, the next was not called
    "pull_before_page",          // a page has come, nothing of it is written
    "pull_after_page",           // page and cursor are committed, the next is not asked for
});

inline constexpr auto kSeededBugs = std::to_array<std::string_view>({
    "answer_before_commit",  // swaps commit and answer: breaks promise P1
    "skip_sync",             // never syncs the store: breaks promise P1
    "forget_request",        // does not remember answers: breaks promise P2
    "skip_lookup",           // repeats a call with unknown outcome: breaks promise P6
    "forget_call",           // takes a call under way at a crash for never made: breaks promise P6
    "forget_silent_call",    // takes a call without an answer in time for never made: breaks P6
    "trust_wall_clock",      // does not notice that the clock was set: breaks P4 and P6
    "ignore_quota",          // sends as fast as it can: breaks the quota of a target
    "deliver_stale",         // sends the revision that was read, whatever is wanted now: breaks P5
    "preview_acts",          // starts the job that was to be previewed: breaks design §7
    "ignore_budget",         // retries as fast as the target answers: breaks design §7
});

// A name of the list, checked by the compiler.
template <const auto& kNames>
class FaultName {
 public:
  consteval FaultName(const char* name) : index_(0) {
    while (kNames.at(index_) != std::string_view(name)) ++index_;  // past the end: does not compile
  }
  constexpr size_t index() const { return index_; }

 private:
  size_t index_;
};
using KillPointName = FaultName<kKillPoints>;
using SeededBugName = FaultName<kSeededBugs>;

// Counts the reach; ends the process when this is the one that is armed.
void ReachKillPoint(KillPointName name);

// How often this process has reached the point.
uint64_t KillPointReaches(KillPointName name);

// Whether this bug is chosen.
bool SeededBug(SeededBugName name);

}  // namespace kinerja::base

#define KJ_KILL_POINT(name) ::kinerja::base::ReachKillPoint(name)
#define KJ_SEEDED_BUG(name) ::kinerja::base::SeededBug(name)

#else

#define KJ_KILL_POINT(name) static_cast<void>(0)
#define KJ_SEEDED_BUG(name) false

#endif  // KINERJA_FAULT_POINTS

#endif  // KINERJA_GATEWAY_BASE_KILL_POINT_H_
