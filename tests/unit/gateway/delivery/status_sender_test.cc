#include "gateway/delivery/status_sender.h"

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kinerja/v1/error_reason.pb.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_source.h"

namespace kinerja::delivery {
namespace {

using store::DeliveryRow;
using store::DeliveryState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kSystem[] = "pmm";

class StatusSenderTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::sqlite::SqliteStore::Open({.path = ":memory:"});
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  // A record of this source id, in its first revision, and its row of status.
  void Accept(const std::string& id) {
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      store::Writes writes;
      store::NewRevision revision;
      revision.skp = *view.NewSkpId();
      revision.revision = 1;
      revision.person = "nip:1";
      revision.keys.instansi = "9901";
      DeliveryRow row;
      row.target = kSystem;
      row.skp = revision.skp;
      row.kind = store::DeliveryKind::kStatus;
      row.since = clock_.Now();
      row.parts = {{.key = id}};
      writes.deliveries = {std::move(row)};
      writes.sources = {{.system = kSystem, .id = id, .skp = revision.skp, .version = 1}};
      writes.revisions.push_back(std::move(revision));
      return writes;
    });
  }
  // The source gave it in this version.
  void Feed(const adapter::StatusReport& report, bool raises) {
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      clock_.Advance(absl::Seconds(1));
      store::Writes writes;
      const auto source = *view.FindSource(kSystem, report.source_id);
      if (raises) {
        writes.sources = {*source};
        writes.sources[0].version = report.version;
      }
      const absl::Status wanted =
          WantFeedStatus(view, kSystem, report, "9901", clock_.Now(), &writes);
      if (!wanted.ok()) return wanted;
      return writes;
    });
  }

  // The one delivery of the record is in this state, of its first revision.
  void Deliver(const std::string& id, DeliveryState state) {
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      const store::SkpId skp = (*view.FindSource(kSystem, id))->skp;
      DeliveryRow row =
          view.FindDeliveryOf("bkn", skp, store::DeliveryKind::kRecord)->value_or(DeliveryRow());
      row.target = "bkn";
      row.skp = skp;
      row.state = state;
      row.delivered_revision = 1;
      store::Writes writes;
      writes.deliveries = {std::move(row)};
      return writes;
    });
  }
  // Versions of these source ids were refused, and their origin is to be told.
  void WantStatus(const std::vector<std::string>& ids) {
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      store::Writes writes;
      for (const std::string& id : ids) {
        const absl::Status wanted = WantVersionStatus(
            view, kSystem, {.source_id = id, .version = 1, .fate = adapter::RecordFate::kRefused},
            "9901", clock_.Now(), &writes);
        if (!wanted.ok()) return wanted;
      }
      return writes;
    });
  }
  void Commit(store::Decide decide) {
    std::promise<absl::Status> promise;
    store_->Write(std::move(decide), [&promise](const absl::StatusOr<store::Committed>& committed) {
      promise.set_value(committed.status());
    });
    EXPECT_TRUE(promise.get_future().get().ok());
  }
  // By id, that is in the order in which they were wanted.
  std::vector<DeliveryState> States() {
    std::vector<DeliveryState> states;
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      for (store::DeliveryId id = 1; id <= wanted_; ++id) {
        states.push_back(view.FindDelivery(id)->value_or(DeliveryRow()).state);
      }
      return store::Writes();
    });
    return states;
  }
  std::vector<store::DeliveryId> ReadyIds() {
    std::vector<store::DeliveryId> ids;
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      const auto rows = view.ListReady(store::DeliveryKind::kStatus, kSystem, "", 9);
      for (const DeliveryRow& row : *rows) {
        ids.push_back(row.id);
      }
      return store::Writes();
    });
    return ids;
  }
  absl::StatusOr<adapter::StatusReport> Report(store::DeliveryId id) {
    absl::StatusOr<adapter::StatusReport> report = absl::UnknownError("");
    Commit([&](const store::View& view) -> absl::StatusOr<store::Writes> {
      report = ReportOf(view, view.FindDelivery(id)->value_or(DeliveryRow()));
      return store::Writes();
    });
    return report;
  }
  bool Await(const std::function<bool()>& reached) {
    const absl::Time end = absl::Now() + absl::Seconds(30);
    while (!reached()) {
      if (absl::Now() > end) return false;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return true;
  }
  // Runs a sender until the rows are in these states.
  bool SendUntil(const std::vector<DeliveryState>& states) {
    wanted_ = static_cast<store::DeliveryId>(states.size());
    StatusSender sender({{.system = kSystem,
                          .adapter = &source_,
                          .backoff = {absl::Milliseconds(1), absl::Milliseconds(2)}}},
                        store_.get(), &clock_);
    sender.Begin();
    return Await([&] { return States() == states; });
  }
  std::vector<std::string> Told() const {
    std::vector<std::string> ids;
    for (const adapter::StatusReport& report : source_.told()) ids.push_back(report.source_id);
    return ids;
  }

  fakes::FakeClock clock_;
  fakes::FakeSource source_;
  store::DeliveryId wanted_ = 0;
  std::unique_ptr<store::Store> store_;
};

