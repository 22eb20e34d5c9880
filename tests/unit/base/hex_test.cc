#include "gateway/base/hex.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace kinerja::base {
namespace {

TEST(HexTest, EncodesInLowerCase) {
  EXPECT_EQ(HexEncode(std::string_view("\x00\x7f\xAB\xff", 4)), "007fabff");
  EXPECT_EQ(HexEncode(""), "");
}

TEST(HexTest, DecodesEveryByteItEncodes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(HexDecode(HexEncode(bytes)), bytes);
}

TEST(HexTest, DecodesOnlyWhatItWouldWrite) {
  struct Case {
    const char* name;
    std::string_view text;
  };
  const Case cases[] = {
      {"odd length", "abc"},
      {"upper case", "AB"},
      {"not a digit", "0g"},
      {"space", " 0"},
      {"zero byte", std::string_view("0\0", 2)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(HexDecode(c.text), std::nullopt);
  }
}

}  // namespace
}  // namespace kinerja::base
