// SimulatorProcess: the real kinerja-simulator on 127.0.0.1 with a free port, as one peer.
//
// Threading: one thread; the one that starts a process outlives it (it dies with that thread).
//
//   auto pmm = SimulatorProcess::Start("pmm", {"--data", folder}, folder.File("pmm-ready"));
//   SourceSystem.pmm.url = "http://" + pmm->address();
#ifndef KINERJA_TESTS_SUPPORT_SIMULATOR_PROCESS_H_
#define KINERJA_TESTS_SUPPORT_SIMULATOR_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kinerja::support {

class SimulatorProcess {
 public:
  // Starts it as this peer and waits until it answers; ends the test program when it does not.
  // `ready_file` is a path of its own in a temporary folder.
  static std::unique_ptr<SimulatorProcess> Start(std::string_view peer,
                                                 const std::vector<std::string>& flags,
                                                 const std::string& ready_file);
  ~SimulatorProcess();  // SIGKILL: it keeps nothing
  SimulatorProcess(const SimulatorProcess&) = delete;
  SimulatorProcess& operator=(const SimulatorProcess&) = delete;

  // SIGSTOP and SIGCONT.
  void Freeze() const;
  void Thaw() const;

  // host:port.
  const std::string& address() const { return address_; }

 private:
  explicit SimulatorProcess(pid_t pid) : pid_(pid) {}

  const pid_t pid_;
  std::string address_;
};

}  // namespace kinerja::support

#endif  // KINERJA_TESTS_SUPPORT_SIMULATOR_PROCESS_H_
