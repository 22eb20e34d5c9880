// OwnedThread: a thread with a name, owned by the object that needs it and joined with it.
//
// Threading: construct, Join and destroy on one thread; RequestStop from any.
// Ownership: make it the LAST member, so that it is joined before what it uses goes away.
//
//   OwnedThread thread_{"sqlite-writer", [this](std::stop_token stop) { Run(stop); }};
#ifndef KINERJA_GATEWAY_BASE_OWNED_THREAD_H_
#define KINERJA_GATEWAY_BASE_OWNED_THREAD_H_

#include <pthread.h>

#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

namespace kinerja::base {

class OwnedThread {
 public:
  // Starts `run`, which may take a std::stop_token. The kernel keeps 15 bytes of `name`; it is what
  // `top -H` and gdb show, and stands in the thread table of gateway/README.md.
  template <typename Run>
  OwnedThread(std::string_view name, Run run)
      : thread_([name = std::string(name.substr(0, kMaxNameBytes)),
                 run = std::move(run)](std::stop_token stop) mutable {
          pthread_setname_np(pthread_self(), name.c_str());
          if constexpr (std::is_invocable_v<Run&, std::stop_token>) {
            run(std::move(stop));
          } else {
            run();
          }
        }) {}

  // Requests the stop and waits for the end. What blocks without looking at the stop_token must
  // have been woken before by its owner (close the queue).
  ~OwnedThread() = default;
  OwnedThread(const OwnedThread&) = delete;
  OwnedThread& operator=(const OwnedThread&) = delete;

  void RequestStop() { thread_.request_stop(); }

  // Waits for the end without requesting it. Harmless when it has been joined already.
  void Join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  static constexpr size_t kMaxNameBytes = 15;
  std::jthread thread_;
};

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_OWNED_THREAD_H_
