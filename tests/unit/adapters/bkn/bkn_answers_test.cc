// Every row of bkn-siasn §4: what comes back, and what it means for a read and for a save.
#include "adapters/bkn/bkn_answers.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kinerja::adapters::bkn {
namespace {

using adapter::Outcome;
using adapter::Verdict;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromCivil(absl::CivilMinute(2026, 1, 15, 1, 30), absl::UTCTimeZone());

net::HttpResult Came(int status, std::string body, net::HttpHeaders headers = {}) {
  net::HttpResult result;
  result.may_have_arrived = true;
  result.response.status = status;
  result.response.body = std::move(body);
  result.response.headers = std::move(headers);
  return result;
}

net::HttpResult Broke(absl::Status status, bool may_have_arrived, std::string_view cause) {
  net::HttpResult result;
  result.status = std::move(status);
  result.may_have_arrived = may_have_arrived;
  result.cause = std::string(cause);
  return result;
}

// --- Reads ---------------------------------------------------------------------------------------

TEST(BknAnswersTest, ReadsTellRowsFromNothingFromTrouble) {
  struct Case {
    const char* name;
    int status;
    const char* body;
    Reading::Kind want;
    size_t rows = 0;
  };
  constexpr auto kRows = Reading::Kind::kRows;
  constexpr auto kNothing = Reading::Kind::kNothing;
  constexpr auto kTrouble = Reading::Kind::kTrouble;
  const Case cases[] = {
      {"object", 200, R"({"code":1,"data":{"id":"F01"},"message":"success"})", kRows, 1},
      {"array", 200, R"({"code":1,"data":[{"id":"a"},{"id":"b"}],"count":2})", kRows, 2},
      {"code as text", 200, R"({"code":"1","data":[{"id":"a"}]})", kRows, 1},
      {"names with capitals", 200, R"({"Code":1,"Data":[{"Id":"a"}]})", kRows, 1},
      {"rows that are none are left out", 200, R"({"code":1,"data":[null,{"id":"a"},3]})", kRows,
       1},
      {"404 with the text", 404, R"({"code":0,"data":"Data tidak ditemukan","message":""})",
       kNothing},
      {"200 with the text", 200, R"({"code":0,"data":"Data tidak ditemukan"})", kNothing},
      {"200 and code 1 with the text", 200, R"({"code":1,"data":"Data tidak ditemukan"})",
       kNothing},
      {"english text", 200, R"({"code":0,"data":"record not found"})", kNothing},
      {"null", 200, R"({"code":1,"data":null,"message":"success"})", kNothing},
      {"absent", 200, R"({"code":1,"message":"success"})", kNothing},
      {"empty array", 200, R"({"code":1,"data":[]})", kNothing},
      {"empty text", 200, R"({"code":1,"data":""})", kNothing},
      {"text in message", 404, R"({"code":0,"data":null,"message":"Data tidak ditemukan"})",
       kNothing},
      {"another text is no news", 200, R"({"code":1,"data":"sedang dalam pemeliharaan"})",
       kTrouble},
      {"refusal on 200", 200, R"({"code":0,"data":null,"message":"parameter salah"})", kTrouble},
      {"the text on a failed status", 500, R"({"code":0,"data":"Data tidak ditemukan"})", kTrouble},
      {"path not served", 404, R"({"message":"Not Found"})", kTrouble},
      {"path not known to the gateway", 404,
       R"({"code":"404","type":"Status report","message":"Runtime Error","description":"No matching resource found"})",
       kTrouble},
      {"html page", 502, "<html><body>Bad Gateway</body></html>", kTrouble},
      {"html page on 200", 200, "<html>login</html>", kTrouble},
      {"empty body", 200, "", kTrouble},
      {"empty body on a failed call", 500, "", kTrouble},
      {"no object", 200, "[]", kTrouble},
      {"data is a number", 200, R"({"code":1,"data":7})", kTrouble},
      {"array of nothing usable", 200, R"({"code":1,"data":[1,2]})", kTrouble},
  };
  for (const Case& c : cases) {
    const Reading reading = ReadAnswer(Came(c.status, c.body), kNow);
    EXPECT_EQ(reading.kind, c.want) << c.name;
    EXPECT_EQ(reading.rows.size(), c.rows) << c.name;
    if (c.want != kTrouble) continue;
    EXPECT_EQ(reading.trouble.verdict, Verdict::kRetryLater) << c.name;
    EXPECT_TRUE(reading.trouble.target_trouble) << c.name;
  }
}

// --- Saves ---------------------------------------------------------------------------------------

TEST(BknAnswersTest, SavesGiveTheNewIdInEveryForm) {
  struct Case {
    const char* name;
    const char* body;
    const char* known;
    const char* id;
  };
  const Case cases[] = {
      {"bare", R"({"success":true,"mapData":"S-1","message":"success"})", "", "S-1"},
      {"skp object", R"({"success":true,"mapData":{"rwSkpId":"S-2"}})", "", "S-2"},
      {"periodic object", R"({"success":true,"mapData":{"rwKinerjaPeriodikId":"K-1"}})", "", "K-1"},
      {"credit object", R"({"success":true,"mapData":{"rwAngkaKreditId":"A-1"}})", "", "A-1"},
      {"other capitals", R"({"success":true,"mapData":{"RwSkpID":"S-3"}})", "", "S-3"},
      {"success as text", R"({"success":"true","mapData":"S-4"})", "", "S-4"},
      {"code instead of success", R"({"code":1,"mapData":"S-5"})", "", "S-5"},
      {"null: the id that was sent", R"({"success":true,"mapData":null})", "S-6", "S-6"},
      {"unknown object", R"({"success":true,"mapData":{"other":"x"}})", "S-7", "S-7"},
  };
  for (const Case& c : cases) {
    const Outcome outcome = SaveAnswer(Came(200, c.body), c.known, kNow);
    EXPECT_EQ(outcome.verdict, Verdict::kDelivered) << c.name;
    EXPECT_EQ(outcome.target_id, c.id) << c.name;
  }
}

struct SaveCase {
  const char* name;
  int status;
  const char* body;
  Verdict want;
  v1::ErrorReason reason;
  bool trouble;
  const char* words;
};

void Expect(const SaveCase& c, const Outcome& outcome) {
  EXPECT_EQ(outcome.verdict, c.want) << c.name;
  EXPECT_EQ(outcome.reason, c.reason) << c.name;
  EXPECT_EQ(outcome.target_trouble, c.trouble) << c.name;
  EXPECT_THAT(outcome.peer_words, HasSubstr(c.words)) << c.name;
}

TEST(BknAnswersTest, RulesOfTheServiceRefuseForGood) {
  constexpr auto kReason = v1::ERROR_REASON_TARGET_REFUSED;
  const SaveCase cases[] = {
      {"rule on 200", 200,
       R"({"success":false,"mapData":null,"message":"nomor sk tidak valid/mengandung spesial karakter"})",
       Verdict::kRefused, kReason, false, "HTTP 200 nomor sk tidak valid/mengandung spesial"},
      {"success false beats code 1", 200, R"({"code":1,"success":false,"message":"ditolak"})",
       Verdict::kRefused, kReason, false, "ditolak"},
      {"one field", 400,
       "{\"code\":0,\"data\":null,\"message\":\"1 error occurred:\\n\\t* PnsID is "
       "required\\n\\n\"}",
       Verdict::kRefused, kReason, false, "1 error occurred: * PnsID is required"},
      {"fields on 200", 200,
       "{\"code\":0,\"data\":null,\"message\":\"2 errors occurred:\\n\\t* KoefisienId is "
       "required\\n\\t* PeriodikId is required\\n\\n\"}",
       Verdict::kRefused, kReason, false, "* KoefisienId is required * PeriodikId is required"},
      {"date", 200,
       R"({"success":false,"message":"code=400, message=parsing time \"2026-01-12\" as \"02-01-2006\": cannot parse"})",
       Verdict::kRefused, kReason, false, "parsing time *** as ***: cannot parse"},
      {"reference", 200,
       R"({"success":false,"message":"golongan penilai tidak ditemukan pada data referensi"})",
       Verdict::kRefused, kReason, false, "tidak ditemukan pada data referensi"},
      {"no id of this row", 404, R"({"code":0,"data":"Data tidak ditemukan","message":""})",
       Verdict::kRefused, kReason, false, "Data tidak ditemukan"},
      {"echo", 400, R"({"message":"Syntax error: offset=3"})", Verdict::kRefused, kReason, false,
       "Syntax error"},
  };
  for (const SaveCase& c : cases) Expect(c, SaveAnswer(Came(c.status, c.body), "", kNow));
}

