// Scores of the older regimes: what people reached, and the totals that follow from it.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/generate/shape.h"
#include "gateway/validate/validate.h"

namespace kinerja::generate {
namespace {

// The aspects of each regime; kepemimpinan counts for structural posts only (skp-model §1.2).
constexpr v1::AspekPerilakuLama kPp46[] = {
    v1::ASPEK_PERILAKU_LAMA_ORIENTASI_PELAYANAN, v1::ASPEK_PERILAKU_LAMA_INTEGRITAS,
    v1::ASPEK_PERILAKU_LAMA_KOMITMEN, v1::ASPEK_PERILAKU_LAMA_DISIPLIN,
    v1::ASPEK_PERILAKU_LAMA_KERJA_SAMA};
constexpr v1::AspekPerilakuLama kPp30[] = {
    v1::ASPEK_PERILAKU_LAMA_ORIENTASI_PELAYANAN, v1::ASPEK_PERILAKU_LAMA_KOMITMEN,
    v1::ASPEK_PERILAKU_LAMA_INISIATIF_KERJA, v1::ASPEK_PERILAKU_LAMA_KERJA_SAMA};

// The whole period at once, as the forms of that time had it.
void AddRealisation(const Shape& shape, const v1::Indikator& indikator, Random* random,
                    v1::Skp* skp) {
  int64_t target = 0;
  if (!absl::SimpleAtoi(indikator.target().nilai(), &target)) return;
  v1::Realisasi* realisasi = skp->add_realisasi();
  realisasi->set_indikator_id(indikator.indikator_id());
  v1::PeriodeBagian* periode = realisasi->mutable_periode();
  periode->set_tahun(static_cast<int32_t>(shape.mulai.year()));
  periode->set_jenis(shape.jenis);
  periode->set_urutan(shape.urutan);
  if (indikator.aspek() == v1::ASPEK_KUALITAS) target -= random->Between(2, 18);
  if (indikator.aspek() == v1::ASPEK_BIAYA) target -= target / 100 * random->Below(20);
  v1::Nilai* nilai = realisasi->mutable_nilai();
  nilai->set_jenis(v1::JENIS_NILAI_ANGKA);
  nilai->set_nilai(absl::StrCat(target));
  nilai->set_satuan(indikator.target().satuan());
}

}  // namespace

void FillLegacyScores(const Shape& shape, Random* random, v1::Skp* skp) {
  for (v1::Rhk& rhk : *skp->mutable_rhk()) {
    for (const v1::Indikator& indikator : rhk.indikator()) {
      AddRealisation(shape, indikator, random, skp);
    }
    rhk.set_ak_realisasi(rhk.ak_target());
  }
  v1::NilaiLama* nilai = skp->mutable_nilai_lama();
  const bool pp46 = shape.regime == v1::REGIME_PP46_2011;
  nilai->set_skala(pp46 ? 100 : 120);
  const auto add = [&](v1::AspekPerilakuLama aspek) {
    v1::PerilakuLama* perilaku = nilai->add_perilaku();
    perilaku->set_aspek(aspek);
    // Drawn one after the other: the order of arguments is the compiler's.
    const int whole = random->Between(84, 95);
    perilaku->set_nilai(absl::StrCat(whole, random->Chance(50) ? ".5" : ""));
  };
  if (pp46) {
    for (v1::AspekPerilakuLama aspek : kPp46) add(aspek);
  } else {
    for (v1::AspekPerilakuLama aspek : kPp30) add(aspek);
    // Its formula is not known to the end: the two parts come from the program that reported them.
    nilai->mutable_dilaporkan()->set_nilai_skp(absl::StrCat(random->Between(88, 112), ".25"));
    nilai->mutable_dilaporkan()->set_nilai_perilaku(absl::StrCat(random->Between(86, 110)));
  }
  // The rest that program computed as the gateway does.
  validate::Derive(skp);
  nilai->mutable_dilaporkan()->MergeFrom(nilai->dihitung());
}

}  // namespace kinerja::generate
