// Flow 6 of 6. Before: adapters/bkn/bkn_adapter.cc. Next: SIASN.
#include "adapters/bkn/bkn_mapping.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "adapters/bkn/bkn_codes.h"
#include "adapters/bkn/documents.h"
#include "adapters/bkn/siasn_json.h"
#include "re2/re2.h"

namespace kinerja::adapters::bkn {
namespace {

using adapter::PartPlan;
using adapter::PlannedPart;

constexpr int kFirstYearOfSkp22 = 2022;
const std::string kSystemName(kSystem);

// A field of the record that no part has a place for.
void NoteLoss(bool there, std::string_view path, std::vector<std::string>* annotations) {
  if (there) annotations->push_back(absl::StrCat(std::string(path), ": not carried"));
}

// What of the whole record is lost; said once, with the year's result.
void NoteLossesOfRecord(const v1::Skp& skp, std::vector<std::string>* annotations) {
  NoteLoss(skp.rhk_size() > 0, "rhk", annotations);
  NoteLoss(skp.perilaku_size() > 0, "perilaku", annotations);
  NoteLoss(skp.has_lampiran(), "lampiran", annotations);
  NoteLoss(skp.has_atasan_penilai(), "atasan_penilai", annotations);
  NoteLoss(skp.tim_penilai_size() > 0, "tim_penilai", annotations);
  NoteLoss(skp.umpan_balik_size() > 0, "umpan_balik", annotations);
  NoteLoss(skp.observasi_size() > 0, "observasi", annotations);
  NoteLoss(skp.has_pengembangan_kompetensi(), "pengembangan_kompetensi", annotations);
  if (skp.realisasi_size() == 0) return;
  annotations->push_back("realisasi: not carried; evidence is held as addresses, not as files");
}

class Planner {
 public:
  Planner(const MappingOptions& options, const adapter::PlanInput& input)
      : options_(options), skp_(*input.skp), held_(*input.held) {}

  std::vector<PlannedPart> Run(std::string_view facts);

 private:
  PlannedPart Part(std::string_view kind, std::string key, int64_t rank) const;
  void Skip(PlannedPart part, v1::ErrorReason reason, schema::Metadata metadata);
  void Refuse(PlannedPart part, v1::ErrorReason reason, schema::Metadata metadata);
  void Hold(PlannedPart part, v1::ErrorReason reason, schema::Metadata metadata);
  void Deliver(PlannedPart part, const Json& body, std::vector<std::string> annotations);

  void PlanYear();
  void PlanSkp22(int index);
  void PlanCredit(int index);
  void PlanPeriodik(int index);
  bool HasBothRatings(int index, const PlannedPart& part);
  std::optional<std::string> KoefisienOf(int index, const PlannedPart& part);
  bool IsFunctional() const;
  void RefuseWithoutRung(const PlannedPart& part);
  bool DecidedOtherwise(v1::Predikat predikat, const PlannedPart& part);

  int LastYearly() const;
  int64_t RankOf(const v1::Evaluasi& evaluasi) const;
  v1::Jenjang Jenjang() const;
  Json BodyStart(const PlannedPart& part) const;
  void AddRatings(const v1::Evaluasi& evaluasi, Json* body) const;
  void AddAssessor(const v1::Evaluasi& evaluasi, std::string_view jabatan_name, Json* body,
                   std::vector<std::string>* annotations) const;
  std::vector<std::string> LossesOf(int index) const;
  void AddDocument(std::string_view kind, std::string field, const v1::Bukti& file, Json* body,
                   std::vector<std::string>* annotations) const;
  bool Wants(std::string_view kind) const { return options_.parts.contains(kind); }
  std::string Path(int index, std::string_view field) const {
    return absl::StrCat("evaluasi[", index, "].", std::string(field));
  }

