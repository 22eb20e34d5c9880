#include "tests/integration/run_command.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/check.h"

namespace kinerja::integration {
namespace {

std::string Quoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

}  // namespace

CommandResult RunCommand(const std::vector<std::string>& command, const Environment& environment) {
  std::string line = "env";
  for (const auto& [name, value] : environment)
    absl::StrAppend(&line, " ", Quoted(name + "=" + value));
  for (const std::string& word : command) absl::StrAppend(&line, " ", Quoted(word));
  FILE* const pipe = popen((line + " 2>&1").c_str(), "re");
  KJ_CHECK(pipe != nullptr);
  CommandResult result;
  std::array<char, 4096> buffer;
  while (const size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), got);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  return result;
}

}  // namespace kinerja::integration
