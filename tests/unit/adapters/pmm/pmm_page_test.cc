#include "adapters/pmm/pmm_page.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace kinerja::adapters::pmm {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

std::string ReadGolden(const std::string& name) {
  std::ifstream file(std::string(KINERJA_SOURCE_DIR "/tests/golden/pmm/") + name);
  EXPECT_TRUE(file.is_open()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string PageOf(const std::vector<std::string>& records, std::string_view cursor = "k2",
                   bool more = false) {
  return absl::StrCat("{\"data\":[", absl::StrJoin(records, ","), "],\"cursor_berikut\":\"",
                      std::string(cursor), "\",\"ada_lagi\":", more ? "true" : "false", "}");
}

// A record of a profile nobody knows; the page does not care.
std::string RecordOf(std::string_view id) {
  return absl::StrCat(R"({"format":"pmm-pengelolaan-kinerja","versi":"2031.1","id_skp":")",
                      std::string(id), R"(","versi_rekaman":1})");
}

std::vector<std::string> IdsOf(const Page& page) {
  std::vector<std::string> ids;
  for (const auto& record : page.records) ids.push_back(record.source_id);
  return ids;
}

TEST(PmmPageTest, ReadsTheSamples) {
  const auto first = ReadPage(ReadGolden("halaman-01/halaman-1.json"), "", {});
  ASSERT_TRUE(first.has_value());
  EXPECT_THAT(IdsOf(*first),
              ElementsAre("pmm-2024-1-0000201", "pmm-2024-1-0000202", "pmm-2024-1-0000203"));
  EXPECT_EQ(first->next_cursor, "b2Zmc2V0OjM");
  EXPECT_TRUE(first->more);
  const auto second = ReadPage(ReadGolden("halaman-01/halaman-2.json"), first->next_cursor, {});
  ASSERT_TRUE(second.has_value());
  EXPECT_THAT(IdsOf(*second), ElementsAre("pmm-2024-1-0000201", "pmm-2024-1-0000202"));
  EXPECT_EQ(second->records[1].version, 2u);
  EXPECT_EQ(second->next_cursor, "b2Zmc2V0OjU");
  EXPECT_FALSE(second->more);
}

TEST(PmmPageTest, KeepsEachRecordAsItWasSent) {
  const std::string odd = "{ \"versi\" : \"2031.1\",\n \"format\":\"pmm-pengelolaan-kinerja\" }";
  const auto page = ReadPage(PageOf({RecordOf("a"), odd}), "", {});
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->records[0].bytes, RecordOf("a"));
  EXPECT_EQ(page->records[1].bytes, odd);
}

TEST(PmmPageTest, OneBrokenRecordDoesNotCostTheOthers) {
  const std::string twice = R"({"format":"pmm-pengelolaan-kinerja","id_skp":"b","id_skp":"c"})";
  const auto page = ReadPage(PageOf({RecordOf("a"), twice, RecordOf("d")}), "", {});
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(IdsOf(*page), ElementsAre("a", StartsWith("tanpa-id-"), "d"));
  EXPECT_TRUE(IsDerivedId(page->records[1].source_id));
  EXPECT_THAT(page->records[1].violations, ElementsAre(support::HasReason("FIELD_TYPE")));
  EXPECT_FALSE(page->records[1].skp.has_value());
}

TEST(PmmPageTest, TakesAnEmptyPageAndAByteOrderMark) {
  const auto page = ReadPage("\xEF\xBB\xBF" + PageOf({}, "k1"), "k1", {});
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(page->records, ElementsAre());
  EXPECT_EQ(page->next_cursor, "k1");
}

TEST(PmmPageTest, RefusesWhatIsNoPage) {
  const std::vector<std::string> too_many(kMostRecordsTaken + 1, RecordOf("a"));
  const std::vector<std::pair<std::string_view, std::string>> cases = {
      {"Nothing", ""},
      {"AnErrorPage", "<html><body>502 Bad Gateway</body></html>"},
      {"AList", "[]"},
      {"AnotherEnvelope", R"({"code":1,"message":"ok"})"},
      {"NoData", R"({"cursor_berikut":"k","ada_lagi":false})"},
      {"NoCursor", R"({"data":[],"ada_lagi":false})"},
      {"NoMore", R"({"data":[],"cursor_berikut":"k"})"},
      {"DataNull", R"({"data":null,"cursor_berikut":"k","ada_lagi":false})"},
      {"MoreAsText", R"({"data":[],"cursor_berikut":"k","ada_lagi":"false"})"},
      {"CursorAsNumber", R"({"data":[],"cursor_berikut":3,"ada_lagi":false})"},
      {"CursorTwice", R"({"data":[],"cursor_berikut":"k","cursor_berikut":"l","ada_lagi":false})"},
      {"AnotherMember", R"({"data":[],"cursor_berikut":"k","ada_lagi":false,"x":1})"},
      {"ALongCursor", PageOf({}, std::string(257, 'k'))},
      {"ACursorWithAControlCharacter", PageOf({}, "k\\u0001")},
      {"ATail", PageOf({}) + "{}"},
      {"Cut", PageOf({RecordOf("a")}).substr(0, 60)},
      {"ARecordThatIsNone", PageOf({"7"})},
      {"AnotherFormat", PageOf({R"({"format":"lain","id_skp":"a"})"})},
      {"NoFormat", PageOf({R"({"id_skp":"a"})"})},
      {"TooManyRecords", PageOf(too_many)},
      {"MoreThatLeadsNowhere", PageOf({RecordOf("a")}, "k1", true)},
      {"MoreFromTheBeginning", PageOf({RecordOf("a")}, "", true)},
  };
  for (const auto& [name, text] : cases) {
    SCOPED_TRACE(name);
    EXPECT_FALSE(ReadPage(text, "k1", {}).has_value());
  }
}

TEST(PmmPageTest, TakesAsManyRecordsAsAllowed) {
  const std::vector<std::string> many(kMostRecordsTaken, RecordOf("a"));
  const auto page = ReadPage(PageOf(many), "", {});
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->records.size(), kMostRecordsTaken);
}

}  // namespace
}  // namespace kinerja::adapters::pmm
