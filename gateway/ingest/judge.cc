#include "gateway/ingest/judge.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/base/status.h"
#include "gateway/ingest/body_codec.h"
#include "gateway/ingest/ownership.h"
#include "gateway/ingest/record_keys.h"
#include "gateway/ingest/results.h"
#include "gateway/ingest/stored_record.h"
#include "gateway/schema/normalise.h"
#include "gateway/validate/validate.h"

namespace kinerja::ingest {
namespace {

constexpr size_t kMaxConflicts = 1000;

std::string StatusWord(v1::StatusSkp status) {
  return std::string(absl::StripPrefix(v1::StatusSkp_Name(status), "STATUS_SKP_"));
}

std::string OwnerWord(v1::Owner owner) {
  return std::string(absl::StripPrefix(v1::Owner_Name(owner), "OWNER_"));
}

bool DaysOverlap(const store::FilterKeys& a, const store::FilterKeys& b) {
  return a.mulai <= b.selesai && b.mulai <= a.selesai;
}

// Everything of one submission's judging in one place; used once.
class Judging {
 public:
  Judging(const store::View& view, const Submission& submission, const Rulebook& rulebook)
      : view_(view), in_(submission), rulebook_(rulebook), skp_(submission.skp) {}

  absl::StatusOr<Verdict> Run() {
    KJ_ASSIGN_OR_RETURN(const bool answered, AnswerAgain());
    if (answered) return std::move(out_);
    KJ_RETURN_IF_ERROR(FindStored());
    for (const schema::Violation& warning : in_.warnings) Warn(warning);
    if (skp_.kelengkapan() == v1::KELENGKAPAN_HASIL_SAJA) {
      KJ_RETURN_IF_ERROR(JudgeResults());
    } else {
      KJ_RETURN_IF_ERROR(JudgeRecord());
    }
    if (out_.violations.empty()) {
      Remember();
    } else {
      out_.writes = {};
      if (stored_) NameStored();
    }
    return std::move(out_);
  }

 private:
  // The answer to a request_id that was answered before.
  absl::StatusOr<bool> AnswerAgain() {
    if (in_.request_id.empty()) return false;
    KJ_ASSIGN_OR_RETURN(const std::optional<store::RequestRow> row,
                        view_.FindRequest(in_.principal->id, in_.request_id));
    if (!row) return false;
    if (row->digest != in_.digest) {
      Refuse("request_id", v1::ERROR_REASON_REQUEST_ID_REUSED, {}, "submit.request_id/1");
      return true;
    }
    if (!out_.response.ParseFromString(row->answer)) {
      return schema::Error(absl::StatusCode::kDataLoss, v1::ERROR_REASON_STORE_CORRUPT,
                           {{"what", "a remembered answer"}});
    }
    out_.writes.answer = row->answer;
    out_.replayed = true;
    return true;
  }

  void Remember() {
    out_.writes.answer = out_.response.SerializeAsString();
    if (in_.request_id.empty()) return;
    out_.writes.request = store::RequestRow{.principal = in_.principal->id,
                                            .request_id = in_.request_id,
                                            .digest = in_.digest,
                                            .answer = out_.writes.answer};
  }

  absl::Status FindStored() {
    if (!skp_.name().empty()) {
      const std::optional<resource::SkpName> name = resource::ParseSkpName(skp_.name());
      if (!name) return absl::OkStatus();  // the rules have refused its form
      KJ_RETURN_IF_ERROR(CheckRight(name->instansi));
      KJ_ASSIGN_OR_RETURN(stored_, LoadRecord(view_, name->id));
      if (!stored_ || stored_->skp.name() != skp_.name()) return NotFound(skp_.name());
    }
    KJ_ASSIGN_OR_RETURN(source_, view_.FindSource(skp_.source().system(), skp_.source().id()));
    if (!stored_ && source_) {
      KJ_ASSIGN_OR_RETURN(stored_, LoadRecord(view_, source_->skp));
    } else if (source_ && source_->skp != stored_->head.skp) {
      return schema::Error(
          absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_INVALID,
          {{"field", "skp.name"}, {"problem", "it is not the record that this source id names"}});
    }
    return stored_ ? CheckRight(stored_->head.keys.instansi) : absl::OkStatus();
  }

