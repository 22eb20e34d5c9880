// What decided the storage layout: one item at a time through the writer's own code, in groups, on
// a file that holds records already, with one thing changed at a time. Not part of ctest.
//
//   store_layout_bench [--records N] [--items N] [--group N] [--dir D] [name part of variants]
//
// Prints for each variant items a second, bytes in the log and in the file per item, and the
// slowest hundredth of the groups. Absolute figures mean little; compare rows of one run. The
// gateway's own benchmarks against floors are elsewhere in this folder.
#include <sys/resource.h>
#include <unistd.h>
#include <zdict.h>
#include <zstd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gateway/base/check.h"
#include "gateway/base/clock.h"
#include "gateway/store/sqlite/checkpointer.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/item_writer.h"
#include "gateway/store/sqlite/migrations.h"
#include "gateway/store/sqlite/sqlite_view.h"

namespace kinerja::bench {
namespace {

using store::NewRevision;
using store::Writes;
using store::sqlite::Blob;
using store::sqlite::Checkpointer;
using store::sqlite::Database;
using store::sqlite::ItemWriter;
using store::sqlite::PreparedStatement;
using store::sqlite::SqliteView;
using store::sqlite::Statement;
using store::sqlite::Transaction;
using Clock = std::chrono::steady_clock;

struct Settings {
  uint64_t records = 100'000;
  uint64_t items = 20'000;
  uint64_t group = 32;
  uint64_t rounds = 3;
  std::string folder = "/tmp";
  std::vector<std::string> only;  // parts of names; empty: all
};

struct Variant {
  const char* name;
  const char* sql = "";         // run once on the empty store
  const char* extra = nullptr;  // run for each item: ?1 record, ?2 change, ?3 body
  int extra_times = 1;          // as often; the round is ?4
  int page_bytes = 4096;
  int checkpoint_pages = 8000;
  int zstd_level = 0;  // 0: stored as it is
  bool zstd_dictionary = false;
  bool one_row = false;         // the floor: nothing but one row with as many indexes
  unsigned edits_percent = 20;  // of the items; the rest are new records
};

constexpr Variant kVariants[] = {
    {.name = "floor: one row, 4 indexes",
     .sql = "CREATE TABLE one(number INTEGER PRIMARY KEY, person TEXT, instansi TEXT, source TEXT,"
            " request TEXT, body BLOB); CREATE INDEX one_person ON one(person);"
            "CREATE INDEX one_instansi ON one(instansi, number);"
            "CREATE INDEX one_source ON one(source); CREATE INDEX one_request ON one(request)",
     .one_row = true},
    {.name = "the layout, a fifth edits"},
    {.name = "new records only", .edits_percent = 0},
    {.name = "edits only", .edits_percent = 100},
    {.name = "edits only, no index skp_change",
     .sql = "DROP INDEX skp_change",
     .edits_percent = 100},
    {.name = "no index skp_change", .sql = "DROP INDEX skp_change"},
    {.name = "no index source_skp", .sql = "DROP INDEX source_skp"},
    {.name = "index change(skp, revision) beside the chain",
     .sql = "CREATE INDEX change_skp ON change(skp, revision)"},
    {.name = "body also in a row of the head",
     .sql = "CREATE TABLE head_body(skp INTEGER PRIMARY KEY, body BLOB)",
     .extra = "INSERT INTO head_body VALUES(?1, ?3) ON CONFLICT(skp) DO UPDATE SET body = ?3"
              " WHERE ?2 > 0 AND ?4 >= 0"},
    {.name = "three delivery rows at once",
     .sql = "CREATE TABLE delivery(target TEXT, skp INTEGER, change INTEGER, state INTEGER,"
            " due INTEGER, PRIMARY KEY(target, skp)) WITHOUT ROWID;"
            "CREATE INDEX delivery_due ON delivery(target, state, due)",
     .extra = "INSERT INTO delivery VALUES('target-' || ?4, ?1, ?2, 1, ?2)"
              " ON CONFLICT(target, skp) DO UPDATE SET change = ?2, due = ?2"
              " WHERE length(?3) > 0",
     .extra_times = 3},
    {.name = "body zstd -1", .zstd_level = -1},
    {.name = "body zstd 1", .zstd_level = 1},
    {.name = "body zstd 3", .zstd_level = 3},
    {.name = "body zstd 1 + dictionary", .zstd_level = 1, .zstd_dictionary = true},
    {.name = "body zstd 3 + dictionary", .zstd_level = 3, .zstd_dictionary = true},
    {.name = "pages of 1 KiB", .page_bytes = 1024, .checkpoint_pages = 32000},
    {.name = "pages of 2 KiB", .page_bytes = 2048, .checkpoint_pages = 16000},
    {.name = "pages of 8 KiB", .page_bytes = 8192, .checkpoint_pages = 4000},
    {.name = "pages of 16 KiB", .page_bytes = 16384, .checkpoint_pages = 2000},
    {.name = "checkpoint at 1000 pages", .checkpoint_pages = 1000},
    {.name = "checkpoint at 4000 pages", .checkpoint_pages = 4000},
    {.name = "checkpoint at 16000 pages", .checkpoint_pages = 16000},
};

constexpr const char* kWords[] = {
    "meningkatnya", "kualitas",  "pembelajaran", "peserta",  "didik",     "melalui",   "penyusunan",
    "modul",        "ajar",      "asesmen",      "literasi", "numerasi",  "dokumen",   "laporan",
    "kegiatan",     "sekolah",   "kompetensi",   "guru",     "praktik",   "refleksi",  "observasi",
    "kelas",        "tersusun",  "terlaksana",   "persen",   "bulan",     "pelatihan", "komunitas",
    "belajar",      "supervisi", "disiplin",     "positif",  "kurikulum", "merdeka",   "kehadiran",
    "administrasi", "pelayanan", "tepat",        "waktu",    "sesuai",    "standar",   "indikator"};

// About 3 KB of what an SKP is made of: short ids, tags, sentences of office Indonesian.
std::string MakeBody(std::mt19937_64& random) {
  std::string body;
  for (int rhk = 0; rhk < 8; ++rhk) {
    absl::StrAppendFormat(&body, "\x0a\x24%016x", random());
    for (int part = 0; part < 4; ++part) {
      body += "\x12\x1f";
      for (int word = 0; word < 9; ++word) {
        absl::StrAppend(&body, kWords[random() % std::size(kWords)], " ");
      }
      absl::StrAppend(&body, random() % 100, "\x08");
    }
  }
  return body;
}

class BodyCodec {
 public:
  explicit BodyCodec(const Variant& variant) : level_(variant.zstd_level) {
    if (!variant.zstd_dictionary) return;
    std::mt19937_64 random(99);
    std::string samples;
    std::vector<size_t> sizes;
    for (int i = 0; i < 1000; ++i) {
      const std::string body = MakeBody(random);
      samples += body;
      sizes.push_back(body.size());
    }
    std::string dictionary(16 * 1024, '\0');
    dictionary.resize(ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.data(),
                                            sizes.data(), static_cast<unsigned>(sizes.size())));
    dictionary_.reset(ZSTD_createCDict(dictionary.data(), dictionary.size(), level_));
  }

