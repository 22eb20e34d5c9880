// The code lists of SIASN and the arithmetic that follows from them: quadrant, ranks, coefficients,
// months, credit (bkn-siasn §6, skp-model §6 and §8). Pure; safe for concurrent use.
#ifndef KINERJA_ADAPTERS_BKN_BKN_CODES_H_
#define KINERJA_ADAPTERS_BKN_BKN_CODES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kinerja/v1/evaluasi.pb.h"
#include "kinerja/v1/pegawai.pb.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::adapters::bkn {

// How SIASN is named in sentences.
inline constexpr std::string_view kSystem = "SIASN";

// Predikat of two ratings by the matrix of skp-model §6.2; UNSPECIFIED unless both are known. Its
// number is SIASN's quadrant. Always computed: peers are known that send another one.
v1::Predikat PredikatOf(v1::Rating hasil, v1::Rating perilaku);

// Id of a rank of PNS, for example "41" for "IV/a"; empty for anything else.
std::string_view GolonganId(std::string_view golongan);

// Rung by SIASN's code, for example "PT"; UNSPECIFIED for any other text.
v1::Jenjang JenjangOfCode(std::string_view code);
// koefisienId of a rung for predikat Baik, the only published ones; empty for no rung.
std::string_view KoefisienBaikId(v1::Jenjang jenjang);

// Months of one year, both included.
struct Months {
  int tahun = 0;
  int first = 0;
  int last = 0;

  int count() const { return last - first + 1; }
};
// The months of a periodic evaluation; nothing for kinds that SIASN has no periodikId for.
std::optional<Months> PeriodicMonths(const v1::PeriodeBagian& periode);
// The months an evaluation at the end is for: those of its own period of which the record covers
// the larger part. Nothing where there is none or a day cannot be read.
std::optional<Months> YearlyMonths(const v1::PeriodeBagian& periode, const v1::Periode& record);

// Days since 1970-01-01 of a date yyyy-mm-dd; nothing for any other text.
std::optional<int64_t> DayNumber(std::string_view date);
// yyyy-mm-dd as SIASN writes it, dd-mm-yyyy; empty for any other text.
std::string SiasnDate(std::string_view date);

// Credit of so many months, two decimals, half up; exact. Empty for no rung, no predikat or months
// outside 1 to 12.
std::string CreditOf(v1::Jenjang jenjang, v1::Predikat predikat, int months);

}  // namespace kinerja::adapters::bkn

#endif  // KINERJA_ADAPTERS_BKN_BKN_CODES_H_
