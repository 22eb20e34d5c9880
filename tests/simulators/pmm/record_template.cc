#include "tests/simulators/pmm/record_template.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators::pmm {
namespace {

using nlohmann::json;

constexpr const char* kFirstNames[] = {
    "Adinda", "Bagas",   "Cempaka",   "Damar",  "Elok",   "Fajar",   "Gendis",     "Hanif",
    "Indira", "Jatmika", "Kirana",    "Langit", "Mahesa", "Nirmala", "Oktavian",   "Prameswari",
    "Qonita", "Rangga",  "Saraswati", "Tirta",  "Utari",  "Wening",  "Yudhistira", "Zulaikha"};
constexpr const char* kLastNames[] = {
    "Anggara",  "Baskara",  "Cendana", "Dirgantara",     "Ekawati",  "Firmansah", "Gumelar",
    "Hapsari",  "Ismaya",   "Jayanti", "Kusumawardhani", "Laksmana", "Mandala",   "Nugraheni",
    "Pangestu", "Rahmania", "Sasmita", "Tanjung",        "Wibisana"};

bool IsDigits(std::string_view text, size_t count) {
  return text.size() == count &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

uint64_t Number(std::string_view digits) {
  uint64_t number = 0;
  for (const char c : digits) number = number * 10 + static_cast<uint64_t>(c - '0');
  return number;
}

// Spreads neighbouring numbers (the finaliser of splitmix64).
uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

uint64_t Hash(std::string_view text) {
  uint64_t hash = 1469598103934665603u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

// A NIK holds the birth date, of women with 40 added to the day.
std::string VariedNik(const std::string& nik, const std::string& new_nip, uint64_t number) {
  if (!IsDigits(nik, 16)) return nik;
  std::string varied = nik;
  if (IsDigits(new_nip, 18)) {
    const uint64_t day = Number(new_nip.substr(6, 2)) + (nik[6] >= '4' ? 40 : 0);
    varied.replace(6, 6,
                   absl::StrFormat("%02d%s%s", day, new_nip.substr(4, 2), new_nip.substr(2, 2)));
  } else {  // without NIP the birth date is free: another day, same month
    const uint64_t day = number % 28 + 1 + (nik[6] >= '4' ? 40 : 0);
    varied.replace(6, 2, absl::StrFormat("%02d", day));
  }
  varied.replace(12, 4, absl::StrFormat("%04d", (Number(nik.substr(12)) + number) % 9999 + 1));
  return varied;
}

}  // namespace

std::string VariedNip(const std::string& nip, uint64_t number) {
  if (!IsDigits(nip, 18)) return nip;
  const uint64_t month = Number(nip.substr(4, 2)), day = Number(nip.substr(6, 2));
  const uint64_t serial = Number(nip.substr(15));
  if (month < 1 || month > 12 || day < 1 || day > 31 || serial < 1) return nip;
  // Months × days 1 to 28 × serials are one long row; `number` steps along it. Every month has 28
  // days, and the year of birth stays.
  constexpr uint64_t kDays = 28, kSerials = 999, kAll = 12 * kDays * kSerials;
  const uint64_t start = ((month - 1) * kDays + (day - 1) % kDays) * kSerials + serial - 1;
  const uint64_t place = (start + number) % kAll;
  return absl::StrCat(
      nip.substr(0, 4),
      absl::StrFormat("%02d%02d", place / (kDays * kSerials) + 1, place / kSerials % kDays + 1),
      nip.substr(8, 7), absl::StrFormat("%03d", place % kSerials + 1));
}

RecordTemplate RecordTemplate::Of(const json& record) {
  RecordTemplate made;
  made.original_ = Dump(record);
  const json* identitas = Find(record, "identitas");
  const json none = json::object();
  const json& who = identitas != nullptr ? *identitas : none;
  const std::string nik = TextOf(who, "nik");
  made.values_ = {TextOf(record, "id_skp"),
                  TextOf(record, "menggantikan"),
                  TextOf(record, "id_kirim"),
                  TextOf(who, "nama"),
                  TextOf(who, "nip"),
                  nik,
                  nik.empty() ? "" : "nik:" + nik,
                  TextOf(who, "nuptk")};
  // Where each value stands as a whole text: {offset, which}.
  std::vector<std::pair<size_t, size_t>> places;
  for (size_t what = 0; what < kWhats; ++what) {
    if (made.values_[what].empty()) continue;
    const std::string quoted = Dump(made.values_[what]);
    for (size_t at = made.original_.find(quoted); at != std::string::npos;
         at = made.original_.find(quoted, at + quoted.size())) {
      places.emplace_back(at, what);
    }
  }
  std::ranges::sort(places);
  size_t done = 0;
  for (const auto& [at, what] : places) {
    if (at < done) continue;  // two kinds of value are the same text
    made.pieces_.push_back({made.original_.substr(done, at - done), static_cast<What>(what)});
    done = at + Dump(made.values_[what]).size();
  }
  made.rest_ = made.original_.substr(done);
  return made;
}

std::string RecordTemplate::NewValue(What what, uint64_t number) const {
  const std::string& old = values_[static_cast<size_t>(what)];
  const std::string& nip = values_[static_cast<size_t>(What::kNip)];
  const std::string& nik = values_[static_cast<size_t>(What::kNik)];
  switch (what) {
    case What::kIdSkp:
    case What::kMenggantikan:
      return absl::StrCat(old, "-", number);
    case What::kIdKirim: {
      const uint64_t high = Mix(Hash(old) + number), low = Mix(high);
      return absl::StrFormat("%08x-%04x-4%03x-8%03x-%012x", high >> 32, high >> 16 & 0xffff,
                             high & 0xfff, low >> 52, low & 0xffffffffffffu);
    }
    case What::kNama: {
      const uint64_t pick = Mix(Hash(nip.empty() ? nik : nip) + number);
      return absl::StrCat(kFirstNames[pick % std::size(kFirstNames)], " ",
                          kLastNames[pick / 64 % std::size(kLastNames)]);
    }
    case What::kNip:
      return VariedNip(nip, number);
    case What::kNik:
      return VariedNik(nik, VariedNip(nip, number), number);
    case What::kNikActor:
      return absl::StrCat("nik:", VariedNik(nik, VariedNip(nip, number), number));
    case What::kNuptk:
      if (!IsDigits(old, 16)) return old;
      return absl::StrCat(
          old.substr(0, 4),
          absl::StrFormat("%08d", (Number(old.substr(4, 8)) + number) % 100'000'000),
          old.substr(12));
  }
  return old;
}

std::string RecordTemplate::Variant(uint64_t number) const {
  std::string text;
  text.reserve(original_.size() + 256);
  for (const Piece& piece : pieces_) {
    absl::StrAppend(&text, piece.before, "\"", NewValue(piece.what, number), "\"");
  }
  return text + rest_;
}

}  // namespace kinerja::simulators::pmm
