// Judges certificate files before anything listens with them, so that a wrong one is a sentence at
// start and not a handshake error later.
//
// Threading: pure but for reading the files; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SECURITY_TLS_FILES_H_
#define KINERJA_GATEWAY_SECURITY_TLS_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kinerja::security {

// Each returns OK or INVALID_ARGUMENT with "<file> <what is wrong>; <what to do>".

// A PEM file of one or more certificates, each of them valid at `now`.
absl::Status CheckCertificates(const std::string& file, absl::Time now);

// A PEM private key without passphrase that nobody but its owner may read.
absl::Status CheckPrivateKey(const std::string& file);

// Whether the first certificate of one file belongs to the key of the other. OK when either cannot
// be read: the functions above have said so.
absl::Status CheckKeyMatches(const std::string& certificate_file, const std::string& key_file);

}  // namespace kinerja::security

#endif  // KINERJA_GATEWAY_SECURITY_TLS_FILES_H_
