#include "gateway/ingest/feed_record.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "gateway/base/status.h"
#include "gateway/ingest/record_rules.h"
#include "gateway/schema/check.h"
#include "gateway/schema/normalise.h"
#include "google/rpc/error_details.pb.h"

namespace kinerja::ingest {
namespace {

// Whether `field` is `around` or lies in it.
bool IsWithin(std::string_view field, std::string_view around) {
  if (!field.starts_with(around)) return false;
  return field.size() == around.size() || field[around.size()] == '.' ||
         field[around.size()] == '[';
}

// A rule whose input could not be read is left out: the field has the code of the mapping
// (skp-model §12).
void DropUnreadable(const std::vector<schema::Violation>& unreadable,
                    std::vector<schema::Violation>* found) {
  std::erase_if(*found, [&](const schema::Violation& rule) {
    return std::any_of(unreadable.begin(), unreadable.end(), [&](const schema::Violation& one) {
      return one.severity == v1::SEVERITY_REJECT && IsWithin(rule.field, one.field);
    });
  });
}

// What a caller would be told by a status, of a record that nobody waits for. Nothing: the store
// itself has failed.
std::optional<schema::Violation> AsViolation(const absl::Status& status) {
  schema::Violation violation{.reason = schema::ReasonOf(status), .rule = "submit.feed/1"};
  google::rpc::ErrorInfo info;
  if (base::GetDetail(status, &info)) {
    for (const auto& [key, value] : info.metadata()) {
      if (key != "field") violation.metadata.emplace_back(key, value);
    }
  }
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kInvalidArgument:
      violation.field = "menggantikan";
      violation.severity = v1::SEVERITY_REJECT;
      return violation;
    case absl::StatusCode::kDataLoss:
      // One broken record must not stop its source.
      violation.field = "source.id";
      violation.severity = v1::SEVERITY_HOLD;
      return violation;
    default:
      return std::nullopt;
  }
}

bool IsHeldOnly(const google::protobuf::RepeatedPtrField<v1::Violation>& violations) {
  return std::all_of(violations.begin(), violations.end(),
                     [](const v1::Violation& one) { return one.severity() == v1::SEVERITY_HOLD; });
}

adapter::RecordFate FateOf(const v1::SubmitSkpResponse& response) {
  switch (response.outcome()) {
    case v1::OUTCOME_UNCHANGED:
      return adapter::RecordFate::kUnchanged;
    case v1::OUTCOME_STALE:
      return adapter::RecordFate::kStale;
    case v1::OUTCOME_INVALID:
      return IsHeldOnly(response.violations()) ? adapter::RecordFate::kHeld
                                               : adapter::RecordFate::kRefused;
    default:
      return adapter::RecordFate::kAccepted;
  }
}

}  // namespace

FeedRecord::FeedRecord(adapter::PulledRecord record, std::string system,
                       const security::Principal& feed, std::shared_ptr<const Rulebook> rulebook,
                       const validate::Validator& validator, absl::Time received)
    : system_(std::move(system)),
      rulebook_(std::move(rulebook)),
      ordered_by_arrival_(rulebook_->OrderedByArrival(system_)),
      record_(std::move(record)),
      submission_{.principal = &feed, .received = received} {
  const auto refusing =
      std::stable_partition(record_.violations.begin(), record_.violations.end(), Refuses);
  const std::vector<schema::Violation> warnings(refusing, record_.violations.end());
  violations_.assign(record_.violations.begin(), refusing);
  if (!record_.skp) return;
  submission_.skp = *std::exchange(record_.skp, std::nullopt);
  submission_.skp.mutable_source()->set_system(system_);
  schema::Normalise(&submission_.skp);
  std::vector<schema::Violation> found = JudgeRecordRules(validator, *rulebook_, &submission_);
  DropUnreadable(violations_, &found);
  std::move(found.begin(), found.end(), std::back_inserter(violations_));
  submission_.warnings.insert(submission_.warnings.end(), warnings.begin(), warnings.end());
  schema::SortByField(v1::Skp::descriptor(), &submission_.warnings);
}

bool FeedRecord::Supersedes(const store::RejectRow& kept) const {
  return ordered_by_arrival_ || record_.version >= kept.version;
}

