// TokenDesk: both token endpoints, and whether a request carries what a service call needs.
//
// Threading: safe for concurrent use.
#ifndef KINERJA_TESTS_SIMULATORS_BKN_TOKEN_DESK_H_
#define KINERJA_TESTS_SIMULATORS_BKN_TOKEN_DESK_H_

#include <optional>
#include <string>

#include "tests/simulators/base/http_message.h"
#include "tests/simulators/bkn/switches.h"
#include "tests/simulators/bkn/tokens.h"

namespace kinerja::simulators::bkn {

// What callers must present; an empty text takes anything that is not empty.
struct Credentials {
  std::string consumer_key;
  std::string consumer_secret;
  std::string client_id;
  std::string username;
  std::string password;
};

class TokenDesk {
 public:
  explicit TokenDesk(Credentials credentials) : credentials_(std::move(credentials)) {}

  Reply Wso2Token(const Request& request, const Switches& switches);
  Reply SsoToken(const Request& request, const Switches& switches);

  // The gateway's refusal (Authorization), or nothing.
  std::optional<Reply> RefuseByGateway(const Request& request, const Switches& switches);
  // The service's refusal (Auth), or nothing.
  std::optional<Reply> RefuseByService(const Request& request, const Switches& switches);

  // The client whose SSO tokens are good here.
  std::string own_client() const {
    return credentials_.client_id.empty() ? "klien-contoh" : credentials_.client_id;
  }
  Tokens& tokens() { return tokens_; }

 private:
  Reply SsoAnswer(const std::string& client, const std::string& user, const Switches& switches);

  const Credentials credentials_;
  Tokens tokens_;
};

}  // namespace kinerja::simulators::bkn

#endif  // KINERJA_TESTS_SIMULATORS_BKN_TOKEN_DESK_H_
