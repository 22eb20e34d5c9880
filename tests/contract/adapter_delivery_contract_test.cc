// What an adapter and the delivery engine must do together, whoever the peer is.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/contract/adapter_contract_test.h"

namespace kinerja::adapter {

using store::DeliveryState;
using store::PartRow;
using testing::IsEmpty;
using testing::SizeIs;

void TargetDeliveryContractTest::SetUp() {
  at_ = GetParam().make();
  call_timeout_ = absl::Seconds(10);
  DeliveryHarness::SetUp();
}

void TargetDeliveryContractTest::TearDown() {
  DeliveryHarness::TearDown();
  at_.reset();
}

namespace {

// What the peer must hold when each effect belongs to the record that ranks highest.
struct Wanted {
  std::set<std::string> effects;
  std::vector<PlannedPart> winners;
};

Wanted WantedOf(Caller* caller, const std::vector<v1::Skp>& records) {
  Wanted wanted;
  for (const v1::Skp& skp : records) {
    for (PlannedPart& part : caller->PrepareAndPlan(skp)) {
      EXPECT_EQ(part.plan, PartPlan::kDeliver) << part.key;
      wanted.effects.insert(part.effect_key);
      const auto rival = std::find_if(
          wanted.winners.begin(), wanted.winners.end(),
          [&](const PlannedPart& other) { return other.effect_key == part.effect_key; });
      if (rival == wanted.winners.end()) {
        wanted.winners.push_back(std::move(part));
      } else if (rival->rank < part.rank) {
        *rival = std::move(part);
      }
    }
  }
  return wanted;
}

// How many parts are in this state for this reason.
long Count(const std::vector<PartRow>& parts, DeliveryState state, v1::ErrorReason reason) {
  return std::count_if(parts.begin(), parts.end(), [&](const PartRow& part) {
    return part.state == state && part.reason.code == reason;
  });
}

// Whether nothing more happens to it by itself.
bool IsSettled(const store::DeliveryRow& row) {
  const bool unsettled = std::any_of(row.parts.begin(), row.parts.end(), [](const PartRow& part) {
    return part.state != DeliveryState::kDelivered && part.state != DeliveryState::kSkipped &&
           part.state != DeliveryState::kRefused;
  });
  return !row.parts.empty() && !unsettled && row.claim.empty() && !row.ready && !row.due;
}

struct Pair {
  const char* name;
  v1::Skp early;
  v1::Skp late;
};

// Two SKP of one person and year, in the ways in which they come about.
std::vector<Pair> PairsOfOneYear() {
  const v1::Skp first = HalfOf(EvaluatedYear(), 1);
  const v1::Skp second = WithOtherRatings(HalfOf(EvaluatedYear(), 2));
  v1::Skp until_june = EvaluatedYear();
  until_june.mutable_periode()->set_selesai("2025-06-30");
  return {{"two SKP", until_june, WithOtherRatings(EvaluatedYear())},
          {"semester pair", first, second},
          {"school move", first, AtAnotherSchool(second)}};
}

}  // namespace

TEST_P(TargetDeliveryContractTest, TwoSkpOfOneYearMakeEachEffectOnceAndTheHigherRankHasIt) {
  for (const Pair& pair : PairsOfOneYear()) {
    for (const bool late_first : {false, true}) {
      SCOPED_TRACE(absl::StrCat(pair.name, late_first ? ", the later one first" : ""));
      TearDown();  // a peer and a store of its own for each way
      SetUp();
      Caller caller(&at_->adapter());
      const Wanted wanted = WantedOf(&caller, {pair.early, pair.late});
      const store::SkpId one = Accept(late_first ? pair.late : pair.early);
      WaitUntil([&] { return RowOf(one).state == DeliveryState::kDelivered; });
      const store::SkpId other = Accept(late_first ? pair.early : pair.late);
      const store::SkpId early = late_first ? other : one;
      const auto yielded = [&] {
        const store::DeliveryRow row = RowOf(early);
        return IsSettled(row) &&
               Count(row.parts, DeliveryState::kSkipped, v1::ERROR_REASON_EFFECT_TAKEN) > 0;
      };
      EXPECT_TRUE(WaitUntil(yielded));
      WaitFor(late_first ? one : other, DeliveryState::kDelivered, 1);
      EXPECT_EQ(at_->effects(), static_cast<int>(wanted.effects.size()));
      EXPECT_EQ(at_->created(), static_cast<int>(wanted.effects.size()));
      for (const PlannedPart& part : wanted.winners) {
        EXPECT_EQ(caller.Lookup(part).verdict, LookupVerdict::kHolds) << part.key;
      }
    }
  }
}

TEST_P(TargetDeliveryContractTest, WhatIsWithdrawnIsRemovedOrAPersonMust) {
  Caller caller(&at_->adapter());
  const v1::Skp skp = EvaluatedYear();
  const store::SkpId id = Accept(skp);
  WaitFor(id, DeliveryState::kDelivered, 1);
  Accept(skp, id, {});
  WaitUntil([&] {
    const store::DeliveryRow row = RowOf(id);
    return row.absent && row.claim.empty() && !row.ready && !row.due &&
           (row.parts.empty() || row.state == DeliveryState::kRefused);
  });
  const std::vector<PartRow> left = RowOf(id).parts;
  EXPECT_EQ(at_->effects(), static_cast<int>(left.size()));
  EXPECT_EQ(Count(left, DeliveryState::kRefused, v1::ERROR_REASON_TARGET_CANNOT_REMOVE),
            static_cast<long>(left.size()));
  for (const PlannedPart& part : caller.PrepareAndPlan(skp)) {
    const bool stays = std::any_of(left.begin(), left.end(),
                                   [&](const PartRow& row) { return row.key == part.key; });
    EXPECT_EQ(caller.Lookup(part).verdict, stays ? LookupVerdict::kHolds : LookupVerdict::kAbsent)
        << part.key;
  }
}

TEST_P(TargetDeliveryContractTest, TheOtherSkpTakesBackWhatAWithdrawnOneHad) {
  const Pair pair = PairsOfOneYear().front();
  const store::SkpId early = Accept(pair.early);
  const store::SkpId late = Accept(pair.late);
  WaitFor(late, DeliveryState::kDelivered, 1);
  EXPECT_TRUE(WaitUntil([&] {
    return Count(RowOf(early).parts, DeliveryState::kSkipped, v1::ERROR_REASON_EFFECT_TAKEN) > 0;
  }));
  Accept(pair.late, late, {});
  EXPECT_TRUE(WaitUntil([&] {
    const store::DeliveryRow row = RowOf(early);
    return IsSettled(row) &&
           std::all_of(row.parts.begin(), row.parts.end(),
                       [](const PartRow& part) { return part.state == DeliveryState::kDelivered; });
  }));
  Caller caller(&at_->adapter());
  for (const PlannedPart& part : caller.PrepareAndPlan(pair.early)) {
    EXPECT_EQ(caller.Lookup(part).verdict, LookupVerdict::kHolds) << part.key;
  }
}

TEST_P(TargetDeliveryContractTest, ARefusedPartStopsOnlyWhatFollowsIt) {
  Caller caller(&at_->adapter());
  const std::vector<PlannedPart> parts = caller.PrepareAndPlan(EvaluatedYear());
  ASSERT_GT(parts.size(), 1u);
  at_->Suffer(Trouble::kRefuseNext);
  const store::SkpId id = Accept(EvaluatedYear());
  WaitFor(id, DeliveryState::kRefused);
  const std::vector<PartRow> rows = RowOf(id).parts;
  ASSERT_THAT(rows, SizeIs(parts.size()));
  std::string refused;
  for (const PartRow& row : rows) {
    if (row.state == DeliveryState::kRefused) refused = row.key;
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool follows = std::count(parts[i].after.begin(), parts[i].after.end(), refused) > 0;
    const bool stopped = parts[i].key == refused || follows;
    EXPECT_EQ(caller.Lookup(parts[i]).verdict,
              stopped ? LookupVerdict::kAbsent : LookupVerdict::kHolds)
        << parts[i].key;
  }
  EXPECT_EQ(Count(rows, DeliveryState::kRefused, v1::ERROR_REASON_TARGET_REFUSED), 1);
}

TEST_P(TargetDeliveryContractTest, SilenceMakesNoSecondEffect) {
  Caller caller(&at_->adapter());
  const std::vector<PlannedPart> parts = caller.PrepareAndPlan(EvaluatedYear());
  at_->Suffer(Trouble::kSilence);
  const store::SkpId id = Accept(EvaluatedYear());
  EXPECT_TRUE(WaitUntil([&] { return at_->effects() > 0; }));
  at_->Suffer(Trouble::kNone);
  WaitFor(id, DeliveryState::kDelivered, 1);
  EXPECT_EQ(at_->created(), static_cast<int>(parts.size()));
  EXPECT_EQ(at_->effects(), static_cast<int>(parts.size()));
}

// Attempts are kept and listed in clear.
TEST_P(TargetDeliveryContractTest, NoAttemptNamesAPerson) {
  at_->Suffer(Trouble::kRefuseNext);
  const store::SkpId id = Accept(EvaluatedYear());
  WaitFor(id, DeliveryState::kRefused);
  const std::vector<store::AttemptRow> attempts = AttemptsOf(id);
  EXPECT_THAT(attempts, testing::Not(IsEmpty()));
  for (const store::AttemptRow& attempt : attempts) {
    ExpectNoIdentity(absl::StrCat(attempt.part, attempt.step, attempt.outcome, attempt.peer_words));
  }
  for (const PartRow& part : RowOf(id).parts) {
    ExpectNoIdentity(absl::StrCat(part.key, part.kind, part.effect));
  }
}

}  // namespace kinerja::adapter
