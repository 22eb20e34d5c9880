// The PMM source against the simulator, over HTTP: adapter, puller and a store in a file.
#include <condition_variable>
#include <future>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "adapters/pmm/strict_json.h"
#include "adapters/register_adapters.h"
#include "gateway/base/check.h"
#include "gateway/ingest/puller.h"
#include "gateway/net/http_client.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/builders.h"
#include "tests/support/gateway_process.h"
#include "tests/support/matchers.h"
#include "tests/support/simulator_process.h"

namespace kinerja {
namespace {

using adapter::PullAnswer;
using adapter::Verdict;
using adapters::pmm::Json;
using support::GatewayFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kSamples[] = KINERJA_SOURCE_DIR "/tests/golden/pmm";
constexpr std::string_view kToken = "token-of-the-gateway";

// Waits for what is handed to the callback.
template <typename T>
T Await(const std::function<void(std::function<void(T)>)>& start) {
  std::promise<T> promise;
  start([&promise](T value) { promise.set_value(std::move(value)); });
  return promise.get_future().get();
}

class PmmAdapterTest : public testing::Test {
 protected:
  PmmAdapterTest() {
    support::WriteTestFile(token_file_, std::string(kToken) + "\n");
    auto loop = net::HttpLoop::Start();
    KJ_CHECK(loop.ok());
    loop_ = *std::move(loop);
    auto client = net::HttpClient::Create(loop_.get(), {.allow_plain_loopback = true});
    KJ_CHECK(client.ok());
    control_ = *std::move(client);
    adapters::RegisterAdapters(&registry_, loop_.get(), &clock_);
  }
  ~PmmAdapterTest() override {
    puller_.reset();
    if (store_) store_->Close();
    adapter_.reset();
  }

  void StartPeer(std::vector<std::string> flags) {
    flags.insert(flags.end(), {"--token_file", token_file_});
    peer_ = support::SimulatorProcess::Start("pmm", flags, folder_.File("pmm-ready"));
    config::v1::SourceSystem source;
    KJ_CHECK(google::protobuf::TextFormat::ParseFromString(
        absl::StrCat("id: 'pmm' pmm { url: 'http://", peer_->address(), "/' token_file: '",
                     token_file_, "' send_status: true http { allow_private_addresses: true } }"),
        &source));
    auto made = registry_.MakeSource(source);
    KJ_CHECK(made.ok());
    adapter_ = *std::move(made);
  }

  Json Control(std::string_view method, std::string_view path, const std::string& body = "") {
    net::HttpRequest request{.method = std::string(method)};
    request.url = absl::StrCat("http://", peer_->address(), "/_control/", std::string(path));
    request.body = body;
    const auto result = Await<net::HttpResult>([&](std::function<void(net::HttpResult)> done) {
      control_->Send(base::Deadline::After(absl::Seconds(30)), {}, request, std::move(done));
    });
    EXPECT_EQ(result.response.status, 200) << result.status << result.response.body;
    return Json::parse(result.response.body, nullptr, false);
  }
  void AddFault(const std::string& rule) { Control("POST", "faults", rule); }

  PullAnswer Pull(const std::string& cursor = "", size_t limit = 100,
                  absl::Duration timeout = absl::Seconds(30)) {
    return Await<PullAnswer>([&](std::function<void(PullAnswer)> done) {
      adapter_->Pull({.deadline = base::Deadline::After(timeout)}, cursor, limit, std::move(done));
    });
  }
  std::vector<adapter::Outcome> SendStatus(std::vector<adapter::StatusReport> reports) {
    return Await<std::vector<adapter::Outcome>>(
        [&](std::function<void(std::vector<adapter::Outcome>)> done) {
          adapter_->SendStatus({}, std::move(reports), std::move(done));
        });
  }
  std::vector<adapter::Finding> Check() {
    return Await<std::vector<adapter::Finding>>(
        [&](std::function<void(std::vector<adapter::Finding>)> done) {
          adapter_->Check({}, std::move(done));
        });
  }

  void OpenStore() {
    auto store =
        store::sqlite::SqliteStore::Open({.path = folder_.File("store.db"), .clock = &clock_});
    KJ_CHECK(store.ok());
    store_ = *std::move(store);
    config::v1::GatewayConfig config;
    config.add_systems()->set_id("pmm");
    rulebook_ = ingest::Rulebook::Make(config, support::MakeReference());
  }

