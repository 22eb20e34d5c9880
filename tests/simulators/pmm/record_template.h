// RecordTemplate: one record from which any number of invented people's records are made.
//
// Only who it is about changes: name, NIP (another birth day and serial, still a valid one), NIK,
// NUPTK, and the ids. Every template of one set gives the same person the same new NIP, so that two
// records of one teacher stay two records of one teacher.
//
// Threading: immutable.
//
//   const auto made = RecordTemplate::Of(record);
//   made.Variant(7);  // the seventh person's record, as JSON text
#ifndef KINERJA_TESTS_SIMULATORS_PMM_RECORD_TEMPLATE_H_
#define KINERJA_TESTS_SIMULATORS_PMM_RECORD_TEMPLATE_H_

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace kinerja::simulators::pmm {

class RecordTemplate {
 public:
  static RecordTemplate Of(const nlohmann::json& record);

  // The record as it came.
  const std::string& original() const { return original_; }

  // The same record of another person; the same `number` always gives the same text.
  std::string Variant(uint64_t number) const;

 private:
  enum class What { kIdSkp, kMenggantikan, kIdKirim, kNama, kNip, kNik, kNikActor, kNuptk };
  static constexpr size_t kWhats = 8;

  struct Piece {
    std::string before;  // text up to the value
    What what;
  };

  std::string NewValue(What what, uint64_t number) const;

  std::string original_;
  std::array<std::string, kWhats> values_;  // of the original; empty: it has none
  bool is_woman_ = false;
  std::vector<Piece> pieces_;
  std::string rest_;
};

// A valid NIP for the `number`th invented person made from that one. Anything else than 18 digits
// with a plausible birth date comes back unchanged.
std::string VariedNip(const std::string& nip, uint64_t number);

}  // namespace kinerja::simulators::pmm

#endif  // KINERJA_TESTS_SIMULATORS_PMM_RECORD_TEMPLATE_H_
