#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/schema/check.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::schema {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Sorted(const std::vector<std::string>& fields) {
  std::vector<Violation> violations;
  for (const std::string& field : fields) violations.push_back({field, {}, {}, {}, {}});
  SortByField(v1::Skp::descriptor(), &violations);
  std::vector<std::string> sorted;
  for (const Violation& violation : violations) sorted.push_back(violation.field);
  return sorted;
}

TEST(SortByFieldTest, FollowsTheSchemaAndNotTheAlphabet) {
  EXPECT_THAT(
      Sorted({"rhk", "perilaku", "kelengkapan", "source.version", "source.id", "source"}),
      ElementsAre("source", "source.id", "source.version", "kelengkapan", "rhk", "perilaku"));
}

TEST(SortByFieldTest, TakesIndexesAsNumbers) {
  EXPECT_THAT(Sorted({"rhk[10].uraian", "rhk[2].indikator[1].uraian", "rhk[2].uraian",
                      "rhk[2].indikator[0].target", "rhk[2]", "rhk"}),
              ElementsAre("rhk", "rhk[2]", "rhk[2].uraian", "rhk[2].indikator[0].target",
                          "rhk[2].indikator[1].uraian", "rhk[10].uraian"));
}

TEST(SortByFieldTest, PutsNumbersAndForeignNamesBehindTheFieldsOfTheSchema) {
  EXPECT_THAT(Sorted({"zzz", "999", "rujukan", "rhk[0].foo.bar", "rhk[0].ak_realisasi"}),
              ElementsAre("rhk[0].ak_realisasi", "rhk[0].foo.bar", "rujukan", "999", "zzz"));
}

TEST(SortByFieldTest, KeepsTheOrderAtOneField) {
  std::vector<Violation> violations = {{"status", v1::ERROR_REASON_STATE_ILLEGAL, {}, {}, {}},
                                       {"regime", v1::ERROR_REASON_REGIME_MISMATCH, {}, {}, {}},
                                       {"status", v1::ERROR_REASON_ENUM_UNKNOWN, {}, {}, {}}};
  SortByField(v1::Skp::descriptor(), &violations);
  EXPECT_EQ(violations[0].reason, v1::ERROR_REASON_REGIME_MISMATCH);
  EXPECT_EQ(violations[1].reason, v1::ERROR_REASON_STATE_ILLEGAL);
  EXPECT_EQ(violations[2].reason, v1::ERROR_REASON_ENUM_UNKNOWN);
}

TEST(SortByFieldTest, SurvivesPathsThatAreNone) {
  EXPECT_EQ(Sorted({"rhk[", "", "[", "a..b", "rhk[x].uraian", "."}).size(), 6u);
}

}  // namespace
}  // namespace kinerja::schema
