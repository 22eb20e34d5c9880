// The delivery engine against a SQLite store on disk and a peer in this process that counts.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/delivery_harness.h"
#include "tests/support/builders.h"

namespace kinerja::delivery {
namespace {

using fakes::Fault;
using store::DeliveryState;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr const char* kTarget = DeliveryHarness::kTarget;

class DeliveryTest : public DeliveryHarness {};

TEST_F(DeliveryTest, AnAcceptedRecordArrivesOnce) {
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kDelivered, 1);
  EXPECT_EQ(peer_.total_made(), 1);
  EXPECT_THAT(AttemptsOf(skp), SizeIs(1));
}

TEST_F(DeliveryTest, ANewRevisionReplacesWhatIsThere) {
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kDelivered, 1);
  Accept(Evaluated(v1::PREDIKAT_SANGAT_BAIK), skp);
  WaitFor(skp, DeliveryState::kDelivered, 2);
  EXPECT_EQ(peer_.total_made(), 2);
  EXPECT_THAT(peer_.effects(), SizeIs(1));
  EXPECT_THAT(peer_.effects().begin()->second.bytes, testing::HasSubstr("SANGAT_BAIK"));
}

TEST_F(DeliveryTest, ARevisionWithEqualContentForTheTargetIsNotSent) {
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kDelivered, 1);
  v1::Skp same = Evaluated();
  same.mutable_rhk(0)->set_uraian("Menyusun laporan bulanan yang lain");
  Accept(same, skp);
  WaitFor(skp, DeliveryState::kDelivered, 2);
  EXPECT_EQ(peer_.total_made(), 1);
}

TEST_F(DeliveryTest, APlanIsHeldUntilItIsEvaluated) {
  const store::SkpId skp = Accept(support::MakeSkp());
  WaitFor(skp, DeliveryState::kHeld);
  EXPECT_EQ(RowOf(skp).reason.code, v1::ERROR_REASON_SKP_NOT_AGREED);
  EXPECT_EQ(peer_.calls(), 0);
  Accept(Evaluated(), skp);
  WaitFor(skp, DeliveryState::kDelivered, 2);
  EXPECT_EQ(peer_.total_made(), 1);
}

TEST_F(DeliveryTest, ATargetInTroubleIsTriedAgain) {
  peer_.Next({Fault::kRetryLater, Fault::kItemLater, Fault::kRetryLater});
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kDelivered, 1);
  EXPECT_EQ(peer_.total_made(), 1);
  EXPECT_EQ(peer_.calls(), 4);
  EXPECT_THAT(AttemptsOf(skp), SizeIs(4));
}

// The time of the part that waits must outlive the decisions about the parts after it.
TEST_F(DeliveryTest, APartThatWaitsIsTriedAgainAfterTheOthers) {
  adapter_->set_plan([](const adapter::PlanInput&) {
    std::vector<adapter::PlannedPart> parts;
    for (const char* key : {"first", "second"}) {
      adapter::PlannedPart part;
      part.key = part.kind = part.effect_key = part.payload.bytes = key;
      parts.push_back(std::move(part));
    }
    return parts;
  });
  peer_.Next({Fault::kItemLater});
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kDelivered, 1);
  EXPECT_EQ(peer_.total_made(), 2);
  EXPECT_EQ(peer_.calls(), 3);
}

TEST_F(DeliveryTest, ARefusedOneWaitsForAPerson) {
  peer_.Next({Fault::kRefused});
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kRefused);
  EXPECT_EQ(RowOf(skp).reason.code, v1::ERROR_REASON_TARGET_REFUSED);
  EXPECT_EQ(peer_.calls(), 1);
  Accept(Evaluated(v1::PREDIKAT_KURANG), skp);  // what is wanted has changed
  WaitFor(skp, DeliveryState::kDelivered, 2);
}

TEST_F(DeliveryTest, WhatWasMadeInSilenceIsFoundAndNotRepeated) {
  peer_.Next({Fault::kCommittedThenSilent});
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kDelivered, 1);
  EXPECT_EQ(peer_.total_made(), 1);
  EXPECT_GE(peer_.lookups(), 1);
}

TEST_F(DeliveryTest, WhatWasLostIsRepeatedOnlyAfterTheSettleTime) {
  peer_.Next({Fault::kLost});
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kDelivered, 1);
  EXPECT_EQ(peer_.total_made(), 1);
  EXPECT_EQ(peer_.calls(), 2);
  const std::vector<store::AttemptRow> attempts = AttemptsOf(skp);
  EXPECT_GE(attempts.front().at - attempts.back().at, settle_time_);
}

TEST_F(DeliveryTest, AnAdapterThatNeverAnswersIsLookedAfter) {
  peer_.Next({Fault::kHang});
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kDelivered, 1);
  EXPECT_EQ(peer_.total_made(), 1);
}

TEST_F(DeliveryTest, WhatCannotBeSettledGoesToAPerson) {
  peer_.Blind(true);
  peer_.Next({Fault::kLost});
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kRefused);
  EXPECT_EQ(RowOf(skp).reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_EQ(peer_.lookups(), 3);
  EXPECT_EQ(peer_.calls(), 1);
}

