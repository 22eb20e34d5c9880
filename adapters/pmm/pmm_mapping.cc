#include "adapters/pmm/pmm_mapping.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "adapters/pmm/members.h"
#include "adapters/pmm/pmm_words.h"
#include "gateway/base/hex.h"
#include "gateway/schema/fold.h"
#include "gateway/schema/json.h"
#include "gateway/schema/json_scanner.h"
#include "gateway/schema/text_forms.h"
#include "gateway/security/digest.h"

namespace kinerja::adapters::pmm {
namespace {

constexpr std::string_view kFormat = "pmm-pengelolaan-kinerja";
constexpr std::string_view kDerivedId = "tanpa-id-";
constexpr size_t kLongestId = 64;

constexpr Need kRequired = Need::kRequired;
constexpr Need kNullable = Need::kNullable;
constexpr Need kOptional = Need::kOptional;

bool IsUuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return text.size() == kShape.size() &&
         std::equal(text.begin(), text.end(), kShape.begin(), [](char c, char shape) {
           return shape == 'x' ? absl::ascii_isxdigit(static_cast<unsigned char>(c)) : c == shape;
         });
}

// Who acted: a NIP, `nik:` and 16 digits, or the system.
bool IsActor(std::string_view oleh) {
  constexpr std::string_view kNik = "nik:";
  constexpr size_t kNikDigits = 16;
  constexpr size_t kNipDigits = 18;
  if (oleh == "sistem") return true;
  if (oleh.starts_with(kNik)) {
    return oleh.size() == kNik.size() + kNikDigits && schema::IsDigits(oleh.substr(kNik.size()));
  }
  const std::string nip = schema::CleanDigits(oleh);
  return nip.size() == kNipDigits && schema::IsDigits(nip);
}

// A number as people write it with a comma, or with points between thousands: not ours.
bool IsNumberOfAnotherForm(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && schema::IsDigits(text.substr(0, 1)) &&
         text.find_first_not_of("0123456789.,") == std::string_view::npos;
}

// Everything of one record in one place; used once.
class Mapping {
 public:
  Mapping(const Profile& profile, const std::string& system, Findings& findings)
      : profile_(profile), findings_(findings) {
    skp_.mutable_source()->set_system(system);
  }

  v1::Skp Read(Members& record) {
    Head(record);
    Siklus(record);
    Status(record);
    Identitas(record);
    Atasan(record);
    Perilaku(record);
    Plan(record);
    Observasi(record);
    Penilaian(record);
    return std::move(skp_);
  }

 private:
  // Required from DIAJUKAN on. In a draft only what has a code of its own warns.
  void LackOfPlan(std::string field, v1::ErrorReason reason = v1::ERROR_REASON_FIELD_REQUIRED) {
    const bool own_code = reason != v1::ERROR_REASON_FIELD_REQUIRED;
    if (draft_ && !own_code) return;
    findings_.Add(std::move(field), reason, draft_ ? v1::SEVERITY_WARNING : v1::SEVERITY_REJECT, {},
                  "pmm.plan/1");
  }

  void Annotate(v1::JenisAnotasi jenis, std::string field, std::string_view words = "") {
    v1::Anotasi& anotasi = *skp_.mutable_provenance()->add_anotasi();
    anotasi.set_jenis(jenis);
    anotasi.set_field(std::move(field));
    anotasi.set_keterangan(std::string(words));
  }
  void Default(std::string field, std::string_view words = "") {
    Annotate(v1::JENIS_ANOTASI_DEFAULTED, std::move(field), words);
  }

  void Head(Members& record) {
    skp_.mutable_provenance()->set_dialek(findings_.dialect());
    const std::string message = record.Text("id_kirim", kRequired, "provenance.pesan_id");
    if (message.empty() || IsUuid(message)) {
      skp_.mutable_provenance()->set_pesan_id(message);
    } else {
      findings_.Type("provenance.pesan_id", "text", "a UUID");
    }
    if (const auto sent = record.Instant("waktu_kirim", kRequired, "provenance.waktu_kirim")) {
      *skp_.mutable_provenance()->mutable_waktu_kirim() = *sent;
    }
    skp_.set_menggantikan(record.Text("menggantikan", kOptional, "menggantikan"));
    skp_.set_regime(v1::REGIME_PERMENPANRB6_2022);
    skp_.set_model(v1::MODEL_SKP_JA_JF);
    skp_.set_pendekatan(v1::PENDEKATAN_KUANTITATIF);
    skp_.set_kelengkapan(v1::KELENGKAPAN_LENGKAP);
    for (const char* field : {"regime", "model", "pendekatan", "kelengkapan"}) Default(field);
  }

