// Judges a message by the options on its fields (annotations.proto): required, form, length, range,
// decimal places, unknown fields and enum values.
//
// The options are compiled once per message type into a table, so that judging costs about as much
// as parsing. Threading: a Checker is immutable after construction; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SCHEMA_CHECK_H_
#define KINERJA_GATEWAY_SCHEMA_CHECK_H_

#include <memory>
#include <string_view>
#include <vector>

#include "gateway/schema/catalogue.h"
#include "google/protobuf/message.h"

namespace kinerja::schema {

// How strictly required fields are judged.
struct CheckOptions {
  bool results_only = false;  // HASIL_SAJA: only fields marked required_in_results are required
  bool draft = false;  // DRAFT or DIKEMBALIKAN: REQUIRED_PLAN and codes with warns_in_draft warn
};

class Checker {
 public:
  // Compiles the rules of `type` and of all message types below it.
  explicit Checker(const google::protobuf::Descriptor* type);
  ~Checker();

  // Appends every violation of `message` in field order, at most kMaxViolations. `prefix` is the
  // path of the message, empty at the top. What the gateway sets itself (output_only) is not
  // judged.
  void Check(const google::protobuf::Message& message, const CheckOptions& options,
             std::string_view prefix, std::vector<Violation>* out) const;

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

// Sorts violations into field order (the order of the schema, indexes ascending); stable.
void SortByField(const google::protobuf::Descriptor* type, std::vector<Violation>* violations);

}  // namespace kinerja::schema

#endif  // KINERJA_GATEWAY_SCHEMA_CHECK_H_
