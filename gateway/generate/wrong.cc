// Records broken in one named way: for each code the record it is to be broken in, and what breaks
// it.
#include <cstddef>
#include <string>

#include "gateway/generate/shape.h"
#include "google/protobuf/unknown_field_set.h"

namespace kinerja::generate {
namespace {

// The records that codes are broken in; all of them have what their codes need.
enum class Base {
  kAgreed,     // a plan, nothing after it
  kPeriodic,   // with periodic evaluations
  kEvaluated,  // with a yearly evaluation
  kLegacy,     // PP 46/2011 with its scores
};

struct Way {
  v1::ErrorReason reason;
  Base base;
  void (*apply)(const Workplace* closed, v1::Skp* skp);
};

// Replaces digits of the NIP, counted from 1 as the regulation does.
void PutDigits(size_t from, const std::string& digits, v1::Skp* skp) {
  skp->mutable_pegawai()->mutable_nip()->replace(from - 1, digits.size(), digits);
}

v1::Rhk* Row(v1::Skp* skp) { return skp->mutable_rhk(0); }
v1::Indikator* Measure(v1::Skp* skp) { return Row(skp)->mutable_indikator(0); }
v1::Evaluasi* Yearly(v1::Skp* skp) { return skp->mutable_evaluasi(skp->evaluasi_size() - 1); }
v1::BarisKompetensi* Competence(v1::Skp* skp) {
  return skp->mutable_pengembangan_kompetensi()->mutable_baris(0);
}

void CopyRow(v1::Skp* skp) {
  v1::Rhk* copy = skp->add_rhk();
  *copy = skp->rhk(0);
  copy->set_rhk_id("copy");
  copy->set_urutan(skp->rhk_size());
  for (v1::Indikator& indikator : *copy->mutable_indikator()) {
    indikator.set_indikator_id("copy-" + indikator.indikator_id());
  }
}

void MoveToClosedUnit(const Workplace& closed, v1::Skp* skp) {
  v1::Pegawai* pegawai = skp->mutable_pegawai();
  pegawai->mutable_instansi()->set_kode_bkn(closed.kode_bkn);
  pegawai->mutable_unor()->set_id(closed.unor_id);
  pegawai->mutable_unor()->set_nama(closed.nama_unor);
  pegawai->set_npsn(closed.npsn);
}

void MixKindsOfPeriod(v1::Skp* skp) {
  v1::Evaluasi* evaluasi = skp->add_evaluasi();
  *evaluasi = skp->evaluasi(0);
  v1::PeriodeBagian* periode = evaluasi->mutable_periode();
  const bool months = periode->jenis() == v1::JENIS_PERIODE_BULAN;
  periode->set_jenis(months ? v1::JENIS_PERIODE_TRIWULAN : v1::JENIS_PERIODE_BULAN);
  periode->set_urutan(months ? 4 : 12);
}

// Points that fit each other, with one activity `extra` points dearer or more of them.
void AddPoints(int rate, int count, v1::Skp* skp) {
  v1::BarisKompetensi* baris = Competence(skp);
  const int before = baris->poin();
  baris->set_poin_satuan(baris->poin_satuan() + rate);
  baris->set_jumlah(baris->jumlah() + count);
  baris->set_poin(baris->jumlah() * baris->poin_satuan());
  v1::PengembanganKompetensi* plan = skp->mutable_pengembangan_kompetensi();
  plan->set_total_poin(plan->total_poin() + baris->poin() - before);
}

// The evaluation of 2024 in February 2026.
void EvaluateLate(v1::Skp* skp) {
  Yearly(skp)->set_tanggal("2026-02-10");
  constexpr int64_t kSecond = 1770692400;  // 2026-02-10T03:00:00Z
  skp->mutable_riwayat_status()->rbegin()->mutable_waktu()->set_seconds(kSecond);
}

// Another word than the matrix has for these ratings.
void MisreportPredikat(v1::Skp* skp) {
  const bool good = Yearly(skp)->predikat_dilaporkan() == v1::PREDIKAT_BAIK;
  Yearly(skp)->set_predikat_dilaporkan(good ? v1::PREDIKAT_SANGAT_BAIK : v1::PREDIKAT_BAIK);
}

template <typename Enum>
Enum NoSuchValue() {
  return static_cast<Enum>(99);
}

constexpr Way kWays[] = {
    {v1::ERROR_REASON_NIP_FORMAT, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_pegawai()->mutable_nip()->pop_back(); }},
    {v1::ERROR_REASON_NIP_BIRTHDATE, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { PutDigits(5, "0230", skp); }},
    {v1::ERROR_REASON_NIP_TMT, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { PutDigits(13, "15", skp); }},
    {v1::ERROR_REASON_NIP_GENDER, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { PutDigits(15, "3", skp); }},
    {v1::ERROR_REASON_NIP_SEQUENCE, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { PutDigits(16, "000", skp); }},
    {v1::ERROR_REASON_NIP_STATUS_CONFLICT, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_pegawai()->set_golongan("IX"); }},
    {v1::ERROR_REASON_NIK_FORMAT, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_pegawai()->set_nik("99010112"); }},
    {v1::ERROR_REASON_NPSN_FORMAT, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_pegawai()->set_npsn("6990"); }},
    {v1::ERROR_REASON_ATASAN_MISSING, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->clear_penilai(); }},
    {v1::ERROR_REASON_ATASAN_SELF, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_penilai()->set_nip(skp->pegawai().nip()); }},
    {v1::ERROR_REASON_UNOR_UNKNOWN, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) {
       skp->mutable_pegawai()->mutable_unor()->set_id("UNOR-TIDAK-ADA");
       skp->mutable_pegawai()->mutable_unor()->set_nama("Unit yang tidak ada");
     }},
    {v1::ERROR_REASON_UNOR_INACTIVE, Base::kAgreed,
     [](const Workplace* closed, v1::Skp* skp) {
       if (closed != nullptr) MoveToClosedUnit(*closed, skp);
     }},
    {v1::ERROR_REASON_UNOR_MISMATCH, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_pegawai()->set_npsn("ZZ999999"); }},
    {v1::ERROR_REASON_PERIODE_INVALID, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_periode()->set_urutan(1); }},
    {v1::ERROR_REASON_PERIODE_NOT_STANDARD, Base::kPeriodic,
     [](const Workplace*, v1::Skp* skp) { MixKindsOfPeriod(skp); }},
    {v1::ERROR_REASON_REGIME_MISMATCH, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->set_regime(v1::REGIME_PP30_2019); }},
    {v1::ERROR_REASON_WINDOW_LATE, Base::kEvaluated,
     [](const Workplace*, v1::Skp* skp) { EvaluateLate(skp); }},
    {v1::ERROR_REASON_RHK_EMPTY, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { Row(skp)->clear_uraian(); }},
    {v1::ERROR_REASON_RHK_NO_UTAMA, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) {
       for (v1::Rhk& rhk : *skp->mutable_rhk()) rhk.set_klasifikasi(v1::KLASIFIKASI_TAMBAHAN);
     }},
    {v1::ERROR_REASON_RHK_DUPLICATE, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { CopyRow(skp); }},
    {v1::ERROR_REASON_RHK_INTERVENSI_MISSING, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { Row(skp)->clear_rhk_pimpinan(); }},
    {v1::ERROR_REASON_INDIKATOR_MISSING, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { Row(skp)->clear_indikator(); }},
    {v1::ERROR_REASON_ASPEK_UNKNOWN, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { Measure(skp)->clear_aspek(); }},
    {v1::ERROR_REASON_ASPEK_DUPLICATE, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) {
       v1::Indikator* second = Row(skp)->mutable_indikator(1);
       second->set_aspek(Measure(skp)->aspek());
       second->set_uraian(Measure(skp)->uraian());
     }},
    {v1::ERROR_REASON_ASPEK_REPEATED, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) {
       Row(skp)->mutable_indikator(1)->set_aspek(Measure(skp)->aspek());
     }},
    {v1::ERROR_REASON_TARGET_MISSING, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { Measure(skp)->clear_target(); }},
    {v1::ERROR_REASON_TARGET_UNPARSEABLE, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) {
       v1::Nilai* target = Measure(skp)->mutable_target();
       target->Clear();
       target->set_jenis(v1::JENIS_NILAI_TEKS);
       target->set_mentah("secukupnya");
     }},
    {v1::ERROR_REASON_PERILAKU_INCOMPLETE, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_perilaku()->RemoveLast(); }},
    {v1::ERROR_REASON_PERILAKU_DUPLICATE, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) {
       skp->add_perilaku()->set_nilai_inti(v1::NILAI_INTI_LOYAL);
     }},
    {v1::ERROR_REASON_RATING_UNKNOWN, Base::kEvaluated,
     [](const Workplace*, v1::Skp* skp) {
       Yearly(skp)->set_rating_hasil(NoSuchValue<v1::Rating>());
     }},
    {v1::ERROR_REASON_PREDIKAT_UNKNOWN, Base::kEvaluated,
     [](const Workplace*, v1::Skp* skp) {
       Yearly(skp)->set_predikat_dilaporkan(NoSuchValue<v1::Predikat>());
     }},
    {v1::ERROR_REASON_PREDIKAT_MISMATCH, Base::kEvaluated,
     [](const Workplace*, v1::Skp* skp) { MisreportPredikat(skp); }},
    {v1::ERROR_REASON_SCORE_MISMATCH, Base::kLegacy,
     [](const Workplace*, v1::Skp* skp) {
       skp->mutable_nilai_lama()->mutable_dilaporkan()->set_nilai_prestasi("50");
     }},
    {v1::ERROR_REASON_STATE_ILLEGAL, Base::kEvaluated,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_riwayat_status()->SwapElements(0, 1); }},
    {v1::ERROR_REASON_POIN_OUT_OF_RANGE, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { AddPoints(0, 20, skp); }},
    {v1::ERROR_REASON_POIN_MISMATCH, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) {
       v1::PengembanganKompetensi* plan = skp->mutable_pengembangan_kompetensi();
       plan->set_total_poin(plan->total_poin() + 1);
     }},
    {v1::ERROR_REASON_POIN_RATE_UNUSUAL, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { AddPoints(1, 0, skp); }},
    {v1::ERROR_REASON_ENUM_UNKNOWN, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) {
       skp->mutable_pegawai()->set_jenis_jabatan(NoSuchValue<v1::JenisJabatan>());
     }},
    {v1::ERROR_REASON_NUMBER_FORMAT, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) {
       v1::Nilai* target = Measure(skp)->mutable_target();
       target->set_jenis(v1::JENIS_NILAI_ANGKA);
       target->set_nilai("12,5");
     }},
    {v1::ERROR_REASON_DATE_FORMAT, Base::kEvaluated,
     [](const Workplace*, v1::Skp* skp) { Yearly(skp)->set_tanggal("2024-02-30"); }},
    {v1::ERROR_REASON_FIELD_REQUIRED, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_pegawai()->clear_nama(); }},
    {v1::ERROR_REASON_FIELD_TYPE, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { skp->mutable_pegawai()->set_nuptk("1833"); }},
    {v1::ERROR_REASON_FIELD_LENGTH, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { Row(skp)->set_uraian(std::string(2001, 'a')); }},
    {v1::ERROR_REASON_FIELD_RANGE, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) { Row(skp)->set_urutan(-1); }},
    {v1::ERROR_REASON_FIELD_UNKNOWN, Base::kAgreed,
     [](const Workplace*, v1::Skp* skp) {
       skp->GetReflection()->MutableUnknownFields(skp)->AddVarint(9999, 1);
     }},
};

