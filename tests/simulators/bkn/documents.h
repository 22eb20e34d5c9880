// Documents: uploaded bytes and the objects that describe them.
//
// Threading: safe for concurrent use.
#ifndef KINERJA_TESTS_SIMULATORS_BKN_DOCUMENTS_H_
#define KINERJA_TESTS_SIMULATORS_BKN_DOCUMENTS_H_

#include <cstdint>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kinerja::simulators::bkn {

class Documents {
 public:
  // Keeps the bytes and gives the document object. `row_id` empty: the document stands alone, and
  // its place is made of the moment and the file's name.
  nlohmann::json Keep(std::string_view id_ref_dokumen, std::string_view row_id,
                      std::string_view filename, std::string content);

  // The bytes under a dok_uri.
  std::optional<std::string> Content(const std::string& dok_uri) const;

 private:
  std::string Place(std::string_view filename);  // with mutex_ held

  mutable std::mutex mutex_;  // guards all below
  std::unordered_map<std::string, std::string> by_uri_;
  uint64_t next_ = 1;
};

}  // namespace kinerja::simulators::bkn

#endif  // KINERJA_TESTS_SIMULATORS_BKN_DOCUMENTS_H_