  absl::Status CheckRight(const std::string& instansi) const {
    if (in_.principal->MayUseInstansi(instansi)) return absl::OkStatus();
    return schema::Error(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_INSTANSI_NOT_ALLOWED,
                         {{"instansi", instansi}});
  }

  static absl::Status NotFound(const std::string& name) {
    return schema::Error(absl::StatusCode::kNotFound, v1::ERROR_REASON_SKP_NOT_FOUND,
                         {{"name", name}});
  }

  absl::Status JudgeRecord() {
    const bool moves = stored_ && !skp_.pegawai().instansi().kode_bkn().empty() && IsOrigin() &&
                       stored_->head.keys.instansi != skp_.pegawai().instansi().kode_bkn();
    KJ_RETURN_IF_ERROR(CheckRevision());
    if (!out_.violations.empty()) return absl::OkStatus();
    if (stored_ && IsStale()) {
      Answer(v1::OUTCOME_STALE, stored_->skp.name(), stored_->head.revision);
      return absl::OkStatus();
    }
    if (stored_ && !moves) return Update();
    if (moves && IsVersionReused()) return RefuseVersion();
    if (moves) replaced_ = std::exchange(stored_, std::nullopt);
    return Create();
  }

  // Results go into the full record of the same person, instansi and period (skp-model §11).
  absl::Status JudgeResults() {
    std::optional<StoredRecord> full;
    if (stored_ && stored_->skp.kelengkapan() == v1::KELENGKAPAN_LENGKAP) {
      full = stored_;
    } else {
      KJ_ASSIGN_OR_RETURN(FullRecords found, FindFullRecords(view_, skp_));
      if (found.ambiguous) {
        Refuse("pegawai.unor", v1::ERROR_REASON_EVALUASI_AMBIGUOUS, {}, "submit.results/1",
               v1::SEVERITY_HOLD);
        return absl::OkStatus();
      }
      full = std::move(found.record);
    }
    if (!full) return JudgeRecord();
    KJ_RETURN_IF_ERROR(CheckRight(full->head.keys.instansi));
    if (stored_ && stored_->head.skp != full->head.skp) absorbed_.push_back(*std::move(stored_));
    stored_ = std::move(full);
    KJ_RETURN_IF_ERROR(CheckRevision());
    if (!out_.violations.empty()) return absl::OkStatus();
    if (IsStale()) {
      Answer(v1::OUTCOME_STALE, stored_->skp.name(), stored_->head.revision);
      return absl::OkStatus();
    }
    return MergeResultsIntoStored();
  }

  absl::Status MergeResultsIntoStored() {
    v1::Skp merged = stored_->skp;
    const ResultsMerge taken = MergeResults(skp_, skp_.source().system(), in_.received, &merged);
    std::vector<store::ConflictRow> conflicts;
    for (const ResultsConflict& conflict : taken.conflicts) {
      conflicts.push_back(MakeConflict(stored_->head.skp, skp_, conflict));
      WarnOf(conflict);
    }
    KJ_RETURN_IF_ERROR(KeepConflicts(std::move(conflicts), taken.changed, &taken.equal));
    return WriteRevision(std::move(merged), store::ChangeKind::kMerged);
  }

  void WarnOf(const ResultsConflict& conflict) {
    Warn({.field = conflict.field,
          .reason = v1::ERROR_REASON_EVALUASI_CONFLICT,
          .severity = v1::SEVERITY_WARNING,
          .metadata = {{"system", conflict.held_from}},
          .rule = "submit.results/1"});
  }