  std::string Encode(const std::string& body) {
    if (level_ == 0) return body;
    std::string out(ZSTD_compressBound(body.size()), '\0');
    const size_t size = dictionary_
                            ? ZSTD_compress_usingCDict(context_.get(), out.data(), out.size(),
                                                       body.data(), body.size(), dictionary_.get())
                            : ZSTD_compressCCtx(context_.get(), out.data(), out.size(), body.data(),
                                                body.size(), level_);
    KJ_CHECK(ZSTD_isError(size) == 0);
    out.resize(size);
    return out;
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
  };
  const int level_;
  std::unique_ptr<ZSTD_CCtx, Free> context_{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_CDict, Free> dictionary_;
};

// The writer's work for one item, with the reads of an ordinary decision.
class Writer {
 public:
  Writer(Database& db, const Variant& variant)
      : variant_(variant),
        codec_(variant),
        random_(1),
        view_(db, base::SystemClock(), bits_),
        items_(db) {
    if (variant.extra != nullptr) {
      extra_ = std::make_unique<PreparedStatement>(db, variant.extra);
    }
    if (variant.one_row) {
      one_row_ = std::make_unique<PreparedStatement>(
          db,
          "INSERT INTO one(person, instansi, source, request, body)"
          " VALUES(?1, ?2, ?3, ?4, ?5)");
    }
  }

  void WriteItem(bool may_edit) {
    const uint64_t number = ++count_;
    const std::string request = absl::StrFormat("%016x%016x", random_(), random_());
    const std::string body = codec_.Encode(MakeBody(random_));
    if (variant_.one_row) return WriteOneRow(number, request, body);
    if (may_edit && random_() % 100 < variant_.edits_percent) {
      return WriteRevision(1 + random_() % (number - 1), request, body);
    }
    WriteRevision(number, request, body);
  }

