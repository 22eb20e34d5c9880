// Every row of the wire format that only the mapping can judge: a valid record, one change, what
// the mapping says of it. What the canonical rules say is theirs.
#include "adapters/pmm/pmm_mapping.h"

#include <fstream>
#include <functional>

#include "absl/strings/str_cat.h"
#include "adapters/pmm/strict_json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace kinerja::adapters::pmm {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kSemester[] = "valid-01-guru-semester-rencana";
constexpr char kEvaluated[] = "valid-02-kepala-sekolah-semester-dinilai";
constexpr char kYearly[] = "valid-03-guru-pppk-tahunan-2025";

Json Sample(const std::string& name) {
  std::ifstream file(KINERJA_SOURCE_DIR "/tests/golden/pmm/" + name + ".json");
  EXPECT_TRUE(file.is_open()) << name;
  return Json::parse(file);
}

adapter::PulledRecord Map(const Json& json, const MappingOptions& options = {}) {
  return MapRecord(json.dump(), options);
}

std::vector<std::string> InWords(const std::vector<schema::Violation>& violations) {
  std::vector<std::string> words;
  for (const schema::Violation& one : violations) {
    const std::string severity = one.severity == v1::SEVERITY_REJECT ? "reject "
                                 : one.severity == v1::SEVERITY_HOLD ? "hold "
                                                                     : "warning ";
    words.push_back(severity + std::string(schema::ReasonName(one.reason)) + " " + one.field);
  }
  return words;
}

struct Case {
  std::string name;
  std::string where;          // JSON pointer
  std::optional<Json> value;  // without: the key is removed
  std::vector<std::string> want;
};

void Check(const Json& base, const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    Json json = base;
    const Json::json_pointer where(one.where);
    if (one.value) {
      json[where] = *one.value;
    } else {
      json[where.parent_pointer()].erase(where.back());
    }
    EXPECT_THAT(InWords(Map(json).violations), ElementsAreArray(one.want));
  }
}

TEST(PmmMappingTest, NamesTypesAndWhatIsMissing) {
  Check(
      Sample(kSemester),
      {
          {"TextAsNumber", "/identitas/nama", 7, {"reject FIELD_TYPE pegawai.nama"}},
          {"NipAsNumber", "/identitas/nip", 199005012015042001, {"reject FIELD_TYPE pegawai.nip"}},
          {"NumberAsText", "/siklus/tahun", "2024", {"reject FIELD_TYPE periode.tahun"}},
          {"NumberWithFraction", "/siklus/urutan", 1.5, {"reject FIELD_TYPE periode.urutan"}},
          {"HugeNumber",
           "/pengembangan_kompetensi/total_poin",
           5'000'000'000,
           {"reject FIELD_RANGE pengembangan_kompetensi.total_poin",
            "reject FIELD_REQUIRED pengembangan_kompetensi.total_poin"}},
          {"BoolAsText",
           "/identitas/data_dikonfirmasi",
           "ya",
           {"reject FIELD_TYPE pegawai.data_dikonfirmasi"}},
          {"ObjectAsList", "/identitas/unor", Json::array(), {"reject FIELD_TYPE pegawai.unor"}},
          {"ListAsObject", "/riwayat_status", Json::object(), {"reject FIELD_TYPE riwayat_status"}},
          {"ElementAsText", "/tugas_tambahan/0", "x", {"reject FIELD_TYPE tugas_tambahan[0]"}},
          {"RequiredNull",
           "/identitas/jabatan",
           nullptr,
           {"reject FIELD_REQUIRED pegawai.jabatan"}},
          {"RequiredEmpty", "/identitas/jabatan", "", {"reject FIELD_REQUIRED pegawai.jabatan"}},
          {"RequiredAbsent",
           "/identitas/jabatan",
           std::nullopt,
           {"reject FIELD_REQUIRED pegawai.jabatan"}},
          {"NullableNull", "/identitas/pangkat", nullptr, {}},
          {"NullableEmpty", "/identitas/pangkat", "", {}},
          {"NullableAbsent",
           "/identitas/pangkat",
           std::nullopt,
           {"reject FIELD_REQUIRED pegawai.pangkat"}},
          {"OptionalAbsent", "/riwayat_status/2/catatan", std::nullopt, {}},
          {"NoExtraDuties", "/tugas_tambahan", Json::array(), {}},
          {"ExtraDutiesNull", "/tugas_tambahan", nullptr, {"reject FIELD_REQUIRED tugas_tambahan"}},
          {"MessageIdOfAnotherForm",
           "/id_kirim",
           "satu",
           {"reject FIELD_TYPE provenance.pesan_id"}},
          {"LongId", "/id_skp", std::string(65, 'a'), {"reject FIELD_LENGTH source.id"}},
          {"NoId", "/id_skp", nullptr, {"reject FIELD_REQUIRED source.id"}},
          {"VersionZero", "/versi_rekaman", 0, {"reject FIELD_RANGE source.version"}},
          {"VersionNegative", "/versi_rekaman", -1, {"reject FIELD_RANGE source.version"}},
          {"VersionAsText", "/versi_rekaman", "3", {"reject FIELD_TYPE source.version"}},
      });
}

