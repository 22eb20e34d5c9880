#include "tests/simulators/bkn/bkn_peer.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

std::string List(const std::vector<std::string>& rows) {
  return absl::StrCat("[", absl::StrJoin(rows, ","), "]");
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

void TurnIntoNumbers(json& row) {
  static constexpr const char* kNumbers[] = {
      "hasilKinerjaNilai",   "perilakuKerjaNilai",  "PerilakuKerjaNilai",    "kuadranKinerjaNilai",
      "KuadranKinerjaNilai", "bulanMulaiPenilaian", "bulanSelesaiPenilaian", "tahun"};
  for (const char* name : kNumbers) {
    const json* value = Find(row, name);
    if (value == nullptr) continue;
    if (const auto number = WholeNumberOf(value)) row[name] = *number;
  }
}

}  // namespace

struct BknPeer::Resource {
  std::string_view method;
  std::string_view path;  // with "/" at its end: an argument follows
  std::string_view kind;
  Handler handler;
  bool is_write = false;
};

const BknPeer::Resource* BknPeer::FindResource(std::string_view method, std::string_view path,
                                               std::string& argument, bool& other_method) {
  static constexpr Kind kPeriodik = Kind::kKinerjaPeriodik;
  static constexpr Kind kKredit = Kind::kAngkaKredit;
  static constexpr Resource kResources[] = {
      {"GET", "/pns/data-utama/paruhwaktu/", "data_utama", &BknPeer::DataUtamaPartTime},
      {"GET", "/pns/data-utama/", "data_utama", &BknPeer::DataUtama},
      {"GET", "/pns/data-utama-jabatansync", "jabatan_sync", &BknPeer::Synchronise, true},
      {"GET", "/pns/data-utama-golongansync", "golongan_sync", &BknPeer::Synchronise, true},
      {"GET", "/pns/rw-skp22/", "rw_skp22", &BknPeer::ListRows<Kind::kSkp22>},
      {"GET", "/skp22/id/", "skp22_id", &BknPeer::ReadRow<Kind::kSkp22>},
      {"POST", "/skp22/save", "skp22_save", &BknPeer::SaveSkp22, true},
      {"POST", "/skp22/document/save", "skp22_document_save", &BknPeer::SaveSkp22Document, true},
      {"GET", "/pns/rw-kinerjaperiodik/", "rw_kinerjaperiodik", &BknPeer::ListRows<kPeriodik>},
      {"POST", "/kinerjaperiodik/save", "kinerjaperiodik_save", &BknPeer::SaveKinerjaPeriodik,
       true},
      {"DELETE", "/kinerjaperiodik/delete/", "kinerjaperiodik_delete",
       &BknPeer::DeleteRow<kPeriodik>, true},
      {"GET", "/pns/rw-angkakredit/", "rw_angkakredit", &BknPeer::ListRows<kKredit>},
      {"GET", "/angkakredit/id/", "angkakredit_id", &BknPeer::ReadRow<kKredit>},
      {"POST", "/angkakredit/save", "angkakredit_save", &BknPeer::SaveAngkaKredit, true},
      {"POST", "/angkakredit/document/save", "angkakredit_document_save",
       &BknPeer::SaveAngkaKreditDocument, true},
      {"DELETE", "/angkakredit/delete/", "angkakredit_delete", &BknPeer::DeleteRow<kKredit>, true},
      {"POST", "/upload-dok", "upload_dok", &BknPeer::Upload, true},
      {"POST", "/upload-dok-rw", "upload_dok_rw", &BknPeer::UploadToRow, true},
      {"GET", "/download-dok", "download_dok", &BknPeer::Download},
      {"GET", "/pns/rw-jabatan/", "rw_jabatan", &BknPeer::Positions},
      {"GET", "/jabatan/pns/", "rw_jabatan", &BknPeer::Positions},
      {"GET", "/jabatan/id/", "jabatan_id", &BknPeer::Position},
      {"GET", "/referensi/ref-unor", "ref_unor", &BknPeer::Units},
      {"GET", "/pns/nilaiipasn/", "nilaiipasn", &BknPeer::IpAsn},
  };
  static constexpr Resource kOther = {"", "", "catalogue", &BknPeer::NothingThere};
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
  Call call{.exchange = exchange, .argument = "", .switches = switches};
  bool other_method = false;
  const auto path = BelowBase(request.path);
  const Resource* resource =
      path ? FindResource(request.method, *path, call.argument, other_method) : nullptr;
  if (resource == nullptr) {
    return GatewayError(other_method ? "405" : "404", switches.gateway_errors);
  }
  if (auto refusal = desk_.RefuseByService(request, switches)) return *std::move(refusal);
  if (const Fault* stale = exchange.disturbance.Change("stale_read_ms")) {
    call.age = std::chrono::milliseconds(std::max<int64_t>(stale->value.value_or(0), 0));
  }
  return (this->*resource->handler)(call);
}

