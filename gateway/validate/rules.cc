#include "gateway/validate/rules.h"

#include "gateway/validate/days.h"

namespace kinerja::validate {
namespace {

bool IsDraft(v1::StatusSkp status) {
  return status == v1::STATUS_SKP_DRAFT || status == v1::STATUS_SKP_DIKEMBALIKAN;
}

std::optional<absl::CivilDay> PlanDay(const Record& record) {
  if (record.mulai) return record.mulai;
  if (record.selesai) return record.selesai;
  return MakeDay(record.skp.periode().tahun(), 1, 1);
}

// The catalogue names every severity that a code can have anywhere; a record is refused, held or
// warned about.
v1::Severity SeverityOf(v1::ErrorReason reason, const Record& record) {
  const v1::ReasonInfo& facts = schema::ReasonFacts(reason);
  if (facts.native_only() && !record.native) return v1::SEVERITY_WARNING;
  if (facts.warns_in_draft() && record.draft) return v1::SEVERITY_WARNING;
  for (const int severity : facts.severity()) {
    if (severity == v1::SEVERITY_REJECT || severity == v1::SEVERITY_HOLD ||
        severity == v1::SEVERITY_WARNING) {
      return static_cast<v1::Severity>(severity);
    }
  }
  return v1::SEVERITY_REJECT;
}

}  // namespace

bool Rule::Applies(const std::optional<absl::CivilDay>& day) const {
  if (valid_from.empty() && valid_to.empty()) return true;
  if (!day) return false;
  if (!valid_from.empty() && *day < *ParseDay(valid_from)) return false;
  return valid_to.empty() || *day <= *ParseDay(valid_to);
}

Record::Record(const v1::Skp& the_skp, const Context& the_context)
    : skp(the_skp),
      context(the_context),
      draft(IsDraft(skp.status())),
      results_only(skp.kelengkapan() == v1::KELENGKAPAN_HASIL_SAJA),
      native(context.native && !draft),
      mulai(ParseDay(skp.periode().mulai())),
      selesai(ParseDay(skp.periode().selesai())),
      plan_day(PlanDay(*this)) {}

void Findings::Add(const Rule& rule, std::string field, schema::Metadata metadata) {
  out_->push_back({std::move(field), rule.reason, SeverityOf(rule.reason, record_),
                   std::move(metadata), rule.id});
}

void Findings::AddMissingInPlan(const Rule& rule, std::string field) {
  Add(rule, std::move(field));
  if (record_.draft) out_->back().severity = v1::SEVERITY_WARNING;
}

std::string Word(const std::string& name, std::string_view prefix) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

}  // namespace kinerja::validate
