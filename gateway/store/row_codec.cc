#include "gateway/store/row_codec.h"

#include <cstdint>

#include "gateway/store/row_bytes.h"

namespace kinerja::store {
namespace {

constexpr char kVersion = 1;

}  // namespace

std::string EncodeFilterKeys(const FilterKeys& keys) {
  RowWriter out(kVersion);
  for (const std::string* text :
       {&keys.instansi, &keys.wilayah, &keys.unor, &keys.npsn, &keys.mulai, &keys.selesai}) {
    out.Text(*text);
  }
  for (const int32_t number : {keys.tahun, keys.jenis_periode, keys.regime, keys.status,
                               keys.kelengkapan, keys.status_kepegawaian}) {
    out.Number(static_cast<uint32_t>(number));
  }
  return out.Take();
}

absl::StatusOr<FilterKeys> DecodeFilterKeys(std::string_view bytes) {
  RowReader in(kVersion, bytes);
  FilterKeys keys;
  for (std::string* text :
       {&keys.instansi, &keys.wilayah, &keys.unor, &keys.npsn, &keys.mulai, &keys.selesai}) {
    *text = in.Text();
  }
  for (int32_t* number : {&keys.tahun, &keys.jenis_periode, &keys.regime, &keys.status,
                          &keys.kelengkapan, &keys.status_kepegawaian}) {
    *number = in.Enum();
  }
  if (!in.Done()) return CorruptRow("filter keys");
  return keys;
}

std::string EncodeTargets(const std::vector<std::string>& targets) {
  RowWriter out(kVersion);
  out.Number(targets.size());
  for (const std::string& target : targets) out.Text(target);
  return out.Take();
}

absl::StatusOr<std::vector<std::string>> DecodeTargets(std::string_view bytes) {
  RowReader in(kVersion, bytes);
  std::vector<std::string> targets(in.Count());
  for (std::string& target : targets) target = in.Text();
  if (!in.Done()) return CorruptRow("targets");
  return targets;
}

}  // namespace kinerja::store
