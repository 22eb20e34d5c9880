#include "adapters/pmm/pmm_words.h"

#include <array>
#include <limits>

namespace kinerja::adapters::pmm {

const Profile* FindProfile(std::string_view versi) {
  static const auto& semester_peran =
      *new WordList(v1::Peran_descriptor(), {"GURU", "KEPALA_SEKOLAH"});
  static const auto& yearly_peran =
      *new WordList(v1::Peran_descriptor(), {"GURU", "KEPALA_SEKOLAH", "PENGAWAS_SEKOLAH"});
  static const auto& profiles = *new std::array<Profile, 2>{{
      {.versi = "2024.1",
       .cycle = v1::JENIS_PERIODE_SEMESTER,
       .first_year = 2024,
       .last_year = 2024,
       .has_tugas_pokok = false,
       .has_points = true,
       .peran = semester_peran},
      {.versi = "2025.1",
       .cycle = v1::JENIS_PERIODE_TAHUN,
       .first_year = 2025,
       .last_year = std::numeric_limits<int>::max(),
       .has_tugas_pokok = true,
       .has_points = false,
       .peran = yearly_peran},
  }};
  for (const Profile& profile : profiles) {
    if (profile.versi == versi) return &profile;
  }
  return nullptr;
}

const Words& AllWords() {
  static const auto& words = *new Words{
      .jenis_siklus = {v1::JenisPeriode_descriptor(), {"SEMESTER", "TAHUN"}},
      .status_kepegawaian = {v1::StatusKepegawaian_descriptor(), {}},
      .jenjang = {v1::Jenjang_descriptor(),
                  {"AHLI_PERTAMA", "AHLI_MUDA", "AHLI_MADYA", "AHLI_UTAMA"}},
      .jenis_ptk = {v1::JenisPtk_descriptor(), {}},
      .peran_tim = {v1::Peran_descriptor(), {"PENGAWAS_SEKOLAH", "GURU", "LAINNYA"}},
      .sumber = {v1::SumberIndikator_descriptor(), {}},
      .capaian_rapor = {v1::CapaianRapor_descriptor(), {}},
      .aspek = {v1::Aspek_descriptor(), {}, {}, v1::ERROR_REASON_ASPEK_UNKNOWN},
      .peran_kompetensi = {v1::PeranKompetensi_descriptor(), {}},
      .tugas_tambahan = {v1::JenisTugasTambahan_descriptor(), {}},
      .nilai_inti = {v1::NilaiInti_descriptor(), {}},
      .status = {v1::StatusSkp_descriptor(),
                 {"DRAFT", "DIAJUKAN", "DIKEMBALIKAN", "BERJALAN", "DINILAI_PERIODIK", "KEBERATAN",
                  "FINAL", "DIGANTI", "DIBATALKAN"},
                 {{"DISEPAKATI", "DISETUJUI"}, {"DINILAI", "DINILAI_TAHUNAN"}}},
      .tahap = {v1::TahapObservasi_descriptor(), {}},
      .nilai_observasi = {v1::NilaiObservasi_descriptor(), {}},
      .jenis_periodik = {v1::JenisPeriode_descriptor(), {"BULAN", "TRIWULAN"}},
      .rating = {v1::Rating_descriptor(), {}, {}, v1::ERROR_REASON_RATING_UNKNOWN},
      .predikat = {v1::Predikat_descriptor(), {}, {}, v1::ERROR_REASON_PREDIKAT_UNKNOWN},
      .capaian_organisasi = {v1::CapaianOrganisasi_descriptor(), {}},
  };
  return words;
}

std::string_view UnitOf(v1::PeranKompetensi peran) {
  switch (peran) {
    case v1::PERAN_KOMPETENSI_PESERTA_PELATIHAN_MANDIRI:
      return "pelatihan";
    case v1::PERAN_KOMPETENSI_PARTISIPAN_OBSERVASI:
      return "observasi";
    case v1::PERAN_KOMPETENSI_PENGGERAK_KOMUNITAS:
    case v1::PERAN_KOMPETENSI_NARASUMBER:
    case v1::PERAN_KOMPETENSI_PESERTA_BERBAGI_PRAKTIK_BAIK:
      return "kegiatan";
    case v1::PERAN_KOMPETENSI_PESERTA_PROGRAM:
      return "program";
    default:
      return "";
  }
}

}  // namespace kinerja::adapters::pmm
