// What a generated record is to be, and the steps that fill it. Internal to generate/.
//
// Pure functions; each draws from the Random it is given, in a fixed order.
#ifndef KINERJA_GATEWAY_GENERATE_SHAPE_H_
#define KINERJA_GATEWAY_GENERATE_SHAPE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "gateway/generate/generator.h"
#include "gateway/generate/random.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::generate {

enum class Role { kGuru, kKepalaSekolah, kPengadministrasi, kKepalaDinas };

struct Shape {
  Role role = Role::kGuru;
  v1::StatusKepegawaian status_kepegawaian = v1::STATUS_KEPEGAWAIAN_PNS;
  v1::Regime regime = v1::REGIME_PERMENPANRB6_2022;
  v1::Kelengkapan kelengkapan = v1::KELENGKAPAN_LENGKAP;
  v1::Pendekatan pendekatan = v1::PENDEKATAN_KUANTITATIF;
  v1::StatusSkp status = v1::STATUS_SKP_DISETUJUI;
  absl::CivilDay mulai;
  absl::CivilDay selesai;
  v1::JenisPeriode jenis = v1::JENIS_PERIODE_SEMESTER;
  int urutan = 1;
  v1::JenisPeriode bagian = v1::JENIS_PERIODE_TRIWULAN;  // kind of the periodic evaluations
  int rhk = 5;
  int indikator = 0;        // of each RHK; 0: one to four
  bool incomplete = false;  // DRAFT: parts are still missing
  bool terse = false;       // no text beyond what is needed: records of one size

  bool form_a() const { return role == Role::kKepalaDinas; }
  bool berakhlak() const { return regime == v1::REGIME_PERMENPANRB6_2022; }
  // Written at PMM, which began with 2024 (skp-model §9.1).
  bool pmm() const {
    return berakhlak() && mulai.year() >= 2024 &&
           (role == Role::kGuru || role == Role::kKepalaSekolah);
  }
};

// A part of a period: a month or a quarter.
struct Bagian {
  v1::PeriodeBagian periode;
  absl::CivilDay selesai;
};

// pegawai, penilai, atasan_penilai, tim_penilai. `person` names the person: another number below
// ten million is another NIP and another NIK.
void FillPeople(const Shape& shape, const Workplace& place, uint64_t person, Random* random,
                v1::Skp* skp);
// rhk with indikator and target, perilaku, lampiran, pengembangan_kompetensi.
void FillPlan(const Shape& shape, Random* random, v1::Skp* skp);
// riwayat_status, and what belongs to the state: realisasi, umpan_balik, evaluasi, keberatan,
// observasi.
void FillCourse(const Shape& shape, Random* random, v1::Skp* skp);
// nilai_lama with what it is computed from, for the older regimes.
void FillLegacyScores(const Shape& shape, Random* random, v1::Skp* skp);
// Breaks one thing; false when `reason` is not one that can be broken.
bool Break(v1::ErrorReason reason, const Workplace* closed, v1::Skp* skp);
// The record that Break() wants for this code; `reason` is one of BreakableReasons().
Shape ShapeToBreak(v1::ErrorReason reason);
// The codes that Break() knows, in the order of the catalogue.
std::vector<v1::ErrorReason> BreakableReasons();

// The months or quarters that lie wholly inside the shape's period, in order.
std::vector<Bagian> PartsOf(const Shape& shape);
// yyyy-mm-dd.
std::string Iso(absl::CivilDay day);
// One of a few periods in the shape: 2024 semesters most often, then the year 2025, then older
// ones.
void DrawPeriod(Random* random, Shape* shape);

}  // namespace kinerja::generate

#endif  // KINERJA_GATEWAY_GENERATE_SHAPE_H_