  static store::ConflictRow MakeConflict(store::SkpId id, const v1::Skp& offered,
                                         const ResultsConflict& conflict) {
    return {.skp = id,
            .instansi = offered.pegawai().instansi().kode_bkn(),
            .path = conflict.path,
            .reason = std::string(schema::ReasonName(v1::ERROR_REASON_EVALUASI_CONFLICT)),
            .stored = conflict.stored,
            .offered = conflict.offered,
            .offered_by = offered.source().system()};
  }

  absl::Status CheckRevision() {
    if (!in_.expected_revision) return absl::OkStatus();
    const uint64_t current = stored_ ? stored_->head.revision : 0;
    if (*in_.expected_revision == current) return absl::OkStatus();
    Refuse("expected_revision", v1::ERROR_REASON_REVISION_STALE,
           {{"current", absl::StrCat(current)}}, "submit.expected_revision/1");
    return absl::OkStatus();
  }

  bool HasOrder() const { return source_ && !rulebook_.OrderedByArrival(skp_.source().system()); }
  bool IsStale() const { return HasOrder() && skp_.source().version() < source_->version; }
  bool IsVersionReused() const { return HasOrder() && skp_.source().version() == source_->version; }

  // What the submitter is to the stored record: its origin is the system it came from; another
  // system owns what its kind owns, and one that is an origin elsewhere owns nothing here.
  v1::Owner Submitter() const {
    const std::string& system = skp_.source().system();
    return stored_ ? OwnerIn(stored_->skp, system) : v1::OWNER_ORIGIN;
  }
  v1::Owner OwnerIn(const v1::Skp& record, std::string_view system) const {
    if (system == record.source().system()) return v1::OWNER_ORIGIN;
    const v1::Owner kind = rulebook_.OwnerOf(system);
    return kind == v1::OWNER_ORIGIN ? v1::OWNER_UNSPECIFIED : kind;
  }
  bool IsOrigin() const { return Submitter() == v1::OWNER_ORIGIN; }

  absl::Status Create() {
    KJ_RETURN_IF_ERROR(FindReplaced());
    KJ_RETURN_IF_ERROR(CheckOverlap(skp_));
    if (!out_.violations.empty()) return absl::OkStatus();
    KJ_ASSIGN_OR_RETURN(const store::SkpId id, view_.NewSkpId());
    skp_.set_name(resource::FormatSkpName(skp_.pegawai().instansi().kode_bkn(), id));
    for (v1::Evaluasi& evaluasi : *skp_.mutable_evaluasi()) {
      evaluasi.set_sumber(skp_.source().system());
    }
    KJ_RETURN_IF_ERROR(TakeStandAloneResults(id));
    Stamp(1, std::nullopt, &skp_);
    AddRevision(id, 1, store::ChangeKind::kAccepted, skp_);
    KJ_RETURN_IF_ERROR(Supersede(skp_.name()));
    out_.writes.sources.push_back(SourceRowFor(id));
    Answer(v1::OUTCOME_CREATED, skp_.name(), 1);
    return absl::OkStatus();
  }

  absl::Status Update() {
    const bool final = stored_->skp.status() == v1::STATUS_SKP_FINAL;
    const bool is_origin = IsOrigin();
    if (is_origin && !final) KeepProvenStatus();
    if (is_origin && !final && skp_.status() != stored_->skp.status() &&
        !validate::Reachable(stored_->skp.status(), skp_.status())) {
      Refuse("status", v1::ERROR_REASON_STATE_ILLEGAL,
             {{"from", StatusWord(stored_->skp.status())}, {"to", StatusWord(skp_.status())}},
             "submit.status/1");
    }
    Merged merged = MergeWithStored();
    KJ_RETURN_IF_ERROR(JudgeDifferences(merged));
    if (is_origin && skp_.menggantikan() != stored_->skp.menggantikan()) {
      KJ_RETURN_IF_ERROR(FindReplaced());
    }
    // What is not taken of a submission overlaps nothing.
    KJ_RETURN_IF_ERROR(CheckOverlap(merged.skp));
    if (!out_.violations.empty()) return absl::OkStatus();
    return WriteRevision(std::move(merged.skp), store::ChangeKind::kAccepted);
  }

