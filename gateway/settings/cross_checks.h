// What one setting demands of another: rules that an option on a single field cannot say.
//
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SETTINGS_CROSS_CHECKS_H_
#define KINERJA_GATEWAY_SETTINGS_CROSS_CHECKS_H_

#include "gateway/reference/reference.h"
#include "gateway/settings/mistakes.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::settings {

// Adds every mistake between the settings. `reference` may be nullptr when the tables could not be
// read: then nothing is said about codes of instansi and areas.
void CrossCheck(const config::v1::GatewayConfig& config, const reference::Snapshot* reference,
                Mistakes* mistakes);

}  // namespace kinerja::settings

#endif  // KINERJA_GATEWAY_SETTINGS_CROSS_CHECKS_H_
