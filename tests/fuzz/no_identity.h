// What no answer about a bad input may hold: a number that could be a NIK or a NIP.
#ifndef KINERJA_TESTS_FUZZ_NO_IDENTITY_H_
#define KINERJA_TESTS_FUZZ_NO_IDENTITY_H_

#include <algorithm>
#include <string_view>

namespace kinerja::fuzz {

// Whether a run of exactly 16 or 18 digits stands in the text. No bound that our sentences name has
// so many.
inline bool HoldsIdentity(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  for (size_t at = text.find_first_of(kDigits); at != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_not_of(kDigits, at), text.size());
    if (end - at == 16 || end - at == 18) return true;
    at = text.find_first_of(kDigits, end);
  }
  return false;
}

}  // namespace kinerja::fuzz

#endif  // KINERJA_TESTS_FUZZ_NO_IDENTITY_H_
