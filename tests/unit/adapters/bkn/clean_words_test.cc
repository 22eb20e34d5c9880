#include "adapters/bkn/clean_words.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kinerja::adapters::bkn {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(CleanWordsTest, KeepsWhatIsKnownAndHidesTheRest) {
  struct Case {
    const char* name;
    std::string words;
    const char* want;
  };
  const Case cases[] = {
      {"plain", "nomor sk tidak valid", "nomor sk tidak valid"},
      {"lines", "2 errors:\n\t* PnsID is required\n\n", "2 errors: * PnsID is required"},
      {"field", "* TahunMulaiPenilaian is required", "* TahunMulaiPenilaian is required"},
      {"nip", "pegawai 199005012015042001 tidak aktif", "pegawai *** tidak aktif"},
      {"nip in groups", "NIP 1992 0415 2019 0329 01 tidak aktif", "NIP *** tidak aktif"},
      {"nip with dots", "NIP 19920415.201903.2.901", "NIP ***"},
      {"nip with hyphens", "1992-0415-2019-0329-01", "***"},
      {"birth date", "lahir 15-04-1992", "***"},
      {"name after a label", "data pns a.n. Siti Contoh tidak aktif",
       "data pns a.***. *** tidak aktif"},
      {"name without a label", "SITI CONTOH sudah ada", "*** sudah ada"},
      {"name beside a number", "Contoh 1992 ada", "*** ada"},
      {"quoted", "parsing \"12 Januari\" as date", "parsing *** as date"},
      {"quote without end", "parsing \"12 Januari", "parsing ***"},
      {"token", "jwt eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9AAAA failed", "jwt *** failed"},
      {"letters and digits", "id A5EB03E23F44F6A0 tidak ditemukan", "id *** tidak ditemukan"},
      {"mail", "user contoh@contoh.example denied", "user ***@***.*** denied"},
      {"status", "code=400, message=parsing time", "code=400, message=parsing time"},
      {"other bytes", "caf\xc3\xa9\x01\x02 error", "*** error"},
      {"nothing", "", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(CleanWords(c.words), c.want) << c.name;
}

TEST(CleanWordsTest, StaysShort) {
  EXPECT_EQ(CleanWords(std::string(5000, 'a')), "***");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "data ";
  EXPECT_LE(CleanWords(many).size(), 160u);
  EXPECT_THAT(CleanWords(many), Not(HasSubstr("  ")));
}

}  // namespace
}  // namespace kinerja::adapters::bkn