 private:
  static std::string PersonOf(uint64_t number) {
    return absl::StrFormat("nip:%018u", number * 0x9E3779B97F4A7C15u % 1'000'000'000'000'000'000u);
  }

  void WriteOneRow(uint64_t number, const std::string& request, const std::string& body) {
    const std::string person = PersonOf(number);
    const std::string instansi = absl::StrCat(1000 + number % 550);
    const std::string source = absl::StrFormat("pmm%016x", number * 0xD1B54A32D192ED03u);
    Statement insert(*one_row_, person, instansi, source, request, Blob{body});
    KJ_CHECK(insert.Run().ok());
  }

  void WriteRevision(uint64_t number, const std::string& request, const std::string& body) {
    const std::string source = absl::StrFormat("%016x", number * 0xD1B54A32D192ED03u);
    KJ_CHECK(view_.FindRequest("pmm", request).ok());
    const auto stored = view_.FindSource("pmm", source);
    KJ_CHECK(stored.ok() && view_.ListHeadsOfPerson(PersonOf(number)).ok());
    Writes writes;
    NewRevision revision;
    revision.revision = 1;
    if (stored->has_value()) {
      const auto head = view_.FindHead((*stored)->skp);
      KJ_CHECK(head.ok() && view_.GetChange((*head)->change).ok());
      revision.skp = (*head)->skp;
      revision.revision = (*head)->revision + 1;
    } else {
      const auto id = view_.NewSkpId();
      KJ_CHECK(id.ok());
      revision.skp = *id;
    }
    revision.person = PersonOf(number);
    revision.keys = {.instansi = absl::StrCat(1000 + number % 550),
                     .wilayah = "32.01",
                     .unor = "8ae482a5",
                     .npsn = "20219876",
                     .mulai = "2026-01-01",
                     .selesai = "2026-12-31",
                     .tahun = 2026};
    revision.targets = {"bkd-bandung", "bkn", "ekinerja"};
    revision.body = {1, std::string(16, 's'), std::string(32, 'h'), body};
    writes.sources = {{"pmm", source, revision.skp, number}};
    writes.request =
        store::RequestRow{"pmm", request, std::string(32, 'd'), std::string(60, 'a'), absl::Time()};
    const store::SkpId skp = revision.skp;
    writes.revisions.push_back(std::move(revision));
    store::Committed committed;
    KJ_CHECK(items_.Apply(writes, 1, last_change_, committed).ok());
    for (int i = 0; extra_ != nullptr && i < variant_.extra_times; ++i) {
      Statement extra(*extra_, skp, last_change_, Blob{body}, int64_t{i});
      KJ_CHECK(extra.Run().ok());
    }
  }