  void Siklus(Members& record) {
    record.Object("siklus", kRequired, "periode", [&](Members& siklus) {
      v1::Periode& periode = *skp_.mutable_periode();
      periode.set_tahun(siklus.Int("tahun", kRequired, "periode.tahun"));
      periode.set_jenis(siklus.Word<v1::JenisPeriode>("jenis", kRequired, "periode.jenis",
                                                      AllWords().jenis_siklus));
      periode.set_urutan(siklus.Int("urutan", kRequired, "periode.urutan"));
      periode.set_mulai(siklus.Text("mulai", kRequired, "periode.mulai"));
      periode.set_selesai(siklus.Text("selesai", kRequired, "periode.selesai"));
    });
    const v1::Periode& periode = skp_.periode();
    if (periode.tahun() == 0 || periode.jenis() == v1::JENIS_PERIODE_UNSPECIFIED) return;
    if (periode.jenis() != profile_.cycle || periode.tahun() < profile_.first_year ||
        periode.tahun() > profile_.last_year) {
      findings_.Add("periode", v1::ERROR_REASON_PERIODE_MISMATCH, v1::SEVERITY_REJECT,
                    {{"system", findings_.dialect()}}, "pmm.cycle/1");
    }
  }

  void Status(Members& record) {
    skp_.set_status(record.Word<v1::StatusSkp>("status", kRequired, "status", AllWords().status));
    draft_ = skp_.status() == v1::STATUS_SKP_DRAFT || skp_.status() == v1::STATUS_SKP_DIKEMBALIKAN;
    record.Each("riwayat_status", kRequired, "riwayat_status", [&](Members& step) {
      const std::string at = absl::StrCat("riwayat_status[", skp_.riwayat_status_size(), "]");
      v1::RiwayatStatus& riwayat = *skp_.add_riwayat_status();
      riwayat.set_status(
          step.Word<v1::StatusSkp>("status", kRequired, at + ".status", AllWords().status));
      if (const auto waktu = step.Instant("waktu", kRequired, at + ".waktu")) {
        *riwayat.mutable_waktu() = *waktu;
      }
      riwayat.set_oleh(step.Text("oleh", kRequired, at + ".oleh"));
      if (!riwayat.oleh().empty() && !IsActor(riwayat.oleh())) {
        findings_.Type(at + ".oleh", "text", "a NIP, nik: with 16 digits, or sistem");
      }
      riwayat.set_catatan(step.Text("catatan", kOptional, at + ".catatan"));
    });
  }

  void Identitas(Members& record) {
    v1::Pegawai& pegawai = *skp_.mutable_pegawai();
    pegawai.set_peran(record.Word<v1::Peran>("peran", kRequired, "pegawai.peran", profile_.peran));
    record.Object("identitas", kRequired, "pegawai", [&](Members& identitas) {
      pegawai.set_nama(identitas.Text("nama", kRequired, "pegawai.nama"));
      pegawai.set_gelar_depan(identitas.Text("gelar_depan", kNullable, "pegawai.gelar_depan"));
      pegawai.set_gelar_belakang(
          identitas.Text("gelar_belakang", kNullable, "pegawai.gelar_belakang"));
      pegawai.set_nip(identitas.Text("nip", kNullable, "pegawai.nip"));
      pegawai.set_nik(identitas.Text("nik", kNullable, "pegawai.nik"));
      pegawai.set_nuptk(identitas.Text("nuptk", kNullable, "pegawai.nuptk"));
      Employment(identitas, pegawai);
      Unit(identitas, pegawai);
      if (const auto confirmed =
              identitas.Bool("data_dikonfirmasi", kRequired, "pegawai.data_dikonfirmasi")) {
        pegawai.set_data_dikonfirmasi(*confirmed);
      }
    });
  }

