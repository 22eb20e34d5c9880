#include "adapters/bkn/clean_words.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace kinerja::adapters::bkn {
namespace {

constexpr std::string_view kHidden = "***";
constexpr size_t kMostBytes = 160;

// In small letters, a blank around each: what SIASN, its gateway, its login, Go, SQL and web
// servers say of a request. No word that is commonly a person's name.
constexpr std::string_view kKnown =
    // Of SIASN and its fields.
    " pns asn non nip nrp nik orang dinilai penilai nama jabatan jenis unor unit golongan status"
    " hasil perilaku kerja kinerja kuadran nilai koefisien koefisen periodik periode bulan mulai"
    " selesai penilaian penailan tahun nomor sk skp skp22 rw riwayat tanggal tmt kredit utama baru"
    " penunjang total angka pertama integrasi konversi is id pak path dok dokumen berkas file pdf"
    " data utama pegawai kedudukan hukum aktif instansi satuan induk referensi ref fungsional"
    " tertentu struktural pelaksana"
    // Indonesian.
    " tidak bukan belum sudah telah sedang dapat bisa boleh harus wajib perlu mohon silakan coba"
    " lagi kembali nanti ada kosong diisi terisi salah benar sama berbeda ganda duplikat valid"
    " mengandung spesial karakter namun yang dimasukkan ditemukan pada dalam dari ke di dan atau"
    " dengan untuk oleh ini itu karena gagal berhasil ditolak diterima dikunci dihapus disimpan"
    " diubah diunggah unggah simpan hapus ubah tersedia terdaftar berlaku sesuai melebihi kurang"
    " lebih besar kecil maksimal minimal panjang huruf format berformat ukuran parameter permintaan"
    " sistem layanan pemeliharaan kesalahan terjadi akses masuk hak"
    // English, of requests and their faults.
    " a an the of in to for from with on at as by or and not no be been are was were has have had"
    " did does do must should can cannot could will would this that it its your you we our again"
    " later please try only than more less too many such out up error errors occurred failed "
    "failure"
    " fault success successful invalid valid required missing malformed expired mismatch unknown"
    " unexpected unsupported found record records field fields value values key keys name type"
    " expected got null nil empty length max min number string integer int float bool object array"
    " date time month year parse parsing parsed syntax offset character characters special contain"
    " contains greater duplicate unique constraint violates violate already exists exist insert"
    " update delete foreign relation column table row rows sql pq json unmarshal marshal go struct"
    " into code message description request requests response body header headers content media"
    " method allowed query parameter parameters bind internal external"
    // Of gateways, logins and web servers.
    " http https html xml head title h1 center hr page web server service services unavailable"
    " gateway bad proxy host origin load balancer nginx apache tomcat wso2 carbon synapse varnish"
    " timeout timed connect connection connections refused reset closed broken pipe peer dial tcp"
    " eof lookup dns tls certificate context deadline exceeded canceled cancelled unauthorized"
    " unauthorised forbidden resource matching access denied permission jwt token tokens bearer sso"
    " oauth oauth2 credentials credential authentication authorization authenticated client grant"
    " user password account disabled locked login session scope signature audience issuer runtime"
    " suspended currently address endpoint throttled throttling quota limit limits rate blocked"
    " subscription subscribed application api available maintenance temporarily overloaded moved"
    " permanently sender receiver backend upstream processing while ";

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsUpper(char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); }
bool IsWordByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }
// Between the groups of one number.
bool IsGrouping(char c) { return c == ' ' || c == '.' || c == '-' || c == '/' || c == ':'; }

bool IsKnown(std::string_view word) {
  const std::string small = absl::AsciiStrToLower(absl::string_view(word.data(), word.size()));
  return kKnown.find(absl::StrCat(" ", small, " ")) != std::string_view::npos;
}

// A known word, or one put together of such: "PnsDinilaiId", "PnsID", "rwSkpId".
bool IsHarmless(std::string_view word) {
  if (IsKnown(word)) return true;
  size_t begin = 0;
  for (size_t i = 1; i <= word.size(); ++i) {
    const bool ends = i == word.size() || (IsUpper(word[i]) && !IsUpper(word[i - 1]));
    if (!ends) continue;
    if (!IsKnown(word.substr(begin, i - begin))) return false;
    begin = i;
  }
  return true;
}

// The end of the number that begins here, all its groups included.
size_t EndOfNumber(std::string_view words, size_t begin) {
  size_t end = begin;
  for (size_t i = begin; i < words.size() && (IsDigit(words[i]) || IsGrouping(words[i])); ++i) {
    if (IsDigit(words[i])) end = i + 1;
  }
  return end;
}

bool IsShortNumber(std::string_view number) {
  constexpr std::ptrdiff_t kMostDigits = 4;
  return std::count_if(number.begin(), number.end(), IsDigit) <= kMostDigits;
}

// One mask for all that is hidden in a row: not even the number of words is told.
bool EndsHidden(std::string_view line) {
  const size_t last = line.find_last_not_of(' ');
  return last != std::string_view::npos && line.substr(0, last + 1).ends_with(kHidden);
}

void Append(std::string_view piece, bool harmless, std::string* line) {
  if (harmless) {
    line->append(piece);
  } else if (!EndsHidden(*line)) {
    line->append(kHidden);
  }
}

}  // namespace

std::string CleanWords(std::string_view words) {
  std::string line;
  for (size_t i = 0; i < words.size() && line.size() < kMostBytes;) {
    size_t end = i + 1;
    if (words[i] == '"') {  // a value that the peer quotes
      end = std::min(words.find('"', i + 1), words.size() - 1) + 1;
      Append("", false, &line);
    } else if (IsDigit(words[i])) {
      end = EndOfNumber(words, i);
      const std::string_view number = words.substr(i, end - i);
      Append(number, IsShortNumber(number) && !EndsHidden(line), &line);
    } else if (IsWordByte(words[i])) {
      while (end < words.size() && IsWordByte(words[end])) ++end;
      const std::string_view word = words.substr(i, end - i);
      Append(word, IsHarmless(word), &line);
    } else if (absl::ascii_isgraph(static_cast<unsigned char>(words[i]))) {
      line += words[i];
    } else if (!line.ends_with(' ')) {
      line += ' ';
    }
    i = end;
  }
  if (line.size() > kMostBytes) line.resize(line.find_last_of(' ', kMostBytes) + 1);
  return std::string(absl::StripAsciiWhitespace(line));
}

}  // namespace kinerja::adapters::bkn
