// The sync status that goes back to PMM, in its words.
//
// Pure; safe for concurrent use.
#ifndef KINERJA_ADAPTERS_PMM_SYNC_STATUS_H_
#define KINERJA_ADAPTERS_PMM_SYNC_STATUS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/adapter/adapter.h"

namespace kinerja::adapters::pmm {

// Most reports of one message.
inline constexpr size_t kMaxReports = 500;

// Whether PMM knows what the report is about: a record that came without an id or a version is kept
// aside here, and cannot be named there.
bool CanBeTold(const adapter::StatusReport& report);

// The body of one message.
std::string WriteReports(const std::vector<adapter::StatusReport>& reports);

// How many entries PMM says that it took; nothing when the text is not its answer.
std::optional<size_t> ReadTaken(std::string_view text);

}  // namespace kinerja::adapters::pmm

#endif  // KINERJA_ADAPTERS_PMM_SYNC_STATUS_H_
