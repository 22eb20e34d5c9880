// simulator: one request to the control API of a kinerja-simulator.
#include <future>
#include <memory>

#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/files.h"
#include "gateway/ctl/json_table.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_loop.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace kinerja::ctl {
namespace {

absl::StatusOr<net::HttpResponse> Send(const Connection& connection,
                                       const SimulatorFlags& simulator) {
  net::HttpClientOptions options;
  if (!connection.ca_file.empty()) options.ca_file = connection.ca_file;
  options.user_agent = "kinerjactl";
  options.allow_plain_loopback = true;
  options.allow_private_addresses = true;  // simulators serve loopback only
  options.max_response_bytes = 512 << 20;  // a log of all requests
  KJ_ASSIGN_OR_RETURN(const std::unique_ptr<net::HttpLoop> loop, net::HttpLoop::Start());
  KJ_ASSIGN_OR_RETURN(const std::unique_ptr<net::HttpClient> client,
                      net::HttpClient::Create(loop.get(), std::move(options)));
  net::HttpRequest request{.method = simulator.method,
                           .url = absl::StrCat(simulator.url, "/_control/", simulator.path),
                           .body = simulator.body};
  if (!simulator.body_file.empty()) {
    KJ_ASSIGN_OR_RETURN(request.body, ReadWholeFile(simulator.body_file));
  }
  if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  // Shared: the waiter may be gone before set_value has returned.
  const auto answered = std::make_shared<std::promise<net::HttpResult>>();
  client->Send(base::Deadline::After(connection.timeout), base::Cancellation(), std::move(request),
               [answered](net::HttpResult result) { answered->set_value(std::move(result)); });
  net::HttpResult result = answered->get_future().get();
  KJ_RETURN_IF_ERROR(result.status);
  return std::move(result.response);
}

// What an answer that brought nothing means.
absl::Status Refused(const SimulatorFlags& simulator, int status) {
  if (status == 404) {
    return absl::NotFoundError(absl::StrCat(simulator.url, " knows no ",
                                            simulator.path.substr(0, simulator.path.find('?')),
                                            "; this peer has none, or it is no kinerja-simulator"));
  }
  return absl::UnknownError(absl::StrCat(simulator.url,
                                         " does not answer as a kinerja-simulator does (HTTP ",
                                         status, "); check the address"));
}

}  // namespace

absl::Status RunSimulator(const Flags& flags, std::ostream* out) {
  const SimulatorFlags& simulator = flags.simulator;
  KJ_ASSIGN_OR_RETURN(const net::HttpResponse response, Send(flags.connection, simulator));
  google::protobuf::Struct answer;
  const bool readable = google::protobuf::util::JsonStringToMessage(response.body, &answer).ok();
  if (response.status == 400 && readable && answer.fields().contains("error")) {
    return absl::InvalidArgumentError(
        absl::StrCat("the simulator says: ", answer.fields().at("error").string_value()));
  }
  if (response.status != 200 || !readable) return Refused(simulator, response.status);
  if (flags.json) {
    *out << response.body << '\n';
  } else {
    PrintJsonTables(answer, *out);
  }
  return absl::OkStatus();
}

}  // namespace kinerja::ctl