  // Results may have moved the state, and an origin does not learn that by itself: what they proved
  // stays on top of the history that it submits, so that it may go on and the state never goes back
  // (skp-model §11).
  void KeepProvenStatus() {
    const v1::Skp& held = stored_->skp;
    int known = held.riwayat_status_size();
    while (known > 0 && IsProvenByResults(held.riwayat_status(known - 1))) --known;
    if (known == 0 || known == held.riwayat_status_size()) return;
    const v1::StatusSkp before = held.riwayat_status(known - 1).status();
    const bool learnt =
        std::any_of(skp_.riwayat_status().begin(), skp_.riwayat_status().end(),
                    [&](const auto& step) { return step.status() == held.status(); });
    const bool goes_on = skp_.status() == before || validate::Reachable(before, skp_.status());
    if (learnt || !goes_on || !validate::Reachable(skp_.status(), held.status())) return;
    for (int i = known; i < held.riwayat_status_size(); ++i) {
      const v1::RiwayatStatus& step = held.riwayat_status(i);
      AppendSystemStep(step.status(), absl::FromUnixSeconds(step.waktu().seconds()), &skp_);
    }
    skp_.set_status(held.status());
  }

  Merged MergeWithStored() const {
    MergeInput input;
    input.submitter = Submitter();
    input.submitter_system = skp_.source().system();
    input.owner_of_system = [this](std::string_view system) {
      return OwnerIn(stored_->skp, system);
    };
    v1::Skp offered = skp_;
    // A record keeps the source it came from; others are known by the store's source rows.
    if (input.submitter != v1::OWNER_ORIGIN) *offered.mutable_source() = stored_->skp.source();
    return Merge(stored_->skp, offered, input);
  }

  // A caller is refused with every path named; of a feed the stored value stays as a conflict.
  absl::Status JudgeDifferences(const Merged& merged) {
    std::vector<store::ConflictRow> conflicts;
    for (const Difference& difference : merged.differences) {
      const schema::Metadata metadata = {{"owner", OwnerWord(difference.owner)},
                                         {"status", StatusWord(stored_->skp.status())}};
      if (!in_.principal->feed) {
        Refuse(difference.field,
               difference.frozen ? v1::ERROR_REASON_PLAN_FROZEN : v1::ERROR_REASON_OWNER_FIELD,
               metadata, "submit.owner/1");
        continue;
      }
      const v1::ErrorReason reason =
          difference.frozen ? v1::ERROR_REASON_PLAN_FROZEN : v1::ERROR_REASON_OWNER_CONFLICT;
      Warn({.field = difference.field,
            .reason = reason,
            .severity = v1::SEVERITY_WARNING,
            .metadata = metadata,
            .rule = "submit.owner/1"});
      conflicts.push_back(
          MakeConflict(difference.path, reason, difference.stored, difference.offered));
    }
    return KeepConflicts(std::move(conflicts), merged.changed);
  }

  store::ConflictRow MakeConflict(const std::string& path, v1::ErrorReason reason,
                                  const std::string& stored, const std::string& offered) const {
    return {.skp = stored_->head.skp,
            .instansi = stored_->head.keys.instansi,
            .path = path,
            .reason = std::string(schema::ReasonName(reason)),
            .stored = stored,
            .offered = offered,
            .offered_by = skp_.source().system()};
  }

