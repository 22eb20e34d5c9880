#include "gateway/ctl/record_reader.h"

#include <sstream>

#include "gateway/ctl/exit_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"
#include "tests/unit/gateway/ctl/temp_folder.h"

namespace kinerja::ctl {
namespace {

using support::HasReason;
using support::IsOk;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class RecordReaderTest : public testing::Test {
 protected:
  std::vector<InputRecord> Read(const std::vector<std::string>& paths) {
    auto reader = RecordReader::Open(paths, &input_);
    EXPECT_THAT(reader, IsOk());
    std::vector<InputRecord> records;
    if (!reader.ok()) return records;
    while (std::optional<InputRecord> record = reader->Next()) {
      records.push_back(*std::move(record));
    }
    return records;
  }

  // Source ids of records that were read, "-" for the others.
  static std::vector<std::string> Ids(const std::vector<InputRecord>& records) {
    std::vector<std::string> ids;
    for (const InputRecord& record : records) {
      const bool good = record.error.ok() && record.violations.empty();
      ids.push_back(good ? record.skp.source().id() : "-");
    }
    return ids;
  }

  TempFolder folder_;
  std::istringstream input_;
};

TEST_F(RecordReaderTest, ReadsOneObjectLinesAndArrays) {
  const std::string one = folder_.Write("one.json", "{\"source\":{\"id\":\"1\"}}");
  const std::string lines =
      folder_.Write("lines.ndjson", "{\"source\":{\"id\":\"2\"}}\n{\"source\":{\"id\":\"3\"}}\n");
  const std::string array =
      folder_.Write("array.json", "[{\"source\":{\"id\":\"4\"}},\n{\"source\":{\"id\":\"5\"}}]");
  const auto records = Read({one, lines, array});
  EXPECT_THAT(Ids(records), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_EQ(records[0].origin, one);
  EXPECT_EQ(records[2].origin, lines + ":2");
}

TEST_F(RecordReaderTest, ReadsTextproto) {
  const std::string path = folder_.Write("a.textproto", "source { id: \"7\" }");
  EXPECT_THAT(Ids(Read({path})), ElementsAre("7"));
}

TEST_F(RecordReaderTest, ReadsStandardInput) {
  input_.str("{\"source\":{\"id\":\"9\"}}");
  const auto records = Read({"-"});
  EXPECT_THAT(Ids(records), ElementsAre("9"));
  EXPECT_EQ(records[0].origin, "stdin");
}

TEST_F(RecordReaderTest, ReadsAFolderInOrderAndOnlyItsRecords) {
  folder_.Write("b/2.json", "{\"source\":{\"id\":\"2\"}}");
  folder_.Write("a.txtpb", "source { id: \"1\" }");
  folder_.Write("readme.md", "not a record");
  EXPECT_THAT(Ids(Read({folder_.path()})), ElementsAre("1", "2"));
}

TEST_F(RecordReaderTest, GoesOnAfterAFileThatIsNoJson) {
  const std::string bad = folder_.Write("bad.json", "{\"source\":{\"id\":\"1\"}}\nnonsense");
  const std::string good = folder_.Write("good.json", "{\"source\":{\"id\":\"2\"}}");
  const auto records = Read({bad, good});
  ASSERT_THAT(Ids(records), ElementsAre("1", "-", "2"));
  EXPECT_THAT(records[1].error, HasReason("FILE_UNREADABLE"));
  EXPECT_EQ(records[1].origin, bad + ":2");
}

TEST_F(RecordReaderTest, NamesUnknownFieldsAndKeepsTheRest) {
  const std::string path = folder_.Write("a.json", "{\"sorce\":1,\"source\":{\"id\":\"1\"}}");
  const auto records = Read({path});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(records[0].error, IsOk());
  EXPECT_THAT(records[0].violations, ElementsAre(HasReason("FIELD_UNKNOWN")));
}

TEST_F(RecordReaderTest, NeverRepeatsWhatABadFileHolds) {
  const std::string json = folder_.Write("a.json", "{\"source\":199005012015042001x}");
  const std::string text =
      folder_.Write("a.textproto", "source { id: \"1\" }\npegawai { nip: 199005012015042001x }");
  const auto records = Read({json, text});
  ASSERT_EQ(records.size(), 2u);
  for (const InputRecord& record : records) {
    EXPECT_THAT(record.error, HasReason("FILE_UNREADABLE"));
    EXPECT_THAT(std::string(record.error.message()), Not(HasSubstr("1990")));
  }
  EXPECT_THAT(std::string(records[1].error.message()), HasSubstr("a.textproto:2"));
}

TEST_F(RecordReaderTest, NamesAPathThatIsNotThere) {
  const auto reader = RecordReader::Open({folder_.path() + "/none.json"}, &input_);
  EXPECT_THAT(reader, HasReason("FILE_UNREADABLE"));
  EXPECT_EQ(ExitCodeFor(reader.status()), ExitCode::kUnreadable);
  EXPECT_THAT(std::string(reader.status().message()), HasSubstr("none.json"));
}

TEST_F(RecordReaderTest, AFolderWithoutRecordsIsAMistake) {
  folder_.Write("readme.md", "not a record");
  EXPECT_THAT(RecordReader::Open({folder_.path()}, &input_), HasReason("FILE_UNREADABLE"));
}

}  // namespace
}  // namespace kinerja::ctl
