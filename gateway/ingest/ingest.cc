// Flow 3 of 6. Before: gateway/server/skp_service.cc. Next: gateway/delivery/dispatcher.cc.
#include "gateway/ingest/ingest.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/ingest/record_rules.h"
#include "gateway/ingest/refusal.h"
#include "gateway/schema/normalise.h"
#include "gateway/security/digest.h"

namespace kinerja::ingest {
namespace {

absl::Status RequestInvalid(std::string_view field, std::string_view problem) {
  return schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_INVALID,
                       {{"field", std::string(field)}, {"problem", std::string(problem)}});
}

unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

// Version 4, RFC 9562, either case.
bool IsUuid4(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx";
  if (text.size() != kShape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = static_cast<char>(absl::ascii_tolower(Byte(text[i])));
    const bool ok = kShape[i] == 'x'   ? absl::ascii_isxdigit(Byte(c))
                    : kShape[i] == 'v' ? std::string_view("89ab").find(c) != std::string_view::npos
                                       : c == kShape[i];
    if (!ok) return false;
  }
  return true;
}

// Over the normalised record and the request's other fields, so that every door agrees.
std::string DigestOf(const v1::Skp& skp, const std::optional<uint64_t>& expected_revision) {
  const std::string body = schema::SerialiseDeterministic(skp);
  const std::string rest =
      expected_revision ? absl::StrCat("expected_revision=", *expected_revision) : "";
  const std::array<std::string_view, 3> parts = {rest, std::string_view("\n"), body};
  return security::Sha256(parts);
}

// The form of source.system; a NIP does not have it, so it may be named in an error.
bool IsSystemName(std::string_view text) {
  return !text.empty() && text.size() <= 63 && absl::ascii_islower(Byte(text[0])) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c == '-' || absl::ascii_islower(Byte(c)) || absl::ascii_isdigit(Byte(c));
         });
}

bool IsReuse(const std::vector<schema::Violation>& violations) {
  return violations.size() == 1 && violations.front().reason == v1::ERROR_REASON_REQUEST_ID_REUSED;
}

}  // namespace

Ingest::Ingest(store::Store* store, std::shared_ptr<const Rulebook> rulebook,
               const base::Clock* clock)
    : store_(store), clock_(clock), rulebook_(std::move(rulebook)) {}

void Ingest::SetRulebook(std::shared_ptr<const Rulebook> rulebook) {
  base::MutexLock lock(mutex_);
  rulebook_ = std::move(rulebook);
}

std::shared_ptr<const Rulebook> Ingest::rulebook() const {
  base::MutexLock lock(mutex_);
  return rulebook_;
}

void Ingest::SubmitSkp(const base::CallContext& context, const security::Principal& principal,
                       v1::SubmitSkpRequest request, SubmitDone done) {
  auto pending = std::make_shared<Pending>();
  pending->rulebook = rulebook();
  pending->submission.received = clock_->Now();
  absl::Status read = ReadRequest(principal, &request, pending.get());
  if (read.ok()) read = context.Check();
  if (!read.ok()) return done(std::move(read));
  pending->violations = JudgeRecordRules(validator_, *pending->rulebook, &pending->submission);
  pending->done = std::move(done);
  if (request.validate_only() || !pending->violations.empty()) {
    return JudgeOnly(std::move(pending), request.validate_only());
  }
  JudgeAndWrite(std::move(pending));
}

