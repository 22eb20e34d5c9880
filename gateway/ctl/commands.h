// The subcommands. Each does its work, prints, and says how the program is to end.
// Threading: one thread calls them; submitting starts its own, joined before it returns.
#ifndef KINERJA_GATEWAY_CTL_COMMANDS_H_
#define KINERJA_GATEWAY_CTL_COMMANDS_H_

#include <istream>
#include <ostream>

#include "absl/status/status.h"
#include "gateway/base/clock.h"
#include "gateway/ctl/caller.h"
#include "gateway/ctl/exit_code.h"
#include "gateway/ctl/flags.h"
#include "gateway/ctl/printer.h"
#include "gateway/ctl/retry.h"

namespace kinerja::ctl {

// Where text comes from and goes to; not owned.
struct Streams {
  std::istream* in;
  std::ostream* out;
  std::ostream* err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;  // shows how far it is, where `out` does not come in between
};

// The whole program for these flags; connects when the command needs a gateway.
ExitCode Run(const Flags& flags, const Streams& streams);

// submit and validate. Sends with `flags.submit.parallel` calls in flight and prints one answer per
// record. Ends early when nothing more can succeed: the gateway is not there, or does not know the
// caller.
ExitCode RunSubmit(const Flags& flags, Caller* caller, const RetryTools& tools,
                   const Streams& streams);

// get, list, revisions, conflicts, explain, deliveries, delivery, targets, target.
ExitCode RunRead(const Flags& flags, Caller* caller, const base::Clock& clock,
                 const Streams& streams);

// retry, cancel, backfill, job, pause, resume, check. A change of many is counted by a preview
// first, and made for that count only. Following a job outlives a gateway that is away for less
// than --timeout. kRefused: the change was refused, or a check found a fault.
ExitCode RunOperate(const Flags& flags, Caller* caller, const RetryTools& tools,
                    const Streams& streams);

// generate: needs reference data only. FILE_UNREADABLE, DATA_LOSS: a file; INVALID_ARGUMENT: no
// unit in the reference data, or a code that no single record can break.
absl::Status RunGenerate(const GenerateFlags& flags, std::ostream* out);

// pki.
absl::Status RunPki(const PkiFlags& flags, const base::Clock& clock, std::ostream* out);

// simulator: prints what it answers. INVALID_ARGUMENT: the simulator does not take it; NOT_FOUND:
// this peer has no such thing; UNKNOWN: no simulator answers there; UNAVAILABLE, DEADLINE_EXCEEDED:
// nobody does.
absl::Status RunSimulator(const Flags& flags, std::ostream* out);

// Prints the error, if it is one, and says how to end where no record can be refused: what is not
// valid stood on the command line.
ExitCode End(const absl::Status& status, Printer* printer);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_COMMANDS_H_
