// The choice among all commands.
#include "gateway/ctl/commands.h"

#include <memory>

#include "absl/time/clock.h"
#include "gateway/ctl/grpc_caller.h"

namespace kinerja::ctl {

ExitCode End(const absl::Status& status, Printer* printer) {
  if (!status.ok()) printer->PrintError(ReadRefusal(status));
  const ExitCode code = ExitCodeFor(status);
  return code == ExitCode::kRefused ? ExitCode::kUsage : code;
}

ExitCode Run(const Flags& flags, const Streams& streams) {
  Printer printer(streams.out, streams.err, flags.json, flags.language);
  const base::Clock& clock = base::SystemClock();
  switch (flags.command) {
    case Command::kGenerate:
      return End(RunGenerate(flags.generate, streams.out), &printer);
    case Command::kPki:
      return End(RunPki(flags.pki, clock, streams.out), &printer);
    case Command::kSimulator:
      return End(RunSimulator(flags, streams.out), &printer);
    default:
      break;
  }
  const absl::StatusOr<std::unique_ptr<Caller>> caller = ConnectGrpc(flags.connection);
  if (!caller.ok()) return End(caller.status(), &printer);
  const RetryTools tools{.clock = &clock, .sleep = absl::SleepFor, .seed = 0};
  switch (flags.command) {
    case Command::kSubmit:
    case Command::kValidate:
      return RunSubmit(flags, caller->get(), tools, streams);
    case Command::kRetry:
    case Command::kCancel:
    case Command::kBackfill:
    case Command::kJob:
    case Command::kPause:
    case Command::kResume:
    case Command::kCheck:
      return RunOperate(flags, caller->get(), tools, streams);
    default:
      return RunRead(flags, caller->get(), clock, streams);
  }
}

}  // namespace kinerja::ctl
