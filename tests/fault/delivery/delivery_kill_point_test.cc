// Each named kill point of the way of a record, armed in turn in the real gateway between the
// simulators of PMM and BKN (promises P1, P4, P6): after a restart every record arrives, and every
// effect is there once. The points of the store: ../gateway/gateway_kill_point_test.cc.
#include <signal.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/kill_point.h"
#include "gtest/gtest.h"
#include "tests/fault/delivery/whole_way.h"

namespace kinerja::fault {
namespace {

struct Case {
  std::string_view point;
  uint64_t reach;
};

// The list of kill_point.h, so that a new point is armed without an edit here.
std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const std::string_view point : base::kKillPoints) {
    if (point.starts_with("store_")) continue;
    // Of 20 records in pages of five; the second page has a cursor of the first.
    const bool of_pages = point.starts_with("pull_");
    const std::vector<uint64_t> reaches =
        of_pages ? std::vector<uint64_t>{1, 2, 4} : std::vector<uint64_t>{1, 2, 11, 20};
    for (const uint64_t reach : reaches) cases.push_back({point, reach});
  }
  return cases;
}

class DeliveryKillPointTest : public testing::TestWithParam<Case> {};

TEST_P(DeliveryKillPointTest, EverythingArrivesOnceAfterARestart) {
  const std::string point(GetParam().point);
  WholeWay way({});
  const std::string log = way.folder().File("killed");
  way.StartGateway(
      {{"KJ_KILL_POINT", absl::StrCat(point, ":", GetParam().reach)}, {"KJ_KILL_LOG", log}});
  EXPECT_EQ(way.gateway().WaitForEnd().signal, SIGKILL) << way.folder().ReadLog();
  ASSERT_EQ(support::ReadTestFile(log), point + "\n") << "never reached";
  way.StartGateway();
  ASSERT_TRUE(way.gateway().served()) << way.folder().ReadLog();
  EXPECT_EQ(way.WaitUntilSettled(absl::Minutes(1)), "") << way.folder().ReadLog();
  EXPECT_EQ(way.FindBroken(), "");
}

INSTANTIATE_TEST_SUITE_P(, DeliveryKillPointTest, testing::ValuesIn(AllCases()),
                         [](const auto& run) {
                           return absl::StrCat(std::string(run.param.point), "_", run.param.reach);
                         });

}  // namespace
}  // namespace kinerja::fault
