// 500 targets, 10 of them hung: the dispatcher on a SQLite store with adapters in this process that
// answer at once, but for ten that never answer. Floor: the same 490 without the ten.
//
//   bench_targets FOLDER PAIRS RECORDS
// prints one line a pair: deliveries a second of the floor, ours, and the p99 of both in ms (from
// the begin of the run to the delivery, the last percent of the records left out).
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/check.h"
#include "gateway/base/mutex.h"
#include "gateway/delivery/dispatcher.h"
#include "gateway/store/sqlite/sqlite_store.h"

namespace kinerja::bench {
namespace {

constexpr int kTargets = 500;
constexpr int kHung = 10;

// Answers at once, or never.
class BenchAdapter final : public adapter::Adapter {
 public:
  explicit BenchAdapter(bool hung) : hung_(hung) {
    manifest_.kind = "bench";
    manifest_.part_kinds = {"record"};
  }
  const adapter::Manifest& Describe() const override { return manifest_; }
  void Prepare(const adapter::Call&, const v1::Skp&,
               std::function<void(adapter::PrepareAnswer)> done) override {
    done({});
  }
  std::vector<adapter::PlannedPart> Plan(const adapter::PlanInput& input) const override {
    adapter::PlannedPart part;
    part.key = "record";
    part.kind = "record";
    part.effect_key = input.skp->source().id();
    part.payload.bytes = input.skp->source().id();
    return {part};
  }
  void Deliver(const adapter::Call&, std::vector<adapter::Item> items,
               std::function<void(std::vector<adapter::Outcome>)> done) override {
    if (!hung_) done(std::vector<adapter::Outcome>(items.size(), adapter::Delivered("1")));
  }
  void Lookup(const adapter::Call&, adapter::Item,
              std::function<void(adapter::LookupAnswer)> done) override {
    if (!hung_) done({.verdict = adapter::LookupVerdict::kHolds, .target_id = "1"});
  }
  void Check(const adapter::Call&,
             std::function<void(std::vector<adapter::Finding>)> done) override {
    done({});
  }

