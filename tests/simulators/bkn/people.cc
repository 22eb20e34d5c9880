#include "tests/simulators/bkn/people.h"

#include <openssl/evp.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/simulators/base/http_message.h"
#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators::bkn {
namespace {

using nlohmann::json;

// Ids of invented people begin with this, so that a save can be judged without remembering them.
constexpr std::string_view kInventedId = "FA00";

bool IsNip(std::string_view text) {
  return text.size() == 18 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// 28 hex digits that cannot be turned back into the NIP without trying them all.
std::string Digest(std::string_view purpose, std::string_view nip) {
  std::string text(purpose);
  text.append(nip);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
  std::string hex = absl::BytesToHexString(std::string(reinterpret_cast<char*>(digest), 14));
  std::ranges::transform(hex, hex.begin(),
                         [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return hex;
}

std::string InventedPnsId(std::string_view nip) {
  return std::string(kInventedId) + Digest("pns", nip);
}

std::string InventedPositionId(std::string_view nip) {
  const std::string hex = LowerCase(Digest("jabatan", nip));
  return absl::StrCat("fa00", hex.substr(0, 4), "-", hex.substr(4, 4), "-11ef-a001-",
                      hex.substr(8, 12));
}

json InventedRow(const std::string& nip) {
  // PPPK carry a frequency code from 21 where PNS have the month of appointment.
  const bool is_pppk = nip.substr(12, 2) > "12";
  const std::string born =
      absl::StrCat(nip.substr(6, 2), "-", nip.substr(4, 2), "-", nip.substr(0, 4));
  const std::string since =
      absl::StrCat("01-", is_pppk ? "03" : nip.substr(12, 2), "-", nip.substr(8, 4));
  return {{"id", InventedPnsId(nip)},
          {"nipBaru", nip},
          {"nipLama", ""},
          {"nama", absl::StrCat("PEGAWAI CONTOH ", Digest("nama", nip).substr(0, 6))},
          {"gelarDepan", ""},
          {"gelarBelakang", "S.Pd."},
          {"tglLahir", born},
          {"jenisKelamin", nip[14] == '2' ? "F" : "M"},
          {"nik", ""},
          {"validNik", true},
          {"email", ""},
          {"emailGov", ""},
          {"jenisPegawaiId", "15"},
          {"jenisPegawaiNama", "PNS Daerah Kab./Kota yang bekerja pada Kab./Kota"},
          {"kedudukanPnsId", "01"},
          {"kedudukanPnsNama", "Aktif"},
          {"statusPegawai", is_pppk ? "PPPK" : "PNS"},
          {"instansiIndukId", "F2000000000000000000000000000001"},
          {"instansiIndukNama", "Pemerintah Kab. Contoh Jaya"},
          {"instansiKerjaId", "F2000000000000000000000000000001"},
          {"instansiKerjaNama", "Pemerintah Kab. Contoh Jaya"},
          {"instansiKerjaKodeCepat", "9901"},
          {"unorId", "F1000000000000000000000000000001"},
          {"unorNama", "SEKOLAH CONTOH"},
          {"unorIndukId", "F1000000000000000000000000000000"},
          {"unorIndukNama", "DINAS PENDIDIKAN"},
          {"jenisJabatanId", "2"},
          {"jenisJabatan", "Jabatan Fungsional Tertentu"},
          {"jabatanNama", "Guru Ahli Pertama"},
          {"jabatanFungsionalId", "ff80808132b9d98c0132cd178bc8056e"},
          {"jabatanFungsionalNama", "Guru Ahli Pertama"},
          {"tmtJabatan", since},
          {"golRuangAwalId", is_pppk ? "" : "31"},
          {"golRuangAkhirId", is_pppk ? "" : "32"},
          {"golRuangAkhir", is_pppk ? "IX" : "III/b"},
          {"tmtGolAkhir", since},
          {"pangkatAkhir", is_pppk ? "" : "Penata Muda Tingkat I"},
          {"tmtCpns", since},
          {"tmtPns", is_pppk ? "" : since},
          {"jenjang", "Ahli Pertama"},
          {"kode_jenjang_jabatan", "PT"},
          {"path", nullptr}};
}

json InventedPosition(const std::string& nip) {
  return {{"id", InventedPositionId(nip)},
          {"idPns", InventedPnsId(nip)},
          {"nipBaru", nip},
          {"nipLama", ""},
          {"jenisJabatan", "2"},
          {"unorId", "F1000000000000000000000000000001"},
          {"unorNama", "SEKOLAH CONTOH"},
          {"jabatanFungsionalId", "ff80808132b9d98c0132cd178bc8056e"},
          {"jabatanFungsionalNama", "Guru Ahli Pertama"},
          {"namaJabatan", "Guru Ahli Pertama"},
          {"tmtJabatan", absl::StrCat("01-03-", nip.substr(8, 4))},
          {"nomorSk", "800/001/CONTOH"},
          {"tanggalSk", absl::StrCat("01-03-", nip.substr(8, 4))},
          {"jenisPenugasanId", "D"},
          {"path", nullptr}};
}

}  // namespace

bool People::Take(std::string_view file_name, const json& row) {
  if (file_name.starts_with("data-utama")) {
    const std::string nip = TextOf(row, "nipBaru");
    nip_by_id_[TextOf(row, "id")] = nip;
    by_nip_[nip] = {row, file_name.starts_with("data-utama-paruhwaktu")};
  } else if (file_name.starts_with("rw-jabatan")) {
    positions_[TextOf(row, "idPns")].push_back(row);
    position_by_id_[TextOf(row, "id")] = Dump(row);
  } else if (file_name.starts_with("nilaiipasn")) {
    ip_asn_[TextOf(row, "nip_baru")] = Dump(row);
  } else if (file_name.starts_with("ref-unor")) {
    units_.push_back(Dump(row));
  } else {
    return false;
  }
  return true;
}

bool People::IsInvented(const std::string& nip) const {
  return any_person_ && !by_nip_.contains(nip) && IsNip(nip);
}

std::string People::PnsId(const std::string& nip) const {
  const auto found = by_nip_.find(nip);
  if (found != by_nip_.end()) return TextOf(found->second.row, "id");
  return IsInvented(nip) ? InventedPnsId(nip) : "";
}

bool People::IsPnsId(std::string_view pns_id) const {
  if (nip_by_id_.contains(std::string(pns_id))) return true;
  return any_person_ && pns_id.size() == 32 && pns_id.starts_with(kInventedId);
}

std::optional<json> People::Row(const std::string& nip, bool part_time) const {
  const auto found = by_nip_.find(nip);
  if (found != by_nip_.end()) {
    if (found->second.part_time != part_time) return std::nullopt;
    return found->second.row;
  }
  if (part_time || !IsInvented(nip)) return std::nullopt;
  return InventedRow(nip);
}

std::optional<std::string> People::DataUtama(const std::string& nip, bool part_time) const {
  const auto row = Row(nip, part_time);
  if (!row) return std::nullopt;
  return Dump(*row);
}

std::optional<std::string> People::Positions(const std::string& nip) const {
  const auto found = positions_.find(PnsId(nip));
  if (found != positions_.end()) return Dump(found->second);
  if (!IsInvented(nip)) return std::nullopt;
  return Dump(json::array({InventedPosition(nip)}));
}

std::optional<std::string> People::Position(const std::string& id) const {
  const auto found = position_by_id_.find(id);
  if (found == position_by_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> People::IpAsn(const std::string& nip) const {
  const auto found = ip_asn_.find(nip);
  if (found == ip_asn_.end()) return std::nullopt;
  return found->second;
}

json People::Place(const std::string& nip) const {
  auto row = Row(nip, false);
  if (!row) row = Row(nip, true);
  if (!row) row = json::object();
  return {{"nip", nip},
          {"nama", TextOf(*row, "nama")},
          {"instansiId", TextOf(*row, "instansiKerjaId")},
          {"instansiNama", TextOf(*row, "instansiKerjaNama")},
          {"unorId", TextOf(*row, "unorId")},
          {"unorNama", TextOf(*row, "unorNama")},
          {"jabatan", TextOf(*row, "jabatanNama")}};
}

}  // namespace kinerja::simulators::bkn
