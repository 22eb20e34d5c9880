#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/builders.h"
#include "tests/unit/gateway/validate/verdict.h"

namespace kinerja::validate {
namespace {

using support::AppendStatus;
using support::kAtasanPenilaiNip;
using support::kPegawaiNip;
using support::kPenilaiNip;

// Short names in the order of the states; index is the number.
constexpr const char* kNames[] = {"",          "DRAFT",    "DIAJUKAN", "DIKEMBALIKAN",
                                  "DISETUJUI", "BERJALAN", "PERIODIK", "TAHUNAN",
                                  "KEBERATAN", "FINAL",    "DIGANTI",  "DIBATALKAN"};

v1::StatusSkp Named(std::string_view name) {
  for (int i = 1; i <= 11; ++i) {
    if (name == kNames[i]) return static_cast<v1::StatusSkp>(i);
  }
  ADD_FAILURE() << "no state " << name;
  return v1::STATUS_SKP_UNSPECIFIED;
}

// A record with that history, acted by nobody in particular, its evaluations as the end needs.
v1::Skp WithHistory(const std::vector<std::string>& names) {
  v1::Skp skp = support::MakeEvaluatedSkp();
  const v1::Evaluasi yearly = skp.evaluasi(0);
  skp.clear_evaluasi();
  skp.clear_riwayat_status();
  for (const std::string& name : names) AppendStatus(&skp, Named(name), "", "Alasan");
  if (skp.status() >= v1::STATUS_SKP_DINILAI_TAHUNAN && skp.status() <= v1::STATUS_SKP_FINAL) {
    *skp.add_evaluasi() = yearly;
  }
  return skp;
}

// The table of skp-model §4.2 with missing steps of the system, written out.
const std::vector<std::pair<std::string, std::vector<std::string>>> kNext = {
    {"DRAFT", {"DIAJUKAN", "DIGANTI", "DIBATALKAN"}},
    {"DIAJUKAN", {"DRAFT", "DIKEMBALIKAN", "DISETUJUI", "DIGANTI", "DIBATALKAN"}},
    {"DIKEMBALIKAN", {"DIAJUKAN", "DIGANTI", "DIBATALKAN"}},
    {"DISETUJUI", {"BERJALAN", "PERIODIK", "TAHUNAN", "DIGANTI", "DIBATALKAN"}},
    {"BERJALAN", {"BERJALAN", "PERIODIK", "TAHUNAN", "DIGANTI", "DIBATALKAN"}},
    {"PERIODIK", {"BERJALAN", "PERIODIK", "TAHUNAN", "DIGANTI", "DIBATALKAN"}},
    {"TAHUNAN", {"KEBERATAN", "FINAL", "DIGANTI", "DIBATALKAN"}},
    {"KEBERATAN", {"FINAL", "DIGANTI", "DIBATALKAN"}},
    {"FINAL", {}},
    {"DIGANTI", {}},
    {"DIBATALKAN", {}},
};

TEST(StatusRulesTest, HistoryIsAPathOfTheTable) {
  for (const auto& [from, next] : kNext) {
    for (int to = 1; to <= 11; ++to) {
      SCOPED_TRACE(absl::StrCat(from, " to ", kNames[to]));
      const auto words = Judge(WithHistory({from, kNames[to]}));
      if (std::find(next.begin(), next.end(), kNames[to]) != next.end()) {
        EXPECT_THAT(words, testing::IsEmpty());
      } else {
        EXPECT_THAT(words, testing::ElementsAre("reject STATE_ILLEGAL riwayat_status[1]"));
      }
    }
  }
}

TEST(StatusRulesTest, HistoryBeginsAnywhere) {
  for (int status = 1; status <= 11; ++status) {
    EXPECT_THAT(Judge(WithHistory({kNames[status]})), testing::IsEmpty()) << kNames[status];
  }
}

TEST(StatusRulesTest, NamesEveryBrokenStepWithItsStates) {
  v1::Skp skp = WithHistory({"DRAFT", "DISETUJUI", "DRAFT", "DIAJUKAN"});
  const auto found = Validator().Validate(skp, MakeContext());
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(InWords(found[0]), "reject STATE_ILLEGAL riwayat_status[1]");
  EXPECT_EQ(found[0].metadata, (schema::Metadata{{"from", "DRAFT"}, {"to", "DISETUJUI"}}));
  EXPECT_EQ(InWords(found[1]), "reject STATE_ILLEGAL riwayat_status[2]");
  EXPECT_EQ(found[1].metadata, (schema::Metadata{{"from", "DISETUJUI"}, {"to", "DRAFT"}}));
}

TEST(StatusRulesTest, HistoryEndsInTheStatus) {
  Check({{"EndsElsewhere",
          [](v1::Skp& skp) { skp.set_status(v1::STATUS_SKP_BERJALAN); },
          {"reject STATE_ILLEGAL riwayat_status[2]"}},
         {"IsEmpty",
          [](v1::Skp& skp) { skp.clear_riwayat_status(); },
          {"reject FIELD_REQUIRED riwayat_status"}}});
}

TEST(StatusRulesTest, TimeDoesNotRunBack) {
  const auto at = [](int seconds, int nanos) {
    return [=](v1::Skp& skp) {
      google::protobuf::Timestamp* waktu = skp.mutable_riwayat_status(2)->mutable_waktu();
      waktu->set_seconds(skp.riwayat_status(1).waktu().seconds() + seconds);
      waktu->set_nanos(nanos);
      skp.mutable_riwayat_status(1)->mutable_waktu()->set_nanos(500);
    };
  };
  Check({{"Later", at(1, 0), {}},
         {"Equal", at(0, 500), {}},
         {"Earlier", at(-1, 900), {"reject STATE_ILLEGAL riwayat_status[2]"}},
         {"EarlierByNanoseconds", at(0, 499), {"reject STATE_ILLEGAL riwayat_status[2]"}},
         {"NotKnown",
          [](v1::Skp& skp) { skp.mutable_riwayat_status(1)->clear_waktu(); },
          {"reject FIELD_REQUIRED riwayat_status[1].waktu"}}});
}

// MakeSkp(): DRAFT and DIAJUKAN by the ratee, DISETUJUI by the rater.
TEST(StatusRulesTest, RaterAndRateeDoTheirOwnEvents) {
  const auto by = [](int n, std::string_view oleh) {
    return [=](v1::Skp& skp) { skp.mutable_riwayat_status(n)->set_oleh(std::string(oleh)); };
  };
  const auto wrong = [](int n) {
    return std::vector<std::string>{absl::StrCat("reject STATE_ILLEGAL riwayat_status[", n, "]")};
  };
  Check({
      {"RateeAgrees", by(2, kPegawaiNip), wrong(2)},
      {"RateeAgreesPrinted", by(2, "19900501 201504 2 001"), wrong(2)},
      {"RateeAgreesByNik", by(2, "nik:9901014105900001"), wrong(2)},
      {"RaterSubmits", by(1, kPenilaiNip), wrong(1)},
      {"RaterWrites", by(0, kPenilaiNip), wrong(0)},
      {"SomebodyElseAgrees", by(2, kAtasanPenilaiNip), {}},
      {"AnAdministratorSubmits", by(1, "197602142002121006"), {}},
      {"NotSaid", by(2, ""), {}},
      {"System", by(2, "sistem"), {}},
      {"RaterIsRatee",
       [](v1::Skp& skp) {
         skp.mutable_penilai()->set_nip(std::string(kPegawaiNip));
         skp.mutable_riwayat_status(2)->set_oleh(std::string(kPegawaiNip));
       },
       {"reject ATASAN_SELF penilai.nip"}},
  });
}

TEST(StatusRulesTest, ActorsAfterAgreement) {
  struct Step {
    const char* from;
    const char* to;
    std::string_view oleh;
    bool legal;
  };
  for (const Step& step : {
           Step{"DIAJUKAN", "DRAFT", kPegawaiNip, true},
           Step{"DIAJUKAN", "DRAFT", kPenilaiNip, false},
           Step{"DIAJUKAN", "DIKEMBALIKAN", kPegawaiNip, false},
           Step{"DISETUJUI", "BERJALAN", kPegawaiNip, true},
           Step{"BERJALAN", "BERJALAN", kPegawaiNip, true},
           Step{"BERJALAN", "BERJALAN", kPenilaiNip, true},
           Step{"BERJALAN", "PERIODIK", kPegawaiNip, false},
           Step{"DISETUJUI", "TAHUNAN", kPegawaiNip, false},
           Step{"DISETUJUI", "TAHUNAN", kPenilaiNip, true},
           Step{"PERIODIK", "PERIODIK", kPegawaiNip, true},
           Step{"TAHUNAN", "KEBERATAN", kPegawaiNip, true},
           Step{"TAHUNAN", "KEBERATAN", kPenilaiNip, false},
           Step{"TAHUNAN", "FINAL", kPegawaiNip, true},
           Step{"TAHUNAN", "FINAL", "sistem", true},
           Step{"TAHUNAN", "FINAL", kPenilaiNip, false},
           Step{"KEBERATAN", "FINAL", kAtasanPenilaiNip, true},
           Step{"KEBERATAN", "FINAL", kPegawaiNip, false},
           Step{"BERJALAN", "DIGANTI", kPegawaiNip, true},
           Step{"BERJALAN", "DIBATALKAN", "197602142002121006", true},
       }) {
    SCOPED_TRACE(absl::StrCat(step.from, " to ", step.to));
    v1::Skp skp = WithHistory({step.from, step.to});
    skp.mutable_riwayat_status(1)->set_oleh(std::string(step.oleh));
    EXPECT_EQ(Judge(skp).empty(), step.legal);
  }
}

TEST(StatusRulesTest, AReturnAndAWithdrawalHaveANote) {
  const auto without_note = [](const char* to) {
    v1::Skp skp = WithHistory({"DIAJUKAN", to});
    skp.mutable_riwayat_status(1)->set_catatan("  ");
    return skp;
  };
  const auto illegal = testing::ElementsAre("reject STATE_ILLEGAL riwayat_status[1]");
  EXPECT_THAT(Judge(without_note("DIKEMBALIKAN")), illegal);
  EXPECT_THAT(Judge(without_note("DIBATALKAN")), illegal);
  EXPECT_THAT(Judge(without_note("DISETUJUI")), testing::IsEmpty());
  EXPECT_THAT(Judge(without_note("DIKEMBALIKAN"), MakeFeedContext()), testing::IsEmpty());
  v1::Skp pmm = without_note("DIKEMBALIKAN");
  pmm.mutable_source()->set_system("pmm");
  EXPECT_THAT(Judge(pmm, MakeFeedContext()), illegal);
}

// 2025-01-01 begins in Papua at 2024-12-31, 15:00 UTC.
TEST(StatusRulesTest, ThePeriodHasBegunWhenItRuns) {
  v1::Skp skp = WithHistory({"DISETUJUI", "BERJALAN"});
  skp.mutable_riwayat_status(0)->mutable_waktu()->set_seconds(1735000000);
  skp.mutable_riwayat_status(1)->mutable_waktu()->set_seconds(1735657200);
  EXPECT_THAT(Judge(skp), testing::IsEmpty());
  skp.mutable_riwayat_status(1)->mutable_waktu()->set_seconds(1735657199);
  EXPECT_THAT(Judge(skp), testing::ElementsAre("reject STATE_ILLEGAL riwayat_status[1]"));
}

TEST(StatusRulesTest, EvaluationsFitTheStatus) {
  const v1::Evaluasi yearly = support::MakeEvaluatedSkp().evaluasi(0);
  for (int status = 1; status <= 11; ++status) {
    SCOPED_TRACE(kNames[status]);
    v1::Skp skp = WithHistory({kNames[status]});
    skp.clear_evaluasi();
    const bool yearly_needed = status >= 7 && status <= 9;
    const auto illegal = testing::ElementsAre("reject STATE_ILLEGAL riwayat_status[0]");
    EXPECT_EQ(Judge(skp).empty(), !yearly_needed);
    *skp.add_evaluasi() = support::MakeTriwulan(2025, 1);
    const auto periodic = Judge(skp);
    if (status <= 3 || yearly_needed) {
      EXPECT_THAT(periodic, illegal);
    } else {
      EXPECT_THAT(periodic, testing::IsEmpty());
    }
    *skp.mutable_evaluasi(0) = yearly;
    EXPECT_EQ(Judge(skp).empty(), status >= 7);
  }
}

TEST(StatusRulesTest, NamesTheStateThatTheEvaluationsShow) {
  v1::Skp skp = support::MakeSkp();
  *skp.add_evaluasi() = support::MakeEvaluatedSkp().evaluasi(0);
  const auto found = Validator().Validate(skp, MakeContext());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].metadata,
            (schema::Metadata{{"from", "DISETUJUI"}, {"to", "DINILAI_TAHUNAN"}}));
}

