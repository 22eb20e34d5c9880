#include "gateway/settings/cross_checks.h"

#include <arpa/inet.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace kinerja::settings {
namespace {

using config::v1::GatewayConfig;
using Ids = std::set<std::string>;
using Texts = google::protobuf::RepeatedPtrField<std::string>;

// Promise P2.
constexpr int64_t kMinRetentionSeconds = 7 * 24 * 3600;
// A longer list of known ids helps nobody.
constexpr size_t kMaxIdsNamed = 12;

// Splits "host:port" at the last colon; brackets around the host are dropped.
struct Address {
  explicit Address(std::string_view text) {
    const size_t colon = text.rfind(':');
    host = text.substr(0, colon);
    port_text = text.substr(colon + 1);
    in_brackets = host.starts_with('[') && host.ends_with(']');
    if (in_brackets) host = host.substr(1, host.size() - 2);
  }

  bool IsLoopback() const {
    in_addr four = {};
    if (host == "localhost" || host == "::1") return true;
    return inet_pton(AF_INET, host.c_str(), &four) == 1 && (ntohl(four.s_addr) >> 24) == 127;
  }

  int Port() const {
    int port = -1;
    return absl::SimpleAtoi(absl::string_view(port_text), &port) ? port : -1;
  }

  std::string host;
  std::string port_text;
  bool in_brackets = false;
};

std::string At(std::string_view list, int index, std::string_view name) {
  std::string path(list);
  path += "[" + std::to_string(index) + "]";
  if (!name.empty()) path += "." + std::string(name);
  return path;
}

template <typename List>
Ids IdsOf(std::string_view name, const List& list, const Mistakes& mistakes) {
  Ids ids;
  for (int i = 0; i < list.size(); ++i) {
    if (!mistakes.IsWrong(At(name, i, "id"))) ids.insert(list[i].id());
  }
  return ids;
}

class Checks {
 public:
  Checks(const GatewayConfig& config, const reference::Snapshot* reference, Mistakes* mistakes)
      : config_(config),
        reference_(reference),
        mistakes_(*mistakes),
        systems_(IdsOf("systems", config.systems(), *mistakes)),
        targets_(IdsOf("targets", config.targets(), *mistakes)) {}

  void CheckAll() {
    CheckListeners();
    CheckStore();
    CheckSystems();
    CheckPrincipals();
    CheckWindows();
    CheckTargets();
    CheckRoutes();
    CheckPoints();
    CheckZeros();
  }

 private:
  void CheckListeners();
  void CheckAddress(const std::string& field, const config::v1::Listener& listener);
  void CheckStore();
  void CheckSystems();
  void CheckPrincipals();
  void CheckProof(const std::string& path, const config::v1::Principal& principal);
  void CheckWindows();
  void CheckTargets();
  void CheckRoutes();
  void CheckPoints();
  void CheckZeros();

  // `field` holds an id that must be one of `known`, the ids under `list`.
  void CheckKnown(const std::string& field, const std::string& id, const Ids& known,
                  const std::string& list);
  // Each element of `codes`, at `field`[i], must be a kode_bkn of the reference table.
  void CheckInstansi(const std::string& field, const Texts& codes);
  void CheckAreas(const std::string& field, const Texts& prefixes);
  // Each value may stand once; `first_of` remembers the field that had it.
  void CheckOnce(const std::string& field, const std::string& value, std::string_view what,
                 std::map<std::string, std::string>* first_of);
  template <typename List>
  void CheckIdsOnce(std::string_view name, const List& list);

