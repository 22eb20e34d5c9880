// get, list, revisions, conflicts, explain, deliveries, delivery, targets and target.
#include <algorithm>

#include "gateway/ctl/commands.h"
#include "gateway/ctl/delivery_printer.h"

namespace kinerja::ctl {
namespace {

constexpr int kPage = 500;

class Reader {
 public:
  Reader(const Flags& flags, Caller* caller, const base::Clock& clock, Printer* printer)
      : flags_(flags), caller_(*caller), clock_(clock), printer_(*printer) {}

  // Asks once; `print` gets the answer.
  template <typename Response, typename Request, typename Print>
  absl::Status One(const Request& request, Print print) {
    const auto answer = Ask<Response>(&caller_, request, Deadline());
    if (answer.ok()) print(*answer);
    return answer.status();
  }

  // Follows the pages until --limit rows (0: all) or the end; `print` gets all rows. A page may be
  // short or empty and still have a next one (AIP-158).
  template <typename Response, typename Request, typename RowsOf, typename Print>
  absl::Status Many(Request request, RowsOf rows_of, Print print) {
    Response all;
    do {
      const int left = flags_.limit == 0 ? kPage : flags_.limit - rows_of(all).size();
      request.set_page_size(std::min(left, kPage));
      const auto page = Ask<Response>(&caller_, request, Deadline());
      if (!page.ok()) return page.status();
      all.MergeFrom(*page);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty() &&
             (flags_.limit == 0 || rows_of(all).size() < flags_.limit));
    print(rows_of(all));
    if (!request.page_token().empty()) printer_.Remark("there are more; see --limit");
    return absl::OkStatus();
  }

 private:
  absl::Time Deadline() const { return clock_.Now() + flags_.connection.timeout; }

  const Flags& flags_;
  Caller& caller_;
  const base::Clock& clock_;
  Printer& printer_;
};

absl::Status ReadSkps(const Flags& flags, Reader* reader, Printer* printer) {
  const auto skps = [](const auto& page) -> const auto& { return page.skps(); };
  const auto print_skps = [printer](const auto& rows) { printer->PrintSkps(rows); };
  switch (flags.command) {
    case Command::kGet:
      return reader->One<v1::GetSkpResponse>(
          flags.get, [printer](const auto& answer) { printer->PrintSkp(answer.skp()); });
    case Command::kList:
      return reader->Many<v1::ListSkpsResponse>(flags.list, skps, print_skps);
    case Command::kRevisions:
      return reader->Many<v1::ListSkpRevisionsResponse>(flags.revisions, skps, print_skps);
    default:
      return reader->Many<v1::ListConflictsResponse>(
          flags.conflicts, [](const auto& page) -> const auto& { return page.conflicts(); },
          [printer](const auto& rows) { printer->PrintConflicts(rows); });
  }
}

absl::Status ReadDeliveries(const Flags& flags, Reader* reader, DeliveryPrinter* printer) {
  switch (flags.command) {
    case Command::kExplain:
      return reader->One<v1::ExplainSkpResponse>(
          flags.explain, [printer](const auto& answer) { printer->PrintExplanation(answer); });
    case Command::kDeliveries:
      return reader->Many<v1::ListDeliveriesResponse>(
          flags.deliveries, [](const auto& page) -> const auto& { return page.deliveries(); },
          [printer](const auto& rows) { printer->PrintDeliveries(rows); });
    case Command::kDelivery:
      return reader->One<v1::GetDeliveryResponse>(flags.delivery, [printer](const auto& answer) {
        printer->PrintDelivery(answer.delivery());
      });
    case Command::kTargets:
      return reader->Many<v1::ListTargetsResponse>(
          v1::ListTargetsRequest(), [](const auto& page) -> const auto& { return page.targets(); },
          [printer](const auto& rows) { printer->PrintTargets(rows); });
    default: {
      v1::GetTargetRequest request;
      request.set_id(flags.target);
      return reader->One<v1::GetTargetResponse>(
          request, [printer](const auto& answer) { printer->PrintTarget(answer.target()); });
    }
  }
}

}  // namespace

ExitCode RunRead(const Flags& flags, Caller* caller, const base::Clock& clock,
                 const Streams& streams) {
  Printer printer(streams.out, streams.err, flags.json, flags.language);
  Reader reader(flags, caller, clock, &printer);
  switch (flags.command) {
    case Command::kGet:
    case Command::kList:
    case Command::kRevisions:
    case Command::kConflicts:
      return End(ReadSkps(flags, &reader, &printer), &printer);
    default: {
      DeliveryPrinter delivery_printer(streams.out, flags.json, flags.language);
      return End(ReadDeliveries(flags, &reader, &delivery_printer), &printer);
    }
  }
}

}  // namespace kinerja::ctl
