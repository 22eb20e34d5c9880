#include "adapters/bkn/tokens.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "adapters/bkn/bkn_codes.h"
#include "adapters/bkn/siasn_json.h"
#include "gateway/base/log.h"
#include "gateway/base/status_macros.h"

namespace kinerja::adapters::bkn {
namespace {

using adapter::Outcome;

constexpr absl::Duration kRenewalTimeout = absl::Seconds(15);
constexpr absl::Duration kRenewAhead = absl::Seconds(60);
constexpr absl::Duration kUnknownLifetime = absl::Minutes(30);
constexpr absl::Duration kRefusedFor = absl::Minutes(5);
constexpr absl::Duration kWarnEvery = absl::Hours(1);
// A token that is used is read from its file once in this time: calls come by the hundred.
constexpr absl::Duration kFileIsFresh = absl::Seconds(1);
constexpr absl::Duration kDefaultWarnBefore = absl::Hours(2);  // the token lives for 10 hours

absl::Duration MachineUptime() {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

net::HttpRequest FormRequest(const std::string& url, std::string body) {
  net::HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Accept", "application/json"},
                     {"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = std::move(body);
  return request;
}

// The call is over before there are tokens to send it with.
Outcome TooLate(bool cancelled) {
  Outcome outcome = adapter::TargetTrouble(kSystem, adapter::Verdict::kRetryLater);
  outcome.target_trouble = false;
  outcome.not_sent = true;
  outcome.peer_words = cancelled ? net::cause::kCancelled : net::cause::kDeadlineBeforeSend;
  return outcome;
}

// No credential that could be sent.
Outcome NoCredential(std::string words) {
  Outcome outcome = adapter::TargetTrouble(kSystem, adapter::Verdict::kRetryLater);
  outcome.reason = v1::ERROR_REASON_TARGET_AUTH;
  outcome.peer_words = std::move(words);
  return outcome;
}

std::optional<absl::Time> TimeIn(const Json& claims, std::string_view name) {
  int64_t seconds = 0;
  if (!absl::SimpleAtoi(TextIn(claims, name), &seconds) || seconds <= 0) return std::nullopt;
  return absl::FromUnixSeconds(seconds);
}

}  // namespace

std::string PercentEncoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-' || c == '_' || c == '~') {
      out += c;
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned>(byte));
    }
  }
  return out;
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  constexpr size_t kMostBytes = 64 << 10;
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  absl::StripAsciiWhitespace(&text);
  if (text.empty() || text.size() > kMostBytes)
    return absl::FailedPreconditionError(absl::StrCat(path, " is empty or too large"));
  return text;
}

JwtTimes ReadJwtTimes(std::string_view token) {
  const std::vector<std::string> parts =
      absl::StrSplit(absl::string_view(token.data(), token.size()), '.');
  std::string bytes;
  if (parts.size() != 3 || !absl::WebSafeBase64Unescape(parts[1], &bytes)) return {};
  const auto claims = ParseJson(bytes);
  if (!claims) return {};
  JwtTimes times{TimeIn(*claims, "iat"), TimeIn(*claims, "exp")};
  if (!times.issued) times.issued = TimeIn(*claims, "nbf");
  return times;
}

Tokens::Tokens(TokensOptions options, Sender send, const base::Clock* clock)
    : options_([&] {
        if (!options.uptime) options.uptime = MachineUptime;
        return std::move(options);
      }()),
      send_(std::move(send)),
      clock_(clock) {
  base::MutexLock lock(mutex_);
  refused_until_ = warn_again_ = file_read_ = -absl::InfiniteDuration();
}

bool Tokens::IsGood(const Slot& slot) const {
  return !slot.token.empty() && options_.uptime() < slot.good_to;
}

void Tokens::Get(base::Deadline deadline, base::Cancellation cancellation,
                 std::function<void(Grant)> done) {
  if (MustLookAtFile()) {
    if (auto obstacle = LookAtFile()) return done({{}, std::move(obstacle)});
  }
  Work work;
  {
    base::MutexLock lock(mutex_);
    waiting_.push_back({deadline, std::move(cancellation), std::move(done)});
    work = NextWork();
  }
  Run(std::move(work));
}

