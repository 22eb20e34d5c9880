// What is SQLite's own: its files, who may open them, and what is in them.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "gateway/base/status.h"
#include "gateway/store/sqlite/database.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"

namespace kinerja::store::sqlite {
namespace {

using testing::HasSubstr;

class SqliteStoreFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/kinerja-files-XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = folder_ + "/store.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<std::unique_ptr<SqliteStore>> Open() { return SqliteStore::Open({.path = path_}); }

  void Execute(const char* sql) {
    auto db = Database::Open({.path = path_});
    ASSERT_TRUE(db.ok()) << db.status();
    ASSERT_TRUE((*db)->Execute(sql).ok());
  }

  std::string folder_;
  std::string path_;
};

TEST_F(SqliteStoreFilesTest, OnlyTheOwnerCanReadThem) {
  const mode_t old_mask = umask(0);
  auto store = Open();
  umask(old_mask);
  ASSERT_TRUE(store.ok()) << store.status();
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    struct stat info = {};
    ASSERT_EQ(stat(file.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777u, 0600u) << file.path();
    ++files;
  }
  EXPECT_EQ(files, 4);  // database, log, its index, lock
}

TEST_F(SqliteStoreFilesTest, ASecondOpenIsRefusedUntilTheFirstIsClosed) {
  auto first = Open();
  ASSERT_TRUE(first.ok()) << first.status();
  const absl::Status second = Open().status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::ReasonOf(second), "STORE_IN_USE");
  EXPECT_EQ(std::string(second.message()),
            "the store at " + path_ + " is in use by another process; stop that one first");

  (*first)->Close();
  EXPECT_TRUE(Open().ok());
}

TEST_F(SqliteStoreFilesTest, AClosedStoreIsOneFile) {
  ASSERT_TRUE(Open().ok());
  EXPECT_TRUE(std::filesystem::exists(path_));
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
}

TEST_F(SqliteStoreFilesTest, AStoreOfANewerProgramIsRefused) {
  ASSERT_TRUE(Open().ok());
  Execute("PRAGMA user_version = 1000");
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::ReasonOf(status), "STORE_NEWER");
}

TEST_F(SqliteStoreFilesTest, AFileOfSomethingElseIsRefusedAndStaysAsItIs) {
  std::ofstream(path_).close();
  Execute("CREATE TABLE other(n); PRAGMA journal_mode = DELETE");
  const auto read = [&] {
    std::ifstream file(path_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string before = read();
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::ReasonOf(status), "STORE_FOREIGN");
  EXPECT_EQ(read(), before);
}

TEST_F(SqliteStoreFilesTest, AFileThatIsNoDatabaseIsDataLoss) {
  std::ofstream(path_) << std::string(8192, 'x');
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(base::ReasonOf(status), "STORE_CORRUPT");
}

TEST_F(SqliteStoreFilesTest, AMissingFolderIsNamed) {
  path_ = folder_ + "/missing/store.db";
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(base::ReasonOf(status), "STORE_FAILED");
  EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
}

}  // namespace
}  // namespace kinerja::store::sqlite
