// Switches: the behaviours of SIASN that public clients describe in more than one way.
//
// Threading: a plain value; SwitchBoard is safe for concurrent use.
#ifndef KINERJA_TESTS_SIMULATORS_BKN_SWITCHES_H_
#define KINERJA_TESTS_SIMULATORS_BKN_SWITCHES_H_

#include <cstdint>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/status/status.h"

namespace kinerja::simulators::bkn {

// Defaults are those that most clients saw. The README has a table with every value.
struct Switches {
  int64_t wso2_token_lifetime_s = 3600;
  int64_t sso_token_lifetime_s = 36'000;
  bool password_grant = true;           // false: refused, as since the SSO login asks for more
  bool map_data_object = false;         // id of skp22 and kinerjaperiodik: bare text or object
  int64_t required_status = 200;        // HTTP status of the required-field list
  std::string not_found = "404";        // 404, 200_text, 200_null, 200_absent, record_not_found
  bool values_as_numbers = false;       // numbers of read-back rows
  std::string gateway_errors = "flat";  // flat, fault (wrapped) or xml
  bool first_auth_line_only = false;
  bool empty_history = false;        // lists of rows are lost: code 1, data null, for everybody
  bool transposed_quadrant = false;  // what is kept is read from the matrix with its sides changed
};

class SwitchBoard {
 public:
  Switches Current() const;

  // Turns the switches that `changes` names. INVALID_ARGUMENT: an unknown name or value; then
  // nothing changes.
  absl::Status Turn(const nlohmann::json& changes);

  // Every switch by its name.
  nlohmann::json List() const;

 private:
  mutable std::mutex mutex_;
  Switches switches_;  // guarded by mutex_
};

}  // namespace kinerja::simulators::bkn

#endif  // KINERJA_TESTS_SIMULATORS_BKN_SWITCHES_H_
