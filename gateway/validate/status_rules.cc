// States and history (skp-model §4.2).
#include <array>

#include "absl/strings/str_cat.h"
#include "gateway/schema/fold.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::string_view kBasis = "skp-model §4.2";
constexpr std::array kRules = {
    Rule{"status.path/1", v1::ERROR_REASON_STATE_ILLEGAL, kBasis},
    Rule{"status.time/1", v1::ERROR_REASON_STATE_ILLEGAL, kBasis},
    Rule{"status.actor/1", v1::ERROR_REASON_STATE_ILLEGAL, kBasis},
    Rule{"status.note/1", v1::ERROR_REASON_STATE_ILLEGAL, kBasis},
    Rule{"status.end/1", v1::ERROR_REASON_STATE_ILLEGAL, kBasis},
    Rule{"status.begin/1", v1::ERROR_REASON_STATE_ILLEGAL, kBasis},
    Rule{"status.evaluasi/1", v1::ERROR_REASON_STATE_ILLEGAL, kBasis},
    Rule{"status.tahunan/1", v1::ERROR_REASON_STATE_ILLEGAL, kBasis, kFrom2022},
    Rule{"status.results/1", v1::ERROR_REASON_STATE_ILLEGAL, "skp-model §11"},
};
enum { kPath, kTime, kActor, kNote, kEnd, kBegin, kEvaluasi, kTahunan, kResults };

// Who does an event. kAnyone: more than one may, or an administrator.
enum class Actor { kPegawai, kPenilai, kAtasanPenilai, kSystem, kAnyone };

struct Edge {
  v1::StatusSkp from;
  v1::StatusSkp to;
  Actor actor;
};

// The table of §4.2 but for DIGANTI and DIBATALKAN, which are reached from any state before FINAL.
constexpr std::array kEdges = {
    Edge{v1::STATUS_SKP_DRAFT, v1::STATUS_SKP_DIAJUKAN, Actor::kPegawai},
    Edge{v1::STATUS_SKP_DIKEMBALIKAN, v1::STATUS_SKP_DIAJUKAN, Actor::kPegawai},
    Edge{v1::STATUS_SKP_DIAJUKAN, v1::STATUS_SKP_DRAFT, Actor::kPegawai},
    Edge{v1::STATUS_SKP_DIAJUKAN, v1::STATUS_SKP_DIKEMBALIKAN, Actor::kPenilai},
    Edge{v1::STATUS_SKP_DIAJUKAN, v1::STATUS_SKP_DISETUJUI, Actor::kPenilai},
    Edge{v1::STATUS_SKP_DISETUJUI, v1::STATUS_SKP_BERJALAN, Actor::kSystem},
    Edge{v1::STATUS_SKP_BERJALAN, v1::STATUS_SKP_BERJALAN, Actor::kAnyone},
    Edge{v1::STATUS_SKP_BERJALAN, v1::STATUS_SKP_DINILAI_PERIODIK, Actor::kPenilai},
    Edge{v1::STATUS_SKP_BERJALAN, v1::STATUS_SKP_DINILAI_TAHUNAN, Actor::kPenilai},
    Edge{v1::STATUS_SKP_DINILAI_PERIODIK, v1::STATUS_SKP_DINILAI_PERIODIK, Actor::kAnyone},
    Edge{v1::STATUS_SKP_DINILAI_PERIODIK, v1::STATUS_SKP_BERJALAN, Actor::kSystem},
    Edge{v1::STATUS_SKP_DINILAI_PERIODIK, v1::STATUS_SKP_DINILAI_TAHUNAN, Actor::kPenilai},
    Edge{v1::STATUS_SKP_DINILAI_TAHUNAN, v1::STATUS_SKP_KEBERATAN, Actor::kPegawai},
    Edge{v1::STATUS_SKP_DINILAI_TAHUNAN, v1::STATUS_SKP_FINAL, Actor::kPegawai},
    Edge{v1::STATUS_SKP_KEBERATAN, v1::STATUS_SKP_FINAL, Actor::kAtasanPenilai},
};

