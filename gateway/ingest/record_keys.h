// What a record is found by: its person, the keys of lists and streams, the targets it is owed to.
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_INGEST_RECORD_KEYS_H_
#define KINERJA_GATEWAY_INGEST_RECORD_KEYS_H_

#include <string>
#include <vector>

#include "gateway/ingest/rulebook.h"
#include "gateway/store/store.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::ingest {

// "nip:<digits>" or "nik:<digits>"; empty when the record names nobody.
std::string PersonKey(const v1::Pegawai& pegawai);
// What lists and routes select the record by; it must be stamped.
store::FilterKeys KeysOf(const v1::Skp& skp);
// The same with what would be stamped on it.
store::FilterKeys KeysOf(const v1::Skp& skp, const v1::Rujukan& rujukan);
// The targets it is owed to.
std::vector<std::string> TargetsOf(const v1::Skp& skp, const Rulebook& rulebook);

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_RECORD_KEYS_H_
