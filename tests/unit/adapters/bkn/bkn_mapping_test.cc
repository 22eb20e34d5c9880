// Golden pairs: a record and every part it makes at SIASN. KJ_UPDATE_GOLDEN=1 rewrites what is
// expected; the difference is reviewed like code.
#include "adapters/bkn/bkn_mapping.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "adapters/bkn/siasn_json.h"
#include "gateway/schema/catalogue.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kinerja::adapters::bkn {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::filesystem::path kGolden = std::filesystem::path(KINERJA_SOURCE_DIR) / "tests/golden";
const Facts kTeacher{"F0000000000000000000000000000001", "PT", "2",
                     "F8000000000000000000000000000001"};

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

v1::Skp ReadRecord(const std::string& name) {
  v1::Skp skp;
  const auto path = kGolden / (name + ".skp.textproto");
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(ReadFile(path), &skp)) << path;
  return skp;
}

std::vector<adapter::PlannedPart> Plan(const v1::Skp& skp, const MappingOptions& options,
                                       const std::string& facts,
                                       const std::vector<adapter::HeldPart>& held = {}) {
  adapter::PlanInput input;
  input.skp = &skp;
  input.facts = facts;
  input.held = &held;
  return PlanParts(options, input);
}

Json Describe(const adapter::PlannedPart& part) {
  static const char* const kPlans[] = {"", "deliver", "hold", "skip", "refuse"};
  Json json = Json::object();
  json["key"] = part.key;
  json["kind"] = part.kind;
  json["plan"] = kPlans[static_cast<int>(part.plan)];
  if (part.reason != v1::ERROR_REASON_UNSPECIFIED) {
    json["reason"] = schema::ReasonName(part.reason);
    json["sentence"] = schema::FillSentence(schema::ReasonFacts(part.reason).en(), part.metadata);
  }
  if (!part.wait_keys.empty()) json["waits"] = part.wait_keys;
  json["effect"] = part.effect_key;
  json["rank"] = part.rank;
  if (!part.payload.bytes.empty()) {
    json["body"] = *ParseJson(part.payload.bytes);
    json["annotations"] = part.payload.annotations;
  }
  return json;
}

