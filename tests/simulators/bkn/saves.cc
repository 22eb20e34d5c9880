#include "tests/simulators/bkn/saves.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulators/base/absl_view.h"
#include "tests/simulators/base/json_text.h"
#include "tests/simulators/bkn/answers.h"
#include "tests/simulators/bkn/code_lists.h"

namespace kinerja::simulators::bkn {
namespace {

using nlohmann::json;

constexpr std::string_view kNotInReference = " tidak ditemukan pada data referensi";
constexpr int64_t kFirstYear = 2022;

// How the service's framework says that a body does not fit.
Reply BindRefusal(std::string_view message, std::string_view cause) {
  return Refused(
      absl::StrCat("code=400, message=", AbslView(message), ", internal=", AbslView(cause)));
}

// Fields of the list that are absent, empty or 0, written as Go names them.
std::vector<std::string> Missing(const Body& body, std::initializer_list<std::string_view> names) {
  std::vector<std::string> missing;
  for (const std::string_view name : names) {
    const std::string text = body.Text(name);
    if (text.empty() || text == "0") missing.emplace_back(name);
  }
  return missing;
}

// In: a list of documents. Out: an object by the document's number, or null.
std::optional<Reply> TakePath(const Body& body, Results::Save& save) {
  const json* path = body.Value("path");
  save.row["path"] = nullptr;
  save.keeps_path = path == nullptr || path->is_null();
  if (save.keeps_path) return std::nullopt;
  if (!path->is_array()) {
    const std::string got = path->type_name();
    return BindRefusal(
        absl::StrCat("Unmarshal type error: expected=[]request.Path, got=", got, ", field=path"),
        absl::StrCat("json: cannot unmarshal ", got,
                     " into Go struct field .path of type []request.Path"));
  }
  json documents = json::object();
  for (const json& document : *path) documents[TextOf(document, "dok_id")] = document;
  if (!documents.empty()) save.row["path"] = std::move(documents);
  return std::nullopt;
}

// What skp22 and kinerjaperiodik have in common.
std::optional<Reply> RefuseRatings(const Body& body) {
  const std::string golongan = body.Text("penilaiGolongan");
  if (!golongan.empty() && !IsGolongan(golongan)) {
    return Refused(absl::StrCat("golongan penilai", AbslView(kNotInReference)));
  }
  for (const char* name : {"hasilKinerjaNilai", "perilakuKerjaNilai"}) {
    const int64_t value = body.Number(name);
    if (!body.Text(name).empty() && RatingLabel(value).empty()) {
      return Refused(absl::StrCat(name, AbslView(kNotInReference)));
    }
  }
  const std::string quadrant = body.Text("kuadranKinerjaNilai");
  if (!quadrant.empty() && QuadrantLabel(body.Number("kuadranKinerjaNilai")).empty()) {
    return Refused(absl::StrCat("kuadranKinerjaNilai", AbslView(kNotInReference)));
  }
  const std::string status = body.Text("statusPenilai");
  if (!status.empty() && status != "ASN" && status != "NON ASN") {
    return Refused("status penilai tidak valid");
  }
  return std::nullopt;
}

// Labels beside the values, under the names that both reads share.
void AddRatings(const Body& body, json& row) {
  row["hasilKinerja"] = RatingLabel(body.Number("hasilKinerjaNilai"));
  row["hasilKinerjaNilai"] = body.Text("hasilKinerjaNilai");
  row["perilakuKerja"] = RatingLabel(body.Number("perilakuKerjaNilai"));
  row["namaPenilai"] = body.Text("penilaiNama");
  row["penilaiGolonganId"] = body.Text("penilaiGolongan");
  row["penilaiUnorNm"] = body.Text("penilaiUnorNama");
  row["statusPenilai"] = body.Text("statusPenilai");
}

std::optional<Reply> RefuseKinerjaPeriodik(const Body& body) {
  if (!FindKoefisien(body.Text("koefisienId"))) {
    return Refused(absl::StrCat("koefisien", AbslView(kNotInReference)));
  }
  if (PeriodLabel(body.Text("periodikId")).empty()) {
    return Refused(absl::StrCat("periodik", AbslView(kNotInReference)));
  }
  for (const char* name : {"bulanMulaiPenilaian", "bulanSelesaiPenilaian"}) {
    if (body.Number(name) < 1 || body.Number(name) > 12) {
      return Refused(absl::StrCat(name, " tidak valid"));
    }
  }
  return RefuseRatings(body);
}

std::optional<Reply> RefuseAngkaKredit(const Body& body) {
  if (!IsPlainNomorSk(body.Text("nomorSk"))) {
    return Refused("nomor sk tidak valid/mengandung spesial karakter");
  }
  const std::string date = body.Text("tanggalSk");
  if (const auto error = date.empty() ? std::nullopt : DateError(date)) {
    return BindRefusal(*error, *error);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Body> Body::FromJson(std::string_view text) {
  const auto object = ParseJson(text);
  if (!object || !object->is_object()) return std::nullopt;
  Body body;
  for (const auto& [name, value] : object->items()) body.Set(name, value);
  return body;
}

Body Body::FromParts(const std::vector<Part>& parts) {
  Body body;
  for (const Part& part : parts) {
    if (!part.filename.empty()) continue;
    std::string name = part.name;
    std::erase(name, '_');
    body.Set(name, part.content);
  }
  return body;
}

std::string Body::Text(std::string_view name) const { return TextOf(Value(name)); }

int64_t Body::Number(std::string_view name) const { return WholeNumberOf(Value(name)).value_or(0); }

const json* Body::Value(std::string_view name) const {
  const auto found = fields_.find(LowerCase(name));
  return found == fields_.end() ? nullptr : &found->second;
}

void Body::Set(std::string_view name, json value) { fields_[LowerCase(name)] = std::move(value); }

void TransposeQuadrant(Body& body) {
  static constexpr int kMatrix[3][3] = {{1, 2, 4}, {2, 2, 4}, {3, 3, 5}};  // by result, behaviour
  const int64_t hasil = body.Number("hasilKinerjaNilai");
  const int64_t perilaku = body.Number("perilakuKerjaNilai");
  if (hasil < 1 || hasil > 3 || perilaku < 1 || perilaku > 3) return;
  body.Set("kuadranKinerjaNilai", kMatrix[perilaku - 1][hasil - 1]);
}

SaveVerdict JudgeSkp22(const Body& body, const Switches& switches) {
  const auto missing =
      Missing(body, {"PnsDinilaiOrang", "HasilKinerjaNilai", "PerilakuKerjaNilai", "Tahun"});
  if (!missing.empty()) return {.refusal = Required(missing, switches)};
  if (auto refusal = RefuseRatings(body)) return {.refusal = std::move(refusal)};
  if (body.Number("tahun") < kFirstYear) return {.refusal = Refused("tahun tidak valid")};
  SaveVerdict verdict;
  Results::Save& save = verdict.save;
  save.kind = Kind::kSkp22;
  save.person = body.Text("pnsDinilaiOrang");
  save.id = body.Text("id");
  save.natural_key = body.Text("tahun");
  AddRatings(body, save.row);
  save.row["PerilakuKerjaNilai"] = body.Text("perilakuKerjaNilai");
  save.row["KuadranKinerjaNilai"] = body.Text("kuadranKinerjaNilai");
  save.row["kuadranKinerja"] = QuadrantLabel(body.Number("kuadranKinerjaNilai"));
  save.row["nipNrpPenilai"] = body.Text("penilaiNipNrp");
  save.row["penilaiJabatanNm"] = body.Text("penilaiJabatan");
  save.row["pnsDinilaiId"] = save.person;
  save.row["tahun"] = body.Text("tahun");
  verdict.refusal = TakePath(body, save);
  return verdict;
}

SaveVerdict JudgeKinerjaPeriodik(const Body& body, const Switches& switches) {
  const auto missing =
      Missing(body, {"PnsDinilaiId", "KoefisienId", "BulanMulaiPenilaian", "BulanSelesaiPenilaian",
                     "TahunMulaiPenilaian", "TahunSelesaiPenilaian", "PeriodikId"});
  if (!missing.empty()) return {.refusal = Required(missing, switches)};
  if (auto refusal = RefuseKinerjaPeriodik(body)) return {.refusal = std::move(refusal)};
  SaveVerdict verdict;
  Results::Save& save = verdict.save;
  save.kind = Kind::kKinerjaPeriodik;
  save.person = body.Text("pnsDinilaiId");
  save.id = body.Text("id");
  AddRatings(body, save.row);
  const std::string tahun = body.Text("tahun");
  const auto koefisien = FindKoefisien(body.Text("koefisienId"));
  save.row["perilakuKerjaNilai"] = body.Text("perilakuKerjaNilai");
  save.row["kuadranKinerjaNilai"] = body.Text("kuadranKinerjaNilai");
  save.row["kuadranNilai"] = QuadrantLabel(body.Number("kuadranKinerjaNilai"));
  save.row["penilaiNipNrp"] = body.Text("penilaiNipNrp");
  save.row["penilaiJabatanNama"] = body.Text("penilaiJabatanNama");
  save.row["pnsDinilaiId"] = save.person;
  save.row["tahun"] = tahun.empty() ? body.Text("tahunMulaiPenilaian") : tahun;
  save.row["bulanMulaiPenilaian"] = absl::StrCat(body.Number("bulanMulaiPenilaian"));
  save.row["bulanSelesaiPenilaian"] = absl::StrCat(body.Number("bulanSelesaiPenilaian"));
  save.row["koefisenId"] = koefisien->id;  // the service's spelling
  save.row["kriteria"] = koefisien->kriteria;
  save.row["persentase"] = koefisien->persentase;
  save.row["periodikId"] = body.Text("periodikId");
  save.row["periodikNama"] = PeriodLabel(body.Text("periodikId"));
  verdict.refusal = TakePath(body, save);
  return verdict;
}

SaveVerdict JudgeAngkaKredit(const Body& body, const Switches& switches) {
  const auto missing = Missing(body, {"PnsID"});
  if (!missing.empty()) return {.refusal = Required(missing, switches)};
  if (auto refusal = RefuseAngkaKredit(body)) return {.refusal = std::move(refusal)};
  SaveVerdict verdict;
  Results::Save& save = verdict.save;
  save.kind = Kind::kAngkaKredit;
  save.person = body.Text("pnsId");
  save.id = body.Text("id");
  for (const char* name :
       {"nomorSk", "tanggalSk", "bulanMulaiPenailan", "tahunMulaiPenailan", "bulanSelesaiPenailan",
        "tahunSelesaiPenailan", "kreditUtamaBaru", "kreditPenunjangBaru", "kreditBaruTotal"}) {
    save.row[name] = body.Text(name);
  }
  for (const char* name : {"isAngkaKreditPertama", "isIntegrasi", "isKonversi"}) {
    const std::string flag = body.Text(name);
    save.row[name] = flag.empty() ? "0" : flag;
  }
  save.row["pns"] = save.person;
  save.row["rwJabatan"] = body.Text("rwJabatanId");
  save.row["Sumber"] = "WS";
  verdict.refusal = TakePath(body, save);
  return verdict;
}

}  // namespace kinerja::simulators::bkn
