#include "gateway/store/sqlite/sqlite_store.h"

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/status.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace kinerja::store::sqlite {
namespace {

TEST(SqliteStoreTest, WorksInMemory) {
  auto store = SqliteStore::Open({.path = ":memory:"});
  ASSERT_TRUE(store.ok()) << store.status();
  std::promise<absl::StatusOr<Committed>> committed;
  (*store)->Write(
      [](const View& view) -> absl::StatusOr<Writes> {
        Writes writes;
        writes.revisions.push_back({.skp = *view.NewSkpId(), .revision = 1});
        return writes;
      },
      [&](absl::StatusOr<Committed> result) { committed.set_value(std::move(result)); });
  const absl::StatusOr<Committed> result = committed.get_future().get();
  ASSERT_TRUE(result.ok()) << result.status();

  std::promise<bool> found;
  ASSERT_TRUE(
      (*store)->Read([&](const View& view) { found.set_value(view.GetChange(1).ok()); }).ok());
  EXPECT_TRUE(found.get_future().get());
}

TEST(SqliteStoreTest, TwoInMemoryAreTwo) {
  auto first = SqliteStore::Open({.path = ":memory:"});
  auto second = SqliteStore::Open({.path = ":memory:"});
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE((*first)->Epochs().back().id, (*second)->Epochs().back().id);
  EXPECT_EQ((*second)->Epochs().size(), 1u);
}

// The time makes ids grow, the random bits keep a restored copy from giving out one again.
TEST(SqliteStoreTest, IdsOfRecordsHoldTimeAndRandomBits) {
  const fakes::FakeClock clock(absl::FromUnixMillis(1'735'689'600'000 + 5));
  auto store = SqliteStore::Open(
      {.path = ":memory:", .clock = &clock, .random = [] { return uint64_t{0xABCDE} << 44; }});
  ASSERT_TRUE(store.ok()) << store.status();
  std::promise<std::vector<SkpId>> ids;
  ASSERT_TRUE((*store)
                  ->Read([&](const View& view) {
                    ids.set_value({*view.NewSkpId(), *view.NewSkpId()});
                  })
                  .ok());
  EXPECT_EQ(ids.get_future().get(), (std::vector<SkpId>{0x5ABCDE, 0x5ABCDF}));
}

TEST(SqliteStoreTest, RefusesOptionsOutOfRange) {
  struct Case {
    const char* name;
    SqliteStoreOptions options;
  };
  const Case cases[] = {
      {"no path", {.path = ""}},
      {"no reader", {.path = ":memory:", .readers = 0}},
      {"no room for reads", {.path = ":memory:", .read_queue = 0}},
      {"no room for writes", {.path = ":memory:", .write_queue = 0}},
      {"empty groups", {.path = ":memory:", .max_group = 0}},
      {"no log", {.path = ":memory:", .checkpoint_pages = 0}},
      {"forgets too soon", {.path = ":memory:", .request_retention = absl::Hours(7 * 24 - 1)}}};
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    const absl::Status status = SqliteStore::Open(test.options).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(base::ReasonOf(status), "CONFIG_INVALID");
  }
}

}  // namespace
}  // namespace kinerja::store::sqlite
