#include "gateway/delivery/decide.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/hex.h"
#include "gateway/base/kill_point.h"
#include "gateway/base/status_macros.h"
#include "gateway/schema/catalogue.h"

namespace kinerja::delivery {
namespace {

using store::DeliveryReason;
using store::DeliveryRow;
using store::DeliveryState;
using store::HoldingRow;
using store::PartRow;

constexpr size_t kMostWoken = 1000;
constexpr absl::Duration kFirstLook = absl::Seconds(1);
constexpr char kAsTold[] = "told";      // sent_hash of what a person has seen there, as it was sent
constexpr char kGateway[] = "gateway";  // whose jobs are its own
constexpr int64_t kLeastRank = std::numeric_limits<int64_t>::min();

// A delivery has the first of these that one of its parts has.
constexpr std::array kWorstFirst = {DeliveryState::kRefused,   DeliveryState::kUnknown,
                                    DeliveryState::kInFlight,  DeliveryState::kRetrying,
                                    DeliveryState::kSent,      DeliveryState::kPending,
                                    DeliveryState::kHeld,      DeliveryState::kCancelled,
                                    DeliveryState::kDelivered, DeliveryState::kSkipped};

DeliveryReason ReasonOf(v1::ErrorReason reason, schema::Metadata metadata) {
  return {static_cast<int32_t>(reason), std::move(metadata)};
}

void SetState(DeliveryState state, absl::Time now, DeliveryReason reason, PartRow* part) {
  if (part->state != state) part->since = now;
  part->state = state;
  part->reason = std::move(reason);
}

// Whether a call at the part may be under way, or its outcome is open.
bool IsOpen(const PartRow& part) {
  return part.state == DeliveryState::kInFlight || part.state == DeliveryState::kUnknown ||
         part.state == DeliveryState::kSent;
}

// Nobody could tell whether it happened: only a person's retry, which looks again, goes on with it
// (promise P6).
bool IsUnsettled(const PartRow& part) {
  return part.state == DeliveryState::kRefused &&
         part.reason.code == v1::ERROR_REASON_OUTCOME_UNKNOWN;
}

// A person's word ends it: what nobody could tell, and what only the target's people can remove.
bool PartAwaitsWord(const PartRow& part) {
  return IsUnsettled(part) || (part.state == DeliveryState::kRefused && part.absent &&
                               part.reason.code == v1::ERROR_REASON_TARGET_CANNOT_REMOVE);
}

// The word of a person, among the attempts.
store::AttemptRow WordAttempt(const PartRow& part, bool there, absl::Time now, DeliveryRow* row) {
  store::AttemptRow attempt;
  attempt.delivery = row->id;
  attempt.number = ++row->attempts;
  attempt.at = now;
  attempt.part = part.key;
  attempt.step = "confirm";
  attempt.outcome = there ? "there" : "absent";
  attempt.revision = part.revision;
  return attempt;
}

// A holding that says nothing is not kept.
void Keep(const HoldingRow& holding, Decision* decision) {
  const bool empty = holding.owner == 0 && holding.in_flight == 0 && holding.target_id.empty();
  if (empty) {
    decision->writes.drop_holdings.emplace_back(holding.target, holding.effect);
  } else {
    decision->writes.holdings.push_back(holding);
  }
}

std::string_view OutcomeWord(adapter::Verdict verdict) {
  switch (verdict) {
    case adapter::Verdict::kDelivered:
      return "delivered";
    case adapter::Verdict::kSent:
      return "sent";
    case adapter::Verdict::kRefused:
      return "refused";
    case adapter::Verdict::kRetryLater:
      return "retry_later";
    case adapter::Verdict::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view LookupWord(adapter::LookupVerdict verdict) {
  switch (verdict) {
    case adapter::LookupVerdict::kHolds:
      return "holds";
    case adapter::LookupVerdict::kDiffers:
      return "differs";
    case adapter::LookupVerdict::kAbsent:
      return "absent";
    case adapter::LookupVerdict::kUnclear:
      return "unclear";
  }
  return "unclear";
}

std::string_view StepWord(Step step) {
  switch (step) {
    case Step::kDeliver:
      return "deliver";
    case Step::kRemove:
      return "remove";
    case Step::kLook:
      return "lookup";
    case Step::kNone:
      return "prepare";
  }
  return "prepare";
}

// Puts a row in turn, unless this decision has written it already. Whoever works on it does so at
// the end of its work.
void MakeReady(DeliveryRow row, Decision* decision) {
  const auto same = [&row](const DeliveryRow& other) {
    return other.skp == row.skp && other.kind == row.kind && other.target == row.target;
  };
  const auto& written = decision->writes.deliveries;
  if (std::any_of(written.begin(), written.end(), same)) return;
  if (row.claim.empty()) {
    row.ready = true;
    row.due.reset();
    row.waits.clear();
    decision->woken.emplace(row.target, row.region);
  } else {
    row.woken = true;
  }
  decision->writes.deliveries.push_back(std::move(row));
}

// One delivery inside one transaction; used once.
class Deciding {
 public:
  Deciding(const store::View& view, const Work& work, const DecideContext& context)
      : view_(view), work_(work), context_(context), now_(context.now) {}

  absl::StatusOr<Decision> Begin() {
    KJ_ASSIGN_OR_RETURN(const bool ready, LoadReady());
    if (!ready) return Abandoned();
    row_.claim = context_.process;
    if (work_.new_facts && !work_.person.empty()) out_.writes.facts.push_back(*work_.new_facts);
    if (work_.look) {
      KJ_RETURN_IF_ERROR(BeginLook());
    } else {
      KJ_RETURN_IF_ERROR(MergePlan());
      KJ_RETURN_IF_ERROR(PickNext());
    }
    return Finish();
  }

  absl::StatusOr<Decision> Settle(const NextCall& call, const CallResult& result) {
    KJ_ASSIGN_OR_RETURN(const bool ours, LoadClaimed());
    if (!ours) return Abandoned();
    PartRow* part = FindPart(call.part.key);
    if (part == nullptr) return Abandoned();
    if (result.lookup) {
      KJ_RETURN_IF_ERROR(SettleLook(call, *result.lookup, part));
    } else {
      KJ_RETURN_IF_ERROR(SettleOutcome(call, result.outcome, part));
    }
    AddAttempt(call, result);
    DropGone();
    const adapter::Outcome* trouble = result.lookup ? ObstacleOf(*result.lookup) : &result.outcome;
    const bool go_on =
        row_.change == work_.change && !(trouble && trouble->target_trouble) && !work_.look;
    if (go_on) KJ_RETURN_IF_ERROR(PickNext());
    return Finish();
  }

  absl::StatusOr<Decision> Obstacle(const adapter::Outcome& obstacle, absl::Time began,
                                    absl::Duration took) {
    KJ_ASSIGN_OR_RETURN(const bool ready, LoadReady());
    if (!ready) return Abandoned();
    const DeliveryReason reason = ReasonOf(obstacle.reason, obstacle.metadata);
    if (work_.look) {
      KJ_RETURN_IF_ERROR(SettleBlindLook(obstacle));
    } else if (obstacle.verdict == adapter::Verdict::kRefused) {
      StandIn(DeliveryState::kRefused, reason);
    } else {
      ++row_.tries;
      due_ = now_ + Wait(obstacle);
      StandIn(DeliveryState::kRetrying, reason);
    }
    CallResult result;
    result.outcome = obstacle;
    result.began = began;
    result.took = took;
    AddAttempt(NextCall(), result);
    return Finish();
  }

  absl::StatusOr<Decision> PutOff() {
    KJ_ASSIGN_OR_RETURN(const bool ready, LoadReady());
    if (!ready) return Abandoned();
    row_.due = now_ + Wait(adapter::Outcome());
    out_.writes.deliveries.push_back(row_);
    out_.row = row_;
    return std::move(out_);
  }

 private:
  static const adapter::Outcome* ObstacleOf(const adapter::LookupAnswer& answer) {
    return answer.obstacle ? &*answer.obstacle : nullptr;
  }

  // Somebody else's decision stands; where the row is in turn, whoever reads it next sees that.
  absl::StatusOr<Decision> Abandoned() {
    Decision decision;
    decision.abandoned = true;
    KJ_ASSIGN_OR_RETURN(const std::optional<DeliveryRow> row, view_.FindDelivery(work_.row.id));
    if (row && row->ready && row->claim.empty()) decision.woken.emplace(row->target, row->region);
    return decision;
  }

  // What was planned is still what this row is about.
  bool IsStillMeant(const DeliveryRow& row) const {
    if (KJ_SEEDED_BUG("deliver_stale")) return true;
    if (!work_.look) {
      return row.change == work_.change && row.absent == work_.row.absent &&
             std::none_of(row.parts.begin(), row.parts.end(), IsOpen);
    }
    return std::any_of(row.parts.begin(), row.parts.end(), [this](const PartRow& part) {
      return IsOpen(part) && part.change == work_.change;
    });
  }

  // Whether the row is still as the work was planned for; it is taken off the queue here.
  absl::StatusOr<bool> LoadReady() {
    KJ_ASSIGN_OR_RETURN(std::optional<DeliveryRow> row, view_.FindDelivery(work_.row.id));
    if (!row || !row->ready || !row->claim.empty() || !IsStillMeant(*row)) return false;
    row_ = *std::move(row);
    row_.ready = false;
    row_.due.reset();
    row_.waits.clear();
    row_.woken = false;
    return true;
  }

  absl::StatusOr<bool> LoadClaimed() {
    KJ_ASSIGN_OR_RETURN(std::optional<DeliveryRow> row, view_.FindDelivery(work_.row.id));
    if (!row || row->claim != context_.process) return false;
    row_ = *std::move(row);
    return true;
  }

  PartRow* FindPart(const std::string& key) {
    for (PartRow& part : row_.parts) {
      if (part.key == key) return &part;
    }
    return nullptr;
  }

  // Refused or called off before, and nothing else is wanted since: that stands.
  bool Stands(const PartRow& part) const {
    return IsUnsettled(part) ||
           (part.change == work_.change &&
            (part.state == DeliveryState::kRefused || part.state == DeliveryState::kCancelled));
  }

  // The one part that stands for a delivery that has none yet.
  void StandIn(DeliveryState state, DeliveryReason reason) {
    if (row_.parts.empty()) row_.parts.push_back({.since = now_});
    for (PartRow& part : row_.parts) {
      if (part.state == DeliveryState::kDelivered || IsOpen(part) || Stands(part)) continue;
      SetState(state, now_, reason, &part);
      part.since = now_;
      part.retry_at = due_;
      part.change = work_.change;
      part.revision = work_.revision;
    }
    const bool shown = std::any_of(row_.parts.begin(), row_.parts.end(),
                                   [state](const PartRow& part) { return part.state == state; });
    if (shown) return;
    row_.parts.push_back({.since = now_});
    SetState(state, now_, std::move(reason), &row_.parts.back());
    row_.parts.back().retry_at = due_;
  }

  absl::Duration Wait(const adapter::Outcome& outcome) const {
    const uint32_t tries = std::max(row_.tries, 1u);
    return std::min(kMostDue, context_.rules->backoff.After(tries, outcome.after, context_.random));
  }

  // ---- What the target holds ----

  absl::StatusOr<HoldingRow*> HoldingOf(const std::string& effect) {
    const auto known = holdings_.find(effect);
    if (known != holdings_.end()) return &known->second;
    KJ_ASSIGN_OR_RETURN(std::optional<HoldingRow> stored, view_.FindHolding(row_.target, effect));
    HoldingRow row = stored ? *std::move(stored) : HoldingRow();
    row.target = row_.target;
    row.effect = effect;
    return &holdings_.emplace(effect, std::move(row)).first->second;
  }

  void Keep(const HoldingRow& holding) { changed_.insert(holding.effect); }

  // Nothing of ours is to be there any more; others may want the key.
  absl::Status Release(const std::string& effect) {
    KJ_ASSIGN_OR_RETURN(HoldingRow * holding, HoldingOf(effect));
    if (holding->in_flight == row_.id) holding->in_flight = 0;
    if (holding->owner == row_.skp) holding->owner = 0;
    Keep(*holding);
    return WakeEffect(effect);
  }

  // This one may have waited itself until now.
  absl::StatusOr<bool> IsWantedByOthers(const std::string& effect) const {
    KJ_ASSIGN_OR_RETURN(const std::vector<store::DeliveryId> waiting,
                        view_.ListWaiting(EffectWaitKey(row_.target, effect), 0, 2));
    return std::any_of(waiting.begin(), waiting.end(),
                       [this](store::DeliveryId id) { return id != row_.id; });
  }

  absl::Status WakeEffect(const std::string& effect) {
    return Wake(view_, EffectWaitKey(row_.target, effect), row_.id, now_, &out_);
  }

  // ---- Planning ----

  absl::Status MergePlan() {
    std::vector<PartRow> old = std::move(row_.parts);
    row_.parts.clear();
    if (!row_.absent) {
      for (size_t i = 0; i < work_.planned.size(); ++i) {
        KJ_RETURN_IF_ERROR(PlacePart(i, &old));
      }
    }
    for (PartRow& part : old) {
      if (!part.key.empty()) KJ_RETURN_IF_ERROR(PlaceLeftover(std::move(part)));
    }
    return absl::OkStatus();
  }

  // Takes the row of this key out of `old`; a new one where there is none.
  PartRow TakeOld(const adapter::PlannedPart& planned, std::vector<PartRow>* old) const {
    PartRow part;
    for (PartRow& candidate : *old) {
      if (candidate.key != planned.key) continue;
      part = std::move(candidate);
      candidate.key.clear();
      return part;
    }
    part.key = planned.key;
    part.since = now_;
    return part;
  }

  absl::Status PlacePart(size_t index, std::vector<PartRow>* old) {
    const adapter::PlannedPart& planned = work_.planned[index];
    PartRow part = TakeOld(planned, old);
    if (IsUnsettled(part)) {
      row_.parts.push_back(std::move(part));
      return absl::OkStatus();
    }
    const std::string& effect = work_.effects[index];
    // What waits, or cannot be delivered as it is now, leaves there what was delivered before.
    const bool stays =
        planned.plan == adapter::PartPlan::kHold || planned.plan == adapter::PartPlan::kRefuse;
    if (!part.effect.empty() && part.effect != effect && !stays) {
      // The effect has moved (a corrected NIP): the old one is to go.
      PartRow gone = part;
      gone.key = absl::StrCat(part.key, "~", base::HexEncode(part.effect).substr(0, 8));
      old->push_back(std::move(gone));
      part.effect.clear();
    }
    const bool stands = Stands(part);
    part.kind = planned.kind;
    part.absent = false;
    switch (planned.plan) {
      case adapter::PartPlan::kDeliver:
        if (!stands) KJ_RETURN_IF_ERROR(PlaceDelivery(index, &part));
        break;
      case adapter::PartPlan::kHold:
        SetState(DeliveryState::kHeld, now_, ReasonOf(planned.reason, planned.metadata), &part);
        row_.waits.insert(row_.waits.end(), planned.wait_keys.begin(), planned.wait_keys.end());
        break;
      case adapter::PartPlan::kSkip:
        SetState(DeliveryState::kSkipped, now_, ReasonOf(planned.reason, planned.metadata), &part);
        break;
      case adapter::PartPlan::kRefuse:
        SetState(DeliveryState::kRefused, now_, ReasonOf(planned.reason, planned.metadata), &part);
        break;
    }
    part.change = work_.change;
    part.revision = work_.revision;
    row_.parts.push_back(std::move(part));
    return absl::OkStatus();
  }

  // A part with an effect: whose the effect is, and whether its content is there already.
  absl::Status PlaceDelivery(size_t index, PartRow* part) {
    const adapter::PlannedPart& planned = work_.planned[index];
    part->effect = work_.effects[index];
    part->address = planned.address;
    KJ_ASSIGN_OR_RETURN(HoldingRow * holding, HoldingOf(part->effect));
    if (holding->owner != row_.skp && !MayTake(planned, *holding)) {
      return SkipTaken(*holding, part);
    }
    if (holding->owner != 0 && holding->owner != row_.skp) KJ_RETURN_IF_ERROR(TakeOver(*holding));
    holding->owner = row_.skp;
    holding->rank = planned.rank;
    const bool told = holding->sent_hash == kAsTold && part->change == work_.change &&
                      part->state == DeliveryState::kDelivered;
    if (told) holding->sent_hash = work_.hashes[index];
    Keep(*holding);
    const bool is_there = !holding->target_id.empty() && holding->in_flight == 0 &&
                          holding->sent_hash == work_.hashes[index];
    if (is_there) {
      holding->revision = work_.revision;
      SetState(DeliveryState::kDelivered, now_, {}, part);
    } else if (const PartRow* stopped = StoppedBefore(planned)) {
      SetState(stopped->state, now_, stopped->reason, part);
    } else if (!IsPutOff(*part)) {
      SetState(DeliveryState::kPending, now_, {}, part);
    }
    return absl::OkStatus();
  }

  // The target asked for a later time for this very part, by a clock that was not set since.
  bool IsPutOff(const PartRow& part) const {
    return part.state == DeliveryState::kRetrying && part.change == work_.change &&
           part.retry_at > now_ && part.since >= context_.sound_since && part.since <= now_;
  }

  // A part it must follow that does not go by itself: it does not go either, for the same reason.
  const PartRow* StoppedBefore(const adapter::PlannedPart& planned) {
    for (const std::string& key : planned.after) {
      const PartRow* before = FindPart(key);
      if (before == nullptr) continue;
      if (before->state == DeliveryState::kSkipped || before->state == DeliveryState::kHeld ||
          before->state == DeliveryState::kCancelled) {
        return before;
      }
    }
    return nullptr;
  }

  // The highest rank gets the effect; of equals the newer record, so that it is decided the same
  // whichever comes first.
  bool Outranks(const adapter::PlannedPart& planned, const HoldingRow& holding) const {
    return planned.rank != holding.rank ? planned.rank > holding.rank : row_.skp > holding.owner;
  }

  bool MayTake(const adapter::PlannedPart& planned, const HoldingRow& holding) const {
    if (holding.owner == row_.skp) return false;
    return holding.owner == 0 || Outranks(planned, holding);
  }

  absl::Status SkipTaken(const HoldingRow& holding, PartRow* part) {
    KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> owner, view_.FindHead(holding.owner));
    SetState(DeliveryState::kSkipped, now_,
             ReasonOf(v1::ERROR_REASON_EFFECT_TAKEN,
                      {{"name", owner ? context_.name_of(*owner) : ""}, {"system", row_.target}}),
             part);
    row_.waits.push_back(EffectWaitKey(row_.target, holding.effect));
    return absl::OkStatus();
  }

  // The record that had the effect is planned again, and will find it taken.
  absl::Status TakeOver(const HoldingRow& holding) {
    KJ_ASSIGN_OR_RETURN(
        const std::optional<DeliveryRow> loser,
        view_.FindDeliveryOf(row_.target, holding.owner, store::DeliveryKind::kRecord));
    if (loser) MakeReady(*loser, &out_);
    return absl::OkStatus();
  }

  bool HasPlaced(const std::string& effect) const {
    return std::any_of(row_.parts.begin(), row_.parts.end(), [&effect](const PartRow& part) {
      return !part.absent && part.effect == effect;
    });
  }

  // Of a part under another key, too: the effect has moved and come back.
  bool HasUnsettled(const std::string& effect) const {
    return std::any_of(row_.parts.begin(), row_.parts.end(), [&effect](const PartRow& part) {
      return IsUnsettled(part) && part.effect == effect;
    });
  }

  // A part that the record no longer has: what it left at the target is to go.
  absl::Status PlaceLeftover(PartRow part) {
    if (part.effect.empty()) return absl::OkStatus();
    if (IsUnsettled(part)) {
      row_.parts.push_back(std::move(part));
      return absl::OkStatus();
    }
    // The effect has moved and come back: a part of the plan has it again.
    if (HasPlaced(part.effect)) return absl::OkStatus();
    KJ_ASSIGN_OR_RETURN(HoldingRow * holding, HoldingOf(part.effect));
    // Another record's now: what is there is that one's.
    if (holding->owner != 0 && holding->owner != row_.skp) return absl::OkStatus();
    if (part.absent && (Stands(part) || IsPutOff(part))) {
      row_.parts.push_back(std::move(part));
      return absl::OkStatus();
    }
    // Left to this one by its owner, which saw it waiting: nobody else would take it away.
    holding->owner = row_.skp;
    holding->rank = kLeastRank;  // whoever wants it may have it
    Keep(*holding);
    KJ_ASSIGN_OR_RETURN(const bool wanted, IsWantedByOthers(part.effect));
    const bool nothing_there = holding->target_id.empty() && holding->in_flight == 0;
    // Another record wants the same effect and will write over what is there.
    if (nothing_there || wanted) return Release(part.effect);
    part.absent = true;
    part.change = work_.change;
    part.revision = work_.revision;
    if (context_.rules->can_remove) {
      SetState(DeliveryState::kPending, now_, {}, &part);
    } else {
      SetState(DeliveryState::kRefused, now_,
               ReasonOf(v1::ERROR_REASON_TARGET_CANNOT_REMOVE, {{"system", row_.target}}), &part);
    }
    row_.parts.push_back(std::move(part));
    return absl::OkStatus();
  }

  // ---- The next call ----

  const adapter::PlannedPart* PlannedOf(const PartRow& part, size_t* index) const {
    for (size_t i = 0; i < work_.planned.size(); ++i) {
      if (work_.planned[i].key == part.key) {
        *index = i;
        return &work_.planned[i];
      }
    }
    return nullptr;
  }

  // The parts it must follow are delivered; their target ids go into `followed`.
  absl::StatusOr<bool> MayFollow(const adapter::PlannedPart& planned,
                                 std::map<std::string, std::string>* followed) {
    for (const std::string& key : planned.after) {
      const PartRow* before = FindPart(key);
      if (before == nullptr || before->state != DeliveryState::kDelivered) return false;
      KJ_ASSIGN_OR_RETURN(const HoldingRow* holding, HoldingOf(before->effect));
      (*followed)[key] = TargetIdOf(*holding);
    }
    return true;
  }

  absl::Status PickNext() {
    for (PartRow& part : row_.parts) {
      // One that is RETRYING has its time; the next planning makes it PENDING.
      if (part.state != DeliveryState::kPending) continue;
      size_t index = 0;
      const adapter::PlannedPart* planned = PlannedOf(part, &index);
      if (planned == nullptr && !part.absent) continue;
      NextCall call;
      if (planned != nullptr && !part.absent) {
        KJ_ASSIGN_OR_RETURN(const bool may_follow, MayFollow(*planned, &call.followed));
        if (!may_follow) continue;
      }
      KJ_ASSIGN_OR_RETURN(HoldingRow * holding, HoldingOf(part.effect));
      if (holding->owner != row_.skp) {
        // Lost to another record since it was planned; planned again, this one finds it taken.
        again_ = true;
        continue;
      }
      if (HasUnsettled(part.effect)) continue;
      if (holding->in_flight != 0 && holding->in_flight != row_.id) {
        KJ_RETURN_IF_ERROR(WaitForCall(*holding, &part));
        continue;
      }
      StartCall(part.absent ? Step::kRemove : Step::kDeliver, planned, index, holding, &part,
                &call);
      return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  void StartCall(Step step, const adapter::PlannedPart* planned, size_t index, HoldingRow* holding,
                 PartRow* part, NextCall* call) {
    call->step = step;
    if (planned != nullptr && !part->absent) {
      call->part = *planned;
      call->hash = work_.hashes[index];
    } else {
      call->part.address = part->address;  // where it was made
    }
    call->part.key = part->key;
    call->part.kind = part->kind;
    call->effect = part->effect;
    call->held = {TargetIdOf(*holding), holding->revision};
    if (step != Step::kLook) {
      SetState(DeliveryState::kInFlight, now_, {}, part);
      part->settling_since = absl::UnixEpoch();
    }
    holding->in_flight = row_.id;
    Keep(*holding);
    out_.next = std::move(*call);
  }

  // Another delivery has a call for the effect: soon over, unless nobody knows what came of it.
  absl::Status WaitForCall(const HoldingRow& holding, PartRow* part) {
    row_.waits.push_back(EffectWaitKey(row_.target, part->effect));
    KJ_ASSIGN_OR_RETURN(const std::optional<DeliveryRow> other,
                        view_.FindDelivery(holding.in_flight));
    const bool unsettled =
        other && std::any_of(other->parts.begin(), other->parts.end(), [&](const PartRow& its) {
          return its.effect == part->effect && IsUnsettled(its);
        });
    if (unsettled) SetState(DeliveryState::kHeld, now_, OutcomeUnknown(), part);
    return absl::OkStatus();
  }

  DeliveryReason OutcomeUnknown() const {
    return ReasonOf(v1::ERROR_REASON_OUTCOME_UNKNOWN, {{"system", row_.target}});
  }

  absl::Status BeginLook() {
    for (PartRow& part : row_.parts) {
      if (!IsOpen(part) || part.change != work_.change) continue;
      size_t index = 0;
      const adapter::PlannedPart* planned = PlannedOf(part, &index);
      const bool same = planned != nullptr && planned->plan == adapter::PartPlan::kDeliver &&
                        work_.effects[index] == part.effect;
      if (!same && !part.absent) {
        // Nobody can say any more what was sent.
        KJ_RETURN_IF_ERROR(GiveUp(&part));
        continue;
      }
      KJ_ASSIGN_OR_RETURN(HoldingRow * holding, HoldingOf(part.effect));
      NextCall call;
      StartCall(Step::kLook, planned, index, holding, &part, &call);
      return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  // The effect stays this one's; whoever waits for it says what it waits for now.
  absl::Status GiveUp(PartRow* part) {
    SetState(DeliveryState::kRefused, now_, OutcomeUnknown(), part);
    return WakeEffect(part->effect);
  }

  // ---- Answers ----

  absl::Status SettleOutcome(const NextCall& call, const adapter::Outcome& outcome, PartRow* part) {
    DeliveryReason reason = ReasonOf(outcome.reason, outcome.metadata);
    switch (outcome.verdict) {
      case adapter::Verdict::kDelivered:
        return SettleDone(call, outcome.target_id, part);
      case adapter::Verdict::kSent:
        SetState(DeliveryState::kSent, now_, std::move(reason), part);
        due_ = std::min(due_, now_ + outcome.after.value_or(kMostDue));
        return absl::OkStatus();
      case adapter::Verdict::kRefused:
        SetState(DeliveryState::kRefused, now_, std::move(reason), part);
        KJ_RETURN_IF_ERROR(NoteLeftThere(call, outcome.target_id));
        return Free(call.effect);
      case adapter::Verdict::kRetryLater:
        ++row_.tries;
        Retry(outcome, std::move(reason), part);
        return Free(call.effect);
      case adapter::Verdict::kUnknown:
        return SettleUnknown(call, outcome, std::move(reason), part);
    }
    return absl::OkStatus();
  }

  void Retry(const adapter::Outcome& outcome, DeliveryReason reason, PartRow* part) {
    SetState(DeliveryState::kRetrying, now_, std::move(reason), part);
    part->since = now_;  // of the last try: what `retry_at` was reckoned from
    part->retry_at = now_ + Wait(outcome);
  }

  // A refusal that names something: it is there, to be replaced or removed, and holds nothing that
  // was wanted.
  absl::Status NoteLeftThere(const NextCall& call, const std::string& target_id) {
    if (target_id.empty()) return absl::OkStatus();
    KJ_ASSIGN_OR_RETURN(HoldingRow * holding, HoldingOf(call.effect));
    holding->target_id = target_id;
    holding->sent_hash.clear();
    return absl::OkStatus();
  }

  absl::Status SettleUnknown(const NextCall& call, const adapter::Outcome& outcome,
                             DeliveryReason reason, PartRow* part) {
    ++row_.tries;
    if (context_.rules->idempotent || KJ_SEEDED_BUG("skip_lookup")) {
      Retry(outcome, std::move(reason), part);
      return Free(call.effect);
    }
    SetState(DeliveryState::kUnknown, now_, std::move(reason), part);
    part->looks = 0;
    const absl::Duration asked = outcome.after.value_or(absl::ZeroDuration());
    due_ = std::min(due_, now_ + std::clamp(asked, kFirstLook, kMostDue));
    return absl::OkStatus();
  }

  // No call for the effect is under way any more; who waited for that may go on.
  absl::Status Free(const std::string& effect) {
    KJ_ASSIGN_OR_RETURN(HoldingRow * holding, HoldingOf(effect));
    holding->in_flight = 0;
    Keep(*holding);
    return WakeEffect(effect);
  }

  absl::Status SettleDone(const NextCall& call, const std::string& target_id, PartRow* part) {
    row_.tries = 0;
    KJ_ASSIGN_OR_RETURN(HoldingRow * holding, HoldingOf(call.effect));
    if (part->absent) {
      part->key.clear();  // DropGone takes it out
      holding->target_id.clear();
      holding->sent_hash.clear();
      return Release(call.effect);
    }
    if (!target_id.empty()) holding->target_id = target_id;
    // A peer that names nothing: that something is there must be known all the same.
    if (holding->target_id.empty()) holding->target_id = kNameless;
    holding->sent_hash = call.hash;
    holding->revision = part->revision;
    SetState(DeliveryState::kDelivered, now_, {}, part);
    // Another record has won the effect meanwhile; planned again, this one finds it taken.
    if (holding->owner != row_.skp) again_ = true;
    return Free(call.effect);
  }

  absl::Status SettleLook(const NextCall& call, const adapter::LookupAnswer& answer,
                          PartRow* part) {
    const bool made = answer.verdict == (part->absent ? adapter::LookupVerdict::kAbsent
                                                      : adapter::LookupVerdict::kHolds);
    if (made) return SettleDone(call, answer.target_id, part);
    if (answer.verdict == adapter::LookupVerdict::kUnclear) return SettleUnclear(answer, part);
    part->settling_since = SettlingSince(*part);
    const absl::Time settled = part->settling_since + context_.rules->settle_time;
    if (now_ < settled) {  // it may still come to light there
      due_ = std::min({due_, settled, now_ + kMostDue});
      return absl::OkStatus();
    }
    // It did not happen: it may be made now.
    KJ_ASSIGN_OR_RETURN(HoldingRow * holding, HoldingOf(call.effect));
    if (!answer.target_id.empty()) holding->target_id = answer.target_id;
    if (answer.verdict == adapter::LookupVerdict::kAbsent) holding->target_id.clear();
    holding->sent_hash.clear();
    SetState(DeliveryState::kPending, now_, {}, part);
    again_ = true;
    return Free(call.effect);
  }

  // The settle time begins with the first look that is answered, not with the call: a target that
  // stood still does what it was asked when it goes on. A clock that was set begins it anew.
  absl::Time SettlingSince(const PartRow& part) const {
    const bool begun = part.settling_since != absl::UnixEpoch();
    const bool comparable =
        part.settling_since >= context_.sound_since && part.settling_since <= now_;
    return begun && comparable ? part.settling_since : now_;
  }

  absl::Status SettleUnclear(const adapter::LookupAnswer& answer, PartRow* part) {
    // A look that the target's state or pace, or this process, kept from being one says nothing
    // about the part.
    const bool no_look =
        answer.obstacle && (answer.obstacle->target_trouble || answer.obstacle->throttled ||
                            answer.obstacle->not_sent);
    if (!no_look) ++part->looks;
    if (part->looks >= context_.rules->max_looks) return GiveUp(part);
    ++row_.tries;
    due_ = std::min(due_, now_ + Wait(answer.obstacle.value_or(adapter::Outcome())));
    return absl::OkStatus();
  }

  // A look for which the target does not give what is needed to look.
  absl::Status SettleBlindLook(const adapter::Outcome& obstacle) {
    ++row_.tries;
    const bool counts = obstacle.verdict == adapter::Verdict::kRefused;
    for (PartRow& part : row_.parts) {
      if (!IsOpen(part) || part.change != work_.change) continue;
      if (counts) ++part.looks;
      if (part.looks >= context_.rules->max_looks) KJ_RETURN_IF_ERROR(GiveUp(&part));
    }
    if (std::any_of(row_.parts.begin(), row_.parts.end(), IsOpen)) due_ = now_ + Wait(obstacle);
    return absl::OkStatus();
  }

  void AddAttempt(const NextCall& call, const CallResult& result) {
    const adapter::Outcome* outcome = result.lookup ? ObstacleOf(*result.lookup) : &result.outcome;
    store::AttemptRow attempt;
    attempt.delivery = row_.id;
    attempt.number = ++row_.attempts;
    attempt.at = result.began;
    attempt.part = call.part.key;
    attempt.step = std::string(StepWord(call.step));
    attempt.outcome = std::string(result.lookup ? LookupWord(result.lookup->verdict)
                                                : OutcomeWord(result.outcome.verdict));
    if (outcome != nullptr) {
      attempt.reason = ReasonOf(outcome->reason, outcome->metadata);
      attempt.peer_words = outcome->peer_words;
    }
    attempt.took = result.took;
    attempt.revision = work_.revision;
    out_.writes.attempts.push_back(std::move(attempt));
  }

  void DropGone() {
    std::erase_if(row_.parts, [](const PartRow& part) {
      return part.key.empty() && part.effect.size() && part.absent;
    });
  }

  // ---- The end of a decision ----

  absl::StatusOr<Decision> Finish() {
    if (out_.next.step == Step::kNone) KJ_RETURN_IF_ERROR(GiveBack());
    const DeliveryState before = row_.state;
    const uint64_t delivered_before = row_.delivered_revision;
    row_.state = StateOf(row_);
    if (row_.state != before) row_.since = now_;
    row_.reason = WorstReason();
    NoteDelivered();
    for (const std::string& effect : changed_) delivery::Keep(holdings_.at(effect), &out_);
    out_.writes.deliveries.push_back(row_);
    // A call that begins is no news; what it leads to is.
    const bool news = row_.state != before && row_.state != DeliveryState::kInFlight;
    if (news || row_.delivered_revision != delivered_before) {
      KJ_RETURN_IF_ERROR(WantStatus(view_, row_.skp, context_, &out_));
    }
    out_.row = row_;
    return std::move(out_);
  }

  absl::Status GiveBack() {
    row_.claim.clear();
    const bool open = std::any_of(row_.parts.begin(), row_.parts.end(), IsOpen);
    const bool timed = row_.due.has_value() || due_ != absl::InfiniteFuture();
    KJ_ASSIGN_OR_RETURN(const bool missed, MissedWake());
    // After a look everything is planned anew: also what else the record waits for.
    if (!open &&
        (row_.change != work_.change || again_ || work_.look || row_.woken || (missed && !timed))) {
      row_.woken = false;
      row_.ready = true;
      row_.due.reset();
      row_.waits.clear();
      out_.woken.emplace(row_.target, row_.region);
      return absl::OkStatus();
    }
    if (open && due_ == absl::InfiniteFuture()) due_ = now_ + kFirstLook;
    // Of what is to be tried again, the first.
    for (const PartRow& part : row_.parts) {
      if (part.state != DeliveryState::kRetrying) continue;
      due_ = std::min(due_, IsPutOff(part) ? part.retry_at : now_ + Wait(adapter::Outcome()));
    }
    if (due_ != absl::InfiniteFuture()) row_.due = std::min(due_, now_ + kMostDue);
    // Whoever waits for a time is woken by it, and plans again then.
    if (row_.due) row_.waits.clear();
    return absl::OkStatus();
  }

  // A claimed row is not woken. Whether that happened while it was: an effect of its own went to
  // another record, or one that it waits for came free.
  absl::StatusOr<bool> MissedWake() {
    for (const PartRow& part : row_.parts) {
      size_t index = 0;
      const bool is_taken =
          part.state == DeliveryState::kSkipped && PlannedOf(part, &index) != nullptr;
      const std::string& effect = is_taken ? work_.effects[index] : part.effect;
      if (effect.empty()) continue;
      KJ_ASSIGN_OR_RETURN(const HoldingRow* holding, HoldingOf(effect));
      if (part.state == DeliveryState::kDelivered && holding->owner != row_.skp) return true;
      const bool is_free =
          is_taken ? MayTake(work_.planned[index], *holding) : holding->in_flight == 0;
      const std::string key = EffectWaitKey(row_.target, effect);
      if (is_free && std::find(row_.waits.begin(), row_.waits.end(), key) != row_.waits.end())
        return true;
    }
    return false;
  }

  DeliveryReason WorstReason() const {
    for (const PartRow& part : row_.parts) {
      if (part.state == row_.state) return part.reason;
    }
    if (row_.state != DeliveryState::kSkipped) return {};
    return ReasonOf(v1::ERROR_REASON_TARGET_TAKES_NOTHING, {{"system", row_.target}});
  }

  void NoteDelivered() {
    if (row_.state != DeliveryState::kDelivered || row_.change != work_.change) return;
    row_.delivered_revision = work_.revision;
    row_.delivered_at = now_;
  }

  const store::View& view_;
  const Work& work_;
  const DecideContext& context_;
  const absl::Time now_;
  DeliveryRow row_;
  std::map<std::string, HoldingRow> holdings_;  // by effect, as this decision sees them
  std::set<std::string> changed_;               // effects of holdings to write
  absl::Time due_ = absl::InfiniteFuture();
  bool again_ = false;  // to be planned again at once
  Decision out_;
};

}  // namespace

DeliveryState StateOf(const DeliveryRow& row) {
  for (const DeliveryState state : kWorstFirst) {
    for (const PartRow& part : row.parts) {
      if (part.state == state) return state;
    }
  }
  return row.absent ? DeliveryState::kDelivered : DeliveryState::kSkipped;
}

absl::StatusOr<Decision> BeginWork(const store::View& view, const Work& work,
                                   const DecideContext& context) {
  return Deciding(view, work, context).Begin();
}

absl::StatusOr<Decision> SettleCall(const store::View& view, const Work& work, const NextCall& call,
                                    const CallResult& result, const DecideContext& context) {
  return Deciding(view, work, context).Settle(call, result);
}

absl::StatusOr<Decision> SettleObstacle(const store::View& view, const Work& work,
                                        const adapter::Outcome& obstacle, absl::Time began,
                                        absl::Duration took, const DecideContext& context) {
  return Deciding(view, work, context).Obstacle(obstacle, began, took);
}

absl::StatusOr<Decision> PutOff(const store::View& view, const Work& work,
                                const DecideContext& context) {
  return Deciding(view, work, context).PutOff();
}

bool AwaitsWord(const DeliveryRow& row) {
  return std::any_of(row.parts.begin(), row.parts.end(), PartAwaitsWord);
}

absl::Status SettleByWord(const store::View& view, bool there, absl::Time now, DeliveryRow* row,
                          Decision* decision) {
  for (PartRow& part : row->parts) {
    if (!PartAwaitsWord(part)) continue;
    KJ_ASSIGN_OR_RETURN(std::optional<HoldingRow> holding,
                        view.FindHolding(row->target, part.effect));
    if (!holding) holding = HoldingRow{.target = row->target, .effect = part.effect};
    if (holding->in_flight == row->id) holding->in_flight = 0;
    if (there && holding->target_id.empty()) holding->target_id = kNameless;
    if (!there) holding->target_id.clear();
    holding->revision = there ? part.revision : 0;
    holding->sent_hash = there ? kAsTold : "";
    decision->writes.attempts.push_back(WordAttempt(part, there, now, row));
    const bool as_wanted = there != part.absent;
    SetState(as_wanted ? DeliveryState::kDelivered : DeliveryState::kPending, now, {}, &part);
    if (as_wanted && part.absent && holding->owner == row->skp) holding->owner = 0;
    Keep(*holding, decision);
    KJ_RETURN_IF_ERROR(Wake(view, EffectWaitKey(row->target, part.effect), row->id, now, decision));
  }
  std::erase_if(row->parts, [](const PartRow& part) {
    return part.absent && part.state == DeliveryState::kDelivered;
  });
  return absl::OkStatus();
}

void Recover(absl::Time now, DeliveryRow* row) {
  row->claim.clear();
  bool open = false;
  for (PartRow& part : row->parts) {
    if (part.state == DeliveryState::kInFlight) {
      if (KJ_SEEDED_BUG("forget_call")) {
        SetState(DeliveryState::kPending, now, {}, &part);
        continue;
      }
      SetState(DeliveryState::kUnknown, now, {}, &part);
      part.settling_since = absl::UnixEpoch();
      part.looks = 0;
    }
    open = open || IsOpen(part);
  }
  row->ready = !open;
  row->due = open ? std::optional(now + kFirstLook) : std::nullopt;
  row->waits.clear();
  row->state = StateOf(*row);
  row->since = now;
}

absl::StatusOr<store::DeliveryId> WakeSome(const store::View& view, const std::string& key,
                                           store::DeliveryId after, store::DeliveryId except,
                                           Decision* decision) {
  KJ_ASSIGN_OR_RETURN(const std::vector<store::DeliveryId> ids,
                      view.ListWaiting(key, after, kMostWoken));
  for (const store::DeliveryId id : ids) {
    if (id == except) continue;
    KJ_ASSIGN_OR_RETURN(std::optional<DeliveryRow> row, view.FindDelivery(id));
    if (row) MakeReady(*std::move(row), decision);
  }
  return ids.size() < kMostWoken ? 0 : ids.back();
}

absl::Status Wake(const store::View& view, const std::string& key, store::DeliveryId except,
                  absl::Time now, Decision* decision) {
  KJ_ASSIGN_OR_RETURN(const store::DeliveryId last, WakeSome(view, key, 0, except, decision));
  if (last == 0) return absl::OkStatus();
  store::JobRow rest;
  rest.kind = kWakeJob;
  rest.request = key;
  rest.position = last;
  rest.by = kGateway;
  rest.state = kRunningJob;
  rest.created = rest.changed = now;
  decision->writes.jobs.push_back(std::move(rest));
  return absl::OkStatus();
}

std::string EffectWaitKey(const std::string& target, const std::string& effect) {
  return absl::StrCat("effect:", target, "/", base::HexEncode(effect));
}

absl::Status WantStatus(const store::View& view, store::SkpId skp, const DecideContext& context,
                        Decision* decision) {
  if (context.status_systems == nullptr || context.status_systems->empty()) return absl::OkStatus();
  KJ_ASSIGN_OR_RETURN(const std::vector<store::SourceRow> sources, view.ListSources(skp));
  for (const store::SourceRow& source : sources) {
    if (!context.status_systems->contains(source.system)) continue;
    KJ_ASSIGN_OR_RETURN(std::optional<DeliveryRow> row,
                        view.FindDeliveryOf(source.system, skp, store::DeliveryKind::kStatus));
    KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> head, view.FindHead(skp));
    if (!head) continue;
    if (!row) row.emplace();
    row->target = source.system;
    row->skp = skp;
    row->kind = store::DeliveryKind::kStatus;
    row->change = head->change;
    row->revision = head->revision;
    row->instansi = head->keys.instansi;
    row->region.clear();  // the origin is one place
    row->parts = {{.key = source.id, .kind = "status", .since = context.now}};
    row->state = DeliveryState::kPending;
    row->since = context.now;
    MakeReady(*std::move(row), decision);
  }
  return absl::OkStatus();
}

}  // namespace kinerja::delivery
