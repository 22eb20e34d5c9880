// The plan: RHK with indicators and targets, behaviour, annex, competence points.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gateway/generate/shape.h"
#include "gateway/validate/validate.h"

namespace kinerja::generate {
namespace {

struct Result {
  const char* uraian;
  const char* satuan;
};

constexpr Result kTeacher[] = {
    {"Tersusunnya perangkat ajar sesuai capaian pembelajaran", "dokumen"},
    {"Terlaksananya pembelajaran sesuai jadwal", "pertemuan"},
    {"Terlaksananya asesmen hasil belajar murid", "asesmen"},
    {"Tersusunnya laporan hasil belajar murid", "laporan"},
    {"Terlaksananya program pengayaan dan remedial", "kegiatan"},
    {"Terlaksananya pendampingan literasi murid", "kegiatan"},
    {"Terlaksananya pendampingan numerasi murid", "kegiatan"},
    {"Tersusunnya modul projek kokurikuler", "modul"},
    {"Terlaksananya komunikasi dengan orang tua murid", "pertemuan"},
    {"Terkelolanya bank soal mata pelajaran", "paket"},
};
constexpr Result kHead[] = {
    {"Tersusunnya rencana kerja tahunan sekolah", "dokumen"},
    {"Terlaksananya supervisi akademik guru", "guru"},
    {"Terkelolanya anggaran sekolah secara akuntabel", "laporan"},
    {"Terlaksananya komunitas belajar guru", "pertemuan"},
    {"Meningkatnya iklim keamanan sekolah", "kegiatan"},
    {"Terlaksananya kemitraan dengan komite sekolah", "pertemuan"},
    {"Terlaksananya pemanfaatan hasil asesmen nasional", "dokumen"},
    {"Terpenuhinya sarana belajar sesuai kebutuhan", "unit"},
    {"Terlaksananya penerimaan murid baru yang objektif", "kegiatan"},
    {"Tersusunnya laporan kinerja sekolah", "laporan"},
};
constexpr Result kClerk[] = {
    {"Tersusunnya laporan keuangan sekolah", "laporan"},
    {"Terkelolanya arsip surat masuk dan keluar", "surat"},
    {"Terkelolanya data pokok pendidikan", "data"},
    {"Terinventarisasinya barang milik daerah", "barang"},
    {"Tersusunnya daftar hadir pegawai", "daftar"},
    {"Terlayaninya permohonan legalisir", "berkas"},
    {"Terkelolanya buku induk murid", "buku"},
    {"Tersusunnya laporan bulanan sekolah", "laporan"},
    {"Terlaksananya layanan tata usaha", "layanan"},
    {"Tersusunnya usulan kenaikan pangkat", "usulan"},
};
constexpr Result kOffice[] = {
    {"Meningkatnya angka partisipasi sekolah", "%"},
    {"Meningkatnya mutu layanan pendidikan kabupaten", "%"},
    {"Meningkatnya kualifikasi guru", "%"},
    {"Terlaksananya pemerataan guru antarsekolah", "sekolah"},
    {"Meningkatnya akuntabilitas kinerja dinas", "dokumen"},
    {"Terlaksananya penyaluran bantuan operasional sekolah", "sekolah"},
    {"Menurunnya angka putus sekolah", "%"},
    {"Terpenuhinya standar pelayanan minimal pendidikan", "%"},
    {"Terlaksananya penataan kelembagaan sekolah", "sekolah"},
    {"Meningkatnya kepuasan penerima layanan", "%"},
};
constexpr const char* kSuperior[] = {
    "Meningkatnya kualitas pembelajaran di satuan pendidikan",
    "Meningkatnya mutu layanan pendidikan kabupaten",
    "Terlaksananya layanan administrasi sekolah yang tertib",
    "Meningkatnya capaian literasi dan numerasi",
};
constexpr Result kExtra[] = {
    {"Terlaksananya tugas wali kelas", "laporan"},
    {"Terlaksananya tugas panitia penerimaan murid baru", "kegiatan"},
    {"Terlaksananya pembinaan ekstrakurikuler", "kegiatan"},
};
constexpr v1::JenisTugasTambahan kExtraKinds[] = {
    v1::JENIS_TUGAS_TAMBAHAN_WALI_KELAS,
    v1::JENIS_TUGAS_TAMBAHAN_LAINNYA,
    v1::JENIS_TUGAS_TAMBAHAN_PEMBINA_EKSTRAKURIKULER,
};
struct Practice {
  const char* kode;
  const char* nama;
};
constexpr Practice kPractices[] = {
    {"D.1.1", "Keteraturan suasana kelas"},
    {"D.1.2", "Penerapan disiplin positif"},
    {"D.1.3", "Umpan balik konstruktif"},
    {"D.2.1", "Perhatian dan kepedulian"},
};
// By number of PeranKompetensi; the programme has no known points and is left out (skp-model §9.4).
constexpr Result kCompetence[] = {
    {"Meningkatnya kompetensi sebagai peserta pelatihan mandiri", "pelatihan"},
    {"Meningkatnya kompetensi sebagai partisipan observasi sejawat", "observasi"},
    {"Meningkatnya kompetensi sebagai penggerak komunitas belajar", "komunitas"},
    {"Meningkatnya kompetensi sebagai narasumber berbagi praktik baik", "kegiatan"},
    {"Meningkatnya kompetensi sebagai peserta berbagi praktik baik", "kegiatan"},
};
constexpr const char* kPerspectives[] = {"penerima layanan", "proses bisnis", "penguatan internal",
                                         "anggaran"};
constexpr const char* kQualities[] = {"Kesesuaian dengan pedoman", "Ketepatan isi tanpa perbaikan",
                                      "Kepuasan penerima layanan"};
constexpr const char* kExpectations[] = {
    "Melayani murid dan wali murid dengan ramah", "Menyelesaikan tugas tepat waktu dan tertib",
    "Berbagi pengetahuan dengan rekan sejawat", "Mencoba satu cara baru tiap triwulan"};

// Draws rows of a list without repeating one; longer than the list, they carry a number.
class Deck {
 public:
  Deck(const Result* rows, size_t size, Random* random)
      : rows_(rows),
        size_(size),
        next_(static_cast<size_t>(random->Below(static_cast<int>(size)))) {}

