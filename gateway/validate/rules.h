// What the families of rules share: a rule, the record as it is being judged, and how a breach is
// noted. Included by the .cc files of this folder only.
//
// A family is one pure function that appends what it finds, and the list of its rules. A rule whose
// input cannot be read is left out: the unreadable field has its own code (skp-model §12).
// Threading: pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_VALIDATE_RULES_H_
#define KINERJA_GATEWAY_VALIDATE_RULES_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "gateway/schema/catalogue.h"
#include "gateway/validate/validate.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::validate {

// First day of PermenPANRB 6/2022, and of PP 30/2019 (skp-model §1).
inline constexpr std::string_view kFrom2022 = "2022-01-01";
inline constexpr std::string_view kFromPp30 = "2021-07-01";
inline constexpr std::string_view kLastOfPp30 = "2021-12-31";
inline constexpr std::string_view kLastOfPp46 = "2021-06-30";

// A rule: static, one per condition.
struct Rule {
  std::string_view id;  // name and version, for example "nip.tmt/1"
  v1::ErrorReason reason;
  std::string_view basis;
  std::string_view valid_from = {};  // yyyy-mm-dd, empty: always
  std::string_view valid_to = {};

  // Whether the rule was in force on that day; false when the day is not known and it matters.
  bool Applies(const std::optional<absl::CivilDay>& day) const;
};

// A record as it is being judged: what several families ask of it, worked out once.
struct Record {
  Record(const v1::Skp& skp, const Context& context);

  const v1::Skp& skp;
  const Context& context;
  const bool draft;                           // DRAFT or DIKEMBALIKAN
  const bool results_only;                    // HASIL_SAJA
  const bool native;                          // skp-model §11: by its owner, from DIAJUKAN on
  const std::optional<absl::CivilDay> mulai;  // of the period, where readable
  const std::optional<absl::CivilDay> selesai;
  // The day that chooses the rules on the plan: the first of the period, else what is readable.
  const std::optional<absl::CivilDay> plan_day;

  // The form in which every RHK has aspects and targets: form (b), KUANTITATIF (skp-model §2).
  bool measured() const {
    return skp.model() == v1::MODEL_SKP_JA_JF && skp.pendekatan() == v1::PENDEKATAN_KUANTITATIF;
  }
};

// Collects what is found.
class Findings {
 public:
  Findings(const Record& record, std::vector<schema::Violation>* out)
      : record_(record), out_(out) {}

  // With the severity that the catalogue gives the code for such a record.
  void Add(const Rule& rule, std::string field, schema::Metadata metadata = {});
  // FIELD_REQUIRED of a field of the plan: a warning in DRAFT and DIKEMBALIKAN, like
  // REQUIRED_PLAN of the field options.
  void AddMissingInPlan(const Rule& rule, std::string field);

 private:
  const Record& record_;
  std::vector<schema::Violation>* out_;
};

// The families, in the order of skp-model §12.
void JudgeNip(const Record& record, Findings* findings);
void JudgePenilai(const Record& record, Findings* findings);
void JudgeUnit(const Record& record, Findings* findings);
void JudgePeriode(const Record& record, Findings* findings);
void JudgeRhk(const Record& record, Findings* findings);
void JudgeIndikator(const Record& record, Findings* findings);
void JudgePerilaku(const Record& record, Findings* findings);
void JudgePenilaian(const Record& record, Findings* findings);
void JudgeNilaiLama(const Record& record, Findings* findings);
void JudgeStatus(const Record& record, Findings* findings);
void JudgePmm(const Record& record, Findings* findings);

std::span<const Rule> NipRules();
std::span<const Rule> PenilaiRules();
std::span<const Rule> UnitRules();
std::span<const Rule> PeriodeRules();
std::span<const Rule> RhkRules();
std::span<const Rule> IndikatorRules();
std::span<const Rule> PerilakuRules();
std::span<const Rule> PenilaianRules();
std::span<const Rule> NilaiLamaRules();
std::span<const Rule> StatusRules();
std::span<const Rule> PmmRules();

// Pieces that Derive() shares with the rules.
v1::NipJenis NipKind(std::string_view nip);
// Predikat of skp-model §6.2; UNSPECIFIED unless both ratings are known.
v1::Predikat PredikatOf(v1::Rating hasil, v1::Rating perilaku);

// The name of an enum value without the prefix of its type: Word(Predikat_Name(p), "PREDIKAT_").
// For metadata.
std::string Word(const std::string& name, std::string_view prefix);

}  // namespace kinerja::validate

#endif  // KINERJA_GATEWAY_VALIDATE_RULES_H_
