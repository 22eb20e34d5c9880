// Tokens: the two kinds of JWT that SIASN asks for on every call, issued and judged.
//
// Signed (HS256) with a key that never changes, so that a token outlives a restart of the
// simulator, as one of the real service does.
//
// Threading: safe for concurrent use.
//
//   const std::string token = tokens.Issue(TokenKind::kSso, {.client = "contoh"}, seconds(3600));
//   tokens.Judge(TokenKind::kSso, token);  // kGood, until it expires
#ifndef KINERJA_TESTS_SIMULATORS_BKN_TOKENS_H_
#define KINERJA_TESTS_SIMULATORS_BKN_TOKENS_H_

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kinerja::simulators::bkn {

enum class TokenKind { kWso2, kSso };

// Whom a token is for. For WSO2 the application, for SSO the client and the user who logged in.
struct TokenOwner {
  std::string client;
  std::string user;
};

// An SSO token of this client is always one of another application than the caller's.
inline constexpr std::string_view kAnotherClient = "klien-lain";

class Tokens {
 public:
  enum class Verdict {
    kGood,
    kExpired,      // also unknown, wrongly signed, of the other kind: callers cannot tell
    kOtherClient,  // good, but of another client (SSO)
  };

  std::string Issue(TokenKind kind, const TokenOwner& owner, std::chrono::seconds lifetime);

  // `expected_client`: empty takes every client but kAnotherClient.
  Verdict Judge(TokenKind kind, const std::string& token, std::string_view expected_client = "");

  // Every token of that kind issued until now has expired.
  void ExpireAll(TokenKind kind);

 private:
  struct Claims {
    TokenKind kind = TokenKind::kWso2;
    int64_t issued_us = 0;
    int64_t expires_s = 0;
    std::string client;
    bool genuine = false;
  };

  static Claims Read(const std::string& token);

  std::mutex mutex_;                               // guards all below
  std::unordered_map<std::string, Claims> known_;  // read once; a cache only
  int64_t newest_us_ = 0;                          // of all issued
  int64_t expired_until_us_[2] = {0, 0};           // by kind
};

}  // namespace kinerja::simulators::bkn

#endif  // KINERJA_TESTS_SIMULATORS_BKN_TOKENS_H_