  static void Employment(Members& identitas, v1::Pegawai& pegawai) {
    pegawai.set_status_kepegawaian(identitas.Word<v1::StatusKepegawaian>(
        "status_kepegawaian", kRequired, "pegawai.status_kepegawaian",
        AllWords().status_kepegawaian));
    pegawai.set_golongan(identitas.Text("golongan", kNullable, "pegawai.golongan"));
    pegawai.set_pangkat(identitas.Text("pangkat", kNullable, "pegawai.pangkat"));
    pegawai.set_jabatan(identitas.Text("jabatan", kRequired, "pegawai.jabatan"));
    pegawai.set_jenjang(identitas.Word<v1::Jenjang>("jenjang_jabatan", kNullable, "pegawai.jenjang",
                                                    AllWords().jenjang));
    pegawai.set_jenis_ptk(identitas.Word<v1::JenisPtk>("jenis_ptk", kRequired, "pegawai.jenis_ptk",
                                                       AllWords().jenis_ptk));
  }

  static void Unit(Members& identitas, v1::Pegawai& pegawai) {
    identitas.Object("satuan_pendidikan", kRequired, "pegawai.npsn", [&](Members& satuan) {
      pegawai.set_npsn(satuan.Text("npsn", kRequired, "pegawai.npsn"));
      pegawai.set_nama_satuan(satuan.Text("nama", kRequired, "pegawai.nama_satuan"));
    });
    identitas.Object("unor", kRequired, "pegawai.unor", [&](Members& unor) {
      pegawai.mutable_unor()->set_id(unor.Text("id", kRequired, "pegawai.unor.id"));
      pegawai.mutable_unor()->set_nama(unor.Text("nama", kRequired, "pegawai.unor.nama"));
    });
    identitas.Object("instansi", kRequired, "pegawai.instansi", [&](Members& instansi) {
      v1::InstansiRef& ref = *pegawai.mutable_instansi();
      ref.set_kode_bkn(instansi.Text("kode_bkn", kRequired, "pegawai.instansi.kode_bkn"));
      ref.set_nama(instansi.Text("nama", kRequired, "pegawai.instansi.nama"));
    });
  }

  void Atasan(Members& record) {
    record.Object("atasan", kOptional, "penilai", [&](Members& atasan) {
      v1::PenilaiRef& penilai = *skp_.mutable_penilai();
      penilai.set_nip(atasan.Text("nip", kOptional, "penilai.nip"));
      penilai.set_nama(atasan.Text("nama", kOptional, "penilai.nama"));
      penilai.set_jabatan(atasan.Text("jabatan", kOptional, "penilai.jabatan"));
      if (const auto asn = atasan.Bool("asn", kOptional, "penilai.asn")) penilai.set_asn(*asn);
      // One without NIP and name is nobody, which the rules say.
      if (penilai.nip().empty() && penilai.nama().empty()) return;
      if (penilai.nama().empty()) LackOfPlan("penilai.nama", v1::ERROR_REASON_ATASAN_MISSING);
      if (penilai.jabatan().empty()) {
        LackOfPlan("penilai.jabatan", v1::ERROR_REASON_ATASAN_MISSING);
      }
    });
    record.Each("tim_kinerja", kOptional, "tim_penilai", [&](Members& anggota) {
      const std::string at = absl::StrCat("tim_penilai[", skp_.tim_penilai_size(), "]");
      v1::PenilaiRef& penilai = *skp_.add_tim_penilai();
      penilai.set_nip(anggota.Text("nip", kRequired, at + ".nip"));
      penilai.set_nama(anggota.Text("nama", kRequired, at + ".nama"));
      penilai.set_peran(
          anggota.Word<v1::Peran>("peran", kRequired, at + ".peran", AllWords().peran_tim));
    });
  }