TEST_F(StatusSenderTest, TellsEachOnce) {
  WantStatus({"a", "b", "c"});
  EXPECT_TRUE(
      SendUntil({DeliveryState::kDelivered, DeliveryState::kDelivered, DeliveryState::kDelivered}));
  EXPECT_THAT(Told(), ElementsAre("a", "b", "c"));
}

// A batch is two: reports that are never taken must not stand before all others for ever.
TEST_F(StatusSenderTest, ReportsThatAreNotTakenHoldUpNoOther) {
  source_.AnswerStatus("a", adapter::Refused(v1::ERROR_REASON_TARGET_REFUSED));
  source_.AnswerStatus("b", {.verdict = adapter::Verdict::kRetryLater,
                             .reason = v1::ERROR_REASON_TARGET_UNAVAILABLE});
  WantStatus({"a", "b", "c"});
  EXPECT_TRUE(
      SendUntil({DeliveryState::kRefused, DeliveryState::kRetrying, DeliveryState::kDelivered}));
  EXPECT_THAT(Told(), ElementsAre("a", "b", "c"));
}

// A peer that refuses a message does not say which entry it means.
TEST_F(StatusSenderTest, OneThatIsRefusedDoesNotRefuseItsNeighbours) {
  source_.RefuseMessagesWith("b");
  WantStatus({"a", "b", "c"});
  EXPECT_TRUE(
      SendUntil({DeliveryState::kDelivered, DeliveryState::kRefused, DeliveryState::kDelivered}));
}

TEST_F(StatusSenderTest, EqualContentUnderAHigherNumberIsToldToChangeNothing) {
  Accept("a");
  Feed({.source_id = "a", .version = 1, .fate = adapter::RecordFate::kUnchanged}, false);
  EXPECT_THAT(ReadyIds(), IsEmpty()) << "the same number again is no news";
  Feed({.source_id = "a",
        .version = 2,
        .fate = adapter::RecordFate::kUnchanged,
        .reasons = {v1::ERROR_REASON_PLAN_FROZEN}},
       true);
  EXPECT_TRUE(SendUntil({DeliveryState::kDelivered, DeliveryState::kSkipped}));
  ASSERT_THAT(source_.told(), SizeIs(1)) << "one entry for one version";
  EXPECT_EQ(source_.told()[0].version, 2u);
  EXPECT_EQ(source_.told()[0].fate, adapter::RecordFate::kUnchanged);
  EXPECT_THAT(source_.told()[0].reasons, ElementsAre(v1::ERROR_REASON_PLAN_FROZEN));
}

