#include "gateway/route/route.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace kinerja::route {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

RouteTable MakeTable(const std::string& routes) {
  config::v1::GatewayConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(routes, &config)) << routes;
  return RouteTable(config.routes());
}

// A record of Kab. Contoh Jaya that comes from PMM.
constexpr RouteKeys kRecord = {.instansi = "9901",
                               .wilayah = "99.01",
                               .origin = "pmm",
                               .status_kepegawaian = v1::STATUS_KEPEGAWAIAN_PPPK,
                               .regime = v1::REGIME_PERMENPANRB6_2022,
                               .status = v1::STATUS_SKP_DISETUJUI};

TEST(RouteTest, JudgesEachCondition) {
  struct Case {
    const char* name;
    const char* condition;
    bool fits;
  };
  constexpr Case kCases[] = {
      {"no condition", "", true},
      {"instansi is one of them", "instansi: '9902' instansi: '9901'", true},
      {"instansi is none of them", "instansi: '9902'", false},
      {"instansi is no prefix", "instansi: '99'", false},
      {"wilayah is the same", "wilayah: '99.01'", true},
      {"wilayah begins so", "wilayah: '98' wilayah: '99'", true},
      {"wilayah begins otherwise", "wilayah: '99.02'", false},
      {"wilayah is longer than that of the record", "wilayah: '99.01.01'", false},
      {"origin is one of them", "origins: 'bkd-9901' origins: 'pmm'", true},
      {"origin is none of them", "origins: 'bkd-9901'", false},
      {"kind is one of them",
       "status_kepegawaian: STATUS_KEPEGAWAIAN_PNS status_kepegawaian: STATUS_KEPEGAWAIAN_PPPK",
       true},
      {"kind is none of them", "status_kepegawaian: STATUS_KEPEGAWAIAN_NON_ASN", false},
      {"regime is one of them", "regimes: REGIME_PP30_2019 regimes: REGIME_PERMENPANRB6_2022",
       true},
      {"regime is none of them", "regimes: REGIME_PP30_2019", false},
      {"status is one of them", "status: STATUS_SKP_DIAJUKAN status: STATUS_SKP_DISETUJUI", true},
      {"status is none of them", "status: STATUS_SKP_FINAL", false},
      {"all conditions hold", "instansi: '9901' wilayah: '99' status: STATUS_SKP_DISETUJUI", true},
      {"one of several does not hold", "instansi: '9901' wilayah: '99' status: STATUS_SKP_DRAFT",
       false},
      {"instansi holds and another does not", "instansi: '9901' origins: 'bkd-9901'", false},
  };
  for (const Case& c : kCases) {
    const RouteTable table = MakeTable(std::string("routes { target: 'bkn' ") + c.condition + "}");
    EXPECT_EQ(SelectTargets(table, kRecord).size(), c.fits ? 1U : 0U) << c.name;
  }
}

TEST(RouteTest, AnswersSortedAndEachOnce) {
  const RouteTable table = MakeTable(R"pb(
    routes { target: "ekinerja" }
    routes { target: "bkn" instansi: "9901" }
    routes { target: "bkd-9901" instansi: "9901" }
    routes { target: "bkn" wilayah: "99" }
    routes { target: "bkd-9902" instansi: "9902" }
  )pb");
  EXPECT_THAT(SelectTargets(table, kRecord), ElementsAre("bkd-9901", "bkn", "ekinerja"));
}

TEST(RouteTest, NamesOneTargetWhenAnInstansiStandsTwiceInOneRoute) {
  const RouteTable table = MakeTable("routes { target: 'bkn' instansi: '9901' instansi: '9901' }");
  EXPECT_THAT(SelectTargets(table, kRecord), ElementsAre("bkn"));
}

TEST(RouteTest, NeverSendsBackToTheOrigin) {
  const RouteTable table = MakeTable(R"pb(
    routes { target: "bkd-9901" }
    routes { target: "bkd-9901" instansi: "9901" origins: "bkd-9901" }
    routes { target: "bkn" }
  )pb");
  RouteKeys keys = kRecord;
  keys.origin = "bkd-9901";
  EXPECT_THAT(SelectTargets(table, keys), ElementsAre("bkn"));
}

TEST(RouteTest, SelectsNothingWithoutRoutes) {
  EXPECT_THAT(SelectTargets(MakeTable(""), kRecord), IsEmpty());
}

TEST(RouteTest, SelectsByARecordWithoutAreaWhereNoAreaIsAsked) {
  const RouteTable table = MakeTable(R"pb(
    routes { target: "bkn" wilayah: "99" }
    routes { target: "ekinerja" }
  )pb");
  RouteKeys keys = kRecord;
  keys.wilayah = "";
  EXPECT_THAT(SelectTargets(table, keys), ElementsAre("ekinerja"));
}

TEST(RouteTest, FindsTheOneAmongManyInstansi) {
  config::v1::GatewayConfig config;
  for (int i = 0; i < 550; ++i) {
    auto* const route = config.add_routes();
    route->set_target("bkd-" + std::to_string(1000 + i));
    route->add_instansi(std::to_string(1000 + i));
  }
  const RouteTable table(config.routes());
  RouteKeys keys = kRecord;
  keys.instansi = "1234";
  EXPECT_THAT(SelectTargets(table, keys), ElementsAre("bkd-1234"));
  keys.instansi = "9999";
  EXPECT_THAT(SelectTargets(table, keys), IsEmpty());
}

TEST(RouteTest, TakesTheKeysOfAStampedRecord) {
  v1::Skp skp;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(R"pb(
                                                              source { system: "pmm" id: "1" }
                                                              regime: REGIME_PP30_2019
                                                              status: STATUS_SKP_FINAL
                                                              pegawai {
                                                                status_kepegawaian:
                                                                    STATUS_KEPEGAWAIAN_PNS
                                                                instansi { kode_bkn: "9902" }
                                                              }
                                                              rujukan { kode_wilayah: "99.02" }
                                                            )pb",
                                                            &skp));
  const RouteKeys keys = KeysOf(skp);
  EXPECT_EQ(keys.instansi, "9902");
  EXPECT_EQ(keys.wilayah, "99.02");
  EXPECT_EQ(keys.origin, "pmm");
  EXPECT_EQ(keys.status_kepegawaian, v1::STATUS_KEPEGAWAIAN_PNS);
  EXPECT_EQ(keys.regime, v1::REGIME_PP30_2019);
  EXPECT_EQ(keys.status, v1::STATUS_SKP_FINAL);
}

}  // namespace
}  // namespace kinerja::route