  // Every RHK, in the order of the form.
  void Plan(Members& record) {
    if (profile_.has_tugas_pokok &&
        !record.Object("tugas_pokok", kOptional, "tugas_pokok", [&](Members& m) {
          v1::Rhk& rhk = AddRhk(v1::KLASIFIKASI_UTAMA, v1::KATEGORI_PMM_TUGAS_POKOK);
          Rhk(m, /*has_superior=*/true, rhk);
        })) {
      LackOfPlan("tugas_pokok");
    }
    const bool praktik =
        record.Object("praktik_pembelajaran", kOptional, "praktik_pembelajaran", [&](Members& m) {
          v1::Rhk& rhk = AddRhk(v1::KLASIFIKASI_UTAMA, v1::KATEGORI_PMM_PRAKTIK);
          Basis(m, *rhk.mutable_dasar_rapor());
          Rhk(m, /*has_superior=*/true, rhk);
        });
    if (!record.Object("pengembangan_kompetensi", kOptional, "pengembangan_kompetensi",
                       [&](Members& m) { Kompetensi(m); })) {
      LackOfPlan("pengembangan_kompetensi");
    }
    record.Each("tugas_tambahan", kRequired, "tugas_tambahan", [&](Members& m) {
      v1::Rhk& rhk = AddRhk(v1::KLASIFIKASI_TAMBAHAN, v1::KATEGORI_PMM_TUGAS_TAMBAHAN);
      rhk.set_jenis_tugas_tambahan(m.Word<v1::JenisTugasTambahan>(
          "jenis", kRequired, At() + ".jenis_tugas_tambahan", AllWords().tugas_tambahan));
      Rhk(m, /*has_superior=*/false, rhk);
    });
    // Where there is no RHK at all, the rules say so.
    if (!praktik && skp_.rhk_size() > 0) LackOfPlan("praktik_pembelajaran");
  }

  v1::Rhk& AddRhk(v1::Klasifikasi klasifikasi, v1::KategoriPmm kategori) {
    v1::Rhk& rhk = *skp_.add_rhk();
    rhk.set_urutan(skp_.rhk_size());
    rhk.set_klasifikasi(klasifikasi);
    rhk.set_kategori_pmm(kategori);
    return rhk;
  }
  // Path of the RHK that is being read, the last one.
  std::string At() const { return absl::StrCat("rhk[", skp_.rhk_size() - 1, "]"); }

  void Rhk(Members& m, bool has_superior, v1::Rhk& rhk) {
    if (has_superior) {
      const std::string superior = m.Text("rhk_pimpinan", kNullable, At() + ".rhk_pimpinan");
      if (!superior.empty()) rhk.mutable_rhk_pimpinan()->set_text(superior);
    }
    rhk.set_uraian(m.Text("rhk", kOptional, At() + ".uraian"));
    m.Each("indikator_kinerja", kOptional, At() + ".indikator", [&](Members& indikator) {
      const std::string at = absl::StrCat(At(), ".indikator[", rhk.indikator_size(), "]");
      Indikator(indikator, at, *rhk.add_indikator());
    });
  }

  void Indikator(Members& m, const std::string& at, v1::Indikator& indikator) {
    indikator.set_aspek(m.Word<v1::Aspek>("aspek", kOptional, at + ".aspek", AllWords().aspek));
    indikator.set_uraian(m.Text("indikator", kOptional, at + ".uraian"));
    const std::string target = m.Text("target", kOptional, at + ".target");
    const std::string satuan = m.Text("satuan", kOptional, at + ".target.satuan");
    if (target.empty()) {
      if (!satuan.empty()) {
        Annotate(v1::JENIS_ANOTASI_LOST, at + ".target.satuan", "a unit without a target");
      }
      return;
    }
    Target(target, at, *indikator.mutable_target());
    indikator.mutable_target()->set_satuan(
        absl::AsciiStrToLower(absl::StripAsciiWhitespace(satuan)));
    if (indikator.target().satuan() != satuan) {
      Annotate(v1::JENIS_ANOTASI_COERCED, at + ".target.satuan",
               "lower case, without blanks around");
    }
    if (satuan.empty()) LackOfPlan(at + ".target.satuan", v1::ERROR_REASON_TARGET_MISSING);
  }

  // A number with a point, else words.
  void Target(const std::string& text, const std::string& at, v1::Nilai& nilai) {
    nilai.set_mentah(text);
    const auto trimmed = absl::StripAsciiWhitespace(text);
    const std::string number(trimmed.data(), trimmed.size());
    if (schema::DecimalPlaces(number).has_value()) {
      nilai.set_jenis(v1::JENIS_NILAI_ANGKA);
      nilai.set_nilai(number);
      return;
    }
    nilai.set_jenis(v1::JENIS_NILAI_TEKS);
    if (IsNumberOfAnotherForm(number)) {
      findings_.Add(at + ".target", v1::ERROR_REASON_NUMBER_FORMAT, v1::SEVERITY_REJECT, {},
                    "pmm.number/1");
    }
  }

