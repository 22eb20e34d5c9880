// Documents of results on their whole way: from a file server, over the upload, into the row that
// the save makes at the simulator of SIASN.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "adapters/bkn/bkn_mapping.h"
#include "adapters/bkn/documents.h"
#include "gateway/base/check.h"
#include "gateway/base/mutex.h"
#include "gateway/security/digest.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/integration/bkn/siasn_harness.h"

namespace kinerja::integration {
namespace {

using adapter::LookupVerdict;
using adapter::Outcome;
using adapter::PlannedPart;
using adapter::Verdict;
using adapters::bkn::Json;
using adapters::bkn::kAngkaKredit;
using adapters::bkn::kPeriodik;
using adapters::bkn::kSkp22;
using adapters::bkn::Member;
using adapters::bkn::TextIn;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kPdf[] = "%PDF-1.7 evaluasi contoh";

std::string HashOf(std::string_view bytes) {
  return absl::BytesToHexString(security::Sha256(bytes));
}

// A file server of an agency: one file, a token, and trouble on command.
class FileServer {
 public:
  FileServer() {
    auto server = simulators::HttpServer::Start(
        {.listen = "127.0.0.1:0"},
        [this](const simulators::Request& request, const simulators::HttpServer::Pause&) {
          return Answer(request);
        });
    KJ_CHECK(server.ok());
    server_ = *std::move(server);
  }

  std::string prefix() const { return "http://" + server_->address() + "/skp/"; }
  std::string uri() const { return prefix() + "evaluasi.pdf"; }
  int fetched() const { return fetched_; }
  void PutStatus(int status) { status_ = status; }
  void PutFile(const std::string& bytes) {
    base::MutexLock lock(mutex_);
    bytes_ = bytes;
  }

 private:
  simulators::Reply Answer(const simulators::Request& request) {
    ++fetched_;
    if (request.Header("Authorization") != "Bearer kunci-contoh") return {.status = 401};
    if (status_ != 200) return {.status = status_};
    base::MutexLock lock(mutex_);
    return {.content_type = "application/pdf", .body = bytes_};
  }

  base::Mutex mutex_;
  std::string bytes_ = kPdf;
  std::atomic<int> status_{200};
  std::atomic<int> fetched_{0};
  std::unique_ptr<simulators::HttpServer> server_;  // last: ends before what it uses
};

class BknDocumentsTest : public ::testing::Test {
 protected:
  BknDocumentsTest() {
    siasn_.AllowDocuments(files_.prefix(), "kunci-contoh");
    siasn_.RestartAdapter();
  }

  // The teacher's record with a document at each evaluation.
  v1::Skp Teacher(const std::string& bytes = kPdf) {
    const auto path = std::filesystem::path(KINERJA_SOURCE_DIR) /
                      "tests/golden/bkn/guru-pns-tahunan.skp.textproto";
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    v1::Skp skp;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text.str(), &skp)) << path;
    for (v1::Evaluasi& evaluasi : *skp.mutable_evaluasi()) {
      for (v1::Bukti* document : {evaluasi.mutable_dokumen(), evaluasi.mutable_dokumen_pak()}) {
        document->set_uri(files_.uri());
        document->set_hash(HashOf(bytes));
      }
    }
    return skp;
  }

  PlannedPart PartOf(std::string_view kind, const v1::Skp& skp) {
    const auto prepared = siasn_.Prepare(skp);
    EXPECT_FALSE(prepared.obstacle.has_value());
    for (PlannedPart& part : siasn_.Plan(skp, prepared.facts)) {
      if (part.kind == kind && part.plan == adapter::PartPlan::kDeliver) return std::move(part);
    }
    ADD_FAILURE() << "no part " << kind;
    return {};
  }

  FileServer files_;
  SiasnHarness siasn_;
};

TEST_F(BknDocumentsTest, EveryKindOfResultHasItsDocument) {
  for (const std::string_view kind : {kSkp22, kPeriodik, kAngkaKredit}) {
    const PlannedPart part = PartOf(kind, Teacher());
    const int before = siasn_.Requests("upload_dok");
    const Outcome saved = siasn_.Deliver(part);
    ASSERT_EQ(saved.verdict, Verdict::kDelivered) << kind << saved.peer_words;
    EXPECT_EQ(siasn_.Requests("upload_dok"), before + 1) << kind;
    // The row names this document: a look into the history tells it from any other.
    EXPECT_EQ(siasn_.Lookup(part).verdict, LookupVerdict::kHolds) << kind;
    const PlannedPart other = PartOf(kind, Teacher("%PDF-1.7 lain"));
    EXPECT_EQ(siasn_.Lookup(other).verdict, LookupVerdict::kDiffers) << kind;
    EXPECT_NE(other.content, part.content) << "a new document is a new content: " << kind;
    EXPECT_EQ(siasn_.Effects(kind, "created"), 1) << kind;
  }
}

