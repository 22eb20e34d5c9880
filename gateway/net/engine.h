// Engine: what HttpLoop hides: the multi handle, its thread, and the calls under way. Internal to
// this folder.
//
// Threading: Submit is safe for concurrent use; Close and Stop are called from anywhere but the
// loop's thread. Everything without a lock belongs to the loop's thread.
// Ownership: owns every call from Submit to its callback.
#ifndef KINERJA_GATEWAY_NET_ENGINE_H_
#define KINERJA_GATEWAY_NET_ENGINE_H_

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "gateway/base/mutex.h"
#include "gateway/base/owned_thread.h"
#include "gateway/net/call.h"
#include "gateway/net/transfer.h"

namespace kinerja::net {

class Engine {
 public:
  static absl::StatusOr<std::unique_ptr<Engine>> Start();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Hands a call to the loop, which ends it in any case; after Stop it ends here.
  void Submit(std::unique_ptr<Call> call);
  // Cancels all calls of the client; returns when each has had its callback.
  void Close(const std::shared_ptr<ClientState>& client);
  void Stop();

 private:
  struct MultiDeleter {
    void operator()(CURLM* p) const { curl_multi_cleanup(p); }
  };
  // What other threads want of the loop.
  struct Inbox {
    std::vector<std::unique_ptr<Call>> calls;
    std::vector<std::shared_ptr<ClientState>> closing;
    bool empty() const { return calls.empty() && closing.empty(); }
  };

  explicit Engine(std::unique_ptr<CURLM, MultiDeleter> multi) : multi_(std::move(multi)) {}

  void Run();
  void HandleInbox();
  void Accept(std::unique_ptr<Call> call);
  void StartReady();
  bool StartNext(ClientState* client);
  void StartOne(std::unique_ptr<Call> call);
  bool EndDone();
  void Sweep();
  void Cancel(Transfer* transfer);
  void CancelAll(const ClientState* client);
  bool Sleep(absl::Duration at_most);

  void EndWaiting(std::unique_ptr<Call> call, HttpResult result);
  void EndUnderWay(Transfer* transfer, HttpResult result);

  const std::unique_ptr<CURLM, MultiDeleter> multi_;

  // Of the loop's thread.
  std::vector<std::shared_ptr<ClientState>> clients_with_queue_;
  std::vector<std::unique_ptr<Transfer>> under_way_;
  absl::Duration until_next_token_;
  SteadyTime next_sweep_;

  base::Mutex mutex_;
  base::CondVar client_closed_;
  Inbox inbox_ ABSL_GUARDED_BY(mutex_);
  bool sleeping_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;  // the loop looks into the inbox no more

  std::optional<base::OwnedThread> thread_;  // last: joined before the rest goes
};

}  // namespace kinerja::net

#endif  // KINERJA_GATEWAY_NET_ENGINE_H_