TEST_F(DeliveryTest, TheLaterOfTwoRecordsOwnsTheYear) {
  v1::Skp first = Evaluated();
  first.mutable_periode()->set_selesai("2025-06-30");
  v1::Skp second = Evaluated(v1::PREDIKAT_SANGAT_BAIK);
  const store::SkpId early = Accept(first);
  WaitFor(early, DeliveryState::kDelivered, 1);
  const store::SkpId late = Accept(second);
  WaitFor(late, DeliveryState::kDelivered, 1);
  WaitFor(early, DeliveryState::kSkipped);
  EXPECT_EQ(RowOf(early).reason.code, v1::ERROR_REASON_EFFECT_TAKEN);
  EXPECT_THAT(RowOf(early).reason.metadata,
              testing::Contains(Pair("name", absl::StrCat("skp-", late))));
  EXPECT_THAT(peer_.effects(), SizeIs(1));
  EXPECT_THAT(peer_.effects().begin()->second.bytes, testing::HasSubstr("SANGAT_BAIK"));
  // The one that is left takes it back.
  second.set_status(v1::STATUS_SKP_DIBATALKAN);
  Accept(second, late);
  WaitFor(early, DeliveryState::kDelivered, 1);
  EXPECT_THAT(peer_.effects().begin()->second.bytes, testing::HasSubstr("PREDIKAT_BAIK"));
}

// A record that is being worked on cannot be woken: it must notice by itself at the end.
TEST_F(DeliveryTest, AnEffectTakenFromARecordAtWorkIsGivenUp) {
  Close();
  adapter_ = std::make_unique<fakes::FakeAdapter>(&peer_, absl::Milliseconds(80));
  const auto years = std::make_shared<fakes::FakeAdapter>(&peer_);
  adapter_->set_plan([years](const adapter::PlanInput& input) {
    std::vector<adapter::PlannedPart> parts = years->Plan(input);
    adapter::PlannedPart own = parts.front();
    own.key = "period";
    absl::StrAppend(&own.effect_key, "/", input.skp->periode().selesai());
    parts.push_back(std::move(own));
    return parts;
  });
  Open();
  v1::Skp first = Evaluated();
  first.mutable_periode()->set_selesai("2025-06-30");
  const store::SkpId early = Accept(first);
  while (peer_.calls() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const store::SkpId late = Accept(Evaluated(v1::PREDIKAT_SANGAT_BAIK));
  WaitFor(late, DeliveryState::kDelivered, 1);
  const auto skipped = [this, early] {
    const std::vector<store::PartRow> parts = RowOf(early).parts;
    return !parts.empty() && parts.front().state == DeliveryState::kSkipped;
  };
  for (int i = 0; i < 1000 && !skipped(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(skipped());
  EXPECT_THAT(peer_.effects(), SizeIs(3));
}

TEST_F(DeliveryTest, AWithdrawnRecordIsRemoved) {
  v1::Skp skp = Evaluated();
  const store::SkpId id = Accept(skp);
  WaitFor(id, DeliveryState::kDelivered, 1);
  skp.set_status(v1::STATUS_SKP_DIBATALKAN);
  Accept(skp, id, {});
  WaitFor(id, DeliveryState::kDelivered);
  for (int i = 0; i < 1000 && !peer_.effects().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_THAT(peer_.effects(), IsEmpty());
  WaitFor(id, DeliveryState::kDelivered);
  EXPECT_TRUE(RowOf(id).absent);
  EXPECT_THAT(RowOf(id).parts, IsEmpty());
}

TEST_F(DeliveryTest, ATargetThatCannotRemoveSaysWhoMust) {
  Close();
  adapter_->manifest().can_remove = false;
  Open();
  const store::SkpId id = Accept(Evaluated());
  WaitFor(id, DeliveryState::kDelivered, 1);
  Accept(Evaluated(), id, {});
  WaitFor(id, DeliveryState::kRefused);
  EXPECT_EQ(RowOf(id).reason.code, v1::ERROR_REASON_TARGET_CANNOT_REMOVE);
}

TEST_F(DeliveryTest, ManyRecordsArriveThroughAFewCalls) {
  std::vector<store::SkpId> ids;
  for (int i = 0; i < 60; ++i) {
    v1::Skp skp = Evaluated();
    skp.mutable_pegawai()->set_nip(absl::StrCat("19900501201504", 2000 + i));
    ids.push_back(Accept(skp));
  }
  for (const store::SkpId id : ids) WaitFor(id, DeliveryState::kDelivered, 1);
  EXPECT_EQ(peer_.total_made(), 60);
  EXPECT_THAT(peer_.effects(), SizeIs(60));
}

TEST_F(DeliveryTest, WhatWasUnderWayIsLookedUpAfterARestart) {
  peer_.Always(Fault::kHang);
  const store::SkpId skp = Accept(Evaluated());
  for (int i = 0; i < 1000 && peer_.calls() == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  dispatcher_->Stop(absl::ZeroDuration());
  Close();
  peer_.Always(Fault::kNone);
  Open();
  WaitFor(skp, DeliveryState::kDelivered, 1);
  EXPECT_GE(peer_.lookups(), 1);
  EXPECT_EQ(peer_.total_made(), 1);
}

TEST_F(DeliveryTest, APausedTargetGetsNothing) {
  dispatcher_->SetPaused(kTarget, true);
  const store::SkpId skp = Accept(Evaluated());
  for (int i = 0; i < 1000 && RowOf(skp).id == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_EQ(RowOf(skp).state, DeliveryState::kPending);
  EXPECT_EQ(peer_.calls(), 0);
  dispatcher_->SetPaused(kTarget, false);
  WaitFor(skp, DeliveryState::kDelivered, 1);
}

TEST_F(DeliveryTest, FactsAreAskedOncePerPerson) {
  adapter_->set_facts("pns-1");
  const store::SkpId skp = Accept(Evaluated());
  WaitFor(skp, DeliveryState::kDelivered, 1);
  Accept(Evaluated(v1::PREDIKAT_KURANG), skp);
  WaitFor(skp, DeliveryState::kDelivered, 2);
  EXPECT_EQ(peer_.prepares(), 1);
}

}  // namespace
}  // namespace kinerja::delivery
