// Days of the calendar and of periods. Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_VALIDATE_DAYS_H_
#define KINERJA_GATEWAY_VALIDATE_DAYS_H_

#include <optional>
#include <string_view>

#include "absl/time/civil_time.h"
#include "kinerja/v1/nilai.pb.h"

namespace kinerja::validate {

// A day of the calendar written yyyy-mm-dd; nothing for any other text.
std::optional<absl::CivilDay> ParseDay(std::string_view text);
// The day of the calendar with these numbers; nothing where there is none.
std::optional<absl::CivilDay> MakeDay(int year, int month, int day);
// Completed years from a birth date to `on`; 29 February counts from 1 March in a common year.
int CompletedYears(absl::CivilDay born, absl::CivilDay on);

// First and last day, both included.
struct Days {
  absl::CivilDay first;
  absl::CivilDay last;
};
// Largest ordinal of a kind of period in a year: 12 months, 4 quarters, 2 semesters, 1 year; 0 for
// KHUSUS, which has none.
int LargestOrdinal(v1::JenisPeriode jenis);
// The days of a kind of period; nothing for KHUSUS, an unknown kind, or an ordinal that is none.
std::optional<Days> DaysOf(int tahun, v1::JenisPeriode jenis, int urutan);

}  // namespace kinerja::validate

#endif  // KINERJA_GATEWAY_VALIDATE_DAYS_H_
