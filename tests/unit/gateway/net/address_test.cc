#include "gateway/net/address.h"

#include <netinet/in.h>

#include <string>

#include "gtest/gtest.h"

namespace kinerja::net {
namespace {

TEST(AddressTest, KnowsWhereAnAddressLeads) {
  struct Case {
    std::string_view address;
    AddressKind want;
  };
  const Case cases[] = {
      {"8.8.8.8", AddressKind::kPublic},
      {"103.23.20.1", AddressKind::kPublic},
      {"223.255.255.255", AddressKind::kPublic},
      {"10.0.0.1", AddressKind::kPrivate},
      {"11.0.0.1", AddressKind::kPublic},
      {"172.15.255.255", AddressKind::kPublic},
      {"172.16.0.1", AddressKind::kPrivate},
      {"172.31.255.255", AddressKind::kPrivate},
      {"172.32.0.1", AddressKind::kPublic},
      {"192.168.1.1", AddressKind::kPrivate},
      {"100.64.0.1", AddressKind::kPrivate},
      {"100.128.0.1", AddressKind::kPublic},
      {"127.0.0.1", AddressKind::kLoopback},
      {"127.255.255.254", AddressKind::kLoopback},
      {"0.0.0.0", AddressKind::kNever},
      {"169.254.169.254", AddressKind::kNever},
      {"224.0.0.1", AddressKind::kNever},
      {"255.255.255.255", AddressKind::kNever},
      {"2606:4700::1111", AddressKind::kPublic},
      {"::1", AddressKind::kLoopback},
      {"::", AddressKind::kNever},
      {"fd00::1", AddressKind::kPrivate},
      {"fe80::1", AddressKind::kNever},
      {"ff02::1", AddressKind::kNever},
      // An IPv4 address inside.
      {"::ffff:127.0.0.1", AddressKind::kLoopback},
      {"::ffff:10.0.0.1", AddressKind::kPrivate},
      {"::ffff:8.8.8.8", AddressKind::kPublic},
      {"::127.0.0.1", AddressKind::kNever},
      {"64:ff9b::a00:1", AddressKind::kPrivate},
      {"2002:7f00:1::", AddressKind::kLoopback},
      {"2001:0:1::", AddressKind::kNever},
      // No address.
      {"", AddressKind::kNever},
      {"localhost", AddressKind::kNever},
      {"127.1", AddressKind::kNever},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(KindOfAddress(each.address), each.want) << each.address;
  }
}

TEST(AddressTest, JudgesTheAddressOfASocket) {
  sockaddr_in ipv4 = {};
  ipv4.sin_family = AF_INET;
  ipv4.sin_addr.s_addr = htonl(0x0a000001);
  EXPECT_EQ(KindOfAddress(*reinterpret_cast<sockaddr*>(&ipv4)), AddressKind::kPrivate);
  sockaddr_in6 ipv6 = {};
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_addr = in6addr_loopback;
  EXPECT_EQ(KindOfAddress(*reinterpret_cast<sockaddr*>(&ipv6)), AddressKind::kLoopback);
  sockaddr other = {};
  other.sa_family = AF_UNIX;
  EXPECT_EQ(KindOfAddress(other), AddressKind::kNever);
}

}  // namespace
}  // namespace kinerja::net
