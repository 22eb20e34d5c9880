// KJ_CHECK: ends the process when one of our own invariants is broken. In every build.
//
// Not for bad input, a bad network or a full disk: those are absl::Status. Here the program itself
// is wrong, and what is stored is safer with a restart than with going on.
//
//   KJ_CHECK(revision > 0);
#ifndef KINERJA_GATEWAY_BASE_CHECK_H_
#define KINERJA_GATEWAY_BASE_CHECK_H_

#include <cstdlib>

#include "gateway/base/log.h"

// The log line names file, line and the condition as written, never a value.
#define KJ_CHECK(condition)                                                                      \
  do {                                                                                           \
    if (!(condition)) [[unlikely]] {                                                             \
      ::kinerja::base::Log(::kinerja::base::Level::kFatal, "check_failed",                       \
                           {{"file", __FILE__}, {"line", __LINE__}, {"condition", #condition}}); \
      std::abort();                                                                              \
    }                                                                                            \
  } while (false)

#endif  // KINERJA_GATEWAY_BASE_CHECK_H_
