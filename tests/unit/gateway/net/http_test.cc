#include "gateway/net/http.h"

#include "gtest/gtest.h"

namespace kinerja::net {
namespace {

TEST(HttpTest, FindsTheFirstHeaderOfAName) {
  const HttpResponse response{.headers = {{"a", "1"}, {"b", "2"}, {"b", "3"}}};
  EXPECT_EQ(FindHeader(response, "b"), "2");
  EXPECT_EQ(FindHeader(response, "c"), std::nullopt);
}

TEST(HttpTest, ReadsHowLongThePeerWantsUsToWait) {
  constexpr const char* kDate = "Mon, 05 Jan 2026 01:00:00 GMT";
  struct Case {
    const char* name;
    HttpHeaders headers;
    std::optional<absl::Duration> want;
  };
  const Case cases[] = {
      {"none", {{"date", kDate}}, std::nullopt},
      {"seconds", {{"retry-after", "120"}}, absl::Seconds(120)},
      {"zero", {{"retry-after", "0"}}, absl::ZeroDuration()},
      {"negative", {{"retry-after", "-5"}}, std::nullopt},
      {"too many digits", {{"retry-after", "99999999999999999999"}}, std::nullopt},
      {"words", {{"retry-after", "soon"}}, std::nullopt},
      {"a date",
       {{"date", kDate}, {"retry-after", "Mon, 05 Jan 2026 01:01:30 GMT"}},
       absl::Seconds(90)},
      {"a date that has passed",
       {{"date", kDate}, {"retry-after", "Mon, 05 Jan 2026 00:00:00 GMT"}},
       absl::ZeroDuration()},
      {"a date without the peer's own",
       {{"retry-after", "Mon, 05 Jan 2026 01:01:30 GMT"}},
       std::nullopt},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(RetryAfter({.headers = each.headers}), each.want) << each.name;
  }
}

}  // namespace
}  // namespace kinerja::net
