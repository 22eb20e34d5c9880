#include "gateway/net/multipart.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace kinerja::net {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::string RandomBoundary() {
  std::random_device random;
  std::string boundary = "kinerja-";
  for (int i = 0; i < 4; ++i) absl::StrAppend(&boundary, absl::Hex(random(), absl::kZeroPad8));
  return boundary;
}

std::string Quoted(std::string_view name) {
  return "\"" +
         absl::StrReplaceAll(absl::string_view(name.data(), name.size()),
                             {{"\"", "%22"}, {"\r", "%0D"}, {"\n", "%0A"}}) +
         "\"";
}

}  // namespace

MultipartBody::MultipartBody() : boundary_(RandomBoundary()) {}

void MultipartBody::AddField(std::string_view name, std::string_view value) {
  BeginPart(name);
  body_.append(kLineEnd).append(kLineEnd).append(value).append(kLineEnd);
}

void MultipartBody::AddFile(std::string_view name, std::string_view file_name,
                            std::string_view content_type, std::string_view content) {
  BeginPart(name);
  body_.append("; filename=").append(Quoted(file_name)).append(kLineEnd);
  body_.append("Content-Type: ").append(content_type).append(kLineEnd).append(kLineEnd);
  body_.append(content).append(kLineEnd);
}

void MultipartBody::BeginPart(std::string_view name) {
  body_.append("--").append(boundary_).append(kLineEnd);
  body_.append("Content-Disposition: form-data; name=").append(Quoted(name));
}

std::string MultipartBody::Finish() && {
  body_.append("--").append(boundary_).append("--").append(kLineEnd);
  return std::move(body_);
}

}  // namespace kinerja::net
