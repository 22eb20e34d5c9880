// Judges the address that a peer's name resolved to, so that a name (or whoever answers for it)
// cannot point the gateway at itself or at the inside of its network.
//
// Threading: pure.
#ifndef KINERJA_GATEWAY_NET_ADDRESS_H_
#define KINERJA_GATEWAY_NET_ADDRESS_H_

#include <string_view>

struct sockaddr;

namespace kinerja::net {

enum class AddressKind {
  kPublic,
  kPrivate,   // 10/8, 172.16/12, 192.168/16, 100.64/10, 198.18/15, fc00::/7
  kLoopback,  // 127/8, ::1
  kNever,     // unspecified, link-local (with the metadata services of clouds), multicast, reserved
};

// The kind of an IPv4 or IPv6 address; one that carries an IPv4 address inside (mapped, NAT64,
// 6to4) is judged by that. kNever for any other family.
AddressKind KindOfAddress(const sockaddr& address);

// The same for its text form; kNever when it is none.
AddressKind KindOfAddress(std::string_view text);

}  // namespace kinerja::net

#endif  // KINERJA_GATEWAY_NET_ADDRESS_H_
