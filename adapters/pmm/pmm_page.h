// A page of changes as PMM sends it: envelope, records, and the cursor behind them.
//
// Each record is cut out of the page as it was sent, so that one that cannot be read, whatever it
// is, is kept with its own bytes and does not cost the others: the cursor moves behind it. Pure;
// safe for concurrent use.
#ifndef KINERJA_ADAPTERS_PMM_PMM_PAGE_H_
#define KINERJA_ADAPTERS_PMM_PMM_PAGE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/pmm/pmm_mapping.h"
#include "gateway/adapter/adapter.h"

namespace kinerja::adapters::pmm {

// Most bytes of one page: 500 records of 64 KiB.
inline constexpr size_t kMaxPageBytes = size_t{32} << 20;
// Most records that may be asked for, and that are taken: a page that overlaps the one before may
// hold more than was asked for, and refusing it would stop the source for ever.
inline constexpr size_t kMaxPageRecords = 500;
inline constexpr size_t kMostRecordsTaken = 2000;

struct Page {
  std::vector<adapter::PulledRecord> records;
  std::string next_cursor;
  bool more = false;
};

// Nothing when the text is no page: no JSON, another envelope, more than one may hold. One that
// says `more` without leading on from `cursor`, the one that was asked with, is none either:
// following it would never end.
std::optional<Page> ReadPage(std::string_view text, std::string_view cursor,
                             const MappingOptions& options);

}  // namespace kinerja::adapters::pmm

#endif  // KINERJA_ADAPTERS_PMM_PMM_PAGE_H_
