#include "gateway/schema/normalise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "gateway/schema/descriptors.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"
#include "tests/unit/gateway/schema/fill.h"

namespace kinerja::schema {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using support::EqualsProto;
using ::testing::StartsWith;

// Paths of fields that are set and of which `test` holds.
template <typename Test>
void CollectSet(const Message& message, const std::string& path, const Test& test,
                std::set<std::string>& found) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string here = path + "." + field->name();
    if (test(RuleOf(*field))) found.insert(here);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->is_repeated()) {
      CollectSet(message.GetReflection()->GetRepeatedMessage(message, field, 0), here, test, found);
    } else {
      CollectSet(message.GetReflection()->GetMessage(message, field), here, test, found);
    }
  }
}

TEST(NormaliseTest, LeavesAValidRecordAsItIs) {
  v1::Skp skp = support::MakeSkp();
  Normalise(&skp);
  EXPECT_THAT(skp, EqualsProto(support::MakeSkp()));
}

TEST(NormaliseTest, ClearsEveryOutputOnlyFieldAndNothingElse) {
  v1::Skp skp;
  FillEverything(&skp);
  std::set<std::string> before;
  std::set<std::string> after;
  const auto output_only = [](const v1::FieldRule& rule) { return rule.output_only(); };
  CollectSet(skp, "skp", output_only, before);
  Normalise(&skp);
  CollectSet(skp, "skp", output_only, after);
  EXPECT_GE(before.size(), 10u);
  EXPECT_THAT(after, testing::IsEmpty());
  EXPECT_EQ(skp.provenance().dialek(), "1.10");
  EXPECT_EQ(skp.name(), "1.10");
}

TEST(NormaliseTest, CleansNumbersAsTheyArePrinted) {
  v1::Skp skp = support::MakeSkp();
  skp.mutable_pegawai()->set_nip("'19900501 201504 2 001");
  skp.mutable_pegawai()->set_nik("9901.0141-0590 0001");
  skp.mutable_tim_penilai()->Add()->set_nip("19700312 199503 1 002");
  skp.mutable_pegawai()->set_nama("  Sekar  Ayu ");
  Normalise(&skp);
  EXPECT_EQ(skp.pegawai().nip(), "199005012015042001");
  EXPECT_EQ(skp.pegawai().nik(), "9901014105900001");
  EXPECT_EQ(skp.tim_penilai(0).nip(), "197003121995031002");
  EXPECT_EQ(skp.pegawai().nama(), "  Sekar  Ayu ") << "texts stay as sent";
}

v1::Skp WithoutKeys() {
  v1::Skp skp = support::MakeSkp();
  for (v1::Rhk& rhk : *skp.mutable_rhk()) {
    rhk.clear_rhk_id();
    for (v1::Indikator& indikator : *rhk.mutable_indikator()) indikator.clear_indikator_id();
  }
  v1::RencanaAksi& aksi = *skp.mutable_rhk(0)->add_rencana_aksi();
  aksi.set_uraian("Menyusun modul ajar");
  skp.add_keberatan()->set_alasan("Nilai tidak sesuai bukti");
  return skp;
}

TEST(NormaliseTest, DerivesMissingKeysAndMarksThem) {
  v1::Skp skp = WithoutKeys();
  Normalise(&skp);
  std::set<std::string> keys;
  for (const v1::Rhk& rhk : skp.rhk()) {
    EXPECT_TRUE(rhk.id_turunan());
    keys.insert(rhk.rhk_id());
    for (const v1::Indikator& indikator : rhk.indikator()) {
      EXPECT_TRUE(indikator.id_turunan());
      keys.insert(indikator.indikator_id());
    }
  }
  EXPECT_EQ(keys.size(), 8u);
  for (const std::string& key : keys) EXPECT_THAT(key, StartsWith("d-"));
  EXPECT_TRUE(skp.rhk(0).rencana_aksi(0).id_turunan());
  EXPECT_TRUE(skp.keberatan(0).id_turunan());
}

// Stored keys came from this hash: another one would make every element look new.
TEST(NormaliseTest, DerivedKeysNeverChange) {
  v1::Skp skp = WithoutKeys();
  Normalise(&skp);
  EXPECT_EQ(skp.rhk(0).rhk_id(), "d-c3920375692afd21");
  EXPECT_EQ(skp.rhk(0).indikator(0).indikator_id(), "d-39a3210cf004d9ce");
  EXPECT_EQ(skp.rhk(0).rencana_aksi(0).rencana_aksi_id(), "d-0dd6328719ab759b");
  EXPECT_EQ(skp.keberatan(0).keberatan_id(), "d-c29717361127c2e3");
}

