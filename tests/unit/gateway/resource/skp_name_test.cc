#include "gateway/resource/skp_name.h"

#include <cstdint>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kinerja::resource {
namespace {

using ::testing::MatchesRegex;

TEST(SkpNameTest, IsReadAsItIsWritten) {
  for (const store::SkpId id : {int64_t{1}, int64_t{31}, int64_t{32}, INT64_MAX}) {
    const std::string name = FormatSkpName("9901", id);
    EXPECT_THAT(name, MatchesRegex("instansi/9901/skp/[0-9a-z]{13}"));
    const std::optional<SkpName> parts = ParseSkpName(name);
    ASSERT_TRUE(parts.has_value()) << name;
    EXPECT_EQ(parts->instansi, "9901");
    EXPECT_EQ(parts->id, id);
  }
}

TEST(SkpNameTest, IsWrittenInOneWayOnly) {
  const char* kForeign[] = {
      "",
      "instansi/9901",
      "instansi/9901/skp/",
      "instansi/9901/skp/000000000000",    // 12
      "instansi/9901/skp/00000000000000",  // 14
      "instansi/9901/skp/000000000000u",   // not in the alphabet
      "instansi/9901/skp/000000000000A",
      "instansi/9901/skp/000000000000i",
      "instansi/9901/skp/zzzzzzzzzzzzz",  // more than 63 bits
      "instansi/9901/skp/0000000000000",  // no id is 0
      "instansi/990/skp/0000000000001",
      "instansi/99a1/skp/0000000000001",
      "instansi/-/skp/0000000000001",
      "instansi/9901/skp/0000000000001/",
      "/instansi/9901/skp/0000000000001",
      "instansi/9901/rhk/0000000000001",
  };
  for (const char* name : kForeign) EXPECT_FALSE(ParseSkpName(name).has_value()) << name;
}

TEST(InstansiNameTest, IsACodeOrAll) {
  EXPECT_EQ(ParseInstansiName("instansi/9901"), "9901");
  EXPECT_EQ(ParseInstansiName("instansi/-"), "-");
  for (const char* name : {"", "9901", "instansi/", "instansi/99", "instansi/9901/", "instansi/*",
                           "instansi/9901/skp/0000000000001"}) {
    EXPECT_FALSE(ParseInstansiName(name).has_value()) << name;
  }
}

}  // namespace
}  // namespace kinerja::resource
