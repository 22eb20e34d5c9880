// RequestLog: what was asked, in order, and how many requests came in each stretch of time.
//
// The newest entries are kept in memory; a file, where one is given, gets all of them. No NIP ever
// enters it: people are named by the peer's own invented id.
//
// Threading: safe for concurrent use.
#ifndef KINERJA_TESTS_SIMULATORS_BASE_REQUEST_LOG_H_
#define KINERJA_TESTS_SIMULATORS_BASE_REQUEST_LOG_H_

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/status/status.h"

namespace kinerja::simulators {

class RequestLog {
 public:
  struct Entry {
    uint64_t number = 0;  // from 1; Append sets it
    std::chrono::steady_clock::time_point arrived;
    std::string kind;
    std::string person;    // PNS id or id_skp, or empty
    std::string fault;     // names joined by "+", or empty
    int status = 0;        // 0: no answer was given
    bool effect = false;   // something was created, replaced or deleted
    bool refused = false;  // by quota
  };

  // INVALID_ARGUMENT: the file cannot be written.
  absl::Status WriteTo(const std::string& path);

  // Counts a service request at the moment it arrives.
  void CountArrival(std::chrono::steady_clock::time_point now);
  void CountThrottled(std::chrono::steady_clock::time_point now);

  // Numbers the entry: by completion, so that numbers never have a gap for a reader.
  void Append(Entry entry);

  // {"entries":[...],"last":n,"dropped":n}: at most `limit` entries after that number; "dropped":
  // how many of those asked for are no longer kept.
  nlohmann::json After(uint64_t number, size_t limit) const;

  // {"windows":[{"begin_ms","received","throttled"}...],"largest":n,"largest_served":n}: windows
  // side by side since the first request; the largest ones slide in steps of 100 ms.
  nlohmann::json Windows(std::chrono::seconds length) const;

 private:
  struct Slice {
    uint32_t received = 0;
    uint32_t throttled = 0;
  };
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  Slice& SliceAt(std::chrono::steady_clock::time_point now);

  mutable std::mutex mutex_;  // guards all below
  std::deque<Entry> entries_;
  uint64_t last_ = 0;
  std::deque<Slice> slices_;  // 100 ms each, from first_slice_
  int64_t first_slice_ = 0;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace kinerja::simulators

#endif  // KINERJA_TESTS_SIMULATORS_BASE_REQUEST_LOG_H_
