// A folder of its own for one test; removed with everything in it at the end.
#ifndef KINERJA_TESTS_UNIT_GATEWAY_CTL_TEMP_FOLDER_H_
#define KINERJA_TESTS_UNIT_GATEWAY_CTL_TEMP_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace kinerja::ctl {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = testing::TempDir() + "kinerjactl-XXXXXX";
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  // Writes a file, making its folders; returns its path.
  std::string Write(const std::string& name, const std::string& bytes) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file.string();
  }

 private:
  std::string path_;
};

}  // namespace kinerja::ctl

#endif  // KINERJA_TESTS_UNIT_GATEWAY_CTL_TEMP_FOLDER_H_