  // Opens what differs now and closes what no longer does: the submitter agrees again, or the owner
  // changed the value. `equal` are the paths that a submission of a part of the record agrees on;
  // without it the submission speaks of the whole.
  absl::Status KeepConflicts(std::vector<store::ConflictRow> now,
                             const std::vector<std::string>& changed,
                             const std::vector<std::string>* equal = nullptr) {
    store::ConflictQuery query{.skp = stored_->head.skp, .open_only = true, .limit = kMaxConflicts};
    KJ_ASSIGN_OR_RETURN(const std::vector<store::ConflictRow> open, view_.ListConflicts(query));
    for (const store::ConflictRow& row : open) {
      const auto same = std::find_if(now.begin(), now.end(), [&](const auto& other) {
        return other.path == row.path && other.offered_by == row.offered_by;
      });
      if (same == now.end()) {
        const bool agreed = row.offered_by == skp_.source().system() &&
                            (equal == nullptr || Touches(*equal, row.path));
        if (agreed || Touches(changed, row.path)) out_.writes.close_conflicts.push_back(row.id);
      } else if (same->stored == row.stored && same->offered == row.offered) {
        now.erase(same);  // known already
      }
    }
    out_.writes.open_conflicts = std::move(now);
    return absl::OkStatus();
  }

  static bool Touches(const std::vector<std::string>& changed, const std::string& path) {
    return std::any_of(changed.begin(), changed.end(), [&](const std::string& other) {
      const std::string& shorter = other.size() < path.size() ? other : path;
      const std::string& longer = other.size() < path.size() ? path : other;
      if (!longer.starts_with(shorter)) return false;
      return longer.size() == shorter.size() || longer[shorter.size()] == '.' ||
             longer[shorter.size()] == '[';
    });
  }

  // Writes the next revision of the stored record, or nothing but the source's version where the
  // content is equal.
  absl::Status WriteRevision(v1::Skp next, store::ChangeKind kind) {
    const store::SkpId id = stored_->head.skp;
    if (SameContent(next, stored_->skp)) {
      RaiseVersion(id);
      KJ_RETURN_IF_ERROR(Supersede(stored_->skp.name()));
      Answer(v1::OUTCOME_UNCHANGED, stored_->skp.name(), stored_->head.revision);
      return absl::OkStatus();
    }
    if (IsVersionReused()) return RefuseVersion();
    const uint64_t revision = stored_->head.revision + 1;
    validate::Derive(&next);
    Stamp(revision, stored_->skp.waktu_dibuat(), &next);
    AddRevision(id, revision, kind, next);
    KJ_RETURN_IF_ERROR(Supersede(next.name()));
    out_.writes.sources.push_back(SourceRowFor(id));
    Answer(v1::OUTCOME_UPDATED, next.name(), revision);
    return absl::OkStatus();
  }

  absl::Status RefuseVersion() {
    Refuse("source.version", v1::ERROR_REASON_SOURCE_VERSION_REUSED,
           {{"version", absl::StrCat(skp_.source().version())}}, "submit.source_version/1");
    return absl::OkStatus();
  }

  static bool SameContent(v1::Skp a, v1::Skp b) {
    schema::Normalise(&b);
    schema::KeepContent(&a);
    schema::KeepContent(&b);
    return schema::SerialiseDeterministic(a) == schema::SerialiseDeterministic(b);
  }

  void RaiseVersion(store::SkpId id) {
    const bool known = source_ && source_->skp == id;
    if (known && skp_.source().version() <= source_->version) return;
    out_.writes.sources.push_back(SourceRowFor(id));
  }

  store::SourceRow SourceRowFor(store::SkpId id) const {
    const uint64_t held = source_ ? source_->version : 0;
    return {skp_.source().system(), skp_.source().id(), id,
            std::max(held, skp_.source().version())};
  }

