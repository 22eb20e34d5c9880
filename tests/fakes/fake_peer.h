// FakePeer and FakeAdapter: a target in this process, without a protocol. The peer holds effects,
// counts every one it makes, and notices what must never happen: two calls for one effect at once,
// an older revision after a newer one. The adapter answers from a thread of its own, as real ones
// do.
//
// Threading: safe for concurrent use.
//
//   FakePeer peer;
//   FakeAdapter adapter(&peer);
//   peer.Next({Fault::kCommittedThenSilent});   // the next save is made, and its answer is lost
#ifndef KINERJA_TESTS_FAKES_FAKE_PEER_H_
#define KINERJA_TESTS_FAKES_FAKE_PEER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/event_loop.h"
#include "gateway/base/mutex.h"

namespace kinerja::fakes {

enum class Fault : uint8_t {
  kNone,
  kRetryLater,           // nothing happens; the target has trouble
  kItemLater,            // nothing happens; the target is well
  kRefused,              // TARGET_REFUSED
  kCommittedThenSilent,  // it is made; the outcome is unknown
  kLost,                 // it is not made; the outcome is unknown
  kHang,                 // no answer at all
};

class FakePeer {
 public:
  struct Effect {
    std::string id;
    std::string bytes;
    uint64_t revision = 0;
  };

  // The faults of the next calls that would make or remove an effect, in order; then none.
  void Next(std::vector<Fault> faults);
  // Every call gets this until it is set to kNone; before what Next says.
  void Always(Fault fault);
  // Lookups cannot tell anything while set.
  void Blind(bool blind);

  std::map<std::string, Effect> effects() const;
  // How often an effect was made or changed, by key.
  std::map<std::string, int> made() const;
  int total_made() const;
  // How often one was made that was not there.
  int created() const;
  int calls() const;
  int lookups() const;
  int prepares() const;
  // Calls with this record at this revision, or an older one, must not come any more.
  void Outdate(const std::string& record, uint64_t revision);
  // What must never happen, in words; empty when all is well.
  std::vector<std::string> violations() const;

 private:
  friend class FakeAdapter;
  Fault TakeFault() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  adapter::Outcome Make(const adapter::Item& item, bool* silent);
  void End(const adapter::Item& item);
  std::string KeyOf(const adapter::Item& item) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NoteOrder(const std::string& key, const std::string& address)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  adapter::LookupAnswer Look(const adapter::Item& item);

  mutable base::Mutex mutex_;
  std::deque<Fault> next_ ABSL_GUARDED_BY(mutex_);
  Fault always_ ABSL_GUARDED_BY(mutex_) = Fault::kNone;
  bool blind_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, Effect> effects_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> made_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> in_flight_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> keys_of_ids_ ABSL_GUARDED_BY(mutex_);  // also of removed ones
  // The newest revision that was called for, by effect and record.
  std::map<std::string, uint64_t> newest_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> violations_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, uint64_t> outdated_ ABSL_GUARDED_BY(mutex_);  // by record
  int calls_ ABSL_GUARDED_BY(mutex_) = 0;
  int lookups_ ABSL_GUARDED_BY(mutex_) = 0;
  int prepares_ ABSL_GUARDED_BY(mutex_) = 0;
  int ids_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Parts of a record: one per yearly evaluation, "year/<tahun>", whose effect is person and year and
// whose rank is the last day of the period; without an evaluation one held part. A record whose
// status is DIBATALKAN has none. The address is "<name of the record>@<revision>".
class FakeAdapter final : public adapter::Adapter {
 public:
  using PlanFunction = std::function<std::vector<adapter::PlannedPart>(const adapter::PlanInput&)>;

  explicit FakeAdapter(FakePeer* peer, absl::Duration latency = absl::ZeroDuration());
  ~FakeAdapter() override { loop_.Stop(); }

  adapter::Manifest& manifest() { return manifest_; }
  const PlanFunction& plan() const { return plan_; }
  void set_plan(PlanFunction plan) { plan_ = std::move(plan); }
  void set_facts(std::string facts) { facts_ = std::move(facts); }

  const adapter::Manifest& Describe() const override { return manifest_; }
  void Prepare(const adapter::Call& call, const v1::Skp& skp,
               std::function<void(adapter::PrepareAnswer)> done) override;
  std::vector<adapter::PlannedPart> Plan(const adapter::PlanInput& input) const override;
  void Deliver(const adapter::Call& call, std::vector<adapter::Item> items,
               std::function<void(std::vector<adapter::Outcome>)> done) override;
  void Lookup(const adapter::Call& call, adapter::Item item,
              std::function<void(adapter::LookupAnswer)> done) override;
  void Check(const adapter::Call& call,
             std::function<void(std::vector<adapter::Finding>)> done) override;

 private:
  FakePeer* const peer_;
  const absl::Duration latency_;
  adapter::Manifest manifest_;
  PlanFunction plan_;
  std::string facts_;
  base::EventLoop loop_{"fake-peer"};
};

}  // namespace kinerja::fakes

#endif  // KINERJA_TESTS_FAKES_FAKE_PEER_H_
