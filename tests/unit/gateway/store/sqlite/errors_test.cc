#include "gateway/store/sqlite/errors.h"

#include <sqlite3.h>

#include "gateway/base/status.h"
#include "gtest/gtest.h"

namespace kinerja::store::sqlite {
namespace {

TEST(ErrorsTest, MapsEveryKindOfResultCode) {
  using absl::StatusCode;
  struct Case {
    int code;
    Fault fault;
    StatusCode status;
    const char* reason;
  };
  const Case cases[] = {
      {SQLITE_OK, Fault::kNone, StatusCode::kOk, ""},
      {SQLITE_DONE, Fault::kNone, StatusCode::kOk, ""},
      {SQLITE_FULL, Fault::kFull, StatusCode::kResourceExhausted, "STORE_FULL"},
      {SQLITE_IOERR_SHMSIZE, Fault::kFull, StatusCode::kResourceExhausted, "STORE_FULL"},
      {SQLITE_IOERR_FSYNC, Fault::kDevice, StatusCode::kUnavailable, "STORE_FAILED"},
      {SQLITE_IOERR_READ, Fault::kDevice, StatusCode::kUnavailable, "STORE_FAILED"},
      {SQLITE_CANTOPEN, Fault::kDevice, StatusCode::kUnavailable, "STORE_FAILED"},
      {SQLITE_READONLY, Fault::kDevice, StatusCode::kUnavailable, "STORE_FAILED"},
      {SQLITE_CORRUPT_VTAB, Fault::kDevice, StatusCode::kDataLoss, "STORE_CORRUPT"},
      {SQLITE_NOTADB, Fault::kDevice, StatusCode::kDataLoss, "STORE_CORRUPT"},
      {SQLITE_BUSY_SNAPSHOT, Fault::kBusy, StatusCode::kUnavailable, "STORE_BUSY"},
      {SQLITE_NOMEM, Fault::kBusy, StatusCode::kUnavailable, "STORE_BUSY"},
      {SQLITE_CONSTRAINT_UNIQUE, Fault::kNone, StatusCode::kInternal, "INTERNAL"},
      {SQLITE_TOOBIG, Fault::kNone, StatusCode::kInternal, "INTERNAL"},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.code);
    EXPECT_EQ(FaultOf(test.code), test.fault);
    EXPECT_EQ(StatusOf(test.code).code(), test.status);
    EXPECT_EQ(base::ReasonOf(StatusOf(test.code)), test.reason);
  }
}

}  // namespace
}  // namespace kinerja::store::sqlite
