// People: who SIASN knows, their data-utama rows, positions and IP ASN, and the unit tree.
//
// Rows come from a folder in the service's own form. With `any_person` every other NIP of 18 digits
// is answered too, with a row made from it: its PNS id is a digest, so that it is stable and tells
// nothing.
//
// Threading: immutable after Load.
#ifndef KINERJA_TESTS_SIMULATORS_BKN_PEOPLE_H_
#define KINERJA_TESTS_SIMULATORS_BKN_PEOPLE_H_

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"

namespace kinerja::simulators::bkn {

class People {
 public:
  // Takes rows by the name of their file: data-utama*, data-utama-paruhwaktu*, rw-jabatan*,
  // nilaiipasn*, ref-unor*. False: not such a file.
  bool Take(std::string_view file_name, const nlohmann::json& row);
  void TakeAnyPerson() { any_person_ = true; }

  // The PNS id of a NIP; empty when there is nobody.
  std::string PnsId(const std::string& nip) const;
  // Whether a save may name this PNS id.
  bool IsPnsId(std::string_view pns_id) const;

  // Rows as JSON text; nothing when there is none.
  std::optional<std::string> DataUtama(const std::string& nip, bool part_time) const;
  std::optional<std::string> Positions(const std::string& nip) const;  // a list
  std::optional<std::string> Position(const std::string& id) const;
  std::optional<std::string> IpAsn(const std::string& nip) const;

  // The fields of data-utama that kinerjaperiodik rows repeat; made from the NIP where needed.
  nlohmann::json Place(const std::string& nip) const;

  const std::vector<std::string>& units() const { return units_; }

 private:
  struct Person {
    nlohmann::json row;
    bool part_time = false;
  };

  std::optional<nlohmann::json> Row(const std::string& nip, bool part_time) const;
  bool IsInvented(const std::string& nip) const;

  bool any_person_ = false;
  std::unordered_map<std::string, Person> by_nip_;
  std::unordered_map<std::string, std::string> nip_by_id_;
  std::map<std::string, std::vector<nlohmann::json>> positions_;  // by PNS id
  std::unordered_map<std::string, std::string> position_by_id_;
  std::unordered_map<std::string, std::string> ip_asn_;  // by NIP
  std::vector<std::string> units_;
};

}  // namespace kinerja::simulators::bkn

#endif  // KINERJA_TESTS_SIMULATORS_BKN_PEOPLE_H_
