// What kinerjactl prints: tables for people, or one JSON object per line with the names of the
// schema. Answers go to `out`, errors that belong to no record to `err`.
//
// Threading: one thread at a time.
#ifndef KINERJA_GATEWAY_CTL_PRINTER_H_
#define KINERJA_GATEWAY_CTL_PRINTER_H_

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "gateway/ctl/flags.h"
#include "gateway/ctl/refusal.h"
#include "kinerja/v1/skp_service.pb.h"

namespace kinerja::ctl {

// What became of one record of a submission: an answer or a refusal.
struct Submission {
  std::string origin;  // file and line
  std::string source;  // "pmm gen-1-1"; empty: the record could not be read
  std::string request_id;
  v1::SubmitSkpResponse response;
  std::optional<Refusal> refusal;
};

class Printer {
 public:
  // The streams are not owned and outlive the printer.
  Printer(std::ostream* out, std::ostream* err, bool json, Language language)
      : out_(*out), err_(*err), json_(json), language_(language) {}

  // One record; to `out`, refused or not.
  void Print(const Submission& submission);
  // An error that is the end of the command; to `err`.
  void PrintError(const Refusal& refusal);
  // One whole record.
  void PrintSkp(const v1::Skp& skp);
  // Rows of a list; JSON: each as it is.
  void PrintSkps(const google::protobuf::RepeatedPtrField<v1::Skp>& skps);
  void PrintConflicts(const google::protobuf::RepeatedPtrField<v1::Conflict>& conflicts);
  // A remark for people only; to `err`, not with JSON.
  void Remark(const std::string& sentence);

 private:
  void PrintSubmissionTable(const Submission& submission);

  std::ostream& out_;
  std::ostream& err_;
  const bool json_;
  const Language language_;
};

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_PRINTER_H_
