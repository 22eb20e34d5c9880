#include "gateway/base/status_macros.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace kinerja::base {
namespace {

TEST(StatusMacrosTest, ReturnsTheFirstError) {
  int reached = 0;
  const auto run = [&reached](const absl::Status& status) -> absl::Status {
    KJ_RETURN_IF_ERROR(status);
    ++reached;
    return absl::OkStatus();
  };
  EXPECT_EQ(run(absl::AbortedError("lost a race")), absl::AbortedError("lost a race"));
  EXPECT_EQ(reached, 0);
  EXPECT_EQ(run(absl::OkStatus()), absl::OkStatus());
  EXPECT_EQ(reached, 1);
}

TEST(StatusMacrosTest, EvaluatesTheExpressionOnce) {
  int calls = 0;
  const auto count = [&calls] {
    ++calls;
    return absl::OkStatus();
  };
  const auto run = [&]() -> absl::Status {
    KJ_RETURN_IF_ERROR(count());
    return absl::OkStatus();
  };
  EXPECT_EQ(run(), absl::OkStatus());
  EXPECT_EQ(calls, 1);
}

absl::StatusOr<std::unique_ptr<int>> Make(int value) {
  if (value < 0) return absl::InvalidArgumentError("value is negative; give 0 or more");
  return std::make_unique<int>(value);
}

absl::StatusOr<int> Sum(int a, int b) {
  KJ_ASSIGN_OR_RETURN(const std::unique_ptr<int> first, Make(a));
  std::unique_ptr<int> second;
  KJ_ASSIGN_OR_RETURN(second, Make(b));
  return *first + *second;
}

TEST(StatusMacrosTest, AssignsMoveOnlyValues) {
  const absl::StatusOr<int> sum = Sum(2, 3);
  ASSERT_TRUE(sum.ok()) << sum.status();
  EXPECT_EQ(*sum, 5);
}

TEST(StatusMacrosTest, ReturnsTheErrorInsteadOfAssigning) {
  EXPECT_EQ(Sum(-1, 3).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Sum(1, -3).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(StatusMacrosTest, WorksInALambdaInsideItself) {
  const auto run = []() -> absl::Status {
    KJ_RETURN_IF_ERROR([]() -> absl::Status {
      KJ_RETURN_IF_ERROR(absl::NotFoundError("inner"));
      return absl::OkStatus();
    }());
    return absl::OkStatus();
  };
  EXPECT_EQ(run().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace kinerja::base