TEST(StatusRulesTest, ARecordBefore2022IsFinalWithoutEvaluation) {
  const auto in = [](const char* day, v1::Regime regime) {
    v1::Skp skp = WithHistory({"FINAL"});
    skp.clear_evaluasi();
    skp.set_regime(regime);
    SetPeriode(skp, day, day, v1::JENIS_PERIODE_KHUSUS, 0);
    return Judge(skp);
  };
  EXPECT_THAT(in("2021-12-31", v1::REGIME_PP30_2019), testing::IsEmpty());
  EXPECT_THAT(in("2022-01-01", v1::REGIME_PERMENPANRB6_2022),
              testing::ElementsAre("reject STATE_ILLEGAL riwayat_status[0]"));
}

TEST(StatusRulesTest, ResultsAreEvaluatedPeriodicallyOrYearly) {
  v1::Skp skp = support::MakeResultsOnlySkp();
  const auto illegal = testing::ElementsAre("reject STATE_ILLEGAL status");
  EXPECT_THAT(Judge(skp), testing::IsEmpty());
  skp.set_status(v1::STATUS_SKP_FINAL);
  EXPECT_THAT(Judge(skp), illegal);
  skp.set_status(v1::STATUS_SKP_DINILAI_PERIODIK);
  EXPECT_THAT(Judge(skp), illegal);
  *skp.mutable_evaluasi(0) = support::MakeTriwulan(2025, 1);
  EXPECT_THAT(Judge(skp), testing::IsEmpty());
  skp.set_status(v1::STATUS_SKP_DIGANTI);
  EXPECT_THAT(Judge(skp), testing::IsEmpty());
}

