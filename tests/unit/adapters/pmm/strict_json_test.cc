#include "adapters/pmm/strict_json.h"

#include "gateway/schema/json_scanner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kinerja::adapters::pmm {
namespace {

std::string Nested(int levels) {
  return std::string(static_cast<size_t>(levels), '[') +
         std::string(static_cast<size_t>(levels), ']');
}

TEST(StrictJsonTest, TakesJsonAndNothingElse) {
  struct Case {
    std::string_view name;
    std::string text;
    JsonFault want;
  };
  const std::vector<Case> cases = {
      {"AnObject", R"({"a": {"b": 1}, "c": {"b": 2}})", JsonFault::kNone},
      {"AByteOrderMark", "\xEF\xBB\xBF{}", JsonFault::kNone},
      {"AsDeepAsAllowed", Nested(schema::kMaxJsonDepth), JsonFault::kNone},
      {"OneDeeper", Nested(schema::kMaxJsonDepth + 1), JsonFault::kTooDeep},
      {"VeryDeep", Nested(100'000), JsonFault::kTooDeep},
      {"AKeyTwice", R"({"a": 1, "b": [], "a": 2})", JsonFault::kKeyTwice},
      {"AKeyTwiceInside", R"([{"a": {"x": 1, "x": 1}}])", JsonFault::kKeyTwice},
      {"AKeyTwiceByEscape", R"({"a": 1, "\u0061": 2})", JsonFault::kKeyTwice},
      {"Nothing", "", JsonFault::kNotJson},
      {"ATail", "{} x", JsonFault::kNotJson},
      {"AComment", "{} // x", JsonFault::kNotJson},
      {"ATrailingComma", "[1,]", JsonFault::kNotJson},
      {"BadUtf8", "\"\xC3\x28\"", JsonFault::kNotJson},
      {"Cut", R"({"a": )", JsonFault::kNotJson},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    const StrictJson read = ParseStrictJson(one.text);
    EXPECT_EQ(read.fault, one.want);
    EXPECT_EQ(read.value.is_discarded(), one.want != JsonFault::kNone);
  }
}

TEST(StrictJsonTest, NamesTheKeyThatComesTwice) {
  EXPECT_EQ(ParseStrictJson(R"({"a": {"kode": 1, "kode": 2}})").key, "kode");
}

}  // namespace
}  // namespace kinerja::adapters::pmm
