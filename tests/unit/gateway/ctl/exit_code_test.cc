#include "gateway/ctl/exit_code.h"

#include "gateway/schema/catalogue.h"
#include "gtest/gtest.h"

namespace kinerja::ctl {
namespace {

struct Case {
  const char* name;
  absl::StatusCode code;
  v1::ErrorReason reason;
  int want;
};

class ExitCodeTest : public testing::TestWithParam<Case> {};

TEST_P(ExitCodeTest, FollowsTheKindOfError) {
  const Case& c = GetParam();
  const absl::Status status = c.reason == v1::ERROR_REASON_UNSPECIFIED
                                  ? absl::Status(c.code, "words")
                                  : schema::Error(c.code, c.reason);
  EXPECT_EQ(static_cast<int>(ExitCodeFor(status)), c.want);
}

constexpr v1::ErrorReason kNone = v1::ERROR_REASON_UNSPECIFIED;
INSTANTIATE_TEST_SUITE_P(
    All, ExitCodeTest,
    testing::Values(
        Case{"Ok", absl::StatusCode::kOk, kNone, 0},
        Case{"RecordInvalid", absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_RECORD_INVALID,
             1},
        Case{"RecordHeld", absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_RECORD_HELD, 1},
        Case{"Duplicate", absl::StatusCode::kAlreadyExists, v1::ERROR_REASON_SKP_DUPLICATE, 1},
        Case{"Stale", absl::StatusCode::kAborted, v1::ERROR_REASON_REVISION_STALE, 1},
        Case{"NotFound", absl::StatusCode::kNotFound, v1::ERROR_REASON_SKP_NOT_FOUND, 3},
        Case{"Unauthenticated", absl::StatusCode::kUnauthenticated,
             v1::ERROR_REASON_UNAUTHENTICATED, 4},
        Case{"PermissionDenied", absl::StatusCode::kPermissionDenied,
             v1::ERROR_REASON_SOURCE_NOT_ALLOWED, 4},
        Case{"Unavailable", absl::StatusCode::kUnavailable, kNone, 5},
        Case{"Deadline", absl::StatusCode::kDeadlineExceeded, kNone, 5},
        Case{"Busy", absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_CALLS_IN_FLIGHT, 5},
        Case{"FileUnreadable", absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_FILE_UNREADABLE,
             6},
        Case{"FileUnwritable", absl::StatusCode::kDataLoss, kNone, 6},
        Case{"StoreCorrupt", absl::StatusCode::kDataLoss, v1::ERROR_REASON_STORE_CORRUPT, 7},
        Case{"Internal", absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL, 7},
        Case{"Unimplemented", absl::StatusCode::kUnimplemented, kNone, 7}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kinerja::ctl