TEST(ReachableTest, FollowsTheTableByOneOrMoreSteps) {
  // Rows: from; columns: to; both in the order of the states from DRAFT.
  constexpr const char* kWanted[] = {
      "11111111111",  // DRAFT: all, itself by way of a withdrawal
      "11111111111",  // DIAJUKAN
      "11111111111",  // DIKEMBALIKAN
      "00001111111",  // DISETUJUI: not back to itself
      "00001111111",  // BERJALAN
      "00001111111",  // DINILAI_PERIODIK
      "00000001111",  // DINILAI_TAHUNAN
      "00000000111",  // KEBERATAN
      "00000000000",  // FINAL
      "00000000000",  // DIGANTI
      "00000000000",  // DIBATALKAN
  };
  for (int from = 1; from <= 11; ++from) {
    for (int to = 1; to <= 11; ++to) {
      EXPECT_EQ(Reachable(static_cast<v1::StatusSkp>(from), static_cast<v1::StatusSkp>(to)),
                kWanted[from - 1][to - 1] == '1')
          << kNames[from] << " to " << kNames[to];
    }
  }
  EXPECT_FALSE(Reachable(v1::STATUS_SKP_UNSPECIFIED, v1::STATUS_SKP_DRAFT));
  EXPECT_FALSE(Reachable(v1::STATUS_SKP_DRAFT, static_cast<v1::StatusSkp>(99)));
}

TEST(StatusTest, LiveAndFrozen) {
  for (int number = 1; number <= 11; ++number) {
    const auto status = static_cast<v1::StatusSkp>(number);
    EXPECT_EQ(IsLive(status), number <= 9) << kNames[number];
    EXPECT_EQ(IsPlanFrozen(status), number >= 4) << kNames[number];
  }
}

}  // namespace
}  // namespace kinerja::validate