TEST(BknAnswersTest, OnlyWhatCertainlyDidNotHappenIsTriedAgain) {
  constexpr auto kDown = v1::ERROR_REASON_TARGET_UNAVAILABLE;
  constexpr auto kAuth = v1::ERROR_REASON_TARGET_AUTH;
  constexpr auto kSetUp = v1::ERROR_REASON_TARGET_MISCONFIGURED;
  const SaveCase cases[] = {
      {"wso2 token", 401,
       R"({"code":"900901","message":"Invalid Credentials","description":"Invalid JWT token"})",
       Verdict::kRetryLater, kAuth, true, "HTTP 401 900901 Invalid Credentials"},
      {"wso2 in a fault", 401, R"({"fault":{"code":900901,"message":"Invalid Credentials"}})",
       Verdict::kRetryLater, kAuth, true, "900901"},
      {"wso2 in xml", 401,
       "<ams:fault xmlns:ams=\"http://wso2.org/apimanager/security\"><ams:code>900901</ams:code>"
       "<ams:message>Invalid Credentials</ams:message></ams:fault>",
       Verdict::kRetryLater, kAuth, true, "900901 Invalid Credentials"},
      {"no authorization", 401, R"({"code":"900902","message":"Missing Credentials"})",
       Verdict::kRetryLater, kSetUp, true, "900902"},
      {"not subscribed", 403, R"({"code":"900908","message":"Resource forbidden"})",
       Verdict::kRetryLater, kSetUp, true, "900908"},
      {"sso expired", 401, R"({"message":"invalid or expired jwt"})", Verdict::kRetryLater, kAuth,
       true, "expired jwt"},
      {"sso malformed", 400, R"({"message":"missing or malformed jwt"})", Verdict::kRetryLater,
       kAuth, true, "malformed jwt"},
      {"sso of another", 403, R"({"code":0,"data":"Token SSO mismatch"})", Verdict::kRetryLater,
       kAuth, true, "Token SSO mismatch"},
      {"401 without a word", 401, "", Verdict::kRetryLater, kAuth, true, "HTTP 401"},
      {"throttled", 429, R"({"code":"900804","message":"Message throttled out"})",
       Verdict::kRetryLater, kDown, true, "900804"},
      {"throttled without a body", 429, "", Verdict::kRetryLater, kDown, true, "HTTP 429"},
      {"suspended", 503,
       R"({"code":"303001","message":"Runtime Error","description":"Currently , Address endpoint is SUSPENDED"})",
       Verdict::kRetryLater, kDown, true, "303001 Runtime Error"},
      {"no connection behind", 503, R"({"code":"101503","message":"Runtime Error"})",
       Verdict::kRetryLater, kDown, true, "101503"},
      {"no such path", 404, R"({"code":"900906","message":"No matching resource"})",
       Verdict::kRetryLater, kSetUp, true, "900906"},
      {"no such path in the service", 404, R"({"message":"Not Found"})", Verdict::kRetryLater,
       kSetUp, true, "Not Found"},
      {"turned away by a page", 403, "<html>Forbidden</html>", Verdict::kRetryLater, kDown, true,
       "Forbidden"},
      {"timeout behind", 504, R"({"code":"101504","message":"Runtime Error"})", Verdict::kUnknown,
       kDown, true, "101504"},
      {"sender closed behind", 500, R"({"code":"101505","message":"Runtime Error"})",
       Verdict::kUnknown, kDown, true, "101505"},
      {"page of the balancer", 502, "<html><body>Bad Gateway</body></html>", Verdict::kUnknown,
       kDown, true, "Bad Gateway"},
      {"page on 200", 200, "<html>maintenance</html>", Verdict::kUnknown, kDown, true,
       "maintenance"},
      {"empty", 200, "", Verdict::kUnknown, kDown, true, "HTTP 200"},
      {"empty 500", 500, "", Verdict::kUnknown, kDown, true, "HTTP 500"},
      {"half an answer", 200, R"({"success":tr)", Verdict::kUnknown, kDown, true, "HTTP 200"},
      {"fault of the service", 500, R"({"message":"Internal Server Error"})", Verdict::kUnknown,
       kDown, true, "Internal Server Error"},
      {"refusal with 500 may be anything", 500, R"({"success":false,"message":"dial tcp"})",
       Verdict::kUnknown, kDown, true, "dial tcp"},
  };
  for (const SaveCase& c : cases) Expect(c, SaveAnswer(Came(c.status, c.body), "", kNow));
}

