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
  bool progress = false;  // `err` is a terminal: show how far it is
};

// The whole program for these flags; connects when the command needs a gateway.
ExitCode Run(const Flags& flags, const Streams& streams);

// submit and validate. Sends with `flags.submit.parallel` calls in flight and prints one answer per
// record. Ends early when nothing more can succeed: the gateway is not there, or does not know the
// caller.
ExitCode RunSubmit(const Flags& flags, Caller* caller, const RetryTools& tools,
                   const Streams& streams);

// get, list, revisions, conflicts.
ExitCode RunRead(const Flags& flags, Caller* caller, const base::Clock& clock, Printer* printer);

// generate: needs reference data only. FILE_UNREADABLE, DATA_LOSS: a file; INVALID_ARGUMENT: no
// unit in the reference data, or a code that no single record can break.
absl::Status RunGenerate(const GenerateFlags& flags, std::ostream* out);

// pki.
absl::Status RunPki(const PkiFlags& flags, const base::Clock& clock, std::ostream* out);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_COMMANDS_H_
