// SHA-256, random bytes, and comparison that does not tell where two texts differ.
//
// Threading: safe for concurrent use; each thread keeps its own hashing state.
// A failure here means that the library is broken or the machine gives no randomness: it ends the
// process, because no caller could go on safely.
#ifndef KINERJA_GATEWAY_SECURITY_DIGEST_H_
#define KINERJA_GATEWAY_SECURITY_DIGEST_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace kinerja::security {

inline constexpr size_t kSha256Bytes = 32;

// SHA-256 over the parts one after the other, as 32 bytes. Parts are not separated: where two
// splits must differ, put the lengths in.
std::string Sha256(std::span<const std::string_view> parts);
std::string Sha256(std::string_view bytes);

// HMAC-SHA-256 of the bytes under the key, as 32 bytes: a name for them that tells nothing without
// it.
std::string HmacSha256(std::string_view key, std::string_view bytes);

// Bytes nobody can guess: for salts and tokens.
std::string RandomBytes(size_t count);

// Whether both are equal, in a time that depends on their lengths only.
bool ConstantTimeEqual(std::string_view a, std::string_view b);

}  // namespace kinerja::security

#endif  // KINERJA_GATEWAY_SECURITY_DIGEST_H_
