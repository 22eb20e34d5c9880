// Log: one JSON line per event to stderr, for machines first.
//
// Threading: safe for concurrent use; a line is one write(2).
// Never pass a NIP, NIK, name, free text of a record or a secret: name the resource id and the
// field path instead. Log a failure once, where it is handled.
//
//   Log(Level::kWarning, "delivery_retried", {{"delivery", id}, {"attempt", 3}, {"reason",
//   reason}});
//   {"time":"2026-01-31T07:00:00.123456Z","level":"WARNING","event":"delivery_retried",...}
#ifndef KINERJA_GATEWAY_BASE_LOG_H_
#define KINERJA_GATEWAY_BASE_LOG_H_

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace kinerja::base {

enum class Level {
  kDebug,    // per step
  kInfo,     // lifecycle, rarely
  kWarning,  // temporary trouble that is handled
  kError,    // lost work, or someone must act
  kFatal,    // only from main and KJ_CHECK; ends nothing by itself
};

// A string, an integer or a bool. There are no floating-point values on purpose: say milliseconds.
class LogValue {
 public:
  LogValue(std::string_view text) : value_(text) {}
  LogValue(const std::string& text) : value_(std::string_view(text)) {}
  LogValue(const char* text) : value_(std::string_view(text)) {}
  LogValue(absl::string_view text) : value_(std::string_view(text.data(), text.size())) {}
  LogValue(bool flag) : value_(flag) {}
  template <std::signed_integral T>
  LogValue(T number) : value_(static_cast<int64_t>(number)) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) LogValue(T number) : value_(static_cast<uint64_t>(number)) {}
  LogValue(double) = delete;

  const std::variant<std::string_view, bool, int64_t, uint64_t>& value() const { return value_; }

 private:
  std::variant<std::string_view, bool, int64_t, uint64_t> value_;
};

// Views its text: only for use as an argument of Log.
struct LogField {
  std::string_view key;
  LogValue value;
};

// Events below `threshold` are dropped. The default is kInfo.
void SetLogThreshold(Level threshold);

// Writes one line, or nothing when the level is below the threshold. `event` is snake_case and one
// of a fixed set: what varies goes into the fields. Never fails: a line that cannot be written is
// lost.
void Log(Level level, std::string_view event, std::initializer_list<LogField> fields = {});

// The line that Log writes, with its newline. Pure. Bytes that are not UTF-8 become U+FFFD.
std::string FormatLogLine(absl::Time time, Level level, std::string_view event,
                          std::initializer_list<LogField> fields);

// Redirects Log to another file descriptor, which the caller owns; -1 means stderr again.
void SetLogFileForTest(int file_descriptor);

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_LOG_H_
