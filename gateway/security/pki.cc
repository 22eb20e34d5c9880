#include "gateway/security/pki.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/security/openssl.h"

namespace kinerja::security {
namespace {

constexpr absl::Duration kCaLife = absl::Hours(24 * 3652);
constexpr absl::Duration kLeafLife = absl::Hours(24 * 825);
// A clock that runs a little behind must not refuse a new certificate.
constexpr absl::Duration kClockSkew = absl::Minutes(5);

// A certificate and its key.
struct Identity {
  X509Ptr certificate;
  EvpKeyPtr key;
};

// What one certificate is for.
struct Purpose {
  std::string common_name;
  absl::Duration life;
  std::vector<std::pair<int, std::string>> extensions;  // NID and value in OpenSSL's notation
};

struct File {
  std::string path;
  std::string text;
  mode_t mode;
};

// Letters, digits, dots and dashes, beginning with a letter or digit: safe in a file name and in
// OpenSSL's extension notation.
bool IsDnsName(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= 63 && is_plain(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_plain(c) || c == '.' || c == '-'; });
}

bool IsAddress(const std::string& name) {
  ASN1_OCTET_STRING* const address = a2i_IPADDRESS(name.c_str());
  ERR_clear_error();
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

absl::Status CheckNames(const PkiOptions& options) {
  for (const std::string& name : options.server_names) {
    if (IsDnsName(name) || IsAddress(name)) continue;
    return absl::InvalidArgumentError(
        "a server name is no DNS name or address; use letters, digits, dots and dashes");
  }
  std::set<std::string> seen = {"ca", "ca-key", "server", "server-key"};  // names of files
  for (const std::string& name : options.clients) {
    if (!IsDnsName(name)) {
      return absl::InvalidArgumentError(
          "a client name is no DNS name; use letters, digits, dots and dashes");
    }
    if (!seen.insert(name).second || !seen.insert(name + "-key").second) {
      return absl::InvalidArgumentError("client name " + name + " is taken; use another one");
    }
  }
  return absl::OkStatus();
}

std::string ServerSans(const PkiOptions& options) {
  std::string sans = "DNS:localhost,IP:127.0.0.1,IP:::1";
  for (const std::string& name : options.server_names) {
    sans += (IsAddress(name) ? ",IP:" : ",DNS:") + name;
  }
  return sans;
}

bool SetSerial(X509* certificate) {
  uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) != 1) return false;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1;
}

bool SetName(X509* certificate, const std::string& common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, text,
                                    -1, -1, 0) == 1;
}

bool SetValidity(X509* certificate, absl::Time from, absl::Time to) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), absl::ToTimeT(from)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(to)) != nullptr;
}

bool AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const X509ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Signed by `issuer`, or by itself when there is none.
absl::StatusOr<Identity> Issue(const Purpose& purpose, const Identity* issuer,
                               const PkiOptions& options) {
  const absl::Duration life = options.life > absl::ZeroDuration() ? options.life : purpose.life;
  ERR_clear_error();
  Identity made{X509Ptr(X509_new()), EvpKeyPtr(EVP_EC_gen("P-256"))};
  X509* const certificate = made.certificate.get();
  if (certificate == nullptr || made.key == nullptr) return OpensslError("making a key");
  X509* const signer = issuer != nullptr ? issuer->certificate.get() : certificate;
  EVP_PKEY* const signing_key = issuer != nullptr ? issuer->key.get() : made.key.get();
  bool good = X509_set_version(certificate, X509_VERSION_3) == 1 && SetSerial(certificate) &&
              SetName(certificate, purpose.common_name) &&
              SetValidity(certificate, options.now - kClockSkew, options.now + life) &&
              X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1 &&
              X509_set_pubkey(certificate, made.key.get()) == 1;
  for (const auto& [nid, value] : purpose.extensions) {
    good = good && AddExtension(certificate, signer, nid, value);
  }
  good = good && X509_sign(certificate, signing_key, EVP_sha256()) > 0;
  if (!good) return OpensslError("making a certificate");
  return made;
}

