// Settings: the configuration file of kinerja-gateway, read and judged. The schema is config.proto;
// what each setting means stands there and in config/README.md.
//
// Threading: safe for concurrent use; reads the disk, touches no network.
//
//   absl::StatusOr<Settings> settings = LoadSettings(path, clock.Now());
//   if (!settings.ok()) { std::cerr << settings.status().message() << "\n"; return 1; }
#ifndef KINERJA_GATEWAY_SETTINGS_SETTINGS_H_
#define KINERJA_GATEWAY_SETTINGS_SETTINGS_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/reference/reference.h"
#include "gateway/settings/mistakes.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::settings {

struct Settings {
  // Every field is as config.proto promises; defaults are filled in, relative paths begin at the
  // folder of the file.
  config::v1::GatewayConfig config;
  std::shared_ptr<const reference::Snapshot> reference;  // shared with what judges records
};

// Reads the file and everything it names. Certificates must be valid at `now`.
// INVALID_ARGUMENT (CONFIG_INVALID): the message holds every mistake, one a line, as
// "<path>:<line>: <field>: <what is wrong>; <what to do>"; ErrorInfo holds the total.
absl::StatusOr<Settings> LoadSettings(const std::string& path, absl::Time now);

// The part that needs only the text: YAML, and the options on each field. What is wrong is added to
// `mistakes` and absent from the result. Pure.
config::v1::GatewayConfig ParseConfig(std::string_view yaml, Mistakes* mistakes);

// The settings in force as one line of JSON, for the log at start; proofs of principals are masked.
std::string EffectiveConfigForLog(const config::v1::GatewayConfig& config);

}  // namespace kinerja::settings

#endif  // KINERJA_GATEWAY_SETTINGS_SETTINGS_H_
