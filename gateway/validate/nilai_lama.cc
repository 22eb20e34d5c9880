#include "gateway/validate/nilai_lama.h"

#include <array>
#include <string_view>
#include <unordered_map>

#include "gateway/validate/days.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

using Number = std::optional<Decimal>;

constexpr Decimal kHundred = Decimal::Of(100'00);

// Realised numbers by indikator_id, where each indicator has exactly one: which of several periods
// a formula would take is not known.
class Realised {
 public:
  explicit Realised(const v1::Skp& skp) {
    for (const v1::Realisasi& realisasi : skp.realisasi()) {
      if (!realisasi.has_indikator_id()) continue;
      Number number;
      if (realisasi.nilai().jenis() == v1::JENIS_NILAI_ANGKA) {
        number = Decimal::Parse(realisasi.nilai().nilai());
      }
      const auto [entry, first] = by_id_.emplace(realisasi.indikator_id(), number);
      if (!first) entry->second = std::nullopt;
    }
  }

  Number Of(const v1::Indikator& indikator) const {
    const auto found = by_id_.find(indikator.indikator_id());
    return found == by_id_.end() ? std::nullopt : found->second;
  }

 private:
  std::unordered_map<std::string_view, Number> by_id_;
};

// The part of one aspect. Waktu and biaya pay for efficiency, up to 24 % of what was planned.
Decimal PartOf(v1::Aspek aspek, Decimal target, Decimal realised) {
  const Decimal percent = realised * kHundred / target;
  if (aspek == v1::ASPEK_KUANTITAS || aspek == v1::ASPEK_KUALITAS) return percent;
  const Decimal efficiency = kHundred - percent;
  const Decimal value = (Decimal::Of(1'76) * target - realised) * kHundred / target;
  if (efficiency <= Decimal::Of(24'00)) return value;
  return Decimal::Of(76'00) - (value - kHundred);
}

// Sum of the parts, and whether biaya is one of them; nothing where a part cannot be read.
struct Row {
  Decimal sum;
  bool with_biaya = false;
};
std::optional<Row> SumOf(const v1::Rhk& rhk, const Realised& realised) {
  if (rhk.indikator_size() == 0) return std::nullopt;
  Row row;
  for (const v1::Indikator& indikator : rhk.indikator()) {
    if (indikator.aspek() < v1::ASPEK_KUANTITAS || indikator.aspek() > v1::ASPEK_BIAYA) {
      return std::nullopt;
    }
    const Number target = Decimal::Parse(indikator.target().nilai());
    const Number reached = realised.Of(indikator);
    if (indikator.target().jenis() != v1::JENIS_NILAI_ANGKA || !target || !reached ||
        *target <= Decimal() || *reached < Decimal()) {
      return std::nullopt;
    }
    // A million times what was planned is a slip of the pen, and beyond what Decimal holds.
    if (*reached > *target * Decimal::Of(1'000'000'00)) return std::nullopt;
    row.sum = row.sum + PartOf(indikator.aspek(), *target, *reached);
    row.with_biaya = row.with_biaya || indikator.aspek() == v1::ASPEK_BIAYA;
  }
  return row;
}

// Extra duties: 1 to 3 give one point, 4 to 6 two, more three.
Decimal BonusFor(int tambahan) {
  return Decimal::Of(100 * (tambahan == 0 ? 0 : tambahan <= 3 ? 1 : tambahan <= 6 ? 2 : 3));
}

// Fills the rows; the average with the bonus where every row of the main duty could be computed.
Number RecomputeRows(const v1::Skp& skp, v1::AngkaNilaiLama* out) {
  const Realised realised(skp);
  Decimal total;
  int rows = 0;
  int tambahan = 0;
  bool complete = true;
  for (const v1::Rhk& rhk : skp.rhk()) {
    if (rhk.klasifikasi() == v1::KLASIFIKASI_TAMBAHAN) {
      ++tambahan;
      continue;
    }
    const std::optional<Row> row = SumOf(rhk, realised);
    complete = complete && row.has_value();
    if (!row) continue;
    const Decimal capaian = row->sum / Decimal::Of(row->with_biaya ? 4'00 : 3'00);
    v1::NilaiBaris* baris = out->add_baris();
    baris->set_rhk_id(rhk.rhk_id());
    baris->set_perhitungan(row->sum.Rounded());
    baris->set_nilai_capaian(capaian.Rounded());
    total = total + capaian;
    ++rows;
  }
  if (!complete || rows == 0) return std::nullopt;
  return total / Decimal::Of(int64_t{rows} * 100) + BonusFor(tambahan);
}

// Kepemimpinan counts for structural posts only; it is there for those alone, unless the post says
// otherwise.
bool CountsKepemimpinan(const v1::Pegawai& pegawai) {
  return pegawai.jenis_jabatan() != v1::JENIS_JABATAN_FUNGSIONAL_TERTENTU &&
         pegawai.jenis_jabatan() != v1::JENIS_JABATAN_PELAKSANA;
}

// The average of the five aspects of PP 46, and of kepemimpinan where it counts.
Number RecomputePerilaku(const v1::Skp& skp) {
  std::array<Number, v1::AspekPerilakuLama_ARRAYSIZE> scores;
  for (const v1::PerilakuLama& perilaku : skp.nilai_lama().perilaku()) {
    if (!v1::AspekPerilakuLama_IsValid(perilaku.aspek())) return std::nullopt;
    scores[static_cast<size_t>(perilaku.aspek())] = Decimal::Parse(perilaku.nilai());
  }
  Decimal sum;
  for (int aspek = v1::ASPEK_PERILAKU_LAMA_ORIENTASI_PELAYANAN;
       aspek <= v1::ASPEK_PERILAKU_LAMA_KERJA_SAMA; ++aspek) {
    const Number& score = scores[static_cast<size_t>(aspek)];
    if (!score) return std::nullopt;
    sum = sum + *score;
  }
  const Number& kepemimpinan = scores[v1::ASPEK_PERILAKU_LAMA_KEPEMIMPINAN];
  if (!kepemimpinan || !CountsKepemimpinan(skp.pegawai())) return sum / Decimal::Of(5'00);
  return (sum + *kepemimpinan) / Decimal::Of(6'00);
}

bool IsNear(Decimal a, Decimal b) { return a - b <= Decimal::Of(5) && b - a <= Decimal::Of(5); }

// PP 46 weighs 60 to 40; PP 30 70 to 30, or 60 to 40 where peers and subordinates rate too, which
// only the reported total can tell.
Decimal Prestasi(Decimal skp, Decimal perilaku, const Number& reported, FormulaLama formula) {
  const Decimal sixty = Decimal::Of(60) * skp + Decimal::Of(40) * perilaku;
  if (formula == FormulaLama::kPp46 || (reported && IsNear(sixty, *reported))) return sixty;
  return Decimal::Of(70) * skp + Decimal::Of(30) * perilaku;
}

}  // namespace

FormulaLama FormulaOf(const v1::Skp& skp) {
  const auto last = ParseDay(skp.periode().selesai());
  if (!last || *last > *ParseDay(kLastOfPp30)) return FormulaLama::kNone;
  return *last <= *ParseDay(kLastOfPp46) ? FormulaLama::kPp46 : FormulaLama::kPp30;
}

v1::AngkaNilaiLama Recompute(const v1::Skp& skp, FormulaLama formula) {
  v1::AngkaNilaiLama out;
  if (formula == FormulaLama::kNone || !skp.has_nilai_lama()) return out;
  const v1::AngkaNilaiLama& reported = skp.nilai_lama().dilaporkan();
  Number nilai_skp;
  Number perilaku;
  if (formula == FormulaLama::kPp46) {
    nilai_skp = RecomputeRows(skp, &out);
    perilaku = RecomputePerilaku(skp);
  }
  if (nilai_skp) out.set_nilai_skp(nilai_skp->Rounded());
  if (perilaku) out.set_nilai_perilaku(perilaku->Rounded());
  if (!nilai_skp) nilai_skp = Decimal::Parse(reported.nilai_skp());
  if (!perilaku) perilaku = Decimal::Parse(reported.nilai_perilaku());
  if (nilai_skp && perilaku) {
    const Decimal prestasi =
        Prestasi(*nilai_skp, *perilaku, Decimal::Parse(reported.nilai_prestasi()), formula);
    out.set_nilai_prestasi(prestasi.Rounded());
    out.set_sebutan(SebutanOf(prestasi, formula));
  }
  return out;
}

v1::SebutanLama SebutanOf(Decimal nilai_prestasi, FormulaLama formula) {
  if (formula == FormulaLama::kPp46) {
    // The bands are of whole numbers: round half up, then look up.
    const int64_t whole = nilai_prestasi.RoundedToWhole();
    if (whole >= 91) return v1::SEBUTAN_LAMA_SANGAT_BAIK;
    if (whole >= 76) return v1::SEBUTAN_LAMA_BAIK;
    if (whole >= 61) return v1::SEBUTAN_LAMA_CUKUP;
    return whole >= 51 ? v1::SEBUTAN_LAMA_KURANG : v1::SEBUTAN_LAMA_BURUK;
  }
  if (nilai_prestasi >= Decimal::Of(110'00)) return v1::SEBUTAN_LAMA_SANGAT_BAIK;
  if (nilai_prestasi >= Decimal::Of(90'00)) return v1::SEBUTAN_LAMA_BAIK;
  if (nilai_prestasi >= Decimal::Of(70'00)) return v1::SEBUTAN_LAMA_CUKUP;
  return nilai_prestasi >= Decimal::Of(50'00) ? v1::SEBUTAN_LAMA_KURANG
                                              : v1::SEBUTAN_LAMA_SANGAT_KURANG;
}

}  // namespace kinerja::validate
