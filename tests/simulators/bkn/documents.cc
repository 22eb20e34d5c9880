#include "tests/simulators/bkn/documents.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/simulators/bkn/code_lists.h"

namespace kinerja::simulators::bkn {
namespace {

// A name that can stand in a path.
std::string Plain(std::string_view filename) {
  std::string plain(filename);
  std::ranges::replace_if(
      plain,
      [](char c) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return !is_letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_';
      },
      '_');
  return plain;
}

}  // namespace

std::string Documents::Place(std::string_view filename) {
  const std::string moment = absl::FormatTime("%Y%m%d_%H%M%S", absl::Now(), absl::UTCTimeZone());
  return absl::StrCat("peremajaan/usulan/", absl::StrFormat("F9%030X", next_++), "_", moment, "_",
                      Plain(filename));
}

nlohmann::json Documents::Keep(std::string_view id_ref_dokumen, std::string_view row_id,
                               std::string_view filename, std::string content) {
  const std::lock_guard lock(mutex_);
  const std::string uri = row_id.empty() ? Place(filename)
                                         : absl::StrCat("peremajaan/usulan/", Plain(id_ref_dokumen),
                                                        "_", Plain(row_id), ".pdf");
  by_uri_[uri] = std::move(content);
  return {{"dok_id", id_ref_dokumen},
          {"dok_nama", DocumentLabel(id_ref_dokumen)},
          {"dok_uri", uri},
          {"object", uri},
          {"slug", id_ref_dokumen}};
}

std::optional<std::string> Documents::Content(const std::string& dok_uri) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_uri_.find(dok_uri);
  if (found == by_uri_.end()) return std::nullopt;
  return found->second;
}

}  // namespace kinerja::simulators::bkn
