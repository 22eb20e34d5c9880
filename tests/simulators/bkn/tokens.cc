#include "tests/simulators/bkn/tokens.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators::bkn {
namespace {

using nlohmann::json;

constexpr std::string_view kSigningKey = "an invented key; it protects nothing";
constexpr size_t kMaxKnown = 10'000;

int64_t NowMicroseconds() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string Encode(const std::string& bytes) { return absl::WebSafeBase64Escape(bytes); }

std::string Signature(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), kSigningKey.data(), static_cast<int>(kSigningKey.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return Encode(std::string(reinterpret_cast<const char*>(digest), size));
}

json Payload(TokenKind kind, const TokenOwner& owner) {
  if (kind == TokenKind::kWso2) {
    return {{"sub", owner.user},   {"aut", "APPLICATION"},
            {"aud", owner.client}, {"azp", owner.client},
            {"scope", "default"},  {"iss", "https://simulator/oauth2/token"}};
  }
  return {
      {"sub", "00000000-0000-4000-8000-000000000002"},
      {"typ", "Bearer"},
      {"aud", "account"},
      {"azp", owner.client},
      {"acr", "1"},
      {"scope", "profile email"},
      {"iss", "https://simulator/auth/realms/public-siasn"},
      {"session_state", "00000000-0000-4000-8000-000000000001"},
      {"preferred_username", owner.user},
      {"name", "PENGGUNA CONTOH"},
      {"realm_access",
       {{"roles", {"role:manajemen-ws:developer", "role:siasn-instansi:peremajaan:operator"}}}}};
}

size_t Index(TokenKind kind) { return kind == TokenKind::kWso2 ? 0 : 1; }

}  // namespace

std::string Tokens::Issue(TokenKind kind, const TokenOwner& owner, std::chrono::seconds lifetime) {
  int64_t issued_us = 0;
  {
    const std::lock_guard lock(mutex_);
    issued_us = newest_us_ = std::max(NowMicroseconds(), newest_us_ + 1);
  }
  const int64_t now_s = issued_us / 1'000'000;
  json payload = Payload(kind, owner);
  payload["iat"] = now_s;
  if (kind == TokenKind::kWso2) payload["nbf"] = now_s;
  payload["exp"] = now_s + lifetime.count();
  payload["jti"] = absl::StrFormat("%016x", issued_us);
  const std::string signed_part =
      absl::StrCat(Encode(R"({"alg":"HS256","typ":"JWT"})"), ".", Encode(Dump(payload)));
  return absl::StrCat(signed_part, ".", Signature(signed_part));
}

Tokens::Claims Tokens::Read(const std::string& token) {
  Claims claims;
  const size_t first = token.find('.');
  const size_t last = token.rfind('.');
  if (first == std::string::npos || last == first) return claims;
  if (Signature(std::string_view(token).substr(0, last)) != token.substr(last + 1)) return claims;
  std::string payload;
  if (!absl::WebSafeBase64Unescape(token.substr(first + 1, last - first - 1), &payload)) {
    return claims;
  }
  const auto object = ParseJson(payload);
  if (!object) return claims;
  claims.kind = Find(*object, "aut") != nullptr ? TokenKind::kWso2 : TokenKind::kSso;
  claims.client = TextOf(*object, "azp");
  claims.expires_s = WholeNumberOf(Find(*object, "exp")).value_or(0);
  claims.issued_us = std::strtoll(TextOf(*object, "jti").c_str(), nullptr, 16);
  claims.genuine = true;
  return claims;
}

Tokens::Verdict Tokens::Judge(TokenKind kind, const std::string& token,
                              std::string_view expected_client) {
  const std::lock_guard lock(mutex_);
  auto found = known_.find(token);
  if (found == known_.end()) {
    if (known_.size() >= kMaxKnown) known_.clear();
    found = known_.emplace(token, Read(token)).first;
  }
  const Claims& claims = found->second;
  if (!claims.genuine || claims.kind != kind) return Verdict::kExpired;
  if (claims.expires_s <= NowMicroseconds() / 1'000'000) return Verdict::kExpired;
  if (claims.issued_us <= expired_until_us_[Index(kind)]) return Verdict::kExpired;
  const bool another = claims.client == kAnotherClient ||
                       (!expected_client.empty() && claims.client != expected_client);
  return another && kind == TokenKind::kSso ? Verdict::kOtherClient : Verdict::kGood;
}

void Tokens::ExpireAll(TokenKind kind) {
  const std::lock_guard lock(mutex_);
  newest_us_ = std::max(NowMicroseconds(), newest_us_);
  expired_until_us_[Index(kind)] = newest_us_;
}

}  // namespace kinerja::simulators::bkn
