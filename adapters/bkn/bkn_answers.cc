#include "adapters/bkn/bkn_answers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "adapters/bkn/bkn_codes.h"
#include "adapters/bkn/clean_words.h"

namespace kinerja::adapters::bkn {
namespace {

using adapter::Outcome;
using adapter::Verdict;

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }
// Whether the part stands in the text, without regard to capitals.
bool Has(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) {
    return absl::ascii_tolower(static_cast<unsigned char>(a)) ==
           absl::ascii_tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

// --- The gateway in front of the service ---------------------------------------------------------

// An error of WSO2: three digits for HTTP matters, six for its own.
struct GatewayError {
  int code = 0;
  std::string words;
  std::string next_access_time;
};

// The text of the first element of this name, with or without prefix; enough for the fault of WSO2,
// which has no attributes and no nesting there.
std::string ElementText(std::string_view xml, std::string_view name) {
  const std::string open = absl::StrCat(std::string(name), ">");
  for (size_t at = xml.find(open); at != std::string_view::npos; at = xml.find(open, at + 1)) {
    if (at == 0 || (xml[at - 1] != '<' && xml[at - 1] != ':')) continue;
    const size_t begin = at + open.size();
    return std::string(xml.substr(begin, xml.find('<', begin) - begin));
  }
  return "";
}

std::optional<GatewayError> GatewayErrorInXml(std::string_view body) {
  if (!Has(body, "fault>")) return std::nullopt;
  GatewayError error;
  if (!absl::SimpleAtoi(ElementText(body, "code"), &error.code)) return std::nullopt;
  error.words = absl::StrCat(ElementText(body, "message"), " ", ElementText(body, "description"));
  error.next_access_time = ElementText(body, "nextAccessTime");
  return error;
}

std::optional<GatewayError> GatewayErrorInJson(const Json& body) {
  const Json* fault = Member(body, "fault");
  const Json& error = fault == nullptr ? body : *fault;
  const auto code = IntIn(error, "code");
  // 0 and 1 are the service's own.
  if (!code || *code < 100) return std::nullopt;
  return GatewayError{*code,
                      absl::StrCat(TextIn(error, "message"), " ", TextIn(error, "description")),
                      TextIn(error, "nextAccessTime")};
}

// --- The answer, taken apart ---------------------------------------------------------------------

// A whole response, parsed once.
struct Answer {
  explicit Answer(const net::HttpResponse& response)
      : status(response.status), json(ParseJson(response.body)) {
    gateway = json ? GatewayErrorInJson(*json) : GatewayErrorInXml(response.body);
    if (!json || !json->is_object()) return;
    message = TextIn(*json, "message");
    data = Member(*json, "data");
    code = IntIn(*json, "code");
    success = TextIn(*json, "success");
  }

  // bkn-siasn §4.1.
  bool accepted() const { return success == "true" || (success.empty() && code == 1); }
  bool data_is_text() const { return data != nullptr && data->is_string(); }
  // The service says that there is nothing, in any of its ways.
  bool nothing() const {
    if (status != 200 && status != 404) return false;
    if (IsNotFound(data_is_text() ? TextOf(data) : "")) return true;
    if (data_is_text() && !TextOf(data).empty()) return false;
    if (IsNotFound(message) && !accepted()) return code.has_value() || !success.empty();
    return accepted() && (data == nullptr || data->empty() || data_is_text());
  }
  static bool IsNotFound(std::string_view text) {
    return Has(text, "tidak ditemukan") || Has(text, "record not found");
  }

  int status = 0;
  std::optional<Json> json;
  std::optional<GatewayError> gateway;
  std::string message;
  const Json* data = nullptr;
  std::optional<int> code;
  std::string success;
};

// --- Outcomes ------------------------------------------------------------------------------------

Outcome WaitFor(v1::ErrorReason reason, std::string words) {
  Outcome outcome = adapter::TargetTrouble(kSystem, Verdict::kRetryLater);
  outcome.reason = reason;
  outcome.peer_words = std::move(words);
  return outcome;
}

Outcome RefusedWith(std::string words) {
  Outcome outcome =
      adapter::Refused(v1::ERROR_REASON_TARGET_REFUSED, {{"system", std::string(kSystem)}});
  outcome.peer_words = std::move(words);
  return outcome;
}

// It cannot be told whether it happened; a read has nothing to tell.
Outcome Unclear(bool is_write, std::string words) {
  Outcome outcome =
      adapter::TargetTrouble(kSystem, is_write ? Verdict::kUnknown : Verdict::kRetryLater);
  outcome.peer_words = std::move(words);
  return outcome;
}

// "2026-Jan-15 02:00:00+0000 UTC" as a wait, measured against the peer's own clock where it tells
// it; nothing that is over or more than a day away.
std::optional<absl::Duration> WaitUntil(std::string_view next_access_time,
                                        const net::HttpResponse& response, absl::Time now) {
  absl::Time until, peer_now;
  std::string error;
  if (!absl::ParseTime("%Y-%b-%d %H:%M:%S%z UTC", Absl(next_access_time), &until, &error))
    return std::nullopt;
  const auto date = net::FindHeader(response, "date");
  if (date && absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", Absl(*date), &peer_now, &error))
    now = peer_now;
  const absl::Duration wait = until - now;
  if (wait <= absl::ZeroDuration() || wait > absl::Hours(24)) return std::nullopt;
  return wait;
}

Outcome Throttled(const net::HttpResponse& response, std::string_view next_access_time,
                  absl::Time now, std::string words) {
  Outcome outcome = WaitFor(v1::ERROR_REASON_TARGET_UNAVAILABLE, std::move(words));
  outcome.throttled = true;
  outcome.after = WaitUntil(next_access_time, response, now);
  if (!outcome.after) outcome.after = net::RetryAfter(response);
  return outcome;
}

std::string WordsOf(const net::HttpResponse& response, std::string_view words) {
  return absl::StrCat("HTTP ", response.status, " ", CleanWords(words));
}

// With the wait that a 503 asks for. Also where the outcome is not known: nobody looks sooner.
Outcome NotBefore(const net::HttpResponse& response, Outcome outcome) {
  constexpr int kServiceUnavailable = 503;
  if (response.status == kServiceUnavailable) outcome.after = net::RetryAfter(response);
  return outcome;
}

// No whole answer.
Outcome TransportOutcome(const net::HttpResult& result, bool is_write) {
  // The address is none, or plain HTTP where that is not allowed: an operator's to mend.
  if (result.cause == net::cause::kBadRequest) {
    return WaitFor(v1::ERROR_REASON_TARGET_MISCONFIGURED, result.cause);
  }
  if (result.status.code() == absl::StatusCode::kFailedPrecondition && !result.may_have_arrived)
    return WaitFor(v1::ERROR_REASON_TARGET_MISCONFIGURED, result.cause);
  Outcome outcome = Unclear(is_write && result.may_have_arrived, result.cause);
  // Of this process, not of the target.
  if (result.cause == net::cause::kDeadlineBeforeSend || result.cause == net::cause::kCancelled ||
      result.cause == net::cause::kTooManyWaiting) {
    outcome.target_trouble = false;
    outcome.not_sent = true;
  }
  return outcome;
}

// The gateway spoke, not the service.
Outcome GatewayOutcome(const GatewayError& error, const net::HttpResponse& response, bool is_write,
                       absl::Time now) {
  const std::string words =
      absl::StrCat("HTTP ", response.status, " ", error.code, " ", CleanWords(error.words));
  if (response.status == 429 || error.code / 100 == 9008)
    return Throttled(response, error.next_access_time, now, words);
  switch (error.code) {
    case 900900:
    case 900901:
    case 900903:
    case 900904:
      return WaitFor(v1::ERROR_REASON_TARGET_AUTH, words);
    case 303001:  // suspended: nothing goes through
    case 101503:  // no connection to the service
      return NotBefore(response, WaitFor(v1::ERROR_REASON_TARGET_UNAVAILABLE, words));
    default:
      break;
  }
  if (error.code / 100 == 9009 || error.code == 404 || error.code == 405 || error.code == 403)
    return WaitFor(v1::ERROR_REASON_TARGET_MISCONFIGURED, words);
  // The request may have gone through to the service before this happened.
  return NotBefore(response, Unclear(is_write, words));
}

// What is no answer of the service's rules: transport, gateway, tokens, pages. Nothing: it is one.
std::optional<Outcome> TroubleOf(const net::HttpResult& result, const Answer& answer, bool is_write,
                                 absl::Time now) {
  const net::HttpResponse& response = result.response;
  const auto said = [&](std::string_view words) { return WordsOf(response, words); };
  if (answer.gateway) return GatewayOutcome(*answer.gateway, response, is_write, now);
  if (response.status == 429) {
    const std::string until = answer.json ? TextIn(*answer.json, "nextAccessTime") : "";
    return Throttled(response, until, now, said(response.body));
  }
  if (TokenFaultOf(result) != TokenFault::kNone) {
    const std::string text = answer.data_is_text() ? TextOf(answer.data) : answer.message;
    return WaitFor(v1::ERROR_REASON_TARGET_AUTH, said(text));
  }
  if (!answer.json || !answer.json->is_object()) {
    // A page of whoever stands in front: with 4xx the request was turned away at the door.
    const bool turned_away = response.status >= 400 && response.status < 500;
    return NotBefore(response, Unclear(is_write && !turned_away, said(response.body)));
  }
  if (response.status >= 500) return NotBefore(response, Unclear(is_write, said(answer.message)));
  // A path that the service does not serve, or not to us; its own "nothing there" has a code.
  const bool closed = response.status == 403 || response.status == 404 || response.status == 405;
  if (closed && !answer.code && answer.success.empty())
    return WaitFor(v1::ERROR_REASON_TARGET_MISCONFIGURED, said(answer.message));
  return std::nullopt;
}

// The id in mapData: bare, or in an object under a name that differs from path to path.
std::string NewId(const Json& body) {
  const Json* map_data = Member(body, "mapData");
  if (map_data == nullptr) return "";
  if (!map_data->is_object()) return TextOf(map_data);
  for (const char* name : {"rwSkpId", "rwKinerjaPeriodikId", "rwAngkaKreditId", "id"}) {
    const std::string id = TextIn(*map_data, name);
    if (!id.empty()) return id;
  }
  return "";
}

Outcome RefusalOf(const net::HttpResponse& response, const Answer& answer) {
  const std::string text =
      answer.message.empty() && answer.data_is_text() ? TextOf(answer.data) : answer.message;
  return RefusedWith(WordsOf(response, text));
}

}  // namespace

TokenFault TokenFaultOf(const net::HttpResult& result) {
  if (!result.status.ok()) return TokenFault::kNone;
  // Most answers are good ones, and are parsed once: with 200 only a code of the gateway complains.
  const bool may_complain =
      result.response.status != 200 || result.response.body.find("90090") != std::string::npos;
  if (!may_complain) return TokenFault::kNone;
  const Answer answer(result.response);
  if (answer.gateway) {
    const int code = answer.gateway->code;
    if (result.response.status == 429) return TokenFault::kNone;
    const bool token = code == 900900 || code == 900901 || code == 900903 || code == 900904;
    return token ? TokenFault::kWso2 : TokenFault::kNone;
  }
  if (result.response.status == 200 || result.response.status == 429) return TokenFault::kNone;
  if (Has(answer.message, "expired jwt") || Has(answer.message, "malformed jwt"))
    return TokenFault::kSso;
  if (answer.data_is_text() && Has(TextOf(answer.data), "SSO mismatch")) return TokenFault::kBoth;
  if (Has(answer.message, "Invalid Credentials")) return TokenFault::kWso2;
  return result.response.status == 401 ? TokenFault::kBoth : TokenFault::kNone;
}

Reading ReadAnswer(const net::HttpResult& result, absl::Time now) {
  Reading reading;
  if (!result.status.ok()) {
    reading.trouble = TransportOutcome(result, /*is_write=*/false);
    return reading;
  }
  const Answer answer(result.response);
  if (auto trouble = TroubleOf(result, answer, /*is_write=*/false, now)) {
    reading.trouble = *std::move(trouble);
    return reading;
  }
  if (answer.nothing()) {
    reading.kind = Reading::Kind::kNothing;
    return reading;
  }
  if (answer.accepted() && answer.data != nullptr) {
    if (answer.data->is_object()) reading.rows.push_back(*answer.data);
    if (answer.data->is_array()) {
      std::copy_if(answer.data->begin(), answer.data->end(), std::back_inserter(reading.rows),
                   [](const Json& row) { return row.is_object(); });
    }
  }
  reading.kind = reading.rows.empty() ? Reading::Kind::kTrouble : Reading::Kind::kRows;
  // Neither rows nor a word that there are none: an outage looks like this too.
  if (reading.rows.empty())
    reading.trouble = Unclear(false, WordsOf(result.response, answer.message));
  return reading;
}

Reading UploadAnswer(const net::HttpResult& result, absl::Time now) {
  Reading reading = ReadAnswer(result, now);
  if (reading.kind == Reading::Kind::kRows || !result.status.ok()) return reading;
  const Answer answer(result.response);
  if (!answer.accepted() && !TroubleOf(result, answer, /*is_write=*/false, now)) {
    reading.trouble = RefusalOf(result.response, answer);
  } else if (reading.kind == Reading::Kind::kNothing) {
    reading.trouble = Unclear(false, WordsOf(result.response, answer.message));
  }
  reading.kind = Reading::Kind::kTrouble;
  return reading;
}

Outcome SaveAnswer(const net::HttpResult& result, std::string_view known_id, absl::Time now) {
  if (!result.status.ok()) return TransportOutcome(result, /*is_write=*/true);
  const Answer answer(result.response);
  if (auto trouble = TroubleOf(result, answer, /*is_write=*/true, now)) return *std::move(trouble);
  if (!answer.accepted()) return RefusalOf(result.response, answer);
  std::string id = NewId(*answer.json);
  return adapter::Delivered(id.empty() ? std::string(known_id) : std::move(id));
}

Outcome DeleteAnswer(const net::HttpResult& result, std::string_view id, absl::Time now) {
  if (!result.status.ok()) return TransportOutcome(result, /*is_write=*/true);
  const Answer answer(result.response);
  if (auto trouble = TroubleOf(result, answer, /*is_write=*/true, now)) return *std::move(trouble);
  if (answer.accepted()) return adapter::Delivered(std::string(id));
  return RefusalOf(result.response, answer);
}

bool SaysNotFound(const net::HttpResult& result) {
  const Answer answer(result.response);
  return result.status.ok() && !answer.accepted() &&
         Answer::IsNotFound(answer.data_is_text() ? TextOf(answer.data) : answer.message);
}

TokenAnswer ReadTokenAnswer(const net::HttpResult& result, absl::Time now) {
  TokenAnswer token;
  if (!result.status.ok()) {
    token.trouble = TransportOutcome(result, /*is_write=*/false);
    return token;
  }
  const auto json = ParseJson(result.response.body);
  if (json) token.token = TextIn(*json, "access_token");
  if (!token.token.empty() && result.response.status == 200) {
    const auto seconds = IntIn(*json, "expires_in");
    if (seconds && *seconds > 0) token.expires_in = absl::Seconds(*seconds);
    return token;
  }
  token.token.clear();
  const std::string error = json ? TextIn(*json, "error") : "";
  if (result.response.status == 429) {
    token.trouble = Throttled(result.response, "", now, WordsOf(result.response, error));
  } else if (!error.empty() || result.response.status == 401 || result.response.status == 403) {
    token.trouble = WaitFor(v1::ERROR_REASON_TARGET_AUTH, WordsOf(result.response, error));
  } else {
    token.trouble =
        NotBefore(result.response, Unclear(false, WordsOf(result.response, result.response.body)));
  }
  return token;
}

}  // namespace kinerja::adapters::bkn
