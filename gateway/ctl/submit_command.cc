// submit and validate.
#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gateway/base/hex.h"
#include "gateway/base/mutex.h"
#include "gateway/base/owned_thread.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/record_reader.h"
#include "gateway/schema/catalogue.h"
#include "gateway/security/digest.h"

namespace kinerja::ctl {
namespace {

// RFC 4122, version 4.
std::string NewRequestId() {
  std::string bytes = security::RandomBytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  std::string id = base::HexEncode(bytes);
  for (const size_t at : {8, 13, 18, 23}) id.insert(at, 1, '-');
  return id;
}

// Sends record after record; shared by the sending threads.
class Sender {
 public:
  Sender(const Flags& flags, Caller* caller, const RetryTools& tools, const Streams& streams,
         RecordReader reader)
      : flags_(flags),
        caller_(*caller),
        tools_(tools),
        streams_(streams),
        reader_(std::move(reader)),
        printer_(streams.out, streams.err, flags.json, flags.language) {}

  ExitCode Run();

 private:
  std::optional<InputRecord> Take() ABSL_LOCKS_EXCLUDED(input_);
  void SendAll();
  Submission Send(InputRecord record) const;
  Submission Submit(const v1::SubmitSkpRequest& request) const;
  void CompleteViolations(const v1::SubmitSkpRequest& request, absl::Time deadline,
                          Refusal* refusal) const;
  void Report(const Submission& submission) ABSL_LOCKS_EXCLUDED(output_);
  bool OneRecordOnly() const {
    return !flags_.submit.request_id.empty() || flags_.submit.expected_revision.has_value();
  }

  bool ShowsProgress() const { return streams_.err_is_terminal && !streams_.out_is_terminal; }

  const Flags& flags_;
  Caller& caller_;
  const RetryTools& tools_;
  const Streams& streams_;

  base::Mutex input_;
  RecordReader reader_ ABSL_GUARDED_BY(input_);
  std::optional<InputRecord> first_ ABSL_GUARDED_BY(input_);
  std::atomic<bool> stopped_ = false;

