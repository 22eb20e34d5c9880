// Invented SKP records for tests, demos and load: valid and varied, or wrong in one named way.
// People, texts and numbers are invented; units come from reference data, so that the records are
// accepted where the same reference data are loaded.
//
// The same seed, reference data and options give the same bytes on every machine. Every record of a
// seed is another person, so no two of them are duplicates; two seeds share people only when
// millions of records are made of each.
//
// DIGANTI does not occur: a record gets that state from the gateway, when its successor is
// submitted.
//
// Threading: one thread. The snapshot is only read in the constructor.
//
//   Generator generator(42, *snapshot);
//   v1::Skp skp = generator.Next();
//   v1::Skp bad = generator.Wrong(v1::ERROR_REASON_NIP_TMT);
#ifndef KINERJA_GATEWAY_GENERATE_GENERATOR_H_
#define KINERJA_GATEWAY_GENERATE_GENERATOR_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/reference/reference.h"
#include "kinerja/v1/error_reason.pb.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::generate {

struct Shape;

// A place where people work, as reference data know it.
struct Workplace {
  std::string kode_bkn;
  std::string nama_instansi;
  std::string wilayah;  // four digits, the beginning of a NIK
  std::string unor_id;
  std::string nama_unor;
  std::string npsn;  // empty: an office
  std::string nama_satuan;
};

struct GeneratorOptions {
  std::string system = "pmm";  // source.system
  std::string instansi;        // kode_bkn; empty: all
};

class Generator {
 public:
  // Whether there is an active unit to place people in: a school, or at least an office.
  static bool HasUnits(const reference::Snapshot& snapshot, std::string_view instansi);

  // HasUnits(snapshot, options.instansi) must be true.
  Generator(uint64_t seed, const reference::Snapshot& snapshot, GeneratorOptions options = {});

  // The next record; as a native submission it is neither refused nor held, and may have warnings.
  v1::Skp Next();
  // The n-th record of one size: agreed, 8 RHK with 3 indicators each, about 3 KB. Another person
  // for each n, and none of those that Next() gives.
  v1::Skp Typical(uint64_t n) const;
  // The next record, broken so that exactly this code is named (beside warnings). `reason` is one
  // of WrongWays(); another one gives a valid record.
  v1::Skp Wrong(v1::ErrorReason reason);
  // Every code that Wrong() can break with these reference data, in the order of the catalogue.
  std::vector<v1::ErrorReason> WrongWays() const;

 private:
  v1::Skp Build(const Shape& shape, uint64_t number) const;
  const Workplace& PlaceFor(const Shape& shape, uint64_t number) const;

  const uint64_t seed_;
  const GeneratorOptions options_;
  std::vector<Workplace> schools_;
  std::vector<Workplace> offices_;
  std::vector<Workplace> closed_;  // inactive units
  uint64_t made_ = 0;
  uint64_t broken_ = 0;
};

}  // namespace kinerja::generate

#endif  // KINERJA_GATEWAY_GENERATE_GENERATOR_H_
