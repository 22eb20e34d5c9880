// get, list, revisions and conflicts, and the choice among all commands.
#include "gateway/ctl/commands.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/time/clock.h"
#include "gateway/ctl/grpc_caller.h"

namespace kinerja::ctl {
namespace {

constexpr int kPage = 500;

// Follows the pages until `limit` rows (0: all) or the end. A page may be short or empty and still
// have a next one (AIP-158).
template <typename Row, typename Request, typename Fetch, typename RowsOf>
absl::StatusOr<std::vector<Row>> ReadPages(Request request, int limit, bool* more, Fetch fetch,
                                           RowsOf rows_of) {
  std::vector<Row> rows;
  do {
    const int left = limit == 0 ? kPage : limit - static_cast<int>(rows.size());
    request.set_page_size(std::min(left, kPage));
    auto page = fetch(request);
    if (!page.ok()) return page.status();
    for (const Row& row : rows_of(*page)) rows.push_back(row);
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && (limit == 0 || static_cast<int>(rows.size()) < limit));
  *more = !request.page_token().empty();
  return rows;
}

class Reader {
 public:
  Reader(const Flags& flags, Caller* caller, const base::Clock& clock, Printer* printer)
      : flags_(flags), caller_(*caller), clock_(clock), printer_(*printer) {}

  absl::Status Get() {
    const auto answer = caller_.Get(flags_.get, Deadline());
    if (answer.ok()) printer_.PrintSkp(answer->skp());
    return answer.status();
  }

  absl::Status List() {
    bool more = false;
    const auto skps = ReadPages<v1::Skp>(
        flags_.list, flags_.limit, &more,
        [this](const auto& request) { return caller_.List(request, Deadline()); },
        [](const auto& page) -> const auto& { return page.skps(); });
    if (skps.ok()) printer_.PrintSkps(*skps);
    return Finish(skps.status(), more);
  }

  absl::Status Revisions() {
    bool more = false;
    const auto skps = ReadPages<v1::Skp>(
        flags_.revisions, flags_.limit, &more,
        [this](const auto& request) { return caller_.ListRevisions(request, Deadline()); },
        [](const auto& page) -> const auto& { return page.skps(); });
    if (skps.ok()) printer_.PrintSkps(*skps);
    return Finish(skps.status(), more);
  }

  absl::Status Conflicts() {
    bool more = false;
    const auto conflicts = ReadPages<v1::Conflict>(
        flags_.conflicts, flags_.limit, &more,
        [this](const auto& request) { return caller_.ListConflicts(request, Deadline()); },
        [](const auto& page) -> const auto& { return page.conflicts(); });
    if (conflicts.ok()) printer_.PrintConflicts(*conflicts);
    return Finish(conflicts.status(), more);
  }

 private:
  absl::Time Deadline() const { return clock_.Now() + flags_.connection.timeout; }

  absl::Status Finish(absl::Status status, bool more) {
    if (status.ok() && more) printer_.Remark("there are more; see --limit");
    return status;
  }

  const Flags& flags_;
  Caller& caller_;
  const base::Clock& clock_;
  Printer& printer_;
};

absl::Status Read(const Flags& flags, Reader* reader) {
  switch (flags.command) {
    case Command::kGet:
      return reader->Get();
    case Command::kList:
      return reader->List();
    case Command::kRevisions:
      return reader->Revisions();
    default:
      return reader->Conflicts();
  }
}

ExitCode End(const absl::Status& status, Printer* printer) {
  if (!status.ok()) printer->PrintError(ReadRefusal(status));
  return ExitCodeFor(status);
}

// No record is refused by what these commands do: what is not valid stood on the command line.
ExitCode EndWithoutRecord(const absl::Status& status, Printer* printer) {
  const ExitCode code = End(status, printer);
  return code == ExitCode::kRefused ? ExitCode::kUsage : code;
}

}  // namespace

ExitCode RunRead(const Flags& flags, Caller* caller, const base::Clock& clock, Printer* printer) {
  Reader reader(flags, caller, clock, printer);
  return EndWithoutRecord(Read(flags, &reader), printer);
}

ExitCode Run(const Flags& flags, const Streams& streams) {
  Printer printer(streams.out, streams.err, flags.json, flags.language);
  const base::Clock& clock = base::SystemClock();
  if (flags.command == Command::kGenerate) {
    return EndWithoutRecord(RunGenerate(flags.generate, streams.out), &printer);
  }
  if (flags.command == Command::kPki) {
    return EndWithoutRecord(RunPki(flags.pki, clock, streams.out), &printer);
  }
  const absl::StatusOr<std::unique_ptr<Caller>> caller = ConnectGrpc(flags.connection);
  if (!caller.ok()) return End(caller.status(), &printer);
  if (flags.command == Command::kSubmit || flags.command == Command::kValidate) {
    const RetryTools tools{.clock = &clock, .sleep = absl::SleepFor, .seed = 0};
    return RunSubmit(flags, caller->get(), tools, streams);
  }
  return RunRead(flags, caller->get(), clock, &printer);
}

}  // namespace kinerja::ctl
