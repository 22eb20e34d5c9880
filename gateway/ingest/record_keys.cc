#include "gateway/ingest/record_keys.h"

#include "absl/strings/str_cat.h"
#include "gateway/route/route.h"

namespace kinerja::ingest {

std::string PersonKey(const v1::Pegawai& pegawai) {
  if (!pegawai.nip().empty()) return absl::StrCat("nip:", pegawai.nip());
  return pegawai.nik().empty() ? "" : absl::StrCat("nik:", pegawai.nik());
}

store::FilterKeys KeysOf(const v1::Skp& skp) { return KeysOf(skp, skp.rujukan()); }

store::FilterKeys KeysOf(const v1::Skp& skp, const v1::Rujukan& rujukan) {
  const v1::Pegawai& pegawai = skp.pegawai();
  return {.instansi = pegawai.instansi().kode_bkn(),
          .wilayah = rujukan.kode_wilayah(),
          .unor = rujukan.unor_id().empty() ? pegawai.unor().id() : rujukan.unor_id(),
          .npsn = rujukan.npsn().empty() ? pegawai.npsn() : rujukan.npsn(),
          .mulai = skp.periode().mulai(),
          .selesai = skp.periode().selesai(),
          .tahun = skp.periode().tahun(),
          .jenis_periode = skp.periode().jenis(),
          .regime = skp.regime(),
          .status = skp.status(),
          .kelengkapan = skp.kelengkapan(),
          .status_kepegawaian = pegawai.status_kepegawaian()};
}

std::vector<std::string> TargetsOf(const v1::Skp& skp, const Rulebook& rulebook) {
  return route::SelectTargets(rulebook.routes(), route::KeysOf(skp));
}

}  // namespace kinerja::ingest
