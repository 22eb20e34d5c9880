#include "gateway/ctl/exit_code.h"

#include "gateway/schema/catalogue.h"

namespace kinerja::ctl {

ExitCode ExitCodeFor(const absl::Status& status) {
  const v1::ErrorReason reason = schema::ReasonOf(status);
  if (reason == v1::ERROR_REASON_FILE_UNREADABLE) return ExitCode::kUnreadable;
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return ExitCode::kRefused;
    case absl::StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return ExitCode::kNotAllowed;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return ExitCode::kUnreachable;
    case absl::StatusCode::kDataLoss:  // a file of ours; a store that lost data names its reason
      return reason == v1::ERROR_REASON_UNSPECIFIED ? ExitCode::kUnreadable : ExitCode::kOther;
    default:
      return ExitCode::kOther;
  }
}

std::string_view ExitCodeHelp() {
  return "Exit codes (several records: the greatest of theirs):\n"
         "  0  done\n"
         "  1  a record or a change was refused, or a check found a fault\n"
         "  2  the command line is wrong\n"
         "  3  no such record, revision, delivery, target or job\n"
         "  4  not allowed: token, certificate, source, instansi or right\n"
         "  5  no gateway answers in time, or it is busy\n"
         "  6  a file cannot be read or written\n"
         "  7  anything else\n";
}

}  // namespace kinerja::ctl
