#include "gateway/net/multipart.h"

#include "gtest/gtest.h"

namespace kinerja::net {
namespace {

TEST(MultipartTest, WritesFieldsAndFilesAsBytes) {
  MultipartBody form("b");
  form.AddField("id", "873");
  form.AddFile("file", "skp.pdf", "application/pdf", std::string_view("%P\0DF", 5));
  EXPECT_EQ(form.content_type(), "multipart/form-data; boundary=b");
  const std::string want =
      "--b\r\n"
      "Content-Disposition: form-data; name=\"id\"\r\n"
      "\r\n"
      "873\r\n"
      "--b\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"skp.pdf\"\r\n"
      "Content-Type: application/pdf\r\n"
      "\r\n" +
      std::string("%P\0DF", 5) + "\r\n--b--\r\n";
  EXPECT_EQ(std::move(form).Finish(), want);
}

TEST(MultipartTest, ANameCannotEndItsQuotes) {
  MultipartBody form("b");
  form.AddFile("a\"; x=\"", "b\r\nX: y", "text/plain", "");
  const std::string body = std::move(form).Finish();
  EXPECT_NE(body.find("name=\"a%22; x=%22\"; filename=\"b%0D%0AX: y\"\r\n"), std::string::npos)
      << body;
}

TEST(MultipartTest, TwoBoundariesDiffer) {
  EXPECT_NE(MultipartBody().content_type(), MultipartBody().content_type());
}

}  // namespace
}  // namespace kinerja::net
