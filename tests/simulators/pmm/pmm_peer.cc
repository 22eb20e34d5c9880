#include "tests/simulators/pmm/pmm_peer.h"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/simulators/base/json_text.h"
#include "tests/simulators/base/simulator.h"

namespace kinerja::simulators::pmm {
namespace {

using nlohmann::json;
using Nature = FaultRules::Nature;

constexpr uint64_t kDefaultBatch = 100;
constexpr uint64_t kLargestBatch = 500;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Reply Galat(int status, std::string_view sentence) {
  return {.status = status, .body = Dump({{"galat", sentence}})};
}

// Records come twice, one after the other.
void Repeat(std::vector<std::string>& records) {
  std::vector<std::string> twice;
  for (const std::string& record : records) twice.insert(twice.end(), 2, record);
  records = std::move(twice);
}

// After the page's records, those that have an older version come in that.
void AppendOlder(std::vector<std::string>& records) {
  const size_t count = records.size();
  for (size_t i = 0; i < count; ++i) {
    json record = ParseJson(records[i]).value_or(json());
    const int64_t version = WholeNumberOf(Find(record, "versi_rekaman")).value_or(1);
    if (version <= 1) continue;
    record["versi_rekaman"] = version - 1;
    records.push_back(Dump(record));
  }
}

// A key that no profile has.
void AddUnknownKey(std::vector<std::string>& records) {
  for (std::string& record : records) record.insert(1, R"("kolom_baru":"isi",)");
}

}  // namespace

absl::StatusOr<std::unique_ptr<PmmPeer>> PmmPeer::Create(const Options& options) {
  auto peer = std::make_unique<PmmPeer>();
  if (!options.token_file.empty()) {
    std::ifstream file(options.token_file);
    std::getline(file, peer->token_);
    absl::StripAsciiWhitespace(&peer->token_);
    if (peer->token_.empty()) return absl::InvalidArgumentError("--token_file holds no token");
  }
  if (!options.data_folder.empty() || options.multiply > 0) {
    if (auto status = peer->feed_.Load(options.data_folder, options.multiply); !status.ok()) {
      return status;
    }
  }
  return peer;
}

Route PmmPeer::Classify(const Request& request) const {
  if (request.path == "/skp/perubahan" && request.method == "GET") {
    return {.kind = "perubahan", .path = request.path};
  }
  if (request.path == "/skp/status-sinkron" && request.method == "POST") {
    return {.kind = "status_sinkron", .path = request.path, .is_service = true, .is_write = true};
  }
  return {.kind = "unknown", .path = request.path};
}

bool PmmPeer::IsAuthorised(const Request& request) const {
  static constexpr std::string_view kPrefix = "Bearer ";
  const std::string_view line = request.Header("Authorization").value_or("");
  if (line.size() <= kPrefix.size()) return false;
  if (!EqualsIgnoringCase(line.substr(0, kPrefix.size()), kPrefix)) return false;
  const std::lock_guard lock(mutex_);
  return token_.empty() || line.substr(kPrefix.size()) == token_;
}

Reply PmmPeer::Handle(Exchange& exchange) {
  if (exchange.route.kind == "unknown") return Galat(404, "alamat tidak dikenal");
  if (!IsAuthorised(exchange.request)) return Galat(401, "token tidak ada atau tidak berlaku");
  if (exchange.route.is_write) return TakeStatuses(exchange);
  return Page(exchange.request, exchange.disturbance);
}

Reply PmmPeer::Page(const Request& request, const Disturbance& disturbance) {
  auto fields = ParseForm(request.query);
  uint64_t begin = 0, batch = kDefaultBatch;
  if (fields.contains("cursor")) {
    const auto place = PlaceOf(fields["cursor"]);
    if (!place || *place > feed_.size()) return Galat(410, "cursor tidak dikenal lagi");
    begin = *place;
  }
  if (fields.contains("batas")) {
    const json text = fields["batas"];
    const int64_t wanted = WholeNumberOf(&text).value_or(0);
    if (wanted < 1) return Galat(400, "batas bukan bilangan 1 sampai 500");
    batch = std::min(static_cast<uint64_t>(wanted), kLargestBatch);
  }
  const uint64_t size = feed_.size();
  const uint64_t end = std::min(begin + batch, size);
  if (const Fault* overlap = disturbance.Change("overlap")) {
    const int64_t back = std::max<int64_t>(overlap->value.value_or(1), 0);
    begin -= std::min(begin, static_cast<uint64_t>(back));
  }
  std::vector<std::string> records = feed_.Read(begin, end);
  if (disturbance.Change("repeats") != nullptr) Repeat(records);
  if (disturbance.Change("older_after_newer") != nullptr) AppendOlder(records);
  if (disturbance.Change("drift") != nullptr) AddUnknownKey(records);
  ++pages_;
  records_ += records.size();
  const std::string mark(disturbance.Change("bom") != nullptr ? kByteOrderMark : "");
  return {.body = absl::StrCat(mark, R"({"data":[)", absl::StrJoin(records, ","),
                               R"(],"cursor_berikut":")", CursorAt(end), R"(","ada_lagi":)",
                               end < size ? "true" : "false", "}")};
}

Reply PmmPeer::TakeStatuses(Exchange& exchange) {
  const auto body = ParseJson(exchange.request.body);
  if (!body) return Galat(400, "bukan JSON");
  const auto taken = statuses_.Take(*body);
  if (!taken.ok()) {
    return Galat(400, {taken.status().message().data(), taken.status().message().size()});
  }
  exchange.effect = *taken > 0;
  return {.body = Dump({{"diterima", *taken}})};
}

std::map<std::string, Nature> PmmPeer::FaultNames() const {
  return {{"token_expired", Nature::kEnding},
          {"cursor_gone", Nature::kEnding},
          {"not_a_page", Nature::kEnding},
          {"not_json", Nature::kEnding},
          {"overlap", Nature::kChange},
          {"repeats", Nature::kChange},
          {"older_after_newer", Nature::kChange},
          {"drift", Nature::kChange},
          {"bom", Nature::kChange}};
}

Reply PmmPeer::FaultReply(const Fault& fault) {
  Reply reply = Galat(401, "token tidak ada atau tidak berlaku");
  if (fault.name == "cursor_gone") reply = Galat(410, "cursor tidak dikenal lagi");
  if (fault.name == "not_a_page") reply = {.body = R"({"status":"ok","hasil":[]})"};
  if (fault.name == "not_json") reply = {.content_type = "text/html", .body = "<html></html>"};
  if (fault.status != 0) reply.status = fault.status;
  return reply;
}

Reply PmmPeer::ThrottledReply(std::chrono::milliseconds wait) {
  Reply reply = Galat(429, "terlalu banyak permintaan");
  reply.headers.emplace_back("Retry-After", absl::StrCat((wait.count() + 999) / 1000));
  return reply;
}

std::optional<Reply> PmmPeer::Control(const Request& request) {
  const bool is_get = request.method == "GET";
  const bool is_post = request.method == "POST";
  if (request.path == "/_control/records" && is_post) return ControlRecords(request);
  if (request.path == "/_control/tokens" && is_post) return ControlToken(request);
  if (request.path == "/_control/statuses" && is_get) {
    auto fields = ParseForm(request.query);
    const bool with_statuses = !fields.contains("totals");
    return ControlAnswer(Dump(statuses_.List(fields["id_skp"], with_statuses)));
  }
  if (request.path == "/_control/effects" && is_get) {
    return ControlAnswer(Dump({{"held", feed_.size()},
                               {"pages", pages_.load()},
                               {"records", records_.load()},
                               {"statuses", statuses_.List("", false)["received"]}}));
  }
  return std::nullopt;
}

Reply PmmPeer::ControlRecords(const Request& request) {
  const auto body = ParseJson(request.body);
  const auto added = body ? feed_.Add(*body) : std::nullopt;
  if (!added) return ControlRefusal("give a record, a list of records or a page");
  return ControlAnswer(Dump({{"added", *added}}));
}

Reply PmmPeer::ControlToken(const Request& request) {
  const auto body = ParseJson(request.body);
  const std::string token = body ? TextOf(*body, "token") : "";
  if (token.empty()) return ControlRefusal(R"(give {"token": "..."})");
  const std::lock_guard lock(mutex_);
  token_ = token;
  return ControlAnswer("{}");
}

}  // namespace kinerja::simulators::pmm