TEST(NormaliseTest, DerivedKeysFollowFoldedTextAndNotPosition) {
  v1::Skp skp = WithoutKeys();
  v1::Skp other = WithoutKeys();
  other.mutable_rhk()->SwapElements(0, 2);
  other.mutable_rhk(2)->set_uraian("  " + skp.rhk(0).uraian() + "\t");
  Normalise(&skp);
  Normalise(&other);
  EXPECT_EQ(other.rhk(2).rhk_id(), skp.rhk(0).rhk_id());
  EXPECT_EQ(other.rhk(0).rhk_id(), skp.rhk(2).rhk_id());
  EXPECT_EQ(other.rhk(2).indikator(1).indikator_id(), skp.rhk(0).indikator(1).indikator_id());
}

TEST(NormaliseTest, EqualElementsGetACounter) {
  v1::Skp skp;
  for (int i = 0; i < 3; ++i) skp.add_rhk()->set_uraian("Sama");
  Normalise(&skp);
  EXPECT_EQ(skp.rhk(1).rhk_id(), skp.rhk(0).rhk_id() + "-2");
  EXPECT_EQ(skp.rhk(2).rhk_id(), skp.rhk(0).rhk_id() + "-3");
}

TEST(NormaliseTest, AKeyThatComesBackIsMarkedAgain) {
  v1::Skp skp = WithoutKeys();
  *skp.add_rhk() = skp.rhk(0);
  Normalise(&skp);
  v1::Skp returned = skp;
  Normalise(&returned);
  EXPECT_THAT(returned, EqualsProto(skp));
}

TEST(NormaliseTest, AKeyOfChangedContentIsTheCallersOwn) {
  v1::Skp skp = WithoutKeys();
  Normalise(&skp);
  const std::string key = skp.rhk(0).rhk_id();
  skp.mutable_rhk(0)->set_uraian("Lain sama sekali");
  Normalise(&skp);
  EXPECT_EQ(skp.rhk(0).rhk_id(), key);
  EXPECT_FALSE(skp.rhk(0).id_turunan());
}

TEST(NormaliseTest, ADerivedKeyNeverTakesTheKeyOfAnother) {
  v1::Skp skp;
  skp.add_rhk()->set_uraian("Sama");
  Normalise(&skp);
  v1::Skp later;
  later.add_rhk()->set_uraian("Sama");
  *later.add_rhk() = skp.rhk(0);
  Normalise(&later);
  EXPECT_EQ(later.rhk(1).rhk_id(), skp.rhk(0).rhk_id());
  EXPECT_EQ(later.rhk(0).rhk_id(), skp.rhk(0).rhk_id() + "-2");
  EXPECT_TRUE(later.rhk(0).id_turunan());
  EXPECT_TRUE(later.rhk(1).id_turunan());
}

TEST(NormaliseTest, KeepContentLeavesContentOnly) {
  v1::Skp skp;
  FillEverything(&skp);
  KeepContent(&skp);
  std::set<std::string> left;
  CollectSet(
      skp, "skp",
      [](const v1::FieldRule& rule) { return rule.output_only() || rule.not_content(); }, left);
  EXPECT_THAT(left, testing::IsEmpty());
  EXPECT_EQ(skp.source().id(), "1.10");
  EXPECT_EQ(skp.source().version(), 0u);
  EXPECT_FALSE(skp.has_provenance());
  EXPECT_TRUE(skp.pegawai().data_dikonfirmasi());
}

TEST(NormaliseTest, KeepContentWorksOnAPart) {
  v1::Evaluasi evaluasi;
  FillEverything(&evaluasi);
  KeepContent(&evaluasi);
  EXPECT_EQ(evaluasi.sumber(), "");
  EXPECT_EQ(evaluasi.predikat_dihitung(), v1::PREDIKAT_UNSPECIFIED);
  EXPECT_EQ(evaluasi.catatan(), "1.10");
}

TEST(NormaliseTest, EqualMessagesSerialiseAlikeAndParseBack) {
  v1::Skp skp;
  FillEverything(&skp);
  const std::string bytes = SerialiseDeterministic(skp);
  EXPECT_EQ(bytes, SerialiseDeterministic(v1::Skp(skp)));
  v1::Skp parsed;
  ASSERT_TRUE(parsed.ParseFromString(bytes));
  EXPECT_THAT(parsed, EqualsProto(skp));

  v1::Violation violation;
  for (int i = 0; i < 50; ++i) (*violation.mutable_metadata())[std::to_string(i)] = "x";
  v1::Violation backwards;
  for (int i = 49; i >= 0; --i) (*backwards.mutable_metadata())[std::to_string(i)] = "x";
  EXPECT_EQ(SerialiseDeterministic(violation), SerialiseDeterministic(backwards));
}

TEST(NormaliseTest, UnknownFieldsAreNotSerialisedAtAnyDepth) {
  v1::Skp skp = support::MakeSkp();
  const std::string clean = SerialiseDeterministic(skp);
  v1::Nilai& target = *skp.mutable_rhk(0)->mutable_indikator(0)->mutable_target();
  target.GetReflection()->MutableUnknownFields(&target)->AddVarint(901, 1);
  EXPECT_EQ(SerialiseDeterministic(skp), clean);
}

}  // namespace
}  // namespace kinerja::schema
