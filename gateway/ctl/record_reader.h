// Records from files, one after the other: JSON by the strict reader of gateway/schema (one object,
// objects one after the other, or an array), or one record in protobuf's text form (.textproto,
// .txtpb). A folder gives its files in the order of their names, at every depth. "-" is stdin,
// JSON.
//
// One file is in memory at a time. Threading: one thread.
//
//   KJ_ASSIGN_OR_RETURN(RecordReader reader, RecordReader::Open({"skp.json", "folder"}));
//   while (std::optional<InputRecord> record = reader.Next()) ...
#ifndef KINERJA_GATEWAY_CTL_RECORD_READER_H_
#define KINERJA_GATEWAY_CTL_RECORD_READER_H_

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/ctl/json_pieces.h"
#include "kinerja/v1/skp.pb.h"
#include "kinerja/v1/violation.pb.h"

namespace kinerja::ctl {

// One record, or why it could not be read.
struct InputRecord {
  std::string origin;  // file, and the line on which the record begins when that is not the first
  v1::Skp skp;
  absl::Status error;                     // FILE_UNREADABLE: no record here
  std::vector<v1::Violation> violations;  // fields and words that the schema does not know
};

class RecordReader {
 public:
  // Finds the files. FILE_UNREADABLE, naming the path: there is none, or a folder without records.
  static absl::StatusOr<RecordReader> Open(const std::vector<std::string>& paths,
                                           std::istream* standard_input);

  // Nothing at the end. After a file that cannot be split the next file follows.
  std::optional<InputRecord> Next();

 private:
  explicit RecordReader(std::istream* standard_input) : standard_input_(standard_input) {}

  absl::Status AddPath(const std::string& path);
  std::optional<InputRecord> OpenNextFile();
  InputRecord ReadText() const;
  InputRecord ReadPiece(const JsonPiece& piece) const;

  std::istream* standard_input_;  // not owned; outlives the reader
  std::vector<std::string> files_;
  size_t next_file_ = 0;
  std::string name_;
  std::string text_;
  JsonPieces pieces_;
  size_t next_piece_ = 0;
};

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_RECORD_READER_H_
