// MultipartBody: builds the body of a multipart/form-data request, for document uploads.
//
// Threading: one thread.
//
//   MultipartBody form;
//   form.AddField("id_ref_dokumen", "873");
//   form.AddFile("file", "skp.pdf", "application/pdf", bytes);
//   request.headers.emplace_back("Content-Type", form.content_type());
//   request.body = std::move(form).Finish();
#ifndef KINERJA_GATEWAY_NET_MULTIPART_H_
#define KINERJA_GATEWAY_NET_MULTIPART_H_

#include <string>
#include <string_view>
#include <utility>

namespace kinerja::net {

class MultipartBody {
 public:
  // With a random boundary of 128 bits: no content contains it by chance, and nobody can guess it.
  MultipartBody();
  // With a given boundary, for tests that compare bytes.
  explicit MultipartBody(std::string boundary) : boundary_(std::move(boundary)) {}

  void AddField(std::string_view name, std::string_view value);
  // Quotes and line ends in names are written as %22, %0D and %0A, as browsers do.
  void AddFile(std::string_view name, std::string_view file_name, std::string_view content_type,
               std::string_view content);

  std::string content_type() const { return "multipart/form-data; boundary=" + boundary_; }
  // The whole body; the builder is used up.
  std::string Finish() &&;

 private:
  void BeginPart(std::string_view name);

  std::string boundary_;
  std::string body_;
};

}  // namespace kinerja::net

#endif  // KINERJA_GATEWAY_NET_MULTIPART_H_
