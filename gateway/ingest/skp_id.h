// Ids and names of records. An id is 63 bits: 42 of milliseconds since 2020 and 21 random ones, so
// that records are stored near each other in the order of their arrival and a name tells nothing
// else. In a name it is 13 characters of lower-case Crockford base 32.
//
// Threading: SkpIdSource is safe for concurrent use; the functions are pure.
#ifndef KINERJA_GATEWAY_INGEST_SKP_ID_H_
#define KINERJA_GATEWAY_INGEST_SKP_ID_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/store/store.h"

namespace kinerja::ingest {

// The parts of `instansi/{kode_bkn}/skp/{id}`.
struct SkpName {
  std::string instansi;
  store::SkpId id = 0;
};

std::string FormatSkpName(std::string_view instansi, store::SkpId id);
// nullopt when it is no name of a record.
std::optional<SkpName> ParseSkpName(std::string_view name);
// The code of `instansi/{kode_bkn}`, "-" included; nullopt when it is none.
std::optional<std::string> ParseInstansiName(std::string_view name);

class SkpIdSource {
 public:
  // Greater than every id it gave before, whatever the clock does.
  store::SkpId Next(absl::Time now);

 private:
  base::Mutex mutex_;
  store::SkpId last_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_SKP_ID_H_
