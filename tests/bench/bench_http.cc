// How fast the HTTP client is beside its floor, a bare curl_multi loop, both against the same small
// server in this process over loopback.
//
//   bench_http SECONDS       prints, for each of five rounds: calls per second of both, their
//   ratio,
//                            and the processor time that the thread of each took for a call
#include <curl/curl.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>
#include <vector>

#include "gateway/net/http_client.h"
#include "tests/integration/net/peer_server.h"

namespace {

using Clock = std::chrono::steady_clock;
using kinerja::integration::PeerConnection;
using kinerja::integration::PeerRequest;
using kinerja::integration::PeerServer;

constexpr int kInFlight = 16;
const std::string kBody(2800, 'x');  // about one SKP

struct Outcome {
  int calls = 0;
  double thread_seconds = 0;
};

// Processor time of the calling thread.
double ThreadSeconds() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

size_t Append(char* data, size_t one, size_t bytes, void* body) {
  static_cast<std::string*>(body)->append(data, one * bytes);
  return one * bytes;
}

// Calls in `seconds` by libcurl alone: handles reused, bodies read.
Outcome BareLoop(const std::string& url, double seconds) {
  struct Handle {
    CURL* curl = curl_easy_init();
    std::string body;
  };
  std::vector<Handle> handles(kInFlight);
  CURLM* const multi = curl_multi_init();
  for (Handle& handle : handles) {
    curl_easy_setopt(handle.curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.curl, CURLOPT_POSTFIELDS, kBody.c_str());
    curl_easy_setopt(handle.curl, CURLOPT_WRITEFUNCTION, Append);
    curl_easy_setopt(handle.curl, CURLOPT_WRITEDATA, &handle.body);
    curl_easy_setopt(handle.curl, CURLOPT_PRIVATE, &handle);
    curl_multi_add_handle(multi, handle.curl);
  }
  int calls = 0;
  const double before = ThreadSeconds();
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    int running = 0;
    int left = 0;
    curl_multi_perform(multi, &running);
    while (const CURLMsg* const message = curl_multi_info_read(multi, &left)) {
      Handle* handle = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &handle);
      curl_multi_remove_handle(multi, handle->curl);
      handle->body.clear();
      curl_multi_add_handle(multi, handle->curl);
      ++calls;
    }
    curl_multi_poll(multi, nullptr, 0, 100, nullptr);
  }
  const double thread_seconds = ThreadSeconds() - before;
  for (const Handle& handle : handles) {
    curl_multi_remove_handle(multi, handle.curl);
    curl_easy_cleanup(handle.curl);
  }
  curl_multi_cleanup(multi);
  return {calls, thread_seconds};
}

// The same by our client; each answer sends the next.
Outcome OurLoop(const std::string& url, double seconds) {
  const auto loop = *kinerja::net::HttpLoop::Start();
  const auto client = *kinerja::net::HttpClient::Create(
      loop.get(), {.max_connections = kInFlight, .allow_plain_loopback = true});
  std::atomic<int> under_way = kInFlight;
  std::promise<void> all_done;
  Outcome outcome;  // of the loop's thread until all is done
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  const auto send = [&](std::function<void(kinerja::net::HttpResult)> done) {
    client->Send(kinerja::base::Deadline::After(absl::Seconds(60)), {},
                 {.method = "POST", .url = url, .body = kBody}, std::move(done));
  };
  std::function<void(kinerja::net::HttpResult)> next = [&](kinerja::net::HttpResult result) {
    ++outcome.calls;
    if (result.status.ok() && Clock::now() < end) return send(next);
    outcome.thread_seconds = ThreadSeconds();  // the thread began with this loop
    if (--under_way == 0) all_done.set_value();
  };
  for (int i = 0; i < kInFlight; ++i) send(next);
  all_done.get_future().wait();
  return outcome;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc == 2 ? std::strtod(argv[1], nullptr) : 0;
  if (seconds <= 0) {
    std::fprintf(stderr, "usage: bench_http SECONDS\n");
    return 2;
  }
  const PeerServer peer([](PeerConnection& connection, const PeerRequest&) {
    connection.Answer("200 OK", "{\"success\":true}");
  });
  // One after the other, so that what else the machine does meets both.
  for (int round = 0; round < 5; ++round) {
    const Outcome bare = BareLoop(peer.Url("/"), seconds);
    const Outcome ours = OurLoop(peer.Url("/"), seconds);
    std::printf("floor %.0f/s client %.0f/s ratio %.2f; thread floor %.1f us client %.1f us\n",
                bare.calls / seconds, ours.calls / seconds,
                static_cast<double>(ours.calls) / bare.calls,
                bare.thread_seconds * 1e6 / bare.calls, ours.thread_seconds * 1e6 / ours.calls);
  }
  return 0;
}
