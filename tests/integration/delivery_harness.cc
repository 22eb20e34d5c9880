#include "tests/integration/delivery_harness.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "tests/support/builders.h"

namespace kinerja::delivery {

void DeliveryHarness::SetUp() {
  std::string name = testing::TempDir() + "/kinerja-delivery-XXXXXX";
  folder_ = mkdtemp(name.data());
  adapter_ = std::make_unique<fakes::FakeAdapter>(&peer_);
  Open();
}

void DeliveryHarness::TearDown() {
  Close();
  EXPECT_THAT(peer_.violations(), testing::IsEmpty());
  std::filesystem::remove_all(folder_);
}

void DeliveryHarness::Open() {
  auto opened = store::sqlite::SqliteStore::Open({.path = folder_ + "/store.db"});
  ASSERT_TRUE(opened.ok()) << opened.status();
  store_ = *std::move(opened);
  TargetSettings settings;
  settings.rules.id = kTarget;
  settings.rules.can_remove = target().Describe().can_remove;
  settings.rules.idempotent = target().Describe().idempotent;
  settings.rules.settle_time = settle_time_;
  settings.rules.max_looks = max_looks_;
  settings.rules.backoff = {absl::Milliseconds(20), absl::Milliseconds(100)};
  settings.adapter = &target();
  settings.call_timeout = call_timeout_;
  Dispatcher::Options options;
  options.store = store_.get();
  options.clock = &base::SystemClock();
  options.reference = support::MakeReference();
  options.targets = {settings};
  options.open_body = OpenBody;
  options.name_of = [](const store::Head& head) { return absl::StrCat("skp-", head.skp); };
  options.deadline_of = [](const store::FilterKeys&, absl::Time) { return int64_t{0}; };
  options.process = absl::StrCat("process-", ++opened_);
  dispatcher_ = std::make_unique<Dispatcher>(std::move(options));
  store_->OnCommit([this](store::ChangeNumber) { dispatcher_->NoteCommit(); });
  const absl::Status begun = dispatcher_->Begin();
  ASSERT_TRUE(begun.ok()) << begun;
}

void DeliveryHarness::Close() {
  if (store_ == nullptr) return;
  dispatcher_->Stop(absl::Seconds(1));
  store_->Close();
  dispatcher_.reset();
  store_.reset();
}

void DeliveryHarness::Write(store::Decide decide) {
  std::promise<absl::Status> promise;
  store_->Write(std::move(decide), [&promise](const absl::StatusOr<store::Committed>& committed) {
    promise.set_value(committed.status());
  });
  const absl::Status status = promise.get_future().get();
  EXPECT_TRUE(status.ok()) << status;
}

store::SkpId DeliveryHarness::Accept(v1::Skp skp, store::SkpId id,
                                     const std::vector<std::string>& targets) {
  Write([&](const store::View& view) -> absl::StatusOr<store::Writes> {
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
    skp.set_name(absl::StrCat("skp-", id));
    skp.set_revision(revision.revision);
    revision.body = {1, "salt", "hash", skp.SerializeAsString()};
    store::Writes writes;
    writes.revisions.push_back(std::move(revision));
    return writes;
  });
  return id;
}

store::DeliveryRow DeliveryHarness::RowOf(store::SkpId skp) {
  return Read<store::DeliveryRow>([skp](const store::View& view) {
    return view.FindDeliveryOf(kTarget, skp, store::DeliveryKind::kRecord)
        ->value_or(store::DeliveryRow());
  });
}

std::vector<store::AttemptRow> DeliveryHarness::AttemptsOf(store::SkpId skp) {
  const store::DeliveryId id = RowOf(skp).id;
  return Read<std::vector<store::AttemptRow>>(
      [id](const store::View& view) { return *view.ListAttempts(id); });
}

bool DeliveryHarness::WaitUntil(const std::function<bool()>& is_so) {
  for (int i = 0; i < 6000; ++i) {
    if (is_so()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

void DeliveryHarness::WaitFor(store::SkpId skp, store::DeliveryState state, uint64_t revision) {
  const bool came = WaitUntil([&] {
    const store::DeliveryRow row = RowOf(skp);
    return row.state == state && row.claim.empty() && !row.ready &&
           (revision == 0 || row.delivered_revision == revision);
  });
  if (came) return;
  const store::DeliveryRow row = RowOf(skp);
  std::string attempts;
  for (const store::AttemptRow& attempt : AttemptsOf(skp)) {
    absl::StrAppend(&attempts, " ", attempt.step, ":", attempt.outcome);
  }
  FAIL() << "state " << static_cast<int>(row.state) << ", ready " << row.ready << ", due "
         << row.due.has_value() << ", claim '" << row.claim << "', waits " << row.waits.size()
         << ", parts " << row.parts.size() << ", attempts" << attempts;
}

v1::Skp DeliveryHarness::Evaluated(v1::Predikat predikat) {
  v1::Skp skp = support::MakeEvaluatedSkp();
  for (v1::Evaluasi& evaluasi : *skp.mutable_evaluasi()) {
    evaluasi.set_predikat_dilaporkan(predikat);
  }
  return skp;
}

v1::Skp DeliveryHarness::EvaluatedOf(int person, v1::Predikat predikat) {
  v1::Skp skp = Evaluated(predikat);
  skp.mutable_pegawai()->set_nip(absl::StrCat("19900501201504", 2000 + person));
  return skp;
}

absl::StatusOr<v1::Skp> DeliveryHarness::OpenBody(const store::SealedBody& body) {
  v1::Skp skp;
  if (!skp.ParseFromString(body.bytes)) return absl::DataLossError("body");
  return skp;
}

}  // namespace kinerja::delivery
