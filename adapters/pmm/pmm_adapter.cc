#include "adapters/pmm/pmm_adapter.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/pmm/pmm_page.h"
#include "adapters/pmm/sync_status.h"

namespace kinerja::adapters::pmm {
namespace {

using adapter::Outcome;
using adapter::Verdict;

// A source has one pull under way, and the doctor another one.
constexpr size_t kMostPulls = 8;

constexpr int kOk = 200;
constexpr int kUnauthorised = 401;
constexpr int kForbidden = 403;
constexpr int kGone = 410;
constexpr int kTooMany = 429;
constexpr int kUnavailable = 503;

// The token, read each time so that it can be replaced while running. Nothing when there is none
// that could stand in a header.
std::optional<std::string> ReadToken(const std::string& path) {
  constexpr size_t kLongest = 16 * 1024;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return std::nullopt;
  std::string text(kLongest + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  absl::StripAsciiWhitespace(&text);
  const bool sendable =
      !text.empty() && text.size() <= kLongest && std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isgraph(static_cast<unsigned char>(c));
      });
  if (!sendable) return std::nullopt;
  return text;
}

std::string PercentEncoded(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

Outcome NoCredential(const std::string& system, std::string words) {
  return {.verdict = Verdict::kRetryLater,
          .reason = v1::ERROR_REASON_TARGET_AUTH,
          .metadata = {{"system", system}},
          .target_trouble = true,
          .peer_words = std::move(words)};
}

// What an answer other than the one that was hoped for means. `repeatable`: nothing happened there,
// or it does not matter.
Outcome Classify(const std::string& system, const net::HttpResult& result) {
  const int status = result.response.status;
  if (result.status.ok() && (status == kUnauthorised || status == kForbidden)) {
    return NoCredential(system, absl::StrCat("HTTP ", status));
  }
  Outcome outcome = adapter::TargetTrouble(system, Verdict::kRetryLater);
  if (!result.status.ok()) {
    outcome.peer_words = result.cause;
    return outcome;
  }
  outcome.peer_words = absl::StrCat("HTTP ", status);
  if (status == kTooMany || status == kUnavailable) {
    outcome.after = net::RetryAfter(result.response);
    outcome.throttled = status == kTooMany;
  }
  return outcome;
}

adapter::PullAnswer ToPullAnswer(const std::string& system, const std::string& cursor,
                                 const MappingOptions& mapping, const net::HttpResult& result) {
  if (result.status.ok() && result.response.status == kGone && !cursor.empty()) {
    return {.restart = true};
  }
  if (!result.status.ok() || result.response.status != kOk) {
    return {.obstacle = Classify(system, result)};
  }
  std::optional<Page> page = ReadPage(result.response.body, cursor, mapping);
  if (!page) {
    Outcome outcome = adapter::TargetTrouble(system, Verdict::kRetryLater);
    outcome.peer_words = "not a page of changes";
    return {.obstacle = std::move(outcome)};
  }
  return {.records = std::move(page->records),
          .next_cursor = std::move(page->next_cursor),
          .more = page->more};
}

// What the answer to a message of `count` reports means for each of them. PMM keeps the newest
// entry per record and version, so a message whose outcome is not known is simply sent again.
Outcome ToStatusOutcome(const std::string& system, size_t count, const net::HttpResult& result) {
  if (!result.status.ok()) return Classify(system, result);
  const int status = result.response.status;
  if (status == kOk) {
    if (ReadTaken(result.response.body) == count) return adapter::Delivered("");
    Outcome outcome = adapter::TargetTrouble(system, Verdict::kRetryLater);
    outcome.peer_words = "HTTP 200 without the number of entries that were sent";
    return outcome;
  }
  constexpr int kBadRequest = 400;
  constexpr int kTooLarge = 413;
  constexpr int kUnprocessable = 422;
  if (status == kBadRequest || status == kTooLarge || status == kUnprocessable) {
    Outcome outcome = adapter::Refused(v1::ERROR_REASON_TARGET_REFUSED, {{"system", system}});
    outcome.peer_words = absl::StrCat("HTTP ", status);
    return outcome;
  }
  return Classify(system, result);
}

adapter::Manifest MakeManifest() {
  return {.kind = "pmm",
          .takes_status = true,
          .pulls = true,
          .idempotent = true,
          .batch = kMaxReports,
          .settle_time = absl::ZeroDuration()};
}

absl::Status CheckProfiles(const config::v1::SourceSystem& source) {
  for (const std::string& profile : source.pmm().profiles()) {
    if (std::find(KnownProfiles().begin(), KnownProfiles().end(), profile) ==
        KnownProfiles().end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("systems ", source.id(), ": profile ", profile, " is not known; known are ",
                       KnownProfiles().front(), " and ", KnownProfiles().back()));
    }
  }
  return absl::OkStatus();
}

net::HttpClientOptions ClientOptions(const config::v1::SourceSystem& source) {
  net::HttpClientOptions options;
  const config::v1::HttpPeer& http = source.pmm().http();
  if (!http.ca_file().empty()) options.ca_file = http.ca_file();
  options.allow_private_addresses = http.allow_private_addresses();
  options.allow_plain_loopback = http.allow_private_addresses();
  options.max_response_bytes = kMaxPageBytes;
  options.pace.per_second = source.pace().requests_per_second();
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<adapter::Adapter>> PmmAdapter::Create(
    const config::v1::SourceSystem& source, net::HttpLoop* loop) {
  KJ_RETURN_IF_ERROR(CheckProfiles(source));
  KJ_ASSIGN_OR_RETURN(std::unique_ptr<net::HttpClient> client,
                      net::HttpClient::Create(loop, ClientOptions(source)));
  return std::unique_ptr<adapter::Adapter>(new PmmAdapter(source, std::move(client)));
}

PmmAdapter::PmmAdapter(const config::v1::SourceSystem& source,
                       std::unique_ptr<net::HttpClient> client)
    : system_(source.id()),
      url_(absl::StripSuffix(source.pmm().url(), "/")),
      token_file_(source.pmm().token_file()),
      manifest_(MakeManifest()),
      reader_("pmm-reader", 1, kMostPulls),
      client_(std::move(client)) {
  mapping_.system = source.id();
  if (!source.pmm().profiles().empty()) {
    mapping_.profiles.assign(source.pmm().profiles().begin(), source.pmm().profiles().end());
  }
  manifest_.takes_status = source.pmm().send_status();
}

void PmmAdapter::Prepare(const adapter::Call&, const v1::Skp&,
                         std::function<void(adapter::PrepareAnswer)> done) {
  done({});
}

std::vector<adapter::PlannedPart> PmmAdapter::Plan(const adapter::PlanInput&) const { return {}; }

void PmmAdapter::Deliver(const adapter::Call&, std::vector<adapter::Item> items,
                         std::function<void(std::vector<Outcome>)> done) {
  done(std::vector<Outcome>(items.size(), adapter::Refused(v1::ERROR_REASON_INTERNAL)));
}

void PmmAdapter::Lookup(const adapter::Call&, adapter::Item,
                        std::function<void(adapter::LookupAnswer)> done) {
  done({.obstacle = adapter::Refused(v1::ERROR_REASON_INTERNAL)});
}

void PmmAdapter::Send(const adapter::Call& call, net::HttpRequest request,
                      std::function<void(net::HttpResult)> done,
                      const std::function<void(Outcome)>& refused) {
  const std::optional<std::string> token = ReadToken(token_file_);
  if (!token) return refused(NoCredential(system_, "the token file cannot be read"));
  request.headers.emplace_back("Authorization", "Bearer " + *token);
  request.headers.emplace_back("Accept", "application/json");
  client_->Send(call.deadline, call.cancellation, std::move(request),
                [this, done = std::move(done)](net::HttpResult result) {
                  if (result.status.ok() && result.response.status == kTooMany) {
                    client_->NoteThrottled();
                  }
                  done(std::move(result));
                });
}

void PmmAdapter::Pull(const adapter::Call& call, std::string cursor, size_t limit,
                      std::function<void(adapter::PullAnswer)> done) {
  net::HttpRequest request;
  request.url =
      absl::StrCat(url_, "/skp/perubahan?batas=", std::clamp(limit, size_t{1}, kMaxPageRecords));
  if (!cursor.empty()) absl::StrAppend(&request.url, "&cursor=", PercentEncoded(cursor));
  Send(
      call, std::move(request),
      [this, cursor, done](net::HttpResult result) {
        const bool taken = reader_.TrySubmit([this, cursor, done, result = std::move(result)] {
          done(ToPullAnswer(system_, cursor, mapping_, result));
        });
        if (!taken) done({.obstacle = adapter::TargetTrouble(system_, Verdict::kRetryLater)});
      },
      [done](Outcome obstacle) { done({.obstacle = std::move(obstacle)}); });
}

void PmmAdapter::SendStatus(const adapter::Call& call, std::vector<adapter::StatusReport> reports,
                            std::function<void(std::vector<Outcome>)> done) {
  // What cannot be told is done with.
  std::vector<Outcome> outcomes(reports.size(), adapter::Delivered(""));
  std::vector<adapter::StatusReport> told;
  std::vector<size_t> places;
  for (size_t i = 0; i < reports.size(); ++i) {
    if (!CanBeTold(reports[i])) continue;
    if (told.size() == kMaxReports) {
      outcomes[i] = adapter::TargetTrouble(system_, Verdict::kRetryLater);
      outcomes[i].target_trouble = false;
      continue;
    }
    told.push_back(std::move(reports[i]));
    places.push_back(i);
  }
  if (told.empty()) return done(std::move(outcomes));
  const auto answer = [done, outcomes = std::move(outcomes),
                       places = std::move(places)](const Outcome& outcome) {
    std::vector<Outcome> all = outcomes;
    for (const size_t place : places) all[place] = outcome;
    done(std::move(all));
  };
  net::HttpRequest request{.method = "POST", .url = url_ + "/skp/status-sinkron"};
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = WriteReports(told);
  Send(
      call, std::move(request),
      [this, answer, count = told.size()](const net::HttpResult& result) {
        answer(ToStatusOutcome(system_, count, result));
      },
      answer);
}

// Reads one record from the beginning: harmless, and it needs everything that a pull needs.
void PmmAdapter::Check(const adapter::Call& call,
                       std::function<void(std::vector<adapter::Finding>)> done) {
  Pull(call, "", 1, [done = std::move(done)](const adapter::PullAnswer& answer) {
    if (!answer.obstacle) {
      return done({{.what = "token", .ok = true, .detail = "The token is taken."},
                   {.what = "page", .ok = true, .detail = "A page of changes was read."}});
    }
    const bool token = answer.obstacle->reason != v1::ERROR_REASON_TARGET_AUTH;
    std::vector<adapter::Finding> findings;
    if (!token) {
      findings.push_back({.what = "token",
                          .ok = false,
                          .detail = "There is no token, or PMM refuses it; put a valid one into "
                                    "token_file."});
    } else {
      findings.push_back(
          {.what = "page",
           .ok = false,
           .detail = absl::StrCat("No page of changes came (", answer.obstacle->peer_words,
                                  "); look at url, ca_file and the peer.")});
    }
    done(std::move(findings));
  });
}

}  // namespace kinerja::adapters::pmm
