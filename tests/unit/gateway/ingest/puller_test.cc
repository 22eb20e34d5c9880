// A source that is pulled: what becomes of its pages, over a store in memory.
#include "gateway/ingest/puller.h"

#include <atomic>
#include <latch>
#include <semaphore>
#include <thread>

#include "gateway/base/check.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_source.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"

namespace kinerja::ingest {
namespace {

using adapter::PulledRecord;
using adapter::RecordFate;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::Skp MakePmmSkp(std::string_view id = "p-1", uint64_t version = 1) {
  v1::Skp skp = support::MakeSkp();
  skp.mutable_source()->set_system("pmm");
  skp.mutable_source()->set_id(std::string(id));
  skp.mutable_source()->set_version(version);
  return skp;
}

// The same with other content that may change at any time.
v1::Skp Confirmed(v1::Skp skp) {
  skp.mutable_pegawai()->set_data_dikonfirmasi(!skp.pegawai().data_dikonfirmasi());
  return skp;
}

// Without a rater; the rules refuse it.
v1::Skp Broken(v1::Skp skp) {
  skp.clear_penilai();
  return skp;
}

PulledRecord Pulled(const v1::Skp& skp) {
  return {.source_id = skp.source().id(),
          .version = skp.source().version(),
          .instansi = "9901",
          .bytes = "as received",
          .skp = skp};
}

adapter::PullAnswer Page(std::vector<PulledRecord> records, std::string next, bool more = false) {
  return {.records = std::move(records), .next_cursor = std::move(next), .more = more};
}

class PullerTest : public testing::Test {
 protected:
  PullerTest() {
    auto store = store::sqlite::SqliteStore::Open(
        {.path = ":memory:", .readers = 1, .write_queue = 2, .clock = &clock_});
    KJ_CHECK(store.ok());
    store_ = *std::move(store);
    UseReference(support::MakeReference());
    StartPuller();
  }
  ~PullerTest() override {
    puller_->Stop();
    store_->Close();
  }

  void UseReference(std::shared_ptr<const reference::Snapshot> reference) {
    config::v1::GatewayConfig config;
    KJ_CHECK(google::protobuf::TextFormat::ParseFromString(R"pb(systems { id: "pmm" }
                                                                systems { id: "bkd-9901" })pb",
                                                           &config));
    rulebook_ = Rulebook::Make(config, std::move(reference));
  }

  // As after a restart of the process: nothing is known but what is stored.
  void StartPuller() {
    puller_.reset();
    PullerHooks hooks;
    hooks.wake = [this] { woken_.release(); };
    hooks.on_page = [this](const std::vector<FeedOutcome>& outcomes) {
      for (const FeedOutcome& one : outcomes) outcomes_.push_back(one);
    };
    hooks.add_writes = [this](const store::View& view, const FeedOutcome& outcome,
                              store::Writes* writes) {
      return add_writes_ ? add_writes_(view, outcome, writes) : absl::OkStatus();
    };
    hooks.random = [] { return 0.0; };
    puller_ = std::make_unique<Puller>(
        PullerOptions{.source = "pmm"}, &source_, store_.get(), &clock_,
        [this] { return rulebook_; }, std::move(hooks));
  }

  // Pulls until nothing is due; returns how long.
  absl::Duration RunUntilQuiet() {
    while (true) {
      const absl::Duration wait = puller_->Tick();
      if (wait != absl::InfiniteDuration()) return wait;
      woken_.acquire();
    }
  }
  // The same, a poll later.
  void Poll() {
    clock_.Advance(absl::Minutes(1));
    RunUntilQuiet();
  }

