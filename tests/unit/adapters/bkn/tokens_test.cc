#include "adapters/bkn/tokens.h"

#include <cstdio>
#include <map>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/log.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace kinerja::adapters::bkn {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string Jwt(int64_t issued, int64_t expires) {
  return absl::StrCat(
      "e30.",
      absl::WebSafeBase64Escape(absl::StrCat("{\"iat\":", issued, ",\"exp\":", expires, "}")),
      ".c2ln");
}

class TokensTest : public ::testing::Test {
 protected:
  struct Sent {
    net::HttpRequest request;
    std::function<void(net::HttpResult)> done;
  };

  Tokens& Make(bool with_password) {
    config::v1::BknTarget config;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        R"pb(token_url: "https://gate.example/oauth2/token"
             consumer_key_file: "key"
             consumer_secret_file: "secret")pb",
        &config));
    if (with_password) {
      config.set_sso_url("https://sso.example/token");
      config.mutable_sso_password()->set_client_id("contoh");
      config.mutable_sso_password()->set_username_file("user");
      config.mutable_sso_password()->set_password_file("password");
    } else {
      config.set_sso_token_file("sso");
    }
    TokensOptions options{.target = "bkn", .config = config};
    options.read_secret = [this](const std::string& path) -> absl::StatusOr<std::string> {
      const auto found = files_.find(path);
      if (found == files_.end()) return absl::NotFoundError(path);
      return found->second;
    };
    options.uptime = [this] { return uptime_; };
    tokens_ = std::make_unique<Tokens>(
        options,
        [this](base::Deadline, base::Cancellation, net::HttpRequest request,
               std::function<void(net::HttpResult)> done) {
          sent_.push_back({std::move(request), std::move(done)});
        },
        &clock_);
    return *tokens_;
  }

  // Asks; the grant lands in grants_.
  void Get(base::Deadline deadline = base::Deadline::After(absl::Minutes(1)),
           base::Cancellation cancellation = {}) {
    tokens_->Get(deadline, std::move(cancellation),
                 [this](Tokens::Grant grant) { grants_.push_back(std::move(grant)); });
  }
  // Answers the oldest request that waits.
  void Answer(int status, const std::string& body) {
    ASSERT_FALSE(sent_.empty());
    Sent first = std::move(sent_.front());
    sent_.erase(sent_.begin());
    net::HttpResult result;
    result.response.status = status;
    result.response.body = body;
    first.done(result);
  }
  void AnswerToken(const std::string& token, int expires_in) {
    Answer(200, absl::StrCat("{\"access_token\":\"", token, "\",\"expires_in\":", expires_in, "}"));
  }

  fakes::FakeClock clock_;
  absl::Duration uptime_ = absl::Hours(1);
  std::map<std::string, std::string> files_ = {{"key", "k"},
                                               {"secret", "s:1"},
                                               {"sso", "static-1"},
                                               {"user", "1971"},
                                               {"password", "a&b c"}};
  std::vector<Sent> sent_;
  std::vector<Tokens::Grant> grants_;
  std::unique_ptr<Tokens> tokens_;
};

