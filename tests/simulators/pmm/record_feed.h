// RecordFeed: the changed records that PMM hands out, in order, page by page.
//
// First those of a folder (or, multiplied, invented variants of them, made when they are asked
// for), then those that were added while running.
//
// Threading: safe for concurrent use after Load.
#ifndef KINERJA_TESTS_SIMULATORS_PMM_RECORD_FEED_H_
#define KINERJA_TESTS_SIMULATORS_PMM_RECORD_FEED_H_

#include <cstdint>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/simulators/pmm/record_template.h"

namespace kinerja::simulators::pmm {

class RecordFeed {
 public:
  // Takes the *.json files below `folder`, ordered by path: a file is one record or a page. Other
  // JSON is left out. `multiply` > 0: that many variants instead of the records themselves.
  // INVALID_ARGUMENT: the folder or a file cannot be read, or there is nothing to multiply.
  absl::Status Load(const std::string& folder, uint64_t multiply);

  // Adds a record, a list of them or a page; how many, or nothing when it is none of these.
  std::optional<uint64_t> Add(const nlohmann::json& records);

  uint64_t size() const;

  // Records `begin` up to `end`, which is within size(), as JSON texts.
  std::vector<std::string> Read(uint64_t begin, uint64_t end) const;

 private:
  absl::Status LoadFile(const std::string& path);

  std::vector<RecordTemplate> templates_;
  uint64_t loaded_ = 0;  // how many the folder gives
  bool multiplied_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> added_;  // guarded by mutex_
};

// An opaque text for a place in the feed, and back; nothing for a text that was never given out.
std::string CursorAt(uint64_t place);
std::optional<uint64_t> PlaceOf(const std::string& cursor);

}  // namespace kinerja::simulators::pmm

#endif  // KINERJA_TESTS_SIMULATORS_PMM_RECORD_FEED_H_
