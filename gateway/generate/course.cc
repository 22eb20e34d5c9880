// The course of a record: how it came to its state, and what people recorded on the way.
#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/generate/shape.h"

namespace kinerja::generate {
namespace {

constexpr const char* kReturned[] = {"Tambahkan satu pelatihan mandiri",
                                     "Perjelas target dan satuannya",
                                     "Sesuaikan dengan RHK pimpinan"};
constexpr const char* kCancelled[] = {"Pegawai pindah instansi sebelum periode berjalan",
                                      "Dibuat ganda karena kekeliruan"};
constexpr const char* kFeedback[] = {"Sudah baik, lanjutkan",
                                     "Perlu bukti dukung yang lebih lengkap",
                                     "Pertahankan komunitas belajar"};
constexpr int64_t kDaySeconds = 86400;

// Who can act; the words of riwayat_status.oleh.
struct Actors {
  std::string pegawai;
  std::string penilai;
  std::string above;
  std::string admin = "198001012005011001";
};

Actors ActorsOf(const v1::Skp& skp) {
  Actors actors;
  const v1::Pegawai& pegawai = skp.pegawai();
  actors.pegawai = pegawai.nip().empty() ? absl::StrCat("nik:", pegawai.nik()) : pegawai.nip();
  actors.penilai = skp.penilai().nip();
  actors.above = skp.atasan_penilai().nip();  // empty: an elected leader
  return actors;
}

// Writes the history, one step after the other, and remembers the day.
class History {
 public:
  History(absl::CivilDay begin, Random* random, v1::Skp* skp)
      : day_(begin), random_(random), skp_(skp) {}

  absl::CivilDay day() const { return day_; }
  void Wait(int least, int most) { day_ += random_->Between(least, most); }
  // Never back in time.
  void GoTo(absl::CivilDay day) { day_ = std::max(day_, day); }

  void Add(v1::StatusSkp status, const std::string& who, const std::string& note = "") {
    v1::RiwayatStatus* step = skp_->add_riwayat_status();
    step->set_status(status);
    // Office hours in every zone of the country; later steps of a day come later.
    const int64_t second = 2 * 3600 + 600 * skp_->riwayat_status_size() + random_->Below(600);
    step->mutable_waktu()->set_seconds((day_ - absl::CivilDay(1970, 1, 1)) * kDaySeconds + second);
    step->set_oleh(who);
    step->set_catatan(note);
    skp_->set_status(status);
  }

