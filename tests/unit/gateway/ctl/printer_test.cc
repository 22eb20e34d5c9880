#include "gateway/ctl/printer.h"

#include <sstream>

#include "gateway/schema/catalogue.h"
#include "gateway/schema/json.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"

namespace kinerja::ctl {
namespace {

using support::IsOk;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kEnglish[] = "give a number and a satuan";
constexpr char kIndonesian[] = "Target indikator masih kosong";

class PrinterTest : public testing::Test {
 protected:
  Printer Make(bool json, Language language = Language::kBoth) {
    return Printer(&out_, &err_, json, language);
  }

  static Submission Refused() {
    const std::vector<v1::Violation> violations = {schema::ToProto(
        {.field = "rhk[0].indikator[1].target", .reason = v1::ERROR_REASON_TARGET_MISSING})};
    Submission submission;
    submission.origin = "a.json:3";
    submission.source = "pmm gen-1-1";
    submission.request_id = "id";
    submission.refusal = ReadRefusal(schema::RecordError(
        absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_RECORD_INVALID, violations));
    return submission;
  }

  static Submission Accepted() {
    Submission submission;
    submission.origin = "a.json";
    submission.source = "pmm gen-1-1";
    submission.response.set_name("instansi/9901/skp/0f3k2m9qw81az");
    submission.response.set_revision(2);
    submission.response.set_outcome(v1::OUTCOME_UPDATED);
    return submission;
  }

  // The one line of `text` as a JSON object.
  static google::protobuf::Struct ParseLine(const std::string& text) {
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
    google::protobuf::Struct object;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text, &object).ok()) << text;
    return object;
  }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(PrinterTest, RefusalShowsFieldCodeMenderAndBothSentences) {
  Make(false).Print(Refused());
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("REFUSED    RECORD_INVALID  a.json:3  pmm gen-1-1"),
                                HasSubstr("FIELD"), HasSubstr("WHO MENDS IT"),
                                HasSubstr("rhk[0].indikator[1].target  TARGET_MISSING  PEGAWAI"),
                                HasSubstr(kEnglish), HasSubstr(kIndonesian)));
}

TEST_F(PrinterTest, OneLanguageWhenAsked) {
  Make(false, Language::kIndonesian).Print(Refused());
  EXPECT_THAT(out_.str(), AllOf(HasSubstr(kIndonesian), Not(HasSubstr(kEnglish))));
  out_.str("");
  Make(false, Language::kEnglish).Print(Refused());
  EXPECT_THAT(out_.str(), AllOf(HasSubstr(kEnglish), Not(HasSubstr(kIndonesian))));
}

TEST_F(PrinterTest, RefusalWithoutViolationsShowsItsSentence) {
  Submission submission = Refused();
  submission.refusal = ReadRefusal(schema::Error(
      absl::StatusCode::kAborted, v1::ERROR_REASON_REVISION_STALE, {{"current", "7"}}));
  Make(false).Print(submission);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("REVISION_STALE"), HasSubstr("not current (7)"),
                                HasSubstr("SKP sudah diubah oleh pihak lain")));
}

TEST_F(PrinterTest, SaysThatTheListIsCut) {
  Submission submission = Refused();
  submission.refusal->complete = false;
  Make(false).Print(submission);
  EXPECT_THAT(out_.str(), HasSubstr("and more"));
}

TEST_F(PrinterTest, AcceptedShowsNameRevisionOutcomeAndWarnings) {
  Submission submission = Accepted();
  *submission.response.add_warnings() =
      schema::ToProto({.field = "evaluasi[0].tanggal", .reason = v1::ERROR_REASON_WINDOW_LATE});
  Make(false).Print(submission);
  EXPECT_THAT(out_.str(),
              AllOf(HasSubstr("UPDATED    instansi/9901/skp/0f3k2m9qw81az  revision 2  a.json"),
                    HasSubstr("warnings:"), HasSubstr("WINDOW_LATE")));
}