// --- People -------------------------------------------------------------------------------------

Reply BknPeer::DataUtama(Call& call) {
  call.exchange.person = people_.PnsId(call.argument);
  const auto row = people_.DataUtama(call.argument, /*part_time=*/false);
  return row ? Found(*row) : NotFound(call.switches);
}

Reply BknPeer::DataUtamaPartTime(Call& call) {
  call.exchange.person = people_.PnsId(call.argument);
  const auto row = people_.DataUtama(call.argument, /*part_time=*/true);
  return row ? Found(*row) : NotFound(call.switches);
}

Reply BknPeer::Synchronise(Call& call) {
  call.exchange.person = ParseForm(call.exchange.request.query)["pns_orang_id"];
  const bool known = people_.IsPnsId(call.exchange.person);
  return {.body = Dump({{"Error", known ? "false" : "true"},
                        {"Message", known ? "success" : "data pns tidak ditemukan"}})};
}

Reply BknPeer::Positions(Call& call) {
  call.exchange.person = people_.PnsId(call.argument);
  const auto rows = people_.Positions(call.argument);
  return rows ? Found(*rows) : NotFound(call.switches);
}

Reply BknPeer::Position(Call& call) {
  const auto row = people_.Position(call.argument);
  return row ? Found(*row) : NotFound(call.switches);
}

Reply BknPeer::IpAsn(Call& call) {
  call.exchange.person = people_.PnsId(call.argument);
  const auto row = people_.IpAsn(call.argument);
  return row ? Found(*row) : NotFound(call.switches);
}

Reply BknPeer::Units(Call& call) {
  const auto fields = ParseForm(call.exchange.request.query);
  const auto number = [&fields](const char* name, size_t otherwise) {
    const auto found = fields.find(name);
    const json text = found == fields.end() ? json() : json(found->second);
    const int64_t value = WholeNumberOf(&text).value_or(-1);
    return value < 0 ? otherwise : static_cast<size_t>(value);
  };
  const auto& units = people_.units();
  const size_t begin = std::min(number("offset", 0), units.size());
  const size_t length = std::min(number("limit", units.size()), units.size() - begin);
  const auto first = units.begin() + static_cast<std::ptrdiff_t>(begin);
  return FoundOf(units.size(), List({first, first + static_cast<std::ptrdiff_t>(length)}));
}

Reply BknPeer::NothingThere(Call& call) { return NotFound(call.switches); }

// --- Results ------------------------------------------------------------------------------------

std::string BknPeer::ShownRow(Kind kind, const std::string& nip, const std::string& text,
                              const Switches& switches) const {
  if (kind != Kind::kKinerjaPeriodik && !switches.values_as_numbers) return text;
  json row = ParseJson(text).value_or(json::object());
  if (kind == Kind::kKinerjaPeriodik) {
    row.update(people_.Place(nip));
    row["penilaiPnsId"] = people_.PnsId(TextOf(row, "penilaiNipNrp"));
  }
  if (switches.values_as_numbers && kind != Kind::kAngkaKredit) TurnIntoNumbers(row);
  return Dump(row);
}

