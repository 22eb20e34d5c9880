#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

std::function<void(v1::Skp&)> Unit(std::string id, std::string nama, std::string npsn) {
  return [=](v1::Skp& skp) {
    skp.mutable_pegawai()->mutable_unor()->set_id(id);
    skp.mutable_pegawai()->mutable_unor()->set_nama(nama);
    skp.mutable_pegawai()->set_npsn(npsn);
  };
}

TEST(UnitRulesTest, HoldsWhatTheReferenceDoesNotKnow) {
  Check({
      {"ById", Unit("UNOR-CJ-0202", "", "69900002"), {}},
      {"ByName", Unit("", "  smpn 2  CONTOH jaya", "69900002"), {}},
      {"UnknownId",
       Unit("UNOR-CJ-7777", "SDN 1 Contoh Jaya", ""),
       {"hold UNOR_UNKNOWN pegawai.unor"}},
      {"UnknownName", Unit("", "SDN 77 Contoh Jaya", ""), {"hold UNOR_UNKNOWN pegawai.unor"}},
      {"OfAnotherInstansi", Unit("UNOR-CM-0101", "", ""), {"hold UNOR_UNKNOWN pegawai.unor"}},
      {"Inactive", Unit("UNOR-CJ-0909", "", "69900009"), {"hold UNOR_INACTIVE pegawai.unor"}},
      {"AnotherSchool", Unit("UNOR-CJ-0101", "", "69900002"), {"hold UNOR_MISMATCH pegawai.npsn"}},
      {"SchoolAtAnOffice",
       Unit("UNOR-CJ-0001", "", "69900001"),
       {"hold UNOR_MISMATCH pegawai.npsn"}},
      {"NoSchoolNamed", Unit("UNOR-CJ-0101", "", ""), {}},
      {"UnreadableSchool", Unit("UNOR-CJ-0101", "", "6990"), {"reject NPSN_FORMAT pegawai.npsn"}},
      {"InactiveAndAnotherSchool",
       Unit("UNOR-CJ-0909", "", "69900001"),
       {"hold UNOR_INACTIVE pegawai.unor", "hold UNOR_MISMATCH pegawai.npsn"}},
      {"UnknownInstansi",
       [](v1::Skp& skp) { skp.mutable_pegawai()->mutable_instansi()->set_kode_bkn("7777"); },
       {"hold UNOR_UNKNOWN pegawai.unor"}},
      {"NoUnit",
       [](v1::Skp& skp) { skp.mutable_pegawai()->clear_unor(); },
       {"reject FIELD_REQUIRED pegawai.unor"}},
  });
}

TEST(UnitRulesTest, LeavesOutResultsAndJudgingWithoutReference) {
  Check(support::MakeResultsOnlySkp(), {{"Results", Unit("UNOR-CJ-7777", "", ""), {}}});
  Context context = MakeContext();
  context.reference = nullptr;
  Check({{"NoReference", Unit("UNOR-CJ-7777", "", ""), {}}}, context);
}

}  // namespace
}  // namespace kinerja::validate
