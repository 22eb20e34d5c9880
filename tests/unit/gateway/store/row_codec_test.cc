#include "gateway/store/row_codec.h"

#include <random>
#include <string>
#include <vector>

#include "gateway/base/status.h"
#include "gmock/gmock.h"

namespace kinerja::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FilterKeys FullKeys() {
  FilterKeys keys;
  keys.instansi = "7201";
  keys.wilayah = "32.01";
  keys.unor = std::string(200, 'u');  // its length takes two bytes
  keys.npsn = "20219876";
  keys.mulai = "2026-01-01";
  keys.selesai = "2026-12-31";
  keys.tahun = 2026;
  keys.jenis_periode = 1;
  keys.regime = INT32_MAX;
  keys.status = -1;
  keys.kelengkapan = 127;
  keys.status_kepegawaian = 128;
  return keys;
}

TEST(RowCodecTest, FilterKeysComeBackAsTheyWere) {
  for (const FilterKeys& keys : {FilterKeys(), FullKeys()}) {
    const absl::StatusOr<FilterKeys> decoded = DecodeFilterKeys(EncodeFilterKeys(keys));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(*decoded, keys);
  }
}

TEST(RowCodecTest, TargetsComeBackAsTheyWere) {
  EXPECT_THAT(*DecodeTargets(EncodeTargets({})), IsEmpty());
  EXPECT_THAT(*DecodeTargets(EncodeTargets({"bkn", "", "ekinerja"})),
              ElementsAre("bkn", "", "ekinerja"));
}

// Stored rows are never rewritten: these bytes must be readable for ever.
TEST(RowCodecTest, TheFirstVersionStaysReadable) {
  const std::string keys(
      "\x01\x04"
      "7201"
      "\x00\x00\x00\x00\x00\xEA\x0F\x01\x00\x02\x00\x00",
      18);
  const absl::StatusOr<FilterKeys> decoded = DecodeFilterKeys(keys);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  FilterKeys want;
  want.instansi = "7201";
  want.tahun = 2026;
  want.jenis_periode = 1;
  want.status = 2;
  EXPECT_EQ(*decoded, want);
  EXPECT_THAT(*DecodeTargets("\x01\x01\x03"
                             "bkn"),
              ElementsAre("bkn"));
}

void ExpectCorrupt(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_EQ(base::ReasonOf(status), "STORE_CORRUPT");
}

TEST(RowCodecTest, WhatIsCutOrTooLongIsDataLoss) {
  const std::string keys = EncodeFilterKeys(FullKeys());
  const std::string targets = EncodeTargets({"bkn", "ekinerja"});
  for (size_t size = 0; size < keys.size(); ++size) {
    ExpectCorrupt(DecodeFilterKeys(keys.substr(0, size)).status());
  }
  for (size_t size = 0; size < targets.size(); ++size) {
    ExpectCorrupt(DecodeTargets(targets.substr(0, size)).status());
  }
  ExpectCorrupt(DecodeFilterKeys(keys + "x").status());
  ExpectCorrupt(DecodeTargets(targets + "x").status());
}

TEST(RowCodecTest, WhatMakesNoSenseIsDataLoss) {
  struct Case {
    const char* name;
    std::string targets;
  };
  const Case cases[] = {{"unknown version",
                         "\x02\x01\x03"
                         "bkn"},
                        {"more than there are", "\x01\x7F"},
                        {"a count beyond memory", "\x01\xFF\xFF\xFF\xFF\x0F"},
                        {"a number of six bytes", "\x01\x80\x80\x80\x80\x80\x01"},
                        {"a number beyond 32 bits", "\x01\xFF\xFF\xFF\xFF\x7F"}};
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    ExpectCorrupt(DecodeTargets(test.targets).status());
  }
}

TEST(RowCodecTest, AnyBytesAreRefusedOrReadNeverWorse) {
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    if (!bytes.empty()) bytes[0] = 1;
    const absl::StatusOr<FilterKeys> keys = DecodeFilterKeys(bytes);
    if (!keys.ok()) ExpectCorrupt(keys.status());
    const absl::StatusOr<std::vector<std::string>> targets = DecodeTargets(bytes);
    if (!targets.ok()) ExpectCorrupt(targets.status());
  }
}

}  // namespace
}  // namespace kinerja::store
