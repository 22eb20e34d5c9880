#include "adapters/bkn/bkn_rows.h"

#include "adapters/bkn/bkn_mapping.h"
#include "gtest/gtest.h"

namespace kinerja::adapters::bkn {
namespace {

const char kSkp22Body[] = R"({"id":null,"pnsDinilaiOrang":"F01","tahun":2025,
  "hasilKinerjaNilai":2,"perilakuKerjaNilai":2,"kuadranKinerjaNilai":2,"penilaiGolongan":"",
  "penilaiJabatan":"Kepala Sekolah","penilaiNama":"CONTOH KEPALA","penilaiNipNrp":"1",
  "penilaiUnorNama":"SDN 1","statusPenilai":"ASN"})";
const char kSkp22Row[] = R"({"id":"S-1","tahun":"2025","hasilKinerjaNilai":"2",
  "PerilakuKerjaNilai":"2","KuadranKinerjaNilai":"2.00","penilaiGolonganId":"42",
  "penilaiJabatanNm":"KEPALA SEKOLAH","namaPenilai":" Contoh  Kepala","nipNrpPenilai":"1",
  "penilaiUnorNm":"SDN 1","statusPenilai":"ASN"})";
const char kCreditBody[] = R"({"id":null,"pnsId":"F01","rwJabatanId":"","nomorSk":"",
  "tanggalSk":"12-01-2026","bulanMulaiPenailan":"1","tahunMulaiPenailan":"2025",
  "bulanSelesaiPenailan":"12","tahunSelesaiPenailan":"2025","kreditBaruTotal":"18.75",
  "isKonversi":"1"})";
const char kCreditRow[] = R"({"id":"A-1","nomorSk":"800/12","tanggalSk":"12-01-2026",
  "rwJabatan":"J-1","bulanMulaiPenailan":"1","tahunMulaiPenailan":"2025",
  "bulanSelesaiPenailan":"12","tahunSelesaiPenailan":"2025","kreditBaruTotal":"18.750",
  "isKonversi":"1"})";

Json With(const char* text, const char* name, const char* value) {
  Json json = *ParseJson(text);
  json[name] = *ParseJson(value);
  return json;
}

TEST(BknRowsTest, AYearIsOneSkp22) {
  const Json body = *ParseJson(kSkp22Body);
  EXPECT_TRUE(IsSameEffect(kSkp22, body, *ParseJson(kSkp22Row)));
  EXPECT_TRUE(IsSameEffect(kSkp22, body, With(kSkp22Row, "tahun", "2025")));
  EXPECT_FALSE(IsSameEffect(kSkp22, body, With(kSkp22Row, "tahun", "\"2024\"")));
  EXPECT_FALSE(IsSameEffect(kSkp22, body, With(kSkp22Row, "tahun", "null")));
}