TEST(PmmMappingTest, NamesWordsOutsideTheirLists) {
  const Json evaluated = Sample(kEvaluated);
  Check(evaluated,
        {
            {"Status", "/status", "DISETUJUI", {"reject ENUM_UNKNOWN status"}},
            {"StatusInHistory",
             "/riwayat_status/0/status",
             "DINILAI_TAHUNAN",
             {"reject ENUM_UNKNOWN riwayat_status[0].status"}},
            {"Unspecified",
             "/identitas/jenis_ptk",
             "UNSPECIFIED",
             {"reject ENUM_UNKNOWN pegawai.jenis_ptk"}},
            {"LowerCase",
             "/identitas/status_kepegawaian",
             "pns",
             {"reject ENUM_UNKNOWN pegawai.status_kepegawaian"}},
            {"JenjangThatTeachersLack",
             "/identitas/jenjang_jabatan",
             "TERAMPIL",
             {"reject ENUM_UNKNOWN pegawai.jenjang"}},
            {"PeranOfTheOtherProfile",
             "/peran",
             "PENGAWAS_SEKOLAH",
             {"reject ENUM_UNKNOWN pegawai.peran"}},
            {"PeranOfTheTeam",
             "/tim_kinerja/0/peran",
             "KEPALA_SEKOLAH",
             {"reject ENUM_UNKNOWN tim_penilai[0].peran"}},
            {"Cycle", "/siklus/jenis", "TRIWULAN", {"reject ENUM_UNKNOWN periode.jenis"}},
            {"Aspek",
             "/praktik_pembelajaran/indikator_kinerja/1/aspek",
             "MUTU",
             {"reject ASPEK_UNKNOWN rhk[0].indikator[1].aspek"}},
            {"Capaian",
             "/praktik_pembelajaran/indikator/capaian",
             "CUKUP",
             {"reject ENUM_UNKNOWN rhk[0].dasar_rapor.capaian"}},
            {"Competence",
             "/pengembangan_kompetensi/rhk/1/peran",
             "PEMBICARA",
             {"reject ENUM_UNKNOWN pengembangan_kompetensi.baris[1].peran"}},
            {"Value",
             "/perilaku_kerja/dipilih",
             "RAMAH",
             {"reject ENUM_UNKNOWN perilaku.nilai_inti",
              "reject FIELD_REQUIRED perilaku.nilai_inti", "warning PERILAKU_INCOMPLETE perilaku"}},
            {"Tahap", "/observasi/0/tahap", "AKHIR", {"reject ENUM_UNKNOWN observasi[0].tahap"}},
            {"Skor",
             "/observasi/0/skor/2/nilai",
             "BAIK",
             {"reject ENUM_UNKNOWN observasi[0].skor[2].nilai"}},
            {"PeriodikByYear",
             "/penilaian/periodik/0/jenis",
             "TAHUN",
             {"reject ENUM_UNKNOWN evaluasi[0].periode.jenis"}},
            {"Rating",
             "/penilaian/periodik/1/rating_perilaku",
             "BAIK",
             {"reject RATING_UNKNOWN evaluasi[1].rating_perilaku"}},
            {"Predikat",
             "/penilaian/akhir/predikat",
             "CUKUP",
             {"reject PREDIKAT_UNKNOWN evaluasi[2].predikat_dilaporkan"}},
            {"Organisation",
             "/penilaian/akhir/capaian_organisasi",
             "CUKUP",
             {"reject ENUM_UNKNOWN evaluasi[2].capaian_organisasi"}},
        });
  Json json = Sample(kSemester);
  json["tugas_tambahan"][0]["jenis"] = "BENDAHARA";
  EXPECT_THAT(InWords(Map(json).violations),
              ElementsAre("reject ENUM_UNKNOWN rhk[4].jenis_tugas_tambahan"));
  EXPECT_THAT(schema::ToProto(Map(json).violations[0]).description(), HasSubstr("GURU_PIKET"));
}

