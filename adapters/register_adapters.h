// The list of adapters that this program has; nothing else. gateway/main.cc calls it.
//
// Threading: once, before the registry is used.
#ifndef KINERJA_ADAPTERS_REGISTER_ADAPTERS_H_
#define KINERJA_ADAPTERS_REGISTER_ADAPTERS_H_

#include "gateway/adapter/adapter_registry.h"
#include "gateway/base/clock.h"
#include "gateway/net/http_loop.h"

namespace kinerja::adapters {

// Adds every adapter. Loop and clock outlive what the registry makes.
void RegisterAdapters(adapter::AdapterRegistry* registry, net::HttpLoop* loop,
                      const base::Clock* clock);

}  // namespace kinerja::adapters

#endif  // KINERJA_ADAPTERS_REGISTER_ADAPTERS_H_
