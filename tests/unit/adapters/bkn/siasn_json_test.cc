#include "adapters/bkn/siasn_json.h"

#include "gtest/gtest.h"

namespace kinerja::adapters::bkn {
namespace {

TEST(SiasnJsonTest, RefusesWhatIsNotJsonOrTooDeep) {
  EXPECT_FALSE(ParseJson(""));
  EXPECT_FALSE(ParseJson("<html>"));
  EXPECT_FALSE(ParseJson("{\"a\":1} trailing"));
  EXPECT_FALSE(ParseJson("{\"a\":\"\xff\"}"));
  EXPECT_FALSE(ParseJson("1e999"));
  EXPECT_FALSE(ParseJson(std::string(100'000, '[')));
  EXPECT_FALSE(ParseJson(std::string(33, '[') + std::string(33, ']')));
  EXPECT_TRUE(ParseJson(std::string(32, '[') + std::string(32, ']')));
  EXPECT_TRUE(ParseJson("{\"a\":\"" + std::string(100, '[') + "\\\"[\"}"));
}

TEST(SiasnJsonTest, FindsNamesWithoutRegardToCapitals) {
  const Json row = *ParseJson(R"({"KuadranKinerjaNilai":"2","Id":"x","id":"y"})");
  EXPECT_EQ(TextIn(row, "kuadranKinerjaNilai"), "2");
  EXPECT_EQ(TextIn(row, "id"), "y");
  EXPECT_EQ(TextIn(row, "ID"), "x");
  EXPECT_EQ(Member(row, "other"), nullptr);
  EXPECT_EQ(Member(Json("text"), "id"), nullptr);
}

TEST(SiasnJsonTest, ReadsNumbersAndTextsAlike) {
  const Json row = *ParseJson(
      R"({"a":"2","b":2,"c":"2.00","d":2.0,"e":"2.5","f":null,"g":"","h":" -","i":true,
          "j":"two","k":99999999999999999999,"l":-3,"m":{},"n":"  x "})");
  for (const char* name : {"a", "b", "c", "d"}) EXPECT_EQ(IntIn(row, name), 2) << name;
  EXPECT_EQ(IntIn(row, "l"), -3);
  for (const char* name : {"e", "f", "g", "h", "i", "j", "k", "m", "none"})
    EXPECT_FALSE(IntIn(row, name)) << name;
  for (const char* name : {"f", "g", "h", "m", "none"}) EXPECT_EQ(TextIn(row, name), "") << name;
  EXPECT_EQ(TextIn(row, "i"), "true");
  EXPECT_EQ(TextIn(row, "n"), "x");
}

TEST(SiasnJsonTest, WritesKeysInTheOrderTheyCame) {
  EXPECT_EQ(WriteJson(*ParseJson(R"({ "b": 1, "a": null })")), R"({"b":1,"a":null})");
  EXPECT_EQ(WriteJson(Json("\xff")), "\"\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace kinerja::adapters::bkn
