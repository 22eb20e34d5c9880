#include "tests/simulators/bkn/token_desk.h"

#include <chrono>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "tests/simulators/base/json_text.h"
#include "tests/simulators/bkn/answers.h"

namespace kinerja::simulators::bkn {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr int64_t kRefreshLifetime_s = 1800;

// The fields of a form or of a JSON object: both are sent by clients.
std::map<std::string, std::string> Fields(const Request& request) {
  const std::string_view type = request.Header("Content-Type").value_or("");
  if (!LowerCase(type).starts_with("application/json")) return ParseForm(request.body);
  std::map<std::string, std::string> fields;
  const auto object = ParseJson(request.body);
  if (!object || !object->is_object()) return fields;
  for (const auto& [name, value] : object->items()) fields[name] = TextOf(&value);
  return fields;
}

// "Bearer abc" → "abc"; empty when the prefix is another.
std::string AfterPrefix(std::string_view line, std::string_view prefix) {
  if (!EqualsIgnoringCase(line.substr(0, prefix.size()), prefix)) return "";
  return std::string(line.substr(prefix.size()));
}

bool Fits(const std::string& presented, const std::string& expected) {
  return !presented.empty() && (expected.empty() || presented == expected);
}

Reply TokenRefusal(int status, std::string_view error, std::string_view description) {
  return {.status = status, .body = Dump({{"error", error}, {"error_description", description}})};
}

}  // namespace

Reply TokenDesk::Wso2Token(const Request& request, const Switches& switches) {
  auto fields = Fields(request);
  std::string key = fields["client_id"], secret = fields["client_secret"], basic;
  const std::string encoded = AfterPrefix(request.Header("Authorization").value_or(""), "Basic ");
  if (absl::Base64Unescape(encoded, &basic) && basic.find(':') != std::string::npos) {
    key = basic.substr(0, basic.find(':'));
    secret = basic.substr(basic.find(':') + 1);
  }
  if (!Fits(key, credentials_.consumer_key) || !Fits(secret, credentials_.consumer_secret)) {
    return TokenRefusal(401, "invalid_client", "Client Authentication failed.");
  }
  if (fields["grant_type"] != "client_credentials") {
    return TokenRefusal(400, "unsupported_grant_type", "Unsupported grant_type value");
  }
  const int64_t lifetime = switches.wso2_token_lifetime_s;
  return {.body =
              Dump({{"access_token", tokens_.Issue(TokenKind::kWso2, {.client = key, .user = key},
                                                   seconds(lifetime))},
                    {"scope", "default"},
                    {"token_type", "Bearer"},
                    {"expires_in", lifetime}})};
}

Reply TokenDesk::SsoToken(const Request& request, const Switches& switches) {
  auto fields = Fields(request);
  const std::string& client = fields["client_id"];
  if (client.empty()) {
    return TokenRefusal(401, "invalid_client", "Invalid client or Invalid client credentials");
  }
  if (fields["grant_type"] == "refresh_token") {
    if (tokens_.Judge(TokenKind::kSso, fields["refresh_token"]) != Tokens::Verdict::kGood) {
      return TokenRefusal(400, "invalid_grant", "Token is not active");
    }
    return SsoAnswer(client, credentials_.username, switches);
  }
  if (fields["grant_type"] != "password") {
    return TokenRefusal(400, "unsupported_grant_type", "Unsupported grant_type");
  }
  if (!switches.password_grant) {
    return TokenRefusal(400, "unauthorized_client", "Client not allowed for direct access grants");
  }
  if (!Fits(fields["username"], credentials_.username) ||
      !Fits(fields["password"], credentials_.password)) {
    return TokenRefusal(401, "invalid_grant", "Invalid user credentials");
  }
  return SsoAnswer(client, fields["username"], switches);
}

Reply TokenDesk::SsoAnswer(const std::string& client, const std::string& user,
                           const Switches& switches) {
  const TokenOwner owner{.client = client, .user = user};
  const int64_t lifetime = switches.sso_token_lifetime_s;
  return {.body = Dump({{"access_token", tokens_.Issue(TokenKind::kSso, owner, seconds(lifetime))},
                        {"expires_in", lifetime},
                        {"refresh_expires_in", kRefreshLifetime_s},
                        {"refresh_token",
                         tokens_.Issue(TokenKind::kSso, owner, seconds(kRefreshLifetime_s))},
                        {"token_type", "Bearer"},
                        {"not-before-policy", 0},
                        {"session_state", "00000000-0000-4000-8000-000000000001"},
                        {"scope", "profile email"}})};
}

std::optional<Reply> TokenDesk::RefuseByGateway(const Request& request, const Switches& switches) {
  const auto line = request.Header("Authorization");
  if (!line || line->empty()) return GatewayError("900902", switches.gateway_errors);
  if (tokens_.Judge(TokenKind::kWso2, AfterPrefix(*line, "Bearer ")) != Tokens::Verdict::kGood) {
    return GatewayError("900901", switches.gateway_errors);
  }
  return std::nullopt;
}

std::optional<Reply> TokenDesk::RefuseByService(const Request& request, const Switches& switches) {
  auto lines = request.HeaderLines("Auth");
  if (switches.first_auth_line_only && lines.size() > 1) lines.resize(1);
  std::optional<Reply> refusal = FrameworkError(400, "missing or malformed jwt");
  for (const std::string_view line : lines) {
    const std::string token = AfterPrefix(line, "Bearer ");
    if (token.empty()) continue;
    switch (tokens_.Judge(TokenKind::kSso, token, credentials_.client_id)) {
      case Tokens::Verdict::kGood:
        return std::nullopt;
      case Tokens::Verdict::kExpired:
        refusal = FrameworkError(401, "invalid or expired jwt");
        break;
      case Tokens::Verdict::kOtherClient:
        refusal = SsoMismatch();
        break;
    }
  }
  return refusal;
}

}  // namespace kinerja::simulators::bkn
