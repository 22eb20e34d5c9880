#include "gateway/security/digest.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "gateway/base/check.h"
#include "gateway/security/openssl.h"

namespace kinerja::security {
namespace {

// Fetched once: a fetch by name costs more than hashing a record.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  KJ_CHECK(algorithm != nullptr);
  return algorithm;
}

EVP_MD_CTX* ThreadContext() {
  thread_local const EvpMdCtxPtr context(EVP_MD_CTX_new());
  KJ_CHECK(context != nullptr);
  return context.get();
}

}  // namespace

std::string Sha256(std::span<const std::string_view> parts) {
  EVP_MD_CTX* const context = ThreadContext();
  KJ_CHECK(EVP_DigestInit_ex2(context, Sha256Algorithm(), nullptr) == 1);
  for (const std::string_view part : parts) {
    KJ_CHECK(EVP_DigestUpdate(context, part.data(), part.size()) == 1);
  }
  std::string digest(kSha256Bytes, '\0');
  auto* const bytes = reinterpret_cast<unsigned char*>(digest.data());
  KJ_CHECK(EVP_DigestFinal_ex(context, bytes, nullptr) == 1);
  return digest;
}

std::string Sha256(std::string_view bytes) {
  return Sha256(std::span<const std::string_view>(&bytes, 1));
}

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  std::string digest(kSha256Bytes, '\0');
  unsigned int size = 0;
  const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
  auto* const out = reinterpret_cast<unsigned char*>(digest.data());
  KJ_CHECK(HMAC(Sha256Algorithm(), key.data(), static_cast<int>(key.size()), data, bytes.size(),
                out, &size) != nullptr);
  KJ_CHECK(size == kSha256Bytes);
  return digest;
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  KJ_CHECK(RAND_bytes_ex(nullptr, reinterpret_cast<unsigned char*>(bytes.data()), count, 0) == 1);
  return bytes;
}

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace kinerja::security