// The request without the record's rules: its form, and whether the caller may write this at all.
absl::Status Ingest::ReadRequest(const security::Principal& principal,
                                 v1::SubmitSkpRequest* request, Pending* pending) const {
  if (!request->GetReflection()->GetUnknownFields(*request).empty()) {
    return RequestInvalid("the request", "it has a field that this schema version lacks");
  }
  if (!request->has_skp()) return RequestInvalid("skp", "it is empty; give the record");
  if (!request->request_id().empty() && !IsUuid4(request->request_id())) {
    return RequestInvalid("request_id", "it is no UUID of version 4");
  }
  Submission& submission = pending->submission;
  submission.principal = &principal;
  // What is only asked about is judged as if for the first time.
  if (!request->validate_only()) {
    submission.request_id = absl::AsciiStrToLower(request->request_id());
  }
  if (request->has_expected_revision()) {
    submission.expected_revision = request->expected_revision();
  }
  submission.skp = std::move(*request->mutable_skp());
  schema::Normalise(&submission.skp);
  const std::string& system = submission.skp.source().system();
  // What is malformed is left to the rules, which name it without repeating it.
  if (IsSystemName(system) && !principal.MayWriteAs(system)) {
    return schema::Error(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_SOURCE_NOT_ALLOWED,
                         {{"system", system}});
  }
  const std::string& instansi = submission.skp.pegawai().instansi().kode_bkn();
  if (resource::ParseInstansiName(absl::StrCat("instansi/", instansi)) &&
      !principal.MayUseInstansi(instansi)) {
    return schema::Error(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_INSTANSI_NOT_ALLOWED,
                         {{"instansi", instansi}});
  }
  if (!submission.request_id.empty()) {
    submission.digest = DigestOf(submission.skp, submission.expected_revision);
  }
  return absl::OkStatus();
}

// A record that is refused anyway, or only asked about, is judged against a snapshot too, so that
// the list is complete; and a request_id that was answered before gets that answer.
void Ingest::JudgeOnly(std::shared_ptr<Pending> pending, bool validate_only) {
  const absl::Status handed_in =
      store_->Read([this, pending, validate_only](const store::View& view) {
        absl::StatusOr<Verdict> verdict = Judge(view, pending->submission, *pending->rulebook);
        if (!verdict.ok()) return pending->done(std::move(verdict).status());
        if (verdict->replayed) return pending->done(std::move(verdict->response));
        // A request_id comes first: where it was used for other content, nothing else is judged.
        if (IsReuse(verdict->violations)) return pending->done(RefusalStatus(verdict->violations));
        std::vector<schema::Violation> all = std::move(pending->violations);
        std::move(verdict->violations.begin(), verdict->violations.end(), std::back_inserter(all));
        schema::SortByField(v1::Skp::descriptor(), &all);
        if (!validate_only) return pending->done(RefusalStatus(all));
        v1::SubmitSkpResponse response = std::move(verdict->response);
        const bool is_new = response.outcome() == v1::OUTCOME_CREATED;
        const bool is_change = response.outcome() == v1::OUTCOME_UPDATED;
        response.set_outcome(all.empty() ? v1::OUTCOME_VALID : v1::OUTCOME_INVALID);
        if (is_new) response.clear_name();
        if (is_new) response.clear_revision();
        if (is_change) response.set_revision(response.revision() - 1);  // nothing is written
        for (const schema::Violation& violation : all) {
          *response.add_violations() = schema::ToProto(violation);
        }
        pending->done(std::move(response));
      });
  if (!handed_in.ok()) pending->done(handed_in);
}

void Ingest::JudgeAndWrite(std::shared_ptr<Pending> pending) {
  const auto decide = [this, pending](const store::View& view) -> absl::StatusOr<store::Writes> {
    KJ_ASSIGN_OR_RETURN(Verdict verdict, Judge(view, pending->submission, *pending->rulebook));
    if (!verdict.violations.empty()) return RefusalStatus(verdict.violations);
    return std::move(verdict.writes);
  };
  store_->Write(decide, [pending](absl::StatusOr<store::Committed> committed) {
    if (!committed.ok()) return pending->done(std::move(committed).status());
    v1::SubmitSkpResponse response;
    if (!response.ParseFromString(committed->answer)) {
      return pending->done(schema::Error(absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL));
    }
    pending->done(std::move(response));
  });
}

}  // namespace kinerja::ingest
