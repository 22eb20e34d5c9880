#include "gateway/ctl/files.h"

#include <fstream>
#include <iterator>

#include "gateway/schema/catalogue.h"

namespace kinerja::ctl {

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) return Unreadable(path, "a file");
  return bytes;
}

absl::Status WriteWholeFile(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  if (file.good()) return absl::OkStatus();
  return absl::DataLossError(path + " cannot be written; check folder, rights and space");
}

absl::Status Unreadable(const std::string& path, const std::string& format) {
  return schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_FILE_UNREADABLE,
                       {{"file", path}, {"format", format}});
}

}  // namespace kinerja::ctl