TEST(PmmMappingTest, EveryWordOfAListIsTaken) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> lists = {
      {"/identitas/jenis_ptk",
       {"GURU_MAPEL", "GURU_KELAS", "GURU_BK", "GURU_PENGGANTI", "GURU_TIK",
        "GURU_PENDAMPING_KHUSUS", "GURU_PEMBIMBING_KHUSUS", "GURU_PAUD", "KEPALA_SEKOLAH",
        "PENGAWAS_SEKOLAH"}},
      {"/praktik_pembelajaran/indikator/capaian", {"BAIK", "SEDANG", "KURANG", "TIDAK_TERSEDIA"}},
      {"/pengembangan_kompetensi/rhk/0/peran",
       {"PESERTA_PELATIHAN_MANDIRI", "PARTISIPAN_OBSERVASI", "PENGGERAK_KOMUNITAS", "NARASUMBER",
        "PESERTA_BERBAGI_PRAKTIK_BAIK", "PESERTA_PROGRAM"}},
      {"/status",
       {"DRAFT", "DIAJUKAN", "DIKEMBALIKAN", "DISEPAKATI", "BERJALAN", "DINILAI_PERIODIK",
        "DINILAI", "KEBERATAN", "FINAL", "DIGANTI", "DIBATALKAN"}},
      {"/observasi/0/tahap", {"PERSIAPAN", "PELAKSANAAN", "TINDAK_LANJUT", "REFLEKSI"}},
      {"/observasi/0/skor/0/nilai",
       {"BELUM_DILAKUKAN", "DILAKUKAN_BELUM_EFEKTIF", "DILAKUKAN_EFEKTIF"}},
  };
  for (const auto& [where, words] : lists) {
    for (const std::string& word : words) {
      SCOPED_TRACE(word);
      Json json = Sample(kEvaluated);
      json[Json::json_pointer(where)] = word;
      EXPECT_THAT(InWords(Map(json).violations), IsEmpty());
    }
  }
}

TEST(PmmMappingTest, HoldsWhatTheProfileDoesNotKnow) {
  Check(Sample(kSemester),
        {
            {"AKey", "/hobi", "memancing", {"hold SCHEMA_DRIFT hobi"}},
            {"AKeyInside",
             "/identitas/unor/alamat",
             nullptr,
             {"hold SCHEMA_DRIFT identitas.unor.alamat"}},
            {"AKeyInAList",
             "/riwayat_status/1/alasan",
             "x",
             {"hold SCHEMA_DRIFT riwayat_status[1].alasan"}},
            {"AKeyOfTheOtherProfile", "/tugas_pokok", nullptr, {"hold SCHEMA_DRIFT tugas_pokok"}},
            {"AProfile", "/versi", "2026.1", {"hold SCHEMA_DRIFT versi"}},
            {"AnotherFormat", "/format", "pmm-observasi", {"hold SCHEMA_DRIFT format"}},
            {"NoFormat", "/format", std::nullopt, {"hold SCHEMA_DRIFT format"}},
            {"AFormatThatIsNoText", "/format", 1, {"hold SCHEMA_DRIFT format"}},
            {"AKeyThatIsAPerson", "/199005012015042001", 1, {"hold SCHEMA_DRIFT (no field name)"}},
        });
  for (const char* member : {"versi", "format"}) {
    Json json = Sample(kSemester);
    json[member] = "2026.1";
    const adapter::PulledRecord unknown = Map(json);
    EXPECT_FALSE(unknown.skp.has_value());
    EXPECT_EQ(unknown.source_id, "pmm-2024-1-0000101");
    EXPECT_EQ(unknown.version, 3u);
    EXPECT_EQ(unknown.instansi, "9901");
  }
}

