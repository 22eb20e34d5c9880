#include "tests/simulators/base/simulator.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;
using Nature = FaultRules::Nature;

constexpr std::string_view kControl = "/_control/";
constexpr int64_t kMostEntries = 100'000;

std::map<std::string, Nature> WithCommonFaults(std::map<std::string, Nature> names) {
  names.insert({{"delay_ms", Nature::kDelay},
                {"delay_before_ms", Nature::kDelay},
                {"hang", Nature::kEnding},
                {"reset", Nature::kEnding},
                {"close", Nature::kEnding},
                {"half_answer", Nature::kEnding},
                {"commit_then_hang", Nature::kEnding},
                {"commit_then_reset", Nature::kEnding},
                {"commit_then_close", Nature::kEnding},
                {"http_429_retry_after", Nature::kEnding},
                {"http_503", Nature::kEnding},
                {"http_502_html", Nature::kEnding},
                {"empty_body", Nature::kEnding}});
  return names;
}

// How the connection ends, for faults that are about nothing else.
std::optional<Ending> EndingOf(std::string_view fault) {
  if (fault.ends_with("hang")) return Ending::kHang;
  if (fault.ends_with("reset")) return Ending::kReset;
  if (fault.ends_with("close")) return Ending::kClose;
  if (fault == "half_answer") return Ending::kHalf;
  return std::nullopt;
}

std::optional<Reply> CommonFaultReply(const Fault& fault) {
  Reply reply;
  if (fault.value) reply.headers.emplace_back("Retry-After", absl::StrCat(*fault.value));
  if (fault.name == "http_429_retry_after") {
    reply.status = 429;
    if (!fault.value) reply.headers.emplace_back("Retry-After", "1");
    reply.body = R"({"message":"Too Many Requests"})";
  } else if (fault.name == "http_503") {
    reply.status = 503;
    reply.body = R"({"message":"Service Unavailable"})";
  } else if (fault.name == "http_502_html") {
    reply.status = 502;
    reply.content_type = "text/html";
    reply.body = "<html><head><title>502 Bad Gateway</title></head><body></body></html>";
  } else if (fault.name == "empty_body") {
    reply.status = 500;
  } else {
    return std::nullopt;
  }
  if (fault.status != 0) reply.status = fault.status;
  return reply;
}

int64_t NumberParameter(const Request& request, const std::string& name, int64_t otherwise) {
  const auto fields = ParseForm(request.query);
  const auto found = fields.find(name);
  if (found == fields.end()) return otherwise;
  const json text = found->second;
  return WholeNumberOf(&text).value_or(otherwise);
}

}  // namespace

Simulator::Simulator(Peer& peer) : peer_(peer), faults_(WithCommonFaults(peer.FaultNames())) {}

Reply Simulator::Serve(const Request& request, const HttpServer::Pause& pause) {
  if (request.path.starts_with(kControl)) return Control(request);
  const auto arrived = steady_clock::now();
  const Route route = peer_.Classify(request);
  if (route.is_service) log_.CountArrival(arrived);
  const Disturbance disturbance = faults_.Pick(route);
  if (disturbance.delay_before.count() > 0) pause(disturbance.delay_before);
  Exchange exchange{.request = request, .route = route, .disturbance = disturbance, .person = ""};
  bool throttled = false;
  Reply reply = Undelayed(exchange, throttled);
  reply.delay = disturbance.delay_answer;
  if (throttled) log_.CountThrottled(arrived);
  const bool answers = reply.ending == Ending::kAnswer || reply.ending == Ending::kHalf;
  log_.Append({.arrived = arrived,
               .kind = route.kind,
               .person = std::move(exchange.person),
               .fault = disturbance.names,
               .status = answers ? reply.status : 0,
               .effect = exchange.effect,
               .refused = throttled});
  return reply;
}

Reply Simulator::Undelayed(Exchange& exchange, bool& throttled) {
  const auto& fault = exchange.disturbance.ending;
  const auto known = fault ? EndingOf(fault->name) : std::nullopt;
  const Ending ending = known.value_or(Ending::kAnswer);  // without a fault
  if (fault && !known) {
    if (auto reply = CommonFaultReply(*fault)) return *std::move(reply);
    return peer_.FaultReply(*fault);
  }
  const bool reaches_the_service =
      !known || ending == Ending::kHalf || fault->name.starts_with("commit_then_");
  if (!reaches_the_service) return Reply{.status = 503, .ending = ending};
  Reply reply;
  const auto wait = exchange.route.is_service ? quota_.Refuses() : std::nullopt;
  if (wait) {
    throttled = true;
    reply = peer_.ThrottledReply(*wait);
  } else {
    reply = peer_.Handle(exchange);
  }
  if (known) reply.ending = ending;
  return reply;
}

Reply Simulator::Control(const Request& request) {
  const std::string_view what = std::string_view(request.path).substr(kControl.size());
  const bool is_get = request.method == "GET";
  if (what == "log" && is_get) {
    const int64_t limit = NumberParameter(request, "limit", kMostEntries);
    const int64_t after = NumberParameter(request, "after", 0);
    if (limit < 0 || after < 0) return ControlRefusal("after and limit are not negative");
    return ControlAnswer(
        Dump(log_.After(static_cast<uint64_t>(after), static_cast<size_t>(limit))));
  }
  if (what == "windows" && is_get) {
    const int64_t seconds = NumberParameter(request, "seconds", 10);
    if (seconds < 1 || seconds > 86'400) return ControlRefusal("seconds is 1 to 86400");
    return ControlAnswer(Dump(log_.Windows(std::chrono::seconds(seconds))));
  }
  if (what == "faults") return ControlFaults(request);
  if (what == "quota" && request.method == "POST") return ControlQuota(request);
  if (auto reply = peer_.Control(request)) return *std::move(reply);
  Reply reply = ControlRefusal("the control API has no such path and method");
  reply.status = 404;
  return reply;
}

Reply Simulator::ControlFaults(const Request& request) {
  if (request.method == "DELETE") {
    faults_.Clear();
    Reply reply = ControlAnswer("{}");
    reply.release_hung = true;
    return reply;
  }
  if (request.method == "POST") {
    const auto rules = ParseJson(request.body);
    if (!rules) return ControlRefusal("the body is not JSON");
    if (const auto status = faults_.Add(*rules); !status.ok()) {
      return ControlRefusal({status.message().data(), status.message().size()});
    }
  }
  return ControlAnswer(Dump({{"rules", faults_.List()}}));
}

Reply Simulator::ControlQuota(const Request& request) {
  const auto body = ParseJson(request.body);
  const json* per_second = body ? Find(*body, "per_second") : nullptr;
  const json* burst = body ? Find(*body, "burst") : nullptr;
  if (per_second == nullptr || !per_second->is_number() ||
      (burst != nullptr && !burst->is_number())) {
    return ControlRefusal(R"(give {"per_second": number, "burst": number}; 0 a second: no limit)");
  }
  const double rate = per_second->get<double>();
  quota_.Set(rate, burst != nullptr ? burst->get<double>() : rate);
  return ControlAnswer("{}");
}

Reply ControlAnswer(std::string json_text) { return Reply{.body = std::move(json_text)}; }

Reply ControlRefusal(std::string_view sentence) {
  return Reply{.status = 400, .body = Dump({{"error", std::string(sentence)}})};
}

}  // namespace kinerja::simulators