  void StartPuller(size_t page_size) {
    ingest::PullerHooks hooks;
    hooks.wake = [this] {
      const std::lock_guard lock(mutex_);
      woken_ = true;
      wake_.notify_all();
    };
    hooks.on_page = [this](const std::vector<ingest::FeedOutcome>& outcomes) {
      for (const ingest::FeedOutcome& one : outcomes) reports_.push_back(one.report);
    };
    hooks.random = [] { return 0.5; };
    puller_ = std::make_unique<ingest::Puller>(
        ingest::PullerOptions{.source = "pmm", .page_size = page_size}, adapter_.get(),
        store_.get(), &clock_, [this] { return rulebook_; }, std::move(hooks));
  }

  // Pulls until nothing more waits there, over any obstacle.
  void PullEverything() {
    while (true) {
      const absl::Duration wait = puller_->Tick();
      if (wait == absl::InfiniteDuration()) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return std::exchange(woken_, false); });
      } else if (puller_->state().failures > 0) {
        clock_.Advance(wait);
      } else {
        return;
      }
    }
  }

  void Look(const std::function<void(const store::View&)>& look) {
    Await<bool>([&](std::function<void(bool)> done) {
      KJ_CHECK(store_
                   ->Read([&look, done](const store::View& view) {
                     look(view);
                     done(true);
                   })
                   .ok());
    });
  }
  // "id vN rM" of what is held, "id aside" of what is kept aside.
  std::vector<std::string> Held(const std::vector<std::string>& ids) {
    std::vector<std::string> held;
    Look([&](const store::View& view) {
      for (const std::string& id : ids) {
        if (const auto source = view.FindSource("pmm", id).value()) {
          const auto head = view.FindHead(source->skp).value();
          held.push_back(absl::StrCat(id, " v", source->version, " r", head->revision));
        }
        if (view.FindReject("pmm", id).value()) held.push_back(id + " aside");
      }
    });
    return held;
  }

  GatewayFolder folder_;
  const std::string token_file_ = folder_.File("pmm-token");
  fakes::FakeClock clock_{absl::FromCivil(absl::CivilDay(2026, 2, 2), absl::UTCTimeZone())};
  std::unique_ptr<support::SimulatorProcess> peer_;
  std::unique_ptr<net::HttpLoop> loop_;
  std::unique_ptr<net::HttpClient> control_;
  adapter::AdapterRegistry registry_;
  std::unique_ptr<adapter::Adapter> adapter_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<const ingest::Rulebook> rulebook_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  std::vector<adapter::StatusReport> reports_;
  std::unique_ptr<ingest::Puller> puller_;
};

const std::vector<std::string> kIds = {"pmm-2024-1-0000201", "pmm-2024-1-0000202",
                                       "pmm-2024-1-0000203"};
const std::vector<std::string> kFinal = {"pmm-2024-1-0000201 v1 r1", "pmm-2024-1-0000202 v2 r2",
                                         "pmm-2024-1-0000203 aside"};

// The newest entry per record and version, as PMM keeps it.
std::map<std::pair<std::string, int>, Json> Newest(const Json& entries) {
  std::map<std::pair<std::string, int>, Json> newest;
  for (Json entry : entries) {
    entry.erase("received");
    newest[{entry["id_skp"], entry["versi_rekaman"]}] = entry;
  }
  return newest;
}

TEST_F(PmmAdapterTest, TheSamplePagesArriveAndTheirStatusGoesBack) {
  StartPeer({"--data", std::string(kSamples) + "/halaman-01"});
  OpenStore();
  StartPuller(3);
  PullEverything();
  EXPECT_EQ(Held(kIds), kFinal);

  const auto outcomes = SendStatus(reports_);
  ASSERT_THAT(outcomes, SizeIs(5));
  for (const auto& outcome : outcomes) EXPECT_EQ(outcome.verdict, Verdict::kDelivered);
  const Json want =
      Json::parse(support::ReadTestFile(std::string(kSamples) + "/halaman-01/status-sinkron.json"));
  EXPECT_EQ(Newest(Control("GET", "statuses")["statuses"]), Newest(want["data"]));
}

