#include "gateway/store/row_codec.h"

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "gateway/base/status.h"

namespace kinerja::store {
namespace {

constexpr char kVersion = 1;

// Little-endian base 128: all but the last byte have the high bit set.
void PutNumber(uint32_t number, std::string& out) {
  while (number >= 0x80) {
    out += static_cast<char>(number | 0x80);
    number >>= 7;
  }
  out += static_cast<char>(number);
}

void PutText(std::string_view text, std::string& out) {
  PutNumber(static_cast<uint32_t>(text.size()), out);
  out.append(text);
}

// Takes fields off the front. After the first mistake everything reads as empty and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {
    if (rest_.empty() || rest_.front() != kVersion) {
      Fail();
    } else {
      rest_.remove_prefix(1);
    }
  }

  uint32_t Number() {
    uint64_t number = 0;
    for (int shift = 0; shift < 35 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      number |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte >= 0x80) continue;
      if (number > UINT32_MAX) break;
      return static_cast<uint32_t>(number);
    }
    Fail();
    return 0;
  }

  int32_t Enum() { return static_cast<int32_t>(Number()); }

  std::string Text() {
    const uint32_t size = Number();
    if (size > rest_.size()) {
      Fail();
      return {};
    }
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }

  size_t remaining() const { return rest_.size(); }
  // Whether everything was readable, and nothing is left over.
  bool Done() const { return ok_ && rest_.empty(); }

 private:
  void Fail() {
    ok_ = false;
    rest_ = {};
  }

  std::string_view rest_;
  bool ok_ = true;
};

absl::Status Corrupt(std::string_view what) {
  return base::MakeError(
      absl::StatusCode::kDataLoss, "STORE_CORRUPT",
      "stored bytes of " + std::string(what) + " cannot be read; restore from a backup",
      {{"what", std::string(what)}});
}

}  // namespace

std::string EncodeFilterKeys(const FilterKeys& keys) {
  std::string out;
  out.reserve(80);
  out += kVersion;
  for (const std::string* text :
       {&keys.instansi, &keys.wilayah, &keys.unor, &keys.npsn, &keys.mulai, &keys.selesai}) {
    PutText(*text, out);
  }
  for (const int32_t number : {keys.tahun, keys.jenis_periode, keys.regime, keys.status,
                               keys.kelengkapan, keys.status_kepegawaian}) {
    PutNumber(static_cast<uint32_t>(number), out);
  }
  return out;
}

absl::StatusOr<FilterKeys> DecodeFilterKeys(std::string_view bytes) {
  Reader reader(bytes);
  FilterKeys keys;
  for (std::string* text :
       {&keys.instansi, &keys.wilayah, &keys.unor, &keys.npsn, &keys.mulai, &keys.selesai}) {
    *text = reader.Text();
  }
  for (int32_t* number : {&keys.tahun, &keys.jenis_periode, &keys.regime, &keys.status,
                          &keys.kelengkapan, &keys.status_kepegawaian}) {
    *number = reader.Enum();
  }
  if (!reader.Done()) return Corrupt("filter keys");
  return keys;
}

std::string EncodeTargets(const std::vector<std::string>& targets) {
  std::string out(1, kVersion);
  PutNumber(static_cast<uint32_t>(targets.size()), out);
  for (const std::string& target : targets) PutText(target, out);
  return out;
}

absl::StatusOr<std::vector<std::string>> DecodeTargets(std::string_view bytes) {
  Reader reader(bytes);
  const uint32_t count = reader.Number();
  // Each takes a byte at least: a wrong count cannot make us allocate.
  if (count > reader.remaining()) return Corrupt("targets");
  std::vector<std::string> targets;
  targets.reserve(count);
  for (uint32_t i = 0; i < count; ++i) targets.push_back(reader.Text());
  if (!reader.Done()) return Corrupt("targets");
  return targets;
}

}  // namespace kinerja::store
