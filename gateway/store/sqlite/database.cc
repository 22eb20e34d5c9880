#include "gateway/store/sqlite/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/check.h"
#include "gateway/base/status_macros.h"

namespace kinerja::store::sqlite {
namespace {

// Waits this long for another connection's lock: only a checkpoint that restarts the log meets one.
constexpr int kBusyTimeoutMs = 5000;

}  // namespace

PreparedStatement::~PreparedStatement() { sqlite3_finalize(statement_); }

Statement::Statement(PreparedStatement& prepared, Expected expected) : prepared_(prepared) {
  KJ_CHECK(!prepared_.running_);
  prepared_.running_ = true;
  if (prepared_.statement_ != nullptr) return;
  code_ = sqlite3_prepare_v3(prepared_.db_.handle(), prepared_.sql_, -1, SQLITE_PREPARE_PERSISTENT,
                             &prepared_.statement_, nullptr);
  if (code_ == SQLITE_OK)
    KJ_CHECK(sqlite3_bind_parameter_count(prepared_.statement_) == expected.values);
}

Statement::~Statement() {
  prepared_.running_ = false;
  sqlite3_reset(prepared_.statement_);
  // What is not bound next time must be NULL, and no pointer to a dead string may stay.
  sqlite3_clear_bindings(prepared_.statement_);
}

void Statement::Bind(int index, int64_t value) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(prepared_.statement_, index, value);
}

void Statement::Bind(int index, std::string_view text) {
  if (code_ != SQLITE_OK) return;
  code_ = sqlite3_bind_text64(prepared_.statement_, index, text.data() ? text.data() : "",
                              text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::Bind(int index, Blob blob) {
  if (code_ != SQLITE_OK) return;
  code_ =
      sqlite3_bind_blob64(prepared_.statement_, index, blob.bytes.empty() ? "" : blob.bytes.data(),
                          blob.bytes.size(), SQLITE_STATIC);
}

absl::StatusOr<bool> Statement::Step() {
  if (code_ == SQLITE_OK) {
    const int code = sqlite3_step(prepared_.statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    code_ = sqlite3_extended_errcode(prepared_.db_.handle());
  }
  return prepared_.db_.Error(code_);
}

absl::Status Statement::Run() {
  const absl::StatusOr<bool> row = Step();
  KJ_CHECK(!row.ok() || !*row);
  return row.status();
}

int64_t Statement::Int(int column) const {
  return sqlite3_column_int64(prepared_.statement_, column);
}

std::string_view Statement::Bytes(int column) const {
  const void* const data = sqlite3_column_blob(prepared_.statement_, column);
  const int size = sqlite3_column_bytes(prepared_.statement_, column);
  return {static_cast<const char*>(data), data == nullptr ? 0 : static_cast<size_t>(size)};
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(prepared_.statement_, column) == SQLITE_NULL;
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const Options& options) {
  const int access =
      options.read_only && !options.in_memory ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const int memory = options.in_memory ? SQLITE_OPEN_CREATE : 0;
  const char* const vfs = options.in_memory     ? "memdb"
                          : options.vfs.empty() ? nullptr
                                                : options.vfs.c_str();
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(options.path.c_str(), &handle, access | memory | SQLITE_OPEN_NOMUTEX, vfs);
  std::unique_ptr<Database> db(new Database(handle));
  if (code != SQLITE_OK) return db->Error(handle ? sqlite3_extended_errcode(handle) : code);
  KJ_RETURN_IF_ERROR(db->Configure(options));
  return db;
}

absl::Status Database::Configure(const Options& options) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  KJ_RETURN_IF_ERROR(CheckIsOurs(options.path));
  if (!options.read_only && !options.in_memory) {
    const std::string log =
        absl::StrCat("PRAGMA page_size = ", options.page_bytes, "; PRAGMA journal_mode = WAL");
    KJ_RETURN_IF_ERROR(Execute(log.c_str()));
  }
  // A memory-mapped read that meets a bad sector is a SIGBUS instead of a Status. Temporary tables
  // never touch the disk; dirty pages wait for the commit, so a failed write has one place.
  KJ_RETURN_IF_ERROR(
      Execute("PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
              "PRAGMA cache_spill = OFF; PRAGMA wal_autocheckpoint = 0"));
  KJ_RETURN_IF_ERROR(
      Execute(options.sync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF"));
  const std::string cache = absl::StrCat("PRAGMA cache_size = -", options.cache_kib);
  return Execute(cache.c_str());
}

absl::Status Database::CheckIsOurs(const std::string& path) {
  KJ_ASSIGN_OR_RETURN(const int64_t application, QueryInt("PRAGMA application_id"));
  if (application == kApplicationId) return absl::OkStatus();
  KJ_ASSIGN_OR_RETURN(const int64_t objects, QueryInt("SELECT count(*) FROM sqlite_schema"));
  return application == 0 && objects == 0 ? absl::OkStatus() : Foreign(path);
}

Database::~Database() {
  begin_.reset();
  begin_immediate_.reset();
  commit_.reset();
  rollback_.reset();
  // Fails only while a statement of ours is alive, which is a broken invariant.
  const int code = sqlite3_close(handle_);
  KJ_CHECK(code == SQLITE_OK);
}

absl::Status Database::Execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(sqlite3_extended_errcode(handle_));
}

absl::StatusOr<int64_t> Database::QueryInt(const char* sql) {
  PreparedStatement prepared(*this, sql);
  Statement statement(prepared);
  KJ_ASSIGN_OR_RETURN(const bool row, statement.Step());
  return row ? statement.Int(0) : 0;
}

absl::Status Database::Error(int extended_code) {
  fault_ = std::max(fault_, FaultOf(extended_code));
  return StatusOf(extended_code);
}

Fault Database::TakeFault() { return std::exchange(fault_, Fault::kNone); }

void Database::KeepLogOnClose() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

bool Database::InTransaction() const { return sqlite3_get_autocommit(handle_) == 0; }

int64_t Database::ChangedRows() const { return sqlite3_changes64(handle_); }

absl::StatusOr<Transaction> Transaction::Begin(Database& db, Kind kind) {
  auto& prepared = kind == Kind::kRead ? db.begin_ : db.begin_immediate_;
  if (prepared == nullptr) {
    prepared =
        std::make_unique<PreparedStatement>(db, kind == Kind::kRead ? "BEGIN" : "BEGIN IMMEDIATE");
  }
  Statement begin(*prepared);
  KJ_RETURN_IF_ERROR(begin.Run());
  return Transaction(db);
}

absl::Status Transaction::Commit() {
  if (db_->commit_ == nullptr) db_->commit_ = std::make_unique<PreparedStatement>(*db_, "COMMIT");
  absl::Status status;
  {
    Statement commit(*db_->commit_);
    status = commit.Run();
  }
  if (status.ok()) db_ = nullptr;
  return status;
}

Transaction::~Transaction() {
  if (db_ == nullptr || !db_->InTransaction()) return;
  if (db_->rollback_ == nullptr) {
    db_->rollback_ = std::make_unique<PreparedStatement>(*db_, "ROLLBACK");
  }
  // Cannot fail in a way that matters: the changes are in memory only, and the fault is kept.
  Statement rollback(*db_->rollback_);
  rollback.Run().IgnoreError();
}

}  // namespace kinerja::store::sqlite
