#include "gateway/ctl/delivery_printer.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/ctl/table.h"
#include "gateway/ctl/words.h"
#include "gateway/schema/catalogue.h"

namespace kinerja::ctl {
namespace {

// "-": no route selects the record for the target.
std::string StateWord(v1::DeliveryState state) {
  return state == v1::DELIVERY_STATE_UNSPECIFIED
             ? "-"
             : Short(v1::DeliveryState_Name(state), "DELIVERY_STATE_");
}

std::string CodeWord(const v1::Reason& reason) {
  return reason.code() == v1::ERROR_REASON_UNSPECIFIED
             ? ""
             : std::string(schema::ReasonName(reason.code()));
}

std::string WantedWord(uint64_t revision, bool absent) {
  return absl::StrCat(absent ? "absent, revision " : "revision ", revision);
}

std::string Count(uint64_t count, const std::string& one, const std::string& many) {
  return absl::StrCat(count, " ", count == 1 ? one : many);
}

void Append(const std::vector<std::string>& more, std::vector<std::string>* lines) {
  lines->insert(lines->end(), more.begin(), more.end());
}

// Why it is so, what happens next, and what holds the target.
std::vector<std::string> Story(const v1::Whereabouts& at, Language language) {
  std::vector<std::string> lines =
      Sentences(at.reason().description(), at.reason().keterangan(), language);
  Append(Sentences(at.next_step(), at.langkah_berikut(), language), &lines);
  Append(Sentences(at.target_hold(), at.penahan_tujuan(), language), &lines);
  return lines;
}

std::vector<std::string> ExplainHeading(Language language) {
  if (language == Language::kIndonesian) {
    return {"TUJUAN", "STATUS", "SEJAK", "KODE", "YANG BERTINDAK", "SEBAB DAN LANGKAH BERIKUT"};
  }
  return {"TARGET", "STATE", "SINCE", "REASON", "WHO ACTS", "WHY, AND WHAT HAPPENS NEXT"};
}

std::string BreakerWord(const v1::DeliveryTarget& target) {
  const std::string word = Short(v1::BreakerState_Name(target.breaker()), "BREAKER_STATE_");
  return target.breaker() == v1::BREAKER_STATE_OPEN
             ? absl::StrCat(word, " for ", HowLong(target.breaker_for()))
             : word;
}

std::string ScheduleWord(const v1::DeliveryTarget& target) {
  if (target.open_now()) return "open";
  return target.has_opens_time() ? "closed until " + When(target.opens_time()) : "closed";
}

std::string PausedWord(const v1::DeliveryTarget& target) {
  return target.paused() ? "since " + When(target.paused_time()) : "no";
}

std::string InFlightWord(const v1::DeliveryTarget& target) {
  return absl::StrCat(target.in_flight(), " of ", target.max_in_flight());
}

std::string QuotaWord(const v1::DeliveryTarget& target) {
  return target.requests_per_second() == 0 ? "none"
                                           : absl::StrCat(target.requests_per_second(), "/s");
}

}  // namespace

bool DeliveryPrinter::PrintedAsJson(const google::protobuf::Message& message) {
  if (json_) out_ << Json(message) << '\n';
  return json_;
}

void DeliveryPrinter::PrintExplanation(const v1::ExplainSkpResponse& explanation) {
  if (PrintedAsJson(explanation)) return;
  if (!explanation.skp().empty()) {
    out_ << explanation.skp() << "  revision " << explanation.revision() << '\n';
  }
  Table table(ExplainHeading(language_));
  for (const v1::Whereabouts& at : explanation.targets()) {
    table.AddWithMore(
        {at.target_nama().empty() ? at.target()
                                  : absl::StrCat(at.target(), " (", at.target_nama(), ")"),
         StateWord(at.state()), When(at.since()), CodeWord(at.reason()), MenderWord(at.mender())},
        Story(at, language_));
    for (const v1::DeliveryPart& part : at.parts()) {
      table.AddWithMore(
          {"  " + part.key(), StateWord(part.state()), When(part.since()), CodeWord(part.reason()),
           MenderWord(part.reason().mender())},
          Sentences(part.reason().description(), part.reason().keterangan(), language_));
    }
  }
  if (!table.empty()) table.Print(out_);
  if (explanation.has_kept_aside()) PrintKeptAside(explanation.kept_aside());
}

void DeliveryPrinter::PrintKeptAside(const v1::KeptAside& kept_aside) {
  if (language_ == Language::kIndonesian) {
    out_ << "versi " << kept_aside.version() << " disisihkan sejak " << When(kept_aside.since())
         << ", belum dapat diterima:\n";
  } else {
    out_ << "version " << kept_aside.version() << " is kept aside since "
         << When(kept_aside.since()) << ", not accepted:\n";
  }
  PrintViolations(kept_aside.violations(), language_, out_);
}

void DeliveryPrinter::PrintDeliveries(
    const google::protobuf::RepeatedPtrField<v1::Delivery>& deliveries) {
  Table table({"NAME", "STATE", "SINCE", "REASON", "WHO MENDS IT", "TRIES", "GOES ON"});
  for (const v1::Delivery& delivery : deliveries) {
    if (PrintedAsJson(delivery)) continue;
    table.Add({delivery.name(), StateWord(delivery.state()), When(delivery.since()),
               CodeWord(delivery.reason()), MenderWord(delivery.reason().mender()),
               absl::StrCat(delivery.tries()), When(delivery.next_time())});
  }
  if (!table.empty()) table.Print(out_);
}

void DeliveryPrinter::PrintDelivery(const v1::Delivery& delivery) {
  if (PrintedAsJson(delivery)) return;
  const v1::Reason& reason = delivery.reason();
  Table table({"", ""});
  table.Add({"name", delivery.name()});
  table.Add({"state", StateWord(delivery.state())});
  table.Add({"since", When(delivery.since())});
  table.Add({"reason", CodeWord(reason)});
  table.Add({"who mends it", MenderWord(reason.mender())});
  table.AddWithMore({"why"}, Sentences(reason.description(), reason.keterangan(), language_));
  table.Add({"goes on", When(delivery.next_time())});
  table.Add({"wanted", WantedWord(delivery.revision(), delivery.absent())});
  table.Add({"delivered", delivery.delivered_revision() == 0
                              ? ""
                              : absl::StrCat("revision ", delivery.delivered_revision(), " at ",
                                             When(delivery.delivered_time()))});
  table.Add({"tries", absl::StrCat(delivery.tries())});
  table.Print(out_);
  PrintParts(delivery);
  PrintAttempts(delivery);
}

void DeliveryPrinter::PrintParts(const v1::Delivery& delivery) {
  Table table({"PART", "STATE", "SINCE", "WANTED", "REASON", "WHO MENDS IT", "WHY"});
  for (const v1::DeliveryPart& part : delivery.parts()) {
    const v1::Reason& reason = part.reason();
    table.AddWithMore(
        {part.key(), StateWord(part.state()), When(part.since()),
         WantedWord(part.revision(), part.absent()), CodeWord(reason), MenderWord(reason.mender())},
        Sentences(reason.description(), reason.keterangan(), language_));
  }
  if (table.empty()) return;
  out_ << '\n';
  table.Print(out_);
}

void DeliveryPrinter::PrintAttempts(const v1::Delivery& delivery) {
  Table table(
      {"TRY", "TIME", "TOOK", "STEP", "PART", "REVISION", "OUTCOME", "REASON", "THE TARGET SAID"});
  for (const v1::DeliveryAttempt& attempt : delivery.attempts()) {
    table.Add({absl::StrCat(attempt.number()), When(attempt.time()), HowLong(attempt.duration()),
               attempt.step(), attempt.part(), absl::StrCat(attempt.revision()), attempt.outcome(),
               CodeWord(attempt.reason()), attempt.peer_words()});
  }
  if (table.empty()) return;
  out_ << '\n';
  table.Print(out_);
}

void DeliveryPrinter::PrintTargets(
    const google::protobuf::RepeatedPtrField<v1::DeliveryTarget>& targets) {
  Table table(
      {"ID", "NAME", "PAUSED", "SCHEDULE", "BREAKER", "IN FLIGHT", "QUOTA", "DELIVERED", "FAILED"});
  for (const v1::DeliveryTarget& target : targets) {
    if (PrintedAsJson(target)) continue;
    table.Add({target.id(), target.nama(), PausedWord(target), ScheduleWord(target),
               BreakerWord(target), InFlightWord(target), QuotaWord(target),
               absl::StrCat(target.delivered()), absl::StrCat(target.failed())});
  }
  if (!table.empty()) table.Print(out_);
}

void DeliveryPrinter::PrintTarget(const v1::DeliveryTarget& target) {
  if (PrintedAsJson(target)) return;
  Table table({"", ""});
  table.Add({"id", target.id()});
  table.Add({"name", target.nama()});
  table.Add({"adapter", target.adapter()});
  table.Add({"takes", absl::StrJoin(target.part_kinds(), ", ")});
  table.Add({"paused", PausedWord(target)});
  table.Add({"schedule", ScheduleWord(target)});
  table.Add({"breaker", BreakerWord(target)});
  table.Add({"in flight", InFlightWord(target)});
  table.Add({"quota", QuotaWord(target)});
  table.Add({"delivered", absl::StrCat(target.delivered())});
  table.Add({"failed", absl::StrCat(target.failed())});
  table.Print(out_);
  Table counts({"STATE", "DELIVERIES"});
  for (const v1::StateCount& count : target.counts()) {
    counts.Add({StateWord(count.state()), absl::StrCat(count.count())});
  }
  if (counts.empty()) return;
  out_ << '\n';
  counts.Print(out_);
}

void DeliveryPrinter::PrintJob(const v1::Job& job) {
  if (PrintedAsJson(job)) return;
  Table table({"JOB", "STATE", "DONE", "TOTAL", "CREATED", "CHANGED"});
  table.Add({job.name(), Short(v1::JobState_Name(job.state()), "JOB_STATE_"),
             absl::StrCat(job.done()), absl::StrCat(job.total()), When(job.created_time()),
             When(job.changed_time())});
  table.Print(out_);
}

void DeliveryPrinter::PrintCheck(const v1::CheckTargetResponse& check) {
  if (PrintedAsJson(check)) return;
  Table table({"", "EXAMINED", "FOUND"});
  for (const v1::CheckFinding& finding : check.findings()) {
    table.Add({finding.ok() ? "ok" : "FAULT", finding.what(), finding.detail()});
  }
  if (!table.empty()) table.Print(out_);
}

void DeliveryPrinter::PrintPreview(const v1::RetryDeliveriesResponse& preview) {
  if (PrintedAsJson(preview)) return;
  out_ << Count(preview.count(), "delivery", "deliveries") << " to be tried again\n";
  PrintDeliveries(preview.samples());
}

void DeliveryPrinter::PrintPreview(const v1::CancelDeliveriesResponse& preview) {
  if (PrintedAsJson(preview)) return;
  out_ << Count(preview.count(), "delivery", "deliveries") << " to be called off\n";
}

void DeliveryPrinter::PrintPreview(const v1::BackfillTargetResponse& preview) {
  if (PrintedAsJson(preview)) return;
  out_ << Count(preview.count(), "record", "records") << " to be delivered\n";
}

}  // namespace kinerja::ctl
