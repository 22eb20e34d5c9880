#include "gateway/resource/page_token.h"

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "gateway/schema/catalogue.h"
#include "gateway/schema/normalise.h"
#include "gateway/security/digest.h"

namespace kinerja::resource {
namespace {

constexpr char kVersion = 1;
constexpr size_t kQueryBytes = 8;
constexpr size_t kPositionBytes = 8;
constexpr int32_t kDefaultPage = 50;
constexpr int32_t kLargestPage = 500;

std::string PositionBytes(uint64_t position) {
  std::string bytes;
  for (size_t i = kPositionBytes; i-- > 0;) bytes += static_cast<char>(position >> (8 * i) & 255);
  return bytes;
}

// What tells one position of one query from another.
std::string QueryDigest(const google::protobuf::Message& request, uint64_t position) {
  std::unique_ptr<google::protobuf::Message> query(request.New());
  query->CopyFrom(request);
  for (const char* name : {"page_size", "page_token"}) {
    query->GetReflection()->ClearField(query.get(), query->GetDescriptor()->FindFieldByName(name));
  }
  const std::string text = PositionBytes(position) + request.GetDescriptor()->full_name() + '\n' +
                           schema::SerialiseDeterministic(*query);
  return security::Sha256(text).substr(0, kQueryBytes);
}

absl::Status Invalid() {
  return schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_PAGE_TOKEN_INVALID);
}

}  // namespace

std::string MakePageToken(const google::protobuf::Message& request, uint64_t position) {
  return absl::WebSafeBase64Escape(std::string(1, kVersion) + QueryDigest(request, position) +
                                   PositionBytes(position));
}

absl::StatusOr<uint64_t> ReadPageToken(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("page_token");
  const std::string encoded = request.GetReflection()->GetString(request, field);
  if (encoded.empty()) return 0;
  std::string token;
  if (!absl::WebSafeBase64Unescape(encoded, &token)) return Invalid();
  if (token.size() != 1 + kQueryBytes + kPositionBytes || token[0] != kVersion) return Invalid();
  uint64_t position = 0;
  for (const char c : token.substr(1 + kQueryBytes)) {
    position = position << 8 | static_cast<unsigned char>(c);
  }
  // Base64 writes one token in several ways; only the one that was given is ours.
  if (MakePageToken(request, position) != encoded) return Invalid();
  return position;
}

absl::StatusOr<size_t> PageSize(int32_t wanted) {
  if (wanted < 0) {
    return schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_INVALID,
                         {{"field", "page_size"}, {"problem", "it is negative; give 0 to 500"}});
  }
  return static_cast<size_t>(wanted == 0 ? kDefaultPage : std::min(wanted, kLargestPage));
}

}  // namespace kinerja::resource
