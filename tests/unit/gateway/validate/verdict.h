// Table tests of rules: a valid record, one change, the verdict in words.
//
//   Check({{"MonthThirteen",
//           [](v1::Skp& skp) { skp.mutable_pegawai()->set_nip("199005012015132001"); },
//           {"reject NIP_TMT pegawai.nip"}}});
#ifndef KINERJA_TESTS_UNIT_GATEWAY_VALIDATE_VERDICT_H_
#define KINERJA_TESTS_UNIT_GATEWAY_VALIDATE_VERDICT_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/schema/catalogue.h"
#include "gateway/validate/validate.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::validate {

struct Case {
  std::string_view name;
  std::function<void(v1::Skp&)> change;
  std::vector<std::string> want;  // "<severity> <CODE> <field>", in field order
};

// As of 2026-02-02, native, with the reference of the builders.
Context MakeContext();
// The same from a feed, for example PMM or a BKD.
Context MakeFeedContext();

// "reject", "hold" or "warning".
std::string_view SeverityWord(v1::Severity severity);
// "<severity> <CODE> <field>".
std::string InWords(const schema::Violation& violation);
// Every violation of the record in words.
std::vector<std::string> Judge(const v1::Skp& skp, const Context& context = MakeContext());

// Every case, changed from `base`, gives what it wants.
void Check(const v1::Skp& base, const std::vector<Case>& cases,
           const Context& context = MakeContext());
// From MakeSkp().
void Check(const std::vector<Case>& cases, const Context& context = MakeContext());

// Moves the period, its ordinal, regime and history of MakeSkp() to other days. `jenis` KHUSUS has
// no ordinal.
void SetPeriode(v1::Skp& skp, std::string_view mulai, std::string_view selesai,
                v1::JenisPeriode jenis, int urutan);

}  // namespace kinerja::validate

#endif  // KINERJA_TESTS_UNIT_GATEWAY_VALIDATE_VERDICT_H_
