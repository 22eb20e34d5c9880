#include <sstream>

#include "gateway/ctl/commands.h"
#include "gateway/ctl/record_reader.h"
#include "gmock/gmock.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/matchers.h"
#include "tests/unit/gateway/ctl/temp_folder.h"

namespace kinerja::ctl {
namespace {

using support::EqualsProto;
using support::HasReason;
using support::IsOk;
using support::StatusIs;
using testing::HasSubstr;
using testing::SizeIs;

class GenerateCommandTest : public testing::Test {
 protected:
  GenerateCommandTest() {
    folder_.Write("reference/instansi.tsv",
                  "kode_bkn\tinstansi_id\tnama\tjenis\tkode_wilayah\n"
                  "9901\tx\tPemerintah Kab. Contoh Jaya\tD\t99.01\n");
    folder_.Write("reference/unor.tsv",
                  "id\tid_lokal\tnama\tinduk_id\tkode_instansi\tnpsn\tbentuk\taktif\n"
                  "U1\tL1\tSDN 1 Contoh Jaya\t\t9901\t69900001\tSD\tya\n");
    flags_.reference_folder = folder_.path() + "/reference";
    flags_.count = 3;
  }

  std::vector<v1::Skp> Read(const std::string& path) {
    auto reader = RecordReader::Open({path}, &out_);
    EXPECT_THAT(reader, IsOk());
    std::vector<v1::Skp> records;
    if (!reader.ok()) return records;
    while (std::optional<InputRecord> record = reader->Next()) {
      EXPECT_THAT(record->error, IsOk());
      EXPECT_THAT(record->violations, SizeIs(0));
      records.push_back(record->skp);
    }
    return records;
  }

  TempFolder folder_;
  GenerateFlags flags_;
  std::stringstream out_;
};

TEST_F(GenerateCommandTest, EveryFormatHoldsTheSameRecords) {
  ASSERT_THAT(RunGenerate(flags_, &out_), IsOk());
  const std::vector<v1::Skp> from_json = Read("-");
  ASSERT_THAT(from_json, SizeIs(3));

  flags_.format = FileFormat::kBinary;
  std::stringstream binary;
  ASSERT_THAT(RunGenerate(flags_, &binary), IsOk());
  const std::string bytes = binary.str();
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  for (const v1::Skp& wanted : from_json) {
    v1::Skp skp;
    bool end = false;
    ASSERT_TRUE(google::protobuf::util::ParseDelimitedFromZeroCopyStream(&skp, &stream, &end));
    EXPECT_THAT(skp, EqualsProto(wanted));
  }

  flags_.format = FileFormat::kTextproto;
  flags_.out_folder = folder_.path() + "/out";
  ASSERT_THAT(RunGenerate(flags_, &out_), IsOk());
  const std::vector<v1::Skp> from_text = Read(flags_.out_folder);
  ASSERT_THAT(from_text, SizeIs(3));
  for (size_t i = 0; i < 3; ++i) EXPECT_THAT(from_text[i], EqualsProto(from_json[i]));
}

TEST_F(GenerateCommandTest, FilesAreNamedBySourceId) {
  flags_.seed = 9;
  flags_.count = 1;
  flags_.out_folder = folder_.path() + "/out";
  ASSERT_THAT(RunGenerate(flags_, &out_), IsOk());
  EXPECT_THAT(Read(flags_.out_folder + "/gen-9-1.json"), SizeIs(1));
}

TEST_F(GenerateCommandTest, WrongOfACodeNoRecordBreaksNamesTheOthers) {
  flags_.wrong = v1::ERROR_REASON_STORE_BUSY;
  EXPECT_THAT(RunGenerate(flags_, &out_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("NIP_TMT")));
}

TEST_F(GenerateCommandTest, InstansiWithoutUnitIsAMistake) {
  flags_.instansi = "1234";
  EXPECT_THAT(RunGenerate(flags_, &out_), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(GenerateCommandTest, MissingReferenceIsUnreadable) {
  flags_.reference_folder = folder_.path() + "/none";
  EXPECT_THAT(RunGenerate(flags_, &out_), HasReason("FILE_UNREADABLE"));
}

TEST_F(GenerateCommandTest, FolderThatCannotBeMadeIsUnwritable) {
  flags_.out_folder = folder_.Write("file", "") + "/below";
  EXPECT_THAT(RunGenerate(flags_, &out_), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(GenerateCommandTest, PkiWritesWhatItSays) {
  const fakes::FakeClock clock;
  PkiFlags pki;
  pki.folder = folder_.path() + "/pki";
  pki.clients = {"pmm.example"};
  ASSERT_THAT(RunPki(pki, clock, &out_), IsOk());
  for (const char* name :
       {"ca.pem", "server.pem", "server-key.pem", "pmm.example.pem", "pmm.example-key.pem"}) {
    EXPECT_TRUE(std::filesystem::exists(pki.folder + "/" + name)) << name;
  }
  EXPECT_THAT(out_.str(), HasSubstr("pmm.example.pem"));
  EXPECT_THAT(RunPki(pki, clock, &out_), StatusIs(absl::StatusCode::kAlreadyExists));
}

}  // namespace
}  // namespace kinerja::ctl
