// The command line of tests of flags.
#ifndef KINERJA_TESTS_UNIT_GATEWAY_CTL_PARSE_WORDS_H_
#define KINERJA_TESTS_UNIT_GATEWAY_CTL_PARSE_WORDS_H_

#include <vector>

#include "gateway/ctl/flags.h"
#include "gtest/gtest.h"

namespace kinerja::ctl {

inline ParsedFlags Parse(std::vector<const char*> words) {
  words.insert(words.begin(), "kinerjactl");
  return ParseFlags(static_cast<int>(words.size()), words.data());
}

inline Flags MustParse(const std::vector<const char*>& words) {
  const ParsedFlags parsed = Parse(words);
  EXPECT_TRUE(parsed.flags.has_value()) << parsed.text;
  return parsed.flags.value_or(Flags());
}

}  // namespace kinerja::ctl

#endif  // KINERJA_TESTS_UNIT_GATEWAY_CTL_PARSE_WORDS_H_
