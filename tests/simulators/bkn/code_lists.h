// The code lists of SIASN that its answers need (bkn-siasn.md §6), and its dates.
//
// Threading: pure.
#ifndef KINERJA_TESTS_SIMULATORS_BKN_CODE_LISTS_H_
#define KINERJA_TESTS_SIMULATORS_BKN_CODE_LISTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kinerja::simulators::bkn {

// Of hasilKinerjaNilai and perilakuKerjaNilai; empty: there is no such value.
std::string_view RatingLabel(int64_t value);
// Of kuadranKinerjaNilai; empty: there is no such value.
std::string_view QuadrantLabel(int64_t value);
// Of periodikId; empty: there is no such id.
std::string_view PeriodLabel(std::string_view periodik_id);
// Of an id_ref_dokumen; a plain word for those that are not listed.
std::string_view DocumentLabel(std::string_view id_ref_dokumen);

bool IsGolongan(std::string_view id);

struct Koefisien {
  std::string_view id;
  std::string_view kriteria;
  std::string_view persentase;
};
std::optional<Koefisien> FindKoefisien(std::string_view id);

// The error that Go's time.Parse gives for a date that is not dd-mm-yyyy, or nothing.
std::optional<std::string> DateError(std::string_view date);

// Which characters a nomorSk may hold: letters, digits, blank and . / - _ ,
bool IsPlainNomorSk(std::string_view text);

}  // namespace kinerja::simulators::bkn

#endif  // KINERJA_TESTS_SIMULATORS_BKN_CODE_LISTS_H_