TEST_F(StatusSenderTest, WhatTheDeliveriesSayGoesBeforeAVersionThatChangesNothing) {
  Accept("a");
  Feed({.source_id = "a", .version = 2, .fate = adapter::RecordFate::kUnchanged}, true);
  const std::vector<std::pair<DeliveryState, adapter::RecordFate>> cases = {
      {DeliveryState::kPending, adapter::RecordFate::kUnchanged},
      {DeliveryState::kRefused, adapter::RecordFate::kRefusedByTarget},
      {DeliveryState::kHeld, adapter::RecordFate::kHeld},
      {DeliveryState::kDelivered, adapter::RecordFate::kDelivered},
      {DeliveryState::kSkipped, adapter::RecordFate::kNotDelivered},
  };
  for (const auto& [state, fate] : cases) {
    Deliver("a", state);
    const absl::StatusOr<adapter::StatusReport> report = Report(1);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->version, 2u);
    EXPECT_EQ(report->fate, fate) << static_cast<int>(state);
  }
}

TEST_F(StatusSenderTest, TheNextRevisionIsAcceptedAgain) {
  Accept("a");
  Feed({.source_id = "a", .version = 2, .fate = adapter::RecordFate::kUnchanged}, true);
  Feed({.source_id = "a", .version = 3, .fate = adapter::RecordFate::kAccepted}, true);
  const absl::StatusOr<adapter::StatusReport> report = Report(1);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->version, 3u);
  EXPECT_EQ(report->fate, adapter::RecordFate::kAccepted);
}

TEST_F(StatusSenderTest, WhyAVersionWasRefusedIsNoWarningOnceItIsAccepted) {
  Accept("a");
  Feed({.source_id = "a",
        .version = 2,
        .fate = adapter::RecordFate::kHeld,
        .reasons = {v1::ERROR_REASON_UNOR_UNKNOWN}},
       false);
  Feed({.source_id = "a", .version = 2, .fate = adapter::RecordFate::kAccepted}, true);
  const absl::StatusOr<adapter::StatusReport> report = Report(1);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->version, 2u);
  EXPECT_EQ(report->fate, adapter::RecordFate::kAccepted);
  EXPECT_THAT(report->reasons, IsEmpty());
}

TEST_F(StatusSenderTest, WarningsGoWithTheAcceptance) {
  Accept("a");
  Feed({.source_id = "a",
        .version = 2,
        .fate = adapter::RecordFate::kAccepted,
        .reasons = {v1::ERROR_REASON_POIN_RATE_UNUSUAL}},
       true);
  EXPECT_THAT(ReadyIds(), IsEmpty()) << "the record's own row tells them";
  Feed({.source_id = "a", .version = 3, .fate = adapter::RecordFate::kUnchanged}, false);
  const absl::StatusOr<adapter::StatusReport> report = Report(1);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->fate, adapter::RecordFate::kAccepted);
  EXPECT_EQ(report->version, 2u);
  EXPECT_THAT(report->reasons, ElementsAre(v1::ERROR_REASON_POIN_RATE_UNUSUAL));
}

TEST_F(StatusSenderTest, AReportThatCannotBeReadHoldsUpNoOther) {
  DeliveryRow broken;
  broken.target = kSystem;
  broken.skp = 7;
  broken.kind = store::DeliveryKind::kStatus;
  broken.ready = true;  // without a part that names the source id
  Commit([&](const store::View&) -> absl::StatusOr<store::Writes> {
    store::Writes writes;
    writes.deliveries = {broken};
    return writes;
  });
  WantStatus({"a"});
  EXPECT_TRUE(SendUntil({DeliveryState::kRefused, DeliveryState::kDelivered}));
}

TEST_F(StatusSenderTest, TroubleOfTheOriginIsTriedAgainAndChangesNoRow) {
  source_.AnswerStatus("a", adapter::TargetTrouble(kSystem, adapter::Verdict::kRetryLater));
  WantStatus({"a"});
  wanted_ = 1;
  {
    StatusSender sender({{.system = kSystem,
                          .adapter = &source_,
                          .backoff = {absl::Milliseconds(1), absl::Milliseconds(2)}}},
                        store_.get(), &clock_);
    sender.Begin();
    EXPECT_TRUE(Await([&] { return Told().size() >= 2; }));
    EXPECT_THAT(States(), ElementsAre(DeliveryState::kPending));
  }
  source_.AnswerStatus("a", adapter::Delivered(""));
  EXPECT_TRUE(SendUntil({DeliveryState::kDelivered}));
}

}  // namespace
}  // namespace kinerja::delivery
