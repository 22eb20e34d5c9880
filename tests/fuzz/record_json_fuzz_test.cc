// Any bytes as a record in JSON: a record or named mistakes, never a crash; what was read can be
// written, and reads as the same again; no mistake repeats a person's number.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/check.h"
#include "gateway/schema/json.h"
#include "gateway/schema/normalise.h"
#include "kinerja/v1/skp.pb.h"
#include "tests/fuzz/no_identity.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace schema = kinerja::schema;
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  kinerja::v1::Skp skp;
  std::vector<schema::Violation> violations;
  const absl::Status status = schema::ParseJson(json, &skp, &violations);
  KJ_CHECK(!kinerja::fuzz::HoldsIdentity(std::string(status.message())));
  KJ_CHECK(violations.size() <= schema::kMaxViolations);
  for (const schema::Violation& violation : violations) {
    KJ_CHECK(!violation.field.empty() && !violation.rule.empty());
    KJ_CHECK(!kinerja::fuzz::HoldsIdentity(schema::ToProto(violation).SerializeAsString()));
  }
  if (!status.ok()) {
    KJ_CHECK(schema::ReasonOf(status) != kinerja::v1::ERROR_REASON_UNSPECIFIED);
    return 0;
  }

  for (const bool pretty : {false, true}) {
    const auto written = schema::ToJson(skp, pretty);
    KJ_CHECK(written.ok());
    kinerja::v1::Skp back;
    std::vector<schema::Violation> none;
    KJ_CHECK(schema::ParseJson(*written, &back, &none).ok() && none.empty());
    KJ_CHECK(schema::SerialiseDeterministic(back) == schema::SerialiseDeterministic(skp));
  }
  return 0;
}
