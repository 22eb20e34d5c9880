#include "adapters/bkn/bkn_codes.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"

namespace kinerja::adapters::bkn {
namespace {

struct Golongan {
  std::string_view name;
  std::string_view id;
};
constexpr Golongan kGolongan[] = {
    {"I/a", "11"},   {"I/b", "12"},   {"I/c", "13"},  {"I/d", "14"},   {"II/a", "21"},
    {"II/b", "22"},  {"II/c", "23"},  {"II/d", "24"}, {"III/a", "31"}, {"III/b", "32"},
    {"III/c", "33"}, {"III/d", "34"}, {"IV/a", "41"}, {"IV/b", "42"},  {"IV/c", "43"},
    {"IV/d", "44"},  {"IV/e", "45"},
};

struct Rung {
  v1::Jenjang jenjang;
  std::string_view code;
  std::string_view koefisien_id;
  int64_t hundredths;  // credit of a year at 100 %
};
constexpr Rung kRungs[] = {
    {v1::JENJANG_AHLI_PERTAMA, "PT", "12", 1250}, {v1::JENJANG_AHLI_MUDA, "MU", "22", 2500},
    {v1::JENJANG_AHLI_MADYA, "MA", "32", 3750},   {v1::JENJANG_AHLI_UTAMA, "UT", "42", 5000},
    {v1::JENJANG_PEMULA, "PM", "52", 375},        {v1::JENJANG_TERAMPIL, "TR", "62", 500},
    {v1::JENJANG_MAHIR, "MH", "72", 1250},        {v1::JENJANG_PENYELIA, "PY", "82", 2500},
};

const Rung* FindRung(v1::Jenjang jenjang) {
  const auto* found = std::find_if(std::begin(kRungs), std::end(kRungs),
                                   [&](const Rung& rung) { return rung.jenjang == jenjang; });
  return found == std::end(kRungs) ? nullptr : found;
}

// skp-model §8.1; 0 for no predikat.
int64_t PercentOf(v1::Predikat predikat) {
  switch (predikat) {
    case v1::PREDIKAT_SANGAT_BAIK:
      return 150;
    case v1::PREDIKAT_BAIK:
      return 100;
    case v1::PREDIKAT_BUTUH_PERBAIKAN:
      return 75;
    case v1::PREDIKAT_KURANG:
      return 50;
    case v1::PREDIKAT_SANGAT_KURANG:
      return 25;
    default:
      return 0;
  }
}

std::optional<absl::CivilDay> ParseDay(std::string_view date) {
  absl::CivilDay day;
  if (date.size() != 10 || !absl::ParseCivilTime(absl::string_view(date.data(), date.size()), &day))
    return std::nullopt;
  return day;
}

// Whether the days cover most of the month; of two halves the first has it, so that a month counts
// for one of two records that meet in it, never for both.
bool CoversMost(absl::CivilDay first, absl::CivilDay last, absl::CivilMonth month) {
  const absl::CivilDay begin = absl::CivilDay(month), end = absl::CivilDay(month + 1) - 1;
  const int64_t days = end - begin + 1;
  const int64_t covered = std::min(last, end) - std::max(first, begin) + 1;
  return covered * 2 > days || (covered * 2 == days && first <= begin);
}

// The months between two days of one year.
std::optional<Months> MonthsBetween(std::string_view first, std::string_view last) {
  const auto from = ParseDay(first), to = ParseDay(last);
  if (!from || !to || from->year() != to->year() || *to < *from) return std::nullopt;
  absl::CivilMonth begin(*from), end(*to);
  if (!CoversMost(*from, *to, begin)) ++begin;
  if (begin <= end && !CoversMost(*from, *to, end)) --end;
  if (end < begin) return std::nullopt;
  return Months{static_cast<int>(begin.year()), begin.month(), end.month()};
}

// The months of an evaluation at the end as it says itself.
std::optional<Months> MonthsNamed(const v1::PeriodeBagian& periode, const v1::Periode& record) {
  if (!periode.mulai().empty() && !periode.selesai().empty())
    return MonthsBetween(periode.mulai(), periode.selesai());
  const int urutan = periode.urutan();
  switch (periode.jenis()) {
    case v1::JENIS_PERIODE_TAHUN:
      return Months{periode.tahun(), 1, 12};
    case v1::JENIS_PERIODE_SEMESTER:
      if (urutan < 1 || urutan > 2) return std::nullopt;
      return Months{periode.tahun(), urutan * 6 - 5, urutan * 6};
    case v1::JENIS_PERIODE_KHUSUS:
      return MonthsBetween(record.mulai(), record.selesai());
    default:
      return PeriodicMonths(periode);
  }
}

}  // namespace

v1::Predikat PredikatOf(v1::Rating hasil, v1::Rating perilaku) {
  constexpr v1::Predikat kMatrix[3][3] = {
      {v1::PREDIKAT_SANGAT_BAIK, v1::PREDIKAT_BAIK, v1::PREDIKAT_KURANG},
      {v1::PREDIKAT_BAIK, v1::PREDIKAT_BAIK, v1::PREDIKAT_KURANG},
      {v1::PREDIKAT_BUTUH_PERBAIKAN, v1::PREDIKAT_BUTUH_PERBAIKAN, v1::PREDIKAT_SANGAT_KURANG},
  };
  if (hasil < 1 || hasil > 3 || perilaku < 1 || perilaku > 3) return v1::PREDIKAT_UNSPECIFIED;
  return kMatrix[hasil - 1][perilaku - 1];
}

std::string_view GolonganId(std::string_view golongan) {
  for (const Golongan& row : kGolongan) {
    if (row.name == golongan) return row.id;
  }
  return {};
}

v1::Jenjang JenjangOfCode(std::string_view code) {
  for (const Rung& rung : kRungs) {
    if (rung.code == code) return rung.jenjang;
  }
  return v1::JENJANG_UNSPECIFIED;
}

std::string_view KoefisienBaikId(v1::Jenjang jenjang) {
  const Rung* rung = FindRung(jenjang);
  return rung == nullptr ? std::string_view() : rung->koefisien_id;
}

std::optional<Months> PeriodicMonths(const v1::PeriodeBagian& periode) {
  const int urutan = periode.urutan();
  if (periode.jenis() == v1::JENIS_PERIODE_BULAN && urutan >= 1 && urutan <= 12)
    return Months{periode.tahun(), urutan, urutan};
  if (periode.jenis() == v1::JENIS_PERIODE_TRIWULAN && urutan >= 1 && urutan <= 4)
    return Months{periode.tahun(), urutan * 3 - 2, urutan * 3};
  return std::nullopt;
}

std::optional<Months> YearlyMonths(const v1::PeriodeBagian& periode, const v1::Periode& record) {
  const auto named = MonthsNamed(periode, record);
  const auto covered = MonthsBetween(record.mulai(), record.selesai());
  if (!named || !covered || named->tahun != covered->tahun) return std::nullopt;
  const Months both{named->tahun, std::max(named->first, covered->first),
                    std::min(named->last, covered->last)};
  if (both.count() < 1) return std::nullopt;
  return both;
}

std::optional<int64_t> DayNumber(std::string_view date) {
  const auto day = ParseDay(date);
  if (!day) return std::nullopt;
  return *day - absl::CivilDay();
}

std::string SiasnDate(std::string_view date) {
  const auto day = ParseDay(date);
  if (!day) return "";
  return absl::StrFormat("%02d-%02d-%04d", day->day(), day->month(), day->year());
}

std::string CreditOf(v1::Jenjang jenjang, v1::Predikat predikat, int months) {
  const Rung* rung = FindRung(jenjang);
  const int64_t percent = PercentOf(predikat);
  if (rung == nullptr || percent == 0 || months < 1 || months > 12) return "";
  // months / 12 × percent / 100 × coefficient, in hundredths; halves go up.
  constexpr int64_t kWhole = 12 * 100;
  const int64_t hundredths = (2 * months * percent * rung->hundredths + kWhole) / (2 * kWhole);
  return absl::StrFormat("%d.%02d", hundredths / 100, hundredths % 100);
}

}  // namespace kinerja::adapters::bkn