void Tokens::Tick() {
  if (MustLookAtFile()) (void)LookAtFile();  // what stands in the way is told to who asks
  Work work;
  {
    base::MutexLock lock(mutex_);
    const auto late = std::stable_partition(waiting_.begin(), waiting_.end(),
                                            [](const Waiter& waiter) { return !waiter.IsLate(); });
    work.answer.assign(std::make_move_iterator(late), std::make_move_iterator(waiting_.end()));
    waiting_.erase(late, waiting_.end());
  }
  Run(std::move(work));
}

bool Tokens::MustLookAtFile() const {
  if (!sso_from_file()) return false;
  base::MutexLock lock(mutex_);
  return options_.uptime() >= file_read_ + kFileIsFresh;
}

std::optional<Outcome> Tokens::LookAtFile() {
  const auto token = options_.read_secret(options_.config.sso_token_file());
  base::MutexLock lock(mutex_);
  // What cannot be used is looked at again by the very next call.
  file_read_ = -absl::InfiniteDuration();
  if (!token.ok()) {
    sso_.token.clear();
    return NoCredential("the file of the sso token cannot be read");
  }
  if (*token == refused_from_file_ && options_.uptime() < refused_until_) {
    sso_.token.clear();
    return NoCredential("the sso token was refused; put a new one into its file");
  }
  if (sso_.token != *token) warn_again_ = -absl::InfiniteDuration();
  sso_.token = *token;
  sso_.good_to = absl::InfiniteDuration();
  file_read_ = options_.uptime();
  WarnOfExpiry(*token);
  return std::nullopt;
}

absl::Duration Tokens::WarnBefore() const {
  if (!options_.config.has_warn_before_expiry()) return kDefaultWarnBefore;
  return absl::Seconds(options_.config.warn_before_expiry().seconds());
}

void Tokens::WarnOfExpiry(std::string_view token) {
  const auto expires = ReadJwtTimes(token).expires;
  if (!expires || options_.uptime() < warn_again_) return;
  const absl::Duration left = *expires - clock_->Now();
  if (left > WarnBefore()) return;
  warn_again_ = options_.uptime() + kWarnEvery;
  base::Log(left > absl::ZeroDuration() ? base::Level::kWarning : base::Level::kError,
            "bkn_sso_token_expires",
            {{"target", options_.target}, {"minutes_left", absl::ToInt64Minutes(left)}});
}

// Called with the lock held: what stands between the waiting and their tokens.
Tokens::Work Tokens::NextWork() {
  Work work;
  if (IsGood(wso2_) && IsGood(sso_)) {
    work.answer.swap(waiting_);
    work.grant.pair = {wso2_.token, sso_.token};
    return work;
  }
  if (waiting_.empty()) return work;
  for (const Which which : {Which::kWso2, Which::kSso}) {
    Slot& slot = which == Which::kWso2 ? wso2_ : sso_;
    if (IsGood(slot) || slot.renewing) continue;
    // A token from a file is not renewed; whoever comes next looks at the file again.
    if (which == Which::kSso && sso_from_file()) {
      work.answer.swap(waiting_);
      work.grant.obstacle = NoCredential("the sso token was refused");
      return work;
    }
    slot.renewing = true;
    work.renew.push_back(which);
  }
  return work;
}

void Tokens::Run(Work work) {
  for (const Waiter& waiter : work.answer) {
    waiter.done(waiter.IsLate() ? Grant{{}, TooLate(waiter.cancellation.cancelled())} : work.grant);
  }
  for (const Which which : work.renew) Renew(which);
}

absl::StatusOr<net::HttpRequest> Tokens::Wso2Request() const {
  KJ_ASSIGN_OR_RETURN(const std::string key,
                      options_.read_secret(options_.config.consumer_key_file()));
  KJ_ASSIGN_OR_RETURN(const std::string secret,
                      options_.read_secret(options_.config.consumer_secret_file()));
  net::HttpRequest request =
      FormRequest(options_.config.token_url(), "grant_type=client_credentials");
  request.headers.emplace_back(
      "Authorization", absl::StrCat("Basic ", absl::Base64Escape(absl::StrCat(key, ":", secret))));
  return request;
}

absl::StatusOr<net::HttpRequest> Tokens::SsoRequest() const {
  const config::v1::SsoPassword& login = options_.config.sso_password();
  KJ_ASSIGN_OR_RETURN(const std::string user, options_.read_secret(login.username_file()));
  KJ_ASSIGN_OR_RETURN(const std::string password, options_.read_secret(login.password_file()));
  return FormRequest(options_.config.sso_url(),
                     absl::StrCat("client_id=", PercentEncoded(login.client_id()),
                                  "&grant_type=password&username=", PercentEncoded(user),
                                  "&password=", PercentEncoded(password)));
}