// From state × to state. An entry of `steps` holds the actor plus one, 0 where no edge leads.
struct Machine {
  std::array<std::array<unsigned char, v1::StatusSkp_ARRAYSIZE>, v1::StatusSkp_ARRAYSIZE> steps{};
  std::array<std::array<bool, v1::StatusSkp_ARRAYSIZE>, v1::StatusSkp_ARRAYSIZE> reach{};
};

constexpr Machine MakeMachine() {
  Machine machine;
  for (const Edge& edge : kEdges) {
    machine.steps[edge.from][edge.to] =
        static_cast<unsigned char>(1 + static_cast<int>(edge.actor));
  }
  for (int from = v1::STATUS_SKP_DRAFT; from < v1::STATUS_SKP_FINAL; ++from) {
    const auto row = static_cast<size_t>(from);
    machine.steps[row][v1::STATUS_SKP_DIGANTI] = 1 + static_cast<int>(Actor::kAnyone);
    machine.steps[row][v1::STATUS_SKP_DIBATALKAN] = 1 + static_cast<int>(Actor::kAnyone);
  }
  // A missing step of the system: what follows it follows from the state before it too.
  for (const Edge& edge : kEdges) {
    if (edge.actor != Actor::kSystem) continue;
    for (size_t to = 0; to < v1::StatusSkp_ARRAYSIZE; ++to) {
      unsigned char& direct = machine.steps[edge.from][to];
      if (direct == 0) direct = machine.steps[edge.to][to];
    }
  }
  for (size_t from = 0; from < v1::StatusSkp_ARRAYSIZE; ++from) {
    for (size_t to = 0; to < v1::StatusSkp_ARRAYSIZE; ++to) {
      machine.reach[from][to] = machine.steps[from][to] != 0;
    }
  }
  for (size_t by = 0; by < v1::StatusSkp_ARRAYSIZE; ++by) {
    for (size_t from = 0; from < v1::StatusSkp_ARRAYSIZE; ++from) {
      for (size_t to = 0; to < v1::StatusSkp_ARRAYSIZE; ++to) {
        machine.reach[from][to] |= machine.reach[from][by] && machine.reach[by][to];
      }
    }
  }
  return machine;
}

constexpr Machine kMachine = MakeMachine();

bool IsKnown(v1::StatusSkp status) {
  return status != v1::STATUS_SKP_UNSPECIFIED && v1::StatusSkp_IsValid(status);
}

std::string StatusWord(v1::StatusSkp status) { return Word(StatusSkp_Name(status), "STATUS_SKP_"); }

// Who does what leads to a state that a history begins with.
Actor FirstActor(v1::StatusSkp status) {
  switch (status) {
    case v1::STATUS_SKP_DRAFT:
    case v1::STATUS_SKP_DIAJUKAN:
    case v1::STATUS_SKP_KEBERATAN:
      return Actor::kPegawai;
    case v1::STATUS_SKP_DIKEMBALIKAN:
    case v1::STATUS_SKP_DISETUJUI:
    case v1::STATUS_SKP_DINILAI_PERIODIK:
    case v1::STATUS_SKP_DINILAI_TAHUNAN:
      return Actor::kPenilai;
    default:
      return Actor::kAnyone;
  }
}

// The two people of the record whom an event can belong to.
class People {
 public:
  explicit People(const v1::Skp& skp)
      : pegawai_(skp.pegawai()), penilai_nip_(skp.penilai().nip()) {}

  // Rater and ratee are one person: ATASAN_SELF alone says so.
  bool one_person() const { return !penilai_nip_.empty() && penilai_nip_ == pegawai_.nip(); }
  bool IsPegawai(const std::string& oleh) const {
    constexpr std::string_view kNik = "nik:";
    if (oleh.starts_with(kNik))
      return Is(std::string_view(oleh).substr(kNik.size()), pegawai_.nik());
    return Is(oleh, pegawai_.nip());
  }
  bool IsPenilai(const std::string& oleh) const { return Is(oleh, penilai_nip_); }

