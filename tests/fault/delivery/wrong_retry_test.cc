// A million failed deliveries and a wrong retry command (promise P7, design §7): the preview counts
// and touches nothing, what is old or delivered is never meant, and a job that was confirmed stays
// within the target's retry budget and quota, within bounded memory, and lets newcomers through
// until somebody calls it off. And the proof that each of this is seen: gateways that are wrong on
// purpose.
//
// 20 000 deliveries; with KJ_LONG=1 a million.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "gateway/base/check.h"
#include "gateway/base/hex.h"
#include "gateway/ingest/body_codec.h"
#include "gateway/ingest/record_keys.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_loop.h"
#include "gateway/security/digest.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kinerja/v1/delivery_service.pb.h"
#include "kinerja/v1/target_service.pb.h"
#include "tests/support/builders.h"
#include "tests/support/gateway_client.h"
#include "tests/support/gateway_process.h"
#include "tests/support/matchers.h"
#include "tests/support/simulator_process.h"

namespace kinerja::fault {
namespace {

using nlohmann::json;
using support::GatewayClient;
using support::GatewayProcess;
using support::HasReason;
using support::SimulatorProcess;
using support::WriteTestFile;

// Beside what the command means.
constexpr uint64_t kOld = 500;        // refused two days ago
constexpr uint64_t kOtherwise = 500;  // refused today, for another reason
constexpr uint64_t kDelivered = 500;

constexpr std::string_view kToken = "token-of-an-operator";
constexpr absl::Duration kPatience = absl::Minutes(10);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int64_t kMostMegabytes = 2'000;  // a sanitizer keeps what was freed
#else
constexpr int64_t kMostMegabytes = 200;  // above an idle gateway
#endif

// The retry budget of a target (gateway/delivery/dispatcher.cc): saved up, and for each second.
constexpr double kSavedRetries = 100;
constexpr double kRetriesPerSecond = 2;
// An unknown person costs two requests, one for each place where BKN keeps people.
constexpr double kRequestsPerTry = 2;
constexpr uint64_t kQuota = 100;

constexpr char kConfig[] = R"(listeners:
  - address: 127.0.0.1:0
store:
  sqlite:
    path: store.db
systems:
  - id: bkd-9901
principals:
  - id: operator
    bearer_token_sha256: $DIGEST
    systems: [bkd-9901]
    instansi: ["*"]
    operator: true
reference:
  instansi_file: $TABLES/instansi.tsv
  unor_file: $TABLES/unor.tsv
targets:
  - id: bkn
    pace: {requests_per_second: $QUOTA, max_in_flight: 8}
    bkn:
      service_url: http://$BKN/apisiasn/1.0
      token_url: http://$BKN/oauth2/token
      consumer_key_file: secret
      consumer_secret_file: secret
      sso_token_file: sso-token
      parts: [skp22]
      http: {allow_private_addresses: true}
routes:
  - target: bkn
    origins: [bkd-9901]
)";

uint64_t MeantByTheCommand() { return std::getenv("KJ_LONG") == nullptr ? 20'000 : 1'000'000; }

// ---- A store full of deliveries that were refused ----

// Another invented person for each number below two million.
std::string Nip(uint64_t n) {
  return absl::StrFormat("%04d%02d%02d2015%02d1%03d", 1960 + n % 40, 1 + n / 40 % 12,
                         1 + n / 480 % 28, 1 + n / 13'440 % 12, n / 161'280 % 1000);
}

store::DeliveryRow RowOf(uint64_t n, uint64_t meant, absl::Time now) {
  store::DeliveryRow row;
  row.target = "bkn";
  row.state = store::DeliveryState::kRefused;
  row.since = now;
  row.reason.code = v1::ERROR_REASON_NIP_NOT_FOUND;
  row.reason.metadata = {{"field", "pegawai.nip"}, {"system", "BKN"}};
  row.tries = row.attempts = 1;
  if (n >= meant) row.since = now - absl::Hours(48);
  if (n >= meant + kOld) row.since = now;
  if (n >= meant + kOld) row.reason.code = v1::ERROR_REASON_TARGET_REFUSED;
  if (n >= meant + kOld + kOtherwise) row.state = store::DeliveryState::kDelivered;
  return row;
}

class Filling {
 public:
  explicit Filling(const std::string& path) {
    auto opened = store::sqlite::SqliteStore::Open({.path = path});
    KJ_CHECK(opened.ok());
    store_ = *std::move(opened);
  }
  ~Filling() { store_->Close(); }

  void Run(uint64_t meant) {
    constexpr uint64_t kBatch = 1000;
    const absl::Time now = absl::Now();
    const uint64_t all = meant + kOld + kOtherwise + kDelivered;
    for (uint64_t first = 0; first < all; first += kBatch) {
      std::vector<store::SkpId> ids;
      const uint64_t end = std::min(first + kBatch, all);
      const auto committed = Write([&](const store::View& view) {
        ids.clear();
        store::Writes writes;
        for (uint64_t n = first; n < end; ++n) writes.revisions.push_back(RevisionOf(view, n));
        for (const auto& revision : writes.revisions) ids.push_back(revision.skp);
        return writes;
      });
      Write([&](const store::View&) {
        store::Writes writes;
        for (uint64_t n = first; n < end; ++n) {
          const size_t i = n - first;
          writes.deliveries.push_back(
              Placed(RowOf(n, meant, now), n, ids[i], committed.changes[i]));
        }
        writes.projected = committed.changes.back();
        return writes;
      });
    }
  }

 private:
  // Two regions share the load.
  static bool InFirstRegion(uint64_t n) { return n % 2 == 0; }

  store::NewRevision RevisionOf(const store::View& view, uint64_t n) const {
    v1::Skp skp = sample_;
    skp.mutable_source()->set_id(absl::StrCat("failed-", n));
    skp.mutable_pegawai()->set_nip(Nip(n));
    store::NewRevision revision;
    revision.skp = *view.NewSkpId();
    revision.revision = 1;
    revision.person = ingest::PersonKey(skp.pegawai());
    revision.keys = ingest::KeysOf(skp);
    revision.keys.wilayah = InFirstRegion(n) ? "99.01" : "99.02";
    revision.targets = {"bkn"};
    revision.body = ingest::SealBody(skp);
    return revision;
  }

  static store::DeliveryRow Placed(store::DeliveryRow row, uint64_t n, store::SkpId skp,
                                   store::ChangeNumber change) {
    row.skp = skp;
    row.change = change;
    row.revision = 1;
    row.region = InFirstRegion(n) ? "99.01" : "99.02";
    row.instansi = "9901";
    row.parts = {{.key = "skp22/2025",
                  .kind = "skp22",
                  .state = row.state,
                  .since = row.since,
                  .change = change,
                  .revision = 1,
                  .reason = row.reason}};
    return row;
  }

  store::Committed Write(const std::function<store::Writes(const store::View&)>& decide) {
    std::promise<store::Committed> promise;
    store_->Write(
        [&](const store::View& view) -> absl::StatusOr<store::Writes> { return decide(view); },
        [&](const absl::StatusOr<store::Committed>& committed) {
          KJ_CHECK(committed.ok());
          promise.set_value(*committed);
        });
    return promise.get_future().get();
  }

  const v1::Skp sample_ = support::MakeEvaluatedSkp();
  std::unique_ptr<store::Store> store_;
};

// ---- The gateway on that store, with BKN's simulator ----

struct Scene {
  bool people_known = false;  // BKN knows everybody by now, instead of one newcomer only
  uint64_t quota = 0;
  std::string seeded_bug;
};

class WrongRetry {
 public:
  explicit WrongRetry(const Scene& scene) : meant_(MeantByTheCommand()) {
    auto loop = net::HttpLoop::Start();
    KJ_CHECK(loop.ok());
    loop_ = *std::move(loop);
    auto control = net::HttpClient::Create(loop_.get(), {.allow_plain_loopback = true});
    KJ_CHECK(control.ok());
    control_ = *std::move(control);
    StartSimulator(scene.people_known);
    const absl::Time began = absl::Now();
    Filling(folder_.File("store.db")).Run(meant_);
    std::cout << meant_ << " deliveries made in "
              << absl::Trunc(absl::Now() - began, absl::Seconds(1)) << std::endl;
    WriteConfig(scene.quota);
    GatewayProcess::Options options;
    if (!scene.seeded_bug.empty()) options.environment = {{"KJ_SEEDED_BUG", scene.seeded_bug}};
    gateway_ = GatewayProcess::Start(folder_, options);
    KJ_CHECK(gateway_->served());
    client_ = std::make_unique<GatewayClient>(
        support::ClientOptions{.address = gateway_->address(),
                               .token = kToken,
                               .deadline = std::chrono::minutes(5)});  // to count a million
  }

  uint64_t meant() const { return meant_; }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const std::string& method, const Request& request) const {
    const auto bytes = client_->Call("/kinerja.v1." + method, request.SerializeAsString());
    if (!bytes.ok()) return bytes.status();
    Response response;
    KJ_CHECK(response.ParseFromString(*bytes));
    return response;
  }

  // What was refused because BKN did not know the person, in the last 24 hours.
  absl::StatusOr<v1::RetryDeliveriesResponse> Retry(bool preview, uint64_t expected) const {
    v1::RetryDeliveriesRequest request;
    request.mutable_filter()->set_target("bkn");
    request.mutable_filter()->set_reason(v1::ERROR_REASON_NIP_NOT_FOUND);
    request.set_preview(preview);
    request.set_expected_count(expected);
    return Call<v1::RetryDeliveriesResponse>("DeliveryService/RetryDeliveries", request);
  }

  absl::StatusOr<v1::CancelDeliveriesResponse> Cancel(v1::DeliveryState state, bool preview,
                                                      uint64_t expected) const {
    v1::CancelDeliveriesRequest request;
    request.mutable_filter()->set_target("bkn");
    request.mutable_filter()->set_state(state);
    if (state == v1::DELIVERY_STATE_REFUSED)
      request.mutable_filter()->set_reason(v1::ERROR_REASON_NIP_NOT_FOUND);
    request.set_preview(preview);
    request.set_expected_count(expected);
    return Call<v1::CancelDeliveriesResponse>("DeliveryService/CancelDeliveries", request);
  }

  v1::Job JobOf(const std::string& name) const {
    v1::GetJobRequest request;
    request.set_name(name);
    const auto response = Call<v1::GetJobResponse>("DeliveryService/GetJob", request);
    KJ_CHECK(response.ok());
    return response->job();
  }

  std::map<v1::DeliveryState, uint64_t> CountStates() const {
    v1::GetTargetRequest request;
    request.set_id("bkn");
    const auto response = Call<v1::GetTargetResponse>("TargetService/GetTarget", request);
    KJ_CHECK(response.ok());
    std::map<v1::DeliveryState, uint64_t> counts;
    for (const v1::StateCount& count : response->target().counts()) {
      if (count.count() > 0) counts[count.state()] = count.count();
    }
    return counts;
  }

  // A record of somebody whom BKN knows, in the first of the two regions.
  void SubmitNewcomer() const {
    v1::SubmitSkpRequest request;
    *request.mutable_skp() = support::MakeEvaluatedSkp();
    request.set_request_id(support::NewRequestId());
    const auto response = client_->SubmitSkp(request);
    ASSERT_TRUE(response.ok()) << response.status();
  }

  // ---- The simulator's own words ----

  json Control(std::string_view method, std::string_view path, const std::string& body = "") const {
    net::HttpRequest request{.method = std::string(method), .body = body};
    request.url = absl::StrCat("http://", bkn_->address(), "/_control/", std::string(path));
    std::promise<net::HttpResult> answered;
    control_->Send(base::Deadline::After(absl::Minutes(2)), {}, std::move(request),
                   [&answered](net::HttpResult result) { answered.set_value(std::move(result)); });
    const net::HttpResult result = answered.get_future().get();
    const bool simulator_answers = result.status.ok() && result.response.status == 200;
    KJ_CHECK(simulator_answers);
    return json::parse(result.response.body);
  }

  // When each request of the service came, in seconds.
  std::vector<double> Arrivals() const {
    std::vector<double> arrivals;
    const json log = Control("GET", "log?limit=1000000");
    for (const json& entry : log["entries"]) {
      if (entry.value("kind", "").starts_with("token")) continue;
      arrivals.push_back(entry.value("ms", 0.0) / 1000);
    }
    std::sort(arrivals.begin(), arrivals.end());
    return arrivals;
  }
  uint64_t CountRequests() const {
    return Control("GET", "log?after=1000000000").value("last", uint64_t{0});
  }
  uint64_t CountEffects() const {
    return Control("GET", "effects?totals")["totals"]
        .value("skp22", json::object())
        .value("created", uint64_t{0});
  }

  int64_t MostMegabytes() const {
    std::ifstream status(absl::StrCat("/proc/", gateway_->pid(), "/status"));
    for (std::string line; std::getline(status, line);) {
      int64_t kilobytes = 0;
      if (line.starts_with("VmHWM:") &&
          absl::SimpleAtoi(absl::StrReplaceAll(line.substr(6), {{"kB", ""}}), &kilobytes)) {
        return kilobytes / 1024;
      }
    }
    return -1;
  }

 private:
  void StartSimulator(bool people_known) {
    const std::string people = folder_.File("people");
    std::filesystem::create_directory(people);
    const json newcomer = {{"id", "A5EB03E23CCCF6A0E040640A040252AD"},
                           {"nipBaru", std::string(support::kPegawaiNip)}};
    WriteTestFile(people + "/data-utama.json", newcomer.dump());
    std::vector<std::string> flags = {"--data", people};
    if (people_known) flags.emplace_back("--any_person");
    bkn_ = SimulatorProcess::Start("bkn", flags, folder_.File("bkn-ready"));
    const json token = Control("POST", "tokens", R"({"kind":"sso"})");
    WriteTestFile(folder_.File("sso-token"), token.value("access_token", ""));
    WriteTestFile(folder_.File("secret"), "nobody\n");
  }

  void WriteConfig(uint64_t quota) const {
    WriteTestFile(
        folder_.File("config.yaml"),
        absl::StrReplaceAll(kConfig, {{"$BKN", bkn_->address()},
                                      {"$QUOTA", absl::StrCat(quota)},
                                      {"$DIGEST", base::HexEncode(security::Sha256(kToken))},
                                      {"$TABLES", KINERJA_SOURCE_DIR "/config/reference"}}));
  }

  const uint64_t meant_;
  const support::GatewayFolder folder_;
  std::unique_ptr<net::HttpLoop> loop_;
  std::unique_ptr<net::HttpClient> control_;
  std::unique_ptr<SimulatorProcess> bkn_;
  std::unique_ptr<GatewayProcess> gateway_;
  std::unique_ptr<GatewayClient> client_;
};

// Waits for the state, not for a time.
template <typename Condition>
[[nodiscard]] bool WaitUntil(const Condition& condition) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (absl::Now() < deadline) {
    if (condition()) return true;
    absl::SleepFor(absl::Milliseconds(100));
  }
  return false;
}