  base::Mutex output_;
  Printer printer_ ABSL_GUARDED_BY(output_);
  ExitCode worst_ ABSL_GUARDED_BY(output_) = ExitCode::kOk;
  size_t answered_ ABSL_GUARDED_BY(output_) = 0;
  size_t refused_ ABSL_GUARDED_BY(output_) = 0;
};

// What a submission says about how the program ends.
ExitCode ExitCodeOf(const Submission& submission) {
  if (submission.refusal) return ExitCodeFor(submission.refusal->status);
  return submission.response.outcome() == v1::OUTCOME_INVALID ? ExitCode::kRefused : ExitCode::kOk;
}

// The next record would fail in the same way.
bool IsHopeless(const Submission& submission) {
  if (!submission.refusal) return false;
  const absl::Status& status = submission.refusal->status;
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsUnauthenticated(status);
}

ExitCode Sender::Run() {
  if (OneRecordOnly()) {
    base::MutexLock lock(input_);
    first_ = reader_.Next();
    if (first_ && reader_.Next()) {
      *streams_.err << "kinerjactl: --request-id and --expected-revision are for one record; the "
                       "input has more\n";
      return ExitCode::kUsage;
    }
  }
  std::vector<std::unique_ptr<base::OwnedThread>> threads;
  for (int i = 1; i < flags_.submit.parallel; ++i) {
    threads.push_back(
        std::make_unique<base::OwnedThread>(absl::StrCat("send-", i), [this] { SendAll(); }));
  }
  SendAll();
  threads.clear();  // joins
  base::MutexLock lock(output_);
  if (ShowsProgress() && answered_ > 0) *streams_.err << '\n';
  if (stopped_) {
    printer_.Remark("stopped: the next record would fail alike; what was sent is listed above");
  }
  return worst_;
}

std::optional<InputRecord> Sender::Take() {
  base::MutexLock lock(input_);
  if (first_) return std::exchange(first_, std::nullopt);
  return reader_.Next();
}

void Sender::SendAll() {
  while (!stopped_) {
    std::optional<InputRecord> record = Take();
    if (!record) return;
    const Submission submission = Send(std::move(*record));
    if (IsHopeless(submission)) stopped_ = true;
    Report(submission);
  }
}

Submission Sender::Send(InputRecord record) const {
  if (!record.error.ok() || !record.violations.empty()) {
    Submission submission;
    submission.origin = std::move(record.origin);
    submission.refusal =
        ReadRefusal(!record.error.ok()
                        ? record.error
                        : schema::RecordError(absl::StatusCode::kInvalidArgument,
                                              v1::ERROR_REASON_RECORD_INVALID, record.violations));
    submission.refusal->violations = std::move(record.violations);
    submission.refusal->complete = true;
    return submission;
  }
  v1::SubmitSkpRequest request;
  request.set_validate_only(flags_.command == Command::kValidate);
  if (!request.validate_only()) {
    const std::string& given = flags_.submit.request_id;
    request.set_request_id(given.empty() ? NewRequestId() : given);
  }
  if (flags_.submit.expected_revision) {
    request.set_expected_revision(*flags_.submit.expected_revision);
  }
  *request.mutable_skp() = std::move(record.skp);
  Submission submission = Submit(request);
  submission.origin = std::move(record.origin);
  return submission;
}

Submission Sender::Submit(const v1::SubmitSkpRequest& request) const {
  Submission submission;
  submission.request_id = request.request_id();
  const v1::Source& source = request.skp().source();
  submission.source = absl::StrCat(source.system(), " ", source.id());
  const absl::Time deadline = tools_.clock->Now() + flags_.connection.timeout;
  RetryTools tools = tools_;
  if (tools.seed == 0) tools.seed = std::hash<std::string>()(request.request_id());
  absl::StatusOr<v1::SubmitSkpResponse> answer =
      SubmitWithRetry(&caller_, request, deadline, tools);
  if (answer.ok()) {
    submission.response = *std::move(answer);
    return submission;
  }
  submission.refusal = ReadRefusal(answer.status());
  if (!submission.refusal->complete) {
    CompleteViolations(request, deadline, &*submission.refusal);
  }
  return submission;
}

// Status details hold some 6 KiB; the answer to validate_only holds the whole list.
void Sender::CompleteViolations(const v1::SubmitSkpRequest& request, absl::Time deadline,
                                Refusal* refusal) const {
  v1::SubmitSkpRequest question = request;
  question.clear_request_id();
  question.set_validate_only(true);
  const absl::StatusOr<v1::SubmitSkpResponse> answer =
      Ask<v1::SubmitSkpResponse>(&caller_, question, deadline);
  // Reference data may have come meanwhile: then what was said first stays.
  if (!answer.ok() || answer->violations_size() < static_cast<int>(refusal->violations.size())) {
    return;
  }
  refusal->violations.assign(answer->violations().begin(), answer->violations().end());
  refusal->complete = true;
}

void Sender::Report(const Submission& submission) {
  base::MutexLock lock(output_);
  printer_.Print(submission);
  const ExitCode code = ExitCodeOf(submission);
  worst_ = std::max(worst_, code);
  ++answered_;
  if (code != ExitCode::kOk) ++refused_;
  if (!ShowsProgress()) return;
  *streams_.err << absl::StrFormat("\r%d answered, %d refused", answered_, refused_);
  streams_.err->flush();
}

}  // namespace

ExitCode RunSubmit(const Flags& flags, Caller* caller, const RetryTools& tools,
                   const Streams& streams) {
  absl::StatusOr<RecordReader> reader = RecordReader::Open(flags.submit.files, streams.in);
  if (!reader.ok()) {
    Printer(streams.out, streams.err, flags.json, flags.language)
        .PrintError(ReadRefusal(reader.status()));
    return ExitCodeFor(reader.status());
  }
  return Sender(flags, caller, tools, streams, *std::move(reader)).Run();
}

}  // namespace kinerja::ctl
