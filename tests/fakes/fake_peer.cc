#include "tests/fakes/fake_peer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace kinerja::fakes {
namespace {

using adapter::Outcome;
using adapter::Verdict;

Outcome Unknown() { return adapter::TargetTrouble("fake", Verdict::kUnknown); }

// yyyy-mm-dd as a number that sorts alike.
int64_t DayNumber(const std::string& day) {
  int64_t number = 0;
  (void)absl::SimpleAtoi(absl::StrReplaceAll(day, {{"-", ""}}), &number);
  return number;
}

std::vector<adapter::PlannedPart> YearParts(const adapter::PlanInput& input) {
  const v1::Skp& skp = *input.skp;
  std::vector<adapter::PlannedPart> parts;
  if (skp.status() == v1::STATUS_SKP_DIBATALKAN) return parts;
  adapter::PlannedPart part;
  part.key = absl::StrCat("year/", skp.periode().tahun());
  part.kind = "year";
  part.effect_key = absl::StrCat(skp.pegawai().nip(), "/", skp.periode().tahun());
  part.rank = DayNumber(skp.periode().selesai());
  part.address = absl::StrCat(skp.name(), "@", skp.revision());
  for (const v1::Evaluasi& evaluasi : skp.evaluasi()) {
    if (evaluasi.jenis() != v1::JENIS_EVALUASI_TAHUNAN) continue;
    part.payload.bytes =
        absl::StrCat(skp.pegawai().nip(), " ", v1::Predikat_Name(evaluasi.predikat_dilaporkan()));
    parts.push_back(part);
  }
  if (parts.empty()) {
    part.plan = adapter::PartPlan::kHold;
    part.reason = v1::ERROR_REASON_SKP_NOT_AGREED;
    part.metadata = {{"field", "status"}, {"status", v1::StatusSkp_Name(skp.status())}};
    part.wait_keys = {adapter::PersonYearKey(skp.pegawai().nip(), skp.periode().tahun())};
    parts.push_back(part);
  }
  return parts;
}

}  // namespace

void FakePeer::Next(std::vector<Fault> faults) {
  base::MutexLock lock(mutex_);
  next_.insert(next_.end(), faults.begin(), faults.end());
}

void FakePeer::Always(Fault fault) {
  base::MutexLock lock(mutex_);
  always_ = fault;
}

void FakePeer::Blind(bool blind) {
  base::MutexLock lock(mutex_);
  blind_ = blind;
}

std::map<std::string, FakePeer::Effect> FakePeer::effects() const {
  base::MutexLock lock(mutex_);
  return effects_;
}

std::map<std::string, int> FakePeer::made() const {
  base::MutexLock lock(mutex_);
  return made_;
}

int FakePeer::total_made() const {
  int total = 0;
  for (const auto& [key, count] : made()) total += count;
  return total;
}

int FakePeer::created() const {
  base::MutexLock lock(mutex_);
  return ids_;
}

int FakePeer::calls() const {
  base::MutexLock lock(mutex_);
  return calls_;
}

int FakePeer::lookups() const {
  base::MutexLock lock(mutex_);
  return lookups_;
}

int FakePeer::prepares() const {
  base::MutexLock lock(mutex_);
  return prepares_;
}

std::vector<std::string> FakePeer::violations() const {
  base::MutexLock lock(mutex_);
  return violations_;
}

Fault FakePeer::TakeFault() {
  if (always_ != Fault::kNone) return always_;
  if (next_.empty()) return Fault::kNone;
  const Fault fault = next_.front();
  next_.pop_front();
  return fault;
}

Outcome FakePeer::Make(const adapter::Item& item, bool* silent) {
  base::MutexLock lock(mutex_);
  ++calls_;
  const std::string key = KeyOf(item);
  if (!in_flight_.insert(key).second) violations_.push_back("two calls at once for " + key);
  if (!item.absent) NoteOrder(key, item.part->address);
  const Fault fault = TakeFault();
  *silent = fault == Fault::kHang;
  switch (fault) {
    case Fault::kRetryLater:
      return adapter::TargetTrouble("fake", Verdict::kRetryLater);
    case Fault::kItemLater:
      return {.verdict = Verdict::kRetryLater,
              .reason = v1::ERROR_REASON_TARGET_UNAVAILABLE,
              .metadata = {{"system", "fake"}}};
    case Fault::kRefused:
      return adapter::Refused(v1::ERROR_REASON_TARGET_REFUSED, {{"system", "fake"}});
    case Fault::kLost:
    case Fault::kHang:
      return Unknown();
    default:
      break;
  }
  std::string id = item.held.target_id;
  // What is there without a known id is found first, as adapters do.
  const auto nameless = effects_.find(key);
  if (id.empty() && item.held.revision > 0 && nameless != effects_.end()) id = nameless->second.id;
  if (item.absent) {
    for (auto it = effects_.begin(); it != effects_.end(); ++it) {
      if (it->second.id != id) continue;
      ++made_[it->first];
      effects_.erase(it);
      break;
    }
  } else {
    if (id.empty()) {
      id = absl::StrCat("id-", ++ids_);
      if (effects_.contains(key)) violations_.push_back("a second effect for " + key);
    }
    Effect& effect = effects_[key];
    ++made_[key];
    effect = {id, item.part->payload.bytes, item.held.revision};
    keys_of_ids_[id] = key;
  }
  return fault == Fault::kCommittedThenSilent ? Unknown() : adapter::Delivered(id);
}

