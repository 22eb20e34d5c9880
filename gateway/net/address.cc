#include "gateway/net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace kinerja::net {
namespace {

struct Range {
  std::array<uint8_t, 4> prefix;
  int bits;
  AddressKind kind;
};

// IANA's special-purpose registry (RFC 6890), as far as somebody could answer there.
constexpr std::array kIpv4Ranges = {
    Range{{0, 0, 0, 0}, 8, AddressKind::kNever},  // 0.0.0.0 is this machine
    Range{{10, 0, 0, 0}, 8, AddressKind::kPrivate},
    Range{{100, 64, 0, 0}, 10, AddressKind::kPrivate},
    Range{{127, 0, 0, 0}, 8, AddressKind::kLoopback},
    Range{{169, 254, 0, 0}, 16, AddressKind::kNever},
    Range{{172, 16, 0, 0}, 12, AddressKind::kPrivate},
    Range{{192, 0, 0, 0}, 24, AddressKind::kNever},
    Range{{192, 168, 0, 0}, 16, AddressKind::kPrivate},
    Range{{198, 18, 0, 0}, 15, AddressKind::kPrivate},
    Range{{224, 0, 0, 0}, 3, AddressKind::kNever},  // multicast, reserved, broadcast
};

uint32_t AsNumber(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

AddressKind KindOfIpv4(const uint8_t* bytes) {
  const uint32_t address = AsNumber(bytes);
  for (const Range& range : kIpv4Ranges) {
    const uint32_t mask = ~uint32_t{0} << (32 - range.bits);
    if ((address & mask) == AsNumber(range.prefix.data())) return range.kind;
  }
  return AddressKind::kPublic;
}

AddressKind KindOfIpv6(std::span<const uint8_t, 16> bytes) {
  constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr std::array<uint8_t, 12> kNat64 = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  constexpr std::array<uint8_t, 16> kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  const auto begins_with = [bytes](const auto& prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
  };
  if (begins_with(kLoopback)) return AddressKind::kLoopback;
  if (begins_with(kMapped) || begins_with(kNat64)) return KindOfIpv4(&bytes[12]);
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return KindOfIpv4(&bytes[2]);  // 6to4
  if ((bytes[0] & 0xfe) == 0xfc) return AddressKind::kPrivate;
  // What is routed in public is inside 2000::/3; of that, 2001::/32 (Teredo) hides an address.
  if ((bytes[0] & 0xe0) != 0x20) return AddressKind::kNever;
  if (AsNumber(bytes.data()) == 0x20010000) return AddressKind::kNever;
  return AddressKind::kPublic;
}

}  // namespace

AddressKind KindOfAddress(const sockaddr& address) {
  // Copied: the caller's bytes need not be aligned for the longer types.
  if (address.sa_family == AF_INET) {
    sockaddr_in ipv4;
    std::memcpy(&ipv4, &address, sizeof(ipv4));
    std::array<uint8_t, 4> bytes;
    std::memcpy(bytes.data(), &ipv4.sin_addr, bytes.size());
    return KindOfIpv4(bytes.data());
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 ipv6;
    std::memcpy(&ipv6, &address, sizeof(ipv6));
    return KindOfIpv6(std::span<const uint8_t, 16>(ipv6.sin6_addr.s6_addr));
  }
  return AddressKind::kNever;
}

AddressKind KindOfAddress(std::string_view text) {
  const std::string terminated(text);
  std::array<uint8_t, 16> bytes;
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) return KindOfIpv4(bytes.data());
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return KindOfIpv6(bytes);
  return AddressKind::kNever;
}

}  // namespace kinerja::net
