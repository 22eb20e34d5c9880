#include "gateway/generate/generator.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/check.h"
#include "gateway/generate/random.h"
#include "gateway/generate/shape.h"
#include "gateway/schema/normalise.h"
#include "gateway/validate/validate.h"

namespace kinerja::generate {
namespace {

// Persons have numbers below this; each kind of record has its own part of them.
constexpr uint64_t kPersons = 10'000'000;
constexpr uint64_t kFirstTypical = 5'000'000;
constexpr uint64_t kFirstWrong = 8'000'000;

// The first four digits of a NIK: the area without its dots.
std::string WilayahDigits(const std::string& kode_wilayah) {
  std::string digits;
  for (char c : kode_wilayah) {
    if (c >= '0' && c <= '9' && digits.size() < 4) digits.push_back(c);
  }
  digits.resize(4, '0');
  return digits;
}

Workplace MakeWorkplace(const reference::Snapshot& snapshot, const v1::UnitOrganisasi& unit,
                        const v1::Instansi& instansi) {
  Workplace place;
  place.kode_bkn = instansi.kode_bkn();
  place.nama_instansi = instansi.nama();
  place.wilayah = WilayahDigits(instansi.kode_wilayah());
  place.unor_id = unit.unor_id();
  place.nama_unor = unit.nama();
  place.npsn = unit.npsn();
  const v1::SatuanPendidikan* school = snapshot.FindSchool(unit.npsn());
  place.nama_satuan = school == nullptr ? unit.nama() : school->nama();
  return place;
}

bool Chosen(std::string_view instansi, const v1::UnitOrganisasi& unit) {
  return instansi.empty() || instansi == unit.kode_instansi();
}

v1::StatusSkp DrawStatus(const Shape& shape, Random* random) {
  struct Share {
    int until;
    v1::StatusSkp status;
  };
  constexpr Share kOlder[] = {{20, v1::STATUS_SKP_DISETUJUI},
                              {50, v1::STATUS_SKP_DINILAI_TAHUNAN},
                              {100, v1::STATUS_SKP_FINAL}};
  constexpr Share kNow[] = {{6, v1::STATUS_SKP_DRAFT},
                            {18, v1::STATUS_SKP_DIAJUKAN},
                            {23, v1::STATUS_SKP_DIKEMBALIKAN},
                            {45, v1::STATUS_SKP_DISETUJUI},
                            {60, v1::STATUS_SKP_BERJALAN},
                            {72, v1::STATUS_SKP_DINILAI_PERIODIK},
                            {82, v1::STATUS_SKP_DINILAI_TAHUNAN},
                            {85, v1::STATUS_SKP_KEBERATAN},
                            {97, v1::STATUS_SKP_FINAL},
                            {100, v1::STATUS_SKP_DIBATALKAN}};
  const int draw = random->Below(100);
  const auto find = [draw](const auto& shares) {
    const Share* share = shares;
    while (share->until <= draw) ++share;
    return share->status;
  };
  return shape.berakhlak() ? find(kNow) : find(kOlder);
}

Role DrawRole(bool with_offices, Random* random) {
  const int draw = random->Below(100);
  if (draw < 4 && with_offices) return Role::kKepalaDinas;
  if (draw < 12) return Role::kKepalaSekolah;
  return draw < 25 ? Role::kPengadministrasi : Role::kGuru;
}

// PPPK and honorary teachers came under the SKP in 2022 (skp-model §1).
v1::StatusKepegawaian DrawEmployment(const Shape& shape, Random* random) {
  if (shape.role != Role::kGuru || !shape.berakhlak()) return v1::STATUS_KEPEGAWAIAN_PNS;
  const int draw = random->Below(100);
  if (draw < 30) return v1::STATUS_KEPEGAWAIAN_PPPK;
  return draw < 34 ? v1::STATUS_KEPEGAWAIAN_NON_ASN : v1::STATUS_KEPEGAWAIAN_PNS;
}

Shape DrawShape(bool with_offices, Random* random) {
  Shape shape;
  DrawPeriod(random, &shape);
  shape.role = DrawRole(with_offices, random);
  if (!shape.berakhlak() && shape.role == Role::kKepalaDinas) shape.role = Role::kGuru;
  shape.status_kepegawaian = DrawEmployment(shape, random);
  shape.status = DrawStatus(shape, random);
  shape.rhk = random->Between(3, 10);
  shape.incomplete = shape.status == v1::STATUS_SKP_DRAFT && random->Chance(40);
  if (shape.berakhlak() && !shape.pmm() && random->Chance(20)) {
    shape.pendekatan = v1::PENDEKATAN_KUALITATIF;
  }
  if (shape.jenis == v1::JENIS_PERIODE_TAHUN && shape.berakhlak() && random->Chance(10) &&
      shape.status_kepegawaian != v1::STATUS_KEPEGAWAIAN_NON_ASN) {
    shape.kelengkapan = v1::KELENGKAPAN_HASIL_SAJA;
    shape.status =
        random->Chance(30) ? v1::STATUS_SKP_DINILAI_PERIODIK : v1::STATUS_SKP_DINILAI_TAHUNAN;
  }
  return shape;
}

// The predikat that the matrix gives; reported right by whoever computed it.
void ReportPredikat(v1::Skp* skp) {
  validate::Derive(skp);
  for (v1::Evaluasi& evaluasi : *skp->mutable_evaluasi()) {
    evaluasi.set_predikat_dilaporkan(evaluasi.predikat_dihitung());
  }
}

void FillHead(const Shape& shape, v1::Skp* skp) {
  skp->set_kelengkapan(shape.kelengkapan);
  skp->set_regime(shape.regime);
  v1::Periode* periode = skp->mutable_periode();
  periode->set_tahun(static_cast<int32_t>(shape.mulai.year()));
  periode->set_mulai(Iso(shape.mulai));
  periode->set_selesai(Iso(shape.selesai));
  periode->set_jenis(shape.jenis);
  periode->set_urutan(shape.urutan);
}

}  // namespace

std::string Iso(absl::CivilDay day) { return absl::FormatCivilTime(day); }

void DrawPeriod(Random* random, Shape* shape) {
  struct Cycle {
    int until;
    v1::Regime regime;
    v1::JenisPeriode jenis;
    int urutan;
    absl::CivilDay mulai;
    absl::CivilDay selesai;
  };
  using absl::CivilDay;
  constexpr v1::Regime kNow = v1::REGIME_PERMENPANRB6_2022;
  constexpr v1::JenisPeriode kYear = v1::JENIS_PERIODE_TAHUN;
  constexpr v1::JenisPeriode kHalf = v1::JENIS_PERIODE_SEMESTER;
  static constexpr Cycle kCycles[] = {
      {28, kNow, kHalf, 1, CivilDay(2024, 1, 1), CivilDay(2024, 6, 30)},
      {50, kNow, kHalf, 2, CivilDay(2024, 7, 1), CivilDay(2024, 12, 31)},
      {76, kNow, kYear, 1, CivilDay(2025, 1, 1), CivilDay(2025, 12, 31)},
      {80, kNow, kYear, 1, CivilDay(2023, 1, 1), CivilDay(2023, 12, 31)},
      {84, kNow, kYear, 1, CivilDay(2022, 1, 1), CivilDay(2022, 12, 31)},
      {86, kNow, v1::JENIS_PERIODE_KHUSUS, 0, CivilDay(2025, 2, 3), CivilDay(2025, 9, 30)},
      {90, v1::REGIME_PP46_2011, kYear, 1, CivilDay(2019, 1, 1), CivilDay(2019, 12, 31)},
      {94, v1::REGIME_PP46_2011, kYear, 1, CivilDay(2020, 1, 1), CivilDay(2020, 12, 31)},
      {96, v1::REGIME_PP46_2011, kHalf, 1, CivilDay(2021, 1, 1), CivilDay(2021, 6, 30)},
      {100, v1::REGIME_PP30_2019, kHalf, 2, CivilDay(2021, 7, 1), CivilDay(2021, 12, 31)},
  };
  const int draw = random->Below(100);
  const Cycle* cycle = kCycles;
  while (cycle->until <= draw) ++cycle;
  shape->regime = cycle->regime;
  shape->jenis = cycle->jenis;
  shape->urutan = cycle->urutan;
  shape->mulai = cycle->mulai;
  shape->selesai = cycle->selesai;
}

bool Generator::HasUnits(const reference::Snapshot& snapshot, std::string_view instansi) {
  for (const v1::UnitOrganisasi& unit : snapshot.all_units()) {
    if (unit.aktif() && Chosen(instansi, unit) &&
        snapshot.FindInstansi(unit.kode_instansi()) != nullptr) {
      return true;
    }
  }
  return false;
}

Generator::Generator(uint64_t seed, const reference::Snapshot& snapshot, GeneratorOptions options)
    : seed_(seed), options_(std::move(options)) {
  for (const v1::UnitOrganisasi& unit : snapshot.all_units()) {
    const v1::Instansi* instansi = snapshot.FindInstansi(unit.kode_instansi());
    if (instansi == nullptr || !Chosen(options_.instansi, unit)) continue;
    std::vector<Workplace>& places =
        !unit.aktif() ? closed_ : (unit.npsn().empty() ? offices_ : schools_);
    places.push_back(MakeWorkplace(snapshot, unit, *instansi));
  }
  KJ_CHECK(!schools_.empty() || !offices_.empty());
}

const Workplace& Generator::PlaceFor(const Shape& shape, uint64_t number) const {
  const bool office = shape.form_a() || schools_.empty();
  const std::vector<Workplace>& places = office && !offices_.empty() ? offices_ : schools_;
  return places[MixSeed(number, seed_) % places.size()];
}

v1::Skp Generator::Build(const Shape& wanted, uint64_t number) const {
  Random random(MixSeed(seed_, number));
  Shape shape = wanted;
  const Workplace& place = PlaceFor(shape, number);
  // One instansi keeps one kind of periodic evaluation (skp-model §6.4).
  if (MixSeed(seed_, HashText(place.kode_bkn)) % 4 == 0) shape.bagian = v1::JENIS_PERIODE_BULAN;
  v1::Skp skp;
  skp.mutable_source()->set_system(options_.system);
  skp.mutable_source()->set_id(absl::StrCat("gen-", seed_, "-", number));
  skp.mutable_source()->set_version(1);
  FillHead(shape, &skp);
  FillPeople(shape, place, (MixSeed(seed_, 0) + number) % kPersons, &random, &skp);
  const bool plan = shape.kelengkapan == v1::KELENGKAPAN_LENGKAP;
  if (plan) FillPlan(shape, &random, &skp);
  FillCourse(shape, &random, &skp);
  const bool scored =
      shape.status == v1::STATUS_SKP_DINILAI_TAHUNAN || shape.status == v1::STATUS_SKP_FINAL;
  if (!shape.berakhlak() && scored) FillLegacyScores(shape, &random, &skp);
  ReportPredikat(&skp);
  schema::Normalise(&skp);  // what the gateway sets itself is not submitted
  return skp;
}

v1::Skp Generator::Next() {
  const uint64_t number = ++made_;
  Random random(MixSeed(~seed_, number));
  return Build(DrawShape(!offices_.empty(), &random), number);
}

v1::Skp Generator::Typical(uint64_t n) const {
  Shape shape;
  shape.mulai = absl::CivilDay(2024, 1, 1);
  shape.selesai = absl::CivilDay(2024, 6, 30);
  shape.rhk = 8;
  shape.indikator = 3;
  shape.terse = true;
  return Build(shape, kFirstTypical + n);
}

v1::Skp Generator::Wrong(v1::ErrorReason reason) {
  v1::Skp skp = Build(ShapeToBreak(reason), kFirstWrong + ++broken_);
  Break(reason, closed_.empty() ? nullptr : &closed_.front(), &skp);
  return skp;
}

std::vector<v1::ErrorReason> Generator::WrongWays() const {
  std::vector<v1::ErrorReason> reasons;
  for (v1::ErrorReason reason : BreakableReasons()) {
    if (reason != v1::ERROR_REASON_UNOR_INACTIVE || !closed_.empty()) reasons.push_back(reason);
  }
  return reasons;
}

}  // namespace kinerja::generate