TEST(PmmMappingTest, HoldsAProfileThatIsNotAccepted) {
  const MappingOptions only_yearly{.profiles = {"2025.1"}};
  EXPECT_THAT(InWords(Map(Sample(kSemester), only_yearly).violations),
              ElementsAre("hold SCHEMA_DRIFT versi"));
  EXPECT_THAT(Map(Sample(kYearly), only_yearly).violations, IsEmpty());
}

TEST(PmmMappingTest, JudgesTheCycleByTheProfile) {
  Check(Sample(kSemester),
        {
            {"AnotherYear", "/siklus/tahun", 2025, {"reject PERIODE_MISMATCH periode"}},
            {"AnotherCycle", "/siklus/jenis", "TAHUN", {"reject PERIODE_MISMATCH periode"}},
        });
  Check(Sample(kYearly),
        {
            {"AnEarlierYear", "/siklus/tahun", 2024, {"reject PERIODE_MISMATCH periode"}},
            {"ALaterYear", "/siklus/tahun", 2027, {}},
            {"AnotherCycle", "/siklus/jenis", "SEMESTER", {"reject PERIODE_MISMATCH periode"}},
            {"Pengawas", "/peran", "PENGAWAS_SEKOLAH", {}},
        });
}

TEST(PmmMappingTest, WantsThePlanFromDiajukanOn) {
  const std::vector<Case> cases = {
      {"NoTugasPokok", "/tugas_pokok", nullptr, {"reject FIELD_REQUIRED tugas_pokok"}},
      {"NoPraktik",
       "/praktik_pembelajaran",
       std::nullopt,
       {"reject FIELD_REQUIRED praktik_pembelajaran"}},
      {"NoKompetensi",
       "/pengembangan_kompetensi",
       nullptr,
       {"reject FIELD_REQUIRED pengembangan_kompetensi"}},
      {"NoKompetensiRows",
       "/pengembangan_kompetensi/rhk",
       Json::array(),
       {"reject FIELD_REQUIRED pengembangan_kompetensi.baris"}},
      {"NoSatuan",
       "/tugas_pokok/indikator_kinerja/0/satuan",
       nullptr,
       {"reject TARGET_MISSING rhk[0].indikator[0].target.satuan"}},
      {"NoNameOfTheRater", "/atasan/nama", nullptr, {"reject ATASAN_MISSING penilai.nama"}},
      {"NoPostOfTheRater", "/atasan/jabatan", nullptr, {"reject ATASAN_MISSING penilai.jabatan"}},
      {"NoRater", "/atasan", nullptr, {}},  // the rules say so
  };
  Check(Sample(kYearly), cases);
  Json draft = Sample(kYearly);
  draft["status"] = "DRAFT";
  for (Case one : cases) {
    for (std::string& word : one.want) {
      const bool own_code = word.find("FIELD_REQUIRED") == std::string::npos;
      word = own_code ? "warning" + word.substr(word.find(' ')) : "";
    }
    std::erase(one.want, "");
    Check(draft, {one});
  }
}