void CompareWithGolden(const std::string& name, const std::vector<adapter::PlannedPart>& parts) {
  Json described = Json::array();
  for (const auto& part : parts) described.push_back(Describe(part));
  const std::string found = described.dump(2) + "\n";
  const auto path = kGolden / "bkn" / (name + ".expected.json");
  if (std::getenv("KJ_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << found;
    return;
  }
  EXPECT_EQ(found, ReadFile(path)) << name;
}

TEST(BknMappingTest, RecordsBecomeTheExpectedParts) {
  struct Case {
    std::string name;    // of the expected file
    std::string record;  // below tests/golden
    Facts facts = kTeacher;
  };
  const Case cases[] = {
      {"guru-pns-tahunan", "bkn/guru-pns-tahunan"},
      {"guru-pindah-khusus", "bkn/guru-pindah-khusus"},
      {"hasil-saja-bulanan", "bkn/hasil-saja-bulanan"},
      {"pelaksana-tahunan", "bkn/pelaksana-tahunan", {"F02", "", "4", "F82"}},
      {"keberatan-diputus", "bkn/keberatan-diputus"},
      {"tahun-2021", "bkn/tahun-2021"},
      {"kepala-sekolah-semester",
       "pmm/valid-02-kepala-sekolah-semester-dinilai",
       {"F03", "MA", "2", ""}},
      {"guru-semester-rencana", "pmm/valid-01-guru-semester-rencana"},
      {"guru-pppk-rencana", "pmm/valid-03-guru-pppk-tahunan-2025"},
      {"non-asn", "pmm/valid-04-non-asn"},
  };
  const MappingOptions options = MakeMappingOptions({});
  for (const Case& c : cases) {
    const v1::Skp skp = ReadRecord(c.record);
    CompareWithGolden(c.name, Plan(skp, options, WriteFacts(c.facts)));
  }
}

TEST(BknMappingTest, AKeySaysWhichEffectItIs) {
  int seen = 0;
  const v1::Skp skp = ReadRecord("bkn/guru-pns-tahunan");
  for (const auto& part : Plan(skp, MakeMappingOptions({}), WriteFacts(kTeacher))) {
    if (part.plan != adapter::PartPlan::kDeliver) continue;
    const Json body = *ParseJson(part.payload.bytes);
    for (const std::string& key : {part.key, part.key + "~0a1b2c3d"}) {
      const auto effect = EffectOfKey(key);
      ASSERT_TRUE(effect.has_value()) << key;
      for (const auto& [name, value] : effect->items())
        EXPECT_EQ(IntIn(*effect, name), IntIn(body, name)) << key << " " << name;
      EXPECT_EQ(effect->size(), part.kind == kSkp22 ? 1u : part.kind == kPeriodik ? 3u : 4u);
      ++seen;
    }
  }
  EXPECT_GE(seen, 6);
  for (const char* key : {"", "skp22", "skp22/25", "skp22/2025/01-03", "kinerjaperiodik/2025",
                          "angkakredit/2025/1-3", "lain/2025"})
    EXPECT_FALSE(EffectOfKey(key).has_value()) << key;
}

TEST(BknMappingTest, ADocumentGoesWithItsResult) {
  v1::Skp skp = ReadRecord("bkn/guru-pns-tahunan");
  for (auto& evaluasi : *skp.mutable_evaluasi()) {
    for (v1::Bukti* file : {evaluasi.mutable_dokumen(), evaluasi.mutable_dokumen_pak()}) {
      file->set_uri("https://berkas.contohkab.go.id/skp/a.pdf");
      file->set_hash(std::string(64, 'a'));
    }
  }
  config::v1::BknTarget config;
  config.add_document_sources()->set_prefix("https://berkas.contohkab.go.id/skp/");
  auto* id = config.add_dokumen_ids();
  id->set_part("skp22");
  id->set_id("1179");
  const std::map<std::string, std::string> ids = {
      {"skp22", "1179"}, {"kinerjaperiodik", "890"}, {"angkakredit", "879"}};
  const auto facts = WriteFacts(kTeacher);
  for (const auto& part : Plan(skp, MakeMappingOptions(config), facts)) {
    if (part.plan != adapter::PartPlan::kDeliver) continue;
    const Json body = *ParseJson(part.payload.bytes);
    ASSERT_TRUE(body.contains("dokumen")) << part.kind;
    EXPECT_EQ(TextIn(body["dokumen"], "id_ref_dokumen"), ids.at(part.kind));
    EXPECT_THAT(part.payload.annotations, Not(Contains(HasSubstr("evaluasi.dokumen"))));
  }
  for (auto& evaluasi : *skp.mutable_evaluasi()) evaluasi.mutable_dokumen()->clear_hash();
  for (const auto& part : Plan(skp, MakeMappingOptions(config), facts)) {
    if (part.plan != adapter::PartPlan::kDeliver || part.kind == kAngkaKredit) continue;
    EXPECT_FALSE(ParseJson(part.payload.bytes)->contains("dokumen")) << part.kind;
    EXPECT_THAT(part.payload.annotations,
                Contains("evaluasi.dokumen: not carried; address and hash are both needed"));
  }
}

TEST(BknMappingTest, ConfigurationFillsWhatIsNotPublished) {
  config::v1::BknTarget config;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        skp22_rank: SKP22_RANK_EVALUATED_LAST
        golongan_ids { golongan: "IX" id: "209" }
        koefisien_ids { jenjang: JENJANG_AHLI_PERTAMA predikat: PREDIKAT_SANGAT_BAIK id: "11" }
      )pb",
      &config));
  const MappingOptions options = MakeMappingOptions(config);
  CompareWithGolden("guru-pns-tahunan-diatur",
                    Plan(ReadRecord("bkn/guru-pns-tahunan"), options, WriteFacts(kTeacher)));
  CompareWithGolden("pelaksana-tahunan-diatur", Plan(ReadRecord("bkn/pelaksana-tahunan"), options,
                                                     WriteFacts({"F02", "", "4", "F82"})));
}

