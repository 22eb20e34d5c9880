#include "tests/support/gateway_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gateway/base/check.h"
#include "gateway/base/hex.h"
#include "gateway/security/digest.h"
#include "gateway/security/pki.h"

namespace kinerja::support {
namespace {

constexpr char kSystems[] = R"(
systems:
  - id: pmm
  - id: bkd-9901
  - id: bkn
    owner: BKN
  - id: arsip-9901
    ordered_by_arrival: true
targets:
  - id: ekinerja
    bkn:
      service_url: https://127.0.0.1:9/apisiasn/1.0
      token_url: https://127.0.0.1:9/oauth2/token
      consumer_key_file: bkn-secret
      consumer_secret_file: bkn-secret
      sso_token_file: bkn-secret
      http:
        allow_private_addresses: true
routes:
  - target: ekinerja
    origins: [pmm, bkd-9901]
)";

std::string TokenPrincipal(std::string_view id, std::string_view token, std::string_view rights) {
  return absl::StrCat("  - id: ", std::string(id),
                      "\n    bearer_token_sha256: ", base::HexEncode(security::Sha256(token)),
                      "\n    ", std::string(rights), "\n");
}

std::string Principals(bool tls) {
  constexpr std::string_view kOfBkd =
      "systems: [bkd-9901, bkn, arsip-9901]\n    instansi: [\"9901\"]";
  std::string yaml = "principals:\n";
  yaml += TokenPrincipal("pmm", kPmmToken, "systems: [pmm]\n    instansi: [\"*\"]");
  yaml += TokenPrincipal("bkd-9901", kBkdToken, kOfBkd);
  yaml += TokenPrincipal("feed-9901", kFeedToken, std::string(kOfBkd) + "\n    feed: true");
  yaml += TokenPrincipal("reader-9901", kReaderToken, "instansi: [\"9901\"]");
  yaml +=
      TokenPrincipal("elsewhere", kElsewhereToken, "systems: [bkd-9901]\n    instansi: [\"9902\"]");
  yaml += TokenPrincipal("operator", kOperatorToken, "instansi: [\"9901\"]\n    operator: true");
  if (tls) {
    yaml += absl::StrCat("  - id: certificate\n    client_certificate_san: ",
                         std::string(kCertificateName), "\n    ", std::string(kOfBkd), "\n");
  }
  return yaml;
}

std::string ConfigYaml(const GatewayFolderOptions& options) {
  const std::string folder = options.store_folder.empty() ? "" : options.store_folder + "/";
  const std::string tables = std::string(KINERJA_SOURCE_DIR) + "/config/reference/";
  std::string yaml = absl::StrCat("listeners:\n  - address: ", options.address, "\n");
  if (options.tls) {
    yaml +=
        "  - address: 127.0.0.1:0\n    tls:\n      certificate_file: pki/server.pem\n"
        "      private_key_file: pki/server-key.pem\n      client_ca_file: pki/ca.pem\n";
  }
  absl::StrAppend(&yaml, "store:\n  sqlite:\n    path: ", folder, "store.db\n",
                  "reference:\n  instansi_file: ", tables, "instansi.tsv\n  unor_file: ", tables,
                  "unor.tsv\n", kSystems, Principals(options.tls),
                  "limits:\n  stop_grace: ", absl::ToInt64Seconds(options.stop_grace), "s\n");
  if (options.max_message_bytes != 0) {
    absl::StrAppend(&yaml, "  max_message_bytes: ", options.max_message_bytes, "\n");
  }
  absl::StrAppend(&yaml, "log:\n  level: ", options.log_every_call ? "DEBUG" : "INFO", "\n");
  return yaml;
}

// Becomes the command; only calls that are safe between fork and exec.
[[noreturn]] void Become(const std::vector<char*>& argv, const std::vector<char*>& envp,
                         const char* log_path) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) _exit(126);
  execvpe(argv[0], argv.data(), envp.data());
  _exit(127);
}

