#include "gateway/validate/days.h"

namespace kinerja::validate {
namespace {

// The number that `text` writes in digits, or -1.
int Digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<absl::CivilDay> MakeDay(int year, int month, int day) {
  if (year < 1 || month < 1 || day < 1) return std::nullopt;
  // CivilDay carries over what is too much, so an unreal day comes back as another one.
  const absl::CivilDay made(year, month, day);
  if (made.month() != month || made.day() != day) return std::nullopt;
  return made;
}

std::optional<absl::CivilDay> ParseDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return MakeDay(Digits(text.substr(0, 4)), Digits(text.substr(5, 2)), Digits(text.substr(8, 2)));
}

int CompletedYears(absl::CivilDay born, absl::CivilDay on) {
  const bool before_birthday =
      on.month() != born.month() ? on.month() < born.month() : on.day() < born.day();
  return static_cast<int>(on.year() - born.year()) - (before_birthday ? 1 : 0);
}

int LargestOrdinal(v1::JenisPeriode jenis) {
  switch (jenis) {
    case v1::JENIS_PERIODE_TAHUN:
      return 1;
    case v1::JENIS_PERIODE_SEMESTER:
      return 2;
    case v1::JENIS_PERIODE_TRIWULAN:
      return 4;
    case v1::JENIS_PERIODE_BULAN:
      return 12;
    default:
      return 0;
  }
}

std::optional<Days> DaysOf(int tahun, v1::JenisPeriode jenis, int urutan) {
  const int count = LargestOrdinal(jenis);
  if (urutan < 1 || urutan > count) return std::nullopt;
  const int months = 12 / count;
  const absl::CivilMonth first(tahun, 1 + months * (urutan - 1));
  return Days{absl::CivilDay(first), absl::CivilDay(first + months) - 1};
}

}  // namespace kinerja::validate