  Result Row() const { return rows_[(next_ + drawn_) % size_]; }
  std::string Text() const {
    const size_t round = drawn_ / size_;
    return round == 0 ? Row().uraian : absl::StrCat(Row().uraian, " tahap ", round + 1);
  }
  void Draw() { ++drawn_; }

 private:
  const Result* rows_;
  size_t size_;
  size_t next_;
  size_t drawn_ = 0;
};

Deck DeckOf(Role role, Random* random) {
  switch (role) {
    case Role::kKepalaSekolah:
      return {kHead, std::size(kHead), random};
    case Role::kPengadministrasi:
      return {kClerk, std::size(kClerk), random};
    case Role::kKepalaDinas:
      return {kOffice, std::size(kOffice), random};
    case Role::kGuru:
      break;
  }
  return {kTeacher, std::size(kTeacher), random};
}

void SetNumber(const std::string& value, const std::string& satuan, v1::Nilai* nilai) {
  nilai->set_jenis(v1::JENIS_NILAI_ANGKA);
  nilai->set_nilai(value);
  nilai->set_satuan(satuan);
}

void SetRange(const std::string& low, const std::string& high, const std::string& satuan,
              v1::Nilai* nilai) {
  nilai->set_jenis(v1::JENIS_NILAI_RENTANG);
  nilai->set_nilai(low);
  nilai->set_nilai_maks(high);
  nilai->set_satuan(satuan);
}

int MonthsOf(const Shape& shape) {
  return static_cast<int>(absl::CivilMonth(shape.selesai) - absl::CivilMonth(shape.mulai)) + 1;
}

void FillTarget(const Shape& shape, v1::Aspek aspek, const char* satuan, Random* random,
                v1::Nilai* target) {
  // The formulas of the older regimes take one number for each aspect (skp-model §1.2).
  const bool vary = shape.berakhlak() && !shape.terse;
  switch (aspek) {
    case v1::ASPEK_KUALITAS:
      if (vary && random->Chance(30)) return SetRange("90", "100", "%", target);
      return SetNumber(vary && random->Chance(20) ? "97.5" : "100", "%", target);
    case v1::ASPEK_WAKTU:
      if (vary && random->Chance(5)) {
        target->set_jenis(v1::JENIS_NILAI_TEKS);
        target->set_mentah("Sesuai kalender pendidikan");
        return;
      }
      return SetNumber(absl::StrCat(MonthsOf(shape)), "bulan", target);
    case v1::ASPEK_BIAYA:
      return SetNumber(absl::StrCat(random->Between(10, 80) * 50000), "rupiah", target);
    default:
      break;
  }
  const int count = random->Between(1, 24);
  if (vary && random->Chance(15)) {
    return SetRange(absl::StrCat(count), absl::StrCat(count + 4), satuan, target);
  }
  SetNumber(absl::StrCat(count), satuan, target);
  if (vary && random->Chance(25)) target->set_mentah(absl::StrCat(count, " ", satuan));
}

std::string MeasureOf(v1::Aspek aspek, const char* satuan, Random* random) {
  switch (aspek) {
    case v1::ASPEK_KUALITAS:
      return random->Pick(kQualities);
    case v1::ASPEK_WAKTU:
      return "Penyelesaian dalam periode";
    case v1::ASPEK_BIAYA:
      return "Anggaran yang digunakan";
    default:
      return absl::StrCat("Jumlah ", satuan, " yang diselesaikan");
  }
}

void AddIndicators(const Shape& shape, const char* satuan, int count, Random* random,
                   v1::Rhk* rhk) {
  if (shape.indikator != 0) count = shape.indikator;
  for (int i = 0; i < count; ++i) {
    v1::Indikator* indikator = rhk->add_indikator();
    indikator->set_indikator_id(absl::StrCat(rhk->rhk_id(), "-", i + 1));
    const auto aspek = static_cast<v1::Aspek>(v1::ASPEK_KUANTITAS + i);
    indikator->set_uraian(MeasureOf(aspek, satuan, random));
    // Measure and target are one narrative (skp-model §2).
    if (shape.pendekatan == v1::PENDEKATAN_KUALITATIF) continue;
    if (shape.form_a()) {
      indikator->set_perspektif(kPerspectives[i]);
    } else {
      indikator->set_aspek(aspek);
    }
    FillTarget(shape, aspek, satuan, random, indikator->mutable_target());
  }
}

v1::Rhk* AddRhk(const std::string& uraian, v1::Klasifikasi klasifikasi, v1::Skp* skp) {
  v1::Rhk* rhk = skp->add_rhk();
  rhk->set_rhk_id(absl::StrCat("r", skp->rhk_size()));
  rhk->set_urutan(skp->rhk_size());
  rhk->set_klasifikasi(klasifikasi);
  rhk->set_uraian(uraian);
  return rhk;
}

void AddAction(const Shape& shape, Random* random, v1::Rhk* rhk) {
  for (const Bagian& bagian : PartsOf(shape)) {
    if (!random->Chance(50)) continue;
    v1::RencanaAksi* aksi = rhk->add_rencana_aksi();
    aksi->set_rencana_aksi_id(absl::StrCat(rhk->rhk_id(), "-a", rhk->rencana_aksi_size()));
    *aksi->mutable_periode() = bagian.periode;
    aksi->set_uraian("Menyelesaikan bagian yang direncanakan dan mengumpulkan bukti dukung");
    SetNumber("1", "kegiatan", aksi->mutable_target());
  }
}

// One row that supports a row of the superior; the kind of row every form has.
void AddOrdinary(const Shape& shape, Deck* deck, Random* random, v1::Skp* skp) {
  v1::Rhk* rhk = AddRhk(deck->Text(), v1::KLASIFIKASI_UTAMA, skp);
  const char* satuan = deck->Row().satuan;
  deck->Draw();
  if (shape.berakhlak() && !shape.form_a()) {
    rhk->mutable_rhk_pimpinan()->set_text(random->Pick(kSuperior));
  }
  // The older formulas divide by three parts at least (skp-model §1.2).
  const int measures = random->Between(shape.berakhlak() ? 1 : 3, 4);
  AddIndicators(shape, satuan, measures, random, rhk);
  if (shape.pmm()) rhk->set_kategori_pmm(v1::KATEGORI_PMM_TUGAS_POKOK);
  if (!shape.berakhlak()) {
    rhk->set_ak_target(absl::StrCat(random->Between(1, 9), ".5"));
  } else if (!shape.terse && random->Chance(20)) {
    AddAction(shape, random, rhk);
  }
}

void AddPractice(const Shape& shape, Random* random, v1::Skp* skp) {
  const Practice& practice = random->Pick(kPractices);
  v1::Rhk* rhk =
      AddRhk(absl::StrCat("Meningkatnya praktik: ", practice.nama), v1::KLASIFIKASI_UTAMA, skp);
  rhk->set_kategori_pmm(v1::KATEGORI_PMM_PRAKTIK);
  rhk->mutable_rhk_pimpinan()->set_text(kSuperior[0]);
  v1::DasarRapor* dasar = rhk->mutable_dasar_rapor();
  const bool recommended = random->Chance(75);
  dasar->set_sumber(recommended ? v1::SUMBER_INDIKATOR_RAPOR_PENDIDIKAN
                                : v1::SUMBER_INDIKATOR_PILIHAN_SENDIRI);
  dasar->set_direkomendasikan(recommended);
  dasar->set_kode(practice.kode);
  dasar->set_nama(practice.nama);
  dasar->set_capaian(random->Chance(50) ? v1::CAPAIAN_RAPOR_SEDANG : v1::CAPAIAN_RAPOR_KURANG);
  AddIndicators(shape, "siklus observasi", 3, random, rhk);
  v1::Nilai* cycles = rhk->mutable_indikator(0)->mutable_target();
  cycles->Clear();
  SetNumber("1", "siklus observasi", cycles);  // one cycle in a period (skp-model §9.5)
}

void AddExtra(const Shape& shape, size_t which, Random* random, v1::Skp* skp) {
  v1::Rhk* rhk = AddRhk(kExtra[which].uraian, v1::KLASIFIKASI_TAMBAHAN, skp);
  if (shape.pmm()) {
    rhk->set_kategori_pmm(v1::KATEGORI_PMM_TUGAS_TAMBAHAN);
    rhk->set_jenis_tugas_tambahan(kExtraKinds[which]);
  } else {
    rhk->set_penugasan_dari("Ketua panitia sekolah");
  }
  AddIndicators(shape, kExtra[which].satuan, random->Between(1, 3), random, rhk);
}

void AddCompetence(const Shape& shape, size_t which, Random* random, v1::Skp* skp) {
  v1::Rhk* rhk = AddRhk(kCompetence[which].uraian, v1::KLASIFIKASI_UTAMA, skp);
  rhk->set_kategori_pmm(v1::KATEGORI_PMM_KOMPETENSI);
  AddIndicators(shape, kCompetence[which].satuan, 1, random, rhk);
  v1::BarisKompetensi* baris = skp->mutable_pengembangan_kompetensi()->add_baris();
  baris->set_rhk_id(rhk->rhk_id());
  baris->set_peran(static_cast<v1::PeranKompetensi>(which + 1));
  baris->set_jumlah(which + 1 == v1::PERAN_KOMPETENSI_PENGGERAK_KOMUNITAS ? 1
                                                                          : random->Between(1, 2));
}

// Points belong to the semester cycle alone (skp-model §9.1); 32 at least are recommended.
void FillPoints(const Shape& shape, v1::Skp* skp) {
  if (skp->pengembangan_kompetensi().baris_size() == 0) return;
  v1::PengembanganKompetensi* plan = skp->mutable_pengembangan_kompetensi();
  if (shape.jenis != v1::JENIS_PERIODE_SEMESTER) return;
  const validate::Context defaults;
  const auto points_for_one = [&defaults](const v1::BarisKompetensi& baris) {
    return defaults.points[static_cast<size_t>(baris.peran())];
  };
  int total = 0;
  for (const v1::BarisKompetensi& baris : plan->baris()) {
    total += baris.jumlah() * points_for_one(baris);
  }
  v1::BarisKompetensi* first = plan->mutable_baris(0);
  for (; total < 32; total += points_for_one(*first)) first->set_jumlah(first->jumlah() + 1);
  for (v1::BarisKompetensi& baris : *plan->mutable_baris()) {
    baris.set_poin_satuan(points_for_one(baris));
    baris.set_poin(baris.jumlah() * baris.poin_satuan());
  }
  plan->set_total_poin(total);
}

void FillBehaviour(const Shape& shape, Random* random, v1::Skp* skp) {
  const int chosen = random->Between(v1::NilaiInti_MIN + 1, v1::NilaiInti_MAX);
  for (int value = v1::NilaiInti_MIN + 1; value <= v1::NilaiInti_MAX; ++value) {
    v1::PerilakuKerja* perilaku = skp->add_perilaku();
    perilaku->set_nilai_inti(static_cast<v1::NilaiInti>(value));
    if (shape.pmm() && value == chosen) {
      perilaku->set_dipilih(true);
      perilaku->set_indikator("Membangun kerja sama dengan orang tua murid");
    } else if (!shape.terse && random->Chance(30)) {
      perilaku->set_ekspektasi_khusus(random->Pick(kExpectations));
    }
  }
}

void FillAnnex(Random* random, v1::Skp* skp) {
  v1::Lampiran* lampiran = skp->mutable_lampiran();
  lampiran->add_dukungan_sumber_daya("Ruang kerja dan perangkat komputer");
  lampiran->add_skema_pertanggungjawaban("Laporan tiap triwulan kepada pejabat penilai");
  if (random->Chance(50)) lampiran->add_konsekuensi("Pembinaan bila target tidak tercapai");
}

// A draft as people leave it overnight.
void LeaveUnfinished(Random* random, v1::Skp* skp) {
  if (random->Chance(30)) skp->clear_penilai();
  if (random->Chance(30)) skp->clear_atasan_penilai();
  if (random->Chance(30)) skp->mutable_perilaku()->DeleteSubrange(3, skp->perilaku_size() - 3);
  if (random->Chance(30)) skp->mutable_rhk(0)->mutable_indikator(0)->clear_target();
  if (random->Chance(30)) skp->mutable_rhk(skp->rhk_size() - 1)->clear_indikator();
  if (random->Chance(15)) {
    skp->clear_rhk();
    skp->clear_pengembangan_kompetensi();
  }
}

// A record of PMM: practice, competence, extra duties; what is left over are standing duties.
void AddPmmRows(const Shape& shape, Random* random, v1::Skp* skp) {
  AddPractice(shape, random, skp);
  const int left = shape.rhk - 1;
  const int competence = std::min(left, random->Between(1, 4));
  const int extra = std::min(left - competence, random->Below(3));
  for (int i = 0; i < competence; ++i) AddCompetence(shape, static_cast<size_t>(i), random, skp);
  Deck deck = DeckOf(shape.role, random);
  for (int i = competence + extra; i < left; ++i) AddOrdinary(shape, &deck, random, skp);
  for (int i = 0; i < extra; ++i) AddExtra(shape, static_cast<size_t>(i), random, skp);
}

}  // namespace

void FillPlan(const Shape& shape, Random* random, v1::Skp* skp) {
  skp->set_model(shape.form_a() ? v1::MODEL_SKP_JPT_MANDIRI : v1::MODEL_SKP_JA_JF);
  skp->set_pendekatan(shape.pendekatan);
  if (shape.pmm() && !shape.terse) {
    AddPmmRows(shape, random, skp);
    FillPoints(shape, skp);
  } else {
    Deck deck = DeckOf(shape.role, random);
    const int extra = shape.terse || shape.rhk < 4 ? 0 : random->Below(2);
    for (int i = extra; i < shape.rhk; ++i) AddOrdinary(shape, &deck, random, skp);
    for (int i = 0; i < extra; ++i) AddExtra(shape, 1, random, skp);
  }
  if (shape.berakhlak()) {
    FillBehaviour(shape, random, skp);
    if (!shape.terse && random->Chance(40)) FillAnnex(random, skp);
  }
  if (shape.incomplete) LeaveUnfinished(random, skp);
}

}  // namespace kinerja::generate
