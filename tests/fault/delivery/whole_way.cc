#include "tests/fault/delivery/whole_way.h"

#include <filesystem>
#include <future>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "gateway/base/check.h"
#include "gateway/base/hex.h"
#include "gateway/security/digest.h"
#include "google/protobuf/util/json_util.h"
#include "kinerja/v1/delivery_service.pb.h"
#include "kinerja/v1/skp_service.pb.h"
#include "kinerja/v1/target_service.pb.h"
#include "tests/support/gateway_client.h"

namespace kinerja::fault {
namespace {

using nlohmann::json;
using support::GatewayClient;
using support::GatewayProcess;
using support::SimulatorProcess;
using support::WriteTestFile;

constexpr std::string_view kToken = "token-of-an-operator";
constexpr char kRecord[] =
    KINERJA_SOURCE_DIR "/tests/simulators/data/pmm/valid-02-kepala-sekolah-semester-dinilai.json";

// Short times, so that hundreds of retries and looks fit into a test. $NAME: filled in.
constexpr char kConfig[] = R"(listeners:
  - address: 127.0.0.1:0
store:
  sqlite:
    path: store.db
systems:
  - id: pmm
    pace: {call_timeout: 2s, backoff_initial: 0.2s, backoff_max: 1s}
    pmm:
      url: http://$PMM
      token_file: secret
      http: {allow_private_addresses: true}
      poll_interval: 0.2s
      page_size: $PAGE
      send_status: true
  - id: bkn
    owner: BKN
principals:
  - id: operator
    bearer_token_sha256: $DIGEST
    systems: [pmm]
    instansi: ["*"]
    operator: true
reference:
  instansi_file: $TABLES/instansi.tsv
  unor_file: $TABLES/unor.tsv
targets:
  - id: bkn
    pace:
      max_in_flight: $FLIGHT
      requests_per_second: $QUOTA
      call_timeout: $TIMEOUT
      settle_time: 1s
      backoff_initial: 0.2s
      backoff_max: 2s
    bkn:
      service_url: https://$BKN/apisiasn/1.0
      token_url: https://$BKN/oauth2/token
      consumer_key_file: secret
      consumer_secret_file: secret
      sso_token_file: sso-token
      http: {allow_private_addresses: true, ca_file: pki/ca.pem}
      koefisien_ids:  # one that the simulator knows
        - {jenjang: JENJANG_AHLI_MADYA, predikat: PREDIKAT_SANGAT_BAIK, id: "32"}
routes:
  - target: bkn
    origins: [pmm]
)";

}  // namespace

WholeWay::WholeWay(const WayOptions& options)
    : options_(options),
      folder_({.tls = true,
               .certificate_age = options.certificate_age,
               .certificate_life = options.certificate_life}) {
  auto loop = net::HttpLoop::Start();
  KJ_CHECK(loop.ok());
  loop_ = *std::move(loop);
  auto control = net::HttpClient::Create(loop_.get(), {.ca_file = folder_.Pki("ca.pem"),
                                                       .max_response_bytes = 512 << 20,
                                                       .allow_plain_loopback = true,
                                                       .allow_private_addresses = true});
  KJ_CHECK(control.ok());
  control_ = *std::move(control);
  const std::string records = folder_.File("records");
  std::filesystem::create_directory(records);
  std::filesystem::copy_file(kRecord, records + "/record.json");
  WriteTestFile(folder_.File("secret"), "nobody\n");
  pmm_ = SimulatorProcess::Start("pmm",
                                 {"--data", records, "--multiply", absl::StrCat(options_.records)},
                                 folder_.File("pmm-ready"));
  bkn_ = SimulatorProcess::Start("bkn",
                                 {"--any_person", "--tls_certificate", folder_.Pki("server.pem"),
                                  "--tls_private_key", folder_.Pki("server-key.pem")},
                                 folder_.File("bkn-ready"));
  ReplaceToken(options_.token_life);
  WriteConfig();
}

WholeWay::~WholeWay() = default;

void WholeWay::WriteConfig() const {
  WriteTestFile(
      folder_.File("config.yaml"),
      absl::StrReplaceAll(kConfig, {{"$PMM", pmm_->address()},
                                    {"$BKN", bkn_->address()},
                                    {"$PAGE", absl::StrCat(options_.page_size)},
                                    {"$FLIGHT", absl::StrCat(options_.max_in_flight)},
                                    {"$QUOTA", absl::StrCat(options_.quota)},
                                    {"$TIMEOUT", absl::FormatDuration(options_.call_timeout)},
                                    {"$DIGEST", base::HexEncode(security::Sha256(kToken))},
                                    {"$TABLES", KINERJA_SOURCE_DIR "/config/reference"}}));
}

void WholeWay::StartGateway(const Environment& environment, const std::string& binary) {
  gateway_.reset();
  gateway_ = GatewayProcess::Start(folder_, {.binary = binary, .environment = environment});
}

