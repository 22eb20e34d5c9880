#include "tests/support/builders.h"

#include <string>

#include "gateway/base/check.h"
#include "google/protobuf/text_format.h"

namespace kinerja::support {
namespace {

constexpr char kSkp[] = R"pb(
  source { system: "bkd-9901" id: "skp-2025-0001" version: 1 }
  kelengkapan: KELENGKAPAN_LENGKAP
  regime: REGIME_PERMENPANRB6_2022
  model: MODEL_SKP_JA_JF
  pendekatan: PENDEKATAN_KUANTITATIF
  periode {
    tahun: 2025
    mulai: "2025-01-01"
    selesai: "2025-12-31"
    jenis: JENIS_PERIODE_TAHUN
    urutan: 1
  }
  status: STATUS_SKP_DISETUJUI
  pegawai {
    nip: "199005012015042001"
    nik: "9901014105900001"
    nuptk: "1833768669230012"
    nama: "Sekar Ayu Puspita"
    gelar_belakang: "S.Pd."
    status_kepegawaian: STATUS_KEPEGAWAIAN_PNS
    golongan: "III/b"
    pangkat: "Penata Muda Tingkat I"
    jabatan: "Guru Ahli Pertama"
    jenjang: JENJANG_AHLI_PERTAMA
    jenis_jabatan: JENIS_JABATAN_FUNGSIONAL_TERTENTU
    peran: PERAN_GURU
    jenis_ptk: JENIS_PTK_GURU_KELAS
    instansi { kode_bkn: "9901" nama: "Pemerintah Kab. Contoh Jaya" }
    unor { id: "UNOR-CJ-0101" nama: "SDN 1 Contoh Jaya" }
    npsn: "69900001"
    nama_satuan: "SDN 1 Contoh Jaya"
  }
  penilai {
    nip: "197003121995031002"
    nama: "Drs. Wiratno Hadikusumo, M.Pd."
    golongan: "IV/b"
    jabatan: "Kepala Sekolah"
    unor_nama: "SDN 1 Contoh Jaya"
  }
  atasan_penilai {
    nip: "196908251994032004"
    nama: "Dra. Lestari Widyaningrum, M.Si."
    golongan: "IV/c"
    jabatan: "Kepala Dinas Pendidikan"
    unor_nama: "Dinas Pendidikan Kabupaten Contoh Jaya"
  }
  rhk {
    rhk_id: "r-1"
    urutan: 1
    klasifikasi: KLASIFIKASI_UTAMA
    uraian: "Terlaksananya pembelajaran kelas IV sesuai kurikulum"
    rhk_pimpinan { text: "Terlaksananya proses pembelajaran di satuan pendidikan" }
    indikator {
      indikator_id: "i-1-1"
      aspek: ASPEK_KUANTITAS
      uraian: "Jumlah jam tatap muka yang diselesaikan"
      target { jenis: JENIS_NILAI_ANGKA nilai: "24" satuan: "jam tatap muka" mentah: "24" }
    }
    indikator {
      indikator_id: "i-1-2"
      aspek: ASPEK_KUALITAS
      uraian: "Pembelajaran sesuai rencana"
      target {
        jenis: JENIS_NILAI_RENTANG
        nilai: "90"
        nilai_maks: "100"
        satuan: "%"
        mentah: "90-100"
      }
    }
    indikator {
      indikator_id: "i-1-3"
      aspek: ASPEK_WAKTU
      uraian: "Penyelesaian dalam periode"
      target { jenis: JENIS_NILAI_ANGKA nilai: "12" satuan: "bulan" mentah: "12" }
    }
  }
  rhk {
    rhk_id: "r-2"
    urutan: 2
    klasifikasi: KLASIFIKASI_UTAMA
    uraian: "Meningkatnya keteraturan suasana kelas"
    rhk_pimpinan { text: "Meningkatnya kualitas pembelajaran di satuan pendidikan" }
    indikator {
      indikator_id: "i-2-1"
      aspek: ASPEK_KUANTITAS
      uraian: "Jumlah siklus observasi yang diselesaikan"
      target { jenis: JENIS_NILAI_ANGKA nilai: "1" satuan: "siklus observasi" mentah: "1" }
    }
  }
  rhk {
    rhk_id: "r-3"
    urutan: 3
    klasifikasi: KLASIFIKASI_TAMBAHAN
    uraian: "Terlaksananya tugas wali kelas IV"
    indikator {
      indikator_id: "i-3-1"
      aspek: ASPEK_KUANTITAS
      uraian: "Jumlah laporan yang diselesaikan"
      target { jenis: JENIS_NILAI_ANGKA nilai: "2" satuan: "laporan" mentah: "2" }
    }
  }
  perilaku { nilai_inti: NILAI_INTI_BERORIENTASI_PELAYANAN }
  perilaku { nilai_inti: NILAI_INTI_AKUNTABEL }
  perilaku { nilai_inti: NILAI_INTI_KOMPETEN }
  perilaku { nilai_inti: NILAI_INTI_HARMONIS }
  perilaku { nilai_inti: NILAI_INTI_LOYAL }
  perilaku { nilai_inti: NILAI_INTI_ADAPTIF }
  perilaku {
    nilai_inti: NILAI_INTI_KOLABORATIF
    ekspektasi_khusus: "Membangun kerja sama dengan orang tua murid"
  }
  riwayat_status {
    status: STATUS_SKP_DRAFT
    waktu { seconds: 1735869600 }  # 2025-01-03T02:00:00Z
    oleh: "199005012015042001"
  }
  riwayat_status {
    status: STATUS_SKP_DIAJUKAN
    waktu { seconds: 1736128800 }  # 2025-01-06T02:00:00Z
    oleh: "199005012015042001"
  }
  riwayat_status {
    status: STATUS_SKP_DISETUJUI
    waktu { seconds: 1736474400 }  # 2025-01-10T02:00:00Z
    oleh: "197003121995031002"
  }
)pb";

constexpr char kResultsOnly[] = R"pb(
  source { system: "bkn-rekap" id: "rekap-2025-0001" }
  kelengkapan: KELENGKAPAN_HASIL_SAJA
  regime: REGIME_PERMENPANRB6_2022
  periode {
    tahun: 2025
    mulai: "2025-01-01"
    selesai: "2025-12-31"
    jenis: JENIS_PERIODE_TAHUN
    urutan: 1
  }
  status: STATUS_SKP_DINILAI_TAHUNAN
  pegawai {
    nip: "199005012015042001"
    instansi { kode_bkn: "9901" }
  }
  evaluasi {
    jenis: JENIS_EVALUASI_TAHUNAN
    periode { tahun: 2025 jenis: JENIS_PERIODE_TAHUN urutan: 1 }
    rating_hasil: RATING_SESUAI_EKSPEKTASI
    rating_perilaku: RATING_SESUAI_EKSPEKTASI
    predikat_dilaporkan: PREDIKAT_BAIK
  }
)pb";

