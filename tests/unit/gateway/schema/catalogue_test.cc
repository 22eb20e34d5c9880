#include "gateway/schema/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "gateway/base/status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace kinerja::schema {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::Not;

// The places a sentence may have; each is explained where the reason is raised.
const std::set<std::string> kPlaces = {
    "allowed", "computed", "count",   "current", "date",     "dialect",  "encoding", "expected",
    "field",   "file",     "format",  "found",   "from",     "instansi", "known",    "limit",
    "line",    "max",      "message", "method",  "min",      "name",     "offset",   "other",
    "owner",   "path",     "problem", "regime",  "reported", "revision", "status",   "system",
    "target",  "to",       "total",   "version", "wanted",   "what"};

std::set<std::string> PlacesIn(const std::string& sentence) {
  std::set<std::string> places;
  for (size_t open = sentence.find('{'); open != std::string::npos;
       open = sentence.find('{', open + 1)) {
    places.insert(sentence.substr(open + 1, sentence.find('}', open) - open - 1));
  }
  return places;
}

std::vector<v1::ErrorReason> AllReasons() {
  std::vector<v1::ErrorReason> reasons;
  const auto* type = v1::ErrorReason_descriptor();
  for (int i = 0; i < type->value_count(); ++i) {
    if (type->value(i)->number() != 0) {
      reasons.push_back(static_cast<v1::ErrorReason>(type->value(i)->number()));
    }
  }
  return reasons;
}

// The status as grpc_status.cc puts it on the wire.
google::rpc::Status Pack(const absl::Status& status) {
  google::rpc::Status packed;
  packed.set_code(static_cast<int>(status.code()));
  packed.set_message(std::string(status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& bytes) {
    auto* detail = packed.add_details();
    detail->set_type_url(std::string(url));
    detail->set_value(std::string(bytes));
  });
  return packed;
}

v1::Violation TargetMissing(int i) {
  return ToProto(
      {"rhk[" + std::to_string(i / 3) + "].indikator[" + std::to_string(i % 3) + "].target",
       v1::ERROR_REASON_TARGET_MISSING,
       v1::SEVERITY_REJECT,
       {},
       "target.missing/1"});
}

std::vector<v1::Violation> TargetsMissing(int count) {
  std::vector<v1::Violation> violations;
  for (int i = 0; i < count; ++i) violations.push_back(TargetMissing(i));
  return violations;
}

TEST(CatalogueTest, EveryReasonIsComplete) {
  for (const v1::ErrorReason reason : AllReasons()) {
    SCOPED_TRACE(std::string(ReasonName(reason)));
    const v1::ReasonInfo& facts = ReasonFacts(reason);
    EXPECT_THAT(facts.en(), Not(IsEmpty()));
    EXPECT_THAT(facts.id(), Not(IsEmpty()));
    EXPECT_THAT(facts.basis(), Not(IsEmpty()));
    EXPECT_GT(facts.severity_size(), 0);
    EXPECT_NE(facts.mender(), v1::MENDER_UNSPECIFIED);
    for (const int severity : facts.severity()) EXPECT_NE(severity, v1::SEVERITY_UNSPECIFIED);
  }
}

TEST(CatalogueTest, SentencesKeepTheHouseStyle) {
  for (const v1::ErrorReason reason : AllReasons()) {
    SCOPED_TRACE(std::string(ReasonName(reason)));
    const v1::ReasonInfo& facts = ReasonFacts(reason);
    EXPECT_THAT(facts.en(), Not(HasSubstr("lease")));  // please, Please
    EXPECT_FALSE(facts.en().ends_with(".")) << "an English sentence is one, without a full stop";
    EXPECT_TRUE(facts.id().ends_with(".")) << "Indonesian is whole sentences";
  }
}

TEST(CatalogueTest, EveryPlaceInASentenceIsKnown) {
  for (const v1::ErrorReason reason : AllReasons()) {
    SCOPED_TRACE(std::string(ReasonName(reason)));
    const v1::ReasonInfo& facts = ReasonFacts(reason);
    EXPECT_THAT(PlacesIn(facts.en()), IsSubsetOf(kPlaces));
    EXPECT_THAT(PlacesIn(facts.id()), IsSubsetOf(PlacesIn(facts.en())));
  }
}

TEST(CatalogueTest, LeniencyInADraftGoesWithTheSeverityWarning) {
  for (const v1::ErrorReason reason : AllReasons()) {
    const v1::ReasonInfo& facts = ReasonFacts(reason);
    if (!facts.warns_in_draft() && !facts.native_only()) continue;
    EXPECT_THAT(facts.severity(), ::testing::Contains(v1::SEVERITY_WARNING)) << ReasonName(reason);
  }
}

