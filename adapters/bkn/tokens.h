// Tokens: the two tokens that every call of SIASN needs, renewed before they end.
//
//   WSO2  of the application: client credentials, renewed by itself.
//   SSO   of a person: from a file that may be replaced while the gateway runs, or by password.
//
// One renewal at a time, whoever waits for it. How long a token lasts is taken from its own claims
// and measured from its arrival, so that a jump of the machine's time of day ends none; of a token
// from a file only the moment of its end is known, and the target judges it. No token, key or
// password is ever logged or put into an Outcome.
//
// Threading: safe for concurrent use; callbacks run on the caller's thread or on that of the
// sender, never under a lock. Ownership: destroyed only after every callback; the clock outlives
// it.
//
//   tokens.Get(call.deadline, call.cancellation, [](Tokens::Grant grant) { ... });
//   tokens.Drop(TokenFault::kSso, grant.pair);  // it was refused; the next Get brings another
#ifndef KINERJA_ADAPTERS_BKN_TOKENS_H_
#define KINERJA_ADAPTERS_BKN_TOKENS_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/bkn/bkn_answers.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/clock.h"
#include "gateway/base/deadline.h"
#include "gateway/base/mutex.h"
#include "gateway/net/http.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::adapters::bkn {

// Sends one request; as net::HttpClient::Send.
using Sender = std::function<void(base::Deadline, base::Cancellation, net::HttpRequest,
                                  std::function<void(net::HttpResult)>)>;

// Text as it stands in a form or in one segment of a path.
std::string PercentEncoded(std::string_view text);

// The whole of a small file without blanks at its ends. NOT_FOUND or FAILED_PRECONDITION naming the
// path.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// When the token was given and when it ends, by its own claims; nothing for what is no JWT.
struct JwtTimes {
  std::optional<absl::Time> issued;
  std::optional<absl::Time> expires;
};
JwtTimes ReadJwtTimes(std::string_view token);

struct TokensOptions {
  std::string target;  // for logs
  config::v1::BknTarget config;
  // For tests: reads a secret, and counts time that no jump moves.
  std::function<absl::StatusOr<std::string>(const std::string&)> read_secret = ReadSecretFile;
  std::function<absl::Duration()> uptime;  // empty: of the machine
};

class Tokens {
 public:
  struct Pair {
    std::string wso2;
    std::string sso;
  };
  struct Grant {
    Pair pair;
    std::optional<adapter::Outcome> obstacle;  // no tokens: kRetryLater
  };
  // What the doctor says of one token.
  struct Standing {
    std::string_view name;
    std::optional<absl::Time> expires;  // by the token's own claim
    bool renews_itself = true;
    bool ends_soon = false;  // within warn_before_expiry, and nothing renews it
  };

  Tokens(TokensOptions options, Sender send, const base::Clock* clock);

  // Both tokens, or why there are none. A renewal is bounded by 15 s; who waits for it is answered
  // at its own deadline, or once it is cancelled, by the next Tick.
  void Get(base::Deadline deadline, base::Cancellation cancellation,
           std::function<void(Grant)> done);

  // To be called a few times a second, whether or not there is anything to send: answers those who
  // have waited too long, and looks at the token in the file so that its end is warned of in time.
  void Tick();

  // The service refused this pair: forgets what is still held of it. A token from a file is not
  // used again for five minutes unless the file changes; for a mismatch of both tokens that holds
  // once a new WSO2 token has not cured it.
  void Drop(TokenFault fault, const Pair& refused);

  // The tokens that are held now.
  std::vector<Standing> Standings() const;

 private:
  enum class Which : uint8_t { kWso2, kSso };
  struct Slot {
    std::string token;       // empty: none
    absl::Duration good_to;  // in uptime; later it is renewed first
    bool renewing = false;
  };
  // A call that waits for tokens.
  struct Waiter {
    base::Deadline deadline;
    base::Cancellation cancellation;
    std::function<void(Grant)> done;

    bool IsLate() const { return cancellation.cancelled() || deadline.Passed(); }
  };
  // What must happen once the lock is free.
  struct Work {
    std::vector<Which> renew;
    std::vector<Waiter> answer;
    Grant grant;
  };

  bool sso_from_file() const { return !options_.config.has_sso_password(); }
  bool MustLookAtFile() const;
  std::optional<adapter::Outcome> LookAtFile();
  absl::Duration WarnBefore() const;
  void WarnOfExpiry(std::string_view token) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsGood(const Slot& slot) const;
  Work NextWork() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run(Work work);
  void Renew(Which which);
  absl::StatusOr<net::HttpRequest> Wso2Request() const;
  absl::StatusOr<net::HttpRequest> SsoRequest() const;
  void OnAnswer(Which which, const net::HttpResult& result);
  void FailAll(Which which, adapter::Outcome obstacle);
  absl::Duration Lifetime(const TokenAnswer& answer) const;

  const TokensOptions options_;
  const Sender send_;
  const base::Clock* const clock_;

  mutable base::Mutex mutex_;
  Slot wso2_ ABSL_GUARDED_BY(mutex_);
  Slot sso_ ABSL_GUARDED_BY(mutex_);
  std::vector<Waiter> waiting_ ABSL_GUARDED_BY(mutex_);
  Pair mismatched_ ABSL_GUARDED_BY(mutex_);  // refused together once
  std::string refused_from_file_ ABSL_GUARDED_BY(mutex_);
  absl::Duration refused_until_ ABSL_GUARDED_BY(mutex_);
  absl::Duration warn_again_ ABSL_GUARDED_BY(mutex_);
  absl::Duration file_read_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kinerja::adapters::bkn

#endif  // KINERJA_ADAPTERS_BKN_TOKENS_H_