void Tokens::Renew(Which which) {
  auto request = which == Which::kWso2 ? Wso2Request() : SsoRequest();
  if (!request.ok()) {
    FailAll(which, NoCredential("a file of a credential cannot be read"));
    return;
  }
  // Nobody's call: whoever waits shares it, so none of them can cancel it.
  send_(base::Deadline::After(kRenewalTimeout), base::Cancellation(), *std::move(request),
        [this, which](const net::HttpResult& result) { OnAnswer(which, result); });
}

// The shortest of what the token and the endpoint say; never nothing, or renewing would not end.
absl::Duration Tokens::Lifetime(const TokenAnswer& answer) const {
  const JwtTimes times = ReadJwtTimes(answer.token);
  absl::Duration lifetime = answer.expires_in.value_or(absl::InfiniteDuration());
  if (times.expires && times.issued) lifetime = std::min(lifetime, *times.expires - *times.issued);
  if (lifetime == absl::InfiniteDuration()) return kUnknownLifetime;
  return std::max(lifetime, absl::Seconds(1));
}

void Tokens::OnAnswer(Which which, const net::HttpResult& result) {
  TokenAnswer answer = ReadTokenAnswer(result, clock_->Now());
  if (answer.token.empty()) {
    FailAll(which, std::move(answer.trouble));
    return;
  }
  const absl::Duration lifetime = Lifetime(answer);
  Work work;
  {
    base::MutexLock lock(mutex_);
    Slot& slot = which == Which::kWso2 ? wso2_ : sso_;
    slot.renewing = false;
    slot.token = std::move(answer.token);
    // A short one is used for three quarters of its life, or each call would renew it.
    slot.good_to = options_.uptime() + lifetime - std::min(kRenewAhead, lifetime / 4);
    work = NextWork();
  }
  base::Log(base::Level::kDebug, "bkn_token_renewed",
            {{"target", options_.target},
             {"token", which == Which::kWso2 ? "wso2" : "sso"},
             {"seconds", absl::ToInt64Seconds(lifetime)}});
  Run(std::move(work));
}

void Tokens::FailAll(Which which, Outcome obstacle) {
  Work work;
  {
    base::MutexLock lock(mutex_);
    (which == Which::kWso2 ? wso2_ : sso_).renewing = false;
    work.answer.swap(waiting_);
  }
  base::Log(base::Level::kWarning, "bkn_token_not_renewed",
            {{"target", options_.target},
             {"token", which == Which::kWso2 ? "wso2" : "sso"},
             {"answer", obstacle.peer_words}});
  work.grant.obstacle = std::move(obstacle);
  Run(std::move(work));
}

void Tokens::Drop(TokenFault fault, const Pair& refused) {
  base::MutexLock lock(mutex_);
  const bool wso2 = fault == TokenFault::kWso2 || fault == TokenFault::kBoth;
  const bool sso = fault == TokenFault::kSso || fault == TokenFault::kBoth;
  // Another call may have brought a new one already.
  if (wso2 && wso2_.token == refused.wso2) wso2_.token.clear();
  if (!sso || sso_.token != refused.sso) return;
  if (!sso_from_file()) {
    sso_.token.clear();
    return;
  }
  // A mismatch may be the fault of either token: the renewed one gets its chance.
  const bool cured_by_none = mismatched_.sso == refused.sso && mismatched_.wso2 != refused.wso2;
  if (fault == TokenFault::kBoth && !cured_by_none) {
    mismatched_ = refused;
    return;
  }
  refused_from_file_ = refused.sso;
  refused_until_ = options_.uptime() + kRefusedFor;
  mismatched_ = {};
  sso_.token.clear();
  file_read_ = -absl::InfiniteDuration();
}

std::vector<Tokens::Standing> Tokens::Standings() const {
  base::MutexLock lock(mutex_);
  Standing sso{"sso", ReadJwtTimes(sso_.token).expires, !sso_from_file()};
  sso.ends_soon = !sso.renews_itself && sso.expires && *sso.expires - clock_->Now() <= WarnBefore();
  return {{"wso2", ReadJwtTimes(wso2_.token).expires, true}, sso};
}

}  // namespace kinerja::adapters::bkn