  void Basis(Members& m, v1::DasarRapor& basis) {
    const std::string at = At() + ".dasar_rapor";
    basis.set_sumber(
        m.Word<v1::SumberIndikator>("sumber", kRequired, at + ".sumber", AllWords().sumber));
    basis.set_direkomendasikan(
        m.Bool("direkomendasikan", kRequired, at + ".direkomendasikan").value_or(false));
    const bool chosen = m.Object("indikator", kNullable, at + ".kode", [&](Members& indikator) {
      basis.set_kode(indikator.Text("kode", kRequired, at + ".kode"));
      basis.set_nama(indikator.Text("nama", kRequired, at + ".nama"));
      basis.set_capaian(indikator.Word<v1::CapaianRapor>("capaian", kNullable, at + ".capaian",
                                                         AllWords().capaian_rapor));
    });
    if (!chosen && basis.sumber() == v1::SUMBER_INDIKATOR_RAPOR_PENDIDIKAN) {
      findings_.Missing(at + ".kode");
    }
  }

  void Kompetensi(Members& m) {
    v1::PengembanganKompetensi& plan = *skp_.mutable_pengembangan_kompetensi();
    if (!m.Each("rhk", kOptional, "pengembangan_kompetensi.baris",
                [&](Members& row) { KompetensiRow(row, plan); })) {
      LackOfPlan("pengembangan_kompetensi.baris");
    } else {
      Default("rhk.indikator", "one KUANTITAS indicator per competence row");
    }
    if (const auto total =
            m.MaybeInt("total_poin", kNullable, "pengembangan_kompetensi.total_poin")) {
      plan.set_total_poin(*total);
    }
    Points(plan);
  }

  // One row is an RHK with one indicator, and what PMM counts.
  void KompetensiRow(Members& m, v1::PengembanganKompetensi& plan) {
    const std::string at = absl::StrCat("pengembangan_kompetensi.baris[", plan.baris_size(), "]");
    v1::BarisKompetensi& row = *plan.add_baris();
    v1::Rhk& rhk = AddRhk(v1::KLASIFIKASI_UTAMA, v1::KATEGORI_PMM_KOMPETENSI);
    rhk.set_rhk_id(absl::StrCat("kompetensi-", plan.baris_size()));
    rhk.set_uraian(m.Text("rhk", kOptional, At() + ".uraian"));
    row.set_rhk_id(rhk.rhk_id());
    row.set_peran(m.Word<v1::PeranKompetensi>("peran", kRequired, at + ".peran",
                                              AllWords().peran_kompetensi));
    row.set_jumlah(m.Int("target_kuantitas", kRequired, at + ".jumlah"));
    if (const auto each = m.MaybeInt("poin_satuan", kNullable, at + ".poin_satuan")) {
      row.set_poin_satuan(*each);
    }
    if (const auto poin = m.MaybeInt("poin", kNullable, at + ".poin")) row.set_poin(*poin);

    v1::Indikator& indikator = *rhk.add_indikator();
    indikator.set_aspek(v1::ASPEK_KUANTITAS);
    indikator.set_uraian(rhk.uraian());
    v1::Nilai& target = *indikator.mutable_target();
    target.set_jenis(v1::JENIS_NILAI_ANGKA);
    target.set_nilai(absl::StrCat(row.jumlah()));
    target.set_mentah(target.nilai());
    target.set_satuan(std::string(UnitOf(row.peran())));
  }

  // Required by the semester profile; in the yearly one all of them or none.
  void Points(const v1::PengembanganKompetensi& plan) {
    bool any = profile_.has_points || plan.has_total_poin();
    for (const v1::BarisKompetensi& row : plan.baris()) {
      any = any || row.has_poin_satuan() || row.has_poin();
    }
    if (!any) return;
    for (int i = 0; i < plan.baris_size(); ++i) {
      const std::string at = absl::StrCat("pengembangan_kompetensi.baris[", i, "]");
      if (!plan.baris(i).has_poin_satuan()) findings_.Missing(at + ".poin_satuan");
      if (!plan.baris(i).has_poin()) findings_.Missing(at + ".poin");
    }
    if (!plan.has_total_poin()) findings_.Missing("pengembangan_kompetensi.total_poin");
  }