TEST_F(PmmAdapterTest, WhateverThePagesDoTheSameIsHeld) {
  for (const std::string_view change : {"overlap", "repeats", "older_after_newer", "bom"}) {
    SCOPED_TRACE(change);
    StartPeer({"--data", std::string(kSamples) + "/halaman-01"});
    AddFault(absl::StrCat(R"({"fault":")", std::string(change), R"(","value":2})"));
    store_.reset();
    std::filesystem::remove(folder_.File("store.db"));
    OpenStore();
    StartPuller(2);
    PullEverything();
    EXPECT_EQ(Held(kIds), kFinal);
    puller_.reset();
    store_->Close();
  }
}

TEST_F(PmmAdapterTest, FaultsDelayAndLoseNothing) {
  StartPeer({"--data", std::string(kSamples) + "/halaman-01"});
  OpenStore();
  StartPuller(1);
  for (const std::string_view fault : {"http_503", "reset", "close", "half_answer", "token_expired",
                                       "cursor_gone", "not_a_page", "not_json", "http_502_html"}) {
    AddFault(absl::StrCat(R"({"fault":")", std::string(fault),
                          R"(","probability":0.3,"seed":7,"count":2})"));
  }
  PullEverything();
  EXPECT_EQ(Held(kIds), kFinal);
}

TEST_F(PmmAdapterTest, DriftHoldsTheRecords) {
  StartPeer({"--data", std::string(kSamples) + "/halaman-01"});
  AddFault(R"({"fault":"drift"})");
  OpenStore();
  StartPuller(100);
  PullEverything();
  EXPECT_THAT(Held(kIds), ElementsAre("pmm-2024-1-0000201 aside", "pmm-2024-1-0000202 aside",
                                      "pmm-2024-1-0000203 aside"));
  for (const auto& report : reports_) {
    EXPECT_THAT(report.reasons, testing::Contains(v1::ERROR_REASON_SCHEMA_DRIFT));
  }
}

TEST_F(PmmAdapterTest, EachFaultIsSaidForWhatItIs) {
  struct Case {
    std::string fault;
    v1::ErrorReason reason;
    std::string words;
    std::optional<absl::Duration> after;
    bool throttled;
  };
  const v1::ErrorReason down = v1::ERROR_REASON_TARGET_UNAVAILABLE;
  const std::vector<Case> cases = {
      {R"({"fault":"http_503"})", down, "HTTP 503", std::nullopt, false},
      {R"({"fault":"http_503","value":7})", down, "HTTP 503", absl::Seconds(7), false},
      {R"({"fault":"http_429_retry_after","value":9})", down, "HTTP 429", absl::Seconds(9), true},
      {R"({"fault":"http_502_html"})", down, "HTTP 502", std::nullopt, false},
      {R"({"fault":"not_a_page"})", down, "not a page of changes", std::nullopt, false},
      {R"({"fault":"not_json"})", down, "not a page of changes", std::nullopt, false},
      {R"({"fault":"half_answer"})", down, "closed", std::nullopt, false},
      {R"({"fault":"token_expired"})", v1::ERROR_REASON_TARGET_AUTH, "HTTP 401", std::nullopt,
       false},
  };
  StartPeer({"--data", kSamples});
  // First: a peer that says "too many" is spoken to more slowly afterwards.
  AddFault(R"({"fault":"hang"})");
  EXPECT_EQ(Pull("", 100, absl::Milliseconds(200)).obstacle->peer_words, "timeout");
  Control("DELETE", "faults");
  for (const Case& one : cases) {
    SCOPED_TRACE(one.fault);
    AddFault(one.fault);
    const PullAnswer answer = Pull();
    Control("DELETE", "faults");
    ASSERT_TRUE(answer.obstacle.has_value());
    EXPECT_EQ(answer.obstacle->verdict, Verdict::kRetryLater);
    EXPECT_EQ(answer.obstacle->reason, one.reason);
    EXPECT_EQ(answer.obstacle->peer_words, one.words);
    EXPECT_EQ(answer.obstacle->after, one.after);
    EXPECT_EQ(answer.obstacle->throttled, one.throttled);
    EXPECT_TRUE(answer.obstacle->target_trouble);
  }
  EXPECT_TRUE(Pull("bukan-cursor").restart);
  AddFault(R"({"fault":"cursor_gone"})");
  EXPECT_TRUE(Pull("").obstacle.has_value());  // there is nothing to begin again from
}