 private:
  const bool hung_;
  adapter::Manifest manifest_;
};

std::string TargetName(int i) { return absl::StrCat("t-", i); }

// Record i is owed to one target; those of hung ones come on top.
void Fill(store::Store* store, int records, bool with_hung) {
  constexpr int kBatch = 100;
  for (int begin = 0; begin < records; begin += kBatch) {
    std::promise<void> done;
    store->Write(
        [&](const store::View& view) -> absl::StatusOr<store::Writes> {
          store::Writes writes;
          for (int i = begin; i < std::min(begin + kBatch, records); ++i) {
            const int target = i % kTargets;
            if (target < kHung && !with_hung) continue;
            v1::Skp skp;
            skp.mutable_source()->set_id(absl::StrCat("r-", i));
            store::NewRevision revision;
            revision.skp = *view.NewSkpId();
            revision.revision = 1;
            revision.person = absl::StrCat("nip:", i);
            revision.keys.instansi = "9901";
            revision.keys.wilayah = absl::StrCat("99.", target % 30);
            revision.targets = {TargetName(target)};
            revision.body = {1, "s", "h", skp.SerializeAsString()};
            writes.revisions.push_back(std::move(revision));
          }
          return writes;
        },
        [&done](const absl::StatusOr<store::Committed>& committed) {
          KJ_CHECK(committed.ok());
          done.set_value();
        });
    done.get_future().wait();
  }
}

struct Figures {
  double rate = 0;
  double p99_ms = 0;
};

delivery::Dispatcher::Options OptionsFor(
    store::Store* store, const std::vector<std::unique_ptr<BenchAdapter>>& adapters) {
  delivery::Dispatcher::Options options;
  options.store = store;
  options.clock = &base::SystemClock();
  options.reference = *reference::Snapshot::Parse(
      "kode_bkn\tinstansi_id\tnama\tjenis\tkode_wilayah\n",
      "id\tid_lokal\tnama\tinduk_id\tkode_instansi\tnpsn\tbentuk\taktif\n");
  for (int i = 0; i < kTargets; ++i) {
    delivery::TargetSettings target;
    target.rules.id = TargetName(i);
    target.rules.settle_time = absl::Seconds(30);
    target.adapter = adapters[static_cast<size_t>(i)].get();
    target.call_timeout = absl::Seconds(60);
    options.targets.push_back(std::move(target));
  }
  options.open_body = [](const store::SealedBody& body) -> absl::StatusOr<v1::Skp> {
    v1::Skp skp;
    if (!skp.ParseFromString(body.bytes)) return absl::DataLossError("body");
    return skp;
  };
  options.name_of = [](const store::Head&) { return std::string(); };
  options.deadline_of = [](const store::FilterKeys&, absl::Time) { return int64_t{0}; };
  options.process = "bench";
  return options;
}

// When each delivery of a healthy target was made, in ms since `begin`.
std::vector<double> DeliveredMs(store::Store* store, absl::Time begin) {
  std::promise<std::vector<double>> promise;
  KJ_CHECK(store
               ->Read([&](const store::View& view) {
                 std::vector<double> times;
                 (void)view.ScanDeliveries({}, SIZE_MAX, [&](const store::DeliveryRow& row) {
                   if (row.state == store::DeliveryState::kDelivered) {
                     times.push_back(absl::ToDoubleMilliseconds(row.delivered_at - begin));
                   }
                   return true;
                 });
                 promise.set_value(std::move(times));
               })
               .ok());
  return promise.get_future().get();
}

Figures Run(const std::string& folder, int records, bool with_hung) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  auto opened = store::sqlite::SqliteStore::Open({.path = folder + "/store.db"});
  KJ_CHECK(opened.ok());
  const std::unique_ptr<store::Store> store = *std::move(opened);
  std::vector<std::unique_ptr<BenchAdapter>> adapters;
  for (int i = 0; i < kTargets; ++i) {
    adapters.push_back(std::make_unique<BenchAdapter>(with_hung && i < kHung));
  }
  Fill(store.get(), records, with_hung);
  delivery::Dispatcher dispatcher(OptionsFor(store.get(), adapters));
  const size_t healthy = static_cast<size_t>(records / kTargets * (kTargets - kHung));
  const absl::Time begin = absl::Now();
  KJ_CHECK(dispatcher.Begin().ok());
  std::vector<double> times;
  while (times.size() < healthy) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    uint64_t delivered = 0;
    for (int i = 0; i < kTargets; ++i) {
      if (const auto health = dispatcher.HealthOf(TargetName(i))) delivered += health->delivered;
    }
    if (delivered >= healthy) times = DeliveredMs(store.get(), begin);
  }
  dispatcher.Stop(absl::ZeroDuration());
  store->Close();
  std::sort(times.begin(), times.end());
  Figures figures;
  figures.p99_ms = times[times.size() * 99 / 100];
  figures.rate = static_cast<double>(times.size()) / times.back() * 1000;
  return figures;
}

}  // namespace
}  // namespace kinerja::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: bench_targets FOLDER PAIRS RECORDS\n", stderr);
    return 2;
  }
  const int records = std::atoi(argv[3]);
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    const bool floor_first = i % 2 == 0;
    kinerja::bench::Figures floor;
    kinerja::bench::Figures ours;
    if (floor_first) floor = kinerja::bench::Run(argv[1], records, false);
    ours = kinerja::bench::Run(argv[1], records, true);
    if (!floor_first) floor = kinerja::bench::Run(argv[1], records, false);
    std::printf("%.0f %.0f %.0f %.0f\n", floor.rate, ours.rate, floor.p99_ms, ours.p99_ms);
    std::fflush(stdout);
  }
}