  // The record that `menggantikan` names: by name, else by the id of the same source.
  absl::Status FindReplaced() {
    const std::string& wanted = skp_.menggantikan();
    if (wanted.empty()) return absl::OkStatus();
    std::optional<StoredRecord> found;
    if (const std::optional<resource::SkpName> name = resource::ParseSkpName(wanted)) {
      KJ_RETURN_IF_ERROR(CheckRight(name->instansi));
      KJ_ASSIGN_OR_RETURN(found, LoadRecord(view_, name->id));
      if (found && found->skp.name() != wanted) found.reset();
    } else {
      KJ_ASSIGN_OR_RETURN(const std::optional<store::SourceRow> source,
                          view_.FindSource(skp_.source().system(), wanted));
      if (source) {
        KJ_ASSIGN_OR_RETURN(found, LoadRecord(view_, source->skp));
      }
    }
    // Not repeated: it may be any text.
    if (!found) return NotFound("the record that menggantikan names");
    KJ_RETURN_IF_ERROR(CheckRight(found->head.keys.instansi));
    if (stored_ && found->head.skp == stored_->head.skp) {
      return schema::Error(
          absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_INVALID,
          {{"field", "skp.menggantikan"}, {"problem", "it names the record itself"}});
    }
    replaced_ = std::move(found);
    return absl::OkStatus();
  }