  const MappingOptions& options_;
  const v1::Skp& skp_;
  const std::vector<adapter::HeldPart>& held_;
  Facts facts_;
  std::vector<PlannedPart> parts_;
};

PlannedPart Planner::Part(std::string_view kind, std::string key, int64_t rank) const {
  PlannedPart part;
  part.kind = std::string(kind);
  part.key = absl::StrCat(part.kind, "/", key);
  part.effect_key = absl::StrCat(part.kind, "/", facts_.pns_id, "/", key);
  part.rank = rank;
  part.address = skp_.pegawai().nip();
  return part;
}

void Planner::Skip(PlannedPart part, v1::ErrorReason reason, schema::Metadata metadata) {
  part.plan = PartPlan::kSkip;
  part.reason = reason;
  part.metadata = std::move(metadata);
  parts_.push_back(std::move(part));
}

void Planner::Refuse(PlannedPart part, v1::ErrorReason reason, schema::Metadata metadata) {
  part.plan = PartPlan::kRefuse;
  part.reason = reason;
  part.metadata = std::move(metadata);
  parts_.push_back(std::move(part));
}

void Planner::Hold(PlannedPart part, v1::ErrorReason reason, schema::Metadata metadata) {
  part.plan = PartPlan::kHold;
  part.reason = reason;
  part.metadata = std::move(metadata);
  part.wait_keys = {
      adapter::PersonYearKey(absl::StrCat("nip:", skp_.pegawai().nip()), skp_.periode().tahun())};
  parts_.push_back(std::move(part));
}

void Planner::Deliver(PlannedPart part, const Json& body, std::vector<std::string> annotations) {
  part.plan = PartPlan::kDeliver;
  Json content = body;
  content["id"] = nullptr;  // names the row that is there, and says nothing about the person
  part.content = WriteJson(content);
  part.payload = {"application/json", WriteJson(body), std::move(annotations)};
  parts_.push_back(std::move(part));
}

// The evaluation at the end that counts: where there are several, that of the last days.
int Planner::LastYearly() const {
  int last = -1;
  int last_month = 0;
  for (int i = 0; i < skp_.evaluasi_size(); ++i) {
    if (skp_.evaluasi(i).jenis() != v1::JENIS_EVALUASI_TAHUNAN) continue;
    const auto months = YearlyMonths(skp_.evaluasi(i).periode(), skp_.periode());
    const int month = months ? months->last : 0;
    if (last < 0 || month >= last_month) last = i, last_month = month;
  }
  return last;
}

// Days since 1970: the end of the record's period, or the day of the evaluation.
int64_t Planner::RankOf(const v1::Evaluasi& evaluasi) const {
  const int64_t end = DayNumber(skp_.periode().selesai()).value_or(0);
  if (options_.skp22_rank != config::v1::SKP22_RANK_EVALUATED_LAST) return end;
  return DayNumber(evaluasi.tanggal()).value_or(end);
}

v1::Jenjang Planner::Jenjang() const {
  const v1::Jenjang own = skp_.pegawai().jenjang();
  return own != v1::JENJANG_UNSPECIFIED ? own : JenjangOfCode(facts_.kode_jenjang);
}

// koefisienId of an evaluation, or the part says who can give it.
std::optional<std::string> Planner::KoefisienOf(int index, const PlannedPart& part) {
  const v1::Jenjang jenjang = Jenjang();
  if (jenjang == v1::JENJANG_UNSPECIFIED) {
    RefuseWithoutRung(part);
    return std::nullopt;
  }
  const v1::Evaluasi& evaluasi = skp_.evaluasi(index);
  const v1::Predikat predikat = PredikatOf(evaluasi.rating_hasil(), evaluasi.rating_perilaku());
  const auto configured = options_.koefisien_ids.find({jenjang, predikat});
  if (configured != options_.koefisien_ids.end()) return configured->second;
  if (predikat == v1::PREDIKAT_BAIK) return std::string(KoefisienBaikId(jenjang));
  Refuse(part, v1::ERROR_REASON_KOEFISIEN_UNKNOWN,
         {{"field", absl::StrCat("evaluasi[", index, "]")}, {"system", kSystemName}});
  return std::nullopt;
}

bool Planner::IsFunctional() const {
  return skp_.pegawai().jenis_jabatan() == v1::JENIS_JABATAN_FUNGSIONAL_TERTENTU ||
         facts_.jenis_jabatan == "2" || facts_.jenis_jabatan == "3";
}

// A functional post must have a rung; for the others SIASN has no coefficient.
void Planner::RefuseWithoutRung(const PlannedPart& part) {
  if (IsFunctional()) {
    Refuse(part, v1::ERROR_REASON_JENJANG_MISSING,
           {{"field", "pegawai.jenjang"}, {"system", kSystemName}});
  } else {
    Skip(part, v1::ERROR_REASON_RESULT_NOT_TAKEN,
         {{"system", kSystemName}, {"what", "periodic results of a post without jenjang"}});
  }
}

Json Planner::BodyStart(const PlannedPart& part) const {
  Json body = Json::object();
  const auto held = std::find_if(held_.begin(), held_.end(), [&](const adapter::HeldPart& known) {
    return known.key == part.key && !known.held.target_id.empty();
  });
  body["id"] = held == held_.end() ? Json(nullptr) : Json(held->held.target_id);
  return body;
}

void Planner::AddRatings(const v1::Evaluasi& evaluasi, Json* body) const {
  (*body)["hasilKinerjaNilai"] = static_cast<int>(evaluasi.rating_hasil());
  (*body)["perilakuKerjaNilai"] = static_cast<int>(evaluasi.rating_perilaku());
  (*body)["kuadranKinerjaNilai"] =
      static_cast<int>(PredikatOf(evaluasi.rating_hasil(), evaluasi.rating_perilaku()));
}

// The two saves differ in the name of the assessor's post, and in nothing else here.
void Planner::AddAssessor(const v1::Evaluasi& evaluasi, std::string_view jabatan_name, Json* body,
                          std::vector<std::string>* annotations) const {
  const std::string path = evaluasi.has_penilai() ? "evaluasi.penilai" : "penilai";
  const v1::PenilaiRef& penilai = evaluasi.has_penilai() ? evaluasi.penilai() : skp_.penilai();
  std::string golongan(GolonganId(penilai.golongan()));
  const auto configured = options_.golongan_ids.find(penilai.golongan());
  if (configured != options_.golongan_ids.end()) golongan = configured->second;
  if (golongan.empty()) {
    annotations->push_back(absl::StrCat(
        path, ".golongan: ",
        penilai.golongan().empty() ? "not known; sent empty" : "no id is known; sent empty"));
  }
  if (penilai.nip().empty()) annotations->push_back(path + ".nip: not known; sent empty");
  (*body)["penilaiGolongan"] = golongan;
  (*body)[std::string(jabatan_name)] = penilai.jabatan();
  (*body)["penilaiNama"] = penilai.nama();
  (*body)["penilaiNipNrp"] = penilai.nip();
  (*body)["penilaiUnorNama"] = penilai.unor_nama();
  (*body)["statusPenilai"] = penilai.has_asn() && !penilai.asn() ? "NON ASN" : "ASN";
}

std::vector<std::string> Planner::LossesOf(int index) const {
  const v1::Evaluasi& evaluasi = skp_.evaluasi(index);
  std::vector<std::string> annotations;
  NoteLoss(!evaluasi.catatan().empty(), Path(index, "catatan"), &annotations);
  NoteLoss(evaluasi.capaian_organisasi() != v1::CAPAIAN_ORGANISASI_UNSPECIFIED,
           Path(index, "capaian_organisasi"), &annotations);
  return annotations;
}

// A document that cannot be had for sure is not carried, and the annotations say why.
void Planner::AddDocument(std::string_view kind, std::string field, const v1::Bukti& file,
                          Json* body, std::vector<std::string>* annotations) const {
  if (file.uri().empty() && file.hash().empty()) return;
  if (file.uri().empty() || file.hash().empty()) {
    annotations->push_back(field + ": not carried; address and hash are both needed");
  } else if (!LiesUnder(options_.document_prefixes, file.uri())) {
    annotations->push_back(field + ": not carried; its address is none of document_sources");
  } else {
    const std::string& id_ref = options_.dokumen_ids.find(kind)->second;
    WriteWanted({std::move(field), id_ref, file.uri(), file.hash()}, body);
  }
}

// Both ratings, or the part waits for the one that its source lost.
bool Planner::HasBothRatings(int index, const PlannedPart& part) {
  const v1::Evaluasi& evaluasi = skp_.evaluasi(index);
  const bool hasil = evaluasi.rating_hasil() != v1::RATING_UNSPECIFIED;
  if (hasil && evaluasi.rating_perilaku() != v1::RATING_UNSPECIFIED) return true;
  Hold(part, v1::ERROR_REASON_RATING_MISSING,
       {{"field", Path(index, hasil ? "rating_perilaku" : "rating_hasil")},
        {"system", evaluasi.sumber().empty() ? skp_.source().system() : evaluasi.sumber()}});
  return false;
}

// An objection may change the predikat and leave the ratings as they were. SIASN wants all three to
// agree, so a person must bring the ratings into line before anything is sent.
bool Planner::DecidedOtherwise(v1::Predikat predikat, const PlannedPart& part) {
  for (int i = skp_.keberatan_size() - 1; i >= 0; --i) {
    const v1::Predikat decided = skp_.keberatan(i).hasil();
    if (decided == v1::PREDIKAT_UNSPECIFIED) continue;
    if (decided == predikat) return false;
    Refuse(part, v1::ERROR_REASON_PREDIKAT_MISMATCH,
           {{"field", absl::StrCat("keberatan[", i, "].hasil")},
            {"system", skp_.source().system()},
            {"reported", v1::Predikat_Name(decided)},
            {"computed", v1::Predikat_Name(predikat)}});
    return true;
  }
  return false;
}

void Planner::PlanSkp22(int index) {
  const v1::Evaluasi& evaluasi = skp_.evaluasi(index);
  PlannedPart part = Part(kSkp22, absl::StrCat(skp_.periode().tahun()), RankOf(evaluasi));
  if (!HasBothRatings(index, part)) return;
  const v1::Predikat predikat = PredikatOf(evaluasi.rating_hasil(), evaluasi.rating_perilaku());
  if (DecidedOtherwise(predikat, part)) return;
  std::vector<std::string> annotations = LossesOf(index);
  NoteLoss(!evaluasi.tanggal().empty(), Path(index, "tanggal"), &annotations);
  NoteLossesOfRecord(skp_, &annotations);
  Json body = BodyStart(part);
  body["pnsDinilaiOrang"] = facts_.pns_id;
  body["tahun"] = skp_.periode().tahun();
  AddRatings(evaluasi, &body);
  AddAssessor(evaluasi, "penilaiJabatan", &body, &annotations);
  AddDocument(kSkp22, "evaluasi.dokumen", evaluasi.dokumen(), &body, &annotations);
  Deliver(std::move(part), body, std::move(annotations));
}

// The credit of the months that the year's evaluation covers (skp-model §8.3).
void Planner::PlanCredit(int index) {
  const v1::Evaluasi& evaluasi = skp_.evaluasi(index);
  const auto months = YearlyMonths(evaluasi.periode(), skp_.periode());
  if (!months) {
    Skip(Part(kAngkaKredit, absl::StrCat(skp_.periode().tahun()), 0),
         v1::ERROR_REASON_RESULT_NOT_TAKEN,
         {{"system", kSystemName}, {"what", "credit of an evaluation whose months are not clear"}});
    return;
  }
  PlannedPart part = Part(
      kAngkaKredit, absl::StrFormat("%d/%02d-%02d", months->tahun, months->first, months->last),
      RankOf(evaluasi));
  if (Jenjang() == v1::JENJANG_UNSPECIFIED) return RefuseWithoutRung(part);
  if (!HasBothRatings(index, part)) return;
  const v1::Predikat predikat = PredikatOf(evaluasi.rating_hasil(), evaluasi.rating_perilaku());
  if (DecidedOtherwise(predikat, part)) return;
  std::vector<std::string> annotations{"nomorSk: the record has no number of a decree; sent empty"};
  if (!evaluasi.has_dokumen_pak())
    annotations.push_back("path: the record has no document of the credit");
  if (evaluasi.tanggal().empty()) annotations.push_back("tanggalSk: not known; sent empty");
  if (facts_.rw_jabatan_id.empty()) annotations.push_back("rwJabatanId: not known; sent empty");
  Json body = BodyStart(part);
  body["pnsId"] = facts_.pns_id;
  body["rwJabatanId"] = facts_.rw_jabatan_id;
  body["nomorSk"] = "";
  body["tanggalSk"] = SiasnDate(evaluasi.tanggal());
  body["bulanMulaiPenailan"] = absl::StrCat(months->first);
  body["tahunMulaiPenailan"] = absl::StrCat(months->tahun);
  body["bulanSelesaiPenailan"] = absl::StrCat(months->last);
  body["tahunSelesaiPenailan"] = absl::StrCat(months->tahun);
  body["kreditUtamaBaru"] = "0";
  body["kreditPenunjangBaru"] = "0";
  body["kreditBaruTotal"] = CreditOf(Jenjang(), predikat, months->count());
  body["isAngkaKreditPertama"] = "0";
  body["isIntegrasi"] = "0";
  body["isKonversi"] = "1";
  AddDocument(kAngkaKredit, "evaluasi.dokumen_pak", evaluasi.dokumen_pak(), &body, &annotations);
  Deliver(std::move(part), body, std::move(annotations));
}

void Planner::PlanPeriodik(int index) {
  const v1::Evaluasi& evaluasi = skp_.evaluasi(index);
  const auto months = PeriodicMonths(evaluasi.periode());
  if (!months) {
    Skip(Part(kPeriodik, absl::StrCat(skp_.periode().tahun(), "/", index), 0),
         v1::ERROR_REASON_RESULT_NOT_TAKEN,
         {{"system", kSystemName},
          {"what", "periodic results of other periods than months and quarters"}});
    return;
  }
  PlannedPart part =
      Part(kPeriodik, absl::StrFormat("%d/%02d-%02d", months->tahun, months->first, months->last),
           DayNumber(skp_.periode().selesai()).value_or(0));
  if (!HasBothRatings(index, part)) return;
  const auto koefisien = KoefisienOf(index, part);
  if (!koefisien) return;
  std::vector<std::string> annotations = LossesOf(index);
  NoteLoss(!evaluasi.tanggal().empty(), Path(index, "tanggal"), &annotations);
  Json body = BodyStart(part);
  body["pnsDinilaiId"] = facts_.pns_id;
  body["periodikId"] = evaluasi.periode().jenis() == v1::JENIS_PERIODE_BULAN ? "1" : "2";
  body["tahun"] = months->tahun;
  body["bulanMulaiPenilaian"] = months->first;
  body["bulanSelesaiPenilaian"] = months->last;
  body["tahunMulaiPenilaian"] = months->tahun;
  body["tahunSelesaiPenilaian"] = months->tahun;
  AddRatings(evaluasi, &body);
  body["koefisienId"] = *koefisien;
  AddAssessor(evaluasi, "penilaiJabatanNama", &body, &annotations);
  AddDocument(kPeriodik, "evaluasi.dokumen", evaluasi.dokumen(), &body, &annotations);
  NoteLoss(evaluasi.has_dokumen_pak(), Path(index, "dokumen_pak"), &annotations);
  Deliver(std::move(part), body, std::move(annotations));
}

// skp22 and the credit, or what they wait for.
void Planner::PlanYear() {
  // A post that is not functional has no credit, and nothing is missing there.
  const bool credit = Wants(kAngkaKredit) && IsPns(skp_.pegawai()) &&
                      (IsFunctional() || Jenjang() != v1::JENJANG_UNSPECIFIED);
  const int yearly = LastYearly();
  if (yearly >= 0) {
    if (Wants(kSkp22)) PlanSkp22(yearly);
    if (credit) PlanCredit(yearly);
    return;
  }
  const std::string tahun = absl::StrCat(skp_.periode().tahun());
  if (Wants(kSkp22))
    Hold(Part(kSkp22, tahun, 0), v1::ERROR_REASON_EVALUASI_MISSING, {{"field", "evaluasi"}});
  if (credit)
    Hold(Part(kAngkaKredit, tahun, 0), v1::ERROR_REASON_EVALUASI_MISSING, {{"field", "evaluasi"}});
}

std::vector<PlannedPart> Planner::Run(std::string_view facts) {
  const std::string tahun = absl::StrCat(skp_.periode().tahun());
  if (!IsAsn(skp_.pegawai())) {
    Skip(Part(kSkp22, tahun, 0), v1::ERROR_REASON_NON_ASN, {});
    return std::move(parts_);
  }
  if (skp_.periode().tahun() < kFirstYearOfSkp22) {
    Skip(Part(kSkp22, tahun, 0), v1::ERROR_REASON_RESULT_NOT_TAKEN,
         {{"system", kSystemName}, {"what", "results of the years before 2022 by this way"}});
    return std::move(parts_);
  }
  const auto known = ReadFacts(facts);
  if (!known) {
    Refuse(Part(kSkp22, tahun, 0), v1::ERROR_REASON_INTERNAL, {});
    return std::move(parts_);
  }
  facts_ = *known;
  if (Wants(kPeriodik)) {
    for (int i = 0; i < skp_.evaluasi_size(); ++i) {
      if (skp_.evaluasi(i).jenis() == v1::JENIS_EVALUASI_PERIODIK) PlanPeriodik(i);
    }
  }
  PlanYear();
  return std::move(parts_);
}

}  // namespace

std::string WriteFacts(const Facts& facts) {
  Json json = Json::object();
  json["pns_id"] = facts.pns_id;
  json["kode_jenjang"] = facts.kode_jenjang;
  json["jenis_jabatan"] = facts.jenis_jabatan;
  json["rw_jabatan_id"] = facts.rw_jabatan_id;
  return WriteJson(json);
}

std::optional<Facts> ReadFacts(std::string_view json) {
  const auto value = ParseJson(json);
  if (!value) return std::nullopt;
  Facts facts{TextIn(*value, "pns_id"), TextIn(*value, "kode_jenjang"),
              TextIn(*value, "jenis_jabatan"), TextIn(*value, "rw_jabatan_id")};
  if (facts.pns_id.empty()) return std::nullopt;
  return facts;
}

MappingOptions MakeMappingOptions(const config::v1::BknTarget& config) {
  MappingOptions options;
  if (config.skp22_rank() != config::v1::SKP22_RANK_UNSPECIFIED)
    options.skp22_rank = config.skp22_rank();
  options.parts.insert(config.parts().begin(), config.parts().end());
  if (options.parts.empty()) {
    for (const std::string_view kind : {kSkp22, kPeriodik, kAngkaKredit})
      options.parts.emplace(kind);
  }
  for (const auto& row : config.golongan_ids()) options.golongan_ids[row.golongan()] = row.id();
  for (const auto& row : config.koefisien_ids())
    options.koefisien_ids[{row.jenjang(), row.predikat()}] = row.id();
  for (const auto& source : config.document_sources())
    options.document_prefixes.push_back(source.prefix());
  options.dokumen_ids = {{std::string(kSkp22), "891"},
                         {std::string(kPeriodik), "890"},
                         {std::string(kAngkaKredit), "879"}};
  for (const auto& row : config.dokumen_ids()) options.dokumen_ids[row.part()] = row.id();
  return options;
}

std::optional<Json> EffectOfKey(std::string_view key) {
  // kind/year[/first-last], with "~" and something behind it once its effect has moved.
  static const LazyRE2 kShape = {
      "(skp22|kinerjaperiodik|angkakredit)/([0-9]{4})(?:/([0-9]{2})-([0-9]{2}))?(?:~.*)?"};
  std::string kind, first, last;
  int tahun = 0;
  if (!RE2::FullMatch(key, *kShape, &kind, &tahun, &first, &last)) return std::nullopt;
  if ((kind == kSkp22) != first.empty()) return std::nullopt;
  Json body = Json::object();
  if (kind == kSkp22 || kind == kPeriodik) body["tahun"] = tahun;
  if (kind == kPeriodik) {
    body["bulanMulaiPenilaian"] = first;
    body["bulanSelesaiPenilaian"] = last;
  } else if (kind == kAngkaKredit) {
    body["tahunMulaiPenailan"] = tahun;
    body["tahunSelesaiPenailan"] = tahun;
    body["bulanMulaiPenailan"] = first;
    body["bulanSelesaiPenailan"] = last;
  }
  return body;
}

bool IsAsn(const v1::Pegawai& pegawai) {
  return pegawai.status_kepegawaian() != v1::STATUS_KEPEGAWAIAN_NON_ASN && !pegawai.nip().empty();
}

bool IsPns(const v1::Pegawai& pegawai) {
  if (pegawai.status_kepegawaian() != v1::STATUS_KEPEGAWAIAN_UNSPECIFIED)
    return pegawai.status_kepegawaian() == v1::STATUS_KEPEGAWAIAN_PNS;
  // Digits 13 and 14: a month of PNS, 21 and more of PPPK (skp-model §10.1).
  const std::string& nip = pegawai.nip();
  return nip.size() == 18 && (nip[12] == '0' || (nip[12] == '1' && nip[13] <= '2'));
}

std::vector<PlannedPart> PlanParts(const MappingOptions& options, const adapter::PlanInput& input) {
  return Planner(options, input).Run(input.facts);
}

}  // namespace kinerja::adapters::bkn
