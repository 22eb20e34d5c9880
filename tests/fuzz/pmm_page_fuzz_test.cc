// Any bytes as a page of PMM: a page or none, never a crash; each record keeps its own bytes and is
// the same again when it is read alone; no violation repeats a person's number.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adapters/pmm/pmm_page.h"
#include "gateway/base/check.h"
#include "gateway/schema/normalise.h"
#include "tests/fuzz/no_identity.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace pmm = kinerja::adapters::pmm;
  namespace schema = kinerja::schema;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto page = pmm::ReadPage(text, "k1", {});
  if (!page) return 0;
  KJ_CHECK(page->records.size() <= pmm::kMostRecordsTaken);
  for (const auto& record : page->records) {
    KJ_CHECK(text.find(record.bytes) != std::string_view::npos);
    KJ_CHECK(!record.source_id.empty());
    KJ_CHECK(record.skp.has_value() || !record.violations.empty());
    for (const schema::Violation& violation : record.violations) {
      KJ_CHECK(!violation.field.empty() && !violation.rule.empty());
      KJ_CHECK(!kinerja::fuzz::HoldsIdentity(schema::ToProto(violation).SerializeAsString()));
    }
    const auto again = pmm::MapRecord(record.bytes, {});
    KJ_CHECK(again.source_id == record.source_id && again.version == record.version);
    KJ_CHECK(again.skp.has_value() == record.skp.has_value());
    if (record.skp) {
      KJ_CHECK(schema::SerialiseDeterministic(*again.skp) ==
               schema::SerialiseDeterministic(*record.skp));
    }
  }
  return 0;
}