TEST(PmmMappingTest, WantsPointsBySemesterAndAllOrNoneByYear) {
  Check(Sample(kSemester), {
                               {"NoPoints",
                                "/pengembangan_kompetensi/rhk/1/poin",
                                nullptr,
                                {"reject FIELD_REQUIRED pengembangan_kompetensi.baris[1].poin"}},
                               {"NoTotal",
                                "/pengembangan_kompetensi/total_poin",
                                nullptr,
                                {"reject FIELD_REQUIRED pengembangan_kompetensi.total_poin"}},
                           });
  Check(Sample(kYearly), {
                             {"OnlyTheTotal",
                              "/pengembangan_kompetensi/total_poin",
                              8,
                              {"reject FIELD_REQUIRED pengembangan_kompetensi.baris[0].poin_satuan",
                               "reject FIELD_REQUIRED pengembangan_kompetensi.baris[0].poin"}},
                             {"OnlyOne",
                              "/pengembangan_kompetensi/rhk/0/poin",
                              8,
                              {"reject FIELD_REQUIRED pengembangan_kompetensi.baris[0].poin_satuan",
                               "reject FIELD_REQUIRED pengembangan_kompetensi.total_poin"}},
                         });
}

TEST(PmmMappingTest, ReadsTargets) {
  struct Target {
    std::string text;
    v1::JenisNilai jenis;
    std::string nilai;
    std::vector<std::string> want;
  };
  const std::vector<Target> targets = {
      {"12", v1::JENIS_NILAI_ANGKA, "12", {}},
      {" 12.5 ", v1::JENIS_NILAI_ANGKA, "12.5", {}},
      {"minimal 3", v1::JENIS_NILAI_TEKS, "", {}},
      {"12,5", v1::JENIS_NILAI_TEKS, "", {"reject NUMBER_FORMAT rhk[0].indikator[0].target"}},
      {"1.000,00", v1::JENIS_NILAI_TEKS, "", {"reject NUMBER_FORMAT rhk[0].indikator[0].target"}},
  };
  for (const Target& target : targets) {
    SCOPED_TRACE(target.text);
    Json json = Sample(kSemester);
    json["praktik_pembelajaran"]["indikator_kinerja"][0]["target"] = target.text;
    const adapter::PulledRecord record = Map(json);
    const v1::Nilai& nilai = record.skp->rhk(0).indikator(0).target();
    EXPECT_EQ(nilai.jenis(), target.jenis);
    EXPECT_EQ(nilai.nilai(), target.nilai);
    EXPECT_EQ(nilai.mentah(), target.text);
    EXPECT_THAT(InWords(record.violations), ElementsAreArray(target.want));
  }
}

std::vector<std::string> RemarksOf(const v1::Skp& skp) {
  std::vector<std::string> remarks;
  for (const v1::Anotasi& one : skp.provenance().anotasi()) {
    if (one.jenis() != v1::JENIS_ANOTASI_DEFAULTED) {
      remarks.push_back(v1::JenisAnotasi_Name(one.jenis()) + " " + one.field());
    }
  }
  return remarks;
}

TEST(PmmMappingTest, MarksWhatItChangesAndLoses) {
  Json json = Sample(kSemester);
  json["praktik_pembelajaran"]["indikator_kinerja"][0]["satuan"] = " Siklus Observasi";
  json["praktik_pembelajaran"]["indikator_kinerja"][1]["target"] = nullptr;
  const adapter::PulledRecord record = Map(json);
  EXPECT_EQ(record.skp->rhk(0).indikator(0).target().satuan(), "siklus observasi");
  EXPECT_THAT(RemarksOf(*record.skp),
              ElementsAre("JENIS_ANOTASI_COERCED rhk[0].indikator[0].target.satuan",
                          "JENIS_ANOTASI_LOST rhk[0].indikator[1].target.satuan"));
}

TEST(PmmMappingTest, TakesAnOwnChoiceWithoutIndicator) {
  Json json = Sample(kSemester);
  json["praktik_pembelajaran"]["indikator"] = nullptr;
  EXPECT_THAT(InWords(Map(json).violations),
              ElementsAre("reject FIELD_REQUIRED rhk[0].dasar_rapor.kode"));
  json["praktik_pembelajaran"]["sumber"] = "PILIHAN_SENDIRI";
  EXPECT_THAT(Map(json).violations, IsEmpty());
}

