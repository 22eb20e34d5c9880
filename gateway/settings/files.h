// The files that a configuration names: where they are, whether they can be used.
//
// Threading: safe for concurrent use; reads the disk.
#ifndef KINERJA_GATEWAY_SETTINGS_FILES_H_
#define KINERJA_GATEWAY_SETTINGS_FILES_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/reference/reference.h"
#include "gateway/settings/mistakes.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::settings {

// The bytes of a regular file. INVALID_ARGUMENT "cannot be read (<why>); <what to do>".
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes);

// Makes each relative path in `config` begin at `folder`.
void ResolvePaths(const std::string& folder, config::v1::GatewayConfig* config);

// The reference tables; nullptr when they cannot be read or are wrong, with each of their mistakes
// at the line of the setting that names the table.
std::shared_ptr<const reference::Snapshot> LoadReference(const config::v1::GatewayConfig& config,
                                                         Mistakes* mistakes);

// Judges certificates, keys and the folder of the store.
void CheckFiles(const config::v1::GatewayConfig& config, absl::Time now, Mistakes* mistakes);

}  // namespace kinerja::settings

#endif  // KINERJA_GATEWAY_SETTINGS_FILES_H_
