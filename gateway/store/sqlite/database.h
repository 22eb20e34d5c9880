// Database, PreparedStatement, Statement, Transaction: SQLite with C++ lifetimes. Besides these
// only errors.cc, checkpointer.cc and checkpoint_kill_vfs.cc see sqlite3.h.
//
// Threading: a Database and everything made from it belong to one thread at a time.
// Ownership: the Database outlives its PreparedStatements, those their Statements.
//
//   PreparedStatement find{db, "SELECT revision FROM skp WHERE id = ?1"};   // a member, made once
//   ...
//   Statement statement(find, skp);                                         // one execution
//   KJ_ASSIGN_OR_RETURN(const bool found, statement.Step());
//   if (found) Use(statement.Int(0));
#ifndef KINERJA_GATEWAY_STORE_SQLITE_DATABASE_H_
#define KINERJA_GATEWAY_STORE_SQLITE_DATABASE_H_

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/store/sqlite/errors.h"

struct sqlite3;
struct sqlite3_stmt;

namespace kinerja::store::sqlite {

class Database;

// SQL that is compiled at its first use and kept. `sql` is a constant; values are always bound.
class PreparedStatement {
 public:
  PreparedStatement(Database& db, const char* sql) : db_(db), sql_(sql) {}
  ~PreparedStatement();
  PreparedStatement(const PreparedStatement&) = delete;
  PreparedStatement& operator=(const PreparedStatement&) = delete;

 private:
  friend class Statement;
  Database& db_;
  const char* const sql_;
  sqlite3_stmt* statement_ = nullptr;
  bool running_ = false;
};

// Marks bytes that are stored as they are.
struct Blob {
  std::string_view bytes;
};

// One execution, reset at the end of its scope. Bound text and blobs are not copied: they live as
// long as the Statement does. At most one at a time of each PreparedStatement.
class Statement {
 public:
  template <typename... Values>
  explicit Statement(PreparedStatement& prepared, Values&&... values)
      : Statement(prepared, Expected{static_cast<int>(sizeof...(values))}) {
    static_assert((!kIsTemporaryText<Values> && ...), "bind a string that lives on");
    int index = 0;
    (Bind(++index, values), ...);
  }
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Goes to the next row; false after the last. Mistakes in compiling or binding come out here.
  absl::StatusOr<bool> Step();
  // Step, for a statement that answers no rows.
  absl::Status Run();

  int64_t Int(int column) const;
  uint64_t Unsigned(int column) const { return static_cast<uint64_t>(Int(column)); }
  // Text or blob; valid until the next Step.
  std::string_view Bytes(int column) const;
  std::string String(int column) const { return std::string(Bytes(column)); }
  bool IsNull(int column) const;

 private:
  // Deduced without a reference, a string is a temporary and would be gone before Step.
  template <typename Value>
  static constexpr bool kIsTemporaryText =
      std::is_same_v<std::remove_const_t<Value>, std::string> ||
      std::is_same_v<std::remove_const_t<Value>, std::optional<std::string>>;

  struct Expected {
    int values;
  };
  Statement(PreparedStatement& prepared, Expected expected);

  void Bind(int index, int64_t value);
  template <std::unsigned_integral T>
  void Bind(int index, T value) {
    Bind(index, static_cast<int64_t>(value));
  }
  void Bind(int index, std::string_view text);
  void Bind(int index, const std::string& text) { Bind(index, std::string_view(text)); }
  void Bind(int index, Blob blob);
  template <typename T>
  void Bind(int index, const std::optional<T>& value) {
    if (value.has_value()) Bind(index, *value);  // else it stays NULL
  }

  PreparedStatement& prepared_;
  int code_ = 0;  // SQLITE_OK; of the first mistake before Step
};

// "KJGW" in the header of every store: what file(1) and Open tell it by. Set by the first
// migration.
inline constexpr int64_t kApplicationId = 0x4B4A4757;

class Database {
 public:
  struct Options {
    std::string path;
    std::string vfs;  // empty: the default one
    bool read_only = false;
    bool in_memory = false;  // `path` is a name in this process; no log, nothing durable
    int cache_kib = 4096;
    int page_bytes = 4096;  // measured: the decision record; only an empty file takes it
    bool sync = true;       // false only where a test breaks durability on purpose
  };

  // Opens and sets every pragma. The file must exist, but may be empty; one that holds other data
  // is FAILED_PRECONDITION STORE_FOREIGN and stays as it is.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const Options& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs constant SQL, one statement or many; rows are dropped.
  absl::Status Execute(const char* sql);
  // The first column of the first row of constant SQL.
  absl::StatusOr<int64_t> QueryInt(const char* sql);

  // The status of a result code of this connection. Keeps the worst fault for TakeFault: after one,
  // SQLite may have rolled the transaction back under our feet.
  absl::Status Error(int extended_code);
  Fault TakeFault();

  // The log beside the file stays when this connection is the last one to close.
  void KeepLogOnClose();

  bool InTransaction() const;
  // Rows that the last INSERT, UPDATE or DELETE touched.
  int64_t ChangedRows() const;
  sqlite3* handle() { return handle_; }

 private:
  friend class Transaction;
  explicit Database(sqlite3* handle) : handle_(handle) {}
  absl::Status Configure(const Options& options);
  absl::Status CheckIsOurs(const std::string& path);

  sqlite3* const handle_;
  Fault fault_ = Fault::kNone;
  std::unique_ptr<PreparedStatement> begin_, begin_immediate_, commit_, rollback_;
};

// Rolls back at the end of its scope unless Commit succeeded.
class Transaction {
 public:
  enum class Kind { kRead, kWrite };

  static absl::StatusOr<Transaction> Begin(Database& db, Kind kind);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : db_(other.db_) { other.db_ = nullptr; }
  Transaction& operator=(Transaction&&) = delete;

  // After an error nothing of it is kept; the rest is rolled back at the end of the scope.
  absl::Status Commit();

 private:
  explicit Transaction(Database& db) : db_(&db) {}
  Database* db_;  // nullptr: over, or moved from
};

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_DATABASE_H_