// Of a record that nothing could be read of but its name.
absl::StatusOr<bool> FeedRecord::IsStale(const store::View& view) const {
  if (ordered_by_arrival_ || record_.version == 0) return false;
  KJ_ASSIGN_OR_RETURN(const std::optional<store::SourceRow> held,
                      view.FindSource(system_, record_.source_id));
  return held.has_value() && record_.version < held->version;
}

// An error is the store's own; what only this record is to blame for is a violation.
absl::StatusOr<Verdict> FeedRecord::JudgeStored(const store::View& view) const {
  Verdict verdict;
  if (submission_.skp.has_source()) {
    absl::StatusOr<Verdict> judged = Judge(view, submission_, *rulebook_);
    if (judged.ok()) return judged;
    std::optional<schema::Violation> violation = AsViolation(judged.status());
    if (!violation) return std::move(judged).status();
    verdict.violations.push_back(*std::move(violation));
    return verdict;
  }
  KJ_ASSIGN_OR_RETURN(const bool stale, IsStale(view));
  if (stale) verdict.response.set_outcome(v1::OUTCOME_STALE);
  return verdict;
}

absl::StatusOr<store::Writes> FeedRecord::Decide(const store::View& view) const {
  KJ_ASSIGN_OR_RETURN(Verdict verdict, JudgeStored(view));
  KJ_ASSIGN_OR_RETURN(const std::optional<store::RejectRow> kept,
                      view.FindReject(system_, record_.source_id));
  // A version that cannot be read is not an old one.
  const bool stale = verdict.response.outcome() == v1::OUTCOME_STALE &&
                     (ordered_by_arrival_ || record_.version > 0);
  if (!stale && (!violations_.empty() || !verdict.violations.empty())) {
    return KeepAside(kept, std::move(verdict));
  }
  store::Writes writes = std::move(verdict.writes);
  writes.answer = verdict.response.SerializeAsString();
  if (!stale && kept && Supersedes(*kept)) {
    writes.clear_rejects.emplace_back(system_, record_.source_id);
  }
  return writes;
}

store::Writes FeedRecord::KeepAside(const std::optional<store::RejectRow>& kept,
                                    Verdict verdict) const {
  store::Writes writes;
  v1::SubmitSkpResponse response;
  if (kept && !Supersedes(*kept) && record_.version > 0) {
    response.set_outcome(v1::OUTCOME_STALE);
    writes.answer = response.SerializeAsString();
    return writes;
  }
  std::vector<schema::Violation> all = violations_;
  std::move(verdict.violations.begin(), verdict.violations.end(), std::back_inserter(all));
  schema::SortByField(v1::Skp::descriptor(), &all);
  response.set_outcome(v1::OUTCOME_INVALID);
  response.set_name(verdict.response.name());
  response.set_revision(verdict.response.revision());
  for (const schema::Violation& violation : all) {
    *response.add_violations() = schema::ToProto(violation);
  }
  writes.answer = response.SerializeAsString();
  if (!kept || Supersedes(*kept)) {
    writes.rejects.push_back({.system = system_,
                              .id = record_.source_id,
                              .version = record_.version,
                              .instansi = record_.instansi,
                              .bytes = record_.bytes,
                              .violations = writes.answer});
  }
  return writes;
}

FeedOutcome FeedRecord::ReadOutcome(const std::string& answer) const {
  FeedOutcome outcome;
  outcome.instansi = record_.instansi;
  outcome.report.source_id = record_.source_id;
  outcome.report.version = record_.version;
  outcome.response.ParseFromString(answer);
  outcome.report.fate = FateOf(outcome.response);
  const auto& reasons = outcome.response.violations().empty() ? outcome.response.warnings()
                                                              : outcome.response.violations();
  for (const v1::Violation& one : reasons) {
    // One code once, in field order.
    auto& list = outcome.report.reasons;
    if (std::find(list.begin(), list.end(), one.reason()) == list.end()) {
      list.push_back(one.reason());
    }
  }
  return outcome;
}

std::vector<v1::Violation> ViolationsOf(const store::RejectRow& row) {
  v1::SubmitSkpResponse response;
  response.ParseFromString(row.violations);
  return {response.violations().begin(), response.violations().end()};
}

}  // namespace kinerja::ingest