  // A live record of the same person, regime and unit whose days overlap is SKP_DUPLICATE.
  absl::Status CheckOverlap(const v1::Skp& skp) {
    const std::string person = PersonKey(skp.pegawai());
    if (person.empty() || skp.kelengkapan() != v1::KELENGKAPAN_LENGKAP ||
        !validate::IsLive(skp.status())) {
      return absl::OkStatus();
    }
    const store::FilterKeys keys = KeysOf(skp, rulebook_.reference().Stamp(skp));
    KJ_ASSIGN_OR_RETURN(const std::vector<store::Head> heads, view_.ListHeadsOfPerson(person));
    for (const store::Head& head : heads) {
      const bool self = stored_ && head.skp == stored_->head.skp;
      const bool replaced = replaced_ && head.skp == replaced_->head.skp;
      if (self || replaced || head.keys.kelengkapan != v1::KELENGKAPAN_LENGKAP ||
          !validate::IsLive(static_cast<v1::StatusSkp>(head.keys.status)) ||
          head.keys.regime != keys.regime || head.keys.unor != keys.unor ||
          !DaysOverlap(head.keys, keys)) {
        continue;
      }
      KJ_ASSIGN_OR_RETURN(const std::optional<StoredRecord> other, LoadRecord(view_, head.skp));
      Refuse("periode", v1::ERROR_REASON_SKP_DUPLICATE, {{"name", other ? other->skp.name() : ""}},
             "submit.overlap/1");
      return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  // Results of the same person, instansi and period that stood alone move into the new record. They
  // were there first: an evaluation of the submission that says otherwise is kept as a conflict.
  absl::Status TakeStandAloneResults(store::SkpId id) {
    if (skp_.kelengkapan() != v1::KELENGKAPAN_LENGKAP || !validate::IsLive(skp_.status())) {
      return absl::OkStatus();
    }
    KJ_ASSIGN_OR_RETURN(absorbed_, FindStandAloneResults(view_, skp_));
    if (absorbed_.empty()) return absl::OkStatus();
    const v1::Skp submitted = skp_;
    skp_.clear_evaluasi();
    for (const StoredRecord& results : absorbed_) {
      const ResultsMerge taken =
          MergeResults(results.skp, results.skp.source().system(), in_.received, &skp_);
      for (const ResultsConflict& conflict : taken.conflicts) {
        out_.writes.open_conflicts.push_back(MakeConflict(id, results.skp, conflict));
      }
    }
    v1::Skp both = skp_;
    const ResultsMerge taken =
        MergeResults(submitted, submitted.source().system(), in_.received, &both);
    skp_.mutable_evaluasi()->Swap(both.mutable_evaluasi());
    for (const ResultsConflict& conflict : taken.conflicts) {
      out_.writes.open_conflicts.push_back(MakeConflict(id, submitted, conflict));
      WarnOf(conflict);
    }
    validate::Derive(&skp_);
    return absl::OkStatus();
  }

  // What the record replaces, and the results that went into it.
  absl::Status Supersede(const std::string& successor) {
    if (replaced_) KJ_RETURN_IF_ERROR(SupersedeBy(*replaced_, successor));
    for (const StoredRecord& results : absorbed_) {
      KJ_RETURN_IF_ERROR(SupersedeBy(results, successor));
    }
    return absl::OkStatus();
  }

  // The old one becomes DIGANTI with its successor; a FINAL or dead one stays as it is.
  absl::Status SupersedeBy(const StoredRecord& old, const std::string& successor) {
    const std::optional<resource::SkpName> next = resource::ParseSkpName(successor);
    if (old.skp.kelengkapan() == v1::KELENGKAPAN_HASIL_SAJA) {
      KJ_ASSIGN_OR_RETURN(std::vector<store::SourceRow> sources, view_.ListSources(old.head.skp));
      for (store::SourceRow& row : sources) {
        row.skp = next->id;
        out_.writes.sources.push_back(row);
      }
    }
    if (old.skp.status() == v1::STATUS_SKP_FINAL || !validate::IsLive(old.skp.status())) {
      return absl::OkStatus();
    }
    v1::Skp skp = old.skp;
    skp.set_status(v1::STATUS_SKP_DIGANTI);
    skp.set_pengganti_id(successor);
    AppendSystemStep(v1::STATUS_SKP_DIGANTI, in_.received, &skp);
    const uint64_t revision = old.head.revision + 1;
    Stamp(revision, old.skp.waktu_dibuat(), &skp);
    AddRevision(old.head.skp, revision, store::ChangeKind::kReplaced, skp);
    return absl::OkStatus();
  }

  void Stamp(uint64_t revision, std::optional<google::protobuf::Timestamp> created,
             v1::Skp* skp) const {
    const int64_t nanos = absl::ToUnixNanos(in_.received);
    google::protobuf::Timestamp now;
    now.set_seconds(nanos / 1'000'000'000);
    now.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
    skp->set_revision(revision);
    *skp->mutable_waktu_dibuat() = created ? *created : now;
    *skp->mutable_waktu_diubah() = now;
    *skp->mutable_provenance()->mutable_waktu_terima() = now;
    *skp->mutable_rujukan() = rulebook_.reference().Stamp(*skp);
  }

  void AddRevision(store::SkpId id, uint64_t revision, store::ChangeKind kind, const v1::Skp& skp) {
    out_.writes.revisions.push_back({.skp = id,
                                     .revision = revision,
                                     .kind = kind,
                                     .person = PersonKey(skp.pegawai()),
                                     .keys = KeysOf(skp),
                                     .targets = TargetsOf(skp, rulebook_),
                                     .body = SealBody(skp)});
  }

  void Answer(v1::Outcome outcome, const std::string& name, uint64_t revision) {
    out_.response.set_outcome(outcome);
    out_.response.set_name(name);
    out_.response.set_revision(revision);
  }

  // The record that was meant, as it stays.
  void NameStored() {
    out_.response.set_name(stored_->skp.name());
    out_.response.set_revision(stored_->head.revision);
  }

  void Warn(const schema::Violation& warning) {
    *out_.response.add_warnings() = schema::ToProto(warning);
  }

  void Refuse(std::string field, v1::ErrorReason reason, schema::Metadata metadata,
              std::string_view rule, v1::Severity severity = v1::SEVERITY_REJECT) {
    out_.violations.push_back({std::move(field), reason, severity, std::move(metadata), rule});
  }

  const store::View& view_;
  const Submission& in_;
  const Rulebook& rulebook_;
  v1::Skp skp_;
  std::optional<StoredRecord> stored_;
  std::optional<StoredRecord> replaced_;
  std::optional<store::SourceRow> source_;
  std::vector<StoredRecord> absorbed_;  // results that stood alone
  Verdict out_;
};

}  // namespace

absl::StatusOr<Verdict> Judge(const store::View& view, const Submission& submission,
                              const Rulebook& rulebook) {
  return Judging(view, submission, rulebook).Run();
}

}  // namespace kinerja::ingest
