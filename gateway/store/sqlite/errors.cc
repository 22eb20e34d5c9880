#include "gateway/store/sqlite/errors.h"

#include <sqlite3.h>

#include <string>

#include "gateway/base/status.h"

namespace kinerja::store::sqlite {

using absl::StatusCode;
using base::MakeError;

Fault FaultOf(int extended_code) {
  // The index beside the log lives in a file that is never synced: that it cannot grow is a full
  // disk, and none of our bytes were at stake.
  if (extended_code == SQLITE_IOERR_SHMSIZE) return Fault::kFull;
  switch (extended_code & 0xFF) {
    case SQLITE_FULL:
      return Fault::kFull;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
      return Fault::kBusy;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Fault::kDevice;
    default:
      return Fault::kNone;
  }
}

absl::Status StatusOf(int extended_code) {
  const int code = extended_code & 0xFF;
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return absl::OkStatus();
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    return MakeError(StatusCode::kDataLoss, "STORE_CORRUPT",
                     "stored bytes of the database cannot be read; restore from a backup",
                     {{"what", "the database"}});
  }
  switch (FaultOf(extended_code)) {
    case Fault::kFull:
      return Full();
    case Fault::kDevice:
      return Failed();
    case Fault::kBusy:
      return MakeError(StatusCode::kUnavailable, "STORE_BUSY",
                       "the store cannot be read now; try again", {});
    case Fault::kNone:
      break;
  }
  const std::string number = std::to_string(extended_code);
  return MakeError(StatusCode::kInternal, "INTERNAL",
                   "the store refused a statement with code " + number + "; report this",
                   {{"code", number}});
}

absl::Status TooManyWait() {
  return MakeError(StatusCode::kResourceExhausted, "STORE_BUSY",
                   "too much waits for the store; try again a little later", {});
}

absl::Status Full() {
  return MakeError(StatusCode::kResourceExhausted, "STORE_FULL",
                   "no space is left for new records; free space, writing goes on by itself", {});
}

absl::Status Failed() {
  return MakeError(StatusCode::kUnavailable, "STORE_FAILED",
                   "stable storage reported an error; check the device and restart the gateway, "
                   "then send again with the same request_id",
                   {});
}

absl::Status Closed() {
  return MakeError(StatusCode::kUnavailable, "STORE_CLOSED", "the gateway is stopping; try again",
                   {});
}

absl::Status Foreign(std::string_view path) {
  const std::string text(path);
  return MakeError(StatusCode::kFailedPrecondition, "STORE_FOREIGN",
                   "the file at " + text + " is not a store of this gateway; give another path",
                   {{"path", text}});
}

absl::Status Broken(std::string_view invariant) {
  return MakeError(StatusCode::kInternal, "INTERNAL",
                   "a decision broke the contract of the store: " + std::string(invariant),
                   {{"invariant", std::string(invariant)}});
}

}  // namespace kinerja::store::sqlite
