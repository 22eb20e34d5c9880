// Floor of Submit with many calls in flight, and of the memory of an idle server: a gRPC callback
// server that keeps what it is sent and does nothing else with it.
//
// It commits the bytes of a request as one row, together with the requests that wait beside it, in
// SQLite with the pragmas of gateway/store/sqlite/database.cc, and then answers. A new record with
// a request_id puts keys into six indexes of migrations/sqlite/0001_first.sql: skp_person,
// skp_instansi, skp_change, the text key of `source`, source_skp and request_key. The row here has
// six of the same kinds, and the other columns of change, skp, source and request once each.
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sqlite3.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/bounded_queue.h"
#include "gateway/base/owned_thread.h"
#include "kinerja/v1/skp_service.grpc.pb.h"

namespace kinerja::bench {
namespace {

constexpr size_t kMaxGroup = 1024;
constexpr int kCheckpointPages = 8000;

constexpr char kSchema[] = R"sql(
PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY; PRAGMA cache_spill = OFF; PRAGMA wal_autocheckpoint = 0;
PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;
CREATE TABLE row(
  number INTEGER PRIMARY KEY, skp INTEGER NOT NULL, revision INTEGER NOT NULL, at INTEGER NOT NULL,
  person TEXT NOT NULL, instansi TEXT NOT NULL, system TEXT NOT NULL, source_id TEXT NOT NULL,
  principal TEXT NOT NULL, request_id TEXT NOT NULL, keys BLOB NOT NULL, targets BLOB NOT NULL,
  salt BLOB NOT NULL, hash BLOB NOT NULL, digest BLOB NOT NULL, answer BLOB NOT NULL,
  body BLOB NOT NULL);
CREATE INDEX row_person ON row(person);
CREATE INDEX row_instansi ON row(instansi, number);
CREATE INDEX row_number ON row(number);
CREATE UNIQUE INDEX row_source ON row(system, source_id);
CREATE INDEX row_skp ON row(skp);
CREATE UNIQUE INDEX row_request ON row(principal, request_id);
)sql";

constexpr char kInsert[] =
    "INSERT INTO row VALUES(?1, ?2, 1, ?1, ?3, ?4, 'pmm', ?5, 'bench', ?6, zeroblob(96),"
    " zeroblob(32), ?7, ?8, ?9, ?10, ?11)";

void Must(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "floor_server: %s\n", what);
  std::abort();
}

uint64_t Scramble(uint64_t n) {  // splitmix64: keys come out of order, as real ones do
  n += 0x9E3779B97F4A7C15;
  n = (n ^ (n >> 30)) * 0xBF58476D1CE4E5B9;
  n = (n ^ (n >> 27)) * 0x94D049BB133111EB;
  return n ^ (n >> 31);
}

std::string Format(const char* format, uint64_t value) {
  char text[64];
  const int size = std::snprintf(text, sizeof(text), format, value);
  return {text, static_cast<size_t>(size)};
}

// Rows of one database, written by one thread.
class Rows {
 public:
  explicit Rows(const std::string& path) {
    Must(sqlite3_open_v2(path.c_str(), &db_,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                         nullptr) == SQLITE_OK,
         "open");
    Execute(kSchema);
    Must(sqlite3_prepare_v2(db_, kInsert, -1, &insert_, nullptr) == SQLITE_OK, "prepare");
    sqlite3_wal_hook(db_, &OnCommit, this);
  }
  ~Rows() {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }

  void Begin() { Execute("BEGIN IMMEDIATE"); }
  void Commit() { Execute("COMMIT"); }

  void Insert(const grpc::ByteBuffer& request, const std::string& answer) {
    grpc::Slice body;
    Must(request.DumpToSingleSlice(&body).ok(), "request");
    const uint64_t key = Scramble(++number_);
    Bind(1, number_);
    Bind(2, number_);
    BindText(3, Format("nip:%018" PRIu64, key % 1'000'000'000'000'000'000));
    BindText(4, Format("99%02" PRIu64, key % 3));
    BindText(5, Format("skp-%012" PRIu64, number_));
    BindText(6, Format("%016" PRIx64, key) + Format("-%019" PRIx64, Scramble(key)));
    BindBlob(7, 16);
    BindBlob(8, 32);
    BindBlob(9, 32);
    sqlite3_bind_blob64(insert_, 10, answer.data(), answer.size(), SQLITE_STATIC);
    sqlite3_bind_blob64(insert_, 11, body.begin(), body.size(), SQLITE_STATIC);
    Must(sqlite3_step(insert_) == SQLITE_DONE, "insert");
    sqlite3_reset(insert_);
  }

