// Promises P4 to P6 over random histories: many records and revisions, faults of the target,
// restarts of the engine and its store. However it went, the target ends up with the content of the
// newest revision of the highest-ranking record, and nothing happened on the way that must not. The
// seed is printed; KJ_SEED=n repeats one.
#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/delivery_harness.h"

namespace kinerja::delivery {
namespace {

using fakes::Fault;
using store::DeliveryRow;
using store::DeliveryState;

constexpr int kPeople = 6;
constexpr int kSteps = 400;
constexpr const char* kEnds[] = {"2025-03-31", "2025-06-30", "2025-12-31"};
constexpr v1::Predikat kPredikat[] = {v1::PREDIKAT_SANGAT_BAIK, v1::PREDIKAT_BAIK,
                                      v1::PREDIKAT_KURANG, v1::PREDIKAT_SANGAT_KURANG};

// What was accepted of a record, newest revision.
struct Accepted {
  int person = 0;
  std::string selesai;
  v1::Predikat predikat = v1::PREDIKAT_BAIK;
  bool withdrawn = false;  // it makes nothing at the target
  bool routed = true;
};

class DeliveryRandomTest : public DeliveryHarness, public testing::WithParamInterface<uint64_t> {
 protected:
  DeliveryRandomTest() : random_(Seed()), hook_random_(Seed() + 1) {
    max_looks_ = 1000;  // a person is asked only where the peer is blind, and it never is
  }

  static uint64_t Seed() {
    const char* const given = std::getenv("KJ_SEED");
    uint64_t seed = GetParam();
    if (given != nullptr && !absl::SimpleAtoi(given, &seed)) ADD_FAILURE() << given;
    return seed;
  }

  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint64_t>(bound)); }

  void SetUp() override {
    DeliveryHarness::SetUp();
    const fakes::FakeAdapter::PlanFunction plan = adapter_->plan();
    adapter_->set_plan([this, plan](const adapter::PlanInput& input) {
      if (hook_random_() % 8 == 0) OvertakePlanning(*input.skp);
      return plan(input);
    });
  }

  void Close() override {
    closing_ = true;
    DeliveryHarness::Close();
    closing_ = false;
  }

  // On the planner's thread: a newer revision becomes wanted while this one is being planned, so
  // from here on a call with this one is wrong.
  void OvertakePlanning(const v1::Skp& planned) {
    store::SkpId id = 0;
    ASSERT_TRUE(absl::SimpleAtoi(planned.name().substr(4), &id));
    {
      const std::lock_guard lock(mutex_);
      Accepted next = records_.at(id);
      if (!next.routed) return;  // the target would not hear of it
      next.predikat = kPredikat[hook_random_() % std::size(kPredikat)];
      Store(id, next);
    }
    const bool wanted =
        WaitUntil([&] { return closing_ || RowOf(id).revision > planned.revision(); });
    ASSERT_TRUE(wanted);
    if (!closing_) peer_.Outdate(planned.name(), planned.revision());
  }

  // With the mutex held. A new record where `id` is 0.
  void Store(store::SkpId id, const Accepted& wanted) {
    v1::Skp skp = EvaluatedOf(wanted.person, wanted.predikat);
    skp.mutable_periode()->set_selesai(wanted.selesai);
    if (wanted.withdrawn) skp.set_status(v1::STATUS_SKP_DIBATALKAN);
    std::vector<std::string> targets;
    if (wanted.routed) targets.emplace_back(kTarget);
    const store::SkpId stored = Accept(std::move(skp), id, targets);
    records_[stored] = wanted;
  }

  void AcceptSomething() {
    const std::lock_guard lock(mutex_);
    if (records_.empty() || (records_.size() < 3 * kPeople && Below(6) == 0)) {
      Accepted made;
      made.person = Below(kPeople);
      made.selesai = kEnds[Below(3)];
      return Store(0, made);
    }
    auto record = records_.begin();
    std::advance(record, Below(static_cast<int>(records_.size())));
    Accepted next = record->second;
    next.predikat = kPredikat[Below(4)];
    switch (Below(12)) {
      case 0:
        next.person = Below(kPeople);  // a NIP that was corrected
        break;
      case 1:
        next.selesai = kEnds[Below(3)];
        break;
      case 2:
        next.withdrawn = !next.withdrawn;
        break;
      case 3:
        next.routed = !next.routed;
        break;
      default:
        break;
    }
    Store(record->first, next);
  }

  void DoSomething() {
    const int what = Below(100);
    if (what < 75) return AcceptSomething();
    if (what < 97) {
      const Fault faults[] = {Fault::kRetryLater, Fault::kItemLater, Fault::kRefused,
                              Fault::kCommittedThenSilent, Fault::kLost};
      return peer_.Next({faults[Below(5)]});
    }
    if (what == 97) return peer_.Next({Fault::kHang});
    Close();
    Open();
  }