TEST(BknAnswersTest, ALostAnswerIsUnknownUnlessNothingArrived) {
  struct Case {
    const char* name;
    net::HttpResult result;
    Verdict want;
    bool trouble;
  };
  const Case cases[] = {
      {"reset under way", Broke(absl::UnavailableError(""), true, net::cause::kReset),
       Verdict::kUnknown, true},
      {"timeout under way", Broke(absl::DeadlineExceededError(""), true, net::cause::kTimeout),
       Verdict::kUnknown, true},
      {"cancelled under way", Broke(absl::CancelledError(""), true, net::cause::kCancelled),
       Verdict::kUnknown, false},
      {"refused", Broke(absl::UnavailableError(""), false, net::cause::kRefused),
       Verdict::kRetryLater, true},
      {"cancelled before", Broke(absl::CancelledError(""), false, net::cause::kCancelled),
       Verdict::kRetryLater, false},
      {"never sent", Broke(absl::DeadlineExceededError(""), false, net::cause::kDeadlineBeforeSend),
       Verdict::kRetryLater, false},
      {"too many wait", Broke(absl::ResourceExhaustedError(""), false, net::cause::kTooManyWaiting),
       Verdict::kRetryLater, false},
      {"certificate", Broke(absl::FailedPreconditionError(""), false, net::cause::kTlsUnknownCa),
       Verdict::kRetryLater, true},
      {"not sendable", Broke(absl::InvalidArgumentError(""), false, net::cause::kBadRequest),
       Verdict::kRetryLater, true},
  };
  for (const Case& c : cases) {
    const Outcome outcome = SaveAnswer(c.result, "", kNow);
    EXPECT_EQ(outcome.verdict, c.want) << c.name;
    EXPECT_EQ(outcome.target_trouble, c.trouble) << c.name;
    const Reading reading = ReadAnswer(c.result, kNow);
    EXPECT_EQ(reading.kind, Reading::Kind::kTrouble) << c.name;
    EXPECT_NE(reading.trouble.verdict, Verdict::kUnknown) << c.name;
  }
}

