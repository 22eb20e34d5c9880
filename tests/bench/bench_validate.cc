// Validate one SKP, all rules: normalise, derive and validate a parsed record (ours), against
// parsing and serialising the same message on the heap (floor).
//
//   bench_validate FOLDER PAIRS      prints one line a pair: microseconds of the floor, and ours
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "gateway/schema/normalise.h"
#include "gateway/validate/validate.h"
#include "tests/bench/requests.h"

namespace kinerja::bench {
namespace {

constexpr size_t kRecords = 2000;

template <typename Work>
double MicrosPerRecord(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - begin;
  return spent.count() / static_cast<double>(kRecords);
}

// Counts bytes, so that nothing of it can be left out by the compiler.
double Floor(const std::vector<std::string>& bytes, size_t* counted) {
  return MicrosPerRecord([&] {
    for (const std::string& each : bytes) {
      v1::Skp skp;
      if (!skp.ParseFromString(each)) std::abort();
      *counted += skp.SerializeAsString().size();
    }
  });
}

double Ours(const std::vector<v1::Skp>& parsed, const validate::Validator& validator,
            const validate::Context& context) {
  std::vector<v1::Skp> records = parsed;
  return MicrosPerRecord([&] {
    for (v1::Skp& skp : records) {
      schema::Normalise(&skp);
      validate::Derive(&skp);
      for (const schema::Violation& violation : validator.Validate(skp, context)) {
        if (violation.severity == v1::SEVERITY_REJECT) std::abort();  // must be valid records
      }
    }
  });
}

}  // namespace
}  // namespace kinerja::bench

int main(int argc, char** argv) {
  using namespace kinerja::bench;  // NOLINT(google-build-using-namespace): the file's own
  const int pairs = argc == 3 ? std::atoi(argv[2]) : 0;
  if (pairs <= 0) {
    std::fprintf(stderr, "usage: bench_validate FOLDER PAIRS\n");
    return 2;
  }
  const Requests requests(argv[1]);
  std::vector<std::string> bytes;
  std::vector<kinerja::v1::Skp> parsed(kRecords);
  for (size_t i = 0; i < kRecords; ++i) {
    bytes.push_back(requests.Record(i).SerializeAsString());
    if (!parsed[i].ParseFromString(bytes[i])) return 1;
  }
  const kinerja::validate::Validator validator;
  const kinerja::validate::Context context{.today = absl::CivilDay(2024, 7, 1),
                                           .reference = &requests.reference()};
  size_t counted = 0;
  for (int i = -1; i < pairs; ++i) {  // the first is a warm-up
    const double floor = Floor(bytes, &counted);
    const double ours = Ours(parsed, validator, context);
    if (i >= 0) std::printf("%.3f %.3f\n", floor, ours);
  }
  return counted == 0 ? 1 : 0;
}
