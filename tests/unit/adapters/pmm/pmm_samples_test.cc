// Records as PMM sends them, and what each becomes: the canonical record beside it, and its
// verdict.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "adapters/pmm/pmm_mapping.h"
#include "adapters/pmm/strict_json.h"
#include "gateway/schema/check.h"
#include "gateway/schema/normalise.h"
#include "gateway/validate/validate.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"

namespace kinerja::adapters::pmm {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

const std::filesystem::path kFolder =
    std::filesystem::path(KINERJA_SOURCE_DIR) / "tests/golden/pmm";

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  return names;
}

adapter::PulledRecord Map(const std::string& json) { return MapRecord(json, {}); }

// What a satuan without a target leaves is a remark, which the canonical sample does not have.
v1::Skp WithoutRemarks(v1::Skp skp) {
  auto* anotasi = skp.mutable_provenance()->mutable_anotasi();
  anotasi->erase(
      std::remove_if(anotasi->begin(), anotasi->end(),
                     [](const auto& one) { return one.jenis() != v1::JENIS_ANOTASI_DEFAULTED; }),
      anotasi->end());
  return skp;
}

// "<severity> <CODE> <field>" of the mapping and of the rules together, in field order.
std::string VerdictOf(const adapter::PulledRecord& record) {
  v1::Skp skp = *record.skp;
  schema::Normalise(&skp);
  validate::Context context;
  context.today = absl::CivilDay(2026, 2, 2);
  context.native = false;
  const auto reference = support::MakeReference();
  context.reference = reference.get();
  std::vector<schema::Violation> all = record.violations;
  for (schema::Violation& found : validate::Validator().Validate(skp, context)) {
    all.push_back(std::move(found));
  }
  schema::SortByField(v1::Skp::descriptor(), &all);
  std::string words;
  for (const schema::Violation& one : all) {
    const std::string severity = one.severity == v1::SEVERITY_REJECT ? "reject" : "warning";
    absl::StrAppend(&words, severity, " ", std::string(schema::ReasonName(one.reason)), " ",
                    one.field, "\n");
  }
  return words;
}

TEST(PmmSamplesTest, EachBecomesItsRecordAndGetsItsVerdict) {
  int cases = 0;
  for (const std::string& name : Names()) {
    SCOPED_TRACE(name);
    const adapter::PulledRecord record = Map(ReadFile(kFolder / (name + ".json")));
    ASSERT_TRUE(record.skp.has_value());
    EXPECT_THAT(record.violations, IsEmpty());
    EXPECT_THAT(WithoutRemarks(*record.skp),
                support::EqualsProto(ReadFile(kFolder / (name + ".skp.textproto"))));
    EXPECT_EQ(VerdictOf(record), ReadFile(kFolder / (name + ".expected.txt")));
    EXPECT_EQ(record.source_id, record.skp->source().id());
    EXPECT_EQ(record.version, record.skp->source().version());
    EXPECT_EQ(record.instansi, "9901");
    ++cases;
  }
  EXPECT_EQ(cases, 9);
}

// Everything the record becomes, provenance included.
std::string Everything(const adapter::PulledRecord& record) {
  std::string all = record.skp ? schema::SerialiseDeterministic(*record.skp) : "";
  for (const schema::Violation& one : record.violations) {
    all += schema::ToProto(one).SerializeAsString();
  }
  return all;
}

// Calls `visit` on every value that is no object and no list.
void EachLeaf(Json& value, const std::string& path,
              const std::function<void(Json&, const std::string&)>& visit) {
  if (!value.is_structured()) return visit(value, path);
  for (auto& [key, element] : value.items()) EachLeaf(element, path + "/" + key, visit);
}

Json Changed(const Json& leaf) {
  if (leaf.is_boolean()) return !leaf.get<bool>();
  if (leaf.is_number()) return leaf.get<int>() + 1;
  return "7";
}

// The satuan of an indicator without a target; it is marked LOST.
bool StandsWithoutTarget(const Json& record, const std::string& path) {
  const Json::json_pointer leaf(path);
  if (leaf.back() != "satuan") return false;
  return record[leaf.parent_pointer()]["target"].is_null();
}

// Whatever leaf is another one, the record or its verdict is another one: nothing is dropped.
TEST(PmmSamplesTest, NoValueIsLost) {
  int leaves = 0;
  for (const std::string& name : Names()) {
    Json json = Json::parse(ReadFile(kFolder / (name + ".json")));
    const std::string before = Everything(Map(json.dump()));
    EachLeaf(json, "", [&](Json& leaf, const std::string& path) {
      if (path == "/format") return;  // another one is no record of ours
      if (StandsWithoutTarget(json, path)) return;
      const Json kept = std::exchange(leaf, Changed(leaf));
      EXPECT_THAT(Everything(Map(json.dump())), Not(before)) << name << path;
      leaf = kept;
      ++leaves;
    });
  }
  EXPECT_GT(leaves, 500);
}

}  // namespace
}  // namespace kinerja::adapters::pmm
