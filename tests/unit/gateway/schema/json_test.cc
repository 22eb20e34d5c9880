#include "gateway/schema/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "google/protobuf/util/json_util.h"
#include "google/rpc/error_details.pb.h"
#include "kinerja/config/v1/config.pb.h"
#include "kinerja/v1/skp.pb.h"
#include "kinerja/v1/skp_service.pb.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"
#include "tests/unit/gateway/schema/fill.h"

namespace kinerja::schema {
namespace {

using support::EqualsProto;
using support::HasReason;
using support::IsOk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Read {
  absl::Status status;
  v1::Skp skp;
  std::vector<Violation> violations;
};

Read ReadSkp(std::string_view json) {
  Read read;
  read.status = ParseJson(json, &read.skp, &read.violations);
  return read;
}

std::string Shown(const std::vector<Violation>& violations) {
  std::string text;
  for (const Violation& violation : violations) {
    text += ToProto(violation).description() + "\n";
  }
  return text;
}

TEST(JsonTest, AFullRecordComesBackAsItWas) {
  v1::Skp skp;
  FillEverything(&skp);
  for (const bool pretty : {false, true}) {
    const auto json = ToJson(skp, pretty);
    ASSERT_THAT(json, IsOk());
    const Read read = ReadSkp(*json);
    ASSERT_THAT(read.status, IsOk());
    EXPECT_EQ(Shown(read.violations), "");
    EXPECT_THAT(read.skp, EqualsProto(skp));
    EXPECT_EQ(*ToJson(read.skp, pretty), *json);
  }
}

TEST(JsonTest, ProtobufsOwnParserReadsWhatWeWrite) {
  v1::Skp skp;
  FillEverything(&skp);
  v1::Skp read;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ToJson(skp, true), &read).ok());
  EXPECT_THAT(read, EqualsProto(skp));
}

TEST(JsonTest, WeReadWhatProtobufsOwnPrinterWrites) {
  v1::Skp skp;
  FillEverything(&skp);
  std::string json;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(skp, &json).ok());
  const Read read = ReadSkp(json);
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(Shown(read.violations), "");
  EXPECT_THAT(read.skp, EqualsProto(skp));
}

TEST(JsonTest, WritesSchemaNamesAndLeavesDefaultsOut) {
  v1::SubmitSkpRequest request;
  request.set_expected_revision(0);
  request.mutable_skp()->mutable_source()->set_version(18446744073709551615u);
  request.mutable_skp()->set_status(v1::STATUS_SKP_DRAFT);
  request.mutable_skp()->add_rhk();
  EXPECT_EQ(*ToJson(request, false),
            R"({"skp":{"source":{"version":"18446744073709551615"},"status":"STATUS_SKP_DRAFT",)"
            R"("rhk":[{}]},"expected_revision":"0"})");
  EXPECT_EQ(*ToJson(request, true), R"({
  "skp": {
    "source": {
      "version": "18446744073709551615"
    },
    "status": "STATUS_SKP_DRAFT",
    "rhk": [
      {}
    ]
  },
  "expected_revision": "0"
})");
  EXPECT_EQ(*ToJson(v1::Skp(), true), "{}");
}

TEST(JsonTest, WritesMapsByKeyAndReadsThem) {
  v1::Violation violation;
  (*violation.mutable_metadata())["b"] = "2";
  (*violation.mutable_metadata())["a"] = "1\x01\"";
  EXPECT_EQ(*ToJson(violation, false), R"({"metadata":{"a":"1\u0001\"","b":"2"}})");
  v1::Violation read;
  std::vector<Violation> violations;
  ASSERT_THAT(ParseJson(*ToJson(violation, true), &read, &violations), IsOk());
  EXPECT_THAT(violations, IsEmpty());
  EXPECT_THAT(read, EqualsProto(violation));
}

TEST(JsonTest, DoesNotWriteWhatCannotBeReadAgain) {
  v1::Skp skp;
  skp.set_status(static_cast<v1::StatusSkp>(99));
  EXPECT_THAT(ToJson(skp, false), HasReason("ENUM_UNKNOWN"));
  skp.clear_status();
  skp.mutable_waktu_dibuat()->set_nanos(-1);
  EXPECT_THAT(ToJson(skp, false), HasReason("FIELD_RANGE"));
}

