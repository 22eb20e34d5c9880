// What operators do about deliveries, against the engine on a store on disk.
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/status.h"
#include "gateway/delivery/operations.h"
#include "gateway/resource/skp_name.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_source.h"
#include "tests/integration/delivery_harness.h"
#include "tests/support/matchers.h"

namespace kinerja::delivery {
namespace {

using fakes::Fault;
using store::DeliveryRow;
using store::DeliveryState;
using support::HasReason;
using support::StatusIs;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kOther[] = "other";  // a target without a lane: nothing is ever called there

class DeliveryOperationsTest : public DeliveryHarness {
 protected:
  DeliveryOperationsTest() {
    principal_.id = "admin";
    principal_.is_operator = true;
    principal_.all_instansi = true;
    config::v1::Route* route = routes_.add_routes();
    route->set_target(kTarget);
    table_ = std::make_unique<route::RouteTable>(routes_.routes());
  }

  void Open() override {
    DeliveryHarness::Open();
    Operations::Options options;
    options.store = store_.get();
    options.dispatcher = dispatcher_.get();
    options.clock = &clock_;
    options.sources["pmm"] = &source_;
    options.targets = {{kTarget, adapter_.get()}, {kOther, adapter_.get()}};
    options.routes = table_.get();
    options.open_body = OpenBody;
    options.deadline_of = [](const store::FilterKeys&, absl::Time) { return int64_t{0}; };
    operations_ = std::make_unique<Operations>(std::move(options));
  }

  void Close() override {
    if (operations_ == nullptr) return;
    operations_->Stop();
    DeliveryHarness::Close();
    operations_.reset();
  }

  template <typename Response>
  static absl::StatusOr<Response> Await(const std::function<void(ReadDone<Response>)>& call) {
    std::promise<absl::StatusOr<Response>> promise;
    call([&promise](absl::StatusOr<Response> response) { promise.set_value(std::move(response)); });
    return promise.get_future().get();
  }
  absl::StatusOr<v1::RetryDeliveriesResponse> Retry(const v1::RetryDeliveriesRequest& request) {
    return Await<v1::RetryDeliveriesResponse>(
        [&](auto done) { operations_->RetryDeliveries(principal_, request, std::move(done)); });
  }
  absl::StatusOr<v1::CancelDeliveriesResponse> Cancel(const v1::CancelDeliveriesRequest& request) {
    return Await<v1::CancelDeliveriesResponse>(
        [&](auto done) { operations_->CancelDeliveries(principal_, request, std::move(done)); });
  }
  absl::StatusOr<v1::BackfillTargetResponse> Backfill(const v1::BackfillTargetRequest& request) {
    return Await<v1::BackfillTargetResponse>(
        [&](auto done) { operations_->BackfillTarget(principal_, request, std::move(done)); });
  }
  absl::StatusOr<v1::GetJobResponse> GetJob(const std::string& name) {
    v1::GetJobRequest request;
    request.set_name(name);
    return Await<v1::GetJobResponse>(
        [&](auto done) { operations_->GetJob(request, std::move(done)); });
  }
  absl::Status Pause(const std::string& target, bool paused) {
    std::promise<absl::Status> promise;
    operations_->SetPaused(principal_, target, paused,
                           [&promise](const absl::Status& status) { promise.set_value(status); });
    return promise.get_future().get();
  }
  // Waits until the job has ended; how many it changed.
  uint64_t Done(const v1::Job& job) {
    EXPECT_TRUE(WaitUntil([&] { return GetJob(job.name())->job().state() == v1::JOB_STATE_DONE; }));
    return GetJob(job.name())->job().done();
  }