TEST(BknAnswersTest, ThrottlingSaysHowLong) {
  const std::string body =
      R"({"code":"900804","message":"Message throttled out","nextAccessTime":"2026-Jan-15 02:00:00+0000 UTC"})";
  struct Case {
    const char* name;
    net::HttpResult result;
    std::optional<absl::Duration> want;
  };
  const Case cases[] = {
      {"by our clock", Came(429, body), absl::Minutes(30)},
      {"by the peer's clock", Came(429, body, {{"date", "Thu, 15 Jan 2026 01:59:00 GMT"}}),
       absl::Minutes(1)},
      {"over already", Came(429, body, {{"date", "Thu, 15 Jan 2026 02:00:01 GMT"}}), std::nullopt},
      {"too far away", Came(429, body, {{"date", "Mon, 05 Jan 2026 02:00:01 GMT"}}), std::nullopt},
      {"in a fault",
       Came(429, R"({"fault":{"code":900800,"nextAccessTime":"2026-Jan-15 01:31:00+0000 UTC"}})"),
       absl::Minutes(1)},
      {"in xml",
       Came(503,
            "<amt:fault xmlns:amt=\"x\"><amt:code>900807</amt:code><amt:nextAccessTime>"
            "2026-Jan-15 01:31:00+0000 UTC</amt:nextAccessTime></amt:fault>"),
       absl::Minutes(1)},
      {"header", Came(429, "", {{"retry-after", "7"}}), absl::Seconds(7)},
      {"another code with the time",
       Came(429, R"({"code":429,"message":"x","nextAccessTime":"2026-Jan-15 01:31:00+0000 UTC"})"),
       absl::Minutes(1)},
      {"another code with the header",
       Came(429, R"({"code":"900901","message":"Invalid Credentials"})", {{"retry-after", "7"}}),
       absl::Seconds(7)},
      {"nothing", Came(429, ""), std::nullopt},
      {"no date at all", Came(429, R"({"code":900801,"nextAccessTime":"besok"})"), std::nullopt},
  };
  for (const Case& c : cases) {
    const Outcome outcome = SaveAnswer(c.result, "", kNow);
    EXPECT_EQ(outcome.verdict, Verdict::kRetryLater) << c.name;
    EXPECT_TRUE(outcome.throttled) << c.name;
    EXPECT_EQ(outcome.after, c.want) << c.name;
  }
}

