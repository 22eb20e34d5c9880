// Principals: who a caller is, from its bearer token or its client certificate, and what it may do
// (design §4 P9).
//
// Threading: immutable after construction; safe for concurrent use.
// Ownership: a `const Principal*` belongs to the Principals it came from and lives as long.
//
//   const Principal* caller = principals.ByBearerToken(token);
//   if (caller == nullptr) return ...UNAUTHENTICATED...;
//   if (!caller->MayUseInstansi(kode)) return ...INSTANSI_NOT_ALLOWED...;
#ifndef KINERJA_GATEWAY_SECURITY_PRINCIPAL_H_
#define KINERJA_GATEWAY_SECURITY_PRINCIPAL_H_

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "google/protobuf/repeated_field.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::security {

// A caller and its rights. Makes no errors: the caller of these functions names the reason.
struct Principal {
  std::string id;
  std::set<std::string, std::less<>> systems;  // source.system it may write as; none: it only reads
  std::set<std::string, std::less<>> instansi;  // kode_bkn; empty when all_instansi
  bool all_instansi = false;
  bool feed = false;
  bool is_operator = false;  // may pause targets, retry and cancel deliveries

  // Whether it may read and write records of this instansi (kode_bkn).
  bool MayUseInstansi(std::string_view kode_bkn) const;
  // Whether it may write as this source.system.
  bool MayWriteAs(std::string_view system) const;
};

class Principals {
 public:
  // Takes principals as settings has judged them: ids and proofs are unique. One without a proof is
  // never found.
  explicit Principals(const google::protobuf::RepeatedPtrField<config::v1::Principal>& configured);

  // The principal whose token this is, or nullptr. The token is hashed and the hash looked up, so
  // the time taken says nothing about how much of a guess was right.
  const Principal* ByBearerToken(std::string_view token) const;

  // The principal that one of the certificate's subject alternative names (DNS or URI, as TLS has
  // verified them) belongs to. nullptr when there is none, and when they belong to two: then nobody
  // can say whose rights hold.
  const Principal* ByCertificateSans(std::span<const std::string> names) const;

 private:
  std::vector<Principal> principals_;
  std::unordered_map<std::string, size_t> by_token_hash_;  // 32 bytes
  std::unordered_map<std::string, size_t> by_san_;
};

}  // namespace kinerja::security

#endif  // KINERJA_GATEWAY_SECURITY_PRINCIPAL_H_
