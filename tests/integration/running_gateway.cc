#include "tests/integration/running_gateway.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/support/builders.h"

namespace kinerja::integration {

v1::Skp SkpOf(int person) {
  v1::Skp skp = support::MakeSkp();
  const std::string nip = absl::StrFormat("199005012015042%03d", person);
  skp.mutable_source()->set_id(absl::StrCat("skp-2025-", person));
  skp.mutable_pegawai()->set_nip(nip);
  skp.mutable_pegawai()->clear_nik();
  skp.mutable_pegawai()->clear_nuptk();
  for (v1::RiwayatStatus& step : *skp.mutable_riwayat_status()) {
    if (step.oleh() == support::kPegawaiNip) step.set_oleh(nip);
  }
  return skp;
}

v1::Skp NextVersionOf(v1::Skp skp) {
  skp.mutable_source()->set_version(skp.source().version() + 1);
  skp.mutable_penilai()->set_jabatan(absl::StrCat("Kepala Sekolah ", skp.source().version()));
  return skp;
}

v1::SubmitSkpRequest RequestOf(v1::Skp skp) {
  v1::SubmitSkpRequest request;
  request.set_request_id(support::NewRequestId());
  *request.mutable_skp() = std::move(skp);
  return request;
}

v1::Skp SkpWith200Violations(int person) {
  v1::Skp skp = SkpOf(person);
  for (int i = 0; i < 100; ++i) {  // an indikator that says neither what nor how much
    v1::Rhk* const rhk = skp.add_rhk();
    rhk->set_rhk_id(absl::StrCat("tugas-", i));
    rhk->set_klasifikasi(v1::KLASIFIKASI_TAMBAHAN);
    rhk->set_uraian(absl::StrCat("Tugas tambahan nomor ", i));
    v1::Indikator* const indikator = rhk->add_indikator();
    indikator->set_indikator_id(absl::StrCat("ukuran-", i));
    indikator->set_aspek(v1::ASPEK_KUANTITAS);
  }
  return skp;
}

}  // namespace kinerja::integration
