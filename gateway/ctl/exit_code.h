// How kinerjactl ends: one code for each kind of error, so that scripts need not read sentences.
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_CTL_EXIT_CODE_H_
#define KINERJA_GATEWAY_CTL_EXIT_CODE_H_

#include <string_view>

#include "absl/status/status.h"

namespace kinerja::ctl {

// In rising weight: where several records fail, the greatest one counts.
enum class ExitCode {
  kOk = 0,
  kRefused = 1,      // the record or the change was refused, or a check found a fault
  kUsage = 2,        // the command line is wrong
  kNotFound = 3,     // what was named is not there
  kNotAllowed = 4,   // the caller is not known or may not do this
  kUnreachable = 5,  // no gateway answers in time, or it is busy
  kUnreadable = 6,   // a file cannot be read or written
  kOther = 7,        // anything else
};

// The kind of this error. What is wrong with a file is told by its reason, the rest by the code.
ExitCode ExitCodeFor(const absl::Status& status);

// The table of the codes, for --help.
std::string_view ExitCodeHelp();

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_EXIT_CODE_H_
