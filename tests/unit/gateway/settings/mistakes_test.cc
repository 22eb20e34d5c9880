#include "gateway/settings/mistakes.h"

#include <gtest/gtest.h>

namespace kinerja::settings {
namespace {

TEST(MistakesTest, NamesTheLineOfTheFieldOrOfWhatItBelongsTo) {
  Mistakes mistakes;
  mistakes.SetLine("a", 3);
  mistakes.SetLine("a.b[1]", 7);
  mistakes.SetLine("a.b[1].c", 8);
  mistakes.Add("a.b[1].c", "one");
  mistakes.Add("a.b[1].d", "two");
  mistakes.Add("a.b[2].c", "three");
  mistakes.Add("z", "four");
  EXPECT_EQ(Format("f", mistakes.Sorted()),
            "f:1: z: four\n"
            "f:3: a.b[2].c: three\n"
            "f:7: a.b[1].d: two\n"
            "f:8: a.b[1].c: one");
}

TEST(MistakesTest, KeepsEveryMistakeOfOnePass) {
  Mistakes mistakes;
  mistakes.Add("a", "one");
  mistakes.Add("a", "two");
  mistakes.Add("a.b", "three");
  EXPECT_EQ(mistakes.size(), 3U);
}

TEST(MistakesTest, LeavesOutWhatFollowsFromAnEarlierPass) {
  Mistakes mistakes;
  mistakes.Add("a.b", "one");
  mistakes.SetBroken("c[0]");
  mistakes.NextPass();
  mistakes.Add("a.b", "again");
  mistakes.Add("a.b[0].c", "below");
  mistakes.Add("c[0].d", "below what is broken");
  mistakes.Add("a", "above");
  mistakes.Add("a.bc", "beside");
  EXPECT_EQ(Format("f", mistakes.Sorted()), "f:1: a.b: one\nf:1: a: above\nf:1: a.bc: beside");
}

TEST(MistakesTest, WritesTheFileAloneWhereThereIsNoField) {
  Mistakes mistakes;
  mistakes.AddAtLine(4, "", "no YAML");
  EXPECT_EQ(Format("f", mistakes.Sorted()), "f:4: no YAML");
  EXPECT_EQ(Format("f", {}), "");
}

}  // namespace
}  // namespace kinerja::settings
