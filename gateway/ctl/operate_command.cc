// retry, cancel, backfill, job, pause, resume and check.
#include <algorithm>

#include "absl/strings/str_format.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/delivery_printer.h"

namespace kinerja::ctl {
namespace {

constexpr absl::Duration kBetweenLooks = absl::Seconds(1);

class Operator {
 public:
  Operator(const Flags& flags, Caller* caller, const RetryTools& tools, const Streams& streams)
      : flags_(flags),
        caller_(*caller),
        tools_(tools),
        streams_(streams),
        printer_(streams.out, streams.err, flags.json, flags.language),
        delivery_printer_(streams.out, flags.json, flags.language) {}

  // Counts what the change would touch and shows that; with --yes makes the change for this count,
  // so that nothing is touched that came up meanwhile.
  template <typename Response, typename Request>
  absl::Status Change(Request request) {
    request.set_preview(true);
    const auto preview = AskNow<Response>(request);
    if (!preview.ok()) return preview.status();
    if (!flags_.change.yes || preview->count() == 0) {
      delivery_printer_.PrintPreview(*preview);
      if (!flags_.change.yes) printer_.Remark("nothing was done; --yes does it");
      return absl::OkStatus();
    }
    request.set_preview(false);
    request.set_expected_count(preview->count());
    const auto made = AskNow<Response>(request);
    if (!made.ok()) return made.status();
    return Follow(made->job());
  }

  absl::Status Job() {
    const auto answer = AskNow<v1::GetJobResponse>(flags_.job);
    return answer.ok() ? Follow(answer->job()) : answer.status();
  }

  template <typename Response, typename Request>
  absl::Status ChangeTarget(Request request) {
    request.set_id(flags_.target);
    const auto answer = AskNow<Response>(request);
    if (answer.ok()) delivery_printer_.PrintTarget(answer->target());
    return answer.status();
  }

  absl::Status Check() {
    v1::CheckTargetRequest request;
    request.set_id(flags_.target);
    const auto answer = AskNow<v1::CheckTargetResponse>(request);
    if (!answer.ok()) return answer.status();
    delivery_printer_.PrintCheck(*answer);
    found_fault_ = !std::all_of(answer->findings().begin(), answer->findings().end(),
                                [](const auto& finding) { return finding.ok(); });
    return absl::OkStatus();
  }

  ExitCode End(const absl::Status& status) {
    if (absl::IsFailedPrecondition(status)) {
      printer_.PrintError(ReadRefusal(status));
      return ExitCode::kRefused;
    }
    const ExitCode code = ctl::End(status, &printer_);
    return found_fault_ ? ExitCode::kRefused : code;
  }

 private:
  template <typename Response, typename Request>
  absl::StatusOr<Response> AskNow(const Request& request) {
    return Ask<Response>(&caller_, request, tools_.clock->Now() + flags_.connection.timeout);
  }

  // Prints the job, with --wait when it is done. The job goes on in the gateway whatever happens to
  // this program, and across restarts of the gateway.
  absl::Status Follow(v1::Job job) {
    v1::GetJobRequest request;
    request.set_name(job.name());
    absl::Time last_answer = tools_.clock->Now();
    while (flags_.change.wait && job.state() == v1::JOB_STATE_RUNNING) {
      ShowProgress(job);
      tools_.sleep(kBetweenLooks);
      const auto answer = AskNow<v1::GetJobResponse>(request);
      if (answer.ok()) {
        job = answer->job();
        last_answer = tools_.clock->Now();
      } else if (!absl::IsUnavailable(answer.status()) ||
                 tools_.clock->Now() - last_answer >= flags_.connection.timeout) {
        EndProgress();
        delivery_printer_.PrintJob(job);
        return answer.status();
      }
    }
    EndProgress();
    delivery_printer_.PrintJob(job);
    return absl::OkStatus();
  }

  void ShowProgress(const v1::Job& job) {
    if (!streams_.err_is_terminal) return;
    *streams_.err << absl::StrFormat("\r%s: %d of %d", job.name(), job.done(), job.total());
    streams_.err->flush();
    progress_shown_ = true;
  }

  void EndProgress() {
    if (progress_shown_) *streams_.err << '\n';
    progress_shown_ = false;
  }

  const Flags& flags_;
  Caller& caller_;
  const RetryTools& tools_;
  const Streams& streams_;
  Printer printer_;
  DeliveryPrinter delivery_printer_;
  bool progress_shown_ = false;
  bool found_fault_ = false;
};

absl::Status Operate(const Flags& flags, Operator* with) {
  switch (flags.command) {
    case Command::kRetry:
      return with->Change<v1::RetryDeliveriesResponse>(flags.retry);
    case Command::kCancel:
      return with->Change<v1::CancelDeliveriesResponse>(flags.cancel);
    case Command::kBackfill:
      return with->Change<v1::BackfillTargetResponse>(flags.backfill);
    case Command::kJob:
      return with->Job();
    case Command::kPause:
      return with->ChangeTarget<v1::PauseTargetResponse>(v1::PauseTargetRequest());
    case Command::kResume:
      return with->ChangeTarget<v1::ResumeTargetResponse>(v1::ResumeTargetRequest());
    default:
      return with->Check();
  }
}

}  // namespace

ExitCode RunOperate(const Flags& flags, Caller* caller, const RetryTools& tools,
                    const Streams& streams) {
  Operator with(flags, caller, tools, streams);
  return with.End(Operate(flags, &with));
}

}  // namespace kinerja::ctl
