// Lower-case hexadecimal. Pure.
#ifndef KINERJA_GATEWAY_BASE_HEX_H_
#define KINERJA_GATEWAY_BASE_HEX_H_

#include <optional>
#include <string>
#include <string_view>

namespace kinerja::base {

// Two digits a byte.
std::string HexEncode(std::string_view bytes);

// The bytes, or nothing when `text` is not what HexEncode writes (odd length, an upper-case digit
// or any other character): one value has one spelling, so spellings can be compared.
std::optional<std::string> HexDecode(std::string_view text);

}  // namespace kinerja::base

#endif  // KINERJA_GATEWAY_BASE_HEX_H_
