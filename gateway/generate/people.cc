// People: well-formed numbers that belong to nobody on purpose, names from small invented lists.
#include <algorithm>
#include <array>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "gateway/generate/shape.h"

namespace kinerja::generate {
namespace {

constexpr const char* kWomen[] = {"Sekar",  "Melati", "Kirana", "Ratih",   "Intan", "Laras",
                                  "Anjani", "Puspa",  "Wulan",  "Cempaka", "Ayu",   "Mutiara"};
constexpr const char* kMen[] = {"Raka",  "Naufal",  "Gunadi", "Wiratno", "Danu", "Bagas",
                                "Surya", "Yohanes", "Bayu",   "Tirta",   "Jaka", "Rangga"};
constexpr const char* kMiddle[] = {"",       "Bima",  "Permata", "Cahya", "Lestari", "",
                                   "Kusuma", "Indra", "Dwi",     "Tri",   "Adi",     ""};
constexpr const char* kFamily[] = {"Puspita",   "Ardiansyah",   "Dharmawan", "Prasetyawan",
                                   "Tumbelaka", "Hadikusumo",   "Wicaksana", "Sulistyo",
                                   "Anggraini", "Widyaningrum", "Siregar",   "Nasution"};
constexpr v1::JenisPtk kKinds[] = {v1::JENIS_PTK_GURU_KELAS, v1::JENIS_PTK_GURU_MAPEL,
                                   v1::JENIS_PTK_GURU_BK};

struct Grade {
  const char* golongan;
  const char* pangkat;
  v1::Jenjang jenjang;  // of a guru; skp-model §10.4
};
constexpr Grade kTeacherGrades[] = {
    {"III/a", "Penata Muda", v1::JENJANG_AHLI_PERTAMA},
    {"III/b", "Penata Muda Tingkat I", v1::JENJANG_AHLI_PERTAMA},
    {"III/c", "Penata", v1::JENJANG_AHLI_MUDA},
    {"III/d", "Penata Tingkat I", v1::JENJANG_AHLI_MUDA},
    {"IV/a", "Pembina", v1::JENJANG_AHLI_MADYA},
    {"IV/b", "Pembina Tingkat I", v1::JENJANG_AHLI_MADYA},
};
constexpr Grade kHeadGrades[] = {
    {"IV/a", "Pembina", v1::JENJANG_AHLI_MADYA},
    {"IV/b", "Pembina Tingkat I", v1::JENJANG_AHLI_MADYA},
};
constexpr Grade kClerkGrades[] = {
    {"II/a", "Pengatur Muda", v1::JENJANG_UNSPECIFIED},
    {"II/b", "Pengatur Muda Tingkat I", v1::JENJANG_UNSPECIFIED},
    {"II/c", "Pengatur", v1::JENJANG_UNSPECIFIED},
    {"II/d", "Pengatur Tingkat I", v1::JENJANG_UNSPECIFIED},
};
constexpr Grade kOfficeHeadGrades[] = {
    {"IV/b", "Pembina Tingkat I", v1::JENJANG_UNSPECIFIED},
    {"IV/c", "Pembina Utama Muda", v1::JENJANG_UNSPECIFIED},
};

// Days and running numbers have no common divisor, so that each person below kDays * kRunning has
// another pair of them. Those who rate are born before kFirstBirth: never the one they rate.
constexpr absl::CivilDay kFirstBirth(1967, 1, 1);
constexpr uint64_t kDays = 10957;  // up to 1996
constexpr uint64_t kRunning = 999;

struct Birth {
  absl::CivilDay day;
  bool woman;
  int running;  // 1 to 999
};

Birth BirthOf(uint64_t person, Random* random) {
  // Neighbours are not born on neighbouring days; no divisor in common either, so nobody is lost.
  person = person * 7919 % (kDays * kRunning);
  return {kFirstBirth + static_cast<int64_t>(person % kDays), random->Chance(50),
          static_cast<int>(person % kRunning) + 1};
}

std::string Digits(int64_t value, int width) {
  std::array<char, 24> text;
  const int length =
      std::snprintf(text.data(), text.size(), "%0*lld", width, static_cast<long long>(value));
  return std::string(text.data(), static_cast<size_t>(length));
}

std::string Compact(absl::CivilDay day) {
  return absl::StrCat(Digits(day.year(), 4), Digits(day.month(), 2), Digits(day.day(), 2));
}

// skp-model §10.1. `year` is the first year of the period: nobody is appointed later.
std::string Nip(const Birth& birth, v1::StatusKepegawaian status, int64_t year, Random* random) {
  int64_t appointed = birth.day.year() + random->Between(22, 28);
  int code = random->Between(1, 12);
  if (status == v1::STATUS_KEPEGAWAIAN_PPPK) {
    appointed = 2021 + random->Below(3);
    code = 21;
  }
  appointed = std::min(appointed, year - 1);
  return absl::StrCat(Compact(birth.day), appointed, Digits(code, 2), birth.woman ? "2" : "1",
                      Digits(birth.running, 3));
}

// skp-model §10.2: the day of birth of a woman is forty higher.
std::string Nik(const Birth& birth, const std::string& wilayah) {
  const int day = birth.day.day() + (birth.woman ? 40 : 0);
  return absl::StrCat(wilayah, "01", Digits(day, 2), Digits(birth.day.month(), 2),
                      Digits(birth.day.year() % 100, 2), Digits(birth.running, 4));
}

std::string Name(bool woman, Random* random) {
  const char* first = woman ? random->Pick(kWomen) : random->Pick(kMen);
  const char* middle = random->Pick(kMiddle);
  return absl::StrCat(first, *middle == '\0' ? "" : " ", middle, " ", random->Pick(kFamily));
}

// A person above the one rated: the same for a place in every record, so that a school has one
// head.
enum class Rank { kHeadOfSchool, kHeadOfOffice, kSecretary, kSupervisor };

void FillSuperior(Rank rank, const Workplace& place, v1::PenilaiRef* ref) {
  // The head of a school is its own, the others belong to the instansi.
  const std::string& key = rank == Rank::kHeadOfSchool ? place.unor_id : place.kode_bkn;
  Random random(MixSeed(HashText(key), static_cast<uint64_t>(rank)));
  Birth birth;
  birth.day = absl::CivilDay(1966 - static_cast<int>(rank), 1, 1) + random.Below(365);
  birth.woman = random.Chance(50);
  birth.running = random.Between(1, 99);
  ref->set_nip(Nip(birth, v1::STATUS_KEPEGAWAIAN_PNS, 1996, &random));
  ref->set_nama(absl::StrCat(Name(birth.woman, &random), ", M.Pd."));
  const std::string& office = place.nama_instansi;
  switch (rank) {
    case Rank::kHeadOfSchool:
      ref->set_golongan("IV/b");
      ref->set_jabatan("Kepala Sekolah");
      ref->set_unor_nama(place.nama_unor);
      return;
    case Rank::kHeadOfOffice:
      ref->set_golongan("IV/c");
      ref->set_jabatan("Kepala Dinas Pendidikan");
      ref->set_unor_nama("Dinas Pendidikan");
      return;
    case Rank::kSecretary:
      ref->set_golongan("IV/d");
      ref->set_jabatan("Sekretaris Daerah");
      ref->set_unor_nama(office);
      return;
    case Rank::kSupervisor:
      ref->set_golongan("IV/b");
      ref->set_jabatan("Pengawas Sekolah Ahli Madya");
      ref->set_unor_nama("Dinas Pendidikan");
      ref->set_peran(v1::PERAN_PENGAWAS_SEKOLAH);
      return;
  }
}

// An elected leader has no NIP (skp-model §2).
void FillElected(const Workplace& place, v1::PenilaiRef* ref) {
  Random random(MixSeed(HashText(place.kode_bkn), 9));
  ref->set_nama(Name(random.Chance(50), &random));
  ref->set_jabatan("Kepala Daerah");
  ref->set_unor_nama(place.nama_instansi);
  ref->set_asn(false);
}

void SetGrade(const Grade& grade, v1::Pegawai* pegawai) {
  pegawai->set_golongan(grade.golongan);
  pegawai->set_pangkat(grade.pangkat);
  pegawai->set_jenjang(grade.jenjang);
}

void FillTeacherPost(const Shape& shape, Random* random, v1::Pegawai* pegawai) {
  static constexpr const char* kRungs[] = {"", "Guru Ahli Pertama", "Guru Ahli Muda",
                                           "Guru Ahli Madya"};
  switch (shape.status_kepegawaian) {
    case v1::STATUS_KEPEGAWAIAN_PPPK:
      pegawai->set_golongan("IX");
      pegawai->set_jenjang(v1::JENJANG_AHLI_PERTAMA);
      break;
    case v1::STATUS_KEPEGAWAIAN_NON_ASN:
      pegawai->set_jabatan("Guru Honorer");
      break;
    default:
      SetGrade(random->Pick(kTeacherGrades), pegawai);
  }
  if (pegawai->jabatan().empty()) {
    pegawai->set_jabatan(kRungs[static_cast<size_t>(pegawai->jenjang())]);
    pegawai->set_jenis_jabatan(v1::JENIS_JABATAN_FUNGSIONAL_TERTENTU);
  }
  pegawai->set_gelar_belakang("S.Pd.");
  pegawai->set_jenis_ptk(random->Pick(kKinds));
  if (shape.pmm()) pegawai->set_peran(v1::PERAN_GURU);
}

void FillPost(const Shape& shape, const Workplace& place, Random* random, v1::Pegawai* pegawai) {
  switch (shape.role) {
    case Role::kGuru:
      FillTeacherPost(shape, random, pegawai);
      return;
    case Role::kKepalaSekolah:
      SetGrade(random->Pick(kHeadGrades), pegawai);
      pegawai->set_jabatan("Kepala Sekolah");
      pegawai->set_jenis_jabatan(v1::JENIS_JABATAN_FUNGSIONAL_TERTENTU);
      pegawai->set_jenis_ptk(v1::JENIS_PTK_KEPALA_SEKOLAH);
      pegawai->set_gelar_belakang("M.Pd.");
      if (shape.pmm()) pegawai->set_peran(v1::PERAN_KEPALA_SEKOLAH);
      return;
    case Role::kPengadministrasi:
      SetGrade(random->Pick(kClerkGrades), pegawai);
      pegawai->set_jabatan(place.npsn.empty() ? "Pengadministrasi Umum"
                                              : "Pengadministrasi Sekolah");
      pegawai->set_jenis_jabatan(v1::JENIS_JABATAN_PELAKSANA);
      return;
    case Role::kKepalaDinas:
      SetGrade(random->Pick(kOfficeHeadGrades), pegawai);
      pegawai->set_jabatan(absl::StrCat("Kepala ", place.nama_unor));
      pegawai->set_jenis_jabatan(v1::JENIS_JABATAN_STRUKTURAL);
      pegawai->set_gelar_belakang("M.Si.");
      return;
  }
}

void FillPlace(const Workplace& place, v1::Pegawai* pegawai) {
  pegawai->mutable_instansi()->set_kode_bkn(place.kode_bkn);
  pegawai->mutable_instansi()->set_nama(place.nama_instansi);
  pegawai->mutable_unor()->set_id(place.unor_id);
  pegawai->mutable_unor()->set_nama(place.nama_unor);
  if (place.npsn.empty()) return;
  pegawai->set_npsn(place.npsn);
  pegawai->set_nama_satuan(place.nama_satuan);
}

// skp-model §3: guru by the head of the school, he by the head of the office, he by the secretary.
void FillRaters(const Shape& shape, const Workplace& place, Random* random, v1::Skp* skp) {
  v1::PenilaiRef* penilai = skp->mutable_penilai();
  v1::PenilaiRef* above = skp->mutable_atasan_penilai();
  switch (shape.role) {
    case Role::kGuru:
    case Role::kPengadministrasi:
      FillSuperior(Rank::kHeadOfSchool, place, penilai);
      FillSuperior(Rank::kHeadOfOffice, place, above);
      break;
    case Role::kKepalaSekolah:
      FillSuperior(Rank::kHeadOfOffice, place, penilai);
      FillSuperior(Rank::kSecretary, place, above);
      if (random->Chance(40)) FillSuperior(Rank::kSupervisor, place, skp->add_tim_penilai());
      break;
    case Role::kKepalaDinas:
      FillSuperior(Rank::kSecretary, place, penilai);
      FillElected(place, above);
      break;
  }
}

}  // namespace

void FillPeople(const Shape& shape, const Workplace& place, uint64_t person, Random* random,
                v1::Skp* skp) {
  const Birth birth = BirthOf(person, random);
  v1::Pegawai* pegawai = skp->mutable_pegawai();
  const bool asn = shape.status_kepegawaian != v1::STATUS_KEPEGAWAIAN_NON_ASN;
  if (asn) {
    pegawai->set_nip(Nip(birth, shape.status_kepegawaian, shape.mulai.year(), random));
  }
  if (!asn || (!shape.terse && random->Chance(50))) pegawai->set_nik(Nik(birth, place.wilayah));
  pegawai->set_nama(Name(birth.woman, random));
  FillPlace(place, pegawai);
  if (shape.kelengkapan == v1::KELENGKAPAN_HASIL_SAJA) return;  // what a results workbook has
  pegawai->set_status_kepegawaian(shape.status_kepegawaian);
  FillPost(shape, place, random, pegawai);
  if (shape.pmm()) pegawai->set_data_dikonfirmasi(true);
  FillRaters(shape, place, random, skp);
}

}  // namespace kinerja::generate
