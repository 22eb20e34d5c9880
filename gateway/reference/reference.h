// Reference data as one immutable snapshot: instansi, units and schools. Pure; a snapshot is safe
// for concurrent use and is shared by everything that judges with it.
#ifndef KINERJA_GATEWAY_REFERENCE_REFERENCE_H_
#define KINERJA_GATEWAY_REFERENCE_REFERENCE_H_

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "kinerja/v1/reference.pb.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::reference {

// What looking for a unit gave.
enum class UnitMatch { kFound, kUnknown, kAmbiguous, kInactive };
struct UnitResult {
  UnitMatch match = UnitMatch::kUnknown;
  const v1::UnitOrganisasi* unit = nullptr;  // set for kFound and kInactive; owned by the snapshot
};

class Snapshot {
 public:
  // Reads the two tables (tab-separated, heading line, UTF-8). Every mistake is named as
  // "<table> line <n>: ..." in one INVALID_ARGUMENT status, lines separated by newline.
  static absl::StatusOr<std::shared_ptr<const Snapshot>> Parse(std::string_view instansi_tsv,
                                                               std::string_view unor_tsv);

  // By kode_bkn; nullptr when there is none.
  const v1::Instansi* FindInstansi(std::string_view kode_bkn) const;
  // By id, else by folded name, within the instansi.
  UnitResult FindUnit(std::string_view kode_bkn, const v1::UnorRef& ref) const;
  // By NPSN; nullptr when there is none.
  const v1::SatuanPendidikan* FindSchool(std::string_view npsn) const;
  // What is stamped on a record: area, unit, school. Empty fields where nothing is known. A school
  // of SMA, SMK or SLB takes the area of the owning instansi as given by the record.
  v1::Rujukan Stamp(const v1::Skp& skp) const;
  const std::vector<v1::Instansi>& all_instansi() const { return instansi_; }
  const std::vector<v1::UnitOrganisasi>& all_units() const { return units_; }

 private:
  std::vector<v1::Instansi> instansi_;
  std::vector<v1::UnitOrganisasi> units_;
  std::vector<v1::SatuanPendidikan> schools_;
  std::unordered_map<std::string, size_t> instansi_by_code_;
  std::unordered_map<std::string, size_t> unit_by_id_;
  std::unordered_multimap<std::string, size_t> unit_by_name_;  // kode_bkn + '\n' + folded name
  std::unordered_map<std::string, size_t> school_by_npsn_;
};

}  // namespace kinerja::reference

#endif  // KINERJA_GATEWAY_REFERENCE_REFERENCE_H_