TEST_F(PmmAdapterTest, TakesAReplacedTokenWhileRunning) {
  StartPeer({"--data", kSamples});
  EXPECT_FALSE(Pull().obstacle.has_value());
  Control("POST", "tokens", R"({"token":"another-one"})");
  EXPECT_EQ(Pull().obstacle->reason, v1::ERROR_REASON_TARGET_AUTH);
  EXPECT_THAT(Check(), ElementsAre(testing::Field(&adapter::Finding::ok, false)));
  support::WriteTestFile(token_file_, "another-one");
  EXPECT_FALSE(Pull().obstacle.has_value());
  EXPECT_THAT(Check(), testing::Each(testing::Field(&adapter::Finding::ok, true)));
  std::filesystem::remove(token_file_);
  const auto unread = Pull().obstacle;
  EXPECT_EQ(unread->reason, v1::ERROR_REASON_TARGET_AUTH);
  EXPECT_EQ(unread->peer_words, "the token file cannot be read");
  support::WriteTestFile(token_file_, "two\r\nHost: lines");
  EXPECT_EQ(Pull().obstacle->reason, v1::ERROR_REASON_TARGET_AUTH);
}

TEST_F(PmmAdapterTest, AStatusThatWasNotTakenIsSentAgain) {
  StartPeer({});
  const adapter::StatusReport report{.source_id = "p-1", .version = 1};
  AddFault(R"({"fault":"commit_then_close","count":1})");
  EXPECT_EQ(SendStatus({report})[0].verdict, Verdict::kRetryLater);
  EXPECT_EQ(SendStatus({report})[0].verdict, Verdict::kDelivered);
  EXPECT_THAT(Control("GET", "statuses")["statuses"], SizeIs(1));  // PMM keeps the newest
}

TEST_F(PmmAdapterTest, WhatPmmCannotKnowIsNotTold) {
  StartPeer({});
  const auto outcomes = SendStatus({{.source_id = "p-1", .version = 0},
                                    {.source_id = "tanpa-id-00ff", .version = 3},
                                    {.source_id = "p-2", .version = 1}});
  for (const auto& outcome : outcomes) EXPECT_EQ(outcome.verdict, Verdict::kDelivered);
  EXPECT_EQ(Control("GET", "statuses")["received"], 1);
}

TEST_F(PmmAdapterTest, ThousandsOfRecordsArriveOnceOverFaults) {
  StartPeer({"--data", kSamples, "--multiply", "3000"});
  OpenStore();
  StartPuller(500);
  AddFault(R"({"fault":"close","probability":0.2,"seed":3})");
  AddFault(R"({"fault":"overlap","value":40})");
  PullEverything();
  EXPECT_GE(puller_->state().records, 3000u);
  std::map<std::pair<std::string, uint64_t>, int> accepted;  // by id and version
  for (const auto& report : reports_) {
    if (report.fate != adapter::RecordFate::kAccepted) continue;
    ++accepted[{report.source_id, report.version}];
  }
  for (const auto& [record, times] : accepted) EXPECT_EQ(times, 1) << record.first;
  // Of the 14 records of the folder 5 are there twice, 2 are refused.
  EXPECT_GE(accepted.size(), 3000u * 7 / 14);
  EXPECT_EQ(store_->LastChange(), accepted.size());
}

TEST(PmmAdapterCreateTest, RefusesAProfileThatIsNotKnown) {
  auto loop = net::HttpLoop::Start();
  ASSERT_TRUE(loop.ok());
  fakes::FakeClock clock;
  adapter::AdapterRegistry registry;
  adapters::RegisterAdapters(&registry, loop->get(), &clock);
  config::v1::SourceSystem source;
  source.set_id("pmm");
  source.mutable_pmm()->add_profiles("2019.1");
  EXPECT_THAT(registry.MakeSource(source),
              support::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2025.1")));
}

}  // namespace
}  // namespace kinerja
