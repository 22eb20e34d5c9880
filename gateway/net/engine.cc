#include "gateway/net/engine.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/check.h"

namespace kinerja::net {
namespace {

// How late a cancellation, a new pace or a deadline of a waiting request is noticed.
constexpr absl::Duration kSweep = absl::Milliseconds(50);
// With nothing to do there is nothing to notice: Submit, Close and Stop wake the loop.
constexpr absl::Duration kIdle = absl::Minutes(1);
// Connections kept for reuse, over all clients.
constexpr long kMaxIdleConnections = 1024;

SteadyTime Now() { return std::chrono::steady_clock::now(); }

HttpResult NotSent(const Call& call, absl::StatusCode code, std::string_view cause,
                   absl::string_view what) {
  return Failure(code, absl::StrCat(call.origin, " was not called: ", what), cause, false);
}

HttpResult CancelledBeforeSend(const Call& call) {
  return NotSent(call, absl::StatusCode::kCancelled, cause::kCancelled,
                 "the request was given up while it waited");
}

// The reason to end a call that waits, if there is one.
std::optional<HttpResult> Unwanted(const Call& call) {
  if (call.cancellation.cancelled()) return CancelledBeforeSend(call);
  if (call.deadline.Passed()) {
    return NotSent(call, absl::StatusCode::kDeadlineExceeded, cause::kDeadlineBeforeSend,
                   "the deadline passed while the request waited for its turn");
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Start() {
  // Debian's libcurl does this once, whoever calls it first; nothing ever undoes it.
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return absl::InternalError("libcurl cannot be initialised");
  }
  std::unique_ptr<CURLM, MultiDeleter> multi(curl_multi_init());
  if (multi == nullptr ||
      curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, kMaxIdleConnections) != CURLM_OK) {
    return absl::InternalError("libcurl gives no multi handle");
  }
  std::unique_ptr<Engine> engine(new Engine(std::move(multi)));
  engine->thread_.emplace("http-loop", [e = engine.get()] { e->Run(); });
  return engine;
}

Engine::~Engine() { Stop(); }

void Engine::Submit(std::unique_ptr<Call> call) {
  bool wake = false;
  {
    base::MutexLock lock(mutex_);
    if (!stopped_) {
      inbox_.calls.push_back(std::move(call));
      wake = std::exchange(sleeping_, false);
    }
  }
  if (call != nullptr) {
    HttpResult result = CancelledBeforeSend(*call);
    EndWaiting(std::move(call), std::move(result));
  }
  if (wake) curl_multi_wakeup(multi_.get());
}

void Engine::Close(const std::shared_ptr<ClientState>& client) {
  base::MutexLock lock(mutex_);
  if (stopped_) return;
  inbox_.closing.push_back(client);
  sleeping_ = false;
  curl_multi_wakeup(multi_.get());
  while (!client->closed) client_closed_.Wait(mutex_);
}

void Engine::Stop() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
    sleeping_ = false;
    curl_multi_wakeup(multi_.get());
  }
  thread_->Join();
}

void Engine::Run() {
  // A peer that goes away is an error of the call, not a signal to the process.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  bool ended_one = false;
  do {
    HandleInbox();
    Sweep();
    StartReady();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    ended_one = EndDone();
    // What ended made room for what waits: no sleep then.
  } while (Sleep(ended_one ? absl::ZeroDuration() : until_next_token_));
}

// Takes what others left. The calls come first: those of a client that closes are among them.
void Engine::HandleInbox() {
  Inbox inbox;
  bool stopping = false;
  {
    base::MutexLock lock(mutex_);
    std::swap(inbox, inbox_);
    sleeping_ = false;
    stopping = stopping_;
  }
  for (auto& call : inbox.calls) Accept(std::move(call));
  if (stopping) CancelAll(nullptr);
  for (const auto& client : inbox.closing) {
    CancelAll(client.get());
    client->spare.clear();
    base::MutexLock lock(mutex_);
    client->closed = true;
    client_closed_.NotifyAll();
  }
}

void Engine::Accept(std::unique_ptr<Call> call) {
  if (!call->refusal.status.ok()) {
    HttpResult refusal = std::move(call->refusal);
    EndWaiting(std::move(call), std::move(refusal));
    return;
  }
  const std::shared_ptr<ClientState> client = call->client;
  client->queue.push_back(std::move(call));
  if (!std::exchange(client->listed, true)) clients_with_queue_.push_back(client);
}

void Engine::StartReady() {
  until_next_token_ = kIdle;
  std::erase_if(clients_with_queue_, [this](const std::shared_ptr<ClientState>& client) {
    while (StartNext(client.get())) {
    }
    client->listed = !client->queue.empty();
    return !client->listed;
  });
}