TEST(BknMappingTest, AKnownRowIsUpdatedById) {
  const std::vector<adapter::HeldPart> held = {{"skp22/2025", "skp22", {"S-1", 3}},
                                               {"angkakredit/2025/01-12", "angkakredit", {"", 3}}};
  const auto parts =
      Plan(ReadRecord("bkn/guru-pns-tahunan"), MakeMappingOptions({}), WriteFacts(kTeacher), held);
  ASSERT_THAT(parts, SizeIs(5));
  EXPECT_EQ(TextIn(*ParseJson(parts[3].payload.bytes), "id"), "S-1");
  EXPECT_TRUE(Member(*ParseJson(parts[4].payload.bytes), "id")->is_null());
}

TEST(BknMappingTest, OnlyConfiguredPartsAreSent) {
  config::v1::BknTarget config;
  config.add_parts("kinerjaperiodik");
  const auto parts =
      Plan(ReadRecord("bkn/guru-pns-tahunan"), MakeMappingOptions(config), WriteFacts(kTeacher));
  ASSERT_THAT(parts, SizeIs(3));
  for (const auto& part : parts) EXPECT_EQ(part.kind, kPeriodik);
}

TEST(BknMappingTest, EqualInputGivesEqualBytes) {
  const v1::Skp skp = ReadRecord("bkn/guru-pns-tahunan");
  const MappingOptions options = MakeMappingOptions({});
  const auto first = Plan(skp, options, WriteFacts(kTeacher));
  const auto second = Plan(skp, options, WriteFacts(kTeacher));
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(first[i].payload.bytes, second[i].payload.bytes);
}

TEST(BknMappingTest, TwoRecordsOfAYearWantOneSkp22AndTheLaterHasTheHigherRank) {
  v1::Skp first = ReadRecord("pmm/valid-02-kepala-sekolah-semester-dinilai");
  v1::Skp second = first;
  first.mutable_periode()->set_mulai("2024-01-01");
  first.mutable_periode()->set_selesai("2024-06-30");
  first.mutable_evaluasi(2)->mutable_periode()->set_urutan(1);
  const MappingOptions options = MakeMappingOptions({});
  const auto find = [&](const v1::Skp& skp, std::string_view kind) {
    for (auto& part : Plan(skp, options, WriteFacts(kTeacher))) {
      if (part.kind == kind) return part;
    }
    return adapter::PlannedPart{};
  };
  EXPECT_EQ(find(first, kSkp22).effect_key, find(second, kSkp22).effect_key);
  EXPECT_LT(find(first, kSkp22).rank, find(second, kSkp22).rank);
  EXPECT_NE(find(first, kAngkaKredit).effect_key, find(second, kAngkaKredit).effect_key);
}

TEST(BknMappingTest, NoPartNamesThePersonInWhatIsStoredInClear) {
  const v1::Skp skp = ReadRecord("bkn/guru-pns-tahunan");
  for (const auto& part : Plan(skp, MakeMappingOptions({}), WriteFacts(kTeacher))) {
    EXPECT_EQ(part.key.find(skp.pegawai().nip()), std::string::npos);
    for (const auto& [place, value] : part.metadata)
      EXPECT_EQ(value.find(skp.pegawai().nip()), std::string::npos) << place;
    for (const auto& annotation : part.payload.annotations)
      EXPECT_EQ(annotation.find(skp.pegawai().nip()), std::string::npos);
  }
}

const adapter::PlannedPart* FindKind(const std::vector<adapter::PlannedPart>& parts,
                                     std::string_view kind) {
  for (const auto& part : parts) {
    if (part.kind == kind) return &part;
  }
  return nullptr;
}

