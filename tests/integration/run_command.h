// RunCommand: runs a program to its end and keeps what it wrote. Threading: safe for concurrent
// use.
#ifndef KINERJA_TESTS_INTEGRATION_RUN_COMMAND_H_
#define KINERJA_TESTS_INTEGRATION_RUN_COMMAND_H_

#include <string>
#include <utility>
#include <vector>

namespace kinerja::integration {

struct CommandResult {
  int exit_code = -1;  // -1: it did not end by itself
  std::string output;  // stdout and stderr together
};

using Environment = std::vector<std::pair<std::string, std::string>>;

// `command` is found along PATH; `environment` is added to our own.
CommandResult RunCommand(const std::vector<std::string>& command,
                         const Environment& environment = {});

}  // namespace kinerja::integration

#endif  // KINERJA_TESTS_INTEGRATION_RUN_COMMAND_H_
