// The two macros for absl::Status; there are no others.
//
//   KJ_RETURN_IF_ERROR(store.Flush());
//   KJ_ASSIGN_OR_RETURN(const Record record, store.Get(name));
#ifndef KINERJA_GATEWAY_BASE_STATUS_MACROS_H_
#define KINERJA_GATEWAY_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// The line number in the names keeps -Wshadow quiet when an expression contains a lambda that uses
// the macro too.
#define KJ_STATUS_JOIN_INNER_(a, b) a##b
#define KJ_STATUS_JOIN_(a, b) KJ_STATUS_JOIN_INNER_(a, b)

// Evaluates an absl::Status and returns it from the function unless it is OK.
#define KJ_RETURN_IF_ERROR(expression) \
  KJ_RETURN_IF_ERROR_INNER_(KJ_STATUS_JOIN_(kj_status_, __LINE__), expression)
#define KJ_RETURN_IF_ERROR_INNER_(name, expression) \
  do {                                              \
    absl::Status name = (expression);               \
    if (!name.ok()) return name;                    \
  } while (false)

// Evaluates an absl::StatusOr and assigns its value, or returns its status. `target` may declare a
// variable; a type with a comma needs an alias or `auto`. Not for use as the body of an if or a
// loop.
#define KJ_ASSIGN_OR_RETURN(target, expression) \
  KJ_ASSIGN_OR_RETURN_INNER_(KJ_STATUS_JOIN_(kj_status_or_, __LINE__), target, expression)
#define KJ_ASSIGN_OR_RETURN_INNER_(name, target, expression) \
  auto name = (expression);                                  \
  if (!name.ok()) return std::move(name).status();           \
  target = *std::move(name)

#endif  // KINERJA_GATEWAY_BASE_STATUS_MACROS_H_
