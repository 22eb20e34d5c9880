// How a body is stored: our deterministic serialisation behind one format byte, with SHA-256 over a
// random salt and the plain bytes (receipts are built from it later).
//
// Threading: pure but for the random salt; safe for concurrent use.
#ifndef KINERJA_GATEWAY_INGEST_BODY_CODEC_H_
#define KINERJA_GATEWAY_INGEST_BODY_CODEC_H_

#include "absl/status/statusor.h"
#include "gateway/store/store.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::ingest {

// Formats of a stored body; values are never reused. Both are read, kZstd is written: the file
// is 2.5 times smaller for some 10 µs (gateway/decisions/2026-11-22-storage-layout.md).
enum class BodyFormat : uint8_t {
  kRaw = 1,
  kZstd = 2,  // one frame that names its content size, no dictionary
};

// Serialises and seals a record that is normalised and stamped.
store::SealedBody SealBody(const v1::Skp& skp);
// Opens and parses. DATA_LOSS STORE_CORRUPT when the bytes are no record or the hash differs.
absl::StatusOr<v1::Skp> OpenBody(const store::SealedBody& body);

}  // namespace kinerja::ingest

#endif  // KINERJA_GATEWAY_INGEST_BODY_CODEC_H_
