#include "tests/contract/store_contract_test.h"

#include <future>
#include <utility>

#include "absl/strings/str_cat.h"

namespace kinerja::store {

FilterKeys MakeKeys() {
  FilterKeys keys;
  keys.instansi = "7201";
  keys.wilayah = "32.01";
  keys.unor = "UNOR-1";
  keys.npsn = "20219876";
  keys.mulai = "2026-01-01";
  keys.selesai = "2026-12-31";
  keys.tahun = 2026;
  keys.jenis_periode = 1;
  keys.regime = 3;
  keys.status = 2;
  keys.kelengkapan = 1;
  keys.status_kepegawaian = 4;
  return keys;
}

NewRevision MakeRevision(SkpId skp, uint64_t revision) {
  NewRevision made;
  made.skp = skp;
  made.revision = revision;
  made.person = absl::StrCat("nip:", skp);
  made.keys = MakeKeys();
  made.targets = {"bkn", "ekinerja"};
  made.body = {7, "salt", "hash", absl::StrCat("body of ", skp, " r", revision, std::string(1, 0))};
  return made;
}

ConflictRow MakeConflict(SkpId skp, std::string path) {
  return {.skp = skp,
          .instansi = "7201",
          .path = std::move(path),
          .reason = "OWNER_DIFFERS",
          .stored = "\"a\"",
          .offered = "\"b\"",
          .offered_by = "pmm"};
}

void StoreContractTest::SetUp() {
  backend_ = GetParam().make();
  Reopen();
}

void StoreContractTest::Reopen() {
  for (const auto& store : stores_) store->Close();
  stores_.clear();
  for (size_t i = 0; i < GetParam().writers; ++i) {
    absl::StatusOr<std::unique_ptr<Store>> opened = backend_->Open(settings_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    stores_.push_back(*std::move(opened));
  }
}

absl::StatusOr<Committed> StoreContractTest::Commit(Store& store, Decide decide) {
  std::promise<absl::StatusOr<Committed>> promise;
  store.Write(std::move(decide), [&promise](absl::StatusOr<Committed> committed) {
    promise.set_value(std::move(committed));
  });
  return promise.get_future().get();
}

absl::StatusOr<Committed> StoreContractTest::CommitWrites(Writes writes) {
  return Commit([&writes](const View&) { return writes; });
}

Head StoreContractTest::AddRecord(const std::function<void(NewRevision&)>& change) {
  SkpId skp = 0;
  const absl::StatusOr<Committed> committed =
      Commit([&](const View& view) -> absl::StatusOr<Writes> {
        skp = Get(view.NewSkpId());
        Writes writes;
        writes.revisions.push_back(MakeRevision(skp));
        if (change) change(writes.revisions.back());
        return writes;
      });
  EXPECT_TRUE(committed.ok()) << committed.status();
  return HeadOf(skp);
}

Head StoreContractTest::AddRevision(const Head& head,
                                    const std::function<void(NewRevision&)>& change) {
  Writes writes;
  writes.revisions.push_back(MakeRevision(head.skp, head.revision + 1));
  if (change) change(writes.revisions.back());
  const absl::StatusOr<Committed> committed = CommitWrites(writes);
  EXPECT_TRUE(committed.ok()) << committed.status();
  return HeadOf(head.skp);
}

void StoreContractTest::Look(const std::function<void(const View&)>& look) {
  std::promise<void> looked;
  const absl::Status status = store().Read([&](const View& view) {
    look(view);
    looked.set_value();
  });
  ASSERT_TRUE(status.ok()) << status;
  looked.get_future().wait();
}

Head StoreContractTest::HeadOf(SkpId skp) {
  std::optional<Head> head;
  Look([&](const View& view) { head = Get(view.FindHead(skp)); });
  EXPECT_TRUE(head.has_value());
  return head.value_or(Head());
}

std::vector<DeliveryId> StoreContractTest::PutDeliveries(std::vector<DeliveryRow> rows) {
  Writes writes;
  writes.deliveries = std::move(rows);
  const absl::StatusOr<Committed> committed = CommitWrites(std::move(writes));
  EXPECT_TRUE(committed.ok()) << committed.status();
  return committed.ok() ? committed->deliveries : std::vector<DeliveryId>();
}

DeliveryRow StoreContractTest::DeliveryOf(DeliveryId id) {
  std::optional<DeliveryRow> row;
  Look([&](const View& view) { row = Get(view.FindDelivery(id)); });
  EXPECT_TRUE(row.has_value()) << id;
  return row.value_or(DeliveryRow());
}

}  // namespace kinerja::store