TEST(BknRowsTest, ContentIsComparedAcrossBothNames) {
  struct Case {
    const char* name;
    const char* field;
    const char* value;
    bool want;
  };
  const Case cases[] = {
      {"as it is", "other", "1", true},
      {"quadrant differs", "KuadranKinerjaNilai", "\"1\"", false},
      {"quadrant is gone", "KuadranKinerjaNilai", "null", false},
      {"rating differs", "hasilKinerjaNilai", "1", false},
      {"assessor differs", "nipNrpPenilai", "\"2\"", false},
      {"what we left empty may be anything", "penilaiGolonganId", "\"43\"", true},
      {"status differs", "statusPenilai", "\"NON ASN\"", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(HoldsContent(kSkp22, *ParseJson(kSkp22Body), With(kSkp22Row, c.field, c.value)),
              c.want)
        << c.name;
  }
}

TEST(BknRowsTest, AnotherQuadrantForTheSameRatingsIsTold) {
  const Json body = *ParseJson(kSkp22Body);
  EXPECT_EQ(OtherQuadrant(body, *ParseJson(kSkp22Row)), std::nullopt);
  EXPECT_EQ(OtherQuadrant(body, With(kSkp22Row, "KuadranKinerjaNilai", "\"3\"")), 3);
  EXPECT_EQ(OtherQuadrant(body, With(kSkp22Row, "KuadranKinerjaNilai", "null")), std::nullopt);
  Json other = With(kSkp22Row, "KuadranKinerjaNilai", "\"3\"");
  other["hasilKinerjaNilai"] = "3";
  EXPECT_EQ(OtherQuadrant(body, other), std::nullopt) << "a row of other ratings";
}

TEST(BknRowsTest, MonthsAreOnePeriodicResult) {
  const Json body = *ParseJson(
      R"({"tahun":2025,"bulanMulaiPenilaian":1,"bulanSelesaiPenilaian":3,"hasilKinerjaNilai":2,
          "perilakuKerjaNilai":2,"kuadranKinerjaNilai":2,"koefisienId":"12","penilaiNama":"A"})");
  const char row[] =
      R"({"tahun":"2025","bulanMulaiPenilaian":"1","bulanSelesaiPenilaian":"3",
          "hasilKinerjaNilai":"2","perilakuKerjaNilai":"2","kuadranKinerjaNilai":"2",
          "koefisenId":"12","namaPenilai":"A"})";
  EXPECT_TRUE(IsSameEffect(kPeriodik, body, *ParseJson(row)));
  EXPECT_FALSE(IsSameEffect(kPeriodik, body, With(row, "bulanSelesaiPenilaian", "\"4\"")));
  EXPECT_TRUE(HoldsContent(kPeriodik, body, *ParseJson(row)));
  EXPECT_FALSE(HoldsContent(kPeriodik, body, With(row, "koefisenId", "\"22\"")));

  Json other_year_name = With(row, "tahunMulaiPenilaian", "\"2025\"");
  other_year_name.erase("tahun");
  EXPECT_TRUE(IsSameEffect(kPeriodik, body, other_year_name));
  other_year_name["tahunMulaiPenilaian"] = "2024";
  EXPECT_FALSE(IsSameEffect(kPeriodik, body, other_year_name));
  EXPECT_TRUE(IsReadable(kPeriodik, other_year_name));
  other_year_name.erase("tahunMulaiPenilaian");
  EXPECT_FALSE(IsSameEffect(kPeriodik, body, other_year_name));
  EXPECT_FALSE(IsReadable(kPeriodik, other_year_name));
}

TEST(BknRowsTest, CreditOfAnotherKindIsAnotherEffect) {
  const Json body = *ParseJson(kCreditBody);
  EXPECT_TRUE(IsSameEffect(kAngkaKredit, body, *ParseJson(kCreditRow)));
  EXPECT_TRUE(HoldsContent(kAngkaKredit, body, *ParseJson(kCreditRow)));
  EXPECT_FALSE(IsSameEffect(kAngkaKredit, body, With(kCreditRow, "isKonversi", "\"0\"")));
  EXPECT_FALSE(HoldsContent(kAngkaKredit, body, With(kCreditRow, "kreditBaruTotal", "\"18.7\"")));
}

TEST(BknRowsTest, AnUpdateKeepsTheNumberOfTheDecree) {
  const Json row = *ParseJson(kCreditRow);
  const Json updated = *ParseJson(BodyForUpdate(kAngkaKredit, kCreditBody, "A-1", &row));
  EXPECT_EQ(TextIn(updated, "id"), "A-1");
  EXPECT_EQ(TextIn(updated, "nomorSk"), "800/12");
  EXPECT_EQ(TextIn(updated, "rwJabatanId"), "J-1");
  EXPECT_EQ(TextIn(updated, "kreditBaruTotal"), "18.75");
}

TEST(BknRowsTest, AnUpdateOfAnotherKindTakesTheIdAlone) {
  const Json row = *ParseJson(kSkp22Row);
  Json wanted = *ParseJson(kSkp22Body);
  wanted["id"] = "S-1";
  EXPECT_EQ(BodyForUpdate(kSkp22, kSkp22Body, "S-1", &row), WriteJson(wanted));
  EXPECT_TRUE(Member(*ParseJson(BodyForUpdate(kSkp22, kSkp22Body, "", nullptr)), "id")->is_null());
}

}  // namespace
}  // namespace kinerja::adapters::bkn