 private:
  absl::CivilDay day_;
  Random* random_;
  v1::Skp* skp_;
};

// From the first word to the state of the shape, or to DISETUJUI when that comes later.
void Plan(const Shape& shape, const Actors& actors, Random* random, History* history) {
  history->Add(v1::STATUS_SKP_DRAFT, actors.pegawai);
  if (shape.status == v1::STATUS_SKP_DRAFT) return;
  history->Wait(0, 4);
  history->Add(v1::STATUS_SKP_DIAJUKAN, actors.pegawai);
  if (shape.status == v1::STATUS_SKP_DIKEMBALIKAN || (!shape.terse && random->Chance(20))) {
    history->Wait(0, 4);
    history->Add(v1::STATUS_SKP_DIKEMBALIKAN, actors.penilai, random->Pick(kReturned));
    if (shape.status == v1::STATUS_SKP_DIKEMBALIKAN) return;
    history->Wait(0, 2);
    history->Add(v1::STATUS_SKP_DIAJUKAN, actors.pegawai);
  } else if (!shape.terse && random->Chance(5)) {  // taken back, and handed in again
    history->Add(v1::STATUS_SKP_DRAFT, actors.pegawai);
    history->Wait(0, 2);
    history->Add(v1::STATUS_SKP_DIAJUKAN, actors.pegawai);
  }
  if (shape.status == v1::STATUS_SKP_DIAJUKAN) return;
  history->Wait(0, 4);
  history->Add(v1::STATUS_SKP_DISETUJUI, actors.penilai);
}

void FillRatings(Random* random, v1::Evaluasi* evaluasi) {
  constexpr v1::Rating kRatings[] = {v1::RATING_DI_ATAS_EKSPEKTASI, v1::RATING_SESUAI_EKSPEKTASI,
                                     v1::RATING_SESUAI_EKSPEKTASI, v1::RATING_SESUAI_EKSPEKTASI,
                                     v1::RATING_DI_BAWAH_EKSPEKTASI};
  evaluasi->set_rating_hasil(random->Pick(kRatings));
  evaluasi->set_rating_perilaku(random->Pick(kRatings));
}

void AddPeriodic(const Bagian& bagian, absl::CivilDay day, Random* random, v1::Skp* skp) {
  v1::Evaluasi* evaluasi = skp->add_evaluasi();
  evaluasi->set_jenis(v1::JENIS_EVALUASI_PERIODIK);
  *evaluasi->mutable_periode() = bagian.periode;
  FillRatings(random, evaluasi);
  evaluasi->set_tanggal(Iso(day));
}

void AddYearly(const Shape& shape, absl::CivilDay day, Random* random, v1::Skp* skp) {
  v1::Evaluasi* evaluasi = skp->add_evaluasi();
  evaluasi->set_jenis(v1::JENIS_EVALUASI_TAHUNAN);
  v1::PeriodeBagian* periode = evaluasi->mutable_periode();
  periode->set_tahun(static_cast<int32_t>(shape.mulai.year()));
  periode->set_jenis(shape.jenis);
  periode->set_urutan(shape.urutan);
  if (shape.jenis == v1::JENIS_PERIODE_KHUSUS) {
    periode->set_mulai(Iso(shape.mulai));
    periode->set_selesai(Iso(shape.selesai));
  }
  evaluasi->set_capaian_organisasi(v1::CAPAIAN_ORGANISASI_BAIK);
  FillRatings(random, evaluasi);
  evaluasi->set_tanggal(Iso(day));
  if (skp->has_penilai() && random->Chance(50)) *evaluasi->mutable_penilai() = skp->penilai();
  if (random->Chance(40)) evaluasi->set_catatan(random->Pick(kFeedback));
}

// Near the target, in its own form.
v1::Nilai Reached(const v1::Nilai& target, Random* random) {
  v1::Nilai reached;
  reached.set_jenis(v1::JENIS_NILAI_TEKS);
  reached.set_mentah("Terlaksana sesuai rencana");
  int64_t wanted = 0;
  if (target.jenis() == v1::JENIS_NILAI_TEKS || !absl::SimpleAtoi(target.nilai(), &wanted)) {
    return reached;
  }
  reached.Clear();
  reached.set_jenis(v1::JENIS_NILAI_ANGKA);
  reached.set_nilai(absl::StrCat(std::max<int64_t>(0, wanted - random->Below(2))));
  reached.set_satuan(target.satuan());
  return reached;
}

void AddRealisation(const v1::Indikator& indikator, const Bagian& bagian, Random* random,
                    v1::Skp* skp) {
  v1::Realisasi* realisasi = skp->add_realisasi();
  realisasi->set_indikator_id(indikator.indikator_id());
  *realisasi->mutable_periode() = bagian.periode;
  *realisasi->mutable_nilai() = Reached(indikator.target(), random);
  if (!random->Chance(25)) return;
  v1::Bukti* bukti = realisasi->add_bukti();
  bukti->set_uri(absl::StrCat("https://bukti.contoh-jaya.example/", indikator.indikator_id()));
  bukti->set_nama("Laporan kegiatan");
}

void AddFeedback(const v1::Indikator& indikator, const Bagian& bagian, Random* random,
                 v1::Skp* skp) {
  v1::UmpanBalik* umpan_balik = skp->add_umpan_balik();
  if (random->Chance(70)) {
    umpan_balik->set_indikator_id(indikator.indikator_id());
  } else {
    umpan_balik->set_nilai_inti(v1::NILAI_INTI_KOLABORATIF);
  }
  *umpan_balik->mutable_periode() = bagian.periode;
  umpan_balik->set_dari(random->Chance(80) ? v1::DARI_UMPAN_BALIK_PENILAI
                                           : v1::DARI_UMPAN_BALIK_REKAN);
  umpan_balik->set_teks(random->Pick(kFeedback));
}

void RecordPart(const Bagian& bagian, Random* random, v1::Skp* skp) {
  for (const v1::Rhk& rhk : skp->rhk()) {
    for (const v1::Indikator& indikator : rhk.indikator()) {
      if (random->Chance(60)) AddRealisation(indikator, bagian, random, skp);
      if (random->Chance(10)) AddFeedback(indikator, bagian, random, skp);
    }
    for (const v1::RencanaAksi& aksi : rhk.rencana_aksi()) {
      if (aksi.periode().urutan() != bagian.periode.urutan()) continue;
      v1::Realisasi* realisasi = skp->add_realisasi();
      realisasi->set_rencana_aksi_id(aksi.rencana_aksi_id());
      *realisasi->mutable_periode() = bagian.periode;
      *realisasi->mutable_nilai() = aksi.target();
    }
  }
}

// skp-model §9.5: one cycle of preparation, observation and follow-up.
void AddObservation(const Shape& shape, int steps, Random* random, v1::Skp* skp) {
  for (int step = 0; step < steps; ++step) {
    v1::ObservasiPraktik* observasi = skp->add_observasi();
    observasi->set_urutan(1);
    observasi->set_tahap(static_cast<v1::TahapObservasi>(v1::TAHAP_OBSERVASI_PERSIAPAN + step));
    observasi->set_tanggal(Iso(shape.mulai + 40 + 25 * step));
    if (observasi->tahap() != v1::TAHAP_OBSERVASI_PELAKSANAAN) continue;
    for (int target = 1; target <= 3; ++target) {
      v1::SkorObservasi* skor = observasi->add_skor();
      skor->set_target_perilaku(target);
      skor->set_nilai(static_cast<v1::NilaiObservasi>(random->Between(
          v1::NILAI_OBSERVASI_BELUM_DILAKUKAN, v1::NILAI_OBSERVASI_DILAKUKAN_EFEKTIF)));
    }
  }
}

// The open period: realisation, and periodic evaluations up to the one wanted.
void Run(const Shape& shape, const Actors& actors, Random* random, History* history, v1::Skp* skp) {
  history->GoTo(shape.mulai + 1);
  history->Add(v1::STATUS_SKP_BERJALAN, "sistem");
  const std::vector<Bagian> parts = PartsOf(shape);
  const bool ends_periodic = shape.status == v1::STATUS_SKP_DINILAI_PERIODIK;
  const int most = static_cast<int>(parts.size()) - (ends_periodic ? 0 : 1);
  // The older regimes knew the evaluation at the end only.
  int evaluated = shape.berakhlak() && most > 0 ? random->Between(0, most) : 0;
  if (ends_periodic) evaluated = std::max(evaluated, 1);
  for (int i = 0; i < evaluated; ++i) {
    const Bagian& bagian = parts[static_cast<size_t>(i)];
    RecordPart(bagian, random, skp);
    history->GoTo(bagian.selesai - random->Between(6, 8));
    history->Add(v1::STATUS_SKP_DINILAI_PERIODIK, actors.penilai);
    AddPeriodic(bagian, history->day(), random, skp);
    if (i + 1 == evaluated && ends_periodic) break;
    history->Wait(1, 3);
    history->Add(v1::STATUS_SKP_BERJALAN, "sistem");
  }
  if (shape.pmm() && random->Chance(50)) AddObservation(shape, random->Between(1, 4), random, skp);
}

void Object(const Actors& actors, History* history, v1::Skp* skp) {
  // Within 14 days of receipt (PP 30/2019 art. 59).
  history->Wait(1, 10);
  history->Add(v1::STATUS_SKP_KEBERATAN, actors.pegawai);
  v1::Keberatan* keberatan = skp->add_keberatan();
  keberatan->set_keberatan_id("k1");
  *keberatan->mutable_diajukan() = skp->riwayat_status().rbegin()->waktu();
  keberatan->set_alasan("Realisasi triwulan terakhir belum diperhitungkan");
}

void Decide(const Actors& actors, History* history, v1::Skp* skp) {
  history->Wait(2, 8);
  history->Add(v1::STATUS_SKP_FINAL, actors.above);
  v1::Keberatan* keberatan = skp->mutable_keberatan(0);
  keberatan->set_putusan("Hasil penilaian tetap");
  keberatan->set_diputus_oleh(actors.above);
}

// The end of the period: the yearly evaluation and what follows from it.
void Evaluate(const Shape& shape, const Actors& actors, Random* random, History* history,
              v1::Skp* skp) {
  if (const std::vector<Bagian> parts = PartsOf(shape); !parts.empty() && shape.berakhlak()) {
    RecordPart(parts.back(), random, skp);
  }
  history->GoTo(shape.selesai - random->Below(5));
  history->Add(v1::STATUS_SKP_DINILAI_TAHUNAN, actors.penilai);
  if (shape.berakhlak()) AddYearly(shape, history->day(), random, skp);
  if (shape.status == v1::STATUS_SKP_DINILAI_TAHUNAN) return;
  const bool objection =
      shape.status == v1::STATUS_SKP_KEBERATAN || (shape.berakhlak() && random->Chance(10));
  if (objection) {
    Object(actors, history, skp);
    if (shape.status == v1::STATUS_SKP_FINAL) Decide(actors, history, skp);
  } else if (random->Chance(50)) {
    history->Wait(1, 10);
    history->Add(v1::STATUS_SKP_FINAL, actors.pegawai);
  } else {
    history->Wait(15, 20);
    history->Add(v1::STATUS_SKP_FINAL, "sistem");
  }
}

// Withdrawn by the admin of the instansi, from whatever state it had reached.
void Cancel(const Actors& actors, Random* random, History* history) {
  history->Wait(1, 10);
  history->Add(v1::STATUS_SKP_DIBATALKAN, actors.admin, random->Pick(kCancelled));
}

// Results only (skp-model §11): evaluations of a year without the plan they belong to.
void FillResultsOnly(const Shape& shape, Random* random, v1::Skp* skp) {
  const bool yearly = shape.status == v1::STATUS_SKP_DINILAI_TAHUNAN;
  const std::vector<Bagian> parts = PartsOf(shape);
  const int periodic = random->Between(yearly ? 0 : 1, static_cast<int>(parts.size()));
  for (int i = 0; i < periodic; ++i) {
    const Bagian& bagian = parts[static_cast<size_t>(i)];
    AddPeriodic(bagian, bagian.selesai - 5, random, skp);
  }
  if (yearly) AddYearly(shape, shape.selesai, random, skp);
  History history(shape.selesai, random, skp);
  history.Add(shape.status, "sistem");
}

}  // namespace

void FillCourse(const Shape& shape, Random* random, v1::Skp* skp) {
  if (shape.kelengkapan == v1::KELENGKAPAN_HASIL_SAJA) {
    FillResultsOnly(shape, random, skp);
    return;
  }
  const Actors actors = ActorsOf(*skp);
  History history(shape.mulai + random->Between(2, 12), random, skp);
  Shape until = shape;
  if (shape.status == v1::STATUS_SKP_DIBATALKAN) {
    constexpr v1::StatusSkp kBefore[] = {v1::STATUS_SKP_DRAFT, v1::STATUS_SKP_DIAJUKAN,
                                         v1::STATUS_SKP_DISETUJUI, v1::STATUS_SKP_BERJALAN};
    until.status = random->Pick(kBefore);
  }
  Plan(until, actors, random, &history);
  if (until.status >= v1::STATUS_SKP_BERJALAN) Run(until, actors, random, &history, skp);
  if (until.status >= v1::STATUS_SKP_DINILAI_TAHUNAN) {
    Evaluate(until, actors, random, &history, skp);
  }
  if (shape.status == v1::STATUS_SKP_DIBATALKAN) Cancel(actors, random, &history);
}

std::vector<Bagian> PartsOf(const Shape& shape) {
  const int months = shape.bagian == v1::JENIS_PERIODE_BULAN ? 1 : 3;
  std::vector<Bagian> parts;
  for (int ordinal = 1; ordinal <= 12 / months; ++ordinal) {
    const absl::CivilMonth first(shape.mulai.year(), (ordinal - 1) * months + 1);
    const absl::CivilDay begin(first);
    const absl::CivilDay end = absl::CivilDay(first + months) - 1;
    if (begin < shape.mulai || end > shape.selesai) continue;
    Bagian bagian;
    bagian.periode.set_tahun(static_cast<int32_t>(shape.mulai.year()));
    bagian.periode.set_jenis(shape.bagian);
    bagian.periode.set_urutan(ordinal);
    bagian.selesai = end;
    parts.push_back(std::move(bagian));
  }
  return parts;
}

}  // namespace kinerja::generate