template <Kind kind>
Reply BknPeer::ListRows(Call& call) {
  call.exchange.person = people_.PnsId(call.argument);
  if (call.exchange.person.empty()) return NotFound(call.switches);
  std::vector<std::string> rows = results_.Rows(kind, call.exchange.person, call.age);
  if (rows.empty()) return NotFound(call.switches);
  for (std::string& row : rows) row = ShownRow(kind, call.argument, row, call.switches);
  return Found(List(rows));
}

template <Kind kind>
Reply BknPeer::ReadRow(Call& call) {
  const auto row = results_.Row(kind, call.argument, call.age, call.exchange.person);
  if (!row) return NotFound(call.switches);
  return Found(ShownRow(kind, "", *row, call.switches));
}

template <Kind kind>
Reply BknPeer::DeleteRow(Call& call) {
  call.exchange.effect = results_.Delete(kind, call.argument, call.exchange.person);
  return call.exchange.effect ? Saved(nullptr) : Refused("record not found");
}

Reply BknPeer::Conclude(Call& call, SaveVerdict verdict) {
  Exchange& exchange = call.exchange;
  if (people_.IsPnsId(verdict.save.person)) exchange.person = verdict.save.person;
  if (verdict.refusal) return *std::move(verdict.refusal);
  if (exchange.person.empty()) return Refused("data pns tidak ditemukan");
  const Kind kind = verdict.save.kind;
  const auto id = results_.Apply(std::move(verdict.save));
  if (!id) return Refused("record not found");
  exchange.effect = true;
  if (kind == Kind::kAngkaKredit) return Saved({{"rwAngkaKreditId", *id}});
  if (!call.switches.map_data_object) return Saved(*id);
  return Saved({{kind == Kind::kSkp22 ? "rwSkpId" : "rwKinerjaPeriodikId", *id}});
}

