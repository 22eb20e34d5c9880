// The delivery engine against a SQLite store on disk and a peer in this process that counts.
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gateway/delivery/dispatcher.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_peer.h"
#include "tests/support/builders.h"

namespace kinerja::delivery {
namespace {

using fakes::Fault;
using store::DeliveryState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr char kTarget[] = "fake";

class DeliveryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/kinerja-delivery-XXXXXX";
    folder_ = mkdtemp(name.data());
    adapter_ = std::make_unique<fakes::FakeAdapter>(&peer_);
    Open();
  }

  void TearDown() override {
    Close();
    EXPECT_THAT(peer_.violations(), IsEmpty());
    std::filesystem::remove_all(folder_);
  }

  void Open() {
    auto opened = store::sqlite::SqliteStore::Open({.path = folder_ + "/store.db"});
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    TargetSettings target;
    target.rules.id = kTarget;
    target.rules.can_remove = adapter_->Describe().can_remove;
    target.rules.idempotent = adapter_->Describe().idempotent;
    target.rules.settle_time = settle_time_;
    target.rules.max_looks = 3;
    target.rules.backoff = {absl::Milliseconds(20), absl::Milliseconds(100)};
    target.adapter = adapter_.get();
    target.call_timeout = absl::Milliseconds(200);
    Dispatcher::Options options;
    options.store = store_.get();
    options.clock = &base::SystemClock();
    options.reference = support::MakeReference();
    options.targets = {target};
    options.open_body = [](const store::SealedBody& body) -> absl::StatusOr<v1::Skp> {
      v1::Skp skp;
      if (!skp.ParseFromString(body.bytes)) return absl::DataLossError("body");
      return skp;
    };
    options.name_of = [](const store::Head& head) { return absl::StrCat("skp-", head.skp); };
    options.deadline_of = [](const store::FilterKeys&, absl::Time) { return int64_t{0}; };
    options.process = absl::StrCat("process-", ++opened_);
    dispatcher_ = std::make_unique<Dispatcher>(std::move(options));
    store_->OnCommit([this](store::ChangeNumber) { dispatcher_->NoteCommit(); });
    const absl::Status begun = dispatcher_->Begin();
    ASSERT_TRUE(begun.ok()) << begun;
  }

  void Close() {
    if (store_ == nullptr) return;
    dispatcher_->Stop(absl::Seconds(1));
    store_->Close();
    dispatcher_.reset();
    store_.reset();
  }

  // Stores a revision as ingest would; the first one gets an id.
  store::SkpId Accept(const v1::Skp& skp, store::SkpId id = 0,
                      std::vector<std::string> targets = {kTarget}) {
    std::promise<absl::Status> promise;
    store_->Write(
        [&](const store::View& view) -> absl::StatusOr<store::Writes> {
          store::NewRevision revision;
          if (id == 0) id = *view.NewSkpId();
          const auto head = view.FindHead(id);
          revision.skp = id;
          revision.revision = head->has_value() ? (*head)->revision + 1 : 1;
          revision.person = "nip:" + skp.pegawai().nip();
          revision.keys.instansi = "9901";
          revision.keys.wilayah = "32.01";
          revision.keys.tahun = skp.periode().tahun();
          revision.targets = targets;
          revision.body = {1, "salt", "hash", skp.SerializeAsString()};
          store::Writes writes;
          writes.revisions.push_back(std::move(revision));
          return writes;
        },
        [&promise](const absl::StatusOr<store::Committed>& committed) {
          promise.set_value(committed.status());
        });
    const absl::Status status = promise.get_future().get();
    EXPECT_TRUE(status.ok()) << status;
    return id;
  }

  template <typename T>
  T Read(const std::function<T(const store::View&)>& read) {
    std::promise<T> promise;
    EXPECT_TRUE(store_->Read([&](const store::View& view) { promise.set_value(read(view)); }).ok());
    return promise.get_future().get();
  }

  store::DeliveryRow RowOf(store::SkpId skp) {
    return Read<store::DeliveryRow>([skp](const store::View& view) {
      return view.FindDeliveryOf(kTarget, skp, store::DeliveryKind::kRecord)
          ->value_or(store::DeliveryRow());
    });
  }

  std::vector<store::AttemptRow> AttemptsOf(store::SkpId skp) {
    const store::DeliveryId id = RowOf(skp).id;
    return Read<std::vector<store::AttemptRow>>(
        [id](const store::View& view) { return *view.ListAttempts(id); });
  }

  // Waits for the state, not for a time.
  void WaitFor(store::SkpId skp, DeliveryState state, uint64_t revision = 0) {
    for (int i = 0; i < 4000; ++i) {
      const store::DeliveryRow row = RowOf(skp);
      if (row.state == state && row.claim.empty() && !row.ready &&
          (revision == 0 || row.delivered_revision == revision)) {
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    const store::DeliveryRow row = RowOf(skp);
    std::string attempts;
    for (const store::AttemptRow& attempt : AttemptsOf(skp)) {
      absl::StrAppend(&attempts, " ", attempt.step, ":", attempt.outcome);
    }
    FAIL() << "state " << static_cast<int>(row.state) << ", ready " << row.ready << ", due "
           << row.due.has_value() << ", claim '" << row.claim << "', waits " << row.waits.size()
           << ", parts " << row.parts.size() << ", attempts" << attempts;
  }

  static v1::Skp Evaluated(v1::Predikat predikat = v1::PREDIKAT_BAIK) {
    v1::Skp skp = support::MakeEvaluatedSkp();
    for (v1::Evaluasi& evaluasi : *skp.mutable_evaluasi()) {
      evaluasi.set_predikat_dilaporkan(predikat);
    }
    return skp;
  }

  std::string folder_;
  absl::Duration settle_time_ = absl::Milliseconds(50);
  int opened_ = 0;
  fakes::FakePeer peer_;
  std::unique_ptr<fakes::FakeAdapter> adapter_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Dispatcher> dispatcher_;
};

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
