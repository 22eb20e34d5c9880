#include "gateway/security/tls_files.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/security/openssl.h"

namespace kinerja::security {
namespace {

// Beyond what any certificate chain or key needs.
constexpr off_t kMaxFileBytes = 1 << 20;

absl::Status Wrong(const std::string& file, std::string_view what) {
  return absl::InvalidArgumentError(file + " " + std::string(what));
}

absl::StatusOr<struct stat> StatFile(const std::string& file) {
  struct stat info = {};
  if (stat(file.c_str(), &info) != 0) {
    return Wrong(file, absl::StrCat("cannot be read (", std::strerror(errno),
                                    "); give a file that this user may read"));
  }
  if (!S_ISREG(info.st_mode) || info.st_size > kMaxFileBytes) {
    return Wrong(file, "is no file of at most 1 MiB; give a PEM file");
  }
  return info;
}

absl::StatusOr<BioPtr> OpenFile(const std::string& file) {
  KJ_RETURN_IF_ERROR(StatFile(file).status());
  BioPtr bio(BIO_new_file(file.c_str(), "rb"));
  ERR_clear_error();
  if (bio == nullptr) {
    return Wrong(file, "cannot be read; give a file that this user may read");
  }
  return bio;
}

// Every certificate of the file; at least one.
absl::StatusOr<std::vector<X509Ptr>> ReadCertificates(const std::string& file) {
  KJ_ASSIGN_OR_RETURN(const BioPtr bio, OpenFile(file));
  std::vector<X509Ptr> certificates;
  while (X509* const next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(next);
  }
  // After the last one the reason is "no start line"; any other means a damaged one.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (certificates.empty() || !at_end) {
    return Wrong(file, "holds no readable certificate; give a PEM file with the certificate first");
  }
  return certificates;
}

// Never asks on a terminal for a passphrase.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::StatusOr<EvpKeyPtr> ReadKey(const std::string& file) {
  KJ_ASSIGN_OR_RETURN(const BioPtr bio, OpenFile(file));
  EvpKeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return Wrong(file, "holds no readable private key; give a PEM file without passphrase");
  }
  return key;
}

}  // namespace

absl::Status CheckCertificates(const std::string& file, absl::Time now) {
  KJ_ASSIGN_OR_RETURN(const std::vector<X509Ptr> certificates, ReadCertificates(file));
  time_t at = absl::ToTimeT(now);
  for (const X509Ptr& certificate : certificates) {
    if (X509_cmp_time(X509_get0_notBefore(certificate.get()), &at) > 0) {
      return Wrong(file,
                   "holds a certificate that is not valid yet; check the clock of this machine");
    }
    if (X509_cmp_time(X509_get0_notAfter(certificate.get()), &at) < 0) {
      return Wrong(file, "holds a certificate that has expired; replace it");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPrivateKey(const std::string& file) {
  KJ_ASSIGN_OR_RETURN(const struct stat info, StatFile(file));
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Wrong(file, "may be used by others than its owner; run chmod 600 on it");
  }
  return ReadKey(file).status();
}

absl::Status CheckKeyMatches(const std::string& certificate_file, const std::string& key_file) {
  const auto certificates = ReadCertificates(certificate_file);
  const auto key = ReadKey(key_file);
  if (!certificates.ok() || !key.ok()) return absl::OkStatus();
  const bool matches = X509_check_private_key(certificates->front().get(), key->get()) == 1;
  ERR_clear_error();
  if (matches) return absl::OkStatus();
  return Wrong(key_file, absl::StrCat("is not the key of the first certificate in ",
                                      certificate_file, "; give the two that belong together"));
}

}  // namespace kinerja::security
