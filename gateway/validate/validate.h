// The rules of an SKP that a field option cannot say, one file per family. Each rule has a row:
// code, name, version, valid from and to, basis. A rule on the plan is chosen by the first day of
// the period, a rule on an evaluation by its date (else the last day of its period), never by the
// day of arrival: a record of 2019 is judged by the rules of 2019.
//
// No I/O; the date is an argument. Pure; safe for concurrent use.
//
//   std::vector<schema::Violation> found = validator.Validate(skp, context);
#ifndef KINERJA_GATEWAY_VALIDATE_VALIDATE_H_
#define KINERJA_GATEWAY_VALIDATE_VALIDATE_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "gateway/reference/reference.h"
#include "gateway/schema/catalogue.h"
#include "gateway/schema/check.h"
#include "kinerja/config/v1/config.pb.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::validate {

// What a record is judged against besides itself.
struct Context {
  absl::CivilDay today;  // for lateness only
  bool native = true;    // submitted by its owner, not by a feed (skp-model §11)
  const reference::Snapshot* reference = nullptr;
  // Windows of the configuration, first fit; nullptr: the default rule of WINDOW_LATE only.
  const google::protobuf::RepeatedPtrField<config::v1::Window>* windows = nullptr;
  // Points by PeranKompetensi number; 0: not checked. Default: skp-model §9.4.
  std::array<int, 7> points = {0, 8, 8, 36, 8, 4, 0};
};

// One rule, for documentation and for the corpus of recorded verdicts.
struct RuleRow {
  std::string_view name;  // for example "nip.tmt"
  int version = 1;        // goes up when the rule's behaviour changes
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  std::string_view valid_from;  // yyyy-mm-dd, empty: always
  std::string_view valid_to;
  std::string_view basis;
};

class Validator {
 public:
  Validator();

  // Every violation of `skp` (normalised), field rules and families together, in field order.
  std::vector<schema::Violation> Validate(const v1::Skp& skp, const Context& context) const;

  // All rules of all families.
  static const std::vector<RuleRow>& Rules();

 private:
  schema::Checker checker_;
};

// Sets what follows from the record itself: nip_jenis, predikat_dihitung, recomputed legacy scores.
void Derive(v1::Skp* skp);

// Stateful rules, pure functions of new and stored; the writer decides by them.
// Whether a record may go from one status to another in one step or by skipping (skp-model §4.2).
bool Reachable(v1::StatusSkp from, v1::StatusSkp to);
// Live: any status but DIGANTI and DIBATALKAN.
bool IsLive(v1::StatusSkp status);
// Whether the plan is frozen: from DISETUJUI on.
bool IsPlanFrozen(v1::StatusSkp status);

}  // namespace kinerja::validate

#endif  // KINERJA_GATEWAY_VALIDATE_VALIDATE_H_
