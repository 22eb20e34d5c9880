#include "gateway/schema/fold.h"

#include <gtest/gtest.h>

namespace kinerja::schema {
namespace {

struct Case {
  const char* name;
  const char* input;
  const char* want;
};

class FoldCaseTest : public testing::TestWithParam<Case> {};

TEST_P(FoldCaseTest, GivesTheFoldedForm) { EXPECT_EQ(Fold(GetParam().input), GetParam().want); }

INSTANTIATE_TEST_SUITE_P(
    FoldTest, FoldCaseTest,
    testing::Values(Case{"Empty", "", ""}, Case{"OnlyBlanks", " \t\r\n ", ""},
                    Case{"LowersAndSqueezes", "  Meningkatnya \t MUTU\nsekolah ",
                         "meningkatnya mutu sekolah"},
                    Case{"KeepsSigns", "12 Dokumen (100%)", "12 dokumen (100%)"},
                    Case{"ComposesWhatIsDecomposed", "Cafe\xCC\x81", "caf\xC3\xA9"},
                    Case{"FoldsBeyondAscii", "\xC3\x89 STRASSE \xC3\x9F", "\xC3\xA9 strasse ss"},
                    Case{"SqueezesUnicodeBlanks",
                         "\xC2\xA0"
                         "a\xE2\x80\x83"
                         "b\xC2\xA0",
                         "a b"},
                    Case{"KeepsBytesThatAreNoText", "A\xFF  b", "A\xFF b"}),
    [](const auto& test) { return test.param.name; });

TEST(FoldTest, TheShortWayAgreesWithTheLongOne) {
  const std::string ascii = "  Rencana  HASIL\tkerja 12 ";
  const std::string folded = Fold(ascii + "\xC3\x89");
  EXPECT_EQ(folded, Fold(ascii) + " \xC3\xA9");
}

TEST(FoldTest, CountsCodePointsNotBytes) {
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("abc"), 3u);
  EXPECT_EQ(CountCodePoints("\xC3\xA9\xF0\x9F\x98\x80"), 2u);
}

class CleanDigitsCaseTest : public testing::TestWithParam<Case> {};

TEST_P(CleanDigitsCaseTest, DropsWhatIsPrintedBetweenDigits) {
  EXPECT_EQ(CleanDigits(GetParam().input), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(FoldTest, CleanDigitsCaseTest,
                         testing::Values(Case{"Blanks", "19860926 201505 1 001",
                                              "198609262015051001"},
                                         Case{"DotsAndDashes", "1986.0926-2015", "198609262015"},
                                         Case{"LeadingApostrophe", "'198609", "198609"},
                                         Case{"ApostropheAfterBlank",
                                              " \xE2\x80\x99"
                                              "198609",
                                              "198609"},
                                         Case{"OtherApostropheStays", "19'86", "19'86"},
                                         Case{"UnicodeBlanksAndDashes",
                                              "19\xC2\xA0"
                                              "86\xE2\x80\x93"
                                              "09",
                                              "198609"},
                                         Case{"LettersStay", "19x86", "19x86"}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kinerja::schema