  // A refused delivery of each of so many people.
  std::vector<store::SkpId> Refused(int count) {
    peer_.Always(Fault::kRefused);
    std::vector<store::SkpId> ids;
    for (int i = 0; i < count; ++i) ids.push_back(Accept(EvaluatedOf(i)));
    for (const store::SkpId id : ids) WaitFor(id, DeliveryState::kRefused);
    peer_.Always(Fault::kNone);
    return ids;
  }
  static v1::RetryDeliveriesRequest RetryOf(uint64_t count) {
    v1::RetryDeliveriesRequest request;
    request.mutable_filter()->set_target(kTarget);
    request.set_preview(count == 0);
    request.set_expected_count(count);
    return request;
  }
  static v1::CancelDeliveriesRequest CancelOf(uint64_t count, const std::string& target = kTarget) {
    v1::CancelDeliveriesRequest request;
    request.mutable_filter()->set_target(target);
    request.set_preview(count == 0);
    request.set_expected_count(count);
    return request;
  }
  // Deliveries that were refused, of records that nobody looks at.
  void PutRefused(const std::string& target, int count, store::SkpId first, store::SkpId like) {
    const DeliveryRow sample = RowOf(like);
    Write([&](const store::View&) -> absl::StatusOr<store::Writes> {
      store::Writes writes;
      for (int i = 0; i < count; ++i) {
        DeliveryRow row = sample;
        row.id = 0;
        row.target = target;
        row.skp = first + i;
        row.state = DeliveryState::kRefused;
        row.since = clock_.Now();
        row.parts.clear();
        writes.deliveries.push_back(std::move(row));
      }
      return writes;
    });
  }

  fakes::FakeSource source_;
  fakes::FakeClock clock_{absl::Now() + absl::Minutes(1)};  // the engine works by the true time
  security::Principal principal_;
  config::v1::GatewayConfig routes_;
  std::unique_ptr<route::RouteTable> table_;
  std::unique_ptr<Operations> operations_;
};

// ---- Retry ----

TEST_F(DeliveryOperationsTest, APreviewCountsAndTouchesNothing) {
  const std::vector<store::SkpId> ids = Refused(7);
  const auto preview = Retry(RetryOf(0));
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->count(), 7u);
  EXPECT_THAT(preview->samples(), SizeIs(5));
  EXPECT_EQ(preview->samples(0).state(), v1::DELIVERY_STATE_REFUSED);
  EXPECT_EQ(preview->samples(0).skp(), resource::FormatSkpName("9901", ids[0]));
  EXPECT_FALSE(preview->has_job());
  for (const store::SkpId id : ids) EXPECT_EQ(RowOf(id).state, DeliveryState::kRefused);
  EXPECT_EQ(peer_.calls(), 7);
}

TEST_F(DeliveryOperationsTest, ARetryDeliversWhatWasSeen) {
  const std::vector<store::SkpId> ids = Refused(3);
  const auto started = Retry(RetryOf(3));
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->job().total(), 3u);
  for (const store::SkpId id : ids) WaitFor(id, DeliveryState::kDelivered, 1);
  EXPECT_EQ(Done(started->job()), 3u);
  EXPECT_EQ(peer_.total_made(), 3);
}

TEST_F(DeliveryOperationsTest, ACountThatIsNotTheOneSeenStopsTheJob) {
  Refused(3);
  for (const uint64_t expected : {1, 2, 4, 300}) {
    const auto refused = Retry(RetryOf(expected));
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition)) << expected;
    EXPECT_THAT(refused, HasReason("COUNT_CHANGED")) << expected;
  }
  v1::RetryDeliveriesRequest blind = RetryOf(0);
  blind.set_preview(false);
  EXPECT_THAT(Retry(blind), HasReason("COUNT_CHANGED"));
  EXPECT_EQ(peer_.calls(), 3);
}

TEST_F(DeliveryOperationsTest, WhatWasRefusedLongAgoIsTouchedOnlyWhenAskedFor) {
  Refused(2);
  clock_.Advance(absl::Hours(25));
  EXPECT_EQ(Retry(RetryOf(0))->count(), 0u);
  v1::RetryDeliveriesRequest older = RetryOf(0);
  older.mutable_refused_since()->set_seconds(absl::ToUnixSeconds(clock_.Now() - absl::Hours(48)));
  EXPECT_EQ(Retry(older)->count(), 2u);
  clock_.Advance(-absl::Hours(2));
  EXPECT_EQ(Retry(RetryOf(0))->count(), 2u);
}

TEST_F(DeliveryOperationsTest, AFilterNamesItsTarget) {
  v1::RetryDeliveriesRequest request;
  request.set_preview(true);
  EXPECT_THAT(Retry(request), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Retry(request), HasReason("REQUEST_INVALID"));
  request.mutable_filter()->set_target("nowhere");
  EXPECT_THAT(Retry(request), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Retry(request), HasReason("TARGET_NOT_FOUND"));
  EXPECT_THAT(Cancel({}), HasReason("REQUEST_INVALID"));
  EXPECT_THAT(Backfill({}), HasReason("TARGET_NOT_FOUND"));
}