 private:
  // `number` is clean; `oleh` may be printed with blanks.
  static bool Is(std::string_view oleh, const std::string& number) {
    if (number.empty() || oleh.empty()) return false;
    if (oleh.size() == number.size()) return oleh == number;
    return oleh.size() > number.size() && schema::CleanDigits(oleh) == number;
  }

  const v1::Pegawai& pegawai_;
  const std::string& penilai_nip_;
};

// An event of the rater done by the ratee, or the reverse. Anybody else (a predecessor, an acting
// head, an administrator) is data.
bool IsWrongActor(const People& people, Actor actor, const std::string& oleh) {
  switch (actor) {
    case Actor::kPegawai:
      return people.IsPenilai(oleh);
    case Actor::kPenilai:
    case Actor::kAtasanPenilai:
      return people.IsPegawai(oleh);
    default:
      return false;
  }
}

bool IsEarlier(const google::protobuf::Timestamp& a, const google::protobuf::Timestamp& b) {
  return a.seconds() != b.seconds() ? a.seconds() < b.seconds() : a.nanos() < b.nanos();
}

// Other formats than ours and PMM's have no place for a note.
bool HoldsNotes(const Record& record) {
  return record.context.native || record.skp.source().system() == "pmm" ||
         record.skp.provenance().dialek().starts_with("pmm");
}

bool NeedsNote(v1::StatusSkp status) {
  return status == v1::STATUS_SKP_DIKEMBALIKAN || status == v1::STATUS_SKP_DIBATALKAN;
}

// "mulai" happens when the period has begun. Judged in the zone that is first to reach a day in
// Indonesia, so that no clock makes it wrong.
bool BeginsTooEarly(const Record& record, const v1::RiwayatStatus& step) {
  if (step.status() != v1::STATUS_SKP_BERJALAN || !step.has_waktu() || !record.mulai) return false;
  const absl::Time in_wit = absl::FromUnixSeconds(step.waktu().seconds()) + absl::Hours(9);
  return absl::ToCivilDay(in_wit, absl::UTCTimeZone()) < *record.mulai;
}

// The first rule that the step breaks, or nullptr: one step is named once.
const Rule* BrokenBy(const Record& record, const People& people, bool notes, int n) {
  const v1::RiwayatStatus& step = record.skp.riwayat_status(n);
  if (!IsKnown(step.status())) return nullptr;
  Actor actor = FirstActor(step.status());
  if (n > 0 && IsKnown(record.skp.riwayat_status(n - 1).status())) {
    const v1::RiwayatStatus& before = record.skp.riwayat_status(n - 1);
    const unsigned char edge = kMachine.steps[before.status()][step.status()];
    if (edge == 0) return &kRules[kPath];
    actor = static_cast<Actor>(edge - 1);
    if (before.has_waktu() && step.has_waktu() && IsEarlier(step.waktu(), before.waktu())) {
      return &kRules[kTime];
    }
  }
  if (!people.one_person() && IsWrongActor(people, actor, step.oleh())) return &kRules[kActor];
  if (notes && NeedsNote(step.status()) && schema::Fold(step.catatan()).empty()) {
    return &kRules[kNote];
  }
  return BeginsTooEarly(record, step) ? &kRules[kBegin] : nullptr;
}

bool HasEvaluasi(const v1::Skp& skp, v1::JenisEvaluasi jenis) {
  for (const v1::Evaluasi& evaluasi : skp.evaluasi()) {
    if (evaluasi.jenis() == jenis) return true;
  }
  return false;
}

bool IsAfterTahunan(v1::StatusSkp status) {
  return status == v1::STATUS_SKP_DINILAI_TAHUNAN || status == v1::STATUS_SKP_KEBERATAN ||
         status == v1::STATUS_SKP_FINAL;
}

