#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

std::function<void(v1::Skp&)> Nip(std::string nip) {
  return [nip](v1::Skp& skp) { skp.mutable_pegawai()->set_nip(nip); };
}

std::function<void(v1::Skp&)> Pppk(std::string nip) {
  return [nip](v1::Skp& skp) {
    skp.mutable_pegawai()->set_nip(nip);
    skp.mutable_pegawai()->set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_PPPK);
    skp.mutable_pegawai()->set_golongan("IX");
  };
}

// Each rule alone: the other digits are right.
TEST(NipRulesTest, JudgesTheDigits) {
  Check({
      {"Right", Nip("199005012015042001"), {}},
      {"Seventeen", Nip("19900501201504200"), {"reject NIP_FORMAT pegawai.nip"}},
      {"Nineteen", Nip("1990050120150420011"), {"reject NIP_FORMAT pegawai.nip"}},
      {"OldNineDigits", Nip("131234567"), {"reject NIP_FORMAT pegawai.nip"}},
      {"Letter", Nip("19900501201504200A"), {"reject NIP_FORMAT pegawai.nip"}},
      {"NoDay", Nip("199005322015042001"), {"reject NIP_BIRTHDATE pegawai.nip"}},
      {"NoLeapDay", Nip("199002292015042001"), {"reject NIP_BIRTHDATE pegawai.nip"}},
      {"LeapDay", Nip("199202292015042001"), {}},
      {"FirstMonth", Nip("199005012015012001"), {}},
      {"LastMonth", Nip("199005012015122001"), {}},
      {"MonthZero", Nip("199005012015002001"), {"reject NIP_TMT pegawai.nip"}},
      {"MonthThirteen", Nip("199005012015132001"), {"reject NIP_TMT pegawai.nip"}},
      {"CodeTwenty", Nip("199005012015202001"), {"reject NIP_TMT pegawai.nip"}},
      {"CodeTwentyOne", Pppk("199005012015212001"), {}},
      {"CodeNinetyNine", Pppk("199005012015992001"), {}},
      {"GenderZero", Nip("199005012015040001"), {"reject NIP_GENDER pegawai.nip"}},
      {"GenderThree", Nip("199005012015043001"), {"reject NIP_GENDER pegawai.nip"}},
      {"Male", Nip("199005012015041001"), {}},
      {"CutBySpreadsheet", Nip("199005012015042000"), {"reject NIP_SEQUENCE pegawai.nip"}},
      {"SeveralAtOnce",
       Nip("199013012015133000"),
       {"reject NIP_BIRTHDATE pegawai.nip", "reject NIP_TMT pegawai.nip",
        "reject NIP_GENDER pegawai.nip", "reject NIP_SEQUENCE pegawai.nip"}},
  });
}

// On 2025-12-31, the last day of the period.
TEST(NipRulesTest, JudgesTheAgeOnTheLastDayOfThePeriod) {
  Check({
      {"SeventeenToday", Nip("200812312025042001"), {}},
      {"SeventeenTomorrow", Nip("200901012025042001"), {"reject NIP_BIRTHDATE pegawai.nip"}},
      {"SeventyStill", Nip("195501011975042001"), {}},
      {"SeventyOneToday", Nip("195412311975042001"), {"reject NIP_BIRTHDATE pegawai.nip"}},
      {"LastDayUnreadable",
       [](v1::Skp& skp) {
         skp.mutable_pegawai()->set_nip("200901012025042001");
         skp.mutable_periode()->set_selesai("2025-12-32");
       },
       {"reject DATE_FORMAT periode.selesai"}},
  });
}

TEST(NipRulesTest, AsksForTheNumberThatIdentifies) {
  Check({
      {"AsnWithoutNip", Nip(""), {"reject FIELD_REQUIRED pegawai.nip"}},
      {"NonAsnWithNikAlone",
       [](v1::Skp& skp) {
         skp.mutable_pegawai()->clear_nip();
         skp.mutable_pegawai()->clear_golongan();
         skp.mutable_pegawai()->set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_NON_ASN);
         skp.mutable_riwayat_status(0)->set_oleh("nik:9901014105900001");
         skp.mutable_riwayat_status(1)->set_oleh("nik:9901014105900001");
       },
       {}},
      {"NonAsnWithoutNik",
       [](v1::Skp& skp) {
         skp.mutable_pegawai()->clear_nip();
         skp.mutable_pegawai()->clear_nik();
         skp.mutable_pegawai()->set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_NON_ASN);
       },
       {"reject FIELD_REQUIRED pegawai.nik"}},
      {"AsnWithoutGolongan",
       [](v1::Skp& skp) { skp.mutable_pegawai()->clear_golongan(); },
       {"reject FIELD_REQUIRED pegawai.golongan"}},
      {"DraftWithoutGolongan",
       [](v1::Skp& skp) {
         skp.mutable_pegawai()->clear_golongan();
         skp.mutable_riwayat_status()->DeleteSubrange(1, 2);
         skp.set_status(v1::STATUS_SKP_DRAFT);
       },
       {"warning FIELD_REQUIRED pegawai.golongan"}},
  });
  Check(support::MakeResultsOnlySkp(),
        {{"ResultsNeedNoGolongan", [](v1::Skp&) {}, {}},
         {"ResultsNeedANip", Nip(""), {"reject FIELD_REQUIRED pegawai.nip"}}});
}

