// Ownership of OpenSSL objects and its error queue as a Status. Only for files of this folder: no
// other may include OpenSSL, not even through a header.
//
//   EvpKeyPtr key(EVP_EC_gen("P-256"));
//   if (key == nullptr) return OpensslError("making a key");
//
// Threading: OpenSSL's error queue belongs to the thread.
#ifndef KINERJA_GATEWAY_SECURITY_OPENSSL_H_
#define KINERJA_GATEWAY_SECURITY_OPENSSL_H_

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

#include "absl/status/status.h"

namespace kinerja::security {

struct OpensslDeleter {
  void operator()(BIO* p) const { BIO_free_all(p); }
  void operator()(EVP_MD* p) const { EVP_MD_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
};

using BioPtr = std::unique_ptr<BIO, OpensslDeleter>;
using EvpMdPtr = std::unique_ptr<EVP_MD, OpensslDeleter>;
using EvpMdCtxPtr = std::unique_ptr<EVP_MD_CTX, OpensslDeleter>;
using EvpKeyPtr = std::unique_ptr<EVP_PKEY, OpensslDeleter>;
using X509Ptr = std::unique_ptr<X509, OpensslDeleter>;
using X509ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpensslDeleter>;

// INTERNAL "<doing> failed: <reasons>": drains this thread's error queue. Takes the fixed reason
// texts only, never the data strings, which may quote input.
absl::Status OpensslError(std::string_view doing);

}  // namespace kinerja::security

#endif  // KINERJA_GATEWAY_SECURITY_OPENSSL_H_