const Way* FindWay(v1::ErrorReason reason) {
  for (const Way& way : kWays) {
    if (way.reason == reason) return &way;
  }
  return nullptr;
}

}  // namespace

std::vector<v1::ErrorReason> BreakableReasons() {
  std::vector<v1::ErrorReason> reasons;
  for (const Way& way : kWays) reasons.push_back(way.reason);
  return reasons;
}

Shape ShapeToBreak(v1::ErrorReason reason) {
  const Way* way = FindWay(reason);
  Shape shape;
  shape.mulai = absl::CivilDay(2024, 7, 1);
  shape.selesai = absl::CivilDay(2024, 12, 31);
  shape.urutan = 2;
  shape.indikator = 3;
  if (way == nullptr || way->base == Base::kAgreed) return shape;
  shape.status = way->base == Base::kPeriodic ? v1::STATUS_SKP_DINILAI_PERIODIK
                                              : v1::STATUS_SKP_DINILAI_TAHUNAN;
  if (way->base != Base::kLegacy) return shape;
  shape.regime = v1::REGIME_PP46_2011;
  shape.jenis = v1::JENIS_PERIODE_TAHUN;
  shape.urutan = 1;
  shape.mulai = absl::CivilDay(2019, 1, 1);
  shape.selesai = absl::CivilDay(2019, 12, 31);
  return shape;
}

bool Break(v1::ErrorReason reason, const Workplace* closed, v1::Skp* skp) {
  const Way* way = FindWay(reason);
  if (way == nullptr) return false;
  way->apply(closed, skp);
  return true;
}

}  // namespace kinerja::generate
