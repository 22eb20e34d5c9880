#include "gateway/ctl/words.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kinerja::ctl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(QuoteJsonTest, EscapesWhatJsonCannotHold) {
  EXPECT_EQ(QuoteJson("a\"b\\c\nd\x01é"), "\"a\\\"b\\\\c\\u000ad\\u0001é\"");
}

TEST(SentencesTest, AreThoseOfTheLanguageAndNeverEmpty) {
  EXPECT_THAT(Sentences("why", "sebab", Language::kBoth), ElementsAre("why", "sebab"));
  EXPECT_THAT(Sentences("why", "sebab", Language::kIndonesian), ElementsAre("sebab"));
  EXPECT_THAT(Sentences("why", "sebab", Language::kEnglish), ElementsAre("why"));
  EXPECT_THAT(Sentences("", "", Language::kBoth), IsEmpty());
}

TEST(ShortTest, LeavesOutThePrefixOnly) {
  EXPECT_EQ(Short("MENDER_PEGAWAI", "MENDER_"), "PEGAWAI");
  EXPECT_EQ(Short("OTHER", "MENDER_"), "OTHER");
}

TEST(WhenTest, IsToTheSecondAndEmptyWhenNotSet) {
  google::protobuf::Timestamp time;
  EXPECT_EQ(When(time), "");
  time.set_seconds(1767225600);
  time.set_nanos(123456789);
  EXPECT_EQ(When(time), "2026-01-01T00:00:00Z");
}

}  // namespace
}  // namespace kinerja::ctl