  const GatewayConfig& config_;
  const reference::Snapshot* const reference_;
  Mistakes& mistakes_;
  const Ids systems_;  // well-formed ids only: the others may be anything, and these are named
  const Ids targets_;
  std::map<std::string, std::string> proof_of_;
};

void Checks::CheckKnown(const std::string& field, const std::string& id, const Ids& known,
                        const std::string& list) {
  if (known.contains(id) || mistakes_.IsWrong(list)) return;
  std::string advice = "use the id of one";
  if (!known.empty() && known.size() <= kMaxIdsNamed) {
    advice = "use one of: " + absl::StrJoin(known, ", ");
  }
  mistakes_.Add(field, "is no id under " + list + "; " + advice);
}

void Checks::CheckInstansi(const std::string& field, const Texts& codes) {
  for (int i = 0; i < codes.size(); ++i) {
    if (codes[i] == "*" || reference_ == nullptr) continue;
    if (reference_->FindInstansi(codes[i]) != nullptr) continue;
    mistakes_.Add(At(field, i, ""),
                  "is no kode_bkn of the table reference.instansi_file; correct it or add the "
                  "instansi there");
  }
}

void Checks::CheckAreas(const std::string& field, const Texts& prefixes) {
  if (reference_ == nullptr) return;
  for (int i = 0; i < prefixes.size(); ++i) {
    const auto& all = reference_->all_instansi();
    const auto lies_there = [&](const v1::Instansi& instansi) {
      return instansi.kode_wilayah().starts_with(prefixes[i]);
    };
    if (std::any_of(all.begin(), all.end(), lies_there)) continue;
    mistakes_.Add(At(field, i, ""),
                  "is the area of no instansi in the table reference.instansi_file; correct it");
  }
}

void Checks::CheckOnce(const std::string& field, const std::string& value, std::string_view what,
                       std::map<std::string, std::string>* first_of) {
  if (value.empty()) return;
  const auto [first, is_new] = first_of->emplace(value, field);
  if (is_new) return;
  mistakes_.Add(field, "is the same as " + first->second + "; " + std::string(what));
}

template <typename List>
void Checks::CheckIdsOnce(std::string_view name, const List& list) {
  std::map<std::string, std::string> first_of;
  for (int i = 0; i < list.size(); ++i) {
    CheckOnce(At(name, i, "id"), list[i].id(), "give each an id of its own", &first_of);
  }
}

void Checks::CheckAddress(const std::string& field, const config::v1::Listener& listener) {
  if (mistakes_.IsWrong(field)) return;
  const Address address(listener.address());
  if (address.Port() > 65535) {
    mistakes_.Add(field, "has a port above 65535; give one from 0 to 65535");
  } else if (address.host.find(':') != std::string::npos && !address.in_brackets) {
    mistakes_.Add(field, "has an IPv6 address without brackets; write it like \"[::1]:8443\"");
  } else if (!listener.has_tls() && !address.IsLoopback()) {
    mistakes_.Add(field,
                  "takes calls from other machines in plain text; give tls, or listen on "
                  "127.0.0.1, [::1] or localhost");
  }
}

void Checks::CheckListeners() {
  std::map<std::string, std::string> first_of;
  for (int i = 0; i < config_.listeners_size(); ++i) {
    const std::string field = At("listeners", i, "address");
    CheckAddress(field, config_.listeners(i));
    if (Address(config_.listeners(i).address()).Port() == 0) continue;  // each takes a free one
    CheckOnce(field, config_.listeners(i).address(), "remove one of the two", &first_of);
  }
}

void Checks::CheckStore() {
  const auto& store = config_.store();
  if (store.backend_case() == config::v1::Store::BACKEND_NOT_SET && mistakes_.IsPresent("store") &&
      !mistakes_.IsPresent("store.sqlite")) {
    mistakes_.Add("store", "names no backend; give sqlite");
  }
  if (store.has_request_retention() && store.request_retention().seconds() < kMinRetentionSeconds) {
    mistakes_.Add("store.request_retention", "is shorter than 7 days; give at least 168h");
  }
}

void Checks::CheckSystems() {
  CheckIdsOnce("systems", config_.systems());
  for (int i = 0; i < config_.systems_size(); ++i) {
    if (config_.systems(i).owner() != v1::OWNER_GATEWAY) continue;
    mistakes_.Add(At("systems", i, "owner"), "is the gateway itself; use ORIGIN or BKN");
  }
}

void Checks::CheckProof(const std::string& path, const config::v1::Principal& principal) {
  const std::string token = path + ".bearer_token_sha256";
  const std::string san = path + ".client_certificate_san";
  if (!mistakes_.IsPresent(token) && !mistakes_.IsPresent(san)) {
    mistakes_.Add(path, "has no proof; give bearer_token_sha256 or client_certificate_san");
  }
  constexpr std::string_view kAdvice = "give each principal a proof of its own";
  using config::v1::Principal;
  if (principal.proof_case() == Principal::kBearerTokenSha256) {
    CheckOnce(token, principal.bearer_token_sha256(), kAdvice, &proof_of_);
  }
  if (principal.proof_case() != Principal::kClientCertificateSan) return;
  CheckOnce(san, principal.client_certificate_san(), kAdvice, &proof_of_);
  const auto& listeners = config_.listeners();
  if (std::none_of(listeners.begin(), listeners.end(),
                   [](const auto& each) { return !each.tls().client_ca_file().empty(); })) {
    mistakes_.Add(san, "can never be shown; give a listener tls.client_ca_file");
  }
}

void Checks::CheckPrincipals() {
  CheckIdsOnce("principals", config_.principals());
  for (int i = 0; i < config_.principals_size(); ++i) {
    const auto& principal = config_.principals(i);
    const std::string path = At("principals", i, "");
    CheckProof(path, principal);
    for (int j = 0; j < principal.systems_size(); ++j) {
      CheckKnown(At(path + ".systems", j, ""), principal.systems(j), systems_, "systems");
    }
    if (principal.feed() && principal.systems().empty()) {
      mistakes_.Add(path + ".feed", "is true, but it writes as no system; give systems");
    }
    const auto& codes = principal.instansi();
    if (codes.size() > 1 && std::find(codes.begin(), codes.end(), "*") != codes.end()) {
      mistakes_.Add(path + ".instansi", "holds \"*\" beside codes; keep \"*\" or the codes");
    }
    CheckInstansi(path + ".instansi", codes);
  }
}

void Checks::CheckWindows() {
  for (int i = 0; i < config_.windows_size(); ++i) {
    const auto& window = config_.windows(i);
    const std::string path = At("windows", i, "");
    CheckInstansi(path + ".instansi", window.instansi());
    if (mistakes_.IsWrong(path + ".periode_mulai")) continue;
    // Dates as yyyy-mm-dd compare as texts.
    if (window.periode_selesai() < window.periode_mulai()) {
      mistakes_.Add(path + ".periode_selesai", "is before periode_mulai; correct one of the two");
    }
    if (window.sampai() < window.periode_mulai()) {
      mistakes_.Add(path + ".sampai",
                    "is before periode_mulai, so that everything is late; correct one of the two");
    }
  }
}

void Checks::CheckTargets() {
  CheckIdsOnce("targets", config_.targets());
  Ids routed;
  for (const auto& route : config_.routes()) routed.insert(route.target());
  for (int i = 0; i < config_.targets_size(); ++i) {
    const config::v1::Target& target = config_.targets(i);
    if (target.adapter_case() == config::v1::Target::ADAPTER_NOT_SET) {
      mistakes_.Add(At("targets", i, ""), "has no adapter; say how it is spoken to: bkn");
    }
    if (routed.contains(target.id())) continue;
    mistakes_.Add(At("targets", i, "id"),
                  "has no route, so that it gets nothing; add a route or remove the target");
  }
}

void Checks::CheckRoutes() {
  for (int i = 0; i < config_.routes_size(); ++i) {
    const auto& route = config_.routes(i);
    const std::string path = At("routes", i, "");
    if (!route.target().empty()) CheckKnown(path + ".target", route.target(), targets_, "targets");
    CheckInstansi(path + ".instansi", route.instansi());
    CheckAreas(path + ".wilayah", route.wilayah());
    for (int j = 0; j < route.origins_size(); ++j) {
      CheckKnown(At(path + ".origins", j, ""), route.origins(j), systems_, "systems");
    }
  }
}

void Checks::CheckPoints() {
  std::map<std::string, std::string> first_of;
  for (int i = 0; i < config_.poin_kompetensi_size(); ++i) {
    const auto peran = config_.poin_kompetensi(i).peran();
    if (peran == v1::PERAN_KOMPETENSI_UNSPECIFIED) continue;
    CheckOnce(At("poin_kompetensi", i, "peran"), std::to_string(peran), "remove one of the two",
              &first_of);
  }
}

// A zero that stands in the file is no wish for the default.
void Checks::CheckZeros() {
  const auto& limits = config_.limits();
  const std::pair<const char*, uint32_t> numbers[] = {
      {"store.sqlite.readers", config_.store().sqlite().readers()},
      {"limits.max_message_bytes", limits.max_message_bytes()},
      {"limits.max_calls_in_flight", limits.max_calls_in_flight()},
      {"limits.max_waiting_writes", limits.max_waiting_writes()},
      {"limits.max_scan", limits.max_scan()},
  };
  for (const auto& [field, value] : numbers) {
    if (value != 0 || !mistakes_.IsPresent(field)) continue;
    mistakes_.Add(field, "is 0; give at least 1, or remove the line for the default");
  }
}

}  // namespace

void CrossCheck(const GatewayConfig& config, const reference::Snapshot* reference,
                Mistakes* mistakes) {
  Checks(config, reference, mistakes).CheckAll();
}

}  // namespace kinerja::settings
