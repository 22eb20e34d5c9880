// The load of the Submit rows: N calls in flight over C connections, the same program for the
// gateway and for its floor. Everything is serialised before the first call; what is measured
// sends bytes and reads answers of some forty bytes.
//
// Prints: rate per second, p50 and p99 in microseconds. Exit code 1 when an answer was no success.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <latch>
#include <memory>
#include <string>
#include <vector>

#include "kinerja/v1/skp_service.pb.h"
#include "tests/bench/requests.h"

namespace kinerja::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Stub = grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>;
constexpr char kMethod[] = "/kinerja.v1.SkpService/SubmitSkp";

struct Options {
  std::string address;
  std::string token;
  std::string reference = "config/reference";
  size_t in_flight = 1;
  size_t connections = 1;
  uint64_t first = 0;
  size_t count = 1000;
  size_t warmup = 100;  // of the count; not measured
};

// Ready to send; `address` gets a connection of its own for each stub.
std::vector<grpc::ByteBuffer> MakeRequests(const Options& options) {
  const Requests requests(options.reference);
  std::vector<grpc::ByteBuffer> made(options.count);
  for (size_t i = 0; i < made.size(); ++i) {
    const grpc::Slice slice(requests.Submission(options.first + i).SerializeAsString());
    made[i] = grpc::ByteBuffer(&slice, 1);
  }
  return made;
}

std::vector<std::unique_ptr<Stub>> Connect(const Options& options) {
  std::vector<std::unique_ptr<Stub>> stubs;
  for (size_t i = 0; i < options.connections; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto channel =
        grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(), arguments);
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) {
      return {};
    }
    stubs.push_back(std::make_unique<Stub>(channel));
  }
  return stubs;
}

class Load {
 public:
  Load(const Options& options, std::vector<grpc::ByteBuffer> requests,
       std::vector<std::unique_ptr<Stub>> stubs)
      : options_(options),
        authorization_("Bearer " + options.token),
        requests_(std::move(requests)),
        stubs_(std::move(stubs)),
        micros_(requests_.size()),
        slots_(options.in_flight),
        idle_(static_cast<std::ptrdiff_t>(options.in_flight)) {}

  // Sends everything; false when an answer was no success.
  bool Run() {
    for (size_t i = 0; i < slots_.size(); ++i) {
      slots_[i].stub = stubs_[i % stubs_.size()].get();
      Send(&slots_[i]);
    }
    idle_.wait();
    return failures_.load() == 0;
  }

  void Print() {
    const double seconds = std::chrono::duration<double>(end_ - begin_).count();
    std::sort(micros_.begin() + Warmup(), micros_.end());
    const size_t measured = micros_.size() - options_.warmup;
    const auto quantile = [&](size_t percent) {
      return micros_[options_.warmup + measured * percent / 100];
    };
    std::printf("%.1f %.0f %.0f\n", static_cast<double>(measured) / seconds, quantile(50),
                quantile(99));
  }

 private:
  struct Slot {  // one call in flight after the other
    Stub* stub = nullptr;
    std::unique_ptr<grpc::ClientContext> context;
    grpc::ByteBuffer response;
    size_t number = 0;
    Clock::time_point sent;
  };

  std::ptrdiff_t Warmup() const { return static_cast<std::ptrdiff_t>(options_.warmup); }

  void Send(Slot* slot) {
    slot->number = next_.fetch_add(1);
    if (slot->number >= requests_.size()) return idle_.count_down();
    slot->context = std::make_unique<grpc::ClientContext>();
    slot->context->AddMetadata("authorization", authorization_);
    slot->sent = Clock::now();
    slot->stub->UnaryCall(slot->context.get(), kMethod, {}, &requests_[slot->number],
                          &slot->response, [this, slot](const grpc::Status& status) {
                            Answered(slot, status);
                            Send(slot);
                          });
  }

  void Answered(Slot* slot, const grpc::Status& status) {
    const Clock::time_point now = Clock::now();
    micros_[slot->number] = std::chrono::duration<double, std::micro>(now - slot->sent).count();
    Check(*slot, status);
    const size_t answered = answered_.fetch_add(1) + 1;
    if (answered == options_.warmup) begin_ = now;
    if (answered == requests_.size()) end_ = now;
  }

  // Whether the work was done: a refusal that is answered fast must not count as speed.
  void Check(const Slot& slot, const grpc::Status& status) {
    grpc::Slice bytes;
    v1::SubmitSkpResponse response;
    const bool created = status.ok() && slot.response.DumpToSingleSlice(&bytes).ok() &&
                         response.ParseFromArray(bytes.begin(), static_cast<int>(bytes.size())) &&
                         response.outcome() == v1::OUTCOME_CREATED;
    if (created || failures_.fetch_add(1) != 0) return;
    std::fprintf(stderr, "bench_load: outcome %d, status %d %s\n", response.outcome(),
                 status.error_code(), status.error_message().c_str());
  }

  const Options options_;
  const std::string authorization_;
  std::vector<grpc::ByteBuffer> requests_;
  const std::vector<std::unique_ptr<Stub>> stubs_;
  std::vector<double> micros_;
  std::vector<Slot> slots_;
  std::latch idle_;
  std::atomic<size_t> next_ = 0;
  std::atomic<size_t> answered_ = 0;
  std::atomic<size_t> failures_ = 0;
  Clock::time_point begin_;  // written once each, by the answer that the counter names
  Clock::time_point end_;
};

int Run(const Options& options) {
  std::vector<grpc::ByteBuffer> requests = MakeRequests(options);
  std::vector<std::unique_ptr<Stub>> stubs = Connect(options);
  if (stubs.empty()) {
    std::fprintf(stderr, "bench_load: nobody answers at %s\n", options.address.c_str());
    return 1;
  }
  Load load(options, std::move(requests), std::move(stubs));
  const bool sound = load.Run();
  load.Print();
  return sound ? 0 : 1;
}

}  // namespace
}  // namespace kinerja::bench

int main(int argc, char** argv) {
  CLI::App app("bench_load: submits invented records as fast as they are answered.");
  kinerja::bench::Options options;
  app.add_option("--address", options.address, "host:port")->required();
  app.add_option("--token", options.token, "Bearer token")->required();
  app.add_option("--reference", options.reference, "Folder of the reference tables");
  app.add_option("--in_flight", options.in_flight)->check(CLI::PositiveNumber);
  app.add_option("--connections", options.connections)->check(CLI::PositiveNumber);
  app.add_option("--first", options.first, "Number of the first record");
  app.add_option("--count", options.count, "Records to submit");
  app.add_option("--warmup", options.warmup, "How many of them are not measured; at least one");
  CLI11_PARSE(app, argc, argv);
  if (options.warmup == 0 || options.count <= options.warmup) return 2;
  return kinerja::bench::Run(options);
}
