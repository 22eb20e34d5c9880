#include "gateway/ingest/body_codec.h"

#include "gateway/schema/normalise.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"

namespace kinerja::ingest {
namespace {

using support::EqualsProto;
using support::HasReason;
using support::IsOk;
using support::MakeSkp;
using support::StatusIs;

TEST(BodyCodecTest, OpensWhatItSealed) {
  const auto opened = OpenBody(SealBody(MakeSkp()));
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(*opened, EqualsProto(MakeSkp()));
}

TEST(BodyCodecTest, SaltsEachBodyAnew) {
  const store::SealedBody first = SealBody(MakeSkp());
  const store::SealedBody second = SealBody(MakeSkp());
  EXPECT_EQ(first.bytes, second.bytes);
  EXPECT_GE(first.salt.size(), 16U);
  EXPECT_NE(first.salt, second.salt);
  EXPECT_EQ(first.hash.size(), 32U);
  EXPECT_NE(first.hash, second.hash);
}

TEST(BodyCodecTest, MakesARecordSmaller) {
  EXPECT_LT(SealBody(MakeSkp()).bytes.size(), MakeSkp().ByteSizeLong());
}

TEST(BodyCodecTest, ReadsARawBody) {
  const std::string plain = schema::SerialiseDeterministic(MakeSkp());
  store::SealedBody body = SealBody(MakeSkp());
  body.format = static_cast<uint8_t>(BodyFormat::kRaw);
  body.bytes = plain;
  const auto opened = OpenBody(body);
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(*opened, EqualsProto(MakeSkp()));
}

TEST(BodyCodecTest, RefusesAFrameThatSwells) {
  store::SealedBody body = SealBody(MakeSkp());
  // A zstd frame header that promises 2^62 bytes.
  body.bytes = std::string("\x28\xb5\x2f\xfd\xe0\x00\x00\x00\x00\x00\x00\x00\x40", 13);
  EXPECT_THAT(OpenBody(body), HasReason("STORE_CORRUPT"));
}

TEST(BodyCodecTest, FindsEveryBrokenPart) {
  struct Case {
    const char* name;
    void (*spoil)(store::SealedBody* body);
  };
  constexpr Case kCases[] = {
      {"a byte", [](store::SealedBody* body) { body->bytes[body->bytes.size() / 2] ^= 1; }},
      {"the end", [](store::SealedBody* body) { body->bytes.pop_back(); }},
      {"all", [](store::SealedBody* body) { body->bytes.clear(); }},
      {"the salt", [](store::SealedBody* body) { body->salt[0] ^= 1; }},
      {"the hash", [](store::SealedBody* body) { body->hash[31] ^= 1; }},
      {"the format", [](store::SealedBody* body) { body->format = 77; }},
  };
  for (const Case& c : kCases) {
    store::SealedBody body = SealBody(MakeSkp());
    c.spoil(&body);
    const auto opened = OpenBody(body);
    EXPECT_THAT(opened, StatusIs(absl::StatusCode::kDataLoss)) << c.name;
    EXPECT_THAT(opened, HasReason("STORE_CORRUPT")) << c.name;
  }
}

}  // namespace
}  // namespace kinerja::ingest