constexpr char kInstansi[] =
    "kode_bkn\tinstansi_id\tnama\tjenis\tkode_wilayah\n"
    "9900\tINST-CONTOH-9900\tPemerintah Provinsi Contoh\tD\t99\n"
    "9901\tINST-CONTOH-9901\tPemerintah Kab. Contoh Jaya\tD\t99.01\n"
    "9902\tINST-CONTOH-9902\tPemerintah Kab. Contoh Makmur\tD\t99.02\n";

constexpr char kUnor[] =
    "id\tid_lokal\tnama\tinduk_id\tkode_instansi\tnpsn\tbentuk\taktif\n"
    "UNOR-PC-0001\tPC0001\tDinas Pendidikan Provinsi Contoh\t\t9900\t\t\tya\n"
    "UNOR-PC-0101\tPC0101\tSMAN 1 Contoh Jaya\tUNOR-PC-0001\t9900\t69910001\tSMA\tya\n"
    "UNOR-CJ-0001\tCJ0001\tDinas Pendidikan Kabupaten Contoh Jaya\t\t9901\t\t\tya\n"
    "UNOR-CJ-0101\tCJ0101\tSDN 1 Contoh Jaya\tUNOR-CJ-0001\t9901\t69900001\tSD\tya\n"
    "UNOR-CJ-0104\tCJ0104\tTK Pembina Contoh Jaya\tUNOR-CJ-0001\t9901\tP9990001\tTK\tya\n"
    "UNOR-CJ-0202\tCJ0202\tSMPN 2 Contoh Jaya\tUNOR-CJ-0001\t9901\t69900002\tSMP\tya\n"
    "UNOR-CJ-0303\tCJ0303\tSMPN 3 Contoh Jaya\tUNOR-CJ-0001\t9901\t69900003\tSMP\tya\n"
    "UNOR-CJ-0909\tCJ0909\tSMPN 9 Contoh Jaya\tUNOR-CJ-0001\t9901\t69900009\tSMP\ttidak\n"
    "UNOR-CM-0001\tCM0001\tDinas Pendidikan Kabupaten Contoh Makmur\t\t9902\t\t\tya\n"
    "UNOR-CM-0101\tCM0101\tSDN 1 Contoh Makmur\tUNOR-CM-0001\t9902\t69920001\tSD\tya\n";