TEST(NipRulesTest, ComparesKindWithStatusAndGolongan) {
  const auto golongan = [](std::string text) {
    return [text](v1::Skp& skp) { skp.mutable_pegawai()->set_golongan(text); };
  };
  const auto status = [](v1::StatusKepegawaian value) {
    return [value](v1::Skp& skp) { skp.mutable_pegawai()->set_status_kepegawaian(value); };
  };
  Check({
      {"PnsNumberOfPppk",
       status(v1::STATUS_KEPEGAWAIAN_PPPK),
       {"reject NIP_STATUS_CONFLICT pegawai.status_kepegawaian"}},
      {"PnsNumberOfNonAsn",
       status(v1::STATUS_KEPEGAWAIAN_NON_ASN),
       {"reject NIP_STATUS_CONFLICT pegawai.status_kepegawaian"}},
      {"LowestPns", golongan("I/a"), {}},
      {"HighestPns", golongan("IV/e"), {}},
      {"PppkGolonganOfPns", golongan("IX"), {"reject NIP_STATUS_CONFLICT pegawai.golongan"}},
      {"HighestPppkGolongan", golongan("XVII"), {"reject NIP_STATUS_CONFLICT pegawai.golongan"}},
      {"NoGolongan", golongan("V/a"), {"reject ENUM_UNKNOWN pegawai.golongan"}},
      {"OtherSpelling", golongan("III-b"), {"reject ENUM_UNKNOWN pegawai.golongan"}},
      {"PnsGolonganOfPppk",
       [](v1::Skp& skp) {
         Pppk("199005012015212001")(skp);
         skp.mutable_pegawai()->set_golongan("III/b");
       },
       {"reject NIP_STATUS_CONFLICT pegawai.golongan"}},
      {"KindUnreadable",
       [](v1::Skp& skp) {
         skp.mutable_pegawai()->set_nip("199005012015132001");
         skp.mutable_pegawai()->set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_PPPK);
       },
       {"reject NIP_TMT pegawai.nip"}},
  });
}

TEST(NipRulesTest, JudgesTheNumbersOfRaters) {
  Check(support::MakeEvaluatedSkp(),
        {
            {"Penilai",
             [](v1::Skp& skp) { skp.mutable_penilai()->set_nip("197003121995131002"); },
             {"reject NIP_TMT penilai.nip"}},
            {"AtasanPenilai",
             [](v1::Skp& skp) { skp.mutable_atasan_penilai()->set_nip("1968"); },
             {"reject NIP_FORMAT atasan_penilai.nip"}},
            {"Tim",
             [](v1::Skp& skp) {
               skp.add_tim_penilai()->set_nip("197007071997021003");
               skp.add_tim_penilai()->set_nip("197007071997021000");
             },
             {"reject NIP_SEQUENCE tim_penilai[1].nip"}},
            {"PenilaiOfEvaluation",
             [](v1::Skp& skp) {
               skp.mutable_evaluasi(0)->mutable_penilai()->set_nip("197013121995031002");
             },
             {"reject NIP_BIRTHDATE evaluasi[0].penilai.nip"}},
            {"WhoDecided",
             [](v1::Skp& skp) {
               v1::Keberatan* keberatan = skp.add_keberatan();
               keberatan->mutable_diajukan()->set_seconds(1767000000);
               keberatan->set_diputus_oleh("196908251994033004");
             },
             {"reject NIP_GENDER keberatan[0].diputus_oleh"}},
            {"NumberOfAnElectedLeader",
             [](v1::Skp& skp) {
               skp.mutable_penilai()->set_nip("12345");
               skp.mutable_penilai()->set_asn(false);
             },
             {}},
        });
}

}  // namespace
}  // namespace kinerja::validate
