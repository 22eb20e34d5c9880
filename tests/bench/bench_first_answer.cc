// How long a start takes until the first record is read: waits for the file with the server's
// address, then asks for one record until it is answered. Prints milliseconds since --since.
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

#include "kinerja/v1/skp_service.grpc.pb.h"

namespace kinerja::bench {
namespace {

using Clock = std::chrono::system_clock;  // of the same machine as --since
constexpr std::chrono::seconds kPatience{60};

std::string WaitForAddress(const std::string& path, Clock::time_point until) {
  std::string address;
  while (Clock::now() < until) {
    std::ifstream file(path);
    if (std::getline(file, address)) return address;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return "";
}

bool Get(v1::SkpService::Stub* stub, const std::string& token, const std::string& name) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + token);
  v1::GetSkpRequest request;
  request.set_name(name);
  v1::GetSkpResponse response;
  const grpc::Status status = stub->GetSkp(&context, request, &response);
  if (status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE) return status.ok();
  std::fprintf(stderr, "bench_first_answer: %s\n", status.error_message().c_str());
  return false;
}

}  // namespace
}  // namespace kinerja::bench

int main(int argc, char** argv) {
  using namespace kinerja::bench;  // NOLINT(google-build-using-namespace): the file's own
  CLI::App app("bench_first_answer: from start to the first answered GetSkp.");
  std::string ready_file, token, name;
  int64_t since_ns = 0;
  app.add_option("--ready_file", ready_file, "Where the server writes its address")->required();
  app.add_option("--token", token, "Bearer token")->required();
  app.add_option("--name", name, "A stored record")->required();
  app.add_option("--since", since_ns, "Start, in nanoseconds since 1970")->required();
  CLI11_PARSE(app, argc, argv);

  const Clock::time_point since{std::chrono::nanoseconds(since_ns)};
  const Clock::time_point until = since + kPatience;
  const std::string address = WaitForAddress(ready_file, until);
  const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  const auto stub = kinerja::v1::SkpService::NewStub(channel);
  while (!Get(stub.get(), token, name)) {
    if (Clock::now() >= until) return 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::printf("%.0f\n", std::chrono::duration<double, std::milli>(Clock::now() - since).count());
  return 0;
}