std::vector<char*> Pointers(std::vector<std::string>* texts) {
  std::vector<char*> pointers;
  for (std::string& text : *texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

void WriteTestFile(const std::string& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  KJ_CHECK(file.good());
}

std::string ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

GatewayFolder::GatewayFolder(const GatewayFolderOptions& options) {
  path_ = (std::filesystem::temp_directory_path() / "kinerja-gateway-XXXXXX").string();
  KJ_CHECK(mkdtemp(path_.data()) != nullptr);
  WriteTestFile(File("bkn-secret"), "nobody\n");
  if (options.tls) {
    const security::PkiOptions pki{.folder = File("pki"),
                                   .server_names = {},
                                   .clients = {std::string(kCertificateName), "stranger.example"},
                                   .now = absl::Now() - options.certificate_age,
                                   .life = options.certificate_life};
    KJ_CHECK(security::MakeDemoPki(pki).ok());
  }
  WriteTestFile(File("config.yaml"), ConfigYaml(options));
}

GatewayFolder::~GatewayFolder() { std::filesystem::remove_all(path_); }

std::string GatewayFolder::ReadLog() const { return ReadTestFile(File("stderr.log")); }

std::string GatewayProcess::ReleaseBinary() {
  const char* const folder = std::getenv("KINERJA_RELEASE_BIN");
  return std::string(folder == nullptr ? KINERJA_BINARY_DIR "/bin" : folder) + "/kinerja-gateway";
}

std::unique_ptr<GatewayProcess> GatewayProcess::Start(const GatewayFolder& folder,
                                                      const Options& options) {
  const std::string ready_file = folder.File("ready");
  std::filesystem::remove(ready_file);
  std::vector<std::string> command = options.wrapper;
  command.push_back(options.binary.empty() ? KINERJA_BINARY_DIR "/bin/kinerja-gateway"
                                           : options.binary);
  for (const char* flag : {"--config", "--ready_file"}) command.emplace_back(flag);
  command.insert(command.end() - 1, folder.File("config.yaml"));
  command.push_back(ready_file);
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  for (const auto& [name, value] : options.environment) environment.push_back(name + "=" + value);
  const std::string log = folder.File("stderr.log");
  const std::vector<char*> argv = Pointers(&command);
  const std::vector<char*> envp = Pointers(&environment);
  const pid_t pid = fork();
  KJ_CHECK(pid >= 0);
  if (pid == 0) Become(argv, envp, log.c_str());
  std::unique_ptr<GatewayProcess> process(new GatewayProcess(pid));
  process->WaitUntilServing(ready_file);
  return process;
}

GatewayProcess::~GatewayProcess() { Kill(); }

void GatewayProcess::WaitUntilServing(const std::string& ready_file) {
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (!HasEnded() && absl::Now() < deadline) {
    const std::string ready = ReadTestFile(ready_file);
    if (!ready.empty()) {
      addresses_ = absl::StrSplit(ready, '\n', absl::SkipEmpty());
      return;
    }
    absl::SleepFor(absl::Milliseconds(2));
  }
}

bool GatewayProcess::HasEnded() {
  if (end_) return true;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
  if (WIFSIGNALED(status)) end_ = ProcessEnd{.signal = WTERMSIG(status)};
  if (WIFEXITED(status)) end_ = ProcessEnd{.exit_code = WEXITSTATUS(status)};
  return end_.has_value();
}

void GatewayProcess::Kill() {
  if (HasEnded()) return;
  kill(pid_, SIGKILL);
  while (!HasEnded()) absl::SleepFor(absl::Milliseconds(1));
}

void GatewayProcess::Freeze() const { KJ_CHECK(kill(pid_, SIGSTOP) == 0); }

void GatewayProcess::Thaw() const { KJ_CHECK(kill(pid_, SIGCONT) == 0); }

void GatewayProcess::BeginStop() {
  if (!HasEnded()) kill(pid_, SIGTERM);
}

ProcessEnd GatewayProcess::WaitForEnd(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (!HasEnded() && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
  Kill();
  return *end_;
}

ProcessEnd GatewayProcess::Stop() {
  BeginStop();
  return WaitForEnd();
}

}  // namespace kinerja::support
