#include "gateway/store/sqlite/migrations.h"

#include <memory>
#include <string>

#include "gateway/base/status.h"
#include "gtest/gtest.h"

namespace kinerja::store::sqlite {
namespace {

constexpr const char* kFirst = "CREATE TABLE a(n INTEGER)";
constexpr const char* kSecond = "CREATE TABLE b(n INTEGER); INSERT INTO b VALUES(7)";
constexpr const char* kBroken = "CREATE TABLE c(n INTEGER); no SQL";

class MigrationsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::Open({.path = "/migrations_test", .in_memory = true});
    ASSERT_TRUE(opened.ok()) << opened.status();
    db_ = *std::move(opened);
  }

  int64_t Query(const char* sql) { return db_->QueryInt(sql).value_or(-1); }

  std::unique_ptr<Database> db_;
};

TEST_F(MigrationsTest, RunEachStepOnce) {
  const char* const steps[] = {kFirst, kSecond};
  ASSERT_TRUE(Migrate(*db_, {steps, 1}).ok());
  EXPECT_EQ(Query("PRAGMA user_version"), 1);
  ASSERT_TRUE(Migrate(*db_, steps).ok());
  ASSERT_TRUE(Migrate(*db_, steps).ok());

  EXPECT_EQ(Query("PRAGMA user_version"), 2);
  EXPECT_EQ(Query("PRAGMA application_id"), kApplicationId);
  EXPECT_EQ(Query("SELECT count(*) FROM b"), 1);
}

TEST_F(MigrationsTest, ABrokenStepLeavesNothing) {
  const char* const steps[] = {kFirst, kBroken};
  EXPECT_EQ(Migrate(*db_, steps).code(), absl::StatusCode::kInternal);

  EXPECT_EQ(Query("PRAGMA user_version"), 1);
  EXPECT_EQ(Query("SELECT count(*) FROM sqlite_schema"), 1);
}

TEST_F(MigrationsTest, RefuseAStoreOfANewerProgram) {
  const char* const steps[] = {kFirst, kSecond};
  ASSERT_TRUE(Migrate(*db_, steps).ok());
  const absl::Status status = Migrate(*db_, {steps, 1});

  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::ReasonOf(status), "STORE_NEWER");
  EXPECT_EQ(status.message(),
            "the store has version 2, this program knows 1; use the newer program");
}

TEST_F(MigrationsTest, TheEmbeddedOnesRun) {
  ASSERT_FALSE(AllMigrations().empty());
  ASSERT_TRUE(Migrate(*db_).ok());
  EXPECT_EQ(Query("PRAGMA user_version"), static_cast<int64_t>(AllMigrations().size()));
}

}  // namespace
}  // namespace kinerja::store::sqlite
