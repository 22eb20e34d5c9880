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
      {"ANumberBelowAllOfTheTree", R"([1e-999])", JsonFault::kNone},
      {"ANumberBeyondAllOfTheTree", R"({"a": [{"b": 1e999}]})", JsonFault::kNumberTooLarge},
      {"ANumberBeyondThemBelowZero", "-1E+999", JsonFault::kNumberTooLarge},
      {"AWholeNumberBeyondThem", std::string(400, '9'), JsonFault::kNumberTooLarge},
      {"TooDeepAndThenNoJson", std::string(100'000, '['), JsonFault::kTooDeep},
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

TEST(StrictJsonTest, NamesTheKeyOfTheFault) {
  EXPECT_EQ(ParseStrictJson(R"({"a": {"kode": 1, "kode": 2, "b": 3}})").key, "kode");
  EXPECT_EQ(ParseStrictJson(R"({"a": {"kode": 1, "poin": 1e999}, "b": 2})").key, "poin");
  EXPECT_EQ(ParseStrictJson(R"({"a": 1})").key, "");
}

}  // namespace
}  // namespace kinerja::adapters::pmm
