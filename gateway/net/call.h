// Call and ClientState: what HttpClient, Engine and Transfer share. Internal to this folder.
//
// Threading: a Call belongs to the thread that holds it: first the sender's, then the loop's.
#ifndef KINERJA_GATEWAY_NET_CALL_H_
#define KINERJA_GATEWAY_NET_CALL_H_

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gateway/base/deadline.h"
#include "gateway/base/mutex.h"
#include "gateway/net/http.h"
#include "gateway/net/http_client.h"
#include "gateway/net/pacer.h"

namespace kinerja::net {

class Transfer;

// One request, from Send to its callback.
struct Call {
  std::shared_ptr<ClientState> client;
  base::Deadline deadline;
  base::Cancellation cancellation;
  HttpRequest request;
  std::function<void(HttpResult)> done;

  std::string origin;  // scheme://host:port, all that messages name
  bool plain = false;  // http
  HttpResult refusal;  // not OK: decided by Send, never sent
};

struct ClientState {
  ClientState(HttpClientOptions client_options, Engine* loop_engine)
      : options(std::move(client_options)),
        engine(loop_engine),
        pacer(options.pace, std::chrono::steady_clock::now()) {}

  const HttpClientOptions options;
  Engine* const engine;

  std::atomic<size_t> waiting = 0;
  std::atomic<size_t> under_way = 0;

  mutable base::Mutex mutex;
  Pacer pacer ABSL_GUARDED_BY(mutex);

  // Of the loop's thread.
  std::deque<std::unique_ptr<Call>> queue;
  std::vector<std::unique_ptr<Transfer>> spare;  // handles for reuse
  bool listed = false;                           // among the engine's clients with a queue

  bool closed = false;  // of the engine's mutex
};

// The result of a call that brought no response.
HttpResult Failure(absl::StatusCode code, std::string_view message, std::string_view cause,
                   bool may_have_arrived);

}  // namespace kinerja::net

#endif  // KINERJA_GATEWAY_NET_CALL_H_
