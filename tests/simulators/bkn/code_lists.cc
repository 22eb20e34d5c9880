#include "tests/simulators/bkn/code_lists.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/simulators/base/absl_view.h"

namespace kinerja::simulators::bkn {
namespace {

constexpr std::string_view kLayout = "02-01-2006";

constexpr Koefisien kKoefisien[] = {
    {"12", "12.5", "100"}, {"22", "25", "100"}, {"32", "37.5", "100"}, {"42", "50", "100"},
    {"52", "3.75", "100"}, {"62", "5", "100"},  {"72", "12.5", "100"}, {"82", "25", "100"},
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool StartsWithDigits(std::string_view text, size_t count) {
  return text.size() >= count && std::all_of(text.begin(), text.begin() + count, IsDigit);
}

// Takes `count` digits off the front; -1 when they are not there.
int TakeNumber(std::string_view& rest, size_t count) {
  if (!StartsWithDigits(rest, count)) return -1;
  int number = 0;
  for (size_t i = 0; i < count; ++i) number = number * 10 + (rest[i] - '0');
  rest.remove_prefix(count);
  return number;
}

int DaysIn(int month, int year) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::string CannotParse(std::string_view date, std::string_view rest, std::string_view element) {
  return absl::StrCat("parsing time \"", AbslView(date), "\" as \"", AbslView(kLayout),
                      "\": cannot parse \"", AbslView(rest), "\" as \"", AbslView(element), "\"");
}

}  // namespace

std::string_view RatingLabel(int64_t value) {
  static constexpr std::string_view kLabels[] = {"DIATAS EKSPEKTASI", "SESUAI EKSPEKTASI",
                                                 "DIBAWAH EKSPEKTASI"};
  return value >= 1 && value <= 3 ? kLabels[value - 1] : "";
}

std::string_view QuadrantLabel(int64_t value) {
  static constexpr std::string_view kLabels[] = {"SANGAT BAIK", "BAIK", "BUTUH PERBAIKAN", "KURANG",
                                                 "SANGAT KURANG"};
  return value >= 1 && value <= 5 ? kLabels[value - 1] : "";
}

std::string_view PeriodLabel(std::string_view periodik_id) {
  if (periodik_id == "1") return "bulanan";
  return periodik_id == "2" ? "triwulan" : "";
}

std::string_view DocumentLabel(std::string_view id_ref_dokumen) {
  if (id_ref_dokumen == "890" || id_ref_dokumen == "1179") return "Dokumen Evaluasi Kinerja";
  if (id_ref_dokumen == "891") return "Dok Realisasi SKP";
  if (id_ref_dokumen == "879") return "Dok PAK";
  return id_ref_dokumen == "880" ? "SK PAK" : "Dokumen";
}

bool IsGolongan(std::string_view id) {
  if (id.size() != 2 || !StartsWithDigits(id, 2)) return false;
  const char last = id[0] == '4' ? '5' : '4';
  return id[0] >= '1' && id[0] <= '4' && id[1] >= '1' && id[1] <= last;
}

std::optional<Koefisien> FindKoefisien(std::string_view id) {
  for (const Koefisien& koefisien : kKoefisien) {
    if (koefisien.id == id) return koefisien;
  }
  return std::nullopt;
}

std::optional<std::string> DateError(std::string_view date) {
  std::string_view rest = date;
  const int day = TakeNumber(rest, 2);
  if (day < 0) return CannotParse(date, rest, "02");
  if (!rest.starts_with('-')) return CannotParse(date, rest, "-");
  rest.remove_prefix(1);
  const int month = TakeNumber(rest, 2);
  if (month < 0) return CannotParse(date, rest, "01");
  const auto with = [date](std::string_view what) {
    return absl::StrCat("parsing time \"", AbslView(date), "\": ", AbslView(what));
  };
  if (month < 1 || month > 12) return with("month out of range");
  if (!rest.starts_with('-')) return CannotParse(date, rest, "-");
  rest.remove_prefix(1);
  const int year = TakeNumber(rest, 4);
  if (year < 0) return CannotParse(date, rest, "2006");
  if (!rest.empty()) return with(absl::StrCat("extra text: \"", AbslView(rest), "\""));
  if (day < 1 || day > DaysIn(month, year)) return with("day out of range");
  return std::nullopt;
}

bool IsPlainNomorSk(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || IsDigit(c) || std::string_view(" ./-_,").find(c) != std::string_view::npos;
  });
}

}  // namespace kinerja::simulators::bkn