  // Teachers choose one of the seven values; the profile fills in the others.
  void Perilaku(Members& record) {
    v1::NilaiInti chosen = v1::NILAI_INTI_UNSPECIFIED;
    std::string indicator;
    record.Object("perilaku_kerja", kNullable, "perilaku", [&](Members& perilaku) {
      chosen = perilaku.Word<v1::NilaiInti>("dipilih", kNullable, "perilaku.nilai_inti",
                                            AllWords().nilai_inti);
      indicator = perilaku.Text("indikator", kNullable, "perilaku.indikator");
      // There would be no value to keep it with.
      if (chosen == v1::NILAI_INTI_UNSPECIFIED && !indicator.empty()) {
        findings_.Missing("perilaku.nilai_inti");
      }
    });
    for (int value = 1; value < v1::NilaiInti_ARRAYSIZE; ++value) {
      v1::PerilakuKerja& perilaku = *skp_.add_perilaku();
      perilaku.set_nilai_inti(static_cast<v1::NilaiInti>(value));
      if (value != chosen) continue;
      perilaku.set_dipilih(true);
      perilaku.set_indikator(indicator);
    }
    if (chosen != v1::NILAI_INTI_UNSPECIFIED) {
      return Default("perilaku", "the six values that were not chosen");
    }
    Default("perilaku", "all seven values");
    findings_.Add("perilaku", v1::ERROR_REASON_PERILAKU_INCOMPLETE, v1::SEVERITY_WARNING, {},
                  "pmm.perilaku/1");
  }

  void Observasi(Members& record) {
    record.Each("observasi", kOptional, "observasi", [&](Members& m) {
      const std::string at = absl::StrCat("observasi[", skp_.observasi_size(), "]");
      v1::ObservasiPraktik& observasi = *skp_.add_observasi();
      observasi.set_urutan(m.Int("urutan", kRequired, at + ".urutan"));
      observasi.set_tahap(
          m.Word<v1::TahapObservasi>("tahap", kRequired, at + ".tahap", AllWords().tahap));
      observasi.set_tanggal(m.Text("tanggal", kRequired, at + ".tanggal"));
      observasi.set_catatan(m.Text("catatan", kOptional, at + ".catatan"));
      m.Each("skor", kOptional, at + ".skor", [&](Members& n) {
        const std::string here = absl::StrCat(at, ".skor[", observasi.skor_size(), "]");
        v1::SkorObservasi& skor = *observasi.add_skor();
        skor.set_target_perilaku(n.Int("target_perilaku", kRequired, here + ".target_perilaku"));
        skor.set_nilai(n.Word<v1::NilaiObservasi>("nilai", kRequired, here + ".nilai",
                                                  AllWords().nilai_observasi));
      });
    });
  }

  void Penilaian(Members& record) {
    record.Object("penilaian", kOptional, "penilaian", [&](Members& penilaian) {
      penilaian.Each("periodik", kOptional, "penilaian.periodik", [&](Members& m) {
        const std::string at = AtEvaluasi();
        v1::Evaluasi& evaluasi = AddEvaluasi(v1::JENIS_EVALUASI_PERIODIK);
        evaluasi.mutable_periode()->set_jenis(m.Word<v1::JenisPeriode>(
            "jenis", kRequired, at + ".periode.jenis", AllWords().jenis_periodik));
        evaluasi.mutable_periode()->set_urutan(m.Int("urutan", kRequired, at + ".periode.urutan"));
        Result(m, at, evaluasi);
      });
      penilaian.Object("akhir", kOptional, "penilaian.akhir", [&](Members& m) {
        const std::string at = AtEvaluasi();
        v1::Evaluasi& evaluasi = AddEvaluasi(v1::JENIS_EVALUASI_TAHUNAN);
        evaluasi.mutable_periode()->set_jenis(skp_.periode().jenis());
        evaluasi.mutable_periode()->set_urutan(skp_.periode().urutan());
        evaluasi.set_capaian_organisasi(m.Word<v1::CapaianOrganisasi>(
            "capaian_organisasi", kRequired, at + ".capaian_organisasi",
            AllWords().capaian_organisasi));
        Result(m, at, evaluasi);
        evaluasi.set_catatan(m.Text("catatan", kNullable, at + ".catatan"));
      });
    });
  }