  const Variant& variant_;
  BodyCodec codec_;
  std::mt19937_64 random_;
  std::function<uint64_t()> bits_ = [this] { return random_(); };
  SqliteView view_;
  ItemWriter items_;
  std::unique_ptr<PreparedStatement> extra_, one_row_;
  uint64_t count_ = 0;
  store::ChangeNumber last_change_ = 0;
};

struct Result {
  double items_per_second = 0;
  double cpu_us_per_item = 0;
  double log_bytes_per_item = 0;
  double file_bytes_per_item = 0;
  double slow_group_ms = 0;
};

struct Column {
  const char* name;
  double Result::*value;
};

// User and system time of this thread, which other load on the machine disturbs less than a clock.
double CpuMicroseconds() {
  rusage usage = {};
  getrusage(RUSAGE_THREAD, &usage);
  const auto microseconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

Result Run(const Settings& settings, const Variant& variant) {
  std::string folder = settings.folder + "/store-layout-XXXXXX";
  KJ_CHECK(mkdtemp(folder.data()) != nullptr);
  const std::string path = folder + "/store.db";
  std::fclose(std::fopen(path.c_str(), "w"));
  Result result;
  {
    auto db = Database::Open(
        {.path = path, .cache_kib = 32 * 1024, .page_bytes = variant.page_bytes, .sync = false});
    KJ_CHECK(db.ok() && store::sqlite::Migrate(**db).ok() && (*db)->Execute(variant.sql).ok());
    Checkpointer checkpointer(**db, variant.checkpoint_pages);
    Writer writer(**db, variant);
    std::vector<double> group_ms;
    const auto write_group = [&](uint64_t items, bool may_edit) {
      const auto start = Clock::now();
      auto transaction = Transaction::Begin(**db, Transaction::Kind::kWrite);
      KJ_CHECK(transaction.ok());
      for (uint64_t i = 0; i < items; ++i) writer.WriteItem(may_edit);
      KJ_CHECK(transaction->Commit().ok() && checkpointer.RunIfDue().ok());
      const std::chrono::duration<double, std::milli> took = Clock::now() - start;
      group_ms.push_back(took.count());
    };
    for (uint64_t i = 0; i < settings.records; i += 1000) write_group(1000, false);
    KJ_CHECK(checkpointer.RunAtOpen().ok() && (*db)->Execute("PRAGMA synchronous = FULL").ok());
    const double filled = static_cast<double>(std::filesystem::file_size(path));
    sync();  // what the filling left behind must not be paid for by the measurement
    const uint64_t log_before = checkpointer.log_pages_written();
    group_ms.clear();
    const double cpu_before = CpuMicroseconds();
    for (uint64_t i = 0; i < settings.items; i += settings.group) write_group(settings.group, true);
    const double cpu = CpuMicroseconds() - cpu_before;
    double total_ms = 0;
    for (const double ms : group_ms) total_ms += ms;
    std::sort(group_ms.begin(), group_ms.end());
    const double items = static_cast<double>(group_ms.size() * settings.group);
    result.items_per_second = items / total_ms * 1000;
    result.cpu_us_per_item = cpu / items;
    result.slow_group_ms = group_ms[group_ms.size() * 99 / 100];
    result.log_bytes_per_item = static_cast<double>(checkpointer.log_pages_written() - log_before) *
                                (variant.page_bytes + 24) / items;
    KJ_CHECK(checkpointer.RunAtOpen().ok());
    result.file_bytes_per_item =
        (static_cast<double>(std::filesystem::file_size(path)) - filled) / items;
  }
  std::filesystem::remove_all(folder);
  return result;
}

constexpr Column kColumns[] = {{"items/s", &Result::items_per_second},
                               {"CPU us", &Result::cpu_us_per_item},
                               {"log B", &Result::log_bytes_per_item},
                               {"file B", &Result::file_bytes_per_item},
                               {"p99 ms", &Result::slow_group_ms}};

void Print(const Variant& variant, const std::vector<Result>& rounds) {
  std::printf("%-46s", variant.name);
  for (const Column& column : kColumns) {
    std::vector<double> values;
    for (const Result& result : rounds) values.push_back(result.*column.value);
    std::sort(values.begin(), values.end());
    std::printf(" %9.1f", values[values.size() / 2]);
  }
  std::printf("\n");
}

bool IsChosen(const Settings& settings, const Variant& variant) {
  const std::string_view name = variant.name;
  return settings.only.empty() ||
         std::any_of(settings.only.begin(), settings.only.end(),
                     [&](const std::string& part) { return name.find(part) != name.npos; });
}

bool Parse(int argc, char** argv, Settings& settings) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const std::string value = i + 1 < argc ? argv[i + 1] : "";
    bool sound = true;
    if (name == "--records") {
      sound = absl::SimpleAtoi(value, &settings.records);
    } else if (name == "--items") {
      sound = absl::SimpleAtoi(value, &settings.items);
    } else if (name == "--group") {
      sound = absl::SimpleAtoi(value, &settings.group) && settings.group > 0;
    } else if (name == "--rounds") {
      sound = absl::SimpleAtoi(value, &settings.rounds) && settings.rounds > 0;
    } else if (name == "--dir") {
      settings.folder = value;
    } else {
      settings.only.push_back(name);
      continue;
    }
    if (!sound) return false;
    ++i;
  }
  return true;
}

}  // namespace
}  // namespace kinerja::bench

int main(int argc, char** argv) {
  using namespace kinerja::bench;  // NOLINT: a program of one file
  Settings settings;
  if (!Parse(argc, argv, settings)) return EXIT_FAILURE;
  std::vector<std::pair<const Variant*, std::vector<Result>>> results;
  for (const Variant& variant : kVariants) {
    if (IsChosen(settings, variant)) results.push_back({&variant, {}});
  }
  for (uint64_t round = 0; round < settings.rounds; ++round) {
    for (auto& [variant, rounds] : results) rounds.push_back(Run(settings, *variant));
  }
  std::printf("%s\n%46s",
              absl::StrCat(settings.records, " records before, then ", settings.items,
                           " items in groups of ", settings.group, "; median of ", settings.rounds)
                  .c_str(),
              "");
  for (const Column& column : kColumns) std::printf(" %9s", column.name);
  std::printf("\n");
  for (const auto& [variant, rounds] : results) Print(*variant, rounds);
  return EXIT_SUCCESS;
}
