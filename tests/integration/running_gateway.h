// RunningGatewayTest: a fixture with the real gateway on an empty store, and what its tests submit.
//
// Threading: one thread; Concurrently has threads of its own.
//
//   TEST_F(RunningGatewayTest, TakesARecord) {
//     EXPECT_THAT(client().SubmitSkp(RequestOf(SkpOf(1))), IsOk());
//   }
#ifndef KINERJA_TESTS_INTEGRATION_RUNNING_GATEWAY_H_
#define KINERJA_TESTS_INTEGRATION_RUNNING_GATEWAY_H_

#include <functional>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kinerja/v1/skp_service.pb.h"
#include "tests/support/gateway_client.h"
#include "tests/support/gateway_process.h"

namespace kinerja::integration {

class RunningGatewayTest : public testing::Test {
 protected:
  explicit RunningGatewayTest(const support::GatewayFolderOptions& options = {})
      : folder_(options) {}

  void SetUp() override { Start(); }
  // kill -9, and the next process on what is left.
  void Restart() {
    gateway_->Kill();
    Start();
  }

  // As bkd-9901.
  const support::GatewayClient& client() const { return *client_; }
  support::GatewayClient ClientWith(std::string_view token) const {
    return support::GatewayClient({.address = gateway_->address(), .token = token});
  }
  const support::GatewayFolder& folder() const { return folder_; }
  const support::GatewayProcess& gateway() const { return *gateway_; }

 private:
  void Start() {
    gateway_ = support::GatewayProcess::Start(folder_);
    ASSERT_TRUE(gateway_->served()) << folder_.ReadLog();
    client_ = std::make_unique<support::GatewayClient>(
        support::ClientOptions{.address = gateway_->address(), .token = support::kBkdToken});
  }

  const support::GatewayFolder folder_;
  std::unique_ptr<support::GatewayProcess> gateway_;
  std::unique_ptr<support::GatewayClient> client_;
};

// A valid record of another person for each number from 1 to 300, with a source id of its own.
v1::Skp SkpOf(int person);
// The next version of it by its source: version + 1, and another text outside of the plan.
v1::Skp NextVersionOf(v1::Skp skp);
// With a new request_id.
v1::SubmitSkpRequest RequestOf(v1::Skp skp);

// A record with exactly 200 violations, every one named in its RHK.
v1::Skp SkpWith200Violations(int person);

// Calls `call` with 0 to count - 1, all at the same moment, and returns the results in that order.
template <typename Result>
std::vector<Result> Concurrently(int count, const std::function<Result(int)>& call) {
  std::vector<std::optional<Result>> results(static_cast<size_t>(count));
  std::latch together(count);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        together.arrive_and_wait();
        results[static_cast<size_t>(i)] = call(i);
      });
    }
  }
  std::vector<Result> answers;
  for (std::optional<Result>& result : results) answers.push_back(*std::move(result));
  return answers;
}

}  // namespace kinerja::integration

#endif  // KINERJA_TESTS_INTEGRATION_RUNNING_GATEWAY_H_
