#include "gateway/adapter/adapter.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace kinerja::adapter {
namespace {

// For a method that the manifest does not offer; the engine never asks for it.
Outcome NotOffered() { return Refused(v1::ERROR_REASON_INTERNAL); }

}  // namespace

void Adapter::Pull(const Call&, std::string, size_t, std::function<void(PullAnswer)> done) {
  done({.obstacle = NotOffered()});
}

ReceiveAnswer Adapter::Receive(std::string_view) const { return {}; }

void Adapter::List(const Call&, std::string, std::function<void(ListAnswer)> done) {
  done({.obstacle = NotOffered()});
}

void Adapter::SendStatus(const Call&, std::vector<StatusReport> reports,
                         std::function<void(std::vector<Outcome>)> done) {
  done(std::vector<Outcome>(reports.size(), NotOffered()));
}

std::string PersonYearKey(std::string_view person, int tahun) {
  return absl::StrCat("person:", std::string(person), "/", tahun);
}

std::string UnitKey(std::string_view unor) { return absl::StrCat("unor:", std::string(unor)); }

Outcome Delivered(std::string target_id) {
  return {.verdict = Verdict::kDelivered, .target_id = std::move(target_id)};
}

Outcome Refused(v1::ErrorReason reason, schema::Metadata metadata) {
  return {.verdict = Verdict::kRefused, .reason = reason, .metadata = std::move(metadata)};
}

Outcome TargetTrouble(std::string_view system, Verdict verdict) {
  return {.verdict = verdict,
          .reason = v1::ERROR_REASON_TARGET_UNAVAILABLE,
          .metadata = {{"system", std::string(system)}},
          .target_trouble = true};
}

}  // namespace kinerja::adapter
