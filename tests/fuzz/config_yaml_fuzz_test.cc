// Any bytes as configuration: a message or named mistakes, never a crash, and bounded work.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/check.h"
#include "gateway/settings/cross_checks.h"
#include "gateway/settings/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace settings = kinerja::settings;
  const std::string_view yaml(reinterpret_cast<const char*>(data), size);
  settings::Mistakes mistakes;
  const kinerja::config::v1::GatewayConfig config = settings::ParseConfig(yaml, &mistakes);
  settings::CrossCheck(config, nullptr, &mistakes);
  for (const settings::Mistake& mistake : mistakes.Sorted()) {
    KJ_CHECK(mistake.line >= 1 && !mistake.text.empty());
  }
  // What has no mistake has what is required.
  const std::string json = settings::EffectiveConfigForLog(config);
  KJ_CHECK(!mistakes.empty() || json.starts_with("{\"listeners\":[{"));
  return 0;
}
