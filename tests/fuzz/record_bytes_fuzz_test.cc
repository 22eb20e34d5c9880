// Any bytes as a record: what parses can be normalised, judged, stored and read back, and all of it
// gives the same result the second time.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/base/check.h"
#include "gateway/schema/check.h"
#include "gateway/schema/normalise.h"
#include "google/protobuf/stubs/logging.h"
#include "kinerja/v1/skp.pb.h"
#include "tests/fuzz/no_identity.h"

namespace {

using kinerja::schema::Violation;
using kinerja::v1::Skp;

// Whether the violations name an unknown field, or may have left one out.
bool Judge(const Skp& skp) {
  static const kinerja::schema::Checker& checker = *new kinerja::schema::Checker(Skp::descriptor());
  std::vector<Violation> violations;
  checker.Check(skp, {}, {}, &violations);
  KJ_CHECK(violations.size() <= kinerja::schema::kMaxViolations);
  const size_t count = violations.size();
  kinerja::schema::SortByField(Skp::descriptor(), &violations);
  KJ_CHECK(violations.size() == count);
  bool unknown = count == kinerja::schema::kMaxViolations;
  for (const Violation& violation : violations) {
    unknown = unknown || violation.reason == kinerja::v1::ERROR_REASON_FIELD_UNKNOWN ||
              violation.rule == "field.items/1";  // elements beyond the limit are not judged
    KJ_CHECK(!violation.field.empty() && !violation.rule.empty());
    const std::string shown = kinerja::schema::ToProto(violation).SerializeAsString();
    KJ_CHECK(!kinerja::fuzz::HoldsIdentity(shown));
  }
  return unknown;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Protobuf writes every byte that is no UTF-8 to stderr; the program installs a handler too.
  static const auto quiet = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(quiet);

  Skp skp;
  if (!skp.ParseFromArray(data, static_cast<int>(size))) return 0;
  kinerja::schema::Normalise(&skp);
  const bool unknown = Judge(skp);
  const std::string stored = kinerja::schema::SerialiseDeterministic(skp);
  KJ_CHECK(unknown || stored.size() == skp.ByteSizeLong());

  Skp back;
  KJ_CHECK(back.ParseFromString(stored));
  KJ_CHECK(kinerja::schema::SerialiseDeterministic(back) == stored);
  kinerja::schema::Normalise(&back);
  KJ_CHECK(kinerja::schema::SerialiseDeterministic(back) == stored);
  kinerja::schema::KeepContent(&back);
  kinerja::schema::KeepContent(&skp);
  KJ_CHECK(kinerja::schema::SerialiseDeterministic(back) ==
           kinerja::schema::SerialiseDeterministic(skp));
  return 0;
}
