// Migrations: brings a database to the layout that this program knows, one numbered step after the
// other, each in a transaction of its own.
//
// The steps are gateway/store/migrations/sqlite/NNNN_*.sql, embedded at build, never edited after a
// release. The number of the last one done is the file's user_version.
#ifndef KINERJA_GATEWAY_STORE_SQLITE_MIGRATIONS_H_
#define KINERJA_GATEWAY_STORE_SQLITE_MIGRATIONS_H_

#include <span>

#include "absl/status/status.h"
#include "gateway/store/sqlite/database.h"

namespace kinerja::store::sqlite {

// One script per step, oldest first; the number of a step is its place, from 1. Null-terminated.
std::span<const char* const> AllMigrations();

// FAILED_PRECONDITION STORE_NEWER when the database has steps that `migrations` has not. A process
// that dies in between leaves whole steps only; the next start goes on.
absl::Status Migrate(Database& db, std::span<const char* const> migrations = AllMigrations());

}  // namespace kinerja::store::sqlite

#endif  // KINERJA_GATEWAY_STORE_SQLITE_MIGRATIONS_H_