  // Path of the evaluation that comes next.
  std::string AtEvaluasi() const { return absl::StrCat("evaluasi[", skp_.evaluasi_size(), "]"); }

  v1::Evaluasi& AddEvaluasi(v1::JenisEvaluasi jenis) {
    v1::Evaluasi& evaluasi = *skp_.add_evaluasi();
    evaluasi.set_jenis(jenis);
    evaluasi.mutable_periode()->set_tahun(skp_.periode().tahun());
    return evaluasi;
  }

  static void Result(Members& m, const std::string& at, v1::Evaluasi& evaluasi) {
    evaluasi.set_rating_hasil(m.Word<v1::Rating>("rating_hasil_kerja", kRequired,
                                                 at + ".rating_hasil", AllWords().rating));
    evaluasi.set_rating_perilaku(m.Word<v1::Rating>("rating_perilaku", kRequired,
                                                    at + ".rating_perilaku", AllWords().rating));
    evaluasi.set_predikat_dilaporkan(m.Word<v1::Predikat>(
        "predikat", kRequired, at + ".predikat_dilaporkan", AllWords().predikat));
    evaluasi.set_tanggal(m.Text("tanggal", kRequired, at + ".tanggal"));
  }

  const Profile& profile_;
  Findings& findings_;
  bool draft_ = false;
  v1::Skp skp_;
};

std::string DerivedId(std::string_view bytes) {
  constexpr size_t kBytes = 16;
  return std::string(kDerivedId) + base::HexEncode(security::Sha256(bytes).substr(0, kBytes));
}

std::string InstansiOf(const v1::Skp& skp) {
  const std::string& kode = skp.pegawai().instansi().kode_bkn();
  return kode.size() == 4 && schema::IsDigits(kode) ? kode : "";
}

// What names the record; the same in every profile. An id that cannot be kept is replaced by one
// made of the bytes, so that the record can be kept aside all the same.
void ReadName(Members& record, adapter::PulledRecord& out, Findings& findings) {
  out.version = record.Version("versi_rekaman", "source.version").value_or(0);
  out.source_id = record.Text("id_skp", kRequired, "source.id");
  if (schema::CountCodePoints(out.source_id) > kLongestId) {
    findings.Add("source.id", v1::ERROR_REASON_FIELD_LENGTH, v1::SEVERITY_REJECT,
                 {{"max", absl::StrCat(kLongestId)}}, "pmm.id/1");
    out.source_id.clear();
  }
  if (out.source_id.empty()) out.source_id = DerivedId(out.bytes);
}

// The instansi of a record whose profile is not known, where it stands where it always stood.
std::string InstansiInUnknownProfile(const Json& record) {
  const auto kode = Json::json_pointer("/identitas/instansi/kode_bkn");
  if (!record.contains(kode) || !record.at(kode).is_string()) return "";
  v1::Skp skp;
  skp.mutable_pegawai()->mutable_instansi()->set_kode_bkn(record.at(kode).get<std::string>());
  return InstansiOf(skp);
}

// The text of a member, empty where it is none.
std::string TextOf(const Json& record, const char* key) {
  const auto found = record.find(key);
  return found != record.end() && found->is_string() ? found->get<std::string>() : "";
}

const Profile* ProfileOf(const Json& record, const MappingOptions& options) {
  const std::string versi = TextOf(record, "versi");
  const bool accepted =
      std::find(options.profiles.begin(), options.profiles.end(), versi) != options.profiles.end();
  return accepted ? FindProfile(versi) : nullptr;
}

// A record that nobody can read yet: held until the gateway knows its format and its profile;
// `unknown` names the member that says which it is.
void HoldUnknown(std::string unknown, const Json& json, adapter::PulledRecord& out) {
  Findings findings("pmm");
  Members record(json, "", findings);
  record.IgnoreRest();
  ReadName(record, out, findings);
  findings.Drift(std::move(unknown));
  out.instansi = InstansiInUnknownProfile(json);
  out.violations = std::move(findings.list());
}

// The members that name a record, of bytes that make no tree. One that comes twice or cannot be
// read by itself is null.
Json NameOf(std::string_view bytes) {
  Json name = Json::object();
  schema::JsonScanner scanner(bytes);
  if (!scanner.TakeIf('{')) return name;
  std::string key;
  do {
    if (!scanner.ReadText(&key) || !scanner.Take(':')) break;
    scanner.Next();
    const size_t begin = scanner.position();
    if (!scanner.SkipDeepValue()) break;
    if (key != "id_skp" && key != "versi_rekaman") continue;
    StrictJson member = ParseStrictJson(bytes.substr(begin, scanner.position() - begin));
    const bool usable = !name.contains(key) && member.fault == JsonFault::kNone;
    name[key] = usable ? std::move(member.value) : Json();
  } while (scanner.TakeIf(','));
  return name;
}

// Why no record can be made of the value. What has no key goes by the list that it comes in.
void AddFault(const StrictJson& json, Findings& findings) {
  constexpr char kData[] = "data";
  switch (json.fault) {
    case JsonFault::kNone:
      return findings.Type(kData, std::string(KindOf(json.value)), "an object");
    case JsonFault::kNotJson:
      return findings.Type(kData, "no JSON", "an object");
    case JsonFault::kTooDeep:
      return findings.Add(kData, v1::ERROR_REASON_MESSAGE_TOO_DEEP, v1::SEVERITY_REJECT,
                          {{"max", absl::StrCat(schema::kMaxJsonDepth)}}, "pmm.depth/1");
    case JsonFault::kKeyTwice:
      return findings.Type(schema::SafeJsonKey(json.key), "given twice", "given once");
    case JsonFault::kNumberTooLarge:
      return findings.Add(schema::SafeJsonKey(json.key), v1::ERROR_REASON_FIELD_RANGE,
                          v1::SEVERITY_REJECT, {{"min", "-1.8e308"}, {"max", "1.8e308"}},
                          "pmm.range/1");
  }
}

// A record that is refused unread, under its own name where that can be read.
void RefuseUnread(const StrictJson& json, adapter::PulledRecord& out) {
  Findings of_name("pmm");  // not told: it is not what has to be mended first
  const Json name = NameOf(out.bytes);
  Members members(name, "", of_name);
  ReadName(members, out, of_name);
  Findings findings("pmm");
  AddFault(json, findings);
  out.violations = std::move(findings.list());
}

void ReadByProfile(const Json& json, const Profile& profile, const MappingOptions& options,
                   adapter::PulledRecord& out) {
  Findings findings(absl::StrCat("pmm ", std::string(profile.versi)));
  {
    Members record(json, "", findings);
    record.Text("format", kRequired, "format");  // both were judged before
    record.Text("versi", kRequired, "versi");
    ReadName(record, out, findings);
    out.skp = Mapping(profile, options.system, findings).Read(record);
  }
  out.skp->mutable_source()->set_id(out.source_id);
  out.skp->mutable_source()->set_version(out.version);
  out.instansi = InstansiOf(*out.skp);
  out.violations = std::move(findings.list());
}

}  // namespace

const std::vector<std::string>& KnownProfiles() {
  static const auto& known = *new std::vector<std::string>{"2024.1", "2025.1"};
  return known;
}

bool IsDerivedId(std::string_view source_id) { return source_id.starts_with(kDerivedId); }

adapter::PulledRecord MapRecord(std::string_view bytes, const MappingOptions& options) {
  const StrictJson json = ParseStrictJson(bytes);
  adapter::PulledRecord out{.bytes = std::string(bytes)};
  if (json.fault != JsonFault::kNone || !json.value.is_object()) {
    RefuseUnread(json, out);
  } else if (TextOf(json.value, "format") != kFormat) {
    HoldUnknown("format", json.value, out);
  } else if (const Profile* const profile = ProfileOf(json.value, options)) {
    ReadByProfile(json.value, *profile, options, out);
  } else {
    HoldUnknown("versi", json.value, out);
  }
  return out;
}

}  // namespace kinerja::adapters::pmm
