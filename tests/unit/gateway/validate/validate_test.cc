#include "gateway/validate/validate.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

TEST(ValidatorTest, BuiltRecordsAreValid) {
  EXPECT_THAT(Judge(support::MakeSkp()), testing::IsEmpty());
  EXPECT_THAT(Judge(support::MakeEvaluatedSkp()), testing::IsEmpty());
  EXPECT_THAT(Judge(support::MakeResultsOnlySkp()), testing::IsEmpty());
}

TEST(ValidatorTest, NamesEverythingInFieldOrder) {
  v1::Skp skp = support::MakeSkp();
  skp.mutable_perilaku()->RemoveLast();
  skp.mutable_rhk(2)->mutable_indikator(0)->clear_target();
  skp.mutable_rhk(0)->clear_uraian();
  skp.mutable_penilai()->set_nip("1");
  skp.mutable_pegawai()->set_npsn("69900002");
  skp.mutable_pegawai()->clear_nama();
  skp.mutable_periode()->set_urutan(2);
  EXPECT_THAT(
      Judge(skp),
      testing::ElementsAre("reject PERIODE_INVALID periode", "reject FIELD_REQUIRED pegawai.nama",
                           "hold UNOR_MISMATCH pegawai.npsn", "reject NIP_FORMAT penilai.nip",
                           "reject RHK_EMPTY rhk[0].uraian",
                           "reject TARGET_MISSING rhk[2].indikator[0].target",
                           "reject PERILAKU_INCOMPLETE perilaku"));
}

TEST(ValidatorTest, SaysOneThingOnce) {
  v1::Skp skp;
  std::set<std::string> seen;
  for (const std::string& words : Judge(skp)) {
    EXPECT_TRUE(seen.insert(words.substr(words.find(' '))).second) << words;
  }
  EXPECT_FALSE(seen.empty());
}

// What stands in a sentence comes from closed lists, never from the record.
TEST(ValidatorTest, SentencesHoldNoPersonalData) {
  v1::Skp skp = support::MakeEvaluatedSkp();
  skp.mutable_pegawai()->set_nip("199005012015132001");
  skp.mutable_penilai()->set_nip("199005012015132001");
  skp.mutable_pegawai()->set_golongan("Sekar");
  skp.mutable_pegawai()->mutable_unor()->set_id("Sekar");
  *skp.add_rhk() = skp.rhk(0);
  skp.mutable_evaluasi(0)->set_predikat_dilaporkan(v1::PREDIKAT_KURANG);
  const auto found = Validator().Validate(skp, MakeContext());
  EXPECT_GE(found.size(), 7u);
  for (const schema::Violation& violation : found) {
    const v1::Violation proto = schema::ToProto(violation);
    const std::string all = proto.ShortDebugString();
    EXPECT_THAT(all, testing::Not(testing::HasSubstr("19900501")));
    EXPECT_THAT(all, testing::Not(testing::HasSubstr("Sekar")));
    EXPECT_THAT(proto.description(), testing::Not(testing::HasSubstr("{"))) << all;
    EXPECT_THAT(proto.keterangan(), testing::Not(testing::HasSubstr("{"))) << all;
  }
}

TEST(ValidatorTest, RulesHaveUniqueNamesVersionsAndBasis) {
  std::set<std::string_view> names;
  for (const RuleRow& rule : Validator::Rules()) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_GE(rule.version, 1) << rule.name;
    EXPECT_NE(rule.reason, v1::ERROR_REASON_UNSPECIFIED) << rule.name;
    EXPECT_THAT(std::string(rule.basis), testing::StartsWith("skp-model §")) << rule.name;
  }
  EXPECT_GE(names.size(), 40u);
}

TEST(DeriveTest, SetsKindOfNipAndPredikat) {
  v1::Skp skp = support::MakeEvaluatedSkp();
  skp.mutable_evaluasi(0)->set_rating_perilaku(v1::RATING_DI_BAWAH_EKSPEKTASI);
  skp.mutable_evaluasi(0)->clear_predikat_dilaporkan();
  *skp.add_evaluasi() = support::MakeTriwulan(2025, 1);
  skp.mutable_evaluasi(1)->clear_rating_hasil();
  skp.mutable_evaluasi(1)->set_predikat_dihitung(v1::PREDIKAT_BAIK);
  Derive(&skp);
  EXPECT_EQ(skp.pegawai().nip_jenis(), v1::NIP_JENIS_PNS);
  EXPECT_EQ(skp.evaluasi(0).predikat_dihitung(), v1::PREDIKAT_KURANG);
  EXPECT_EQ(skp.evaluasi(1).predikat_dihitung(), v1::PREDIKAT_UNSPECIFIED);
  skp.mutable_pegawai()->set_nip("198807172022211003");
  Derive(&skp);
  EXPECT_EQ(skp.pegawai().nip_jenis(), v1::NIP_JENIS_PPPK);
  skp.mutable_pegawai()->clear_nip();
  Derive(&skp);
  EXPECT_EQ(skp.pegawai().nip_jenis(), v1::NIP_JENIS_UNSPECIFIED);
}

TEST(DeriveTest, AddsNothingToAnEmptyRecord) {
  v1::Skp skp;
  Derive(&skp);
  EXPECT_THAT(skp, support::EqualsProto(""));
}

}  // namespace
}  // namespace kinerja::validate
