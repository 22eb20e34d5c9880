// The command line of what concerns deliveries and targets.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"
#include "tests/unit/gateway/ctl/parse_words.h"

namespace kinerja::ctl {
namespace {

using support::EqualsProto;
using testing::HasSubstr;

TEST(DeliveryFlagsTest, ExplainTakesANameOrASource) {
  const Flags by_name = MustParse({"explain", "instansi/9901/skp/0f3k2m9qw81az"});
  EXPECT_EQ(by_name.command, Command::kExplain);
  EXPECT_THAT(by_name.explain, EqualsProto("name: 'instansi/9901/skp/0f3k2m9qw81az'"));
  const Flags by_source = MustParse({"explain", "--source", "pmm", "pmm-1"});
  EXPECT_THAT(by_source.explain, EqualsProto("source_system: 'pmm' source_id: 'pmm-1'"));
}

TEST(DeliveryFlagsTest, ExplainSpeaksIndonesianUnlessAsked) {
  EXPECT_EQ(MustParse({"explain", "x"}).language, Language::kIndonesian);
  EXPECT_EQ(MustParse({"explain", "x", "--language", "en"}).language, Language::kEnglish);
  EXPECT_EQ(MustParse({"explain", "x", "--lang", "both"}).language, Language::kBoth);
  EXPECT_EQ(MustParse({"delivery", "x"}).language, Language::kBoth);
  EXPECT_EQ(MustParse({"delivery", "x", "--lang", "id"}).language, Language::kIndonesian);
}

TEST(DeliveryFlagsTest, DeliveriesFiltersBecomeTheRequest) {
  const Flags flags = MustParse({"deliveries", "--instansi", "9901", "--target", "bkn", "--state",
                                 "REFUSED", "--reason", "NIP_NOT_FOUND", "--limit", "7"});
  EXPECT_EQ(flags.command, Command::kDeliveries);
  EXPECT_THAT(flags.deliveries,
              EqualsProto("parent: 'instansi/9901' filter { target: 'bkn' "
                          "state: DELIVERY_STATE_REFUSED reason: ERROR_REASON_NIP_NOT_FOUND }"));
  EXPECT_EQ(flags.limit, 7);
}

TEST(DeliveryFlagsTest, DeliveriesOfARecordOrOfAll) {
  EXPECT_EQ(MustParse({"deliveries", "--parent", "instansi/9901/skp/x"}).deliveries.parent(),
            "instansi/9901/skp/x");
  EXPECT_EQ(MustParse({"deliveries"}).deliveries.parent(), "instansi/-");
}

TEST(DeliveryFlagsTest, RetryIsOnlyCountedUnlessToldOtherwise) {
  const Flags flags = MustParse({"retry", "--target", "bkn"});
  EXPECT_EQ(flags.command, Command::kRetry);
  EXPECT_THAT(flags.retry, EqualsProto("filter { target: 'bkn' }"));
  EXPECT_FALSE(flags.change.yes);
  EXPECT_FALSE(flags.change.wait);
}

TEST(DeliveryFlagsTest, RetryTakesFiltersAndHowFarBack) {
  const Flags flags =
      MustParse({"retry", "--target", "bkn", "--state", "REFUSED", "--reason", "NIP_NOT_FOUND",
                 "--since", "2026-01-01T00:00:00Z", "--found", "ABSENT", "--yes", "--wait"});
  EXPECT_THAT(flags.retry,
              EqualsProto("filter { target: 'bkn' state: DELIVERY_STATE_REFUSED "
                          "reason: ERROR_REASON_NIP_NOT_FOUND } "
                          "refused_since { seconds: 1767225600 } found: TARGET_FINDING_ABSENT"));
  EXPECT_TRUE(flags.change.yes);
  EXPECT_TRUE(flags.change.wait);
}

TEST(DeliveryFlagsTest, CancelAndBackfillTakeATarget) {
  const Flags cancel = MustParse({"cancel", "--target", "bkn", "--state", "PENDING", "--yes"});
  EXPECT_EQ(cancel.command, Command::kCancel);
  EXPECT_THAT(cancel.cancel, EqualsProto("filter { target: 'bkn' state: DELIVERY_STATE_PENDING }"));
  EXPECT_TRUE(cancel.change.yes);
  const Flags backfill = MustParse({"backfill", "--target", "bkn"});
  EXPECT_EQ(backfill.command, Command::kBackfill);
  EXPECT_THAT(backfill.backfill, EqualsProto("target: 'bkn'"));
}

TEST(DeliveryFlagsTest, NamesGoIntoTheRequest) {
  EXPECT_EQ(MustParse({"delivery", "instansi/9901/skp/x/deliveries/bkn"}).delivery.name(),
            "instansi/9901/skp/x/deliveries/bkn");
  const Flags job = MustParse({"job", "jobs/17", "--wait"});
  EXPECT_EQ(job.command, Command::kJob);
  EXPECT_EQ(job.job.name(), "jobs/17");
  EXPECT_TRUE(job.change.wait);
}

TEST(DeliveryFlagsTest, TargetCommandsTakeAnId) {
  EXPECT_EQ(MustParse({"targets"}).command, Command::kTargets);
  const std::vector<std::pair<const char*, Command>> commands = {{"target", Command::kTarget},
                                                                 {"pause", Command::kPause},
                                                                 {"resume", Command::kResume},
                                                                 {"check", Command::kCheck}};
  for (const auto& [word, command] : commands) {
    const Flags flags = MustParse({word, "bkn"});
    EXPECT_EQ(flags.command, command) << word;
    EXPECT_EQ(flags.target, "bkn") << word;
  }
}

struct Mistake {
  const char* name;
  std::vector<const char*> words;
  const char* says;
};

class DeliveryFlagMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(DeliveryFlagMistakeTest, IsAUsageErrorThatSaysWhat) {
  const ParsedFlags parsed = Parse(GetParam().words);
  EXPECT_FALSE(parsed.flags);
  EXPECT_EQ(parsed.exit_code, ExitCode::kUsage);
  EXPECT_THAT(parsed.text, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, DeliveryFlagMistakeTest,
    testing::Values(
        Mistake{"ExplainOfNothing", {"explain"}, "--source"},
        Mistake{"ExplainOfTwo", {"explain", "x", "--source", "pmm", "1"}, "excludes"},
        Mistake{"HalfASource", {"explain", "--source", "pmm"}, "--source"},
        Mistake{"BadLanguage", {"explain", "x", "--language", "jv"}, "--lang"},
        Mistake{
            "TwoParents", {"deliveries", "--parent", "instansi/1", "--instansi", "2"}, "excludes"},
        Mistake{"BadState", {"deliveries", "--state", "LOST"}, "IN_FLIGHT"},
        Mistake{"BadReason", {"deliveries", "--reason", "NOPE"}, "--reason"},
        Mistake{"DeliveryOfNothing", {"delivery"}, "name"},
        Mistake{"RetryEverywhere", {"retry"}, "--target"},
        Mistake{"CancelEverywhere", {"cancel", "--yes"}, "--target"},
        Mistake{"BackfillEverywhere", {"backfill"}, "--target"},
        Mistake{"BadSince", {"retry", "--target", "bkn", "--since", "yesterday"}, "--since"},
        Mistake{"BadFinding", {"retry", "--target", "bkn", "--found", "maybe"}, "--found"},
        Mistake{"WaitForAPreview", {"retry", "--target", "bkn", "--wait"}, "--yes"},
        Mistake{"JobOfNothing", {"job"}, "name"}, Mistake{"PauseOfNothing", {"pause"}, "id"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kinerja::ctl
