// GatewayFolder and GatewayProcess: the real kinerja-gateway on 127.0.0.1 with a free port, its
// configuration and its store in a temporary folder, for tests that stop, kill and start it again.
//
// Threading: one thread; the one that starts a process outlives it (it dies with that thread).
// Ownership: the folder outlives the processes started in it and removes itself.
//
//   GatewayFolder folder;
//   auto gateway = GatewayProcess::Start(folder);
//   GatewayClient client({.address = gateway->address(), .token = kPmmToken});
//   gateway->Kill();
//   gateway = GatewayProcess::Start(folder);  // on what the first one left
#ifndef KINERJA_TESTS_SUPPORT_GATEWAY_PROCESS_H_
#define KINERJA_TESTS_SUPPORT_GATEWAY_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace kinerja::support {

// Bearer tokens of the principals that every test configuration has.
inline constexpr std::string_view kPmmToken = "token-of-pmm";             // pmm, every instansi
inline constexpr std::string_view kBkdToken = "token-of-bkd-9901";        // bkd-9901, instansi 9901
inline constexpr std::string_view kFeedToken = "token-of-feed-9901";      // the same, as a feed
inline constexpr std::string_view kReaderToken = "token-of-reader-9901";  // writes as nobody
inline constexpr std::string_view kElsewhereToken = "token-of-elsewhere";  // bkd-9901, but 9902
inline constexpr std::string_view kOperatorToken =
    "token-of-operator";  // operates, writes as nobody
// The client certificate that is a principal with the rights of bkd-9901.
inline constexpr std::string_view kCertificateName = "bkd-9901.example";

struct GatewayFolderOptions {
  std::string address = "127.0.0.1:0";
  std::string store_folder;        // empty: the folder itself
  bool tls = false;                // a second listener, with certificates made for the test
  bool log_every_call = false;     // level DEBUG
  uint32_t max_message_bytes = 0;  // 0: the default
  absl::Duration stop_grace = absl::Seconds(10);
  absl::Duration certificate_age = absl::ZeroDuration();   // how long ago they begin
  absl::Duration certificate_life = absl::ZeroDuration();  // zero: what a demonstration PKI gives
};

// A temporary folder with config.yaml, the store, and what the processes wrote to stderr.
class GatewayFolder {
 public:
  explicit GatewayFolder(const GatewayFolderOptions& options = {});
  ~GatewayFolder();
  GatewayFolder(const GatewayFolder&) = delete;
  GatewayFolder& operator=(const GatewayFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string File(std::string_view name) const { return path_ + "/" + std::string(name); }
  // The file of a certificate or key in pki/, for example Pki("ca.pem"); with `tls` only.
  std::string Pki(std::string_view name) const { return File("pki/") + std::string(name); }
  // Everything that all processes of this folder have written to stderr.
  std::string ReadLog() const;

 private:
  std::string path_;
};

// Writes a file for a test; ends the process when it cannot.
void WriteTestFile(const std::string& path, std::string_view content);
// Its content; empty when there is none.
std::string ReadTestFile(const std::string& path);

// How a process ended: one of both.
struct ProcessEnd {
  int exit_code = -1;
  int signal = 0;
};

class GatewayProcess {
 public:
  struct Options {
    std::string binary;                // empty: the one of this build
    std::vector<std::string> wrapper;  // put before the command, for example strace
    std::vector<std::pair<std::string, std::string>> environment;
  };

  // Starts it and waits until it serves or has ended, whichever comes first.
  static std::unique_ptr<GatewayProcess> Start(const GatewayFolder& folder,
                                               const Options& options = {});
  // The program of the shipped build where ./dev names it (KINERJA_RELEASE_BIN), else of this one.
  static std::string ReleaseBinary();

  ~GatewayProcess();  // kills it when it still runs
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;

  // Whether it came to serve.
  bool served() const { return !addresses_.empty(); }
  // host:port of the plain listener, and of the one with TLS.
  const std::string& address() const { return addresses_.at(0); }
  const std::string& tls_address() const { return addresses_.at(1); }

  pid_t pid() const { return pid_; }

  // SIGKILL; returns when it is gone.
  void Kill();
  // SIGSTOP and SIGCONT.
  void Freeze() const;
  void Thaw() const;
  // SIGTERM.
  void BeginStop();
  // Waits for its end; kills it after `timeout`, and then signal is SIGKILL.
  ProcessEnd WaitForEnd(absl::Duration timeout = absl::Seconds(60));
  // Both: an ordered stop.
  ProcessEnd Stop();

 private:
  explicit GatewayProcess(pid_t pid) : pid_(pid) {}
  bool HasEnded();
  void WaitUntilServing(const std::string& ready_file);

  pid_t pid_;
  std::optional<ProcessEnd> end_;
  std::vector<std::string> addresses_;
};

}  // namespace kinerja::support

#endif  // KINERJA_TESTS_SUPPORT_GATEWAY_PROCESS_H_