// Starts or ends the first call that waits; false when it has to go on waiting, or there is none.
bool Engine::StartNext(ClientState* client) {
  if (client->queue.empty() || client->under_way >= client->options.max_connections) return false;
  std::optional<HttpResult> unwanted = Unwanted(*client->queue.front());
  if (!unwanted) {
    base::MutexLock lock(client->mutex);
    const absl::Duration wait = client->pacer.Take(Now());
    if (wait > absl::ZeroDuration()) {
      until_next_token_ = std::min(until_next_token_, wait);
      return false;
    }
  }
  std::unique_ptr<Call> call = std::move(client->queue.front());
  client->queue.pop_front();
  if (unwanted) {
    EndWaiting(std::move(call), *std::move(unwanted));
  } else {
    StartOne(std::move(call));
  }
  return true;
}

void Engine::StartOne(std::unique_ptr<Call> call) {
  ClientState& client = *call->client;
  std::unique_ptr<Transfer> transfer;
  if (client.spare.empty()) {
    absl::StatusOr<std::unique_ptr<Transfer>> created = Transfer::Create(client.options);
    if (!created.ok()) {
      HttpResult result =
          NotSent(*call, absl::StatusCode::kInternal, cause::kFailed, created.status().message());
      EndWaiting(std::move(call), std::move(result));
      return;
    }
    transfer = *std::move(created);
  } else {
    transfer = std::move(client.spare.back());
    client.spare.pop_back();
  }
  --client.waiting;
  ++client.under_way;
  Transfer* const started = transfer.get();
  const bool ready = started->Begin(std::move(call));
  started->index = under_way_.size();
  under_way_.push_back(std::move(transfer));
  if (!ready || curl_multi_add_handle(multi_.get(), started->handle()) != CURLM_OK) {
    EndUnderWay(started, started->End(CURLE_FAILED_INIT));
  }
}

// Ends what libcurl is done with; false when there was nothing.
bool Engine::EndDone() {
  bool ended_one = false;
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // Copied: the message goes with the handle.
    const CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    curl_multi_remove_handle(multi_.get(), transfer->handle());
    EndUnderWay(transfer, transfer->End(code));
    ended_one = true;
  }
  return ended_one;
}

// Looks for what is no longer wanted. libcurl itself keeps the deadlines of what is under way.
void Engine::Sweep() {
  const SteadyTime now = Now();
  if (now < next_sweep_) return;
  next_sweep_ = now + absl::ToChronoNanoseconds(kSweep);
  for (const auto& client : clients_with_queue_) {
    std::deque<std::unique_ptr<Call>> wanted;
    for (auto& call : std::exchange(client->queue, {})) {
      if (std::optional<HttpResult> unwanted = Unwanted(*call)) {
        EndWaiting(std::move(call), *std::move(unwanted));
      } else {
        wanted.push_back(std::move(call));
      }
    }
    client->queue = std::move(wanted);
  }
  // From the end: the last one fills the place of one that goes.
  for (size_t i = under_way_.size(); i-- > 0;) {
    if (under_way_[i]->call().cancellation.cancelled()) Cancel(under_way_[i].get());
  }
}

// Of this client, or of all when it is null.
void Engine::CancelAll(const ClientState* client) {
  for (size_t i = under_way_.size(); i-- > 0;) {
    Transfer* const transfer = under_way_[i].get();
    if (client == nullptr || transfer->call().client.get() == client) Cancel(transfer);
  }
  for (const auto& each : clients_with_queue_) {
    if (client != nullptr && each.get() != client) continue;
    for (auto& call : std::exchange(each->queue, {})) {
      HttpResult result = CancelledBeforeSend(*call);
      EndWaiting(std::move(call), std::move(result));
    }
  }
}

void Engine::Cancel(Transfer* transfer) {
  HttpResult result = transfer->Cancel();
  curl_multi_remove_handle(multi_.get(), transfer->handle());
  EndUnderWay(transfer, std::move(result));
}

// Waits for sockets, for a wake-up or for `at_most`. False when the loop is to end.
bool Engine::Sleep(absl::Duration at_most) {
  const bool busy = !under_way_.empty() || !clients_with_queue_.empty();
  if (busy) at_most = std::min(at_most, kSweep);
  {
    base::MutexLock lock(mutex_);
    if (!inbox_.empty()) return true;
    if (stopping_) {
      stopped_ = !busy;  // Stop may have come since the last look into the inbox
      return busy;
    }
    sleeping_ = at_most > absl::ZeroDuration();
    if (!sleeping_) return true;
  }
  const int64_t ms = absl::ToInt64Milliseconds(absl::Ceil(at_most, absl::Milliseconds(1)));
  curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(ms), nullptr);
  return true;
}

void Engine::EndWaiting(std::unique_ptr<Call> call, HttpResult result) {
  --call->client->waiting;
  call->done(std::move(result));
}

void Engine::EndUnderWay(Transfer* transfer, HttpResult result) {
  under_way_.back()->index = transfer->index;  // the last one fills its place
  std::swap(under_way_[transfer->index], under_way_.back());
  std::unique_ptr<Transfer> spare = std::move(under_way_.back());
  under_way_.pop_back();
  const std::unique_ptr<Call> call = spare->TakeCall();
  call->client->spare.push_back(std::move(spare));
  --call->client->under_way;
  call->done(std::move(result));
}

}  // namespace kinerja::net
