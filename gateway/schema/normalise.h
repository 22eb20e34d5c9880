// Brings a submitted record into the form in which it is compared, judged and kept. Only what the
// field options say: output-only fields are cleared, NIP and NIK cleaned; texts stay as sent.
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SCHEMA_NORMALISE_H_
#define KINERJA_GATEWAY_SCHEMA_NORMALISE_H_

#include <string>

#include "google/protobuf/message.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::schema {

// Clears output-only fields and cleans FORMAT_NIP and FORMAT_DIGITS fields, at every depth; derives
// missing element keys (rhk_id, indikator_id, rencana_aksi_id, keberatan_id) from content: kind,
// order among equals and folded text, the same every time, and marks them id_turunan. A key that
// was marked derived by us and comes back with the same value is marked again.
void Normalise(v1::Skp* skp);

// Removes everything that is not content: output-only and not_content fields, at every depth. Two
// records are equal when what is left serialises alike.
void KeepContent(google::protobuf::Message* message);

// Deterministic serialisation: fields in number order, no unknown fields; the same bytes for equal
// messages of this program.
std::string SerialiseDeterministic(const google::protobuf::Message& message);

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_NORMALISE_H_