void FakePeer::End(const adapter::Item& item) {
  base::MutexLock lock(mutex_);
  in_flight_.erase(KeyOf(item));
}

// A removal names what it removes by its id.
std::string FakePeer::KeyOf(const adapter::Item& item) const {
  if (!item.absent) return item.part->effect_key;
  const auto known = keys_of_ids_.find(item.held.target_id);
  return known == keys_of_ids_.end() ? "id " + item.held.target_id : known->second;
}

// `address` is "<record>@<revision>".
void FakePeer::NoteOrder(const std::string& key, const std::string& address) {
  const size_t at = address.rfind('@');
  uint64_t revision = 0;
  if (at == std::string::npos || !absl::SimpleAtoi(address.substr(at + 1), &revision)) return;
  const std::string record = address.substr(0, at);
  uint64_t& newest = newest_[absl::StrCat(key, " ", record)];
  if (revision < newest) {
    violations_.push_back(absl::StrCat(record, ": revision ", revision, " after ", newest));
  }
  newest = std::max(newest, revision);
  const auto outdated = outdated_.find(record);
  if (outdated != outdated_.end() && revision <= outdated->second) {
    violations_.push_back(absl::StrCat(record, ": revision ", revision, " is no longer wanted"));
  }
}

void FakePeer::Outdate(const std::string& record, uint64_t revision) {
  base::MutexLock lock(mutex_);
  uint64_t& outdated = outdated_[record];
  outdated = std::max(outdated, revision);
}

adapter::LookupAnswer FakePeer::Look(const adapter::Item& item) {
  base::MutexLock lock(mutex_);
  ++lookups_;
  if (blind_) {
    Outcome obstacle = adapter::TargetTrouble("fake", Verdict::kRetryLater);
    obstacle.target_trouble = false;
    return {.verdict = adapter::LookupVerdict::kUnclear, .obstacle = std::move(obstacle)};
  }
  for (const auto& [key, effect] : effects_) {
    const bool same = item.absent ? effect.id == item.held.target_id : key == item.part->effect_key;
    if (!same) continue;
    const bool equal = effect.bytes == item.part->payload.bytes;
    return {.verdict = equal && !item.absent ? adapter::LookupVerdict::kHolds
                                             : adapter::LookupVerdict::kDiffers,
            .target_id = effect.id};
  }
  return {.verdict = adapter::LookupVerdict::kAbsent};
}

FakeAdapter::FakeAdapter(FakePeer* peer, absl::Duration latency)
    : peer_(peer), latency_(latency), plan_(YearParts) {
  manifest_.kind = "fake";
  manifest_.part_kinds = {"year"};
  manifest_.can_remove = true;
}

void FakeAdapter::Prepare(const adapter::Call&, const v1::Skp&,
                          std::function<void(adapter::PrepareAnswer)> done) {
  {
    base::MutexLock lock(peer_->mutex_);
    ++peer_->prepares_;
  }
  loop_.PostAfter(latency_, [this, done = std::move(done)] { done({.facts = facts_}); });
}

std::vector<adapter::PlannedPart> FakeAdapter::Plan(const adapter::PlanInput& input) const {
  return plan_(input);
}

void FakeAdapter::Deliver(const adapter::Call&, std::vector<adapter::Item> items,
                          std::function<void(std::vector<Outcome>)> done) {
  loop_.PostAfter(latency_, [this, items = std::move(items), done = std::move(done)] {
    std::vector<Outcome> outcomes;
    for (const adapter::Item& item : items) {
      bool silent = false;
      outcomes.push_back(peer_->Make(item, &silent));
      if (silent) return;
      peer_->End(item);
    }
    done(std::move(outcomes));
  });
}

void FakeAdapter::Lookup(const adapter::Call&, adapter::Item item,
                         std::function<void(adapter::LookupAnswer)> done) {
  loop_.PostAfter(latency_, [this, item = std::move(item), done = std::move(done)] {
    peer_->End(item);  // whoever looks does not call
    done(peer_->Look(item));
  });
}

void FakeAdapter::Check(const adapter::Call&,
                        std::function<void(std::vector<adapter::Finding>)> done) {
  bool well = false;
  {
    base::MutexLock lock(peer_->mutex_);
    well = peer_->always_ == Fault::kNone && !peer_->blind_;
  }
  done({{.what = "peer", .ok = well, .detail = well ? "it is in this process" : "it has a fault"}});
}

}  // namespace kinerja::fakes