// The rule that evaluations and status break together, and the state the evaluations show.
std::pair<const Rule*, v1::StatusSkp> Contradiction(const Record& record) {
  const v1::Skp& skp = record.skp;
  const v1::StatusSkp status = skp.status();
  const bool tahunan = HasEvaluasi(skp, v1::JENIS_EVALUASI_TAHUNAN);
  const bool periodik = HasEvaluasi(skp, v1::JENIS_EVALUASI_PERIODIK);
  const bool ended = status == v1::STATUS_SKP_DIGANTI || status == v1::STATUS_SKP_DIBATALKAN;
  if (tahunan && !ended && !IsAfterTahunan(status)) {
    return {&kRules[kEvaluasi], v1::STATUS_SKP_DINILAI_TAHUNAN};
  }
  if (periodik && (record.draft || status == v1::STATUS_SKP_DIAJUKAN)) {
    return {&kRules[kEvaluasi], v1::STATUS_SKP_DINILAI_PERIODIK};
  }
  if (!tahunan && IsAfterTahunan(status) && kRules[kTahunan].Applies(record.plan_day)) {
    return {&kRules[kTahunan], v1::STATUS_SKP_DINILAI_TAHUNAN};
  }
  const bool shows_results =
      status == v1::STATUS_SKP_DINILAI_PERIODIK || status == v1::STATUS_SKP_DINILAI_TAHUNAN;
  if (record.results_only && !ended && !shows_results) {
    return {&kRules[kResults],
            tahunan ? v1::STATUS_SKP_DINILAI_TAHUNAN : v1::STATUS_SKP_DINILAI_PERIODIK};
  }
  return {nullptr, v1::STATUS_SKP_UNSPECIFIED};
}

void Add(const Rule& rule, std::string field, v1::StatusSkp from, v1::StatusSkp to,
         Findings* findings) {
  findings->Add(rule, std::move(field), {{"from", StatusWord(from)}, {"to", StatusWord(to)}});
}

}  // namespace

void JudgeStatus(const Record& record, Findings* findings) {
  const v1::Skp& skp = record.skp;
  const People people(skp);
  const bool notes = HoldsNotes(record);
  const int size = skp.riwayat_status_size();
  bool last_named = false;
  for (int n = 0; n < size; ++n) {
    const Rule* broken = BrokenBy(record, people, notes, n);
    last_named = broken != nullptr;
    if (broken == nullptr) continue;
    const v1::StatusSkp to = skp.riwayat_status(n).status();
    Add(*broken, absl::StrCat("riwayat_status[", n, "]"),
        n == 0 ? to : skp.riwayat_status(n - 1).status(), to, findings);
  }
  if (last_named || !IsKnown(skp.status())) return;
  const std::string field = size == 0 ? "status" : absl::StrCat("riwayat_status[", size - 1, "]");
  if (size > 0 && IsKnown(skp.riwayat_status(size - 1).status()) &&
      skp.riwayat_status(size - 1).status() != skp.status()) {
    return Add(kRules[kEnd], field, skp.riwayat_status(size - 1).status(), skp.status(), findings);
  }
  if (const auto [rule, shown] = Contradiction(record); rule != nullptr) {
    Add(*rule, field, skp.status(), shown, findings);
  }
}

std::span<const Rule> StatusRules() { return kRules; }

bool Reachable(v1::StatusSkp from, v1::StatusSkp to) {
  return IsKnown(from) && IsKnown(to) && kMachine.reach[from][to];
}

bool IsLive(v1::StatusSkp status) {
  return status != v1::STATUS_SKP_DIGANTI && status != v1::STATUS_SKP_DIBATALKAN;
}

bool IsPlanFrozen(v1::StatusSkp status) { return status >= v1::STATUS_SKP_DISETUJUI; }

}  // namespace kinerja::validate