  void Look(const std::function<void(const store::View&)>& look) {
    std::latch done(1);
    KJ_CHECK(store_
                 ->Read([&](const store::View& view) {
                   look(view);
                   done.count_down();
                 })
                 .ok());
    done.wait();
  }
  std::optional<std::string> Cursor() {
    std::optional<std::string> cursor;
    Look([&](const store::View& view) { cursor = view.FindCursor("pmm").value(); });
    return cursor;
  }
  std::optional<store::RejectRow> Reject(const std::string& id) {
    std::optional<store::RejectRow> row;
    Look([&](const store::View& view) { row = view.FindReject("pmm", id).value(); });
    return row;
  }
  // "id vN rM": version and revision of what is held; empty when nothing is.
  std::string Held(const std::string& id) {
    std::string held;
    Look([&](const store::View& view) {
      const auto source = view.FindSource("pmm", id).value();
      if (!source) return;
      const auto head = view.FindHead(source->skp).value();
      held = id + " v" + std::to_string(source->version) + " r" + std::to_string(head->revision);
    });
    return held;
  }
  std::vector<RecordFate> Fates() const {
    std::vector<RecordFate> fates;
    for (const FeedOutcome& one : outcomes_) fates.push_back(one.report.fate);
    return fates;
  }

  fakes::FakeClock clock_;
  fakes::FakeSource source_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<const Rulebook> rulebook_;
  std::counting_semaphore<> woken_{0};
  std::vector<FeedOutcome> outcomes_;
  std::function<absl::Status(const store::View&, const FeedOutcome&, store::Writes*)> add_writes_;
  std::unique_ptr<Puller> puller_;
};

v1::Skp AtOtherSchool(v1::Skp skp, std::string_view id) {
  skp.mutable_source()->set_id(std::string(id));
  skp.mutable_pegawai()->mutable_unor()->set_id("UNOR-CJ-0202");
  skp.mutable_pegawai()->mutable_unor()->set_nama("SMPN 2 Contoh Jaya");
  skp.mutable_pegawai()->set_npsn("69900002");
  skp.mutable_pegawai()->set_nama_satuan("SMPN 2 Contoh Jaya");
  return skp;
}

TEST_F(PullerTest, TakesPageAfterPageAndKeepsTheCursor) {
  source_.Answer("", Page({Pulled(MakePmmSkp("p-1"))}, "k1", true));
  source_.Answer("k1", Page({Pulled(AtOtherSchool(MakePmmSkp(), "p-2"))}, "k2"));

  EXPECT_EQ(RunUntilQuiet(), absl::Minutes(1));
  EXPECT_THAT(source_.asked(), ElementsAre("", "k1"));
  EXPECT_EQ(Cursor(), "k2");
  EXPECT_EQ(Held("p-1"), "p-1 v1 r1");
  EXPECT_EQ(Held("p-2"), "p-2 v1 r1");  // the same teacher at another school
  EXPECT_THAT(Fates(), ElementsAre(RecordFate::kAccepted, RecordFate::kAccepted));
  EXPECT_EQ(puller_->state().pages, 2u);
  EXPECT_EQ(puller_->state().records, 2u);

  source_.Answer("k2", Page({}, "k2"));
  Poll();
  EXPECT_THAT(source_.asked(), ElementsAre("", "k1", "k2"));
}

TEST_F(PullerTest, WhatComesAgainChangesNothing) {
  source_.Answer("", Page({Pulled(MakePmmSkp())}, "k1", true));
  source_.Answer("k1", Page({Pulled(MakePmmSkp()), Pulled(MakePmmSkp())}, "k2"));
  RunUntilQuiet();
  EXPECT_EQ(Held("p-1"), "p-1 v1 r1");
  EXPECT_THAT(Fates(),
              ElementsAre(RecordFate::kAccepted, RecordFate::kUnchanged, RecordFate::kUnchanged));
}

TEST_F(PullerTest, VersionsOfOnePageSeeEachOtherInAnyOrder) {
  const v1::Skp first = MakePmmSkp("p-1", 1);
  const v1::Skp second = Confirmed(MakePmmSkp("p-1", 2));
  const v1::Skp third = MakePmmSkp("p-1", 3);
  source_.Answer("", Page({Pulled(first), Pulled(third), Pulled(second), Pulled(third)}, "k1"));
  RunUntilQuiet();
  EXPECT_EQ(Held("p-1"), "p-1 v3 r1");  // the third says what the first said
  EXPECT_THAT(Fates(), ElementsAre(RecordFate::kAccepted, RecordFate::kUnchanged,
                                   RecordFate::kStale, RecordFate::kUnchanged));
}

TEST_F(PullerTest, ACorrectionIsTheNextRevision) {
  source_.Answer(
      "", Page({Pulled(MakePmmSkp("p-1", 1)), Pulled(Confirmed(MakePmmSkp("p-1", 2)))}, "k1"));
  RunUntilQuiet();
  EXPECT_EQ(Held("p-1"), "p-1 v2 r2");
}

TEST_F(PullerTest, OtherContentUnderAKnownVersionIsKeptAside) {
  source_.Answer("", Page({Pulled(MakePmmSkp()), Pulled(Confirmed(MakePmmSkp()))}, "k1"));
  RunUntilQuiet();
  EXPECT_EQ(Held("p-1"), "p-1 v1 r1");
  ASSERT_TRUE(Reject("p-1").has_value());
  EXPECT_THAT(ViolationsOf(*Reject("p-1")),
              ElementsAre(support::HasReason("SOURCE_VERSION_REUSED")));
}

TEST_F(PullerTest, ARefusedRecordIsKeptAsideUntilItIsMended) {
  source_.Answer(
      "", Page({Pulled(Broken(MakePmmSkp("p-1", 1))), Pulled(AtOtherSchool(MakePmmSkp(), "p-2"))},
               "k1"));
  RunUntilQuiet();
  EXPECT_EQ(Held("p-1"), "");
  EXPECT_EQ(Held("p-2"), "p-2 v1 r1");
  ASSERT_TRUE(Reject("p-1").has_value());
  EXPECT_EQ(Reject("p-1")->bytes, "as received");
  EXPECT_EQ(Reject("p-1")->instansi, "9901");
  EXPECT_THAT(ViolationsOf(*Reject("p-1")), ElementsAre(support::HasReason("ATASAN_MISSING")));
  EXPECT_EQ(outcomes_[0].report.fate, RecordFate::kRefused);
  EXPECT_THAT(outcomes_[0].report.reasons, ElementsAre(v1::ERROR_REASON_ATASAN_MISSING));
  EXPECT_EQ(puller_->state().kept_aside, 1u);

  source_.Answer("k1", Page({Pulled(MakePmmSkp("p-1", 2))}, "k2"));
  Poll();
  EXPECT_EQ(Held("p-1"), "p-1 v2 r1");
  EXPECT_FALSE(Reject("p-1").has_value());
}

TEST_F(PullerTest, ARefusalCanBeMendedInTheSamePage) {
  source_.Answer("",
                 Page({Pulled(Broken(MakePmmSkp("p-1", 1))), Pulled(MakePmmSkp("p-1", 2))}, "k1"));
  RunUntilQuiet();
  EXPECT_EQ(Held("p-1"), "p-1 v2 r1");
  EXPECT_FALSE(Reject("p-1").has_value());
}

TEST_F(PullerTest, AnOlderVersionNeitherReplacesNorEndsANewerRefusal) {
  source_.Answer("", Page({Pulled(Broken(MakePmmSkp("p-1", 5)))}, "k1", true));
  source_.Answer("k1",
                 Page({Pulled(Broken(MakePmmSkp("p-1", 4))), Pulled(MakePmmSkp("p-1", 3))}, "k2"));
  RunUntilQuiet();
  EXPECT_EQ(Held("p-1"), "p-1 v3 r1");
  ASSERT_TRUE(Reject("p-1").has_value());
  EXPECT_EQ(Reject("p-1")->version, 5u);
  EXPECT_THAT(Fates(),
              ElementsAre(RecordFate::kRefused, RecordFate::kStale, RecordFate::kAccepted));
}

TEST_F(PullerTest, ABrokenVersionOlderThanTheHeldOneIsStale) {
  source_.Answer("",
                 Page({Pulled(MakePmmSkp("p-1", 2)), Pulled(Broken(MakePmmSkp("p-1", 1)))}, "k1"));
  RunUntilQuiet();
  EXPECT_FALSE(Reject("p-1").has_value());
  EXPECT_THAT(Fates(), ElementsAre(RecordFate::kAccepted, RecordFate::kStale));
}

TEST_F(PullerTest, AnUnknownUnitHoldsTheRecordUntilItIsKnown) {
  v1::Skp skp = MakePmmSkp();
  skp.mutable_pegawai()->mutable_unor()->set_id("UNOR-CJ-7777");
  skp.mutable_pegawai()->mutable_unor()->set_nama("SMPN 77 Contoh Jaya");
  source_.Answer("", Page({Pulled(skp)}, "k1"));
  RunUntilQuiet();
  EXPECT_THAT(Fates(), ElementsAre(RecordFate::kHeld));
  EXPECT_THAT(outcomes_[0].report.reasons, ElementsAre(v1::ERROR_REASON_UNOR_UNKNOWN));
  ASSERT_TRUE(Reject("p-1").has_value());

  skp.mutable_pegawai()->mutable_unor()->set_id("UNOR-CJ-0101");
  source_.Answer("k1", Page({Pulled(skp)}, "k2"));
  Poll();
  EXPECT_EQ(Held("p-1"), "p-1 v1 r1");
  EXPECT_FALSE(Reject("p-1").has_value());
}

TEST_F(PullerTest, TheMappingsWordComesFirstAndTheRulesNameTheRest) {
  PulledRecord pulled = Pulled(Broken(MakePmmSkp()));
  pulled.skp->mutable_pegawai()->clear_nama();
  pulled.violations = {{.field = "pegawai.nama", .reason = v1::ERROR_REASON_FIELD_TYPE},
                       {.field = "perilaku",
                        .reason = v1::ERROR_REASON_PERILAKU_INCOMPLETE,
                        .severity = v1::SEVERITY_WARNING}};
  source_.Answer("", Page({pulled}, "k1"));
  RunUntilQuiet();
  ASSERT_TRUE(Reject("p-1").has_value());
  // Not FIELD_REQUIRED beside FIELD_TYPE: the name could not be read.
  EXPECT_THAT(ViolationsOf(*Reject("p-1")),
              ElementsAre(support::HasReason("FIELD_TYPE"), support::HasReason("ATASAN_MISSING")));
}

TEST_F(PullerTest, AWarningOfTheMappingGoesWithTheRecord) {
  PulledRecord pulled = Pulled(MakePmmSkp());
  pulled.violations = {{.field = "perilaku",
                        .reason = v1::ERROR_REASON_PERILAKU_INCOMPLETE,
                        .severity = v1::SEVERITY_WARNING}};
  source_.Answer("", Page({pulled}, "k1"));
  RunUntilQuiet();
  ASSERT_THAT(outcomes_, SizeIs(1));
  EXPECT_EQ(outcomes_[0].report.fate, RecordFate::kAccepted);
  EXPECT_THAT(outcomes_[0].report.reasons, ElementsAre(v1::ERROR_REASON_PERILAKU_INCOMPLETE));
}

TEST_F(PullerTest, ARecordThatCannotBeReadIsHeldOrStale) {
  const PulledRecord drift = {.source_id = "p-1",
                              .version = 2,
                              .bytes = "{}",
                              .violations = {{.field = "versi",
                                              .reason = v1::ERROR_REASON_SCHEMA_DRIFT,
                                              .severity = v1::SEVERITY_HOLD}}};
  source_.Answer("", Page({drift}, "k1", true));
  source_.Answer("k1", Page({Pulled(MakePmmSkp("p-1", 3)), drift}, "k2"));
  RunUntilQuiet();
  EXPECT_THAT(Fates(), ElementsAre(RecordFate::kHeld, RecordFate::kAccepted, RecordFate::kStale));
  EXPECT_FALSE(Reject("p-1").has_value());
}

TEST_F(PullerTest, AVersionThatCannotBeReadIsNotAnOldOne) {
  PulledRecord pulled = Pulled(MakePmmSkp("p-1", 0));
  pulled.violations = {{.field = "source.version", .reason = v1::ERROR_REASON_FIELD_TYPE}};
  source_.Answer("", Page({Pulled(MakePmmSkp("p-1", 2)), pulled}, "k1"));
  RunUntilQuiet();
  EXPECT_THAT(Fates(), ElementsAre(RecordFate::kAccepted, RecordFate::kRefused));
}

TEST_F(PullerTest, AReplacedRecordThatIsNotThereStopsOnlyItsSuccessor) {
  v1::Skp skp = MakePmmSkp("p-1");
  skp.set_menggantikan("p-0");
  source_.Answer("", Page({Pulled(skp), Pulled(AtOtherSchool(MakePmmSkp(), "p-2"))}, "k1"));
  RunUntilQuiet();
  EXPECT_THAT(Fates(), ElementsAre(RecordFate::kRefused, RecordFate::kAccepted));
  EXPECT_THAT(ViolationsOf(*Reject("p-1")), ElementsAre(support::HasReason("SKP_NOT_FOUND")));
}

TEST_F(PullerTest, ARotationReplacesTheRecordOfThePageBeforeIt) {
  v1::Skp successor = AtOtherSchool(MakePmmSkp(), "p-2");
  successor.set_menggantikan("p-1");
  source_.Answer("", Page({Pulled(MakePmmSkp("p-1")), Pulled(successor)}, "k1"));
  RunUntilQuiet();
  EXPECT_EQ(Held("p-1"), "p-1 v1 r2");  // DIGANTI
  EXPECT_EQ(Held("p-2"), "p-2 v1 r1");
}

TEST_F(PullerTest, AForgottenCursorBeginsAgain) {
  source_.Answer("", Page({Pulled(MakePmmSkp())}, "k1"));
  RunUntilQuiet();
  source_.Answer("k1", {.restart = true});
  source_.Answer("", Page({Pulled(MakePmmSkp())}, "k7"));
  Poll();
  EXPECT_THAT(source_.asked(), ElementsAre("", "k1", ""));
  EXPECT_EQ(Cursor(), "k7");
  EXPECT_EQ(Held("p-1"), "p-1 v1 r1");
  EXPECT_THAT(Fates(), ElementsAre(RecordFate::kAccepted, RecordFate::kUnchanged));
}

TEST_F(PullerTest, AnObstacleKeepsTheCursorAndWaitsLongerEachTime) {
  source_.Answer("", Page({}, "k1"));
  RunUntilQuiet();
  clock_.Advance(absl::Minutes(1));
  std::vector<absl::Duration> waits;
  for (int i = 0; i < 4; ++i) {
    source_.Answer("k1",
                   {.obstacle = adapter::TargetTrouble("pmm", adapter::Verdict::kRetryLater)});
    waits.push_back(RunUntilQuiet());
    clock_.Advance(waits.back());
  }
  EXPECT_THAT(waits,
              ElementsAre(absl::Seconds(2), absl::Seconds(4), absl::Seconds(8), absl::Seconds(16)));
  EXPECT_EQ(Cursor(), "k1");
  EXPECT_EQ(puller_->state().failures, 4u);
  EXPECT_EQ(puller_->state().obstacle->reason, v1::ERROR_REASON_TARGET_UNAVAILABLE);

  RunUntilQuiet();
  EXPECT_EQ(puller_->state().failures, 0u);
  EXPECT_FALSE(puller_->state().obstacle.has_value());
}

TEST_F(PullerTest, WaitsAsLongAsThePeerAsksForWithinReason) {
  adapter::Outcome throttled = adapter::TargetTrouble("pmm", adapter::Verdict::kRetryLater);
  throttled.after = absl::Minutes(5);
  source_.Answer("", {.obstacle = throttled});
  EXPECT_EQ(RunUntilQuiet(), absl::Minutes(5));
  clock_.Advance(absl::Minutes(5));
  throttled.after = absl::Hours(9000);
  source_.Answer("", {.obstacle = throttled});
  EXPECT_EQ(RunUntilQuiet(), absl::Hours(1));
}

TEST_F(PullerTest, AClockThatWasSetBackDelaysNothing) {
  RunUntilQuiet();
  for (const absl::Duration back : {absl::Hours(24), absl::Minutes(10)}) {
    const size_t before = source_.asked().size();
    clock_.Advance(-back);
    EXPECT_EQ(RunUntilQuiet(), absl::Minutes(1));
    EXPECT_THAT(source_.asked(), SizeIs(before + 1));
  }
}

TEST_F(PullerTest, WhenOneRecordCannotBeWrittenNothingOfThePageIs) {
  bool fail = true;
  add_writes_ = [&fail](const store::View&, const FeedOutcome& outcome, store::Writes*) {
    const bool broken = fail && outcome.report.source_id == "p-2";
    return broken ? absl::UnavailableError("the disk") : absl::OkStatus();
  };
  for (int i = 0; i < 2; ++i) {
    source_.Answer(
        "", Page({Pulled(MakePmmSkp("p-1")), Pulled(AtOtherSchool(MakePmmSkp(), "p-2"))}, "k1"));
  }
  EXPECT_EQ(RunUntilQuiet(), absl::Seconds(2));
  EXPECT_EQ(Cursor(), std::nullopt);
  EXPECT_EQ(Held("p-1"), "");
  EXPECT_THAT(outcomes_, IsEmpty());
  EXPECT_THAT(puller_->state().store, support::StatusIs(absl::StatusCode::kUnavailable));

  fail = false;
  clock_.Advance(absl::Seconds(2));
  RunUntilQuiet();
  EXPECT_EQ(Cursor(), "k1");
  EXPECT_EQ(Held("p-1"), "p-1 v1 r1");
  EXPECT_EQ(Held("p-2"), "p-2 v1 r1");
}

TEST_F(PullerTest, WhatTheOriginIsOwedIsWrittenWithThePage) {
  add_writes_ = [](const store::View&, const FeedOutcome& outcome, store::Writes* writes) {
    writes->rejects.push_back({.system = "owed", .id = outcome.report.source_id});
    return absl::OkStatus();
  };
  source_.Answer("", Page({Pulled(MakePmmSkp())}, "k1"));
  RunUntilQuiet();
  Look([](const store::View& view) {
    EXPECT_TRUE(view.FindReject("owed", "p-1").value().has_value());
  });
}

TEST_F(PullerTest, GoesOnAfterARestartWhereItStopped) {
  source_.Answer("", Page({Pulled(MakePmmSkp())}, "k1"));
  RunUntilQuiet();
  StartPuller();
  source_.Answer("k1", Page({Pulled(AtOtherSchool(MakePmmSkp(), "p-2"))}, "k2"));
  RunUntilQuiet();
  EXPECT_THAT(source_.asked(), ElementsAre("", "k1"));
  EXPECT_EQ(Held("p-2"), "p-2 v1 r1");
}

TEST_F(PullerTest, APageLargerThanTheStoresQueueIsOneItem) {
  std::vector<PulledRecord> records;
  for (uint64_t version = 1; version <= 300; ++version) {
    const v1::Skp skp = MakePmmSkp("p-1", version);
    records.push_back(Pulled(version % 2 == 0 ? Confirmed(skp) : skp));
  }
  source_.Answer("", Page(std::move(records), "k1"));
  RunUntilQuiet();
  EXPECT_EQ(Held("p-1"), "p-1 v300 r300");
}

TEST_F(PullerTest, StopCancelsWhatIsUnderWayAndWaitsForIt) {
  source_.HoldNext();
  std::optional<fakes::FakeSource::HeldPull> held;
  while (!held) {
    if (puller_->Tick() == absl::InfiniteDuration()) held = source_.TakeHeld();
    if (!held) woken_.acquire();
  }
  std::atomic<bool> stopped = false;
  std::jthread stop([&] {
    puller_->Stop();
    stopped = true;
  });
  while (!held->call.cancellation.cancelled()) std::this_thread::yield();
  EXPECT_FALSE(stopped);
  held->done({.obstacle = adapter::TargetTrouble("pmm", adapter::Verdict::kRetryLater)});
  stop.join();
  EXPECT_FALSE(puller_->state().under_way);
  EXPECT_EQ(puller_->Tick(), absl::InfiniteDuration());
}

}  // namespace
}  // namespace kinerja::ingest
