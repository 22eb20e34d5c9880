#include "gateway/security/openssl.h"

#include <openssl/err.h>

#include <string>

namespace kinerja::security {

absl::Status OpensslError(std::string_view doing) {
  std::string message(doing);
  message += " failed";
  const char* separator = ": ";
  while (const unsigned long code = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(code);
    message += separator;
    message += reason != nullptr ? reason : "unknown reason";
    separator = ", ";
  }
  return absl::InternalError(message);
}

}  // namespace kinerja::security