TEST(BknMappingTest, CreditIsNeverDroppedWithoutAWord) {
  struct Case {
    const char* name;
    const char* jenis_jabatan;  // as SIASN says it
    v1::JenisJabatan own;
    const char* periode_selesai;  // of the evaluation
    adapter::PartPlan plan;       // kDeliver with no reason: no part at all
    v1::ErrorReason reason;
  };
  constexpr auto kFungsional = v1::JENIS_JABATAN_FUNGSIONAL_TERTENTU;
  const Case cases[] = {
      {"functional by the record", "", kFungsional, "2025-12-31", adapter::PartPlan::kRefuse,
       v1::ERROR_REASON_JENJANG_MISSING},
      {"functional by SIASN", "2", v1::JENIS_JABATAN_UNSPECIFIED, "2025-12-31",
       adapter::PartPlan::kRefuse, v1::ERROR_REASON_JENJANG_MISSING},
      {"months that nobody can tell", "2", kFungsional, "31 Desember", adapter::PartPlan::kSkip,
       v1::ERROR_REASON_RESULT_NOT_TAKEN},
      {"a post without credit", "4", v1::JENIS_JABATAN_UNSPECIFIED, "2025-12-31",
       adapter::PartPlan::kDeliver, v1::ERROR_REASON_UNSPECIFIED},
  };
  for (const Case& c : cases) {
    v1::Skp skp = ReadRecord("bkn/guru-pns-tahunan");
    skp.mutable_pegawai()->clear_jenjang();
    skp.mutable_pegawai()->set_jenis_jabatan(c.own);
    google::protobuf::RepeatedPtrField<v1::Evaluasi> yearly;
    for (const auto& evaluasi : skp.evaluasi()) {
      if (evaluasi.jenis() == v1::JENIS_EVALUASI_TAHUNAN) *yearly.Add() = evaluasi;
    }
    *skp.mutable_evaluasi() = yearly;  // no periodic result that would say it
    ASSERT_THAT(skp.evaluasi(), SizeIs(1));
    skp.mutable_evaluasi(0)->mutable_periode()->set_mulai("2025-01-01");
    skp.mutable_evaluasi(0)->mutable_periode()->set_selesai(c.periode_selesai);
    const auto parts =
        Plan(skp, MakeMappingOptions({}), WriteFacts({"F02", "", c.jenis_jabatan, "F82"}));
    const adapter::PlannedPart* credit = FindKind(parts, kAngkaKredit);
    if (c.plan == adapter::PartPlan::kDeliver) {
      EXPECT_EQ(credit, nullptr) << c.name;
      continue;
    }
    ASSERT_NE(credit, nullptr) << c.name;
    EXPECT_EQ(credit->plan, c.plan) << c.name;
    EXPECT_EQ(credit->reason, c.reason) << c.name;
  }
}

TEST(BknMappingTest, FactsGoBothWays) {
  const auto back = ReadFacts(WriteFacts(kTeacher));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->pns_id, kTeacher.pns_id);
  EXPECT_EQ(back->kode_jenjang, kTeacher.kode_jenjang);
  EXPECT_EQ(back->jenis_jabatan, kTeacher.jenis_jabatan);
  EXPECT_EQ(back->rw_jabatan_id, kTeacher.rw_jabatan_id);
  for (const char* none : {"", "{}", "[]", R"({"pns_id":""})"})
    EXPECT_FALSE(ReadFacts(none)) << none;
}

TEST(BknMappingTest, KindOfEmploymentIsToldByTheNipWhereTheRecordIsSilent) {
  v1::Pegawai pegawai;
  pegawai.set_nip("199005012015042001");
  EXPECT_TRUE(IsPns(pegawai));
  pegawai.set_nip("198807172022211003");
  EXPECT_FALSE(IsPns(pegawai));
  pegawai.set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_PNS);
  EXPECT_TRUE(IsPns(pegawai));
  pegawai.set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_NON_ASN);
  EXPECT_FALSE(IsAsn(pegawai));
}

}  // namespace
}  // namespace kinerja::adapters::bkn