namespace {

// The body of a JSON save, or the refusal that the service's framework gives.
std::optional<Body> JsonBody(const Request& request, Reply& refusal) {
  const std::string type = LowerCase(request.Header("Content-Type").value_or(""));
  if (!type.starts_with("application/json")) {
    refusal = Refused("code=415, message=Unsupported Media Type");
    return std::nullopt;
  }
  auto body = Body::FromJson(request.body);
  if (!body) {
    refusal = Refused(
        "code=400, message=Syntax error: offset=0, error=invalid character, internal=invalid "
        "character");
  }
  return body;
}

std::optional<std::vector<Part>> MultipartBody(const Request& request, Reply& refusal) {
  auto parts = ParseMultipart(request.Header("Content-Type").value_or(""), request.body);
  if (!parts) refusal = NotTaken(400, "request Content-Type isn't multipart/form-data");
  return parts;
}

const Part* FindPart(const std::vector<Part>& parts, std::string_view name) {
  const auto found =
      std::ranges::find_if(parts, [name](const Part& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

std::string FieldText(const std::vector<Part>& parts, std::string_view name) {
  const Part* part = FindPart(parts, name);
  return part == nullptr ? "" : part->content;
}

// A document part that is there and is a PDF, or the refusal.
std::optional<Reply> RefuseFile(const Part* file) {
  if (file == nullptr) return NotTaken(400, "http: no such file");
  if (!file->content.starts_with("%PDF")) return NotTaken(400, "File harus berformat PDF");
  return std::nullopt;
}

}  // namespace

Reply BknPeer::SaveSkp22(Call& call) {
  Reply refusal;
  const auto body = JsonBody(call.exchange.request, refusal);
  return body ? Conclude(call, JudgeSkp22(*body, call.switches)) : refusal;
}

Reply BknPeer::SaveKinerjaPeriodik(Call& call) {
  Reply refusal;
  const auto body = JsonBody(call.exchange.request, refusal);
  return body ? Conclude(call, JudgeKinerjaPeriodik(*body, call.switches)) : refusal;
}

Reply BknPeer::SaveAngkaKredit(Call& call) {
  Reply refusal;
  const auto body = JsonBody(call.exchange.request, refusal);
  if (!body) return refusal;
  SaveVerdict verdict = JudgeAngkaKredit(*body, call.switches);
  const auto position = people_.Position(body->Text("rwJabatanId"));
  verdict.save.row["namaJabatan"] = position ? TextOf(*ParseJson(*position), "namaJabatan") : "";
  return Conclude(call, std::move(verdict));
}

// --- Documents ----------------------------------------------------------------------------------

Reply BknPeer::SaveSkp22Document(Call& call) {
  Reply refusal;
  const auto parts = MultipartBody(call.exchange.request, refusal);
  if (!parts) return refusal;
  Body body = Body::FromParts(*parts);
  SaveVerdict verdict = JudgeSkp22(body, call.switches);
  if (const Part* file = FindPart(*parts, "file"); file != nullptr && !verdict.refusal) {
    if (auto unfit = RefuseFile(file)) return *std::move(unfit);
    const json document = documents_.Keep("890", "", file->filename, file->content);
    verdict.save.row["path"] = {{"890", document}};
    verdict.save.keeps_path = false;
    verdict.save.new_documents = 1;
  }
  return Conclude(call, std::move(verdict));
}

Reply BknPeer::SaveAngkaKreditDocument(Call& call) {
  Reply refusal;
  const auto parts = MultipartBody(call.exchange.request, refusal);
  if (!parts) return refusal;
  SaveVerdict verdict = JudgeAngkaKredit(Body::FromParts(*parts), call.switches);
  json path = json::object();
  for (const auto& [name, number] : {std::pair{"dok_pak", "879"}, std::pair{"sk_pak", "880"}}) {
    const Part* file = FindPart(*parts, name);
    if (file == nullptr || verdict.refusal) continue;
    if (auto unfit = RefuseFile(file)) return *std::move(unfit);
    path[number] = documents_.Keep(number, "", file->filename, file->content);
    ++verdict.save.new_documents;
  }
  if (!path.empty()) {
    verdict.save.row["path"] = std::move(path);
    verdict.save.keeps_path = false;
  }
  return Conclude(call, std::move(verdict));
}

Reply BknPeer::Upload(Call& call) {
  Reply refusal;
  const auto parts = MultipartBody(call.exchange.request, refusal);
  if (!parts) return refusal;
  const std::string number = FieldText(*parts, "id_ref_dokumen");
  if (number.empty()) return Required({"IdRefDokumen"}, call.switches);
  const Part* file = FindPart(*parts, "file");
  if (auto unfit = RefuseFile(file)) return *std::move(unfit);
  call.exchange.effect = true;
  results_.CountDocument();
  return Uploaded(documents_.Keep(number, "", file->filename, file->content));
}

Reply BknPeer::UploadToRow(Call& call) {
  Reply refusal;
  const auto parts = MultipartBody(call.exchange.request, refusal);
  if (!parts) return refusal;
  const std::string number = FieldText(*parts, "id_ref_dokumen");
  const std::string row = FieldText(*parts, "id_riwayat");
  std::vector<std::string> missing;
  if (row.empty()) missing.emplace_back("IdRiwayat");
  if (number.empty()) missing.emplace_back("IdRefDokumen");
  if (!missing.empty()) return Required(missing, call.switches);
  const Part* file = FindPart(*parts, "file");
  if (auto unfit = RefuseFile(file)) return *std::move(unfit);
  const json document = documents_.Keep(number, row, file->filename, file->content);
  const auto person = results_.Attach(row, document);
  if (!person) return NotFound(call.switches);
  call.exchange.person = *person;
  call.exchange.effect = true;
  return Uploaded(document);
}

Reply BknPeer::Download(Call& call) {
  auto fields = ParseForm(call.exchange.request.query);
  const auto content = documents_.Content(fields["filePath"]);
  if (!content) return NotFound(call.switches);
  return {.content_type = "application/pdf", .body = *content};
}

// --- Faults -------------------------------------------------------------------------------------

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