// The most by which any stretch of arrivals exceeds `per_second`.
double MostAbove(const std::vector<double>& arrivals, double per_second) {
  double most = 0;
  double above = 0;
  for (size_t i = 0; i < arrivals.size(); ++i) {
    if (i > 0) above -= per_second * (arrivals[i] - arrivals[i - 1]);
    above = std::max(above, 0.0) + 1;
    most = std::max(most, above);
  }
  return most;
}

// Empty, or what a preview did beside counting.
std::string JudgePreview(const WrongRetry& retry) {
  const auto before = retry.CountStates();
  const auto preview = retry.Retry(/*preview=*/true, 0);
  if (!preview.ok()) return preview.status().ToString();
  std::string wrong;
  if (preview->count() != retry.meant()) absl::StrAppend(&wrong, "count ", preview->count(), "\n");
  if (preview->has_job()) absl::StrAppend(&wrong, "a job was started\n");
  if (retry.CountStates() != before) absl::StrAppend(&wrong, "states have changed\n");
  if (retry.CountRequests() != 0) absl::StrAppend(&wrong, "BKN was called\n");
  return wrong;
}

// Starts the job and waits until BKN has had more requests than the budget saves up.
std::string BeginJob(const WrongRetry& retry) {
  const auto started = retry.Retry(/*preview=*/false, retry.meant());
  EXPECT_TRUE(started.ok()) << started.status();
  if (!started.ok()) return "";
  const auto more = static_cast<uint64_t>(kRequestsPerTry * (kSavedRetries + 40));
  EXPECT_TRUE(WaitUntil([&] { return retry.CountRequests() > more; }));
  return started->job().name();
}

