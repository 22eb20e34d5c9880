// The records that the benchmarks submit (design.md §10): about 3 KB, 8 RHK with 3 indicators each,
// another person for each number, the same bytes in every run.
//
// Threading: immutable; safe for concurrent use.
//
//   const Requests requests("config/reference");
//   send(requests.Submission(7).SerializeAsString());
#ifndef KINERJA_TESTS_BENCH_REQUESTS_H_
#define KINERJA_TESTS_BENCH_REQUESTS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/generate/generator.h"
#include "gateway/reference/reference.h"
#include "kinerja/v1/skp_service.pb.h"

namespace kinerja::bench {

class Requests {
 public:
  // Reads instansi.tsv and unor.tsv of the folder; ends the process when they are not in order.
  explicit Requests(const std::string& reference_folder);

  const reference::Snapshot& reference() const { return *reference_; }
  v1::Skp Record(uint64_t n) const { return generator_.Typical(n); }
  // The same record at the end of its period: evaluated, so that targets take its result.
  v1::Skp Evaluated(uint64_t n) const;
  // The record with a request_id of its own.
  v1::SubmitSkpRequest Submission(uint64_t n) const;

 private:
  const std::shared_ptr<const reference::Snapshot> reference_;
  const generate::Generator generator_;
};

}  // namespace kinerja::bench

#endif  // KINERJA_TESTS_BENCH_REQUESTS_H_