TEST_F(PrinterTest, JsonRefusalHasCodeReasonSentencesAndViolations) {
  Make(true, Language::kIndonesian).Print(Refused());
  const auto line = ParseLine(out_.str());
  EXPECT_EQ(line.fields().at("origin").string_value(), "a.json:3");
  EXPECT_EQ(line.fields().at("request_id").string_value(), "id");
  const auto& error = line.fields().at("error").struct_value().fields();
  EXPECT_EQ(error.at("code").string_value(), "INVALID_ARGUMENT");
  EXPECT_EQ(error.at("reason").string_value(), "RECORD_INVALID");
  EXPECT_THAT(error.at("message").string_value(), HasSubstr("1 violation"));
  EXPECT_FALSE(error.at("message_id").string_value().empty());
  const auto& violation = error.at("violations").list_value().values(0).struct_value().fields();
  EXPECT_EQ(violation.at("reason").string_value(), "ERROR_REASON_TARGET_MISSING");
  EXPECT_EQ(violation.at("mender").string_value(), "MENDER_PEGAWAI");
  EXPECT_THAT(violation.at("description").string_value(), HasSubstr(kEnglish));
}

TEST_F(PrinterTest, JsonAnswerHasSchemaNames) {
  Make(true).Print(Accepted());
  const auto line = ParseLine(out_.str());
  const auto& response = line.fields().at("response").struct_value().fields();
  EXPECT_EQ(response.at("outcome").string_value(), "OUTCOME_UPDATED");
  EXPECT_EQ(response.at("name").string_value(), "instansi/9901/skp/0f3k2m9qw81az");
}

TEST_F(PrinterTest, ErrorsGoToTheOtherStream) {
  const Refusal refusal = ReadRefusal(schema::Error(
      absl::StatusCode::kNotFound, v1::ERROR_REASON_SKP_NOT_FOUND, {{"name", "instansi/9901/x"}}));
  Make(false).PrintError(refusal);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), HasSubstr("kinerjactl: instansi/9901/x is not there"));
  err_.str("");
  Make(true).PrintError(refusal);
  EXPECT_EQ(ParseLine(err_.str()).fields().at("reason").string_value(), "SKP_NOT_FOUND");
}

TEST_F(PrinterTest, JsonRecordReadsBackAsTheSameRecord) {
  const v1::Skp skp = support::MakeEvaluatedSkp();
  Make(true).PrintSkp(skp);
  v1::Skp read;
  std::vector<schema::Violation> violations;
  ASSERT_THAT(schema::ParseJson(out_.str(), &read, &violations), IsOk());
  EXPECT_THAT(violations, testing::IsEmpty());
  EXPECT_THAT(read, support::EqualsProto(skp));
}

TEST_F(PrinterTest, TableOfARecordNamesResultsAndEvaluations) {
  v1::Skp skp = support::MakeEvaluatedSkp();
  skp.set_name("instansi/9901/skp/0f3k2m9qw81az");
  Make(false).PrintSkp(skp);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("instansi/9901/skp/0f3k2m9qw81az"),
                                HasSubstr("DINILAI_TAHUNAN"), HasSubstr("2025-01-01/2025-12-31"),
                                HasSubstr("UTAMA"), HasSubstr("SESUAI_EKSPEKTASI")));
}

TEST_F(PrinterTest, EmptyListPrintsNothing) {
  Make(false).PrintSkps({});
  Make(false).PrintConflicts({});
  EXPECT_EQ(out_.str(), "");
}

TEST_F(PrinterTest, ConflictShowsPathAndWhoseTurnItIs) {
  v1::Conflict conflict;
  conflict.set_id(4);
  conflict.set_skp("instansi/9901/skp/0f3k2m9qw81az");
  conflict.set_path("rhk[rhk_id=r1].uraian");
  *conflict.mutable_cause() =
      schema::ToProto({.field = "rhk[rhk_id=r1].uraian", .reason = v1::ERROR_REASON_PLAN_FROZEN});
  google::protobuf::RepeatedPtrField<v1::Conflict> conflicts;
  *conflicts.Add() = conflict;
  Make(false).PrintConflicts(conflicts);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("rhk[rhk_id=r1].uraian"), HasSubstr("PLAN_FROZEN"),
                                HasSubstr("PEGAWAI")));
}

}  // namespace
}  // namespace kinerja::ctl
