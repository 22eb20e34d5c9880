// BknPeer: what the service does once both tokens are good, one function per resource.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/simulators/base/json_text.h"
#include "tests/simulators/bkn/answers.h"
#include "tests/simulators/bkn/bkn_peer.h"

namespace kinerja::simulators::bkn {
namespace {

using nlohmann::json;

std::string List(const std::vector<std::string>& rows) {
  return absl::StrCat("[", absl::StrJoin(rows, ","), "]");
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
  const std::string pns_id = ParseForm(call.exchange.request.query)["pns_orang_id"];
  const bool known = people_.IsPnsId(pns_id);
  if (known) call.exchange.person = pns_id;
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

Reply BknPeer::ListRows(Call& call) {
  call.exchange.person = people_.PnsId(call.argument);
  if (call.switches.empty_history) return Found("null");
  if (call.exchange.person.empty()) return NotFound(call.switches);
  std::vector<std::string> rows = results_.Rows(call.rows, call.exchange.person, call.age);
  if (rows.empty()) return NotFound(call.switches);
  for (std::string& row : rows) row = ShownRow(call.rows, call.argument, row, call.switches);
  return Found(List(rows));
}

Reply BknPeer::ReadRow(Call& call) {
  const auto row = results_.Row(call.rows, call.argument, call.age, call.exchange.person);
  if (!row) return NotFound(call.switches);
  return Found(ShownRow(call.rows, "", *row, call.switches));
}

Reply BknPeer::DeleteRow(Call& call) {
  call.exchange.effect = results_.Delete(call.rows, call.argument, call.exchange.person);
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

Reply BknPeer::SaveSkp22(Call& call) {
  Reply refusal;
  auto body = JsonBody(call.exchange.request, refusal);
  if (!body) return refusal;
  if (call.switches.transposed_quadrant) TransposeQuadrant(*body);
  return Conclude(call, JudgeSkp22(*body, call.switches));
}

Reply BknPeer::SaveKinerjaPeriodik(Call& call) {
  Reply refusal;
  auto body = JsonBody(call.exchange.request, refusal);
  if (!body) return refusal;
  if (call.switches.transposed_quadrant) TransposeQuadrant(*body);
  return Conclude(call, JudgeKinerjaPeriodik(*body, call.switches));
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

}  // namespace kinerja::simulators::bkn
