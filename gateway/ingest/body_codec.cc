#include "gateway/ingest/body_codec.h"

#include <array>

#include "gateway/schema/catalogue.h"
#include "gateway/schema/normalise.h"
#include "gateway/security/digest.h"

namespace kinerja::ingest {
namespace {

constexpr size_t kSaltBytes = 16;

absl::Status Corrupt(std::string_view what) {
  return schema::Error(absl::StatusCode::kDataLoss, v1::ERROR_REASON_STORE_CORRUPT,
                       {{"what", std::string(what)}});
}

std::string HashOf(const store::SealedBody& body) {
  const std::array<std::string_view, 2> parts = {body.salt, body.bytes};
  return security::Sha256(parts);
}

}  // namespace

store::SealedBody SealBody(const v1::Skp& skp) {
  store::SealedBody body;
  body.format = static_cast<uint8_t>(BodyFormat::kRaw);
  body.salt = security::RandomBytes(kSaltBytes);
  body.bytes = schema::SerialiseDeterministic(skp);
  body.hash = HashOf(body);
  return body;
}

absl::StatusOr<v1::Skp> OpenBody(const store::SealedBody& body) {
  if (body.format != static_cast<uint8_t>(BodyFormat::kRaw)) return Corrupt("body format");
  if (HashOf(body) != body.hash) return Corrupt("body hash");
  v1::Skp skp;
  if (!skp.ParseFromString(body.bytes)) return Corrupt("body");
  return skp;
}

}  // namespace kinerja::ingest
