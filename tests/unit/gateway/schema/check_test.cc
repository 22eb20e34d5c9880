#include "gateway/schema/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "kinerja/v1/skp.pb.h"
#include "kinerja/v1/skp_service.pb.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"

namespace kinerja::schema {
namespace {

using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<Violation> Judge(const google::protobuf::Message& message,
                             const CheckOptions& options = {}, std::string_view prefix = {}) {
  const Checker checker(message.GetDescriptor());
  std::vector<Violation> violations;
  checker.Check(message, options, prefix, &violations);
  return violations;
}

std::string Shown(const std::vector<Violation>& violations) {
  std::string text;
  for (const Violation& violation : violations) {
    text += violation.field + " " + std::string(ReasonName(violation.reason)) + " " +
            std::string(violation.rule) +
            (violation.severity == v1::SEVERITY_WARNING ? " warns\n" : "\n");
  }
  return text;
}

std::string Meta(const Violation& violation, std::string_view key) {
  for (const auto& [name, value] : violation.metadata) {
    if (name == key) return value;
  }
  return "(none)";
}

TEST(CheckTest, AValidRecordHasNoViolation) {
  EXPECT_EQ(Shown(Judge(support::MakeSkp())), "");
  EXPECT_EQ(Shown(Judge(support::MakeEvaluatedSkp())), "");
  EXPECT_EQ(Shown(Judge(support::MakeResultsOnlySkp(), {.results_only = true})), "");
}

TEST(CheckTest, AnEmptyRecordLacksEveryRequiredField) {
  EXPECT_EQ(Shown(Judge(v1::Skp())),
            "source FIELD_REQUIRED field.required/1\n"
            "kelengkapan FIELD_REQUIRED field.required/1\n"
            "regime FIELD_REQUIRED field.required/1\n"
            "model FIELD_REQUIRED field.required/1\n"
            "pendekatan FIELD_REQUIRED field.required/1\n"
            "periode FIELD_REQUIRED field.required/1\n"
            "status FIELD_REQUIRED field.required/1\n"
            "pegawai FIELD_REQUIRED field.required/1\n"
            "riwayat_status FIELD_REQUIRED field.required/1\n");
}

TEST(CheckTest, ResultsOnlyRequiresLess) {
  v1::Skp skp;
  skp.mutable_pegawai();
  EXPECT_EQ(Shown(Judge(skp, {.results_only = true})),
            "source FIELD_REQUIRED field.required/1\n"
            "kelengkapan FIELD_REQUIRED field.required/1\n"
            "regime FIELD_REQUIRED field.required/1\n"
            "periode FIELD_REQUIRED field.required/1\n"
            "status FIELD_REQUIRED field.required/1\n"
            "pegawai.instansi FIELD_REQUIRED field.required/1\n");
}

TEST(CheckTest, ADraftIsWarnedOfWhatThePlanLacks) {
  v1::Skp skp = support::MakeSkp();
  skp.clear_model();
  skp.clear_regime();
  skp.mutable_rhk(1)->mutable_indikator(0)->clear_uraian();
  EXPECT_EQ(Shown(Judge(skp, {.draft = true})),
            "regime FIELD_REQUIRED field.required/1\n"
            "model FIELD_REQUIRED field.required/1 warns\n"
            "rhk[1].indikator[0].uraian FIELD_REQUIRED field.required/1 warns\n");
}

TEST(CheckTest, PutsThePrefixBeforeThePath) {
  v1::Skp skp = support::MakeSkp();
  skp.mutable_source()->clear_id();
  EXPECT_EQ(Shown(Judge(skp, {}, "skps[3]")),
            "skps[3].source.id FIELD_REQUIRED field.required/1\n");
}

// One record, broken in one place.
struct Case {
  std::string name;
  std::function<void(v1::Skp&)> change;
  std::string want;
};

class CheckCaseTest : public testing::TestWithParam<Case> {};

TEST_P(CheckCaseTest, FindsExactlyThat) {
  v1::Skp skp = support::MakeEvaluatedSkp();
  GetParam().change(skp);
  EXPECT_EQ(Shown(Judge(skp)), GetParam().want);
}

v1::Indikator& FirstIndikator(v1::Skp& skp) { return *skp.mutable_rhk(0)->mutable_indikator(0); }

INSTANTIATE_TEST_SUITE_P(
    CheckTest, CheckCaseTest,
    testing::Values(
        Case{"DateOfNoCalendar", [](v1::Skp& s) { s.mutable_periode()->set_mulai("2025-02-29"); },
             "periode.mulai DATE_FORMAT field.form/1\n"},
        Case{"DateAbsentIsFine", [](v1::Skp& s) { s.mutable_evaluasi(0)->clear_tanggal(); }, ""},
        Case{"DecimalWithComma",
             [](v1::Skp& s) { FirstIndikator(s).mutable_target()->set_nilai("1,5"); },
             "rhk[0].indikator[0].target.nilai NUMBER_FORMAT field.form/1\n"},
        Case{"DecimalPlacesAtTheLimit",
             [](v1::Skp& s) { FirstIndikator(s).mutable_target()->set_nilai("1.123456"); }, ""},
        Case{"DecimalPlacesBeyondTheLimit",
             [](v1::Skp& s) { FirstIndikator(s).mutable_target()->set_nilai("1.1234567"); },
             "rhk[0].indikator[0].target.nilai NUMBER_FORMAT field.form/1\n"},
        Case{
            "DecimalTooLong",
            [](v1::Skp& s) { FirstIndikator(s).mutable_target()->set_nilai(std::string(31, '9')); },
            "rhk[0].indikator[0].target.nilai FIELD_LENGTH field.length/1\n"},
        Case{"DecimalBelowItsBound", [](v1::Skp& s) { s.mutable_rhk(0)->set_ak_target("-0.1"); },
             "rhk[0].ak_target FIELD_RANGE field.range/1\n"},
        Case{"DecimalAtItsBound", [](v1::Skp& s) { s.mutable_rhk(0)->set_ak_target("0.0"); }, ""},
        Case{"IntegerBelowItsBound", [](v1::Skp& s) { s.mutable_periode()->set_tahun(1989); },
             "periode.tahun FIELD_RANGE field.range/1\n"},
        Case{"IntegerAtItsBound", [](v1::Skp& s) { s.mutable_periode()->set_tahun(2100); }, ""},
        Case{"IntegerAboveItsBound", [](v1::Skp& s) { s.mutable_periode()->set_tahun(2101); },
             "periode.tahun FIELD_RANGE field.range/1\n"},
        Case{"RequiredIntegerZero", [](v1::Skp& s) { s.mutable_periode()->set_tahun(0); },
             "periode.tahun FIELD_REQUIRED field.required/1\n"},
        Case{"OptionalIntegerJudgedWhenSet",
             [](v1::Skp& s) { s.mutable_pengembangan_kompetensi()->set_total_poin(-1); },
             "pengembangan_kompetensi.total_poin FIELD_RANGE field.range/1\n"},
        Case{"DigitsWithLetter",
             [](v1::Skp& s) { s.mutable_pegawai()->set_nik("990101410590000A"); },
             "pegawai.nik NIK_FORMAT field.form/1\n"},
        Case{"DigitsTooFew", [](v1::Skp& s) { s.mutable_pegawai()->set_nuptk("183376866923001"); },
             "pegawai.nuptk FIELD_TYPE field.form/1\n"},
        Case{"NipIsJudgedElsewhere", [](v1::Skp& s) { s.mutable_pegawai()->set_nip("x"); }, ""},
        Case{"PatternWithItsOwnCode", [](v1::Skp& s) { s.mutable_pegawai()->set_npsn("6990000"); },
             "pegawai.npsn NPSN_FORMAT field.form/1\n"},
        Case{"PatternOfTheWholeText", [](v1::Skp& s) { s.mutable_source()->set_system("pmm_x"); },
             "source.system FIELD_TYPE field.form/1\n"},
        Case{"PatternAndLength",
             [](v1::Skp& s) { s.mutable_source()->set_id(std::string(129, 'x') + " "); },
             "source.id FIELD_LENGTH field.length/1\nsource.id FIELD_TYPE field.form/1\n"},
        Case{"LengthCountsCharacters",
             [](v1::Skp& s) {
               std::string text;
               for (int i = 0; i < 2000; ++i) text += "\xC3\xA9";
               s.mutable_rhk(0)->set_uraian(text);
             },
             ""},
        Case{"LengthBeyondTheLimit",
             [](v1::Skp& s) { s.mutable_rhk(0)->set_uraian(std::string(2001, 'x')); },
             "rhk[0].uraian FIELD_LENGTH field.length/1\n"},
        Case{"ElementOfTextList",
             [](v1::Skp& s) {
               s.mutable_lampiran()->add_konsekuensi("fine");
               s.mutable_lampiran()->add_konsekuensi(std::string(2001, 'x'));
             },
             "lampiran.konsekuensi[1] FIELD_LENGTH field.length/1\n"},
        Case{"Sha256", [](v1::Skp& s) { s.mutable_provenance()->set_hash("ABC"); },
             "provenance.hash FIELD_TYPE field.form/1\n"},
        Case{"Uri",
             [](v1::Skp& s) {
               v1::Realisasi& realisasi = *s.add_realisasi();
               realisasi.set_indikator_id("i-1-1");
               realisasi.mutable_periode()->set_tahun(2025);
               realisasi.mutable_periode()->set_jenis(v1::JENIS_PERIODE_TAHUN);
               realisasi.mutable_nilai()->set_jenis(v1::JENIS_NILAI_TEKS);
               realisasi.add_bukti()->set_uri("bukti.pdf");
             },
             "realisasi[0].bukti[0].uri FIELD_TYPE field.form/1\n"},
        Case{"ControlCharacter", [](v1::Skp& s) { s.mutable_rhk(0)->set_uraian("a\x1B[0m"); },
             "rhk[0].uraian FIELD_TYPE field.control/1\n"},
        Case{"LinesAndTabsAreText", [](v1::Skp& s) { s.mutable_rhk(0)->set_uraian("a\n\tb"); }, ""},
        Case{"BlanksAreNoValue", [](v1::Skp& s) { FirstIndikator(s).set_uraian(" \n"); },
             "rhk[0].indikator[0].uraian FIELD_REQUIRED field.required/1\n"},
        Case{"EnumUnknown", [](v1::Skp& s) { s.set_regime(static_cast<v1::Regime>(9)); },
             "regime ENUM_UNKNOWN field.enum/1\n"},
        Case{"EnumUnknownWithItsOwnCode",
             [](v1::Skp& s) { FirstIndikator(s).set_aspek(static_cast<v1::Aspek>(77)); },
             "rhk[0].indikator[0].aspek ASPEK_UNKNOWN field.enum/1\n"},
        Case{"EnumNegative",
             [](v1::Skp& s) {
               s.mutable_evaluasi(0)->set_rating_hasil(static_cast<v1::Rating>(-1));
             },
             "evaluasi[0].rating_hasil RATING_UNKNOWN field.enum/1\n"},
        Case{"InstantOutOfTheCalendar",
             [](v1::Skp& s) {
               s.mutable_riwayat_status(0)->mutable_waktu()->set_seconds(253'402'300'800);
             },
             "riwayat_status[0].waktu FIELD_RANGE field.range/1\n"},
        Case{"OutputOnlyIsNotJudged",
             [](v1::Skp& s) {
               s.mutable_pegawai()->set_nip_jenis(static_cast<v1::NipJenis>(99));
               s.mutable_rujukan()->set_npsn("\x01");
             },
             ""}),
    [](const auto& test) { return test.param.name; });

TEST(CheckTest, TooManyElementsAreOneViolationAndTheRestIsNotJudged) {
  v1::Skp skp = support::MakeSkp();
  for (int i = 0; i < 51; ++i) skp.add_tim_penilai()->set_golongan("IX/abc");
  const auto violations = Judge(skp);
  ASSERT_EQ(violations.size(), 51u);
  EXPECT_EQ(violations[0].field, "tim_penilai");
  EXPECT_THAT(violations[0], support::HasReason("FIELD_RANGE"));
  EXPECT_EQ(Meta(violations[0], "max"), "50");
  EXPECT_EQ(violations[50].field, "tim_penilai[49].golongan");
}

TEST(CheckTest, AListWithoutLimitOfItsOwnHoldsAThousand) {
  v1::ListSkpsResponse response;
  for (int i = 0; i < 1000; ++i) *response.add_skps() = support::MakeSkp();
  EXPECT_THAT(Judge(response), IsEmpty());
  *response.add_skps() = support::MakeSkp();
  EXPECT_THAT(Judge(response), ElementsAre(support::HasReason("FIELD_RANGE")));
}

TEST(CheckTest, NamesTheNumbersOfUnknownFieldsAtAnyDepth) {
  v1::Skp skp = support::MakeSkp();
  v1::Nilai& target = *FirstIndikator(skp).mutable_target();
  target.GetReflection()->MutableUnknownFields(&target)->AddVarint(902, 1);
  target.GetReflection()->MutableUnknownFields(&target)->AddVarint(901, 1);
  target.GetReflection()->MutableUnknownFields(&target)->AddVarint(902, 1);
  skp.GetReflection()->MutableUnknownFields(&skp)->AddLengthDelimited(999, "secret");
  const auto violations = Judge(skp);
  EXPECT_EQ(Shown(violations),
            "rhk[0].indikator[0].target.901 FIELD_UNKNOWN field.unknown/1\n"
            "999 FIELD_UNKNOWN field.unknown/1\n");
  EXPECT_EQ(Meta(violations[0], "numbers"), "901, 902");
  EXPECT_EQ(Meta(violations[1], "numbers"), "999");
}

// Protobuf keeps a value that is none of the field's type among the unknown fields.
TEST(CheckTest, AFieldSentAsAnotherTypeIsUnknown) {
  v1::Skp skp = support::MakeSkp();
  auto* unknown = skp.GetReflection()->MutableUnknownFields(&skp);
  unknown->AddVarint(v1::Skp::kPeriodeFieldNumber, 7);
  unknown->AddLengthDelimited(v1::Skp::kStatusFieldNumber, "xx");
  unknown->AddGroup(v1::Skp::kRhkFieldNumber)->AddVarint(1, 1);
  const auto violations = Judge(skp);
  EXPECT_EQ(Shown(violations), "10 FIELD_UNKNOWN field.unknown/1\n");
  EXPECT_EQ(Meta(violations[0], "numbers"), "10, 11, 16");
}

TEST(CheckTest, JudgesPackedEnumsOneByOne) {
  v1::ListSkpsRequest request;
  request.set_parent("instansi/9901");
  request.add_status(v1::STATUS_SKP_DRAFT);
  request.add_status(static_cast<v1::StatusSkp>(99));
  request.add_status(v1::STATUS_SKP_UNSPECIFIED);
  EXPECT_EQ(Shown(Judge(request)),
            "status[1] ENUM_UNKNOWN field.enum/1\nstatus[2] ENUM_UNKNOWN field.enum/1\n");
  for (int i = 0; i < 9; ++i) request.add_status(v1::STATUS_SKP_DRAFT);
  EXPECT_EQ(Judge(request).front().field, "status");
}

TEST(CheckTest, SaysWhatIsAllowed) {
  v1::Skp skp = support::MakeSkp();
  skp.set_kelengkapan(static_cast<v1::Kelengkapan>(5));
  skp.mutable_rhk(0)->set_uraian(std::string(2001, 'x'));
  skp.mutable_provenance()->set_zona("MSK");
  const auto violations = Judge(skp);
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(Meta(violations[0], "allowed"), "LENGKAP, HASIL_SAJA");
  EXPECT_EQ(Meta(violations[1], "max"), "2000");
  EXPECT_EQ(Meta(violations[2], "allowed"), "WIB|WITA|WIT");
}

TEST(CheckTest, ViolationsNeverRepeatAValue) {
  v1::Skp skp = support::MakeSkp();
  const std::string secret = "RAHASIA";
  skp.mutable_source()->set_system(secret);
  skp.mutable_pegawai()->set_nik(secret);
  skp.mutable_pegawai()->set_golongan(secret);
  skp.mutable_periode()->set_mulai(secret);
  skp.mutable_provenance()->set_hash(secret);
  skp.GetReflection()->MutableUnknownFields(&skp)->AddLengthDelimited(999, secret);
  const auto violations = Judge(skp);
  EXPECT_EQ(violations.size(), 6u);
  for (const Violation& violation : violations) {
    EXPECT_EQ(ToProto(violation).DebugString().find(secret), std::string::npos) << violation.field;
  }
}

TEST(CheckTest, EverySentenceIsFilled) {
  v1::Skp skp = support::MakeSkp();
  skp.mutable_source()->set_system("X");
  skp.set_regime(static_cast<v1::Regime>(9));
  skp.mutable_rhk(0)->set_uraian(std::string(2001, 'x'));
  skp.mutable_rhk(1)->set_uraian("\x01");
  skp.mutable_rhk(0)->set_urutan(-1);
  skp.mutable_provenance()->set_zona("MSK");
  skp.mutable_pegawai()->set_nuptk("1");
  const auto violations = Judge(skp);
  EXPECT_EQ(violations.size(), 7u);
  for (const Violation& violation : violations) {
    EXPECT_THAT(ToProto(violation).description(), Not(ContainsRegex("\\{[a-z]+\\}")));
  }
}

TEST(CheckTest, StopsListingAtTheLimit) {
  v1::Skp skp = support::MakeSkp();
  for (int i = 0; i < 190; ++i) {
    v1::Rhk& rhk = *skp.add_rhk();
    for (int k = 0; k < 50; ++k) rhk.add_indikator();
    for (int k = 0; k < 50; ++k) rhk.mutable_indikator(k)->mutable_target();
  }
  EXPECT_EQ(Judge(skp).size(), kMaxViolations);
}

TEST(CheckTest, JudgesRequestsToo) {
  v1::SubmitSkpRequest request;
  request.set_request_id("11111111-1111-1111-8111-111111111111");  // version 1
  EXPECT_EQ(Shown(Judge(request)),
            "request_id FIELD_TYPE field.form/1\nskp FIELD_REQUIRED field.required/1\n");
}

}  // namespace
}  // namespace kinerja::schema
