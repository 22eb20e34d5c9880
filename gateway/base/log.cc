#include "gateway/base/log.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gateway/base/clock.h"

namespace kinerja::base {
namespace {

std::atomic<Level> threshold_level{Level::kInfo};
std::atomic<int> log_file{STDERR_FILENO};

const char* LevelName(Level level) {
  switch (level) {
    case Level::kDebug:
      return "DEBUG";
    case Level::kInfo:
      return "INFO";
    case Level::kWarning:
      return "WARNING";
    case Level::kError:
      return "ERROR";
    case Level::kFatal:
      return "FATAL";
  }
  return "UNKNOWN";
}

unsigned char ByteAt(std::string_view text, size_t i) {
  return static_cast<unsigned char>(text[i]);
}

// Length of the well-formed UTF-8 character that starts at `i`, or 0 (overlong forms, surrogates
// and values above U+10FFFF are not well-formed: Unicode standard, table 3-7).
size_t Utf8Length(std::string_view text, size_t i) {
  const unsigned char lead = ByteAt(text, i);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (i + length > text.size()) return 0;
  const unsigned char second = ByteAt(text, i + 1);
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return 0;
  for (size_t k = 2; k < length; ++k) {
    if ((ByteAt(text, i + k) & 0xC0) != 0x80) return 0;
  }
  return length;
}

void AppendQuoted(std::string_view text, std::string& line) {
  line += '"';
  for (size_t i = 0; i < text.size();) {
    const unsigned char byte = ByteAt(text, i);
    const size_t length = Utf8Length(text, i);
    if (length == 0) {
      line += "\xEF\xBF\xBD";  // U+FFFD
    } else if (byte == '"' || byte == '\\') {
      line += '\\';
      line += text[i];
    } else if (byte < 0x20 || byte == 0x7F) {
      absl::StrAppendFormat(&line, "\\u%04x", byte);
    } else {
      line.append(text.substr(i, length));
    }
    i += length == 0 ? 1 : length;
  }
  line += '"';
}

void AppendValue(const LogValue& value, std::string& line) {
  std::visit(
      [&line](auto v) {
        if constexpr (std::is_same_v<decltype(v), std::string_view>) {
          AppendQuoted(v, line);
        } else if constexpr (std::is_same_v<decltype(v), bool>) {
          line += v ? "true" : "false";
        } else {
          absl::StrAppend(&line, v);
        }
      },
      value.value());
}

// One write(2), so that lines of several threads do not mix. The loop only finishes a line that the
// kernel took in part, as it may on a full pipe.
void WriteLine(int file, std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = write(file, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    line.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

void SetLogThreshold(Level threshold) {
  threshold_level.store(threshold, std::memory_order_relaxed);
}

void SetLogFileForTest(int file_descriptor) {
  log_file.store(file_descriptor < 0 ? STDERR_FILENO : file_descriptor, std::memory_order_relaxed);
}

std::string FormatLogLine(absl::Time time, Level level, std::string_view event,
                          std::initializer_list<LogField> fields) {
  std::string line = absl::StrCat(
      "{\"time\":\"", absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone()),
      "\",\"level\":\"", LevelName(level), "\",\"event\":");
  AppendQuoted(event, line);
  for (const LogField& field : fields) {
    line += ',';
    AppendQuoted(field.key, line);
    line += ':';
    AppendValue(field.value, line);
  }
  line += "}\n";
  return line;
}

void Log(Level level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < threshold_level.load(std::memory_order_relaxed)) return;
  const int saved_errno = errno;
  WriteLine(log_file.load(std::memory_order_relaxed),
            FormatLogLine(SystemClock().Now(), level, event, fields));
  errno = saved_errno;
}

}  // namespace kinerja::base
