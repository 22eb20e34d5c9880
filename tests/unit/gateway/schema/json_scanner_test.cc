#include "gateway/schema/json_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace kinerja::schema {
namespace {

bool Skips(std::string_view text, bool deep) {
  JsonScanner scanner(text);
  return (deep ? scanner.SkipDeepValue() : scanner.SkipValue(1)) && scanner.Finish();
}

TEST(JsonScannerTest, SkipsValuesAndNothingElse) {
  const char* const values[] = {"7",
                                "-0.5e+3",
                                R"("a\u00e9")",
                                "true",
                                "null",
                                "{}",
                                "[]",
                                " [ ] ",
                                "[[]]",
                                "[{}]",
                                "[[],[]]",
                                "[1,[2,{}],3]",
                                R"({"a":1})",
                                R"({"a":{},"b":[]})",
                                R"({ "a" : { "b" : [ 1 , { } ] } , "c" : 2 })",
                                R"([{"a":[{"b":null}]},{"a":[]}])"};
  for (const char* const text : values) {
    EXPECT_TRUE(Skips(text, true)) << text;
    EXPECT_TRUE(Skips(text, false)) << text;
  }
  const char* const others[] = {"",
                                "x",
                                "01",
                                "[",
                                "]",
                                "{",
                                "}",
                                "[}",
                                "{]",
                                "[1",
                                "[1,",
                                "[1,]",
                                "[,1]",
                                "[1 2]",
                                "[[1]",
                                "[1]]",
                                R"({"a"})",
                                R"({"a":})",
                                R"({"a":1,})",
                                R"({,"a":1})",
                                R"({1:2})",
                                R"({"a":1 "b":2})",
                                R"({"a":[1})",
                                R"({"a":{"b":1})",
                                R"(["a":1])",
                                R"({"a":1,2})",
                                R"([{"a":1,[]}])",
                                "1,2",
                                "[1],",
                                "\xFF"};
  for (const char* const text : others) {
    EXPECT_FALSE(Skips(text, true)) << text;
    EXPECT_FALSE(Skips(text, false)) << text;
  }
}

TEST(JsonScannerTest, SkipsWhatNestsTooDeepToBeRead) {
  constexpr size_t kLevels = 1'000'000;
  std::string objects;
  for (size_t i = 0; i < kLevels; ++i) objects += R"({"a":)";
  objects += "1" + std::string(kLevels, '}');
  const std::string lists = std::string(kLevels, '[') + std::string(kLevels, ']');
  for (const std::string& text : {lists, objects}) {
    EXPECT_TRUE(Skips(text, true));
    EXPECT_FALSE(Skips(text, false));
    EXPECT_FALSE(Skips(text.substr(0, text.size() - 1), true));
  }
}

TEST(JsonScannerTest, EndsWhereTheValueEnds) {
  const std::string_view text = R"([{"a":[1,2]},3])";
  JsonScanner scanner(text);
  ASSERT_TRUE(scanner.Take('['));
  ASSERT_TRUE(scanner.SkipDeepValue());
  EXPECT_EQ(text.substr(scanner.position()), ",3]");
}

}  // namespace
}  // namespace kinerja::schema
