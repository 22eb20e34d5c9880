#include "gateway/ctl/json_pieces.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kinerja::ctl {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::vector<std::string> pieces;  // "line:text"
  size_t bad_line;
};

class SplitJsonTest : public testing::TestWithParam<Case> {};

TEST_P(SplitJsonTest, GivesObjectsAndTheirLines) {
  const Case& c = GetParam();
  const JsonPieces split = SplitJson(c.text);
  std::vector<std::string> pieces;
  for (const JsonPiece& piece : split.pieces) {
    pieces.push_back(std::to_string(piece.line) + ":" + c.text.substr(piece.begin, piece.size));
  }
  EXPECT_EQ(pieces, c.pieces);
  EXPECT_EQ(split.bad_line, c.bad_line);
}

INSTANTIATE_TEST_SUITE_P(
    All, SplitJsonTest,
    testing::Values(
        Case{"OneObject", "{\"a\":1}\n", {"1:{\"a\":1}"}, 0},
        Case{"OnePerLine", "{\"a\":1}\n{\"b\":2}\r\n", {"1:{\"a\":1}", "2:{\"b\":2}"}, 0},
        Case{"Array", "[\n{},\n{\"a\":[{}]}]", {"2:{}", "3:{\"a\":[{}]}"}, 0},
        Case{"EmptyArray", "[]", {}, 0},
        Case{"BracesInText", "{\"a\":\"}{\\\"}\"}", {"1:{\"a\":\"}{\\\"}\"}"}, 0},
        Case{"ByteOrderMark", "\xEF\xBB\xBF{}", {"1:{}"}, 0}, Case{"Nothing", " \n ", {}, 2},
        Case{"NoObject", "7", {}, 1}, Case{"GarbageAfter", "{}\nx", {"1:{}"}, 2},
        Case{"OpenObject", "{\"a\":\n{}", {}, 2}, Case{"OpenText", "{\"a}", {}, 1},
        Case{"OpenArray", "[{}", {"1:{}"}, 1}, Case{"TrailingComma", "[{},]", {"1:{}"}, 1},
        Case{"AfterArray", "[{}] {}", {"1:{}"}, 1}, Case{"EndsInBackslash", "{\"\\", {}, 1}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kinerja::ctl