  // Between two groups, after the answers, as the gateway does it.
  void CheckpointIfDue() {
    if (log_pages_ < kCheckpointPages) return;
    sqlite3_wal_checkpoint_v2(db_, "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    log_pages_ = 0;
  }

 private:
  static int OnCommit(void* self, sqlite3*, const char*, int pages) {
    static_cast<Rows*>(self)->log_pages_ = pages;
    return SQLITE_OK;
  }
  void Execute(const char* sql) {
    Must(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
  }
  void Bind(int index, uint64_t value) {
    sqlite3_bind_int64(insert_, index, static_cast<int64_t>(value));
  }
  void BindText(int index, const std::string& text) {
    sqlite3_bind_text64(insert_, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  void BindBlob(int index, size_t size) {
    static constexpr char kBytes[32] = {1};
    sqlite3_bind_blob64(insert_, index, kBytes, size, SQLITE_STATIC);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  uint64_t number_ = 0;
  int log_pages_ = 0;
};

using RawService = v1::SkpService::WithRawCallbackMethod_SubmitSkp<v1::SkpService::Service>;

class FloorService final : public RawService {
 public:
  explicit FloorService(const std::string& path) : rows_(path) {
    v1::SubmitSkpResponse answer;
    answer.set_name("instansi/9901/skp/0123456789abc");
    answer.set_revision(1);
    answer.set_outcome(v1::OUTCOME_CREATED);
    answer_ = answer.SerializeAsString();
  }
  ~FloorService() override { queue_.Close(); }

  grpc::ServerUnaryReactor* SubmitSkp(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    if (!queue_.TryPush({request, response, reactor})) {
      reactor->Finish({grpc::StatusCode::RESOURCE_EXHAUSTED, "too many wait"});
    }
    return reactor;
  }

 private:
  struct Item {
    const grpc::ByteBuffer* request;
    grpc::ByteBuffer* response;
    grpc::ServerUnaryReactor* reactor;
  };

  void Run() {
    for (auto group = queue_.PopBatch(kMaxGroup); !group.empty();
         group = queue_.PopBatch(kMaxGroup)) {
      rows_.Begin();
      for (const Item& item : group) rows_.Insert(*item.request, answer_);
      rows_.Commit();
      for (const Item& item : group) {
        const grpc::Slice slice(answer_);
        *item.response = grpc::ByteBuffer(&slice, 1);
        item.reactor->Finish(grpc::Status::OK);
      }
      rows_.CheckpointIfDue();
    }
  }

  Rows rows_;
  std::string answer_;
  base::BoundedQueue<Item> queue_{4096};
  base::OwnedThread thread_{"floor-writer", [this] { Run(); }};
};

void WriteReadyFile(const std::string& path, int port) {
  const std::string temporary = path + ".new";
  std::ofstream(temporary) << "127.0.0.1:" << port << "\n";
  std::rename(temporary.c_str(), path.c_str());
}

int Run(const std::string& store, const std::string& ready_file) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  FloorService service(store);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  Must(server != nullptr, "cannot listen");
  WriteReadyFile(ready_file, port);
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  server->Shutdown();
  return 0;
}

}  // namespace
}  // namespace kinerja::bench

int main(int argc, char** argv) {
  CLI::App app("floor_server: the least that a gRPC server with a durable SQLite store can do.");
  std::string store;
  std::string ready_file;
  app.add_option("--store", store, "The database file to make")->required();
  app.add_option("--ready_file", ready_file, "Written with the address when it serves")->required();
  CLI11_PARSE(app, argc, argv);
  return kinerja::bench::Run(store, ready_file);
}
