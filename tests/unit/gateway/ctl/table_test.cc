#include "gateway/ctl/table.h"

#include <sstream>

#include "gtest/gtest.h"

namespace kinerja::ctl {
namespace {

std::string Printed(const Table& table, std::string_view indent = "") {
  std::ostringstream out;
  table.Print(out, indent);
  return out.str();
}

TEST(TableTest, AlignsColumnsByCharactersNotBytes) {
  Table table({"A", "B"});
  table.Add({"é", "1"});
  table.Add({"long", "2"});
  EXPECT_EQ(Printed(table, "> "), "> A     B\n> é     1\n> long  2\n");
}

TEST(TableTest, LeavesAnEmptyHeadingOut) {
  Table table({"", ""});
  table.Add({"name", "x"});
  EXPECT_EQ(Printed(table), "name  x\n");
}

TEST(TableTest, FillsMissingCells) {
  Table table({"A", "B", "C"});
  table.Add({"1"});
  EXPECT_EQ(Printed(table), "A  B  C\n1\n");
}

TEST(TableTest, ShowsControlCharactersAsBlanks) {
  Table table({"A"});
  table.Add(
      {"a\x1b[2Jb\nc\xC2\x9B"
       "d"});
  EXPECT_EQ(Printed(table), "A\na [2Jb c  d\n");
}

TEST(TableTest, KnowsThatItIsEmpty) {
  Table table({"A"});
  EXPECT_TRUE(table.empty());
  table.Add({"1"});
  EXPECT_FALSE(table.empty());
}

}  // namespace
}  // namespace kinerja::ctl