TEST_F(BknDocumentsTest, ANewDocumentReplacesTheOldInTheSameRow) {
  const Outcome first = siasn_.Deliver(PartOf(kPeriodik, Teacher()));
  files_.PutFile("%PDF-1.7 perbaikan");
  const PlannedPart part = PartOf(kPeriodik, Teacher("%PDF-1.7 perbaikan"));
  const Outcome second = siasn_.Deliver(part, first.target_id);
  EXPECT_EQ(second.verdict, Verdict::kDelivered) << second.peer_words;
  EXPECT_EQ(second.target_id, first.target_id);
  EXPECT_EQ(siasn_.Lookup(part, first.target_id).verdict, LookupVerdict::kHolds);
}

TEST_F(BknDocumentsTest, ASaveThatIsTriedAgainUploadsOnce) {
  const PlannedPart part = PartOf(kSkp22, Teacher());
  siasn_.Fault(R"({"fault":"suspended_303001","match":"/skp22/save"})");
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kRetryLater);
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kRetryLater);
  siasn_.ClearFaults();
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered);
  EXPECT_EQ(siasn_.Requests("upload_dok"), 1);
  EXPECT_EQ(files_.fetched(), 1);
  // What is delivered is no longer pending: the next save brings its own.
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered);
  EXPECT_EQ(siasn_.Requests("upload_dok"), 2);
}

TEST_F(BknDocumentsTest, AFileThatIsNotTheOneSavesNothing) {
  files_.PutFile("%PDF-1.7 tertukar");
  const Outcome outcome = siasn_.Deliver(PartOf(kSkp22, Teacher()));
  EXPECT_EQ(outcome.verdict, Verdict::kRefused);
  EXPECT_EQ(outcome.reason, v1::ERROR_REASON_DOCUMENT_UNUSABLE);
  EXPECT_THAT(outcome.metadata, Contains(std::pair<const std::string, std::string>(
                                    "what", "the file has another hash than the record says")));
  EXPECT_EQ(siasn_.Requests("upload_dok"), 0);
  EXPECT_EQ(siasn_.Requests("skp22_save"), 0);
}

TEST_F(BknDocumentsTest, AFileServerInTroubleIsWaitedForAndIsNoTroubleOfSiasn) {
  files_.PutStatus(503);
  const PlannedPart part = PartOf(kSkp22, Teacher());
  const Outcome outcome = siasn_.Deliver(part);
  EXPECT_EQ(outcome.verdict, Verdict::kRetryLater);
  EXPECT_FALSE(outcome.target_trouble);
  EXPECT_EQ(siasn_.Requests("skp22_save"), 0);
  files_.PutStatus(200);
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered);
}

TEST_F(BknDocumentsTest, EachFaultOfTheUploadSavesNothingAndNeedsNoLookup) {
  const char* const faults[] = {"http_503", "http_502_html",     "empty_body",
                                "reset",    "commit_then_close", "http_429"};
  for (const std::string fault : faults) {
    siasn_.RestartAdapter();
    siasn_.Fault(R"({"match":"/upload-dok","fault":")" + fault + "\"}");
    const Outcome outcome = siasn_.Deliver(PartOf(kSkp22, Teacher()));
    EXPECT_EQ(outcome.verdict, Verdict::kRetryLater) << fault << outcome.peer_words;
    EXPECT_EQ(siasn_.Requests("skp22_save"), 0) << fault;
    siasn_.ClearFaults();
  }
}

TEST_F(BknDocumentsTest, WithoutAPlaceThatIsAllowedTheResultGoesAlone) {
  v1::Skp skp = Teacher();
  for (v1::Evaluasi& evaluasi : *skp.mutable_evaluasi())
    evaluasi.mutable_dokumen()->set_uri("https://berkas.contohkab.go.id/lain/evaluasi.pdf");
  const PlannedPart part = PartOf(kSkp22, skp);
  EXPECT_THAT(part.payload.annotations,
              Contains(HasSubstr("evaluasi.dokumen: not carried; its address is none of")));
  EXPECT_EQ(siasn_.Deliver(part).verdict, Verdict::kDelivered);
  EXPECT_EQ(files_.fetched(), 0);
  EXPECT_EQ(siasn_.Requests("upload_dok"), 0);
}

}  // namespace
}  // namespace kinerja::integration
