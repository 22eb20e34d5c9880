#include "tests/simulators/base/request_log.h"

#include <algorithm>
#include <utility>

#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators {
namespace {

using nlohmann::json;

constexpr size_t kMaxEntries = 500'000;
constexpr size_t kMaxSlices = 36'000 * 24;  // a day
constexpr int64_t kSliceMs = 100;

int64_t Milliseconds(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

json AsJson(const RequestLog::Entry& entry) {
  return {{"number", entry.number}, {"ms", Milliseconds(entry.arrived)},
          {"kind", entry.kind},     {"person", entry.person},
          {"fault", entry.fault},   {"status", entry.status},
          {"effect", entry.effect}, {"throttled", entry.refused}};
}

}  // namespace

absl::Status RequestLog::WriteTo(const std::string& path) {
  const std::lock_guard lock(mutex_);
  file_.reset(std::fopen(path.c_str(), "ae"));
  if (file_ == nullptr) return absl::InvalidArgumentError("--log cannot be written");
  return absl::OkStatus();
}

RequestLog::Slice& RequestLog::SliceAt(std::chrono::steady_clock::time_point now) {
  const int64_t slice = Milliseconds(now) / kSliceMs;
  if (slices_.empty()) first_slice_ = slice;
  // Threads may come here a little out of order; what is before the first counts as the first.
  const auto index = static_cast<size_t>(std::max<int64_t>(slice - first_slice_, 0));
  while (slices_.size() <= index && slices_.size() < kMaxSlices) slices_.emplace_back();
  return slices_[std::min(index, slices_.size() - 1)];
}

void RequestLog::CountArrival(std::chrono::steady_clock::time_point now) {
  const std::lock_guard lock(mutex_);
  ++SliceAt(now).received;
}

void RequestLog::CountThrottled(std::chrono::steady_clock::time_point now) {
  const std::lock_guard lock(mutex_);
  ++SliceAt(now).throttled;
}

void RequestLog::Append(Entry entry) {
  const std::lock_guard lock(mutex_);
  entry.number = ++last_;
  if (file_ != nullptr) {
    const std::string line = Dump(AsJson(entry)) + "\n";
    std::fwrite(line.data(), 1, line.size(), file_.get());
    std::fflush(file_.get());
  }
  entries_.push_back(std::move(entry));
  if (entries_.size() > kMaxEntries) entries_.pop_front();
}

json RequestLog::After(uint64_t number, size_t limit) const {
  const std::lock_guard lock(mutex_);
  const uint64_t kept_after = last_ - entries_.size();
  json answer = {{"last", last_},
                 {"dropped", number < kept_after ? kept_after - number : 0},
                 {"entries", json::array()}};
  const uint64_t first = std::max(number, kept_after) - kept_after;
  for (size_t i = first; i < entries_.size() && answer["entries"].size() < limit; ++i) {
    answer["entries"].push_back(AsJson(entries_[i]));
  }
  return answer;
}

json RequestLog::Windows(std::chrono::seconds length) const {
  const std::lock_guard lock(mutex_);
  const size_t width = static_cast<size_t>(std::max<int64_t>(length.count(), 1)) * 1000 / kSliceMs;
  json windows = json::array();
  uint64_t largest = 0, largest_served = 0, received = 0, throttled = 0;
  for (size_t i = 0; i < slices_.size(); ++i) {
    received += slices_[i].received;
    throttled += slices_[i].throttled;
    if (i >= width) {
      received -= slices_[i - width].received;
      throttled -= slices_[i - width].throttled;
    }
    largest = std::max(largest, received);
    largest_served = std::max(largest_served, received - std::min(received, throttled));
    if (i % width == 0) {
      const int64_t begin = (first_slice_ + static_cast<int64_t>(i)) * kSliceMs;
      windows.push_back({{"begin_ms", begin}, {"received", 0}, {"throttled", 0}});
    }
    json& window = windows.back();
    window["received"] = window["received"].get<uint64_t>() + slices_[i].received;
    window["throttled"] = window["throttled"].get<uint64_t>() + slices_[i].throttled;
  }
  return {{"seconds", length.count()},
          {"windows", std::move(windows)},
          {"largest", largest},
          {"largest_served", largest_served}};
}

}  // namespace kinerja::simulators
