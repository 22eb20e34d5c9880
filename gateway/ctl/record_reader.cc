#include "gateway/ctl/record_reader.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/ctl/files.h"
#include "gateway/schema/catalogue.h"
#include "gateway/schema/json.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace kinerja::ctl {
namespace {

constexpr char kStandardInput[] = "-";

bool IsText(const std::string& path) {
  return absl::EndsWith(path, ".textproto") || absl::EndsWith(path, ".txtpb");
}

bool IsRecordFile(const std::string& path) {
  return IsText(path) || absl::EndsWith(path, ".json") || absl::EndsWith(path, ".ndjson") ||
         absl::EndsWith(path, ".jsonl");
}

// Keeps the place of the first mistake only: the parser's words quote the text.
class FirstMistake : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber, const std::string&) override {
    if (line_ == 0) line_ = line + 1;
  }
  int line() const { return line_; }

 private:
  int line_ = 0;
};

std::string At(const std::string& file, size_t line) {
  return line <= 1 ? file : absl::StrCat(file, ":", line);
}

}  // namespace

absl::StatusOr<RecordReader> RecordReader::Open(const std::vector<std::string>& paths,
                                                std::istream* standard_input) {
  RecordReader reader(standard_input);
  for (const std::string& path : paths) KJ_RETURN_IF_ERROR(reader.AddPath(path));
  return reader;
}

absl::Status RecordReader::AddPath(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (path == kStandardInput || fs::is_regular_file(path, error) || fs::is_fifo(path, error)) {
    files_.push_back(path);
    return absl::OkStatus();
  }
  std::vector<std::string> found;
  for (fs::recursive_directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file(error) && IsRecordFile(it->path().string())) {
      found.push_back(it->path().string());
    }
  }
  if (error || found.empty()) return Unreadable(path, "a file or folder of records");
  std::sort(found.begin(), found.end());
  files_.insert(files_.end(), found.begin(), found.end());
  return absl::OkStatus();
}

std::optional<InputRecord> RecordReader::Next() {
  while (true) {
    if (next_piece_ < pieces_.pieces.size()) return ReadPiece(pieces_.pieces[next_piece_++]);
    if (pieces_.bad_line != 0) {
      InputRecord bad;
      bad.origin = At(name_, pieces_.bad_line);
      bad.error = Unreadable(bad.origin, "JSON");
      pieces_ = {};
      return bad;
    }
    if (next_file_ == files_.size()) return std::nullopt;
    if (std::optional<InputRecord> record = OpenNextFile()) return record;
  }
}

// A record when the file is one record or none; nothing when there are pieces to read.
std::optional<InputRecord> RecordReader::OpenNextFile() {
  const std::string path = files_[next_file_++];
  name_ = path == kStandardInput ? "stdin" : path;
  std::ifstream file;
  if (path != kStandardInput) file.open(path, std::ios::binary);
  std::istream& in = path == kStandardInput ? *standard_input_ : file;
  text_.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  pieces_ = {};
  next_piece_ = 0;
  if (path != kStandardInput && !file.is_open()) {
    InputRecord bad;
    bad.origin = name_;
    bad.error = Unreadable(name_, "a file");
    return bad;
  }
  if (IsText(path)) return ReadText();
  pieces_ = SplitJson(text_);
  return std::nullopt;
}

InputRecord RecordReader::ReadText() const {
  InputRecord record;
  record.origin = name_;
  FirstMistake mistake;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&mistake);
  if (!parser.ParseFromString(text_, &record.skp)) {
    record.error = Unreadable(At(name_, static_cast<size_t>(mistake.line())), "text of a Skp");
  }
  return record;
}

InputRecord RecordReader::ReadPiece(const JsonPiece& piece) const {
  InputRecord record;
  record.origin = At(name_, piece.line);
  const std::string_view json = std::string_view(text_).substr(piece.begin, piece.size);
  std::vector<schema::Violation> violations;
  record.error = schema::ParseJson(json, &record.skp, &violations);
  for (const schema::Violation& violation : violations) {
    record.violations.push_back(schema::ToProto(violation));
  }
  return record;
}

}  // namespace kinerja::ctl
