#include "gateway/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_split.h"
#include "gateway/base/owned_thread.h"

namespace kinerja::base {
namespace {

std::string Field(LogValue value) {
  const std::string line = FormatLogLine(absl::UnixEpoch(), Level::kInfo, "e", {{"k", value}});
  const size_t begin = line.find("\"k\":") + 4;
  return line.substr(begin, line.size() - begin - 2);
}

TEST(LogTest, WritesOneJsonLineWithFieldsInOrder) {
  EXPECT_EQ(FormatLogLine(absl::FromUnixMicros(1769842800123456), Level::kWarning, "call_refused",
                          {{"skp", "instansi/1/skp/a"}, {"attempt", 3}, {"last", true}}),
            "{\"time\":\"2026-01-31T07:00:00.123456Z\",\"level\":\"WARNING\","
            "\"event\":\"call_refused\",\"skp\":\"instansi/1/skp/a\",\"attempt\":3,"
            "\"last\":true}\n");
}

TEST(LogTest, WritesEveryKindOfValue) {
  EXPECT_EQ(Field(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(Field(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(Field(false), "false");
  EXPECT_EQ(Field(std::string("text")), "\"text\"");
  EXPECT_EQ(Field(absl::string_view("text")), "\"text\"");
}

TEST(LogTest, EscapesWhatWouldBreakTheLine) {
  struct Case {
    const char* name;
    std::string_view text;
    std::string_view want;
  };
  const Case cases[] = {
      {"quote and backslash", "a\"b\\c", "\"a\\\"b\\\\c\""},
      {"newline", "a\nb", "\"a\\u000ab\""},
      {"zero byte", std::string_view("a\0b", 3), "\"a\\u0000b\""},
      {"terminal escape", "\x1b[31m", "\"\\u001b[31m\""},
      {"good UTF-8 stays", "Jalan Tëuku \xF0\x9F\x98\x80", "\"Jalan Tëuku \xF0\x9F\x98\x80\""},
      {"lone continuation byte", "a\x80z", "\"a\xEF\xBF\xBDz\""},
      {"cut character", "a\xE2\x82", "\"a\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"cut character before text", "\xE2\x28z", "\"\xEF\xBF\xBD(z\""},
      {"overlong slash", "\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"surrogate", "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"above U+10FFFF", "\xF4\x90\x80\x80",
       "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Field(c.text), c.want);
  }
}

TEST(LogTest, EscapesEventAndKey) {
  EXPECT_EQ(FormatLogLine(absl::UnixEpoch(), Level::kInfo, "a\"", {{"b\"", 1}}),
            "{\"time\":\"1970-01-01T00:00:00.000000Z\",\"level\":\"INFO\",\"event\":\"a\\\"\","
            "\"b\\\"\":1}\n");
}

// Sends the log into a pipe for the length of a test.
class LogPipeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(pipe(ends_.data()), 0);
    SetLogFileForTest(ends_[1]);
  }
  void TearDown() override {
    SetLogFileForTest(-1);
    SetLogThreshold(Level::kInfo);
    close(ends_[0]);
  }
  std::string ReadAll() {
    close(ends_[1]);
    std::string text;
    std::array<char, 4096> buffer;
    for (ssize_t n = read(ends_[0], buffer.data(), buffer.size()); n > 0;
         n = read(ends_[0], buffer.data(), buffer.size())) {
      text.append(buffer.data(), static_cast<size_t>(n));
    }
    return text;
  }
  std::array<int, 2> ends_{};
};

TEST_F(LogPipeTest, DropsWhatIsBelowTheThreshold) {
  Log(Level::kDebug, "dropped_by_default");
  SetLogThreshold(Level::kError);
  Log(Level::kWarning, "dropped");
  Log(Level::kError, "kept");
  const std::string text = ReadAll();
  EXPECT_THAT(text, ::testing::HasSubstr("\"event\":\"kept\""));
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("dropped")));
}

TEST_F(LogPipeTest, KeepsLinesOfManyThreadsApart) {
  constexpr int kEach = 50;  // fits the pipe's 64 KiB, so nobody has to read meanwhile
  const auto write_lines = [] {
    for (int i = 0; i < kEach; ++i) Log(Level::kInfo, "line", {{"text", "0123456789"}});
  };
  {
    OwnedThread a("a", write_lines);
    OwnedThread b("b", write_lines);
  }
  std::vector<std::string> lines = absl::StrSplit(ReadAll(), '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 2U * kEach);
  for (const std::string& line : lines) {
    EXPECT_THAT(line, ::testing::MatchesRegex("\\{\"time\":\"[^\"]*\",\"level\":\"INFO\","
                                              "\"event\":\"line\",\"text\":\"0123456789\"\\}"));
  }
}

}  // namespace
}  // namespace kinerja::base
