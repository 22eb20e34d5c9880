#include "tests/simulators/bkn/bkn_peer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "tests/simulators/base/json_text.h"
#include "tests/simulators/bkn/answers.h"

namespace kinerja::simulators::bkn {
namespace {

using nlohmann::json;
using Nature = FaultRules::Nature;

constexpr std::string_view kWso2TokenPath = "/oauth2/token";
constexpr std::string_view kSsoTokenPath =
    "/auth/realms/public-siasn/protocol/openid-connect/token";
constexpr std::string_view kBasePaths[] = {"/apisiasn/1.0", "/api/1.0"};

// What the real service has besides: it knows nobody there.
constexpr std::string_view kOtherPaths[] = {"/pns/",
                                            "/cpns/",
                                            "/diklat/",
                                            "/hukdis/",
                                            "/idis/",
                                            "/imut/",
                                            "/keluarga/",
                                            "/kgb/",
                                            "/kompetensi/",
                                            "/kursus/",
                                            "/nonasn/",
                                            "/partition/",
                                            "/pengadaan/",
                                            "/penghargaan/",
                                            "/sertifikasi/",
                                            "/tm/",
                                            "/tubel/",
                                            "/skp/",
                                            "/jabatan/",
                                            "/upload-photo",
                                            "/upload-dok-sk-kp",
                                            "/upload-dok-sk-nip",
                                            "/dashboard/aktivity/"};

// The path below the base; nothing when it is not one of the service.
std::optional<std::string_view> BelowBase(std::string_view path) {
  for (const std::string_view base : kBasePaths) {
    if (path.starts_with(base)) return path.substr(base.size());
  }
  return std::nullopt;
}

std::string SnakeCase(const std::string& name) {
  std::string snake;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      if (!snake.empty()) snake.push_back('_');
      snake.push_back(static_cast<char>(c - 'A' + 'a'));
    } else {
      snake.push_back(c);
    }
  }
  return snake;
}

// Every name in another style: the service as it might be after a rewrite.
json Drifted(const json& value) {
  if (value.is_array()) {
    json list = json::array();
    for (const json& item : value) list.push_back(Drifted(item));
    return list;
  }
  if (!value.is_object()) return value;
  json object = json::object();
  for (const auto& [name, member] : value.items()) object[SnakeCase(name)] = Drifted(member);
  return object;
}

}  // namespace

struct BknPeer::Resource {
  std::string_view method;
  std::string_view path;  // with "/" at its end: an argument follows
  std::string_view kind;
  Handler handler;
  bool is_write = false;
  Kind rows = Kind::kSkp22;
};

const BknPeer::Resource* BknPeer::FindResource(std::string_view method, std::string_view path,
                                               std::string& argument, bool& other_method) {
  static constexpr Kind kSkp22 = Kind::kSkp22;
  static constexpr Kind kPeriodik = Kind::kKinerjaPeriodik;
  static constexpr Kind kKredit = Kind::kAngkaKredit;
  using P = BknPeer;
  static constexpr Resource kResources[] = {
      {"GET", "/pns/data-utama/paruhwaktu/", "data_utama", &P::DataUtamaPartTime},
      {"GET", "/pns/data-utama/", "data_utama", &P::DataUtama},
      {"GET", "/pns/data-utama-jabatansync", "jabatan_sync", &P::Synchronise, true},
      {"GET", "/pns/data-utama-golongansync", "golongan_sync", &P::Synchronise, true},
      {"GET", "/pns/rw-skp22/", "rw_skp22", &P::ListRows, false, kSkp22},
      {"GET", "/skp22/id/", "skp22_id", &P::ReadRow, false, kSkp22},
      {"POST", "/skp22/save", "skp22_save", &P::SaveSkp22, true},
      {"POST", "/skp22/document/save", "skp22_document_save", &P::SaveSkp22Document, true},
      {"GET", "/pns/rw-kinerjaperiodik/", "rw_kinerjaperiodik", &P::ListRows, false, kPeriodik},
      {"POST", "/kinerjaperiodik/save", "kinerjaperiodik_save", &P::SaveKinerjaPeriodik, true},
      {"DELETE", "/kinerjaperiodik/delete/", "kinerjaperiodik_delete", &P::DeleteRow, true,
       kPeriodik},
      {"GET", "/pns/rw-angkakredit/", "rw_angkakredit", &P::ListRows, false, kKredit},
      {"GET", "/angkakredit/id/", "angkakredit_id", &P::ReadRow, false, kKredit},
      {"POST", "/angkakredit/save", "angkakredit_save", &P::SaveAngkaKredit, true},
      {"POST", "/angkakredit/document/save", "angkakredit_document_save",
       &P::SaveAngkaKreditDocument, true},
      {"DELETE", "/angkakredit/delete/", "angkakredit_delete", &P::DeleteRow, true, kKredit},
      {"POST", "/upload-dok", "upload_dok", &P::Upload, true},
      {"POST", "/upload-dok-rw", "upload_dok_rw", &P::UploadToRow, true},
      {"GET", "/download-dok", "download_dok", &P::Download},
      {"GET", "/pns/rw-jabatan/", "rw_jabatan", &P::Positions},
      {"GET", "/jabatan/pns/", "rw_jabatan", &P::Positions},
      {"GET", "/jabatan/id/", "jabatan_id", &P::Position},
      {"GET", "/referensi/ref-unor", "ref_unor", &P::Units},
      {"GET", "/pns/nilaiipasn/", "nilaiipasn", &P::IpAsn},
  };
  static constexpr Resource kOther = {"", "", "catalogue", &P::NothingThere};
  for (const Resource& resource : kResources) {
    const bool takes_argument = resource.path.ends_with('/');
    if (takes_argument ? !path.starts_with(resource.path) : path != resource.path) continue;
    argument = path.substr(resource.path.size());
    if (takes_argument && (argument.empty() || argument.find('/') != std::string::npos)) continue;
    if (resource.method == method) return &resource;
    other_method = true;
  }
  if (other_method) return nullptr;
  const bool in_catalogue = std::ranges::any_of(
      kOtherPaths, [path](std::string_view other) { return path.starts_with(other); });
  return in_catalogue ? &kOther : nullptr;
}

