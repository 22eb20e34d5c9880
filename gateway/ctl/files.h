// Whole files, with the errors of kinerjactl. Safe for concurrent use.
#ifndef KINERJA_GATEWAY_CTL_FILES_H_
#define KINERJA_GATEWAY_CTL_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kinerja::ctl {

// The bytes of a file; FILE_UNREADABLE, naming it, when it cannot be read.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path);

// Writes a file anew; DATA_LOSS, naming it, when it cannot be written.
absl::Status WriteWholeFile(const std::string& path, const std::string& bytes);

// FILE_UNREADABLE: `path` is no `format`.
absl::Status Unreadable(const std::string& path, const std::string& format);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_FILES_H_
