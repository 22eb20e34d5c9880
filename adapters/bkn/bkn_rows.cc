#include "adapters/bkn/bkn_rows.h"

#include <algorithm>
#include <iterator>

#include "adapters/bkn/bkn_mapping.h"
#include "adapters/bkn/documents.h"
#include "gateway/schema/fold.h"

namespace kinerja::adapters::bkn {
namespace {

// Names of one value in a save body and in the history (bkn-siasn §5.3).
struct NamePair {
  std::string_view saved;
  std::string_view read;
};
constexpr NamePair kQuadrant = {"kuadranKinerjaNilai", "kuadranKinerjaNilai"};
constexpr NamePair kRatings[] = {{"hasilKinerjaNilai", "hasilKinerjaNilai"},
                                 {"perilakuKerjaNilai", "perilakuKerjaNilai"}};
constexpr NamePair kSkp22Texts[] = {
    {"penilaiGolongan", "penilaiGolonganId"}, {"penilaiJabatan", "penilaiJabatanNm"},
    {"penilaiNama", "namaPenilai"},           {"penilaiNipNrp", "nipNrpPenilai"},
    {"penilaiUnorNama", "penilaiUnorNm"},     {"statusPenilai", "statusPenilai"}};
constexpr NamePair kPeriodikTexts[] = {{"koefisienId", "koefisenId"},
                                       {"penilaiGolongan", "penilaiGolonganId"},
                                       {"penilaiJabatanNama", "penilaiJabatanNama"},
                                       {"penilaiNama", "namaPenilai"},
                                       {"penilaiNipNrp", "penilaiNipNrp"},
                                       {"penilaiUnorNama", "penilaiUnorNm"},
                                       {"statusPenilai", "statusPenilai"}};
constexpr NamePair kCreditTexts[] = {{"nomorSk", "nomorSk"},
                                     {"tanggalSk", "tanggalSk"},
                                     {"rwJabatanId", "rwJabatan"},
                                     {"isKonversi", "isKonversi"}};

bool SameNumber(const Json& body, const Json& row, const NamePair& name) {
  const auto wanted = IntIn(body, name.saved);
  return wanted && wanted == IntIn(row, name.read);
}

template <size_t kCount>
bool SameNumbers(const Json& body, const Json& row, const NamePair (&names)[kCount]) {
  return std::all_of(std::begin(names), std::end(names),
                     [&](const NamePair& name) { return SameNumber(body, row, name); });
}

template <size_t kCount>
bool SameTexts(const Json& body, const Json& row, const NamePair (&names)[kCount]) {
  return std::all_of(std::begin(names), std::end(names), [&](const NamePair& name) {
    const std::string wanted = schema::Fold(TextIn(body, name.saved));
    return wanted.empty() || wanted == schema::Fold(TextIn(row, name.read));
  });
}

bool SameRatings(const Json& body, const Json& row) {
  return SameNumbers(body, row, kRatings) && SameNumber(body, row, kQuadrant);
}

// The year of a kinerjaperiodik. The published list of its columns has no `tahun`.
std::optional<int> YearOf(const Json& row) {
  const auto tahun = IntIn(row, "tahun");
  return tahun ? tahun : IntIn(row, "tahunMulaiPenilaian");
}

// A decimal without zeros at its end: SIASN stores three places.
std::string PlainDecimal(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::string BodyForUpdate(std::string_view kind, std::string_view body, std::string_view target_id,
                          const Json* row) {
  auto json = ParseJson(body);
  if (!json || !json->is_object()) return std::string(body);
  (*json)["id"] = target_id.empty() ? Json(nullptr) : Json(std::string(target_id));
  if (kind == kAngkaKredit && row != nullptr) {
    for (const NamePair& name : kCreditTexts) {
      if (name.saved == "isKonversi" || !TextIn(*json, name.saved).empty()) continue;
      (*json)[std::string(name.saved)] = TextIn(*row, name.read);
    }
  }
  return WriteJson(*json);
}

bool IsSameEffect(std::string_view kind, const Json& body, const Json& row) {
  if (kind == kSkp22) return SameNumber(body, row, {"tahun", "tahun"});
  if (kind == kPeriodik) {
    constexpr NamePair kNames[] = {{"bulanMulaiPenilaian", "bulanMulaiPenilaian"},
                                   {"bulanSelesaiPenilaian", "bulanSelesaiPenilaian"}};
    const auto tahun = IntIn(body, "tahun");
    return tahun && tahun == YearOf(row) && SameNumbers(body, row, kNames);
  }
  constexpr NamePair kNames[] = {{"tahunMulaiPenailan", "tahunMulaiPenailan"},
                                 {"bulanMulaiPenailan", "bulanMulaiPenailan"},
                                 {"tahunSelesaiPenailan", "tahunSelesaiPenailan"},
                                 {"bulanSelesaiPenailan", "bulanSelesaiPenailan"}};
  return SameNumbers(body, row, kNames) && TextIn(row, "isKonversi") == "1";
}

bool IsReadable(std::string_view kind, const Json& row) {
  return kind != kPeriodik || YearOf(row).has_value();
}

bool HoldsContent(std::string_view kind, const Json& body, const Json& row) {
  const auto document = ReadWanted(body);
  if (document && !HasDocument(*document, row)) return false;
  if (kind == kSkp22) return SameRatings(body, row) && SameTexts(body, row, kSkp22Texts);
  if (kind == kPeriodik) return SameRatings(body, row) && SameTexts(body, row, kPeriodikTexts);
  return SameTexts(body, row, kCreditTexts) && PlainDecimal(TextIn(body, "kreditBaruTotal")) ==
                                                   PlainDecimal(TextIn(row, "kreditBaruTotal"));
}

std::optional<int> OtherQuadrant(const Json& body, const Json& row) {
  if (!SameNumbers(body, row, kRatings) || SameNumber(body, row, kQuadrant)) return std::nullopt;
  return IntIn(row, kQuadrant.read);
}

}  // namespace kinerja::adapters::bkn
