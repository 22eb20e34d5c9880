#include "gateway/store/sqlite/database.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "gateway/base/status.h"
#include "gtest/gtest.h"

namespace kinerja::store::sqlite {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::Open({.path = "/database_test", .in_memory = true});
    ASSERT_TRUE(opened.ok()) << opened.status();
    db_ = *std::move(opened);
    const std::string sql = absl::StrCat("PRAGMA application_id = ", kApplicationId,
                                         "; CREATE TABLE t(n INTEGER PRIMARY KEY, v BLOB)");
    ASSERT_TRUE(db_->Execute(sql.c_str()).ok());
  }

  int64_t Count() { return db_->QueryInt("SELECT count(*) FROM t").value_or(-1); }

  std::unique_ptr<Database> db_;
};

TEST_F(DatabaseTest, BindsAndReadsEveryKindOfValue) {
  const std::string text("te\0xt", 5);
  PreparedStatement prepared(*db_, "SELECT ?1, ?2, ?3, ?4, ?5, ?6");
  const std::optional<std::string> none;
  Statement statement(prepared, int64_t{-1}, UINT64_MAX, text, Blob{text}, Blob{}, none);
  const absl::StatusOr<bool> row = statement.Step();

  ASSERT_TRUE(row.ok() && *row) << row.status();
  EXPECT_EQ(statement.Int(0), -1);
  EXPECT_EQ(statement.Unsigned(1), UINT64_MAX);
  EXPECT_EQ(statement.Bytes(2), text);
  EXPECT_EQ(statement.String(3), text);
  EXPECT_FALSE(statement.IsNull(4));
  EXPECT_EQ(statement.Bytes(4), "");
  EXPECT_TRUE(statement.IsNull(5));
  EXPECT_FALSE(statement.Step().value_or(true));
}

TEST_F(DatabaseTest, AStatementLeavesNothingForTheNextUse) {
  PreparedStatement prepared(*db_, "INSERT INTO t(v) VALUES(?1)");
  {
    Statement insert(prepared, std::string_view("text"));
    ASSERT_TRUE(insert.Run().ok());
  }
  const std::optional<std::string> none;
  Statement insert(prepared, none);
  ASSERT_TRUE(insert.Run().ok());
  EXPECT_EQ(db_->QueryInt("SELECT count(*) FROM t WHERE v IS NULL").value_or(-1), 1);
}

TEST_F(DatabaseTest, ATransactionIsRolledBackUnlessCommitted) {
  {
    auto transaction = Transaction::Begin(*db_, Transaction::Kind::kWrite);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(db_->Execute("INSERT INTO t(v) VALUES(1)").ok());
  }
  EXPECT_EQ(Count(), 0);
  EXPECT_FALSE(db_->InTransaction());
  {
    auto transaction = Transaction::Begin(*db_, Transaction::Kind::kWrite);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(db_->Execute("INSERT INTO t(v) VALUES(1)").ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }
  EXPECT_EQ(Count(), 1);
}

TEST_F(DatabaseTest, ABrokenConstraintIsAnErrorAndNoFault) {
  ASSERT_TRUE(db_->Execute("INSERT INTO t(n) VALUES(1)").ok());
  EXPECT_EQ(db_->Execute("INSERT INTO t(n) VALUES(1)").code(), absl::StatusCode::kInternal);
  EXPECT_EQ(db_->TakeFault(), Fault::kNone);
}

TEST_F(DatabaseTest, KeepsTheWorstFaultUntilItIsTaken) {
  db_->Error(/*SQLITE_IOERR*/ 10).IgnoreError();
  db_->Error(/*SQLITE_FULL*/ 13).IgnoreError();
  EXPECT_EQ(db_->TakeFault(), Fault::kDevice);
  EXPECT_EQ(db_->TakeFault(), Fault::kNone);
}

TEST_F(DatabaseTest, OneThatHoldsOtherDataIsRefused) {
  ASSERT_TRUE(db_->Execute("PRAGMA application_id = 1").ok());
  const absl::Status status =
      Database::Open({.path = "/database_test", .in_memory = true}).status();
  EXPECT_EQ(base::ReasonOf(status), "STORE_FOREIGN");
}

TEST_F(DatabaseTest, ConnectionsToOneNameShareADatabaseInMemory) {
  auto other = Database::Open({.path = "/database_test", .in_memory = true});
  ASSERT_TRUE(other.ok()) << other.status();
  ASSERT_TRUE((*other)->Execute("INSERT INTO t(n) VALUES(1)").ok());
  EXPECT_EQ(Count(), 1);
}

}  // namespace
}  // namespace kinerja::store::sqlite