v1::Skp Parse(const char* text) {
  v1::Skp skp;
  KJ_CHECK(google::protobuf::TextFormat::ParseFromString(text, &skp));
  return skp;
}

}  // namespace

v1::Skp MakeSkp() {
  static const v1::Skp skp = Parse(kSkp);
  return skp;
}

v1::Skp MakeEvaluatedSkp() {
  v1::Skp skp = MakeSkp();
  AppendStatus(&skp, v1::STATUS_SKP_DINILAI_TAHUNAN, kPenilaiNip);
  skp.mutable_riwayat_status(3)->mutable_waktu()->set_seconds(1766973600);  // 2025-12-29T02:00:00Z
  *skp.add_evaluasi() = MakeResultsOnlySkp().evaluasi(0);
  skp.mutable_evaluasi(0)->set_tanggal("2025-12-29");
  return skp;
}

v1::Skp MakeResultsOnlySkp() {
  static const v1::Skp skp = Parse(kResultsOnly);
  return skp;
}

v1::Evaluasi MakeTriwulan(int tahun, int urutan) {
  v1::Evaluasi evaluasi = MakeResultsOnlySkp().evaluasi(0);
  evaluasi.set_jenis(v1::JENIS_EVALUASI_PERIODIK);
  evaluasi.mutable_periode()->set_tahun(tahun);
  evaluasi.mutable_periode()->set_jenis(v1::JENIS_PERIODE_TRIWULAN);
  evaluasi.mutable_periode()->set_urutan(urutan);
  return evaluasi;
}

void AppendStatus(v1::Skp* skp, v1::StatusSkp status, std::string_view oleh,
                  std::string_view catatan) {
  const int last = skp->riwayat_status_size() - 1;
  const int64_t seconds = last < 0 ? 1735869600 : skp->riwayat_status(last).waktu().seconds() + 60;
  v1::RiwayatStatus* step = skp->add_riwayat_status();
  step->set_status(status);
  step->mutable_waktu()->set_seconds(seconds);
  step->set_oleh(std::string(oleh));
  step->set_catatan(std::string(catatan));
  skp->set_status(status);
}

std::shared_ptr<const reference::Snapshot> MakeReference() {
  static const std::shared_ptr<const reference::Snapshot> snapshot = [] {
    auto parsed = reference::Snapshot::Parse(kInstansi, kUnor);
    KJ_CHECK(parsed.ok());
    return *std::move(parsed);
  }();
  return snapshot;
}

}  // namespace kinerja::support