TEST(JsonTest, TakesTheFormsTheHeaderNames) {
  const Read read = ReadSkp(R"( {
    "source": {"system": "pmm", "id": "a\u00e9\ud83d\ude00\n", "version": 12},
    "status": "DRAFT", "regime": 3, "model": "MODEL_SKP_JA_JF", "kelengkapan": null,
    "waktuDibuat": "2024-01-31T16:30:00.5+07:00",
    "rhk": [{"rhk_id": "r-1"}, {"rhkId": "r-2", "indikator": null}],
    "perilaku": [], "pegawai": {"data_dikonfirmasi": false}
  } )");
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(Shown(read.violations), "");
  EXPECT_THAT(read.skp, EqualsProto(R"pb(
                source { system: "pmm" id: "a\303\251\360\237\230\200\n" version: 12 }
                status: STATUS_SKP_DRAFT
                regime: REGIME_PERMENPANRB6_2022
                model: MODEL_SKP_JA_JF
                waktu_dibuat { seconds: 1706693400 nanos: 500000000 }
                rhk { rhk_id: "r-1" }
                rhk { rhk_id: "r-2" }
                pegawai { data_dikonfirmasi: false }
              )pb"));
}

TEST(JsonTest, ReadsDurationsAndThirtyTwoBits) {
  config::v1::GatewayConfig config;
  std::vector<Violation> violations;
  ASSERT_THAT(ParseJson(R"({"store": {"request_retention": "3.5s", "sqlite": {"readers": 4}}})",
                        &config, &violations),
              IsOk());
  EXPECT_EQ(Shown(violations), "");
  EXPECT_EQ(config.store().request_retention().seconds(), 3);
  EXPECT_EQ(config.store().request_retention().nanos(), 500'000'000);
  EXPECT_EQ(config.store().sqlite().readers(), 4u);
}

struct Case {
  std::string name;
  std::string json;
  std::string want;
};

std::string CaseName(const testing::TestParamInfo<Case>& test) { return test.param.name; }

class JsonViolationTest : public testing::TestWithParam<Case> {};

