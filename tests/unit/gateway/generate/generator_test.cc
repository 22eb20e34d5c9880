#include "gateway/generate/generator.h"

#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/hex.h"
#include "gateway/schema/catalogue.h"
#include "gateway/schema/normalise.h"
#include "gateway/security/digest.h"
#include "gateway/validate/validate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"

namespace kinerja::generate {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Le;

constexpr uint64_t kSeeds[] = {1, 2, 42, 0xFFFFFFFFFFFFFFFFu, 20240101};
constexpr int kRecordsPerSeed = 1000;

bool Refuses(const schema::Violation& violation) {
  return violation.severity == v1::SEVERITY_REJECT || violation.severity == v1::SEVERITY_HOLD;
}

std::vector<schema::Violation> Judge(v1::Skp skp) {
  static const validate::Validator validator;
  static const auto reference = support::MakeReference();
  schema::Normalise(&skp);
  validate::Context context;
  context.today = absl::CivilDay(2026, 2, 1);
  context.reference = reference.get();
  return validator.Validate(skp, context);
}

// "CODE field" of each violation that refuses or holds.
std::vector<std::string> Refusals(const v1::Skp& skp) {
  std::vector<std::string> refusals;
  for (const schema::Violation& violation : Judge(skp)) {
    if (!Refuses(violation)) continue;
    refusals.push_back(
        absl::StrCat(std::string(schema::ReasonName(violation.reason)), " ", violation.field));
  }
  return refusals;
}

// One school and nothing else; the golden bytes depend on it, so it stands here.
std::shared_ptr<const reference::Snapshot> OneSchool() {
  return *reference::Snapshot::Parse(
      "kode_bkn\tinstansi_id\tnama\tjenis\tkode_wilayah\n"
      "9901\tx\tPemerintah Kab. Contoh Jaya\tD\t99.01\n",
      "id\tid_lokal\tnama\tinduk_id\tkode_instansi\tnpsn\tbentuk\taktif\n"
      "U1\tL1\tSDN 1 Contoh Jaya\t\t9901\t69900001\tSD\tya\n");
}

Generator MakeGenerator(uint64_t seed) { return Generator(seed, *support::MakeReference()); }

TEST(GeneratorTest, EveryRecordIsAccepted) {
  for (const uint64_t seed : kSeeds) {
    Generator generator = MakeGenerator(seed);
    for (int i = 0; i < kRecordsPerSeed; ++i) {
      const v1::Skp skp = generator.Next();
      ASSERT_THAT(Refusals(skp), testing::IsEmpty())
          << "seed " << seed << ", record " << i + 1 << "\n"
          << skp.DebugString();
    }
  }
}

TEST(GeneratorTest, MostRecordsHaveNoWarning) {
  Generator generator = MakeGenerator(1);
  int warned = 0;
  for (int i = 0; i < kRecordsPerSeed; ++i) warned += Judge(generator.Next()).empty() ? 0 : 1;
  EXPECT_THAT(warned, AllOf(Ge(1), Le(kRecordsPerSeed / 4)));
}

TEST(GeneratorTest, EveryRecordIsAnotherPersonAndAnotherSource) {
  std::set<std::string> people;
  std::set<std::string> sources;
  for (const uint64_t seed : kSeeds) {
    Generator generator = MakeGenerator(seed);
    for (int i = 0; i < kRecordsPerSeed; ++i) {
      const v1::Skp skp = generator.Next();
      const v1::Pegawai& pegawai = skp.pegawai();
      people.insert(pegawai.nip().empty() ? pegawai.nik() : pegawai.nip());
      sources.insert(skp.source().id());
    }
  }
  EXPECT_EQ(people.size(), std::size(kSeeds) * kRecordsPerSeed);
  EXPECT_EQ(sources.size(), std::size(kSeeds) * kRecordsPerSeed);
}

// Written out from a run that was read and checked: another number means that demos, benches and
// recorded runs of every seed change.
TEST(GeneratorTest, SameSeedGivesSameBytesOnEveryMachine) {
  Generator generator(42, *OneSchool());
  std::string bytes;
  for (int i = 0; i < 200; ++i) bytes += schema::SerialiseDeterministic(generator.Next());
  EXPECT_EQ(base::HexEncode(security::Sha256(bytes)),
            "6df712914da5f8aa84d717dc5409a48af15fd6eee23f45365ffc16e3717267d7");
}

TEST(GeneratorTest, RecordsVary) {
  Generator generator = MakeGenerator(7);
  std::map<std::string, int> seen;
  for (int i = 0; i < 2000; ++i) {
    const v1::Skp skp = generator.Next();
    ++seen[v1::Regime_Name(skp.regime())];
    ++seen[v1::StatusSkp_Name(skp.status())];
    ++seen[v1::Pendekatan_Name(skp.pendekatan())];
    ++seen[v1::ModelSkp_Name(skp.model())];
    ++seen[v1::Kelengkapan_Name(skp.kelengkapan())];
    ++seen[v1::StatusKepegawaian_Name(skp.pegawai().status_kepegawaian())];
    ++seen[v1::JenisPeriode_Name(skp.periode().jenis())];
    ++seen[absl::StrCat("rhk ", skp.rhk_size())];
    if (skp.observasi_size() > 0) ++seen["observasi"];
    if (skp.keberatan_size() > 0) ++seen["keberatan"];
    if (skp.has_nilai_lama()) ++seen["nilai_lama"];
    if (skp.pengembangan_kompetensi().has_total_poin()) ++seen["poin"];
    if (skp.umpan_balik_size() > 0) ++seen["umpan_balik"];
    for (const v1::Rhk& rhk : skp.rhk()) {
      for (const v1::Indikator& indikator : rhk.indikator()) {
        ++seen[v1::JenisNilai_Name(indikator.target().jenis())];
      }
    }
  }
  for (const char* kind : {"REGIME_PERMENPANRB6_2022",
                           "REGIME_PP30_2019",
                           "REGIME_PP46_2011",
                           "STATUS_SKP_DRAFT",
                           "STATUS_SKP_DIAJUKAN",
                           "STATUS_SKP_DIKEMBALIKAN",
                           "STATUS_SKP_DISETUJUI",
                           "STATUS_SKP_BERJALAN",
                           "STATUS_SKP_DINILAI_PERIODIK",
                           "STATUS_SKP_DINILAI_TAHUNAN",
                           "STATUS_SKP_KEBERATAN",
                           "STATUS_SKP_FINAL",
                           "STATUS_SKP_DIBATALKAN",
                           "PENDEKATAN_KUANTITATIF",
                           "PENDEKATAN_KUALITATIF",
                           "MODEL_SKP_JA_JF",
                           "MODEL_SKP_JPT_MANDIRI",
                           "KELENGKAPAN_HASIL_SAJA",
                           "STATUS_KEPEGAWAIAN_PNS",
                           "STATUS_KEPEGAWAIAN_PPPK",
                           "STATUS_KEPEGAWAIAN_NON_ASN",
                           "JENIS_PERIODE_SEMESTER",
                           "JENIS_PERIODE_TAHUN",
                           "JENIS_PERIODE_KHUSUS",
                           "rhk 3",
                           "rhk 10",
                           "observasi",
                           "keberatan",
                           "nilai_lama",
                           "poin",
                           "umpan_balik",
                           "JENIS_NILAI_ANGKA",
                           "JENIS_NILAI_RENTANG",
                           "JENIS_NILAI_TEKS"}) {
    EXPECT_GE(seen[kind], 3) << kind;
  }
}

TEST(GeneratorTest, ScoresOfOlderRegimesRecomputeToWhatWasReported) {
  Generator generator = MakeGenerator(9);
  std::map<v1::Regime, int> scored;
  for (int i = 0; i < 1000; ++i) {
    const v1::Skp skp = generator.Next();
    if (!skp.has_nilai_lama()) continue;
    ++scored[skp.regime()];
    const v1::AngkaNilaiLama& reported = skp.nilai_lama().dilaporkan();
    EXPECT_NE(reported.nilai_skp(), "") << skp.DebugString();
    EXPECT_NE(reported.nilai_prestasi(), "");
    EXPECT_NE(reported.sebutan(), v1::SEBUTAN_LAMA_UNSPECIFIED);
    EXPECT_THAT(Judge(skp), testing::Not(testing::Contains(support::HasReason("SCORE_MISMATCH"))));
  }
  EXPECT_GE(scored[v1::REGIME_PP46_2011], 10);
  EXPECT_GE(scored[v1::REGIME_PP30_2019], 10);
}

TEST(GeneratorTest, TypicalRecordsAreOneSizeAndAccepted) {
  const Generator generator = MakeGenerator(3);
  size_t smallest = SIZE_MAX;
  size_t largest = 0;
  for (uint64_t n = 0; n < 500; ++n) {
    const v1::Skp skp = generator.Typical(n);
    ASSERT_THAT(Refusals(skp), testing::IsEmpty()) << skp.DebugString();
    ASSERT_EQ(skp.rhk_size(), 8);
    for (const v1::Rhk& rhk : skp.rhk()) ASSERT_EQ(rhk.indikator_size(), 3);
    smallest = std::min(smallest, skp.ByteSizeLong());
    largest = std::max(largest, skp.ByteSizeLong());
  }
  EXPECT_GE(smallest, 2700u);
  EXPECT_LE(largest, 3700u);
}

TEST(GeneratorTest, StaysInTheInstansiAsked) {
  Generator generator(5, *support::MakeReference(), {.system = "bkd-9902", .instansi = "9902"});
  for (int i = 0; i < 200; ++i) {
    const v1::Skp skp = generator.Next();
    ASSERT_EQ(skp.pegawai().instansi().kode_bkn(), "9902");
    ASSERT_EQ(skp.source().system(), "bkd-9902");
  }
}

TEST(GeneratorTest, KnowsWhereNobodyWorks) {
  const auto reference = support::MakeReference();
  EXPECT_TRUE(Generator::HasUnits(*reference, ""));
  EXPECT_TRUE(Generator::HasUnits(*reference, "9901"));
  EXPECT_FALSE(Generator::HasUnits(*reference, "1234"));
}

class WrongWayTest : public testing::TestWithParam<v1::ErrorReason> {};

TEST_P(WrongWayTest, NamesThisCodeAndNoOtherRefusal) {
  const v1::ErrorReason reason = GetParam();
  for (const uint64_t seed : kSeeds) {
    Generator generator = MakeGenerator(seed);
    for (int i = 0; i < 20; ++i) {
      const v1::Skp skp = generator.Wrong(reason);
      std::set<std::string> named;
      bool found = false;
      for (const schema::Violation& violation : Judge(skp)) {
        found = found || violation.reason == reason;
        if (Refuses(violation)) named.insert(std::string(schema::ReasonName(violation.reason)));
      }
      EXPECT_TRUE(found) << "seed " << seed << "\n" << skp.DebugString();
      named.erase(std::string(schema::ReasonName(reason)));
      ASSERT_THAT(named, testing::IsEmpty()) << "seed " << seed << "\n" << skp.DebugString();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Codes, WrongWayTest, testing::ValuesIn(MakeGenerator(1).WrongWays()),
                         [](const auto& test) {
                           return std::string(schema::ReasonName(test.param));
                         });

TEST(GeneratorTest, LeavesOutInactiveUnitsWhereThereAreNone) {
  const Generator generator(1, *OneSchool());
  EXPECT_THAT(generator.WrongWays(),
              testing::Not(testing::Contains(v1::ERROR_REASON_UNOR_INACTIVE)));
}

}  // namespace
}  // namespace kinerja::generate