TEST(PmmMappingTest, FillsAllSevenValuesWhereNoneIsChosen) {
  Json json = Sample(kSemester);
  json["perilaku_kerja"] = nullptr;
  const adapter::PulledRecord record = Map(json);
  EXPECT_EQ(record.skp->perilaku_size(), 7);
  EXPECT_THAT(InWords(record.violations), ElementsAre("warning PERILAKU_INCOMPLETE perilaku"));
}

TEST(PmmMappingTest, KeepsARaterWhoIsNoAsn) {
  Json json = Sample(kSemester);
  json["atasan"]["nip"] = nullptr;
  json["atasan"]["asn"] = false;
  const adapter::PulledRecord record = Map(json);
  EXPECT_THAT(record.violations, IsEmpty());
  EXPECT_TRUE(record.skp->penilai().has_asn());
  EXPECT_FALSE(record.skp->penilai().asn());
}

TEST(PmmMappingTest, KeepsWhatARecordReplaces) {
  Json json = Sample(kSemester);
  json["menggantikan"] = "pmm-2024-1-0000099";
  EXPECT_EQ(Map(json).skp->menggantikan(), "pmm-2024-1-0000099");
}

TEST(PmmMappingTest, WantsInstantsInUtcAndActorsByNumber) {
  Check(Sample(kSemester),
        {
            {"AnOffset",
             "/waktu_kirim",
             "2024-01-26T09:41:07+07:00",
             {"reject DATE_FORMAT provenance.waktu_kirim"}},
            {"ADay",
             "/riwayat_status/0/waktu",
             "2024-01-15",
             {"reject DATE_FORMAT riwayat_status[0].waktu"}},
            {"NoDayOfTheCalendar",
             "/riwayat_status/0/waktu",
             "2024-02-30T00:00:00Z",
             {"reject DATE_FORMAT riwayat_status[0].waktu"}},
            {"AName",
             "/riwayat_status/0/oleh",
             "Sekar Ayu",
             {"reject FIELD_TYPE riwayat_status[0].oleh"}},
            {"AShortNik",
             "/riwayat_status/0/oleh",
             "nik:990101",
             {"reject FIELD_TYPE riwayat_status[0].oleh"}},
            {"System", "/riwayat_status/0/oleh", "sistem", {}},
            {"ANik", "/riwayat_status/0/oleh", "nik:9901014105900001", {}},
            {"APrintedNip", "/riwayat_status/0/oleh", "19900501 201504 2 001", {}},
        });
}

TEST(PmmMappingTest, RepeatsNoValueOfTheRecord) {
  Json json = Sample(kSemester);
  json["identitas"]["jenis_ptk"] = "199005012015042001";
  json["identitas"]["nip"] = Json::array({"199005012015042001"});
  json["riwayat_status"][0]["oleh"] = "Sekar Ayu Puspita";
  json["id_skp"] = "199005012015042001 Sekar Ayu Puspita, seorang guru di Contoh Jaya, panjang";
  for (const schema::Violation& one : Map(json).violations) {
    const std::string said = schema::ToProto(one).ShortDebugString();
    EXPECT_THAT(said, Not(HasSubstr("199005012015042001")));
    EXPECT_THAT(said, Not(HasSubstr("Sekar")));
  }
  EXPECT_TRUE(IsDerivedId(Map(json).source_id));
}

TEST(PmmMappingTest, GivesTheSameIdToTheSameBytes) {
  Json json = Sample(kSemester);
  json.erase("id_skp");
  EXPECT_EQ(Map(json).source_id, Map(json).source_id);
  const std::string before = Map(json).source_id;
  json["versi_rekaman"] = 4;
  EXPECT_NE(Map(json).source_id, before);
}

}  // namespace
}  // namespace kinerja::adapters::pmm
