#include "gateway/schema/text_forms.h"

#include <gtest/gtest.h>

#include <string>

namespace kinerja::schema {
namespace {

TEST(TextFormsTest, ADateIsADayOfTheCalendar) {
  for (const char* date : {"2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"}) {
    EXPECT_TRUE(IsCalendarDate(date)) << date;
  }
  for (const char* date : {"", "2023-02-29", "1900-02-29", "2024-02-30", "2024-13-01", "2024-00-10",
                           "2024-01-00", "0000-01-01", "2024-1-1", "24-01-01", "2024/01/01",
                           "2024-01-01 ", "+024-01-01", "2024-01-0x"}) {
    EXPECT_FALSE(IsCalendarDate(date)) << date;
  }
}

TEST(TextFormsTest, ADecimalHasDigitsOnBothSidesOfThePoint) {
  EXPECT_EQ(DecimalPlaces("0"), 0u);
  EXPECT_EQ(DecimalPlaces("-12"), 0u);
  EXPECT_EQ(DecimalPlaces("1.10"), 2u);
  for (const char* text : {"", "-", ".", "1.", ".5", "1,5", "1e3", "+1", "--1", "1.2.3", " 1", "1 ",
                           "1.000,5", "0x10", "NaN"}) {
    EXPECT_EQ(DecimalPlaces(text), std::nullopt) << text;
  }
}

TEST(TextFormsTest, DecimalsCompareByValue) {
  struct Case {
    const char* a;
    const char* b;
    int want;
  };
  for (const auto& [a, b, want] :
       {Case{"1", "1.0", 0}, Case{"007", "7", 0}, Case{"-0", "0", 0}, Case{"-0.0", "0", 0},
        Case{"2", "10", -1}, Case{"-2", "-10", 1}, Case{"-1", "1", -1}, Case{"0.5", "0.45", 1},
        Case{"0.5", "0.51", -1}, Case{"120.0001", "120", 1}, Case{"-0.1", "0", -1},
        Case{"99999999999999999999999", "99999999999999999999998", 1}}) {
    EXPECT_EQ(CompareDecimals(a, b) > 0   ? 1
              : CompareDecimals(a, b) < 0 ? -1
                                          : 0,
              want)
        << a << " and " << b;
  }
}

TEST(TextFormsTest, ASha256IsLowerCaseHexOf32Bytes) {
  EXPECT_TRUE(IsSha256(std::string(64, 'a')));
  EXPECT_FALSE(IsSha256(std::string(63, 'a')));
  EXPECT_FALSE(IsSha256(std::string(64, 'A')));
  EXPECT_FALSE(IsSha256(std::string(64, 'g')));
}

TEST(TextFormsTest, AUriIsAbsoluteAndWithoutBlanks) {
  for (const char* uri : {"https://contoh.example/bukti?id=1#a", "urn:x", "S3+x.1-y://b"}) {
    EXPECT_TRUE(IsAbsoluteUri(uri)) << uri;
  }
  for (const char* uri : {"", "bukti.pdf", "/bukti", "https:", ":x", "1a:b", "a b:c", "https://a b",
                          "https://a<b>", "https://\xC3\xA9", "https://a\n"}) {
    EXPECT_FALSE(IsAbsoluteUri(uri)) << uri;
  }
}

TEST(TextFormsTest, ControlCharactersAreFoundWhereverTheyAre) {
  for (const std::string& text :
       {std::string("a\0b", 3), std::string("a\r\n"), std::string("\x1B"), std::string("a\x7F"),
        std::string("\xC2\x85"), std::string("x\xC2\x9Fy")}) {
    EXPECT_TRUE(HasControlCharacter(text));
  }
  for (const char* text :
       {"", "plain", "two\nlines\tand a tab", "\xC2\xA0", "\xC3\xA9 \xE2\x82\xAC"}) {
    EXPECT_FALSE(HasControlCharacter(text)) << text;
  }
}

TEST(TextFormsTest, NamesTheFirstByteThatIsNoUtf8) {
  EXPECT_EQ(FindBadUtf8("caf\xC3\xA9 \xF0\x9F\x98\x80"), 10u);
  EXPECT_EQ(FindBadUtf8("ab\xFF"
                        "c"),
            2u);
  EXPECT_EQ(FindBadUtf8("ab\xC3"), 2u);
  EXPECT_EQ(FindBadUtf8("a\xC0\x80"), 1u) << "an overlong form";
  EXPECT_EQ(FindBadUtf8("a\xED\xA0\x80"), 1u) << "a surrogate";
}

}  // namespace
}  // namespace kinerja::schema
