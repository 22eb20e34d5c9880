#include "gateway/ctl/json_table.h"

#include <sstream>
#include <string>

#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace kinerja::ctl {
namespace {

std::string Tables(const std::string& json) {
  google::protobuf::Struct object;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &object).ok()) << json;
  std::ostringstream out;
  PrintJsonTables(object, out);
  return out.str();
}

TEST(JsonTableTest, PlainValuesAreTwoColumns) {
  EXPECT_EQ(
      Tables(R"({"pages":12,"open":true,"name":"x","big":1735689600123,"of":[1,2],"no":null})"),
      "big    1735689600123\n"
      "name   x\n"
      "no\n"
      "of     1, 2\n"
      "open   true\n"
      "pages  12\n");
}

TEST(JsonTableTest, ListsOfObjectsAreTables) {
  EXPECT_EQ(
      Tables(R"({"last":2,"entries":[{"number":1,"kind":"skp22"},{"number":2,"fault":"x"}]})"),
      "last  2\n"
      "entries\n"
      "  fault  kind   number\n"
      "         skp22  1\n"
      "  x             2\n");
}

TEST(JsonTableTest, ObjectsOfFlatObjectsAreTablesUnderTheirPath) {
  EXPECT_EQ(Tables(R"({"totals":{"skp22":{"created":2}},"people":{"A1":{"skp22":{"created":1}},)"
                   R"("B2":{"skp22":{"created":1,"deleted":3}}}})"),
            "people.A1\n"
            "         created\n"
            "  skp22  1\n"
            "people.B2\n"
            "         created  deleted\n"
            "  skp22  1        3\n"
            "totals\n"
            "         created\n"
            "  skp22  2\n");
}

TEST(JsonTableTest, NestedPlainValuesStandUnderTheirPath) {
  EXPECT_EQ(Tables(R"({"a":{"b":1,"c":{"d":2}}})"),
            "a\n"
            "  b  1\n"
            "a.c\n"
            "  d  2\n");
}

TEST(JsonTableTest, NothingPrintsNothing) {
  EXPECT_EQ(Tables("{}"), "");
  EXPECT_EQ(Tables(R"({"rules":[],"people":{}})"), "");
}

}  // namespace
}  // namespace kinerja::ctl
