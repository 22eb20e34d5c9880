// kinerjactl: flags → command → exit code. Wiring only.
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "gateway/ctl/commands.h"
#include "gateway/ctl/flags.h"

int main(int argc, char** argv) {
  using kinerja::ctl::ExitCode;
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is a write error
  const kinerja::ctl::ParsedFlags parsed = kinerja::ctl::ParseFlags(argc, argv);
  if (!parsed.flags) {
    (parsed.exit_code == ExitCode::kOk ? std::cout : std::cerr) << parsed.text;
    return static_cast<int>(parsed.exit_code);
  }
  const kinerja::ctl::Streams streams{.in = &std::cin,
                                      .out = &std::cout,
                                      .err = &std::cerr,
                                      .out_is_terminal = isatty(STDOUT_FILENO) != 0,
                                      .err_is_terminal = isatty(STDERR_FILENO) != 0};
  return static_cast<int>(kinerja::ctl::Run(*parsed.flags, streams));
}
