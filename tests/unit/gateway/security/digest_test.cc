#include "gateway/security/digest.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "gateway/base/hex.h"

namespace kinerja::security {
namespace {

// From FIPS 180-2, appendix B.
constexpr std::string_view kAbcHash =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(DigestTest, HashesTheStandardExamples) {
  EXPECT_EQ(base::HexEncode(Sha256("abc")), kAbcHash);
  EXPECT_EQ(base::HexEncode(Sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(DigestTest, HashesPartsAsOneText) {
  const auto parts = std::to_array<std::string_view>({"a", "", "bc"});
  EXPECT_EQ(base::HexEncode(Sha256(parts)), kAbcHash);
}

TEST(DigestTest, GivesTheSameOnEveryThread) {
  std::string elsewhere;
  std::jthread([&elsewhere] { elsewhere = Sha256("abc"); }).join();
  EXPECT_EQ(base::HexEncode(elsewhere), kAbcHash);
}

TEST(DigestTest, MakesRandomBytesThatDiffer) {
  const std::string first = RandomBytes(32);
  EXPECT_EQ(first.size(), 32U);
  EXPECT_NE(first, RandomBytes(32));
  EXPECT_EQ(RandomBytes(0), "");
}

TEST(DigestTest, ComparesWholeTexts) {
  EXPECT_TRUE(ConstantTimeEqual("", ""));
  EXPECT_TRUE(ConstantTimeEqual("rahasia", "rahasia"));
  EXPECT_FALSE(ConstantTimeEqual("rahasia", "rahasiA"));
  EXPECT_FALSE(ConstantTimeEqual("rahasia", "rahasia "));
}

}  // namespace
}  // namespace kinerja::security
