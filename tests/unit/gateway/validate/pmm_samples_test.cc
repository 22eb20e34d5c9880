// Records as Ruang GTK (PMM) holds them, written in the canonical schema: what becomes of each.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_join.h"
#include "gateway/schema/normalise.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

const std::filesystem::path kFolder =
    std::filesystem::path(KINERJA_SOURCE_DIR) / "tests/golden/pmm";

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

v1::Skp ReadRecord(const std::filesystem::path& path) {
  v1::Skp skp;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(ReadFile(path), &skp)) << path;
  schema::Normalise(&skp);
  return skp;
}

TEST(PmmSamplesTest, EachHasItsVerdict) {
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = entry.path().filename().string();
    const size_t end = name.find(".skp.textproto");
    if (end == std::string::npos) continue;
    SCOPED_TRACE(name);
    const std::vector<std::string> words = Judge(ReadRecord(entry.path()), MakeFeedContext());
    EXPECT_EQ(words.empty() ? "" : absl::StrJoin(words, "\n") + "\n",
              ReadFile(kFolder / (name.substr(0, end) + ".expected.txt")));
    ++cases;
  }
  EXPECT_EQ(cases, 9);
}

TEST(PmmSamplesTest, DeriveFillsWhatFollows) {
  v1::Skp evaluated =
      ReadRecord(kFolder / "valid-02-kepala-sekolah-semester-dinilai.skp.textproto");
  Derive(&evaluated);
  EXPECT_EQ(evaluated.evaluasi(2).predikat_dihitung(), v1::PREDIKAT_BAIK);
  v1::Skp pppk = ReadRecord(kFolder / "valid-03-guru-pppk-tahunan-2025.skp.textproto");
  Derive(&pppk);
  EXPECT_EQ(pppk.pegawai().nip_jenis(), v1::NIP_JENIS_PPPK);
}

}  // namespace
}  // namespace kinerja::validate
