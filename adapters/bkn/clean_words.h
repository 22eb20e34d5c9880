// What is kept of a peer's words: those of a fixed vocabulary. A name in plain words, or a number
// in groups, cannot be told from harmless text by its form, so everything else becomes "***"
// (promise P9). Pure; safe for concurrent use.
#ifndef KINERJA_ADAPTERS_BKN_CLEAN_WORDS_H_
#define KINERJA_ADAPTERS_BKN_CLEAN_WORDS_H_

#include <string>
#include <string_view>

namespace kinerja::adapters::bkn {

// One line of at most 160 bytes for the attempt list: known words, also as the parts of a name such
// as "PnsDinilaiId", punctuation, and numbers of at most four digits however they are grouped.
// Values that the peer quotes are hidden too.
std::string CleanWords(std::string_view words);

}  // namespace kinerja::adapters::bkn

#endif  // KINERJA_ADAPTERS_BKN_CLEAN_WORDS_H_