TEST(BknAnswersTest, AnOutageSaysHowLong) {
  struct Case {
    const char* name;
    int status;
    const char* body;
    Verdict want;
    std::optional<absl::Duration> after;
  };
  const Case cases[] = {
      {"suspended", 503, R"({"code":"303001","message":"Runtime Error"})", Verdict::kRetryLater,
       absl::Seconds(90)},
      {"page", 503, "<html>maintenance</html>", Verdict::kUnknown, absl::Seconds(90)},
      {"of the service", 503, R"({"message":"Service Unavailable"})", Verdict::kUnknown,
       absl::Seconds(90)},
      {"another code", 503, R"({"code":101504,"message":"Runtime Error"})", Verdict::kUnknown,
       absl::Seconds(90)},
      {"no 503", 500, R"({"message":"Internal Server Error"})", Verdict::kUnknown, std::nullopt},
  };
  for (const Case& c : cases) {
    const net::HttpResult result = Came(c.status, c.body, {{"retry-after", "90"}});
    const Outcome outcome = SaveAnswer(result, "", kNow);
    EXPECT_EQ(outcome.verdict, c.want) << c.name;
    EXPECT_EQ(outcome.after, c.after) << c.name;
    EXPECT_FALSE(outcome.throttled) << c.name;
    EXPECT_EQ(ReadAnswer(result, kNow).trouble.after, c.after) << c.name;
  }
}

// --- Deletions and tokens ------------------------------------------------------------------------

TEST(BknAnswersTest, ADeletionOfWhatIsNotThereIsToldApart) {
  struct Case {
    const char* name;
    int status;
    const char* body;
    Verdict want;
    bool not_found = false;
  };
  const Case cases[] = {
      {"accepted", 200, R"({"success":true,"mapData":null,"message":"success"})",
       Verdict::kDelivered},
      {"not there", 404, R"({"code":0,"data":"Data tidak ditemukan"})", Verdict::kRefused, true},
      {"not there on 200", 200, R"({"success":false,"message":"record not found"})",
       Verdict::kRefused, true},
      {"refused", 200, R"({"success":false,"message":"data sudah dikunci"})", Verdict::kRefused},
      {"lost", 502, "", Verdict::kUnknown},
      {"path not served", 404, R"({"message":"Not Found"})", Verdict::kRetryLater},
  };
  for (const Case& c : cases) {
    const net::HttpResult result = Came(c.status, c.body);
    const Outcome outcome = DeleteAnswer(result, "K-1", kNow);
    EXPECT_EQ(outcome.verdict, c.want) << c.name;
    const bool not_found = outcome.verdict == Verdict::kRefused && SaysNotFound(result);
    EXPECT_EQ(not_found, c.not_found) << c.name;
  }
}