TEST_F(DeliveryOperationsTest, AFilterOfStateAndReasonHolds) {
  Refused(2);
  v1::RetryDeliveriesRequest request = RetryOf(0);
  request.mutable_filter()->set_reason(v1::ERROR_REASON_TARGET_REFUSED);
  EXPECT_EQ(Retry(request)->count(), 2u);
  request.mutable_filter()->set_reason(v1::ERROR_REASON_OUTCOME_UNKNOWN);
  EXPECT_EQ(Retry(request)->count(), 0u);
  request = RetryOf(0);
  request.mutable_filter()->set_state(v1::DELIVERY_STATE_CANCELLED);
  EXPECT_EQ(Retry(request)->count(), 0u);
}

// Promise P6.
TEST_F(DeliveryOperationsTest, WhatIsNotKnownIsLookedUpBeforeItIsRepeated) {
  for (const Fault fault : {Fault::kCommittedThenSilent, Fault::kLost}) {
    SCOPED_TRACE(static_cast<int>(fault));
    const int made = peer_.total_made();
    peer_.Blind(true);
    peer_.Next({fault});
    const store::SkpId id = Accept(EvaluatedOf(static_cast<int>(fault)));
    WaitFor(id, DeliveryState::kRefused);
    ASSERT_EQ(RowOf(id).reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
    peer_.Blind(false);
    const int looked = peer_.lookups();
    const int called = peer_.calls();
    ASSERT_TRUE(Retry(RetryOf(1)).ok());
    WaitFor(id, DeliveryState::kDelivered, 1);
    EXPECT_GT(peer_.lookups(), looked);
    EXPECT_EQ(peer_.calls(), called + (fault == Fault::kLost ? 1 : 0));
    EXPECT_EQ(peer_.total_made(), made + 1);
  }
}

TEST_F(DeliveryOperationsTest, AWordOfAPersonSettlesWhatNoLookCan) {
  struct Case {
    Fault fault;
    v1::TargetFinding found;
    int calls;  // more than before
  };
  const Case cases[] = {{Fault::kCommittedThenSilent, v1::TARGET_FINDING_THERE, 0},
                        {Fault::kLost, v1::TARGET_FINDING_ABSENT, 1}};
  peer_.Blind(true);  // from now on no look tells anything
  int person = 0;
  for (const Case& c : cases) {
    SCOPED_TRACE(v1::TargetFinding_Name(c.found));
    peer_.Next({c.fault});
    const store::SkpId id = Accept(EvaluatedOf(person));
    WaitFor(id, DeliveryState::kRefused);
    ASSERT_EQ(RowOf(id).reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
    const int called = peer_.calls();
    const int looked = peer_.lookups();
    v1::RetryDeliveriesRequest request = RetryOf(1);
    request.set_found(c.found);
    ASSERT_EQ(Done(Retry(request)->job()), 1u);
    WaitFor(id, DeliveryState::kDelivered, 1);
    EXPECT_EQ(peer_.calls(), called + c.calls);
    EXPECT_EQ(peer_.lookups(), looked);
    // The effect is free for what comes next.
    Accept(EvaluatedOf(person, v1::PREDIKAT_KURANG), id);
    WaitFor(id, DeliveryState::kDelivered, 2);
    ++person;
  }
  EXPECT_EQ(peer_.created(), 2) << "one for each, and none doubled";
}

TEST_F(DeliveryOperationsTest, AWordIsAboutNothingElse) {
  const store::SkpId id = Refused(1)[0];
  v1::RetryDeliveriesRequest request = RetryOf(0);
  request.set_found(v1::TARGET_FINDING_THERE);
  EXPECT_EQ(Retry(request)->count(), 0u);
  EXPECT_EQ(RowOf(id).state, DeliveryState::kRefused);
}

TEST_F(DeliveryOperationsTest, WhoWasRefusedIsAskedForAnew) {
  adapter_->set_facts("as known then");
  Refused(1);
  const int asked = peer_.prepares();
  ASSERT_EQ(Done(Retry(RetryOf(1))->job()), 1u);
  WaitUntil([&] { return peer_.prepares() > asked; });
  EXPECT_GT(peer_.prepares(), asked);
}

TEST_F(DeliveryOperationsTest, AJobKeepsToTheRecordOrInstansiThatItNames) {
  const std::vector<store::SkpId> ids = Refused(2);
  const std::string record = resource::FormatSkpName(RowOf(ids[1]).instansi, ids[1]);
  v1::RetryDeliveriesRequest request = RetryOf(0);
  request.set_parent(record);
  EXPECT_EQ(Retry(request)->count(), 1u);
  request.set_parent("instansi/9999");
  EXPECT_EQ(Retry(request)->count(), 0u);
  request.set_parent("pmm/1");
  EXPECT_THAT(Retry(request), HasReason("REQUEST_INVALID"));
  request = RetryOf(1);
  request.set_parent(record);
  ASSERT_TRUE(Retry(request).ok());
  WaitFor(ids[1], DeliveryState::kDelivered, 1);
  EXPECT_EQ(RowOf(ids[0]).state, DeliveryState::kRefused);
}

TEST_F(DeliveryOperationsTest, WhoMayUseSomeInstansiNamesOneOfThem) {
  Refused(1);
  principal_.all_instansi = false;
  principal_.instansi = {"9999"};
  EXPECT_THAT(Retry(RetryOf(0)), HasReason("REQUEST_INVALID"));
  EXPECT_THAT(Cancel(CancelOf(0)), HasReason("REQUEST_INVALID"));
  v1::BackfillTargetRequest backfill;
  backfill.set_target(kTarget);
  backfill.set_preview(true);
  EXPECT_THAT(Backfill(backfill), HasReason("REQUEST_INVALID"));
  backfill.set_parent("instansi/9901");
  EXPECT_THAT(Backfill(backfill), HasReason("INSTANSI_NOT_ALLOWED"));
  backfill.set_parent("instansi/9999");
  EXPECT_EQ(Backfill(backfill)->count(), 0u);
  v1::RetryDeliveriesRequest request = RetryOf(0);
  request.set_parent("instansi/9999");
  EXPECT_EQ(Retry(request)->count(), 0u);
}

// ---- Cancel ----

TEST_F(DeliveryOperationsTest, WhatIsCalledOffIsNotDeliveredButItsNextVersionIs) {
  ASSERT_TRUE(Pause(kTarget, true).ok());
  const store::SkpId id = Accept(Evaluated());
  WaitUntil([&] { return RowOf(id).id != 0; });
  EXPECT_EQ(Cancel(CancelOf(0))->count(), 1u);
  EXPECT_EQ(RowOf(id).state, DeliveryState::kPending);
  const auto started = Cancel(CancelOf(1));
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(Done(started->job()), 1u);
  EXPECT_EQ(RowOf(id).state, DeliveryState::kCancelled);
  ASSERT_TRUE(Pause(kTarget, false).ok());
  Accept(Evaluated(v1::PREDIKAT_KURANG), id);
  WaitFor(id, DeliveryState::kDelivered, 2);
  EXPECT_EQ(peer_.calls(), 1);
}

// A person must look whether it happened; calling off the rest does not answer that.
TEST_F(DeliveryOperationsTest, WhatNobodyCouldSettleStaysSoWhenItIsCalledOff) {
  const store::SkpId id = Refused(1)[0];
  DeliveryRow row = RowOf(id);
  row.reason = {v1::ERROR_REASON_OUTCOME_UNKNOWN, {{"system", kTarget}}};
  row.parts[0].reason = row.reason;
  Write([&](const store::View&) -> absl::StatusOr<store::Writes> {
    store::Writes writes;
    writes.deliveries = {row};
    return writes;
  });
  Done(Cancel(CancelOf(1))->job());
  EXPECT_EQ(RowOf(id).state, DeliveryState::kRefused);
  EXPECT_EQ(RowOf(id).reason.code, v1::ERROR_REASON_OUTCOME_UNKNOWN);
}

TEST_F(DeliveryOperationsTest, AJobThatCannotBeReadFailsAndHoldsUpNoOther) {
  const std::vector<store::SkpId> ids = Refused(1);
  Write([&](const store::View&) -> absl::StatusOr<store::Writes> {
    store::Writes writes;
    writes.jobs = {{.kind = "retry", .request = "\xFF", .by = "operator", .state = "running"}};
    return writes;
  });
  ASSERT_TRUE(Retry(RetryOf(1)).ok());
  WaitFor(ids[0], DeliveryState::kDelivered, 1);
  EXPECT_TRUE(WaitUntil([&] { return GetJob("jobs/1")->job().state() == v1::JOB_STATE_FAILED; }));
}

TEST_F(DeliveryOperationsTest, AJobWakesWhoStillWaitsForAKey) {
  ASSERT_TRUE(Pause(kTarget, true).ok());
  const store::SkpId id = Accept(Evaluated());
  WaitUntil([&] { return RowOf(id).id != 0; });
  DeliveryRow row = RowOf(id);
  row.ready = false;
  row.waits = {"unit:1"};
  Write([&](const store::View&) -> absl::StatusOr<store::Writes> {
    store::Writes writes;
    writes.deliveries = {row};
    writes.jobs = {{.kind = "wake", .request = "unit:1", .by = "gateway", .state = "running"}};
    return writes;
  });
  EXPECT_EQ(Done(GetJob("jobs/1")->job()), 1u);
  EXPECT_TRUE(RowOf(id).ready);
}

TEST_F(DeliveryOperationsTest, WhatWasCalledOffIsDeliveredByARetry) {
  const store::SkpId id = Refused(1)[0];
  Done(Cancel(CancelOf(1))->job());
  EXPECT_EQ(RowOf(id).state, DeliveryState::kCancelled);
  ASSERT_TRUE(Retry(RetryOf(1)).ok());
  WaitFor(id, DeliveryState::kDelivered, 1);
}

// Two parts: one refused, one of which nobody knows yet. Calling it off must not end the looking.
TEST_F(DeliveryOperationsTest, WhatMayHaveHappenedIsLookedAfterWhenTheRestIsCalledOff) {
  adapter_->set_plan([](const adapter::PlanInput& input) {
    std::vector<adapter::PlannedPart> parts(2);
    for (size_t i = 0; i < parts.size(); ++i) {
      parts[i].key = absl::StrCat("part/", i);
      parts[i].kind = "year";
      parts[i].effect_key = absl::StrCat(input.skp->pegawai().nip(), "/", i);
      parts[i].payload.bytes = absl::StrCat("content ", i);
    }
    return parts;
  });
  settle_time_ = absl::Seconds(1);
  Close();
  Open();
  peer_.Next({Fault::kRefused, Fault::kLost});
  const store::SkpId id = Accept(Evaluated());
  ASSERT_TRUE(WaitUntil([&] {
    const DeliveryRow row = RowOf(id);
    return row.claim.empty() && row.parts.size() == 2 &&
           row.parts[1].state == DeliveryState::kUnknown && row.due.has_value();
  }));
  const auto started = Cancel(CancelOf(1));
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(Done(started->job()), 1u);
  EXPECT_TRUE(WaitUntil([&] { return RowOf(id).parts[1].state == DeliveryState::kDelivered; }));
  WaitFor(id, DeliveryState::kCancelled);
  EXPECT_EQ(peer_.total_made(), 1);
}

// ---- Backfill ----

TEST_F(DeliveryOperationsTest, ABackfillMakesWhatRoutesOfTodaySelect) {
  const store::SkpId there = Accept(EvaluatedOf(1));
  WaitFor(there, DeliveryState::kDelivered, 1);
  const store::SkpId missed = Accept(EvaluatedOf(2), 0, {});
  v1::Skp own = EvaluatedOf(3);
  own.mutable_source()->set_system(kTarget);  // never back to its origin
  const store::SkpId origin = Accept(own, 0, {});
  v1::BackfillTargetRequest request;
  request.set_target(kTarget);
  request.set_preview(true);
  EXPECT_EQ(Backfill(request)->count(), 1u);
  EXPECT_EQ(RowOf(missed).id, 0);
  request.set_preview(false);
  EXPECT_THAT(Backfill(request), HasReason("COUNT_CHANGED"));
  request.set_expected_count(1);
  const auto started = Backfill(request);
  ASSERT_TRUE(started.ok()) << started.status();
  WaitFor(missed, DeliveryState::kDelivered, 1);
  EXPECT_EQ(Done(started->job()), 1u);
  EXPECT_EQ(RowOf(origin).id, 0);
  EXPECT_EQ(peer_.total_made(), 2);
}

// ---- Jobs ----

TEST_F(DeliveryOperationsTest, AJobLeavesRoomWaitsForItsTargetAloneAndGoesOnAfterARestart) {
  adapter_->set_plan([](const adapter::PlanInput&) {
    adapter::PlannedPart part;
    part.key = "part";
    part.plan = adapter::PartPlan::kSkip;
    part.reason = v1::ERROR_REASON_NON_ASN;
    return std::vector<adapter::PlannedPart>{part};
  });
  const store::SkpId like = Accept(Evaluated());
  WaitFor(like, DeliveryState::kSkipped);
  ASSERT_TRUE(Pause(kTarget, true).ok());
  PutRefused(kTarget, 450, 1000, like);
  PutRefused(kOther, 3, 1000, like);
  const auto retry = Retry(RetryOf(450));
  ASSERT_TRUE(retry.ok()) << retry.status();
  ASSERT_TRUE(WaitUntil([&] { return GetJob(retry->job().name())->job().done() >= 400; }));
  // It waits, and another target's job does not wait for it.
  const auto cancel = Cancel(CancelOf(3, kOther));
  ASSERT_TRUE(cancel.ok()) << cancel.status();
  EXPECT_EQ(Done(cancel->job()), 3u);
  const v1::Job waiting = GetJob(retry->job().name())->job();
  EXPECT_EQ(waiting.done(), 400u);
  EXPECT_EQ(waiting.state(), v1::JOB_STATE_RUNNING);
  Close();
  Open();
  EXPECT_EQ(GetJob(waiting.name())->job().done(), 400u) << "the pause holds across the restart";
  ASSERT_TRUE(Pause(kTarget, false).ok());
  EXPECT_EQ(Done(waiting), 450u);
  EXPECT_NE(RowOf(1449).state, DeliveryState::kRefused);
}

TEST_F(DeliveryOperationsTest, AJobThatIsNotThereIsNotFound) {
  for (const char* name : {"jobs/1", "jobs/", "jobs/x", "1", "", "jobs/99999999999999999999"}) {
    EXPECT_THAT(GetJob(name), StatusIs(absl::StatusCode::kNotFound)) << name;
    EXPECT_THAT(GetJob(name), HasReason("JOB_NOT_FOUND")) << name;
  }
}

// ---- Targets ----

TEST_F(DeliveryOperationsTest, APauseHoldsAcrossARestart) {
  ASSERT_TRUE(Pause(kTarget, true).ok());
  Close();
  Open();
  const store::SkpId id = Accept(Evaluated());
  WaitUntil([&] { return RowOf(id).id != 0; });
  EXPECT_TRUE(WaitUntil([&] {
    const auto health = dispatcher_->HealthOf(kTarget);
    return health && health->paused;
  }));
  EXPECT_EQ(RowOf(id).state, DeliveryState::kPending);
  EXPECT_EQ(peer_.calls(), 0);
  ASSERT_TRUE(Pause(kTarget, false).ok());
  WaitFor(id, DeliveryState::kDelivered, 1);
}

TEST_F(DeliveryOperationsTest, ASourceCanBeExaminedAndNotPaused) {
  const auto checked = Await<v1::CheckTargetResponse>(
      [&](auto done) { operations_->CheckTarget("pmm", std::move(done)); });
  ASSERT_TRUE(checked.ok()) << checked.status();
  ASSERT_EQ(checked->findings_size(), 1);
  EXPECT_EQ(checked->findings(0).what(), "page");
  EXPECT_EQ(base::ReasonOf(Pause("pmm", true)), "TARGET_NOT_FOUND");
}

TEST_F(DeliveryOperationsTest, ATargetThatIsNoneCannotBePausedOrChecked) {
  EXPECT_THAT(Pause("nowhere", true), StatusIs(absl::StatusCode::kNotFound));
  const auto check = [&](const std::string& target) {
    return Await<v1::CheckTargetResponse>(
        [&](auto done) { operations_->CheckTarget(target, std::move(done)); });
  };
  EXPECT_THAT(check("nowhere"), HasReason("TARGET_NOT_FOUND"));
  EXPECT_THAT(check(kTarget)->findings(), SizeIs(1));
}

}  // namespace
}  // namespace kinerja::delivery