TEST(CatalogueTest, NamesAndReasonsGoBothWays) {
  EXPECT_EQ(ReasonName(v1::ERROR_REASON_NIP_TMT), "NIP_TMT");
  EXPECT_EQ(ReasonName(static_cast<v1::ErrorReason>(9999)), "UNSPECIFIED");
  EXPECT_EQ(ReasonByName("NIP_TMT"), v1::ERROR_REASON_NIP_TMT);
  EXPECT_EQ(ReasonByName("NIP_TM"), v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(ReasonByName(""), v1::ERROR_REASON_UNSPECIFIED);
}

TEST(CatalogueTest, FillsPlacesAndLeavesThoseWithoutValue) {
  EXPECT_EQ(FillSentence("{a} and {b}, {a}", {{"a", "1"}}), "1 and {b}, 1");
  EXPECT_EQ(FillSentence("a value with {braces} stays", {{"braces", "{a}{"}, {"a", "x"}}),
            "a value with {a}{ stays");
  EXPECT_EQ(FillSentence("open { at the end {", {}), "open { at the end {");
}

TEST(CatalogueTest, AViolationTravelsWithBothSentences) {
  const v1::Violation got = ToProto({"source.id",
                                     v1::ERROR_REASON_FIELD_LENGTH,
                                     v1::SEVERITY_REJECT,
                                     {{"max", "128"}},
                                     "field.length/1"});
  EXPECT_EQ(got.field(), "source.id");
  EXPECT_EQ(got.description(), "source.id is longer than 128 characters; shorten it");
  EXPECT_EQ(got.keterangan(), "Teks terlalu panjang. Mohon dipersingkat.");
  EXPECT_EQ(got.mender(), v1::MENDER_PEGAWAI);
  EXPECT_EQ(got.rule(), "field.length/1");
  EXPECT_EQ(got.metadata().at("max"), "128");
}

TEST(CatalogueTest, AnErrorCarriesReasonMetadataAndIndonesian) {
  const absl::Status status = Error(absl::StatusCode::kNotFound, v1::ERROR_REASON_SKP_NOT_FOUND,
                                    {{"name", "instansi/9901/skp/x"}});
  EXPECT_EQ(status.message(), "instansi/9901/skp/x is not there; look it up by its source id");
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_SKP_NOT_FOUND);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(base::GetDetail(status, &info));
  EXPECT_EQ(info.metadata().at("name"), "instansi/9901/skp/x");
  google::rpc::LocalizedMessage localized;
  ASSERT_TRUE(base::GetDetail(status, &localized));
  EXPECT_EQ(localized.locale(), "id");
  EXPECT_EQ(localized.message(), "SKP tidak ditemukan. Mohon periksa nomornya.");
}

TEST(CatalogueTest, AStatusOfOthersHasNoReason) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), v1::ERROR_REASON_UNSPECIFIED);
  absl::Status foreign = absl::NotFoundError("no");
  google::rpc::ErrorInfo info;
  info.set_reason("NIP_TMT");
  info.set_domain("example.com");
  base::SetDetail(&foreign, info);
  EXPECT_EQ(ReasonOf(foreign), v1::ERROR_REASON_UNSPECIFIED);
}

TEST(CatalogueTest, ARecordWithFewViolationsNamesThemAll) {
  const absl::Status status = RecordError(absl::StatusCode::kInvalidArgument,
                                          v1::ERROR_REASON_RECORD_INVALID, TargetsMissing(2));
  EXPECT_EQ(status.message(),
            "the record has 2 violations; first: rhk[0].indikator[0].target is empty; give a "
            "number and a satuan, for example \"12 dokumen\"");
  google::rpc::BadRequest shown;
  ASSERT_TRUE(base::GetDetail(status, &shown));
  ASSERT_EQ(shown.field_violations_size(), 2);
  EXPECT_EQ(shown.field_violations(1).field(), "rhk[0].indikator[1].target");
  EXPECT_EQ(shown.field_violations(1).reason(), "TARGET_MISSING");
  EXPECT_EQ(shown.field_violations(1).localized_message().locale(), "id");
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(base::GetDetail(status, &info));
  EXPECT_EQ(info.metadata().at("total"), "2");
  EXPECT_EQ(info.metadata().at("shown"), "2");
}

TEST(CatalogueTest, OneViolationIsNotCalledSeveral) {
  const absl::Status status = RecordError(absl::StatusCode::kFailedPrecondition,
                                          v1::ERROR_REASON_RECORD_HELD, TargetsMissing(1));
  EXPECT_THAT(std::string(status.message()), HasSubstr("the record has 1 violation; first: "));
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_RECORD_HELD);
}

// gRPC clients drop a status of 8 KiB and more; the contract is 6 KiB.
TEST(CatalogueTest, DetailsStayUnderSixKibibytesAndHoldAllThatFits) {
  const std::vector<v1::Violation> violations = TargetsMissing(200);
  const absl::Status status =
      RecordError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_RECORD_INVALID, violations);
  const google::rpc::Status packed = Pack(status);
  EXPECT_LE(packed.ByteSizeLong(), 6144u);
  EXPECT_EQ(packed.details_size(), 3);

  google::rpc::BadRequest shown;
  ASSERT_TRUE(base::GetDetail(status, &shown));
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(base::GetDetail(status, &info));
  EXPECT_EQ(info.metadata().at("total"), "200");
  EXPECT_EQ(info.metadata().at("shown"), std::to_string(shown.field_violations_size()));
  EXPECT_EQ(shown.field_violations(0).field(), violations[0].field());

  // One more would not fit.
  const v1::Violation& next = violations[static_cast<size_t>(shown.field_violations_size())];
  google::rpc::BadRequest more = shown;
  auto* added = more.add_field_violations();
  added->set_field(next.field());
  added->set_description(next.description());
  added->set_reason("TARGET_MISSING");
  added->mutable_localized_message()->set_locale("id");
  added->mutable_localized_message()->set_message(next.keterangan());
  absl::Status fuller = status;
  base::SetDetail(&fuller, more);
  EXPECT_GT(Pack(fuller).ByteSizeLong(), 6144u);
}

}  // namespace
}  // namespace kinerja::schema
