// SubmitLoad: many clients that submit generated records, change them and repeat themselves, while
// the gateway is stopped, killed or starved; keeps what was sent and what was answered, and checks
// afterwards that the gateway holds what it promised (P1, P2).
//
// Each record belongs to one client, which waits for each answer: so a record's history is a line,
// and at most its last submission is without an answer.
//
// Threading: one thread calls it, clients are its own threads. A client stops at its first error.
//
//   SubmitLoad load(seed);
//   load.Begin(gateway->address(), {.clients = 16});
//   gateway->Kill();
//   load.Join();
//   gateway = GatewayProcess::Start(folder);
//   EXPECT_EQ(load.FindBrokenPromise(gateway->address()), "");
#ifndef KINERJA_TESTS_FAULT_GATEWAY_SUBMIT_LOAD_H_
#define KINERJA_TESTS_FAULT_GATEWAY_SUBMIT_LOAD_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "gateway/base/mutex.h"
#include "gateway/generate/generator.h"
#include "kinerja/v1/skp_service.pb.h"
#include "tests/support/gateway_client.h"

namespace kinerja::fault {

struct LoadOptions {
  uint64_t clients = 16;
  int64_t submissions = 1'000'000;  // together, after which they stop by themselves
};

class SubmitLoad {
 public:
  explicit SubmitLoad(uint64_t seed);
  ~SubmitLoad() { Join(); }

  // Lets clients submit until each has met an error or there was enough.
  void Begin(const std::string& address, const LoadOptions& options);
  // Waits until all have stopped.
  void Join();
  void Run(const std::string& address, const LoadOptions& options) {
    Begin(address, options);
    Join();
  }

  // Reads everything. Empty, or the first promise that is broken: an acknowledged submission is
  // missing or other than it was sent, something is there in part, twice, or was never sent.
  // Then repeats, each with its request_id, what had no answer, and reads again: each must have
  // made one revision, no more. From then on these count as acknowledged.
  std::string FindBrokenPromise(const std::string& address);

  // Submissions that were answered OK.
  uint64_t acknowledged() const { return acknowledged_.load(); }
  // Records whose last submission has no answer.
  uint64_t unanswered() const;
  // A name that was acknowledged; empty when there is none.
  std::string AnyName() const;
  // The error that each client of the last run stopped at.
  std::vector<absl::Status> errors() const;

 private:
  struct Submission {
    v1::SubmitSkpRequest request;
    std::optional<v1::SubmitSkpResponse> answer;
  };
  struct Record {
    std::vector<Submission> submissions;  // those that were refused are not kept
    bool checked = false;                 // its revisions and last answer, since the last change
  };
  // What the gateway lists, by source id.
  using Held = std::map<std::string, v1::Skp>;

  void RunClient(const support::GatewayClient& client, uint64_t seed);
  // One submission, and whether to go on.
  bool SubmitOne(const support::GatewayClient& client, uint64_t draw, std::vector<Record*>* own);
  bool Send(const support::GatewayClient& client, Record* record, v1::SubmitSkpRequest request);
  bool RepeatLast(const support::GatewayClient& client, Record* record);
  v1::SubmitSkpRequest FirstOf(uint64_t number) const;
  static v1::SubmitSkpRequest NextOf(const Record& record, bool expect_revision);
  bool NoteError(const absl::Status& error);
  void NoteBroken(std::string what);

  std::string CheckAll(const support::GatewayClient& client);
  static std::string ListAll(const support::GatewayClient& client, Held* held);
  std::string CheckRecord(const Record& record, const Held& held) const;
  static std::string CheckRevisions(const support::GatewayClient& client, const Record& record);
  static std::string CheckRepeated(const support::GatewayClient& client, const Record& record);
  static std::string RepeatUnanswered(const support::GatewayClient& client, Record* record);

  const uint64_t seed_;
  const generate::Generator generator_;
  std::vector<std::thread> threads_;
  std::atomic<uint64_t> next_number_{0};
  std::atomic<int64_t> left_{0};
  std::atomic<uint64_t> acknowledged_{0};
  uint64_t runs_ = 0;
  mutable base::Mutex mutex_;
  std::vector<std::unique_ptr<Record>> records_ ABSL_GUARDED_BY(mutex_);  // a record: its client's
  std::vector<absl::Status> errors_ ABSL_GUARDED_BY(mutex_);
  std::string broken_ ABSL_GUARDED_BY(mutex_);  // the first promise seen broken while it ran
};

}  // namespace kinerja::fault

#endif  // KINERJA_TESTS_FAULT_GATEWAY_SUBMIT_LOAD_H_
