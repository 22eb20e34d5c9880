#include "gateway/security/principal.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace kinerja::security {
namespace {

Principals MakePrincipals(const std::string& text) {
  config::v1::GatewayConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config));
  return Principals(config.principals());
}

// SHA-256 of "abc".
constexpr char kConfigured[] = R"pb(
  principals {
    id: "pmm"
    bearer_token_sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    systems: "pmm"
    instansi: "*"
    feed: true
  }
  principals {
    id: "bkd"
    client_certificate_san: "bkd.example"
    systems: "bkd-9901"
    systems: "bkd-9901-arsip"
    instansi: "9901"
    instansi: "9902"
  }
  principals { id: "tanpa-bukti" instansi: "9901" }
)pb";

TEST(PrincipalsTest, FindsByTheTokenOnly) {
  const Principals principals = MakePrincipals(kConfigured);
  ASSERT_NE(principals.ByBearerToken("abc"), nullptr);
  EXPECT_EQ(principals.ByBearerToken("abc")->id, "pmm");
  EXPECT_EQ(principals.ByBearerToken("abcd"), nullptr);
  EXPECT_EQ(principals.ByBearerToken(""), nullptr);
  // The hash that stands in the file is no token.
  EXPECT_EQ(
      principals.ByBearerToken("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      nullptr);
}

TEST(PrincipalsTest, FindsByAnyNameOfTheCertificate) {
  const Principals principals = MakePrincipals(kConfigured);
  const std::vector<std::string> names = {"other.example", "bkd.example"};
  ASSERT_NE(principals.ByCertificateSans(names), nullptr);
  EXPECT_EQ(principals.ByCertificateSans(names)->id, "bkd");
  const std::vector<std::string> strangers = {"", "BKD.example", "x.bkd.example"};
  EXPECT_EQ(principals.ByCertificateSans(strangers), nullptr);
  EXPECT_EQ(principals.ByCertificateSans({}), nullptr);
}

TEST(PrincipalsTest, RefusesACertificateThatIsTwoPrincipals) {
  const Principals principals = MakePrincipals(R"pb(
    principals { id: "a" client_certificate_san: "a.example" }
    principals { id: "b" client_certificate_san: "b.example" }
  )pb");
  const std::vector<std::string> both = {"a.example", "b.example"};
  EXPECT_EQ(principals.ByCertificateSans(both), nullptr);
  const std::vector<std::string> twice = {"a.example", "a.example"};
  ASSERT_NE(principals.ByCertificateSans(twice), nullptr);
  EXPECT_EQ(principals.ByCertificateSans(twice)->id, "a");
}

TEST(PrincipalsTest, NeverFindsOneWithADamagedHash) {
  const Principals principals = MakePrincipals(R"pb(
    principals { id: "kosong" bearer_token_sha256: "" }
    principals { id: "pendek" bearer_token_sha256: "e3b0c442" }
    principals { id: "huruf" bearer_token_sha256: "zz" }
  )pb");
  EXPECT_EQ(principals.ByBearerToken(""), nullptr);
}

TEST(PrincipalTest, MayUseItsInstansiAndSystems) {
  const Principals principals = MakePrincipals(kConfigured);
  const Principal& all = *principals.ByBearerToken("abc");
  EXPECT_TRUE(all.feed);
  EXPECT_TRUE(all.MayUseInstansi("9903"));
  EXPECT_TRUE(all.MayWriteAs("pmm"));
  EXPECT_FALSE(all.MayWriteAs("bkd-9901"));

  const std::vector<std::string> names = {"bkd.example"};
  const Principal& some = *principals.ByCertificateSans(names);
  EXPECT_FALSE(some.feed);
  EXPECT_TRUE(some.MayUseInstansi("9902"));
  EXPECT_FALSE(some.MayUseInstansi("9903"));
  EXPECT_FALSE(some.MayUseInstansi("*"));
  EXPECT_FALSE(some.MayUseInstansi(""));
  EXPECT_TRUE(some.MayWriteAs("bkd-9901-arsip"));
  EXPECT_FALSE(some.MayWriteAs(""));
}

}  // namespace
}  // namespace kinerja::security
