#include "adapters/pmm/pmm_page.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "adapters/pmm/sync_status.h"
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

// A record named b, version 3, with this member.
std::string RecordWith(std::string_view member) {
  return absl::StrCat(R"({"format":"pmm-pengelolaan-kinerja","id_skp":"b",)", std::string(member),
                      R"(,"versi_rekaman":3,"versi":"2024.1"})");
}

std::string Nested(size_t levels) {
  return absl::StrCat(std::string(levels, '['), std::string(levels, ']'));
}

struct BrokenCase {
  std::string_view name;
  std::string record;
  std::string reason;
  std::string_view field;
};

// One violation, and the name of the record where it can be read, b: PMM is told of it by that.
void ExpectNoCostToOthers(const std::vector<BrokenCase>& cases, const std::string& id,
                          uint64_t version) {
  for (const BrokenCase& one : cases) {
    SCOPED_TRACE(one.name);
    const auto page = ReadPage(PageOf({RecordOf("a"), one.record, RecordOf("d")}), "", {});
    ASSERT_TRUE(page.has_value());
    EXPECT_EQ(page->next_cursor, "k2");
    EXPECT_THAT(IdsOf(*page), ElementsAre("a", StartsWith(id), "d"));
    const adapter::PulledRecord& broken = page->records[1];
    EXPECT_EQ(broken.bytes, one.record);
    EXPECT_EQ(broken.version, version);
    EXPECT_FALSE(broken.skp.has_value());
    EXPECT_THAT(broken.violations, ElementsAre(support::HasReason(one.reason)));
    EXPECT_EQ(broken.violations[0].field, one.field);
    EXPECT_EQ(CanBeTold({.source_id = broken.source_id, .version = broken.version}), id == "b");
  }
}

TEST(PmmPageTest, OneBrokenRecordDoesNotCostTheOthers) {
  ExpectNoCostToOthers(
      {
          {"ANumberBeyondADouble", RecordWith(R"("poin":1e999)"), "FIELD_RANGE", "poin"},
          {"OneInside", RecordWith(R"("a":[{"poin":-1e999}])"), "FIELD_RANGE", "poin"},
          {"AKeyTwice", RecordWith(R"("a":{"kode":1,"kode":2})"), "FIELD_TYPE", "kode"},
          {"ALevelTooMany", RecordWith(R"("a":)" + Nested(64)), "MESSAGE_TOO_DEEP", "data"},
          {"AMillionLevels", RecordWith(R"("a":)" + Nested(1'000'000)), "MESSAGE_TOO_DEEP", "data"},
      },
      "b", 3);
}

TEST(PmmPageTest, ABrokenRecordWithoutAUsableNameIsNamedByItsBytes) {
  ExpectNoCostToOthers(
      {
          {"AnIdTwice", RecordWith(R"("id_skp":"c")"), "FIELD_TYPE", "id_skp"},
          {"AnIdThreeTimes", RecordWith(R"("id_skp":"c","id_skp":"e")"), "FIELD_TYPE", "id_skp"},
      },
      "tanpa-id-", 3);
  ExpectNoCostToOthers(
      {
          {"AnIdThatIsNone", R"({"id_skp":1e999,"versi_rekaman":3.5})", "FIELD_RANGE", "id_skp"},
          {"ANumber", "7", "FIELD_TYPE", "data"},
          {"AHugeNumber", "1e999", "FIELD_RANGE", "(no field name)"},
          {"AText", R"("b")", "FIELD_TYPE", "data"},
          {"AList", R"([{"id_skp":"b","versi_rekaman":3}])", "FIELD_TYPE", "data"},
          {"Null", "null", "FIELD_TYPE", "data"},
          {"MuchOfNothing", Nested(1'000'000), "MESSAGE_TOO_DEEP", "data"},
      },
      "tanpa-id-", 0);
}

TEST(PmmPageTest, ARecordOfAnotherFormatDoesNotCostTheOthers) {
  ExpectNoCostToOthers(
      {
          {"AnotherFormat", R"({"format":"lain","id_skp":"b","versi_rekaman":3})", "SCHEMA_DRIFT",
           "format"},
          {"NoFormat", R"({"id_skp":"b","versi_rekaman":3})", "SCHEMA_DRIFT", "format"},
          {"FormatNull", R"({"format":null,"id_skp":"b","versi_rekaman":3})", "SCHEMA_DRIFT",
           "format"},
      },
      "b", 3);
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
      {"ARecordThatIsNoJson", PageOf({RecordOf("a"), R"({"poin":01})"})},
      {"ARecordThatDoesNotEnd", PageOf({RecordOf("a"), R"({"poin":[[[)"})},
      {"NothingBetweenCommas", PageOf({RecordOf("a"), ""})},
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
