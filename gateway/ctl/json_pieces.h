// Splits a text into the JSON objects it holds: objects one after the other (also one per line), or
// the elements of one array. Looks at brackets and quotes only; each object is judged by its
// parser. Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_CTL_JSON_PIECES_H_
#define KINERJA_GATEWAY_CTL_JSON_PIECES_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace kinerja::ctl {

// One object: text.substr(begin, size), on this line (from 1).
struct JsonPiece {
  size_t begin = 0;
  size_t size = 0;
  size_t line = 1;
};

struct JsonPieces {
  std::vector<JsonPiece> pieces;
  size_t bad_line = 0;  // where it stops to be a list of objects; 0: it is one
};

// Pieces before the bad line are whole.
JsonPieces SplitJson(std::string_view text);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_JSON_PIECES_H_
