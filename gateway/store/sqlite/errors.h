// Errors: the only place where SQLite's result codes become ours, and where the Store's own errors
// are worded.
//
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_STORE_SQLITE_ERRORS_H_
#define KINERJA_GATEWAY_STORE_SQLITE_ERRORS_H_

#include <string_view>

#include "absl/status/status.h"

namespace kinerja::store::sqlite {

// What a result code means for the writer.
enum class Fault {
  kNone,    // of the statement, or none at all: the connection and the device are well
  kBusy,    // another connection is in the way for now
  kFull,    // no space left; goes away when there is some
  kDevice,  // stable storage cannot be trusted any more, until a restart has looked at it
};

Fault FaultOf(int extended_code);

// RESOURCE_EXHAUSTED STORE_FULL, UNAVAILABLE STORE_FAILED or STORE_BUSY, DATA_LOSS STORE_CORRUPT;
// else INTERNAL: our own SQL or data is wrong. Names the code, never a value or the SQL.
absl::Status StatusOf(int extended_code);

absl::Status TooManyWait();                       // RESOURCE_EXHAUSTED STORE_BUSY
absl::Status Full();                              // RESOURCE_EXHAUSTED STORE_FULL
absl::Status Failed();                            // UNAVAILABLE STORE_FAILED
absl::Status Closed();                            // UNAVAILABLE STORE_CLOSED
absl::Status Foreign(std::string_view path);      // FAILED_PRECONDITION STORE_FOREIGN
absl::Status Broken(std::string_view invariant);  // INTERNAL: a writer broke the contract

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_ERRORS_H_