TEST(BknAnswersTest, FaultsNameTheTokenThatIsToBeRenewed) {
  struct Case {
    const char* name;
    int status;
    const char* body;
    TokenFault want;
  };
  const Case cases[] = {
      {"wso2", 401, R"({"code":"900901","message":"Invalid Credentials"})", TokenFault::kWso2},
      {"wso2 without code", 401, R"({"message":"Invalid Credentials"})", TokenFault::kWso2},
      {"wso2 expired, older", 401, R"({"fault":{"code":900903}})", TokenFault::kWso2},
      {"sso", 401, R"({"message":"invalid or expired jwt"})", TokenFault::kSso},
      {"sso malformed", 400, R"({"message":"missing or malformed jwt"})", TokenFault::kSso},
      {"mismatch", 400, R"({"data":"Token SSO mismatch"})", TokenFault::kBoth},
      {"401 without a word", 401, "", TokenFault::kBoth},
      {"suspended keeps the tokens", 503, R"({"code":"303001","message":"Runtime Error"})",
       TokenFault::kNone},
      {"throttled keeps the tokens", 429, R"({"code":"900804"})", TokenFault::kNone},
      {"throttled with another code", 429, R"({"code":"900901"})", TokenFault::kNone},
      {"not subscribed", 403, R"({"code":"900908"})", TokenFault::kNone},
      {"wso2 on 200", 200, R"({"fault":{"code":900901}})", TokenFault::kWso2},
      {"business text on 200", 200, R"({"code":1,"data":"Token SSO mismatch"})", TokenFault::kNone},
  };
  for (const Case& c : cases) EXPECT_EQ(TokenFaultOf(Came(c.status, c.body)), c.want) << c.name;
  EXPECT_EQ(TokenFaultOf(Broke(absl::UnavailableError(""), true, net::cause::kReset)),
            TokenFault::kNone);
}

TEST(BknAnswersTest, TokenEndpointsGiveATokenOrSayWhyNot) {
  const TokenAnswer token =
      ReadTokenAnswer(Came(200, R"({"access_token":"t","expires_in":"3600"})"), kNow);
  EXPECT_EQ(token.token, "t");
  EXPECT_EQ(token.expires_in, absl::Hours(1));
  EXPECT_EQ(ReadTokenAnswer(Came(200, R"({"access_token":"t"})"), kNow).expires_in, std::nullopt);

  struct Case {
    const char* name;
    net::HttpResult result;
    v1::ErrorReason reason;
  };
  const Case cases[] = {
      {"wrong key", Came(401, R"({"error":"invalid_client","error_description":"x"})"),
       v1::ERROR_REASON_TARGET_AUTH},
      {"wrong password", Came(400, R"({"error":"invalid_grant"})"), v1::ERROR_REASON_TARGET_AUTH},
      {"down", Came(502, "<html>"), v1::ERROR_REASON_TARGET_UNAVAILABLE},
      {"no token on 200", Came(200, "{}"), v1::ERROR_REASON_TARGET_UNAVAILABLE},
      {"lost", Broke(absl::UnavailableError(""), true, net::cause::kReset),
       v1::ERROR_REASON_TARGET_UNAVAILABLE},
  };
  for (const Case& c : cases) {
    const TokenAnswer answer = ReadTokenAnswer(c.result, kNow);
    EXPECT_EQ(answer.token, "") << c.name;
    EXPECT_EQ(answer.trouble.verdict, Verdict::kRetryLater) << c.name;
    EXPECT_EQ(answer.trouble.reason, c.reason) << c.name;
  }
}

}  // namespace
}  // namespace kinerja::adapters::bkn