json WholeWay::Control(Peer peer, std::string_view method, std::string_view path,
                       const std::string& body) const {
  net::HttpRequest request{.method = std::string(method), .body = body};
  request.url = peer == Peer::kPmm ? absl::StrCat("http://", pmm_->address())
                                   : absl::StrCat("https://", bkn_->address());
  absl::StrAppend(&request.url, "/_control/", std::string(path));
  std::promise<net::HttpResult> answered;
  control_->Send(base::Deadline::After(absl::Minutes(2)), {}, std::move(request),
                 [&answered](net::HttpResult result) { answered.set_value(std::move(result)); });
  const net::HttpResult result = answered.get_future().get();
  const bool simulator_answers = result.status.ok() && result.response.status == 200;
  KJ_CHECK(simulator_answers);
  return json::parse(result.response.body);
}

void WholeWay::Disturb(Peer peer, const std::string& rules) {
  Control(peer, "POST", "faults", rules);
}

void WholeWay::StopDisturbing() {
  Control(Peer::kPmm, "DELETE", "faults");
  Control(Peer::kBkn, "DELETE", "faults");
}

void WholeWay::ReplaceToken(absl::Duration life) const {
  const json wanted = {{"kind", "sso"}, {"lifetime_s", absl::ToInt64Seconds(life)}};
  const json token = Control(Peer::kBkn, "POST", "tokens", wanted.dump());
  WriteTestFile(folder_.File("sso-token"), token.value("access_token", ""));
}

std::optional<std::string> WholeWay::AskBytes(const std::string& method,
                                              const std::string& request) const {
  if (!gateway_->served()) return std::nullopt;
  const GatewayClient client({.address = gateway_->address(), .token = kToken});
  auto bytes = client.Call(absl::StrCat("/kinerja.v1.", method), request);
  if (!bytes.ok()) return std::nullopt;
  return *std::move(bytes);
}

std::map<v1::DeliveryState, uint64_t> WholeWay::CountStates() const {
  v1::GetTargetRequest request;
  request.set_id("bkn");
  std::map<v1::DeliveryState, uint64_t> counts;
  const auto response = Ask<v1::GetTargetResponse>("TargetService/GetTarget", request);
  if (!response) return counts;
  for (const v1::StateCount& count : response->target().counts()) {
    if (count.count() > 0) counts[count.state()] = count.count();
  }
  return counts;
}

uint64_t WholeWay::CountDelivered() const { return CountStates()[v1::DELIVERY_STATE_DELIVERED]; }

bool WholeWay::WaitUntilDelivered(uint64_t count, absl::Duration timeout) const {
  const absl::Time deadline = absl::Now() + timeout;
  while (CountDelivered() < count) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

std::string WholeWay::WaitUntilSettled(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  const std::map<v1::DeliveryState, uint64_t> all_delivered = {
      {v1::DELIVERY_STATE_DELIVERED, options_.records}};
  while (absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(50));
    const auto states = CountStates();
    // A refused one waits for a person, whom this test does not have.
    if (states.contains(v1::DELIVERY_STATE_REFUSED)) break;
    if (states != all_delivered) continue;
    const json told = Control(Peer::kPmm, "GET", "statuses?totals")["totals"];
    if (told == json{{"SAMPAI_DI_BKN", options_.records}}) return "";
  }
  return DescribeOpen();
}

// Which states there are, and some of those that are not delivered, with their attempts.
std::string WholeWay::DescribeOpen() const {
  std::string text = "not settled:";
  for (const auto& [state, count] : CountStates()) {
    absl::StrAppend(&text, " ", count, " ", v1::DeliveryState_Name(state));
    if (state == v1::DELIVERY_STATE_DELIVERED) continue;
    v1::ListDeliveriesRequest request;
    request.set_parent("instansi/-");
    request.set_page_size(2);
    request.mutable_filter()->set_state(state);
    const auto listed = Ask<v1::ListDeliveriesResponse>("DeliveryService/ListDeliveries", request);
    if (!listed) continue;
    for (const v1::Delivery& delivery : listed->deliveries()) {
      v1::GetDeliveryRequest get;
      get.set_name(delivery.name());
      const auto got = Ask<v1::GetDeliveryResponse>("DeliveryService/GetDelivery", get);
      absl::StrAppend(&text, "\n", got ? got->ShortDebugString() : delivery.ShortDebugString(),
                      "\n");
    }
  }
  absl::StrAppend(&text, "\nPMM was told: ",
                  Control(Peer::kPmm, "GET", "statuses?totals")["totals"].dump(), "\n");
  return text;
}

History WholeWay::ReadHistory() const {
  return History(Control(Peer::kBkn, "GET", "effects"),
                 Control(Peer::kBkn, "GET", "log?limit=1000000"));
}

// Of each record: its year, two quarters, and the credit of the year.
ExpectedEffects WholeWay::expected() const {
  return {.people = options_.records,
          .effects = {{"skp22", 1}, {"kinerjaperiodik", 2}, {"angkakredit", 1}}};
}

}  // namespace kinerja::fault
