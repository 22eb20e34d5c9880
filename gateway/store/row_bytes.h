// RowWriter and RowReader: the primitives of row_codec and delivery_codec: a version byte, then
// numbers (little-endian base 128) and texts with their length.
//
// Threading: one thread. Reading takes any bytes: after the first mistake everything reads as empty
// and Done() is false; a count that the rest cannot hold never makes anybody allocate.
#ifndef KINERJA_GATEWAY_STORE_ROW_BYTES_H_
#define KINERJA_GATEWAY_STORE_ROW_BYTES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "gateway/base/status.h"

namespace kinerja::store {

class RowWriter {
 public:
  explicit RowWriter(char version) : out_(1, version) { out_.reserve(96); }

  // Little-endian base 128: all but the last byte have the high bit set.
  void Number(uint64_t number) {
    while (number >= 0x80) {
      out_ += static_cast<char>(number | 0x80);
      number >>= 7;
    }
    out_ += static_cast<char>(number);
  }
  // A negative one takes ten bytes.
  void Signed(int64_t number) { Number(static_cast<uint64_t>(number)); }

  void Text(std::string_view text) {
    Number(text.size());
    out_.append(text);
  }

  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

class RowReader {
 public:
  RowReader(char version, std::string_view bytes) : rest_(bytes) {
    if (rest_.empty() || rest_.front() != version) {
      Fail();
    } else {
      rest_.remove_prefix(1);
    }
  }

  uint64_t Number() {
    uint64_t number = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) break;  // more than 64 bits
      number |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return number;
    }
    Fail();
    return 0;
  }
  int64_t Signed() { return static_cast<int64_t>(Number()); }

  // A number of 32 bits.
  uint32_t Small() {
    const uint64_t number = Number();
    if (number <= UINT32_MAX) return static_cast<uint32_t>(number);
    Fail();
    return 0;
  }
  int32_t Enum() { return static_cast<int32_t>(Small()); }
  // A number from `first` to `last`.
  uint8_t Between(uint8_t first, uint8_t last) {
    const uint64_t number = Number();
    if (number >= first && number <= last) return static_cast<uint8_t>(number);
    Fail();
    return first;
  }

  std::string Text() {
    const uint64_t size = Number();
    if (size > rest_.size()) {
      Fail();
      return {};
    }
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }

  // How many elements follow; each takes a byte at least.
  size_t Count() {
    const uint64_t count = Number();
    if (count <= rest_.size()) return count;
    Fail();
    return 0;
  }

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

// DATA_LOSS STORE_CORRUPT naming what cannot be read.
inline absl::Status CorruptRow(std::string_view what) {
  return base::MakeError(
      absl::StatusCode::kDataLoss, "STORE_CORRUPT",
      "stored bytes of " + std::string(what) + " cannot be read; restore from a backup",
      {{"what", std::string(what)}});
}

}  // namespace kinerja::store

#endif  // KINERJA_GATEWAY_STORE_ROW_BYTES_H_