TEST_P(JsonViolationTest, IsNamedAndTheRestIsRead) {
  const Read read = ReadSkp(GetParam().json);
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(Shown(read.violations), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    JsonTest, JsonViolationTest,
    testing::Values(
        Case{"UnknownField", R"({"rhk":[{"foo":{"a":[1,{}]}}]})",
             "rhk[0].foo is no field of this schema version; remove it or use the newer schema\n"},
        Case{"UnknownFieldWithPersonalName", R"({"198609262015051001":1,"Budi Santoso":2})",
             "(no field name) is no field of this schema version; remove it or use the newer "
             "schema\n(no field name) is no field of this schema version; remove it or use the "
             "newer schema\n"},
        Case{"DuplicateKey", R"({"name":"a","name":"b"})",
             "name is given twice, not given once; send it in the type of the table\n"},
        Case{"DuplicateKeyInBothSpellings", R"({"rhk":[{"rhk_id":"a","rhkId":"b"}]})",
             "rhk[0].rhk_id is given twice, not given once; send it in the type of the table\n"},
        Case{"TwoOfAOneof", R"({"realisasi":[{"indikator_id":"a","rencana_aksi_id":"b"}]})",
             "realisasi[0].rencana_aksi_id is given beside another field of objek, not the only "
             "one; send it in the type of the table\n"},
        Case{"NumberForText", R"({"pegawai":{"nip":198609262015051001}})",
             "pegawai.nip is a number, not text; send it in the type of the table\n"},
        Case{"TextForSmallNumber", R"({"periode":{"tahun":"2024"}})",
             "periode.tahun is text, not a whole number; send it in the type of the table\n"},
        Case{"FractionForWhole", R"({"periode":{"tahun":2024.0}})",
             "periode.tahun is a number of another form, not a whole number; send it in the type "
             "of the table\n"},
        Case{"ExponentForWhole", R"({"source":{"version":1e3}})",
             "source.version is a number of another form, not a whole number; send it in the type "
             "of the table\n"},
        Case{"TextThatIsNoNumber", R"({"source":{"version":"012"}})",
             "source.version is text of another form, not a whole number; send it in the type of "
             "the table\n"},
        Case{"TooLargeFor32Bits", R"({"periode":{"tahun":2147483648}})",
             "periode.tahun is outside -2147483648 to 2147483647; correct it\n"},
        Case{"TooLargeFor64Bits", R"({"source":{"version":18446744073709551616}})",
             "source.version is outside 0 to 18446744073709551615; correct it\n"},
        Case{"NegativeForUnsigned", R"({"source":{"version":-1}})",
             "source.version is outside 0 to 18446744073709551615; correct it\n"},
        Case{"TextForBool", R"({"rhk":[{"dasar_rapor":{"direkomendasikan":"true"}}]})",
             "rhk[0].dasar_rapor.direkomendasikan is text, not true or false; send it in the type "
             "of the table\n"},
        Case{"UnknownWord", R"({"kelengkapan":"SEBAGIAN"})",
             "kelengkapan is none of LENGKAP, HASIL_SAJA; use one of them\n"},
        Case{"WordInLowerCase", R"({"kelengkapan":"lengkap"})",
             "kelengkapan is none of LENGKAP, HASIL_SAJA; use one of them\n"},
        Case{"UnknownNumberOfEnum", R"({"rhk":[{"indikator":[{"aspek":9}]}]})",
             "rhk[0].indikator[0].aspek is not KUANTITAS, KUALITAS, WAKTU or BIAYA; choose one\n"},
        Case{"FractionForEnum", R"({"kelengkapan":1.0})",
             "kelengkapan is none of LENGKAP, HASIL_SAJA; use one of them\n"},
        Case{"BoolForEnum", R"({"kelengkapan":true})",
             "kelengkapan is true or false, not the name of a value; send it in the type of the "
             "table\n"},
        Case{"ListForObject", R"({"periode":[]})",
             "periode is a list, not an object; send it in the type of the table\n"},
        Case{"ObjectForList", R"({"rhk":{"0":{}}})",
             "rhk is an object, not a list; send it in the type of the table\n"},
        Case{"NullInList", R"({"rhk":[{},null,{"foo":1}]})",
             "rhk[1] is null, not an object; send it in the type of the table\nrhk[2].foo is no "
             "field of this schema version; remove it or use the newer schema\n"},
        Case{"InstantWithoutZone", R"({"waktu_dibuat":"2024-01-31T09:30:00"})",
             "waktu_dibuat is no date of the calendar in the form of this format; correct it\n"},
        Case{"NumberForInstant", R"({"waktu_dibuat":1706693400})",
             "waktu_dibuat is a number, not an instant as in 2024-01-31T09:30:00Z; send it in the "
             "type of the table\n"},
        Case{"SeveralAtOnce", R"({"status":"X1","foo":1,"periode":{"tahun":"a"},"name":"n"})",
             "status is none of DRAFT, DIAJUKAN, DIKEMBALIKAN, DISETUJUI, BERJALAN, "
             "DINILAI_PERIODIK, DINILAI_TAHUNAN, KEBERATAN, FINAL, DIGANTI, DIBATALKAN; use one of "
             "them\nfoo is no field of this schema version; remove it or use the newer schema\n"
             "periode.tahun is text, not a whole number; send it in the type of the table\n"}),
    CaseName);

TEST(JsonTest, AfterViolationsTheRestIsThere) {
  const Read read = ReadSkp(R"({"foo":1,"rhk":[5,{"uraian":"b"}],"status":7,"name":"n"})");
  ASSERT_THAT(read.status, IsOk());
  ASSERT_EQ(read.skp.rhk_size(), 2) << "elements keep the index they were sent with";
  EXPECT_EQ(read.skp.rhk(1).uraian(), "b");
  EXPECT_EQ(read.skp.name(), "n");
}

TEST(JsonTest, ElementsBeyondTheLimitAreNotKept) {
  std::string json = R"({"tim_penilai":[{})";
  for (int i = 0; i < 80; ++i) json += ",{}";
  const Read read = ReadSkp(json + "]}");
  ASSERT_THAT(read.status, IsOk());
  EXPECT_EQ(Shown(read.violations), "tim_penilai is outside 0 to 50; correct it\n");
  EXPECT_EQ(read.skp.tim_penilai_size(), 50);
}

TEST(JsonTest, ListsNoMoreViolationsThanTheLimit) {
  std::string json = R"({"foo":1)";
  for (int i = 0; i < 20'000; ++i) json += R"(,"foo":1)";
  EXPECT_EQ(ReadSkp(json + "}").violations.size(), kMaxViolations);
}

class JsonRefusalTest : public testing::TestWithParam<Case> {};

TEST_P(JsonRefusalTest, NamesLineAndColumn) {
  const Read read = ReadSkp(GetParam().json);
  EXPECT_THAT(read.status, HasReason("FILE_UNREADABLE"));
  EXPECT_EQ(read.status.message(), "the text at " + GetParam().want +
                                       " cannot be read as JSON; export it again from the "
                                       "template");
}

INSTANTIATE_TEST_SUITE_P(
    JsonTest, JsonRefusalTest,
    testing::Values(
        Case{"Empty", "", "line 1, column 1"}, Case{"BlanksOnly", " \n ", "line 2, column 2"},
        Case{"NoObject", "[]", "line 1, column 1"}, Case{"TextOnly", "\"a\"", "line 1, column 1"},
        Case{"TrailingComma", "{\"name\":\"a\",}", "line 1, column 13"},
        Case{"TrailingCommaInList", "{\"rhk\":[{},]}", "line 1, column 12"},
        Case{"TrailingText", "{}\n{}", "line 2, column 1"},
        Case{"Comment", "{ // x\n}", "line 1, column 3"},
        Case{"SingleQuotes", "{'name':'a'}", "line 1, column 2"},
        Case{"UnquotedKey", "{name:\"a\"}", "line 1, column 2"},
        Case{"MissingColon", "{\"name\" \"a\"}", "line 1, column 9"},
        Case{"MissingValue", "{\"name\":}", "line 1, column 9"},
        Case{"Unclosed", "{\"name\":\"a\"", "line 1, column 12"},
        Case{"UnclosedText", "{\"name\":\"a", "line 1, column 11"},
        Case{"RawControlCharacter", "{\"name\":\"a\n\"}", "line 1, column 11"},
        Case{"UnknownEscape", R"({"name":"\x"})", "line 1, column 12"},
        Case{"ShortEscape", R"({"name":"\u12"})", "line 1, column 12"},
        Case{"LoneHighSurrogate", R"({"name":"\ud800"})", "line 1, column 16"},
        Case{"LoneLowSurrogate", R"({"name":"\udc00"})", "line 1, column 16"},
        Case{"TwoHighSurrogates", R"({"name":"\ud800\ud800"})", "line 1, column 22"},
        Case{"LeadingZero", R"({"revision":012})", "line 1, column 16"},
        Case{"LeadingPlus", R"({"revision":+1})", "line 1, column 13"},
        Case{"PointWithoutDigit", R"({"revision":1.})", "line 1, column 15"},
        Case{"ExponentWithoutDigit", R"({"revision":1e})", "line 1, column 15"},
        Case{"NotANumber", R"({"revision":NaN})", "line 1, column 13"},
        Case{"HalfAWord", R"({"kelengkapan":nul})", "line 1, column 16"},
        Case{"WordInUpperCase", R"({"kelengkapan":TRUE})", "line 1, column 16"},
        Case{"ByteOrderMark", "\xEF\xBB\xBF{}", "line 1, column 1"},
        Case{"BadUtf8", "{\"name\":\"\xC3\xA9\xFF\"}", "line 1, column 11"},
        Case{"MistakeInsideAnUnknownField", R"({"foo":{"a":[1,]}})", "line 1, column 16"}),
    CaseName);

TEST(JsonTest, RefusesWhatNestsTooDeep) {
  const auto nested = [](int levels) {
    return R"({"foo":)" + std::string(static_cast<size_t>(levels), '[') +
           std::string(static_cast<size_t>(levels), ']') + "}";
  };
  EXPECT_THAT(ReadSkp(nested(63)).status, IsOk());
  EXPECT_THAT(ReadSkp(nested(64)).status, HasReason("MESSAGE_TOO_DEEP"));
  EXPECT_THAT(ReadSkp(nested(1'000'000)).status, HasReason("MESSAGE_TOO_DEEP"));
}

TEST(JsonTest, RefusesMoreThanSixteenMebibytes) {
  const size_t limit = 16 * 1024 * 1024;
  EXPECT_THAT(ReadSkp("{}" + std::string(limit - 2, ' ')).status, IsOk());
  EXPECT_THAT(ReadSkp("{}" + std::string(limit - 1, ' ')).status, HasReason("MESSAGE_TOO_LARGE"));
}

TEST(JsonTest, MistakesNeverRepeatAValue) {
  const std::string secret = "198609262015051001";
  const Read read = ReadSkp(R"({"status":")" + secret + R"(","periode":{"tahun":")" + secret +
                            R"("},"source":{"version":"x)" + secret + R"("},"waktu_dibuat":")" +
                            secret + R"(","rhk":")" + secret + R"("})");
  EXPECT_EQ(read.violations.size(), 5u);
  EXPECT_THAT(Shown(read.violations), Not(HasSubstr(secret)));
  const Read broken = ReadSkp("{\"name\":\"" + secret);
  EXPECT_THAT(broken.status.ToString(), Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace kinerja::schema
