#include "tests/support/simulator_process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gateway/base/check.h"
#include "tests/support/gateway_process.h"

namespace kinerja::support {

std::unique_ptr<SimulatorProcess> SimulatorProcess::Start(std::string_view peer,
                                                          const std::vector<std::string>& flags,
                                                          const std::string& ready_file) {
  std::filesystem::remove(ready_file);
  std::vector<std::string> command = {KINERJA_BINARY_DIR "/bin/kinerja-simulator",
                                      std::string(peer),
                                      "--listen",
                                      "127.0.0.1:0",
                                      "--ready_file",
                                      ready_file};
  command.insert(command.end(), flags.begin(), flags.end());
  std::vector<char*> argv;
  for (std::string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = fork();
  KJ_CHECK(pid >= 0);
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(argv[0], argv.data());
    _exit(127);
  }
  std::unique_ptr<SimulatorProcess> process(new SimulatorProcess(pid));
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (process->address_.empty()) {
    const bool simulator_came_to_answer = absl::Now() < deadline;
    KJ_CHECK(simulator_came_to_answer);
    absl::SleepFor(absl::Milliseconds(2));
    std::string ready = ReadTestFile(ready_file);
    absl::StripAsciiWhitespace(&ready);
    process->address_ = std::move(ready);
  }
  return process;
}

void SimulatorProcess::Freeze() const { KJ_CHECK(kill(pid_, SIGSTOP) == 0); }

void SimulatorProcess::Thaw() const { KJ_CHECK(kill(pid_, SIGCONT) == 0); }

SimulatorProcess::~SimulatorProcess() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace kinerja::support
