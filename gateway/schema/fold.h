// Folding of texts for comparison (skp-model §11): Unicode NFC, case-fold, trim, inner blanks to
// one. Stored text stays as sent. ASCII takes a short way. Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SCHEMA_FOLD_H_
#define KINERJA_GATEWAY_SCHEMA_FOLD_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace kinerja::schema {

// The folded form; empty for a text of blanks only. `text` is valid UTF-8.
std::string Fold(std::string_view text);
// Number of Unicode code points of valid UTF-8.
size_t CountCodePoints(std::string_view text);
// Drops blanks, dots, dashes and a leading apostrophe, as NIP and NIK are printed.
std::string CleanDigits(std::string_view text);

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_FOLD_H_
