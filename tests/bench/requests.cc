#include "tests/bench/requests.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "absl/strings/str_format.h"
#include "gateway/generate/random.h"

namespace kinerja::bench {
namespace {

constexpr uint64_t kSeed = 20251231;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<const reference::Snapshot> ReadReference(const std::string& folder) {
  auto snapshot = reference::Snapshot::Parse(ReadFile(folder + "/instansi.tsv"),
                                             ReadFile(folder + "/unor.tsv"));
  if (snapshot.ok() && generate::Generator::HasUnits(**snapshot, "")) return *std::move(snapshot);
  std::fprintf(stderr, "%s: %s\n", folder.c_str(), snapshot.status().ToString().c_str());
  std::exit(2);
}

// A UUID of version 4 that looks as random as real ones: its index must be filled out of order.
std::string RequestId(uint64_t n) {
  const uint64_t high = generate::MixSeed(kSeed, 2 * n);
  const uint64_t low = generate::MixSeed(kSeed, 2 * n + 1);
  return absl::StrFormat("%08x-%04x-4%03x-%04x-%012x", high >> 32, (high >> 16) & 0xFFFF,
                         high & 0xFFF, 0x8000 | (low >> 50), low & 0xFFFF'FFFF'FFFF);
}

}  // namespace

Requests::Requests(const std::string& reference_folder)
    : reference_(ReadReference(reference_folder)), generator_(kSeed, *reference_) {}

v1::Skp Requests::Evaluated(uint64_t n) const {
  v1::Skp skp = Record(n);
  skp.set_status(v1::STATUS_SKP_DINILAI_TAHUNAN);
  v1::Evaluasi* evaluasi = skp.add_evaluasi();
  evaluasi->set_jenis(v1::JENIS_EVALUASI_TAHUNAN);
  evaluasi->mutable_periode()->set_tahun(skp.periode().tahun());
  evaluasi->mutable_periode()->set_jenis(skp.periode().jenis());
  evaluasi->mutable_periode()->set_urutan(skp.periode().urutan());
  evaluasi->set_rating_hasil(v1::RATING_SESUAI_EKSPEKTASI);
  evaluasi->set_rating_perilaku(v1::RATING_SESUAI_EKSPEKTASI);
  evaluasi->set_tanggal(skp.periode().selesai());
  return skp;
}

v1::SubmitSkpRequest Requests::Submission(uint64_t n) const {
  v1::SubmitSkpRequest request;
  request.set_request_id(RequestId(n));
  *request.mutable_skp() = Record(n);
  return request;
}

}  // namespace kinerja::bench
