#include "adapters/bkn/documents.h"

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/security/digest.h"
#include "gtest/gtest.h"

namespace kinerja::adapters::bkn {
namespace {

using adapter::Verdict;

constexpr char kPdf[] = "%PDF-1.7 contoh";

WantedDocument Wanted(std::string_view bytes = kPdf) {
  return {"evaluasi.dokumen", "891", "https://berkas.contohkab.go.id/skp/a.pdf",
          absl::BytesToHexString(security::Sha256(bytes))};
}

TEST(DocumentsTest, OnlyAddressesUnderAPrefixAreFetched) {
  const std::vector<std::string> prefixes = {"https://berkas.contohkab.go.id/skp/"};
  struct Case {
    std::string uri;
    bool allowed;
  };
  const Case cases[] = {
      {"https://berkas.contohkab.go.id/skp/a.pdf", true},
      {"https://berkas.contohkab.go.id/skp/2025/a.pdf?v=2", true},
      {"https://berkas.contohkab.go.id/lain/a.pdf", false},
      {"http://berkas.contohkab.go.id/skp/a.pdf", false},
      {"https://berkas.contohkab.go.id.lain.id/skp/a.pdf", false},
      {"https://berkas.contohkab.go.id@lain.id/skp/a.pdf", false},
      {"https://berkas.contohkab.go.id/skp/../rahasia", false},
      {"https://berkas.contohkab.go.id/skp/%2e%2E/rahasia", false},
      {"https://berkas.contohkab.go.id/skp/..%2frahasia", false},
      {"https://berkas.contohkab.go.id/skp/..\\rahasia", false},
      {"", false},
  };
  for (const Case& c : cases) EXPECT_EQ(LiesUnder(prefixes, c.uri), c.allowed) << c.uri;
  EXPECT_FALSE(LiesUnder({}, cases[0].uri));
}

TEST(DocumentsTest, TheAnswerOfAFileServerIsJudged) {
  struct Case {
    std::string name;
    int status;
    std::string body;
    std::string cause;
    std::optional<Verdict> obstacle;
  };
  const std::string large = absl::StrCat("%PDF", std::string(kMostDocumentBytes, 'x'));
  const Case cases[] = {
      {"the file", 200, kPdf, "", std::nullopt},
      {"another file", 200, "%PDF-1.7 lain", "", Verdict::kRefused},
      {"a page to log in", 200, "<html>", "", Verdict::kRefused},
      {"too large for us", 200, large, "", Verdict::kRefused},
      {"too large for the client", 0, "", "too_large", Verdict::kRefused},
      {"not there", 404, "", "", Verdict::kRefused},
      {"not there any more", 410, "", "", Verdict::kRefused},
      {"not for us", 403, "", "", Verdict::kRetryLater},
      {"elsewhere", 302, "", "", Verdict::kRetryLater},
      {"trouble", 503, "", "", Verdict::kRetryLater},
      {"no answer", 0, "", "timeout", Verdict::kRetryLater},
      {"wrong certificate", 0, "", "tls_unknown_ca", Verdict::kRetryLater},
  };
  for (const Case& c : cases) {
    net::HttpResult result;
    result.cause = c.cause;
    if (!c.cause.empty()) result.status = absl::UnavailableError("test");
    result.response.status = c.status;
    result.response.body = c.body;
    const auto answer = JudgeDocument(Wanted(c.name == "too large for us" ? large : kPdf), result);
    ASSERT_EQ(answer.obstacle.has_value(), c.obstacle.has_value()) << c.name;
    if (!c.obstacle) {
      EXPECT_EQ(answer.bytes, c.body);
      continue;
    }
    EXPECT_EQ(answer.obstacle->verdict, *c.obstacle) << c.name;
    EXPECT_EQ(answer.obstacle->reason, v1::ERROR_REASON_DOCUMENT_UNUSABLE) << c.name;
    EXPECT_FALSE(answer.obstacle->target_trouble) << "SIASN is well: " << c.name;
    EXPECT_EQ(answer.bytes, "") << c.name;
  }
}

TEST(DocumentsTest, TheBodyThatTravelsNamesWhatWasUploaded) {
  Json body = *ParseJson(R"({"id":null,"tahun":2025})");
  WriteWanted(Wanted(), &body);
  const auto wanted = ReadWanted(body);
  ASSERT_TRUE(wanted.has_value());
  EXPECT_EQ(wanted->uri, Wanted().uri);
  EXPECT_EQ(wanted->hash, Wanted().hash);
  EXPECT_EQ(wanted->id_ref, "891");
  EXPECT_EQ(wanted->field, "evaluasi.dokumen");
  const Json uploaded = *ParseJson(R"({"dok_id":"891"})");
  EXPECT_EQ(WithUploaded(WriteJson(body), &uploaded),
            R"({"id":null,"tahun":2025,"path":[{"dok_id":"891"}]})");
  EXPECT_EQ(WithUploaded(WriteJson(body), nullptr), R"({"id":null,"tahun":2025})");
  EXPECT_FALSE(ReadWanted(*ParseJson(R"({"id":null})")).has_value());
}

TEST(DocumentsTest, ARowShowsWhichDocumentItHas) {
  const std::string name = DocumentName(Wanted());
  const auto row = [](const std::string& id, const std::string& uri) {
    return *ParseJson(absl::StrCat(R"({"path":{")", id, R"(":{"dok_uri":")", uri, R"("}}})"));
  };
  EXPECT_TRUE(HasDocument(Wanted(), row("891", "peremajaan/usulan/U_20260105_" + name)));
  EXPECT_FALSE(HasDocument(Wanted(), row("890", "peremajaan/usulan/U_20260105_" + name)));
  EXPECT_FALSE(HasDocument(Wanted("%PDF lain"), row("891", "peremajaan/usulan/" + name)));
  EXPECT_FALSE(HasDocument(Wanted(), *ParseJson(R"({"path":null})")));
  EXPECT_FALSE(HasDocument(Wanted(), *ParseJson("{}")));
}

TEST(DocumentsTest, UploadsArePendingUntilTheirSaveAndAreBounded) {
  PendingUploads uploads;
  uploads.Keep("first", Json("one"));
  uploads.Keep("first", Json("other"));
  EXPECT_EQ(uploads.Find("first"), Json("one"));
  uploads.Forget("first");
  uploads.Forget("first");
  EXPECT_FALSE(uploads.Find("first").has_value());
  for (int i = 0; i <= 1000; ++i) uploads.Keep(absl::StrCat(i), Json(i));
  EXPECT_FALSE(uploads.Find("0").has_value());
  EXPECT_EQ(uploads.Find("1"), Json(1));
  EXPECT_EQ(uploads.Find("1000"), Json(1000));
}

}  // namespace
}  // namespace kinerja::adapters::bkn