  // What the target should hold, by effect.
  std::map<std::string, std::string> Wanted() {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::pair<std::tuple<std::string, store::SkpId>, std::string>> best;
    for (const auto& [id, record] : records_) {
      if (record.withdrawn || !record.routed) continue;
      const std::string nip = EvaluatedOf(record.person).pegawai().nip();
      const auto rank = std::make_tuple(record.selesai, id);
      auto& place = best[nip + "/2025"];
      if (!place.second.empty() && rank < place.first) continue;
      place = {rank, absl::StrCat(nip, " ", v1::Predikat_Name(record.predikat))};
    }
    std::map<std::string, std::string> wanted;
    for (const auto& [effect, place] : best) wanted[effect] = place.second;
    return wanted;
  }
  std::map<std::string, std::string> Held() const {
    std::map<std::string, std::string> held;
    for (const auto& [effect, what] : peer_.effects()) held[effect] = what.bytes;
    return held;
  }

  // Where everything stands, for whoever reads a failure.
  std::string Story() {
    std::string story;
    Read<bool>([&](const store::View& view) {
      const auto visit = [&](const DeliveryRow& row) {
        absl::StrAppend(&story, "\nskp-", row.skp, "@", row.revision, row.absent ? " absent" : "",
                        row.ready ? " ready" : "", row.due ? " due" : "", " state ",
                        static_cast<int>(row.state));
        for (const store::PartRow& part : row.parts) {
          const auto holding = view.FindHolding(row.target, part.effect);
          const bool held = holding.ok() && holding->has_value();
          absl::StrAppend(&story, "; ", part.key, part.absent ? " absent" : "", "@", part.revision,
                          " state ", static_cast<int>(part.state), " owner ",
                          held ? (*holding)->owner : 0);
        }
        return true;
      };
      return view.ScanDeliveries({}, 10'000, visit).ok();
    });
    const std::lock_guard lock(mutex_);
    for (const auto& [id, record] : records_) {
      absl::StrAppend(&story, "\nskp-", id, " person ", record.person, " until ", record.selesai,
                      record.withdrawn ? " withdrawn" : "", record.routed ? "" : " not routed");
    }
    return story;
  }

  // Whether nothing more will happen by itself; what was refused is repeated, as by an operator.
  bool IsAtRest() {
    const bool projected = Read<bool>(
        [this](const store::View& view) { return *view.Projected() == store_->LastChange(); });
    bool rest = projected;
    Write([&rest](const store::View& view) -> absl::StatusOr<store::Writes> {
      store::Writes writes;
      const auto visit = [&](const DeliveryRow& row) {
        rest = rest && !row.ready && row.claim.empty() && !row.due &&
               row.state != DeliveryState::kRefused;
        if (row.state == DeliveryState::kRefused && row.claim.empty() && !row.ready) {
          writes.deliveries.push_back(Repeated(row));
        }
        return true;
      };
      const auto scanned = view.ScanDeliveries({}, 10'000, visit);
      return scanned.ok() ? absl::StatusOr<store::Writes>(writes) : scanned.status();
    });
    dispatcher_->NoteReady(kTarget, "32.01");
    return rest;
  }
  static DeliveryRow Repeated(DeliveryRow row) {
    for (store::PartRow& part : row.parts) {
      if (part.state == DeliveryState::kRefused) part.state = DeliveryState::kPending;
    }
    row.ready = true;
    row.due.reset();
    row.waits.clear();
    return row;
  }

  std::mt19937_64 random_;
  std::mt19937_64 hook_random_;  // of the planner's thread
  std::atomic<bool> closing_ = false;
  std::mutex mutex_;
  std::map<store::SkpId, Accepted> records_;  // guarded by mutex_
};

TEST_P(DeliveryRandomTest, EndsWithTheNewestOfTheHighestAndNeverGoesBack) {
  RecordProperty("seed", absl::StrCat(Seed()));
  SCOPED_TRACE(absl::StrCat("KJ_SEED=", Seed()));
  printf("KJ_SEED=%s\n", absl::StrCat(Seed()).c_str());
  for (int step = 0; step < kSteps; ++step) {
    DoSomething();
    if (Below(4) == 0) absl::SleepFor(absl::Milliseconds(Below(10)));
    if (HasFailure()) return;
  }
  EXPECT_TRUE(WaitUntil([this] { return IsAtRest() || HasFailure(); })) << Story();
  EXPECT_EQ(Held(), Wanted()) << Story();
  EXPECT_GT(peer_.lookups(), 0) << "nothing was ever unknown: the test shows too little";
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeliveryRandomTest, testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace kinerja::delivery
