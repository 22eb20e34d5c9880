#include "gateway/ingest/body_codec.h"

#include <zstd.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/base/check.h"
#include "gateway/base/status_macros.h"
#include "gateway/schema/catalogue.h"
#include "gateway/schema/normalise.h"
#include "gateway/security/digest.h"

namespace kinerja::ingest {
namespace {

constexpr size_t kSaltBytes = 16;
constexpr int kLevel = 1;  // higher ones gain nothing (storage-layout)
constexpr size_t kMaxPlainBytes = 128u
                                  << 20;  // above any message limit; bounds what a bad frame asks

absl::Status Corrupt(std::string_view what) {
  return schema::Error(absl::StatusCode::kDataLoss, v1::ERROR_REASON_STORE_CORRUPT,
                       {{"what", std::string(what)}});
}

std::string HashOf(std::string_view salt, std::string_view plain) {
  const std::array<std::string_view, 2> parts = {salt, plain};
  return security::Sha256(parts);
}

// A context is some 100 KB and costs more to make than a body to compress: one for each thread.
ZSTD_CCtx* Compressor() {
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  return context.get();
}

std::string Compress(std::string_view plain) {
  std::string frame(ZSTD_compressBound(plain.size()), '\0');
  const size_t size = ZSTD_compressCCtx(Compressor(), frame.data(), frame.size(), plain.data(),
                                        plain.size(), kLevel);
  KJ_CHECK(!ZSTD_isError(size));  // the bound leaves room, so only a broken library gets here
  frame.resize(size);
  return frame;
}

absl::StatusOr<std::string> Decompress(std::string_view frame) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size > kMaxPlainBytes) return Corrupt("body frame");  // also "unknown" and "error"
  std::string plain(static_cast<size_t>(size), '\0');
  const size_t got = ZSTD_decompress(plain.data(), plain.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) || got != plain.size()) return Corrupt("body frame");
  return plain;
}

absl::StatusOr<std::string> PlainBytes(const store::SealedBody& body) {
  switch (static_cast<BodyFormat>(body.format)) {
    case BodyFormat::kRaw:
      return body.bytes;
    case BodyFormat::kZstd:
      return Decompress(body.bytes);
  }
  return Corrupt("body format");
}

}  // namespace

store::SealedBody SealBody(const v1::Skp& skp) {
  const std::string plain = schema::SerialiseDeterministic(skp);
  store::SealedBody body;
  body.format = static_cast<uint8_t>(BodyFormat::kZstd);
  body.salt = security::RandomBytes(kSaltBytes);
  body.hash = HashOf(body.salt, plain);
  body.bytes = Compress(plain);
  return body;
}

absl::StatusOr<v1::Skp> OpenBody(const store::SealedBody& body) {
  KJ_ASSIGN_OR_RETURN(const std::string plain, PlainBytes(body));
  if (HashOf(body.salt, plain) != body.hash) return Corrupt("body hash");
  v1::Skp skp;
  if (!skp.ParseFromString(plain)) return Corrupt("body");
  return skp;
}

}  // namespace kinerja::ingest
