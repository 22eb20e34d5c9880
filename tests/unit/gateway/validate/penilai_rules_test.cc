#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

void MakeDraft(v1::Skp& skp) {
  skp.mutable_riwayat_status()->DeleteSubrange(1, 2);
  skp.set_status(v1::STATUS_SKP_DRAFT);
}

TEST(PenilaiRulesTest, AsksForARater) {
  Check({
      {"None", [](v1::Skp& skp) { skp.clear_penilai(); }, {"reject ATASAN_MISSING penilai"}},
      {"Empty",
       [](v1::Skp& skp) { *skp.mutable_penilai() = v1::PenilaiRef(); },
       {"reject ATASAN_MISSING penilai"}},
      {"AsnWithoutNip",
       [](v1::Skp& skp) { skp.mutable_penilai()->clear_nip(); },
       {"reject ATASAN_MISSING penilai.nip"}},
      {"SaidToBeAsnWithoutNip",
       [](v1::Skp& skp) {
         skp.mutable_penilai()->clear_nip();
         skp.mutable_penilai()->set_asn(true);
       },
       {"reject ATASAN_MISSING penilai.nip"}},
      {"ElectedLeader",
       [](v1::Skp& skp) {
         skp.mutable_penilai()->clear_nip();
         skp.mutable_penilai()->set_asn(false);
       },
       {}},
      {"Draft",
       [](v1::Skp& skp) {
         MakeDraft(skp);
         skp.clear_penilai();
       },
       {"warning ATASAN_MISSING penilai"}},
  });
}

TEST(PenilaiRulesTest, RaterIsSomebodyElse) {
  Check({
      {"Himself",
       [](v1::Skp& skp) { skp.mutable_penilai()->set_nip(skp.pegawai().nip()); },
       {"reject ATASAN_SELF penilai.nip"}},
      {"RaterOfTheRaterIsTheRater",
       [](v1::Skp& skp) { skp.mutable_atasan_penilai()->set_nip(skp.penilai().nip()); },
       {"reject ATASAN_SELF atasan_penilai.nip"}},
      {"RaterOfTheRaterIsTheRatee",
       [](v1::Skp& skp) { skp.mutable_atasan_penilai()->set_nip(skp.pegawai().nip()); },
       {"reject ATASAN_SELF atasan_penilai.nip"}},
      {"NobodyIsNotTheSame",
       [](v1::Skp& skp) {
         skp.mutable_penilai()->clear_nip();
         skp.mutable_penilai()->set_asn(false);
         skp.mutable_atasan_penilai()->clear_nip();
       },
       {}},
      {"DraftToo",
       [](v1::Skp& skp) {
         MakeDraft(skp);
         skp.mutable_penilai()->set_nip(skp.pegawai().nip());
       },
       {"reject ATASAN_SELF penilai.nip"}},
  });
}

TEST(PenilaiRulesTest, ResultsMayHaveNoRater) {
  Check(support::MakeResultsOnlySkp(),
        {{"NoRater", [](v1::Skp&) {}, {}},
         {"Himself",
          [](v1::Skp& skp) { skp.mutable_penilai()->set_nip(skp.pegawai().nip()); },
          {"reject ATASAN_SELF penilai.nip"}}});
}

}  // namespace
}  // namespace kinerja::validate
