#include "adapters/register_adapters.h"

#include "adapters/bkn/bkn_adapter.h"
#include "adapters/pmm/pmm_adapter.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::adapters {

void RegisterAdapters(adapter::AdapterRegistry* registry, net::HttpLoop* loop,
                      const base::Clock* clock) {
  registry->AddTarget("bkn", [loop, clock](const config::v1::Target& target) {
    return bkn::BknAdapter::Create(target, loop, clock);
  });
  registry->AddSource("pmm", [loop](const config::v1::SourceSystem& source) {
    return pmm::PmmAdapter::Create(source, loop);
  });
}

}  // namespace kinerja::adapters