TEST_F(TokensTest, OneRenewalServesAllWhoWait) {
  Make(false);
  for (int i = 0; i < 3; ++i) Get();
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(sent_[0].request.body, "grant_type=client_credentials");
  EXPECT_THAT(sent_[0].request.headers,
              ::testing::Contains(std::pair<std::string, std::string>(
                  "Authorization", "Basic " + absl::Base64Escape("k:s:1"))));
  AnswerToken("w-1", 3600);
  ASSERT_THAT(grants_, SizeIs(3));
  for (const auto& grant : grants_) {
    EXPECT_EQ(grant.pair.wso2, "w-1");
    EXPECT_EQ(grant.pair.sso, "static-1");
  }
  Get();
  EXPECT_THAT(grants_, SizeIs(4));
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(TokensTest, RenewsAMinuteAheadByTheTimeThatNoJumpMoves) {
  struct Case {
    const char* name;
    std::string token;
    int expires_in;
    absl::Duration fresh;
  };
  const Case cases[] = {
      {"as the endpoint says", "w", 3600, absl::Minutes(59)},
      {"the token's own claims are shorter", Jwt(1000, 1000 + 600), 3600, absl::Minutes(9)},
      {"claims of another time", Jwt(10, 3610), 36'000, absl::Minutes(59)},
      {"a short one", "w", 20, absl::Seconds(15)},
      {"claims that end before they begin", Jwt(1000, 900), 3600, absl::Milliseconds(750)},
  };
  for (const Case& c : cases) {
    Make(false);
    sent_.clear();
    Get();
    AnswerToken(c.token, c.expires_in);
    clock_.Advance(absl::Hours(24 * 365));
    uptime_ += c.fresh - absl::Milliseconds(1);
    Get();
    EXPECT_THAT(sent_, IsEmpty()) << c.name;
    uptime_ += absl::Milliseconds(1);
    Get();
    EXPECT_THAT(sent_, SizeIs(1)) << c.name;
  }
}

TEST_F(TokensTest, ARefusedTokenIsRenewedOnce) {
  Tokens& tokens = Make(false);
  Get();
  AnswerToken("w-1", 3600);
  const Tokens::Pair first = grants_.back().pair;
  tokens.Drop(TokenFault::kWso2, first);
  Get();
  AnswerToken("w-2", 3600);
  EXPECT_EQ(grants_.back().pair.wso2, "w-2");
  // Another call comes back late with the old pair: the new one stays.
  tokens.Drop(TokenFault::kWso2, first);
  Get();
  EXPECT_THAT(sent_, IsEmpty());
  EXPECT_EQ(grants_.back().pair.wso2, "w-2");
}

TEST_F(TokensTest, WhoeverWaitsIsAnsweredAtItsOwnDeadline) {
  Tokens& tokens = Make(false);
  base::Cancellation given_up;
  Get();
  Get(base::Deadline::After(absl::ZeroDuration()));
  Get(base::Deadline::After(absl::Minutes(1)), given_up);
  EXPECT_THAT(grants_, IsEmpty());
  tokens.Tick();
  ASSERT_THAT(grants_, SizeIs(1));
  given_up.Cancel();
  tokens.Tick();
  ASSERT_THAT(grants_, SizeIs(2));
  for (const auto& grant : grants_) {
    ASSERT_TRUE(grant.obstacle.has_value());
    EXPECT_EQ(grant.obstacle->verdict, adapter::Verdict::kRetryLater);
    EXPECT_FALSE(grant.obstacle->target_trouble);
  }
  AnswerToken("w-1", 3600);
  ASSERT_THAT(grants_, SizeIs(3));
  EXPECT_EQ(grants_[2].pair.wso2, "w-1");
  // Also where the tokens are there: nothing is sent for a call that is over.
  Get(base::Deadline::After(absl::ZeroDuration()));
  EXPECT_TRUE(grants_.back().obstacle.has_value());
}

TEST_F(TokensTest, AFileThatIsReplacedIsUsedWithinASecond) {
  Tokens& tokens = Make(false);
  Get();
  AnswerToken("w-1", 36'000);
  tokens.Drop(TokenFault::kSso, grants_.back().pair);
  Get();
  ASSERT_TRUE(grants_.back().obstacle.has_value());
  EXPECT_EQ(grants_.back().obstacle->reason, v1::ERROR_REASON_TARGET_AUTH);
  files_["sso"] = "static-2";
  Get();
  ASSERT_FALSE(grants_.back().obstacle.has_value());
  EXPECT_EQ(grants_.back().pair.sso, "static-2");
  // The refusal may have been the target's mistake: after a while the old one is tried again.
  files_["sso"] = "static-1";
  uptime_ += absl::Minutes(5);
  Get();
  EXPECT_EQ(grants_.back().pair.sso, "static-1");
  files_.erase("sso");
  Get();
  EXPECT_FALSE(grants_.back().obstacle.has_value()) << "a good token is not read at every call";
  uptime_ += absl::Seconds(1);
  Get();
  EXPECT_TRUE(grants_.back().obstacle.has_value());
}

TEST_F(TokensTest, AMismatchIsBlamedOnTheFileOnceANewTokenHasNotCuredIt) {
  Tokens& tokens = Make(false);
  Get();
  AnswerToken("w-1", 3600);
  tokens.Drop(TokenFault::kBoth, grants_.back().pair);
  Get();
  AnswerToken("w-2", 3600);
  EXPECT_EQ(grants_.back().pair.wso2, "w-2");
  EXPECT_EQ(grants_.back().pair.sso, "static-1");

  tokens.Drop(TokenFault::kBoth, grants_.back().pair);
  for (int i = 0; i < 3; ++i) {
    Get();
    EXPECT_TRUE(grants_.back().obstacle.has_value());
  }
  EXPECT_THAT(sent_, IsEmpty()) << "nothing is asked for a token that is known to be refused";
  files_["sso"] = "static-2";
  Get();
  AnswerToken("w-3", 3600);
  EXPECT_EQ(grants_.back().pair.sso, "static-2");
}

TEST_F(TokensTest, APasswordIsSentAsAFormAndBothRenewalsAreAwaited) {
  Make(true);
  Get();
  ASSERT_THAT(sent_, SizeIs(2));
  EXPECT_EQ(sent_[1].request.url, "https://sso.example/token");
  EXPECT_EQ(sent_[1].request.body,
            "client_id=contoh&grant_type=password&username=1971&password=a%26b%20c");
  AnswerToken("w-1", 3600);
  EXPECT_THAT(grants_, IsEmpty());
  AnswerToken("s-1", 36'000);
  ASSERT_THAT(grants_, SizeIs(1));
  EXPECT_EQ(grants_[0].pair.sso, "s-1");
}

TEST_F(TokensTest, AFailureIsToldToAllWhoWaitAndTheNextTriesAgain) {
  Make(false);
  Get();
  Get();
  Answer(401, R"({"error":"invalid_client","error_description":"Client k not found"})");
  ASSERT_THAT(grants_, SizeIs(2));
  for (const auto& grant : grants_) {
    ASSERT_TRUE(grant.obstacle.has_value());
    EXPECT_EQ(grant.obstacle->verdict, adapter::Verdict::kRetryLater);
    EXPECT_EQ(grant.obstacle->reason, v1::ERROR_REASON_TARGET_AUTH);
    EXPECT_THAT(grant.obstacle->peer_words, HasSubstr("invalid_client"));
  }
  Get();
  AnswerToken("w-1", 3600);
  EXPECT_FALSE(grants_.back().obstacle.has_value());
  files_.erase("secret");
  tokens_->Drop(TokenFault::kWso2, grants_.back().pair);
  Get();
  EXPECT_TRUE(grants_.back().obstacle.has_value());
}

TEST_F(TokensTest, WarnsBeforeATokenFromAFileEndsAndNamesNoSecret) {
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  files_["sso"] = Jwt(now - 3600, now + 3600);
  Make(false);
  std::FILE* log = std::tmpfile();
  ASSERT_NE(log, nullptr);
  base::SetLogFileForTest(fileno(log));
  // Nobody asks for a token.
  for (int i = 0; i < 3; ++i) {
    tokens_->Tick();
    uptime_ += absl::Seconds(2);
  }
  base::SetLogFileForTest(-1);
  std::rewind(log);
  std::string text(4096, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), log));
  std::fclose(log);
  EXPECT_THAT(text,
              HasSubstr(R"("event":"bkn_sso_token_expires","target":"bkn","minutes_left":60)"));
  EXPECT_EQ(text.find("minutes_left"), text.rfind("minutes_left")) << "once an hour is enough";
  EXPECT_THAT(text, Not(HasSubstr(files_["sso"])));
  const auto standings = tokens_->Standings();
  EXPECT_EQ(standings[1].expires, absl::FromUnixSeconds(now + 3600));
  EXPECT_FALSE(standings[1].renews_itself);
  EXPECT_TRUE(standings[1].ends_soon);
  files_["sso"] = Jwt(now - 3600, now + 25 * 3600);
  tokens_->Tick();
  EXPECT_FALSE(tokens_->Standings()[1].ends_soon);
}

TEST(JwtTimesTest, ReadsClaimsAndNothingElse) {
  EXPECT_EQ(ReadJwtTimes(Jwt(5, 9)).expires, absl::FromUnixSeconds(9));
  for (const char* none : {"", "a.b", "a.b.c", "a.e30.c", "....", "x.%%%.y"}) {
    EXPECT_FALSE(ReadJwtTimes(none).expires.has_value()) << none;
    EXPECT_FALSE(ReadJwtTimes(none).issued.has_value()) << none;
  }
}

}  // namespace
}  // namespace kinerja::adapters::bkn