// How many requests more than the budget gives came in some stretch of time.
double AboveBudget(const WrongRetry& retry) {
  return MostAbove(retry.Arrivals(), kRequestsPerTry * kRetriesPerSecond) -
         kRequestsPerTry * kSavedRetries;
}
// Tries under way, and requests that a busy machine brings together.
constexpr double kSlack = 40;

TEST(WrongRetryTest, APreviewCountsAndNothingHappensWithoutTheRightCount) {
  const WrongRetry retry({});
  const int64_t idle = retry.MostMegabytes();
  EXPECT_EQ(JudgePreview(retry), "");
  for (const uint64_t expected : {uint64_t{0}, retry.meant() / 2, 2 * retry.meant()}) {
    EXPECT_THAT(retry.Retry(/*preview=*/false, expected), HasReason("COUNT_CHANGED")) << expected;
  }
  EXPECT_EQ(retry.CountRequests(), 0U);
  EXPECT_LT(retry.MostMegabytes(), idle + kMostMegabytes);
}

TEST(WrongRetryTest, AJobInVainKeepsToTheBudgetAndIsCalledOff) {
  const WrongRetry retry({});
  const int64_t idle = retry.MostMegabytes();
  const std::string job = BeginJob(retry);

  // A newcomer does not wait for the job.
  retry.SubmitNewcomer();
  EXPECT_TRUE(WaitUntil([&] { return retry.CountEffects() == 1; }));
  EXPECT_EQ(retry.JobOf(job).state(), v1::JOB_STATE_RUNNING);
  EXPECT_LT(AboveBudget(retry), kSlack);
  // The rest waits where it was, instead of crowding the queue.
  EXPECT_LT(retry.JobOf(job).done(), 2'000U);

  // First what the job has not reached, then what it has put into the queue.
  const auto refused = retry.Cancel(v1::DELIVERY_STATE_REFUSED, /*preview=*/true, 0);
  ASSERT_TRUE(refused.ok());
  const auto called_off = retry.Cancel(v1::DELIVERY_STATE_REFUSED, false, refused->count());
  ASSERT_TRUE(called_off.ok()) << called_off.status();
  EXPECT_TRUE(WaitUntil(
      [&] { return retry.JobOf(called_off->job().name()).state() == v1::JOB_STATE_DONE; }));
  EXPECT_TRUE(WaitUntil([&] {
    for (const auto state : {v1::DELIVERY_STATE_PENDING, v1::DELIVERY_STATE_RETRYING}) {
      const auto left = retry.Cancel(state, /*preview=*/true, 0);
      if (left.ok() && left->count() > 0) (void)retry.Cancel(state, false, left->count());
    }
    auto states = retry.CountStates();
    return retry.JobOf(job).state() == v1::JOB_STATE_DONE &&
           states[v1::DELIVERY_STATE_PENDING] + states[v1::DELIVERY_STATE_RETRYING] +
                   states[v1::DELIVERY_STATE_IN_FLIGHT] ==
               0;
  }));
  EXPECT_LT(retry.JobOf(job).done(), 4'000U) << "the job went over what was called off";
  EXPECT_LT(AboveBudget(retry), kSlack);
  EXPECT_LT(retry.MostMegabytes(), idle + kMostMegabytes);
  std::cout << "memory " << idle << " MB idle, at most " << retry.MostMegabytes() << " MB; "
            << retry.CountRequests() << " requests\n";

  // Nothing old, and nothing refused for another reason, was meant by any of it.
  auto states = retry.CountStates();
  EXPECT_EQ(states[v1::DELIVERY_STATE_DELIVERED], kDelivered + 1);
  EXPECT_GE(states[v1::DELIVERY_STATE_REFUSED], kOtherwise);
}

TEST(WrongRetryTest, AJobThatSucceedsKeepsToTheQuota) {
  const WrongRetry retry({.people_known = true, .quota = kQuota});
  const int64_t idle = retry.MostMegabytes();
  const auto started = retry.Retry(/*preview=*/false, retry.meant());
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_TRUE(WaitUntil([&] { return retry.CountRequests() > 20 * kQuota; }));
  const json windows = retry.Control("GET", "windows?seconds=10");
  EXPECT_LE(windows.value("largest", uint64_t{0}), 10 * kQuota * 105 / 100);
  EXPECT_EQ(retry.JobOf(started->job().name()).state(), v1::JOB_STATE_RUNNING);
  EXPECT_LT(retry.MostMegabytes(), idle + kMostMegabytes);
}

// ---- What is wrong on purpose is seen ----

TEST(SeededBugTest, APreviewThatActsIsCaught) {
  EXPECT_NE(JudgePreview(WrongRetry({.seeded_bug = "preview_acts"})), "");
}

TEST(SeededBugTest, ABudgetThatIsIgnoredIsCaught) {
  const WrongRetry retry({.seeded_bug = "ignore_budget"});
  BeginJob(retry);
  EXPECT_GE(AboveBudget(retry), kSlack);
}

}  // namespace
}  // namespace kinerja::fault
