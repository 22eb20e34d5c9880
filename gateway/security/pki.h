// A demonstration PKI: one CA, one server certificate, client certificates. For trying mTLS on one
// machine; a real installation brings certificates from its own CA.
//
// Threading: one caller per folder at a time.
//
//   PkiOptions options{.folder = "run/pki", .clients = {"pmm.example"}, .now = clock.Now()};
//   KJ_RETURN_IF_ERROR(MakeDemoPki(options));
#ifndef KINERJA_GATEWAY_SECURITY_PKI_H_
#define KINERJA_GATEWAY_SECURITY_PKI_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kinerja::security {

struct PkiOptions {
  std::string folder;  // made with mode 0700 when it is not there; its parent must be
  std::vector<std::string> server_names;       // DNS names or IP addresses besides localhost
  std::vector<std::string> clients;            // DNS name of each client; also in its file names
  bool force = false;                          // replace files that are there
  absl::Time now;                              // begin of validity
  absl::Duration life = absl::ZeroDuration();  // of all of them; zero: what each has by itself
};

// Writes ca.pem, server.pem and <client>.pem, each with its key <name>-key.pem (mode 0600). EC
// P-256; by itself the CA lasts ten years, the others 825 days, what common clients accept at most.
// The server certificate is for localhost, 127.0.0.1, ::1 and `server_names`. Each file appears
// whole or not. INVALID_ARGUMENT: a name is no DNS name or address. ALREADY_EXISTS: a file is there
// and `force` is not set; nothing was written. FAILED_PRECONDITION: the folder cannot be written.
absl::Status MakeDemoPki(const PkiOptions& options);

}  // namespace kinerja::security

#endif  // KINERJA_GATEWAY_SECURITY_PKI_H_
