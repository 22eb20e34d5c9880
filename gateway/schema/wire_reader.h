// Reads protobuf's wire format where it lies, without making messages: several times faster than
// reflection for a walk that touches most fields. Reads what this program serialised; damaged bytes
// end the reading early and never go outside the text. One thread.
#ifndef KINERJA_GATEWAY_SCHEMA_WIRE_READER_H_
#define KINERJA_GATEWAY_SCHEMA_WIRE_READER_H_

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace kinerja::schema {

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  bool AtEnd() const { return rest_.empty(); }

  uint64_t Varint() {
    if (!rest_.empty() && static_cast<unsigned char>(rest_.front()) < 0x80) [[likely]] {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      return byte;
    }
    return LongVarint();
  }

  // The value of a text or message, which has its size before it.
  std::string_view Bytes() {
    const uint64_t size = Varint();
    return Take(size);
  }

  // Field number and wire type of the next field.
  struct Tag {
    int number;
    int type;
  };
  static constexpr int kVarint = 0;
  static constexpr int kFixed64 = 1;
  static constexpr int kBytes = 2;
  static constexpr int kStartGroup = 3;
  static constexpr int kFixed32 = 5;

  Tag NextTag() {
    const uint64_t tag = Varint();
    return {static_cast<int>((tag >> 3) & 0x1FFFFFFF), static_cast<int>(tag & 7)};
  }

  // The value behind a tag.
  void Skip(Tag tag) {
    switch (tag.type) {
      case kVarint:
        Varint();
        return;
      case kFixed64:
        Take(8);
        return;
      case kBytes:
        Bytes();
        return;
      case kFixed32:
        Take(4);
        return;
      case kStartGroup:
        return SkipGroups();
      default:
        rest_ = {};
    }
  }

 private:
  uint64_t LongVarint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    rest_ = {};
    return value;
  }

  std::string_view Take(uint64_t size) {
    const std::string_view taken = rest_.substr(0, std::min<uint64_t>(size, rest_.size()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  // Up to the end of the group that has begun; groups occur in unknown fields only.
  void SkipGroups() {
    constexpr int kEndGroup = 4;
    for (int open = 1; open > 0 && !AtEnd();) {
      const Tag tag = NextTag();
      if (tag.type == kStartGroup) {
        ++open;
      } else if (tag.type == kEndGroup) {
        --open;
      } else {
        Skip(tag);
      }
    }
  }

  std::string_view rest_;
};

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_WIRE_READER_H_
