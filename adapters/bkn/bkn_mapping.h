// What a record becomes at SIASN: one skp22 for the year, one kinerjaperiodik for each periodic
// evaluation, one angkakredit for the credit that follows from the year's predikat. Pure; safe for
// concurrent use.
//
// SIASN takes results only. RHK never travel, and a record that is not evaluated waits. The README
// of this folder says what else is lost; each payload names it in its annotations.
#ifndef KINERJA_ADAPTERS_BKN_BKN_MAPPING_H_
#define KINERJA_ADAPTERS_BKN_BKN_MAPPING_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/bkn/siasn_json.h"
#include "gateway/adapter/adapter.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::adapters::bkn {

inline constexpr std::string_view kSkp22 = "skp22";
inline constexpr std::string_view kPeriodik = "kinerjaperiodik";
inline constexpr std::string_view kAngkaKredit = "angkakredit";

// What SIASN said about a person. Kept as JSON by the engine.
struct Facts {
  std::string pns_id;
  std::string kode_jenjang;   // SIASN's code of the rung, for example "PT"
  std::string jenis_jabatan;  // "2" and "3" have a rung
  std::string rw_jabatan_id;  // the present post in the history of posts
};
std::string WriteFacts(const Facts& facts);
// Nothing where they name no person.
std::optional<Facts> ReadFacts(std::string_view json);

// What of the configuration changes the mapping.
struct MappingOptions {
  config::v1::Skp22Rank skp22_rank = config::v1::SKP22_RANK_PERIOD_END;
  std::set<std::string, std::less<>> parts;                      // kinds that are sent
  std::map<std::string, std::string, std::less<>> golongan_ids;  // beside the ranks of PNS
  std::map<std::pair<int, int>, std::string> koefisien_ids;      // (jenjang, predikat)
  std::vector<std::string> document_prefixes;                    // may be fetched from
  std::map<std::string, std::string, std::less<>> dokumen_ids;   // id_ref_dokumen by kind of part
};
MappingOptions MakeMappingOptions(const config::v1::BknTarget& config);

// Which effect a key of PlanParts names, as the members of a body that say so: for parts that are
// to go, which have no body any more. Nothing for any other text.
std::optional<Json> EffectOfKey(std::string_view key);

// Whether SIASN can know this person.
bool IsAsn(const v1::Pegawai& pegawai);
// Whether credit is counted for this kind of employment; told by the NIP where the record does not
// say it.
bool IsPns(const v1::Pegawai& pegawai);

// The parts of the record, in the order of delivery. Whether the record is withdrawn is not looked
// at: that is the engine's.
std::vector<adapter::PlannedPart> PlanParts(const MappingOptions& options,
                                            const adapter::PlanInput& input);

}  // namespace kinerja::adapters::bkn

#endif  // KINERJA_ADAPTERS_BKN_BKN_MAPPING_H_
