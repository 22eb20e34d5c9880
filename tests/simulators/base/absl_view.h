// AbslView: a std::string_view as Abseil's own, which in Debian's build is another type.
//
// Threading: pure.
#ifndef KINERJA_TESTS_SIMULATORS_BASE_ABSL_VIEW_H_
#define KINERJA_TESTS_SIMULATORS_BASE_ABSL_VIEW_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace kinerja::simulators {

inline absl::string_view AbslView(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace kinerja::simulators

#endif  // KINERJA_TESTS_SIMULATORS_BASE_ABSL_VIEW_H_
