// BknPeer: what it loads from a folder, and its part of the control API.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/simulators/base/json_text.h"
#include "tests/simulators/base/simulator.h"
#include "tests/simulators/bkn/bkn_peer.h"

namespace kinerja::simulators::bkn {
namespace {

using nlohmann::json;

absl::StatusOr<json> ReadJsonFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return absl::InvalidArgumentError(absl::StrCat(path, " cannot be read"));
  auto value = ParseJson(text);
  if (!value) return absl::InvalidArgumentError(absl::StrCat(path, " is not JSON"));
  return *std::move(value);
}

// A file is a row, a list of rows or an answer of the service with rows in "data".
std::vector<json> RowsOf(const json& file) {
  const json* data = Find(file, "data");
  const json& rows = data != nullptr ? *data : file;
  if (rows.is_array()) return {rows.begin(), rows.end()};
  return {rows};
}

std::optional<TokenKind> KindOf(const json& body) {
  const std::string kind = TextOf(body, "kind");
  if (kind == "wso2") return TokenKind::kWso2;
  if (kind == "sso") return TokenKind::kSso;
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BknPeer>> BknPeer::Create(const Options& options) {
  Credentials credentials;
  if (!options.credentials_file.empty()) {
    const auto file = ReadJsonFile(options.credentials_file);
    if (!file.ok()) return file.status();
    credentials = {.consumer_key = TextOf(*file, "consumer_key"),
                   .consumer_secret = TextOf(*file, "consumer_secret"),
                   .client_id = TextOf(*file, "client_id"),
                   .username = TextOf(*file, "username"),
                   .password = TextOf(*file, "password")};
  }
  std::unique_ptr<BknPeer> peer(new BknPeer(std::move(credentials)));
  if (options.any_person) peer->people_.TakeAnyPerson();
  if (!options.data_folder.empty()) {
    if (auto status = peer->LoadFolder(options.data_folder); !status.ok()) return status;
  }
  return peer;
}

absl::Status BknPeer::LoadFolder(const std::string& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error) return absl::InvalidArgumentError("--data is no folder that can be read");
  std::ranges::sort(files);
  for (const auto& path : files) {
    if (auto status = LoadFile(path.string(), path.filename().string()); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status BknPeer::LoadFile(const std::string& path, const std::string& name) {
  const auto file = ReadJsonFile(path);
  if (!file.ok()) return file.status();
  for (const json& row : RowsOf(*file)) {
    if (!row.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": no rows"));
    LoadRow(name, row);
  }
  return absl::OkStatus();
}

void BknPeer::LoadRow(const std::string& file_name, const json& row) {
  if (people_.Take(file_name, row)) return;
  if (file_name.starts_with("rw-skp22")) {
    results_.Load(Kind::kSkp22, TextOf(row, "pnsDinilaiId"), row);
  } else if (file_name.starts_with("rw-kinerjaperiodik")) {
    results_.Load(Kind::kKinerjaPeriodik, TextOf(row, "pnsDinilaiId"), row);
  } else if (file_name.starts_with("rw-angkakredit")) {
    results_.Load(Kind::kAngkaKredit, TextOf(row, "pns"), row);
  }
}

std::optional<Reply> BknPeer::Control(const Request& request) {
  const bool is_get = request.method == "GET";
  const bool is_post = request.method == "POST";
  if (request.path == "/_control/effects" && is_get) return ControlEffects(request);
  if (request.path == "/_control/switches" && (is_get || is_post)) return ControlSwitches(request);
  if (request.path == "/_control/expire_tokens" && is_post) return ControlExpiry(request);
  if (request.path == "/_control/tokens" && is_post) return ControlTokens(request);
  return std::nullopt;
}

Reply BknPeer::ControlEffects(const Request& request) {
  auto fields = ParseForm(request.query);
  const bool with_people = !fields.contains("totals");
  return ControlAnswer(Dump(results_.Effects(with_people, fields["person"])));
}

Reply BknPeer::ControlSwitches(const Request& request) {
  if (request.method == "POST") {
    const auto changes = ParseJson(request.body);
    if (!changes) return ControlRefusal("the body is not JSON");
    if (const auto status = switches_.Turn(*changes); !status.ok()) {
      return ControlRefusal({status.message().data(), status.message().size()});
    }
  }
  return ControlAnswer(Dump(switches_.List()));
}

Reply BknPeer::ControlExpiry(const Request& request) {
  const auto body = ParseJson(request.body);
  const auto kind = body ? KindOf(*body) : std::nullopt;
  if (!kind) return ControlRefusal(R"(give {"kind": "wso2"} or {"kind": "sso"})");
  desk_.tokens().ExpireAll(*kind);
  return ControlAnswer("{}");
}

Reply BknPeer::ControlTokens(const Request& request) {
  const auto body = ParseJson(request.body);
  const auto kind = body ? KindOf(*body) : std::nullopt;
  if (!kind) return ControlRefusal(R"(give {"kind": "wso2"} or {"kind": "sso"})");
  const int64_t lifetime = WholeNumberOf(Find(*body, "lifetime_s")).value_or(36'000);
  const std::string client = TextOf(*body, "client_id");
  const TokenOwner owner{.client = client.empty() ? desk_.own_client() : client, .user = "contoh"};
  return ControlAnswer(
      Dump({{"access_token", desk_.tokens().Issue(*kind, owner, std::chrono::seconds(lifetime))}}));
}

}  // namespace kinerja::simulators::bkn