Route BknPeer::Classify(const Request& request) const {
  if (request.path == kWso2TokenPath) {
    return {.kind = "token_wso2", .path = request.path, .is_service = false};
  }
  if (request.path == kSsoTokenPath) {
    return {.kind = "token_sso", .path = request.path, .is_service = false};
  }
  const auto path = BelowBase(request.path);
  if (!path) return {.kind = "unknown", .path = request.path};
  std::string argument;
  bool other_method = false;
  const Resource* resource = FindResource(request.method, *path, argument, other_method);
  if (resource == nullptr) return {.kind = "unknown", .path = std::string(*path)};
  return {.kind = std::string(resource->kind),
          .path = std::string(*path),
          .is_service = true,
          .is_write = resource->is_write};
}

Reply BknPeer::Handle(Exchange& exchange) {
  const Switches switches = switches_.Current();
  if (!exchange.route.is_service) {
    if (exchange.request.method != "POST") return GatewayError("405", switches.gateway_errors);
    return exchange.route.kind == "token_wso2" ? desk_.Wso2Token(exchange.request, switches)
                                               : desk_.SsoToken(exchange.request, switches);
  }
  Reply reply = Serve(exchange, switches);
  if (exchange.disturbance.Change("drift") != nullptr) {
    if (const auto body = ParseJson(reply.body)) reply.body = Dump(Drifted(*body));
  }
  return reply;
}

Reply BknPeer::Serve(Exchange& exchange, const Switches& switches) {
  const Request& request = exchange.request;
  if (auto refusal = desk_.RefuseByGateway(request, switches)) return *std::move(refusal);
  Call call{.exchange = exchange, .argument = "", .rows = Kind::kSkp22, .switches = switches};
  bool other_method = false;
  const auto path = BelowBase(request.path);
  const Resource* resource =
      path ? FindResource(request.method, *path, call.argument, other_method) : nullptr;
  if (resource == nullptr) {
    return GatewayError(other_method ? "405" : "404", switches.gateway_errors);
  }
  if (auto refusal = desk_.RefuseByService(request, switches)) return *std::move(refusal);
  call.rows = resource->rows;
  if (const Fault* stale = exchange.disturbance.Change("stale_read_ms")) {
    call.age = std::chrono::milliseconds(std::max<int64_t>(stale->value.value_or(0), 0));
  }
  return (this->*resource->handler)(call);
}

std::map<std::string, Nature> BknPeer::FaultNames() const {
  return {{"http_429", Nature::kEnding},         {"xml_fault", Nature::kEnding},
          {"suspended_303001", Nature::kEnding}, {"runtime_error_101503", Nature::kEnding},
          {"token_expired", Nature::kEnding},    {"token_mismatch", Nature::kEnding},
          {"stale_read_ms", Nature::kChange},    {"drift", Nature::kChange}};
}

Reply BknPeer::FaultReply(const Fault& fault) {
  const std::string shape = switches_.Current().gateway_errors;
  Reply reply;
  if (fault.name == "http_429") {
    const bool with_time = fault.value.has_value();
    const std::string code = with_time ? "900804" : "900807";
    reply = Throttled(fault.code.empty() ? code : fault.code,
                      std::chrono::seconds(fault.value.value_or(0)), with_time, shape);
  } else if (fault.name == "xml_fault") {
    reply = GatewayError(fault.code.empty() ? "101503" : fault.code, "xml");
  } else if (fault.name == "suspended_303001") {
    reply = GatewayError("303001", shape);
  } else if (fault.name == "runtime_error_101503") {
    reply = GatewayError(fault.code.empty() ? "101503" : fault.code, shape);
  } else if (fault.name == "token_mismatch") {
    reply = SsoMismatch();
  } else if (fault.token == "sso") {
    reply = FrameworkError(401, "invalid or expired jwt");
  } else {
    reply = GatewayError("900901", shape);
  }
  if (fault.status != 0) reply.status = fault.status;
  return reply;
}

Reply BknPeer::ThrottledReply(std::chrono::milliseconds wait) {
  return Throttled("900804", wait, /*with_time=*/true, switches_.Current().gateway_errors);
}

}  // namespace kinerja::simulators::bkn
