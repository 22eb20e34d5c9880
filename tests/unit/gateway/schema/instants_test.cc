#include "gateway/schema/instants.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace kinerja::schema {
namespace {

using google::protobuf::Duration;
using google::protobuf::Timestamp;

Timestamp Instant(int64_t seconds, int32_t nanos) {
  Timestamp instant;
  instant.set_seconds(seconds);
  instant.set_nanos(nanos);
  return instant;
}

Duration Span(int64_t seconds, int32_t nanos) {
  Duration duration;
  duration.set_seconds(seconds);
  duration.set_nanos(nanos);
  return duration;
}

TEST(InstantsTest, WritesAndReadsInstants) {
  struct Case {
    int64_t seconds;
    int32_t nanos;
    const char* text;
  };
  for (const auto& [seconds, nanos, text] :
       {Case{0, 0, "1970-01-01T00:00:00Z"}, Case{1'706'693'400, 0, "2024-01-31T09:30:00Z"},
        Case{1, 500'000'000, "1970-01-01T00:00:01.500Z"},
        Case{1, 1'000, "1970-01-01T00:00:01.000001Z"},
        Case{-1, 999'999'999, "1969-12-31T23:59:59.999999999Z"},
        Case{-62'135'596'800, 0, "0001-01-01T00:00:00Z"},
        Case{253'402'300'799, 0, "9999-12-31T23:59:59Z"}}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(FormatTimestamp(Instant(seconds, nanos)), text);
    const auto parsed = ParseTimestamp(text);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->seconds(), seconds);
    EXPECT_EQ(parsed->nanos(), nanos);
  }
}

TEST(InstantsTest, TakesTheOffsetAway) {
  EXPECT_EQ(ParseTimestamp("1970-01-01T07:00:00+07:00")->seconds(), 0);
  EXPECT_EQ(ParseTimestamp("1969-12-31T23:30:00-00:30")->seconds(), 0);
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:00.25Z")->nanos(), 250'000'000);
}

TEST(InstantsTest, RefusesWhatIsNoInstant) {
  for (const char* text :
       {"", "2024-01-31", "2024-01-31T09:30", "2024-01-31T09:30:00", "2024-01-31 09:30:00Z",
        "2024-02-30T00:00:00Z", "2024-01-31T24:00:00Z", "2024-01-31T09:60:00Z",
        "2024-01-31T09:30:60Z", "2024-01-31T09:30:00.Z", "2024-01-31T09:30:00.1234567890Z",
        "2024-01-31T09:30:00+0700", "2024-01-31T09:30:00+24:00", "2024-01-31T09:30:00Zx",
        "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2024-01-31t09:30:00z"}) {
    EXPECT_EQ(ParseTimestamp(text).has_value(), false) << text;
  }
}

TEST(InstantsTest, WritesAndReadsDurations) {
  struct Case {
    int64_t seconds;
    int32_t nanos;
    const char* text;
  };
  for (const auto& [seconds, nanos, text] :
       {Case{0, 0, "0s"}, Case{3, 500'000'000, "3.500s"}, Case{-3, -500'000'000, "-3.500s"},
        Case{0, -1, "-0.000000001s"}, Case{315'576'000'000, 0, "315576000000s"}}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(FormatDuration(Span(seconds, nanos)), text);
    const auto parsed = ParseDuration(text);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->seconds(), seconds);
    EXPECT_EQ(parsed->nanos(), nanos);
  }
  EXPECT_EQ(ParseDuration("3.5s")->nanos(), 500'000'000);
}

TEST(InstantsTest, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "s", "3", "3.s", ".5s", "3,5s", "+3s", "3 s", "3m", "1e3s",
                           "315576000001s", "9999999999999s", "0.1234567890s"}) {
    EXPECT_EQ(ParseDuration(text).has_value(), false) << text;
  }
}

TEST(InstantsTest, KnowsWhatCannotBeWritten) {
  EXPECT_FALSE(IsValid(Instant(253'402'300'800, 0)));
  EXPECT_FALSE(IsValid(Instant(0, -1)));
  EXPECT_FALSE(IsValid(Instant(0, 1'000'000'000)));
  EXPECT_FALSE(IsValid(Span(1, -1)));
  EXPECT_FALSE(IsValid(Span(-1, 1)));
  EXPECT_FALSE(IsValid(Span(315'576'000'001, 0)));
}

}  // namespace
}  // namespace kinerja::schema
