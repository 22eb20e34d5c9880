#include "gateway/reference/reference.h"

#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"

namespace kinerja::reference {
namespace {

using support::EqualsProto;
using support::IsOk;
using support::StatusIs;

constexpr std::string_view kInstansiHeading = "kode_bkn\tinstansi_id\tnama\tjenis\tkode_wilayah\n";
constexpr std::string_view kUnorHeading =
    "id\tid_lokal\tnama\tinduk_id\tkode_instansi\tnpsn\tbentuk\taktif\n";

std::string Instansi(std::string_view rows) { return std::string(kInstansiHeading).append(rows); }
std::string Unor(std::string_view rows) { return std::string(kUnorHeading).append(rows); }

v1::UnorRef Ref(std::string id, std::string nama = "") {
  v1::UnorRef ref;
  ref.set_id(std::move(id));
  ref.set_nama(std::move(nama));
  return ref;
}

TEST(ReferenceTest, FindsUnitsByIdElseByFoldedName) {
  const auto snapshot = support::MakeReference();
  EXPECT_EQ(snapshot->FindUnit("9901", Ref("UNOR-CJ-0202")).match, UnitMatch::kFound);
  EXPECT_EQ(snapshot->FindUnit("9901", Ref("UNOR-CJ-0202")).unit->npsn(), "69900002");
  const UnitResult by_name = snapshot->FindUnit("9901", Ref("", " smpn 2   contoh JAYA"));
  ASSERT_EQ(by_name.match, UnitMatch::kFound);
  EXPECT_EQ(by_name.unit->unor_id(), "UNOR-CJ-0202");
  // The id counts; the name is not tried after it.
  EXPECT_EQ(snapshot->FindUnit("9901", Ref("X", "SMPN 2 Contoh Jaya")).match, UnitMatch::kUnknown);
}

TEST(ReferenceTest, LooksWithinTheInstansi) {
  const auto snapshot = support::MakeReference();
  EXPECT_EQ(snapshot->FindUnit("9902", Ref("UNOR-CJ-0202")).match, UnitMatch::kUnknown);
  EXPECT_EQ(snapshot->FindUnit("9902", Ref("", "SMPN 2 Contoh Jaya")).match, UnitMatch::kUnknown);
  EXPECT_EQ(snapshot->FindUnit("", Ref("", "")).match, UnitMatch::kUnknown);
}

TEST(ReferenceTest, TellsInactiveAndAmbiguous) {
  const auto parsed =
      Snapshot::Parse(Instansi("9901\ti\tPemerintah\tD\t99.01\n"),
                      Unor("U1\t\tSDN 1\t\t9901\t\t\ttidak\nU2\t\tSDN 2\t\t9901\t\t\tya\n"
                           "U3\t\tsdn  2\t\t9901\t\t\tya\n"));
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ((*parsed)->FindUnit("9901", Ref("U1")).match, UnitMatch::kInactive);
  EXPECT_EQ((*parsed)->FindUnit("9901", Ref("U1")).unit->unor_id(), "U1");
  EXPECT_EQ((*parsed)->FindUnit("9901", Ref("", "SDN 2")).match, UnitMatch::kAmbiguous);
  EXPECT_EQ((*parsed)->FindUnit("9901", Ref("", "SDN 2")).unit, nullptr);
}

TEST(ReferenceTest, StampsAreaUnitAndSchool) {
  const auto snapshot = support::MakeReference();
  EXPECT_THAT(snapshot->Stamp(support::MakeSkp()),
              EqualsProto("kode_wilayah: '99.01' unor_id: 'UNOR-CJ-0101' npsn: '69900001' "
                          "bentuk: 'SD'"));
}

// A school of the province in a kabupaten has the area of its owner, the province.
TEST(ReferenceTest, ASchoolOfTheProvinceHasItsArea) {
  v1::Skp skp = support::MakeSkp();
  skp.mutable_pegawai()->mutable_instansi()->set_kode_bkn("9900");
  *skp.mutable_pegawai()->mutable_unor() = Ref("", "SMAN 1 Contoh Jaya");
  EXPECT_THAT(support::MakeReference()->Stamp(skp),
              EqualsProto("kode_wilayah: '99' unor_id: 'UNOR-PC-0101' npsn: '69910001' "
                          "bentuk: 'SMA'"));
}

TEST(ReferenceTest, StampsWhatIsKnown) {
  const auto snapshot = support::MakeReference();
  v1::Skp skp = support::MakeResultsOnlySkp();
  EXPECT_THAT(snapshot->Stamp(skp), EqualsProto("kode_wilayah: '99.01'"));
  skp.mutable_pegawai()->set_npsn("69900002");
  EXPECT_THAT(snapshot->Stamp(skp),
              EqualsProto("kode_wilayah: '99.01' npsn: '69900002' bentuk: 'SMP'"));
  // The unit decides, not what the record says of its school.
  *skp.mutable_pegawai()->mutable_unor() = Ref("UNOR-CJ-0001");
  EXPECT_THAT(snapshot->Stamp(skp), EqualsProto("kode_wilayah: '99.01' unor_id: 'UNOR-CJ-0001'"));
  EXPECT_THAT(snapshot->Stamp(v1::Skp()), EqualsProto(""));
}

TEST(ReferenceTest, FindsInstansiAndSchools) {
  const auto snapshot = support::MakeReference();
  EXPECT_EQ(snapshot->FindInstansi("9901")->nama(), "Pemerintah Kab. Contoh Jaya");
  EXPECT_EQ(snapshot->FindInstansi("1234"), nullptr);
  EXPECT_THAT(*snapshot->FindSchool("P9990001"),
              EqualsProto("npsn: 'P9990001' nama: 'TK Pembina Contoh Jaya' "
                          "unor_id: 'UNOR-CJ-0104' bentuk: 'TK' kode_wilayah: '99.01'"));
  EXPECT_EQ(snapshot->FindSchool("00000000"), nullptr);
}

TEST(ReferenceTest, NamesEveryMistakeWithItsLine) {
  const auto parsed = Snapshot::Parse(
      Instansi("9901\ti\tA\tD\t99.01\n9901\ti\tB\tX\t9901\n99\ti\t\tP\t\nshort\trow\n"),
      Unor("U1\t\tS\t\t9901\t69900001\tSD\tya\n"
           "U1\t\tT\tU9\t9901\t69900001\tSD\tya\n"
           "U2\t\t\tU2\t1234\t6990\t\tyes\n"));
  EXPECT_THAT(
      parsed,
      StatusIs(absl::StatusCode::kInvalidArgument,
               std::string("instansi line 3: kode_bkn occurs twice\n"
                           "instansi line 3: jenis is not P or D\n"
                           "instansi line 3: kode_wilayah is not of the form 99 or 99.01\n"
                           "instansi line 4: kode_bkn is not four digits\n"
                           "instansi line 4: nama is empty\n"
                           "instansi line 5: 2 fields instead of 5\n"
                           "unor line 3: id occurs twice\n"
                           "unor line 3: npsn occurs twice\n"
                           "unor line 3: induk_id is no other unit of this table\n"
                           "unor line 4: aktif is not ya or tidak\n"
                           "unor line 4: nama is empty\n"
                           "unor line 4: npsn and bentuk belong together; one of them is empty\n"
                           "unor line 4: npsn is not 8 letters or digits\n"
                           "unor line 4: kode_instansi is not in table instansi\n"
                           "unor line 4: induk_id is no other unit of this table")));
}

TEST(ReferenceTest, TablesAreUtf8WithTheirHeading) {
  EXPECT_THAT(Snapshot::Parse("kode\tnama\n", Unor("")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       testing::HasSubstr("instansi line 1: the heading is not kode_bkn")));
  EXPECT_THAT(Snapshot::Parse(Instansi("9901\ti\t\xff\tD\t99.01\n"), Unor("")),
              StatusIs(absl::StatusCode::kInvalidArgument, "instansi line 2: not UTF-8"));
  EXPECT_THAT(Snapshot::Parse("", Unor("")), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ReferenceTest, TakesByteOrderMarkAndCarriageReturns) {
  const auto parsed = Snapshot::Parse(
      "\xEF\xBB\xBFkode_bkn\tinstansi_id\tnama\tjenis\tkode_wilayah\r\n9901\ti\tA\tD\t99.01\r\n",
      Unor("U1\t\tS\t\t9901\t\t\tya\r\n\r\n"));
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ((*parsed)->FindUnit("9901", Ref("U1")).match, UnitMatch::kFound);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(KINERJA_SOURCE_DIR "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ReferenceTest, ShippedTablesAreRight) {
  const auto parsed = Snapshot::Parse(ReadFile("config/reference/instansi.tsv"),
                                      ReadFile("config/reference/unor.tsv"));
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ((*parsed)->all_instansi().size(), 3u);
  EXPECT_EQ((*parsed)->all_units().size(), 22u);
  // Everything the builders know is there too.
  for (const v1::UnitOrganisasi& unit : support::MakeReference()->all_units()) {
    const UnitResult found = (*parsed)->FindUnit(unit.kode_instansi(), Ref(unit.unor_id()));
    ASSERT_NE(found.unit, nullptr) << unit.unor_id();
    EXPECT_THAT(*found.unit, EqualsProto(unit));
  }
}

}  // namespace
}  // namespace kinerja::reference
