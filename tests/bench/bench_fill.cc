// Fills a store with accepted records through the Store interface, many to a transaction, for
// measurements on a store that is not empty. Prints the name of the last one.
//
//   bench_fill --store store.db --records 1000000
//   bench_fill --store store.db --records 3000 --evaluated --target bkn
#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/check.h"
#include "gateway/base/status_macros.h"
#include "gateway/ingest/body_codec.h"
#include "gateway/ingest/record_keys.h"
#include "gateway/resource/skp_name.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "tests/bench/requests.h"

namespace kinerja::bench {
namespace {

constexpr uint64_t kRecordsAnItem = 500;
constexpr std::ptrdiff_t kItemsUnderWay = 4;

// What a first revision of each record writes; the answer is the name of the last one.
absl::StatusOr<store::Writes> Append(const store::View& view, std::vector<v1::Skp> records,
                                     const std::vector<std::string>& targets) {
  store::Writes writes;
  for (v1::Skp& skp : records) {
    KJ_ASSIGN_OR_RETURN(const store::SkpId id, view.NewSkpId());
    skp.set_name(resource::FormatSkpName(skp.pegawai().instansi().kode_bkn(), id));
    skp.set_revision(1);
    writes.revisions.push_back({.skp = id,
                                .revision = 1,
                                .person = ingest::PersonKey(skp.pegawai()),
                                .keys = ingest::KeysOf(skp),
                                .targets = targets,
                                .body = ingest::SealBody(skp)});
    writes.sources.push_back(
        {skp.source().system(), skp.source().id(), id, skp.source().version()});
  }
  writes.answer = records.back().name();
  return writes;
}

struct Content {
  uint64_t records = 0;
  bool evaluated = false;
  std::vector<std::string> targets = {"bkn", "ekinerja", "pemda"};  // sorted
};

std::string Fill(store::Store* store, const Requests& requests, const Content& content) {
  std::counting_semaphore<> free(kItemsUnderWay);
  std::string last;
  for (uint64_t n = 0; n < content.records;) {
    std::vector<v1::Skp> records;
    for (; n < content.records && records.size() < kRecordsAnItem; ++n) {
      records.push_back(content.evaluated ? requests.Evaluated(n) : requests.Record(n));
    }
    free.acquire();
    store->Write([records, &content](
                     const store::View& view) { return Append(view, records, content.targets); },
                 [&](absl::StatusOr<store::Committed> committed) {
                   KJ_CHECK(committed.ok());
                   last = committed->answer;  // by the writer's thread only
                   free.release();
                 });
  }
  for (std::ptrdiff_t i = 0; i < kItemsUnderWay; ++i) free.acquire();
  return last;
}

}  // namespace
}  // namespace kinerja::bench

int main(int argc, char** argv) {
  CLI::App app("bench_fill: fills a store with invented records.");
  std::string path;
  std::string reference = "config/reference";
  kinerja::bench::Content content;
  app.add_option("--store", path, "The database file")->required();
  app.add_option("--reference", reference, "Folder of the reference tables");
  app.add_option("--records", content.records)->required()->check(CLI::PositiveNumber);
  app.add_flag("--evaluated", content.evaluated, "With the year's result");
  app.add_option("--target", content.targets, "Owed to these, sorted");
  CLI11_PARSE(app, argc, argv);

  const kinerja::bench::Requests requests(reference);
  auto store = kinerja::store::sqlite::SqliteStore::Open({.path = path});
  if (!store.ok()) {
    std::fprintf(stderr, "bench_fill: %s\n", store.status().ToString().c_str());
    return 1;
  }
  const std::string last = kinerja::bench::Fill(store->get(), requests, content);
  (*store)->Close();
  std::printf("%s\n", last.c_str());
  return 0;
}