Purpose CaPurpose() {
  return {"Kinerja demo CA",
          kCaLife,
          {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
           {NID_key_usage, "critical,keyCertSign,cRLSign"},
           {NID_subject_key_identifier, "hash"}}};
}

Purpose LeafPurpose(const std::string& name, const std::string& usage, const std::string& sans) {
  return {name,
          kLeafLife,
          {{NID_basic_constraints, "critical,CA:FALSE"},
           {NID_key_usage, "critical,digitalSignature"},
           {NID_ext_key_usage, usage},
           {NID_subject_key_identifier, "hash"},
           {NID_authority_key_identifier, "keyid"},
           {NID_subject_alt_name, sans}}};
}

std::string TakeText(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

absl::Status AddFiles(const std::string& stem, const Identity& identity, std::vector<File>* files) {
  const BioPtr certificate(BIO_new(BIO_s_mem()));
  // Secure memory would be wiped by itself; here the process ends right after.
  const BioPtr key(BIO_new(BIO_s_mem()));
  if (certificate == nullptr || key == nullptr ||
      PEM_write_bio_X509(certificate.get(), identity.certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key.get(), identity.key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    return OpensslError("writing PEM");
  }
  files->push_back({stem + ".pem", TakeText(certificate.get()), 0644});
  files->push_back({stem + "-key.pem", TakeText(key.get()), 0600});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<File>> MakeFiles(const PkiOptions& options) {
  std::vector<File> files;
  const std::string folder = options.folder + "/";
  KJ_ASSIGN_OR_RETURN(const Identity ca, Issue(CaPurpose(), nullptr, options));
  KJ_RETURN_IF_ERROR(AddFiles(folder + "ca", ca, &files));
  KJ_ASSIGN_OR_RETURN(
      const Identity server,
      Issue(LeafPurpose("localhost", "serverAuth", ServerSans(options)), &ca, options));
  KJ_RETURN_IF_ERROR(AddFiles(folder + "server", server, &files));
  for (const std::string& name : options.clients) {
    KJ_ASSIGN_OR_RETURN(const Identity client,
                        Issue(LeafPurpose(name, "clientAuth", "DNS:" + name), &ca, options));
    KJ_RETURN_IF_ERROR(AddFiles(folder + name, client, &files));
  }
  return files;
}

absl::Status CannotWrite(const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat(path, " cannot be written (",
                                                    std::strerror(errno),
                                                    "); give a folder that this user may write"));
}

absl::Status WriteFile(const File& file) {
  const std::string temporary = file.path + ".new";
  unlink(temporary.c_str());  // left by a run that was killed
  const int descriptor =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.mode);
  if (descriptor < 0) return CannotWrite(temporary);
  std::string_view rest = file.text;
  while (!rest.empty()) {
    const ssize_t written = write(descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    rest.remove_prefix(static_cast<size_t>(written));
  }
  const bool synced = rest.empty() && fsync(descriptor) == 0;
  if (close(descriptor) != 0 || !synced) return CannotWrite(temporary);
  if (std::rename(temporary.c_str(), file.path.c_str()) != 0) return CannotWrite(file.path);
  return absl::OkStatus();
}

}  // namespace

absl::Status MakeDemoPki(const PkiOptions& options) {
  KJ_RETURN_IF_ERROR(CheckNames(options));
  KJ_ASSIGN_OR_RETURN(const std::vector<File> files, MakeFiles(options));
  if (mkdir(options.folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return CannotWrite(options.folder);
  }
  for (const File& file : files) {
    if (options.force || access(file.path.c_str(), F_OK) != 0) continue;
    return absl::AlreadyExistsError(file.path +
                                    " is there; name another folder, or force to replace it");
  }
  for (const File& file : files) KJ_RETURN_IF_ERROR(WriteFile(file));
  return absl::OkStatus();
}

}  // namespace kinerja::security
