// The closed word lists of the wire format. A list that has every word of the schema's enum names
// none of them.
//
// Pure; safe for concurrent use.
#ifndef KINERJA_ADAPTERS_PMM_PMM_WORDS_H_
#define KINERJA_ADAPTERS_PMM_PMM_WORDS_H_

#include <string_view>

#include "adapters/pmm/members.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::adapters::pmm {

// What the two profiles differ in.
struct Profile {
  std::string_view versi;
  v1::JenisPeriode cycle;
  int first_year;
  int last_year;
  bool has_tugas_pokok;
  bool has_points;  // else they may be null, all of them together
  const WordList& peran;
};

// nullptr for one that is not known.
const Profile* FindProfile(std::string_view versi);

struct Words {
  WordList jenis_siklus;
  WordList status_kepegawaian;
  WordList jenjang;
  WordList jenis_ptk;
  WordList peran_tim;
  WordList sumber;
  WordList capaian_rapor;
  WordList aspek;
  WordList peran_kompetensi;
  WordList tugas_tambahan;
  WordList nilai_inti;
  WordList status;
  WordList tahap;
  WordList nilai_observasi;
  WordList jenis_periodik;
  WordList rating;
  WordList predikat;
  WordList capaian_organisasi;
};

// Lives as long as the program.
const Words& AllWords();

// The unit of one competence activity; empty for an unknown role.
std::string_view UnitOf(v1::PeranKompetensi peran);

}  // namespace kinerja::adapters::pmm

#endif  // KINERJA_ADAPTERS_PMM_PMM_WORDS_H_
