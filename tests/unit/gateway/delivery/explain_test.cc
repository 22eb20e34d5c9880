// Promise P12: whatever state a delivery is in, and whatever the reason is, people are told in both
// languages why, who acts and what happens next.
#include "gateway/delivery/explain.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/schema/catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kinerja::delivery {
namespace {

using store::DeliveryRow;
using store::DeliveryState;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'767'582'000);  // 2026-01-05 10:00 WIB

constexpr DeliveryState kStates[] = {DeliveryState::kPending,  DeliveryState::kHeld,
                                     DeliveryState::kInFlight, DeliveryState::kSent,
                                     DeliveryState::kUnknown,  DeliveryState::kRetrying,
                                     DeliveryState::kRefused,  DeliveryState::kDelivered,
                                     DeliveryState::kSkipped,  DeliveryState::kCancelled};

bool IsOfDeliveries(int severity) {
  return severity == v1::SEVERITY_DELIVERY_WAITS || severity == v1::SEVERITY_DELIVERY_REFUSED ||
         severity == v1::SEVERITY_DELIVERY_SKIPPED;
}

std::vector<v1::ErrorReason> ReasonsOfDeliveries() {
  std::vector<v1::ErrorReason> reasons;
  const auto* type = v1::ErrorReason_descriptor();
  for (int i = 0; i < type->value_count(); ++i) {
    const auto reason = static_cast<v1::ErrorReason>(type->value(i)->number());
    if (reason == v1::ERROR_REASON_UNSPECIFIED) continue;
    const auto& severities = schema::ReasonFacts(reason).severity();
    if (std::any_of(severities.begin(), severities.end(), IsOfDeliveries)) {
      reasons.push_back(reason);
    }
  }
  return reasons;
}

// What the engine and the adapters give with their reasons. Nobody gives the others yet: they get
// a value for whatever their sentence asks for.
schema::Metadata MetadataOf(v1::ErrorReason reason) {
  const std::pair<std::string, std::string> system = {"system", "bkn"};
  static const std::map<v1::ErrorReason, schema::Metadata> kGiven = {
      {v1::ERROR_REASON_NIP_NOT_FOUND, {{"field", "pegawai.nip"}, system}},
      {v1::ERROR_REASON_IDENTITY_MISMATCH, {{"field", "pegawai.nip"}, system}},
      {v1::ERROR_REASON_EVALUASI_MISSING, {{"field", "evaluasi"}}},
      {v1::ERROR_REASON_RATING_MISSING, {{"field", "evaluasi[0].rating_hasil"}, system}},
      {v1::ERROR_REASON_PREDIKAT_MISMATCH,
       {{"field", "keberatan[0].hasil"},
        system,
        {"reported", "PREDIKAT_BAIK"},
        {"computed", "PREDIKAT_KURANG"}}},
      {v1::ERROR_REASON_NON_ASN, {}},
      {v1::ERROR_REASON_EFFECT_TAKEN, {{"name", "instansi/9901/skp/7"}, system}},
      {v1::ERROR_REASON_TARGET_UNAVAILABLE, {system}},
      {v1::ERROR_REASON_TARGET_AUTH, {system}},
      {v1::ERROR_REASON_TARGET_REFUSED, {system}},
      {v1::ERROR_REASON_TARGET_CANNOT_REMOVE, {system}},
      {v1::ERROR_REASON_OUTCOME_UNKNOWN, {system}},
      {v1::ERROR_REASON_KOEFISIEN_UNKNOWN, {{"field", "evaluasi[0]"}, system}},
      {v1::ERROR_REASON_JENJANG_MISSING, {{"field", "pegawai.jenjang"}, system}},
      {v1::ERROR_REASON_RESULT_NOT_TAKEN, {system, {"what", "results of the years before 2022"}}},
      {v1::ERROR_REASON_TARGET_MISCONFIGURED, {system}},
      {v1::ERROR_REASON_DOCUMENT_UNUSABLE,
       {{"field", "evaluasi.dokumen"}, system, {"what", "no file is at its address"}}},
      {v1::ERROR_REASON_STORED_PREDIKAT_DIFFERS,
       {system, {"reported", "PREDIKAT_BAIK"}, {"computed", "PREDIKAT_SANGAT_BAIK"}}},
      {v1::ERROR_REASON_TARGET_TAKES_NOTHING, {system}},
      {v1::ERROR_REASON_INTERNAL, {}},
  };
  const auto given = kGiven.find(reason);
  if (given != kGiven.end()) return given->second;
  schema::Metadata metadata;
  const std::string& sentence = schema::ReasonFacts(reason).en();
  for (size_t open = sentence.find('{'); open != std::string::npos;
       open = sentence.find('{', open + 1)) {
    metadata.emplace_back(sentence.substr(open + 1, sentence.find('}', open) - open - 1), "x");
  }
  return metadata;
}

DeliveryRow RowIn(DeliveryState state, v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED) {
  DeliveryRow row;
  row.target = "bkn";
  row.skp = 7;
  row.state = state;
  row.since = kNow;
  if (reason != v1::ERROR_REASON_UNSPECIFIED) {
    row.reason = {static_cast<int32_t>(reason), MetadataOf(reason)};
  }
  return row;
}

void ExpectWhole(const std::string& en, const std::string& id) {
  EXPECT_THAT(en, AllOf(Not(IsEmpty()), Not(HasSubstr("{")), Not(HasSubstr("lease"))));
  EXPECT_FALSE(absl::EndsWith({en.data(), en.size()}, ".")) << en;
  EXPECT_THAT(id, AllOf(Not(IsEmpty()), Not(HasSubstr("{"))));
  EXPECT_TRUE(absl::EndsWith({id.data(), id.size()}, ".")) << id;
  for (const char* english : {" the ", " turn", " its ", " again"}) {
    EXPECT_THAT(id, Not(HasSubstr(english)));
  }
}

// Who must act by what the state and the reason say; MENDER_UNSPECIFIED: nobody.
v1::Mender WhoMustAct(DeliveryState state, v1::Mender mender) {
  switch (state) {
    case DeliveryState::kHeld:
    case DeliveryState::kRefused:
      return mender;
    case DeliveryState::kRetrying:
      return mender == v1::MENDER_OPERATOR_GATEWAY ? mender : v1::MENDER_UNSPECIFIED;
    default:
      return v1::MENDER_UNSPECIFIED;
  }
}

// What can come of it: a reason that only says "not for this target" is never in the way.
bool CanBe(DeliveryState state, v1::ErrorReason reason) {
  const auto& severities = schema::ReasonFacts(reason).severity();
  const bool only_skips = std::all_of(severities.begin(), severities.end(), [](int severity) {
    return severity == v1::SEVERITY_DELIVERY_SKIPPED;
  });
  return !only_skips || state == DeliveryState::kSkipped;
}

TEST(ExplainTest, EveryStateWithEveryReasonIsExplainedInBothLanguages) {
  const std::vector<v1::ErrorReason> reasons = ReasonsOfDeliveries();
  ASSERT_GT(reasons.size(), 30u);
  for (const DeliveryState state : kStates) {
    for (const v1::ErrorReason reason : reasons) {
      if (!CanBe(state, reason)) continue;
      SCOPED_TRACE(absl::StrCat("state ", static_cast<int>(state), " ",
                                std::string(schema::ReasonName(reason))));
      const DeliveryRow row = RowIn(state, reason);
      const v1::Whereabouts line = Explain(&row, true, {});
      EXPECT_EQ(static_cast<int>(line.state()), static_cast<int>(state));
      EXPECT_EQ(line.since().seconds(), absl::ToUnixSeconds(kNow));
      EXPECT_EQ(line.reason().code(), reason);
      ExpectWhole(line.reason().description(), line.reason().keterangan());
      ExpectWhole(line.next_step(), line.langkah_berikut());
      const v1::Mender mender = schema::ReasonFacts(reason).mender();
      EXPECT_EQ(line.mender(), WhoMustAct(state, mender));
      if (line.mender() != v1::MENDER_UNSPECIFIED) {
        EXPECT_THAT(line.next_step(), HasSubstr(MenderWords(mender)));
        EXPECT_THAT(line.langkah_berikut(),
                    AnyOf(HasSubstr(MenderKata(mender)), HasSubstr("Operator gateway")));
        EXPECT_THAT(line.next_step(), Not(HasSubstr("nothing to do")));
      }
    }
  }
}

TEST(ExplainTest, EveryStateIsExplainedWithoutAReason) {
  for (const DeliveryState state : kStates) {
    SCOPED_TRACE(static_cast<int>(state));
    const DeliveryRow row = RowIn(state);
    const v1::Whereabouts line = Explain(&row, true, {});
    ExpectWhole(line.next_step(), line.langkah_berikut());
    EXPECT_FALSE(line.has_reason());
  }
}

TEST(ExplainTest, WhatIsOnlySkippedHasNobodyWhoMendsIt) {
  for (const v1::ErrorReason reason :
       {v1::ERROR_REASON_NON_ASN, v1::ERROR_REASON_EFFECT_TAKEN, v1::ERROR_REASON_RESULT_NOT_TAKEN,
        v1::ERROR_REASON_TARGET_TAKES_NOTHING}) {
    const DeliveryRow row = RowIn(DeliveryState::kSkipped, reason);
    const v1::Whereabouts line = Explain(&row, true, {});
    EXPECT_EQ(line.mender(), v1::MENDER_UNSPECIFIED) << reason;
    EXPECT_EQ(line.reason().mender(), v1::MENDER_UNSPECIFIED) << reason;
    EXPECT_THAT(line.next_step(), HasSubstr("nothing to do")) << reason;
  }
}

TEST(ExplainTest, TheNextStepFitsWhoMendsIt) {
  struct Case {
    DeliveryState state;
    v1::ErrorReason reason;
    std::string en, id;
  };
  const Case cases[] = {
      {DeliveryState::kRefused, v1::ERROR_REASON_NIP_NOT_FOUND,
       "the operator of the school must mend it; the next version of the record is delivered by "
       "itself",
       "Mohon operator sekolah memperbaikinya; versi SKP berikutnya dikirim otomatis."},
      {DeliveryState::kRefused, v1::ERROR_REASON_OUTCOME_UNKNOWN,
       "the target's staff must act; then an operator repeats the delivery",
       "Mohon pengelola sistem tujuan menindaklanjuti; setelah itu operator mengulang pengiriman."},
      {DeliveryState::kRefused, v1::ERROR_REASON_KOEFISIEN_UNKNOWN,
       "the operator of the gateway must act; then an operator repeats the delivery",
       "Mohon operator gateway menindaklanjuti; setelah itu operator mengulang pengiriman."},
      {DeliveryState::kHeld, v1::ERROR_REASON_EVALUASI_MISSING,
       "goes on by itself as soon as the rater has done it",
       "Dilanjutkan otomatis setelah pejabat penilai menyelesaikannya."},
  };
  for (const Case& test : cases) {
    const DeliveryRow row = RowIn(test.state, test.reason);
    const v1::Whereabouts line = Explain(&row, true, {});
    EXPECT_EQ(line.next_step(), test.en);
    EXPECT_EQ(line.langkah_berikut(), test.id);
  }
}

TEST(ExplainTest, ARetryNamesItsTimeInWib) {
  DeliveryRow row = RowIn(DeliveryState::kRetrying, v1::ERROR_REASON_TARGET_UNAVAILABLE);
  row.due = kNow + absl::Minutes(5);
  v1::Whereabouts line = Explain(&row, true, {});
  EXPECT_EQ(line.next_step(), "tried again by itself at 2026-01-05 10:05 WIB; nothing to do");
  EXPECT_EQ(line.langkah_berikut(),
            "Dicoba lagi otomatis pada 2026-01-05 10:05 WIB; tidak perlu tindakan.");
  EXPECT_EQ(line.next_time().seconds(), absl::ToUnixSeconds(*row.due));
  row.reason = {static_cast<int32_t>(v1::ERROR_REASON_TARGET_AUTH), {{"system", "bkn"}}};
  line = Explain(&row, true, {});
  EXPECT_EQ(line.mender(), v1::MENDER_OPERATOR_GATEWAY);
  EXPECT_EQ(line.next_step(),
            "the operator of the gateway must act; tried again at 2026-01-05 10:05 WIB");
  // Its time has come, and the target has no room yet.
  row.due.reset();
  row.ready = true;
  line = Explain(&row, true, {});
  EXPECT_EQ(line.langkah_berikut(),
            "Operator gateway perlu menindaklanjuti; dicoba lagi pada giliran berikutnya.");
}

TEST(ExplainTest, WhatWasRemovedIsNotCalledArrived) {
  DeliveryRow row = RowIn(DeliveryState::kDelivered);
  EXPECT_THAT(Explain(&row, true, {}).next_step(), HasSubstr("arrived"));
  row.absent = true;
  EXPECT_THAT(Explain(&row, false, {}).next_step(), HasSubstr("removed"));
}

TEST(ExplainTest, WithoutADeliveryTheRoutesSayWhy) {
  const v1::Whereabouts unrouted = Explain(nullptr, false, {});
  EXPECT_EQ(unrouted.state(), v1::DELIVERY_STATE_UNSPECIFIED);
  ExpectWhole(unrouted.next_step(), unrouted.langkah_berikut());
  const v1::Whereabouts soon = Explain(nullptr, true, {});
  EXPECT_EQ(soon.state(), v1::DELIVERY_STATE_PENDING);
  EXPECT_FALSE(soon.has_since());
}

TEST(ExplainTest, WhatHoldsTheTargetIsSaidWhereItMatters) {
  struct Case {
    const char* name;
    TargetHold hold;
    std::string en;
  };
  const Case cases[] = {
      {"paused", {.paused = true, .opens = kNow, .breaker_until = kNow}, "paused"},
      {"closed", {.opens = kNow, .breaker_until = kNow}, "opens at 2026-01-05 10:00 WIB"},
      {"breaker", {.breaker_until = kNow}, "does not answer; it is tried again at 2026-01-05"},
      {"credential",
       {.breaker_until = kNow, .trouble = {v1::ERROR_REASON_TARGET_AUTH, {{"system", "bkn"}}}},
       "the operator of the gateway mends it; it is tried again at 2026-01-05"},
  };
  for (const Case& test : cases) {
    for (const DeliveryState state : kStates) {
      SCOPED_TRACE(absl::StrCat(test.name, " ", static_cast<int>(state)));
      const DeliveryRow row = RowIn(state);
      const v1::Whereabouts line = Explain(&row, true, test.hold);
      const bool matters = state == DeliveryState::kPending || state == DeliveryState::kRetrying ||
                           state == DeliveryState::kUnknown || state == DeliveryState::kSent;
      if (matters) {
        EXPECT_THAT(line.target_hold(), HasSubstr(test.en));
        ExpectWhole(line.target_hold(), line.penahan_tujuan());
      } else {
        EXPECT_THAT(line.target_hold() + line.penahan_tujuan(), IsEmpty());
      }
    }
  }
}

// Effects are names of persons under a key; nothing of them, and no key, leaves the process.
TEST(ExplainTest, EffectsAndWaitKeysAreNeverShown) {
  DeliveryRow row = RowIn(DeliveryState::kHeld, v1::ERROR_REASON_EVALUASI_MISSING);
  row.waits = {"person:nip:199005012015042001/2025"};
  row.parts.push_back({.key = "skp22/2025", .kind = "skp22", .effect = "SECRET-EFFECT"});
  row.parts.emplace_back();  // stands in for a delivery without parts
  const v1::Whereabouts line = Explain(&row, true, {});
  EXPECT_EQ(line.parts_size(), 1);
  const std::string text = line.DebugString() + ToProto(row, true).DebugString();
  EXPECT_THAT(text, Not(HasSubstr("SECRET")));
  EXPECT_THAT(text, Not(HasSubstr("1990050120150")));
}

TEST(ExplainTest, ADeliveryShowsItsFacts) {
  DeliveryRow row = RowIn(DeliveryState::kRetrying, v1::ERROR_REASON_TARGET_UNAVAILABLE);
  row.revision = 3;
  row.tries = 2;
  row.due = kNow;
  row.parts.push_back({.key = "skp22/2025", .kind = "skp22", .revision = 3});
  v1::Delivery delivery = ToProto(row, false);
  EXPECT_EQ(delivery.target(), "bkn");
  EXPECT_EQ(delivery.revision(), 3u);
  EXPECT_EQ(delivery.tries(), 2u);
  EXPECT_EQ(delivery.next_time().seconds(), absl::ToUnixSeconds(kNow));
  EXPECT_FALSE(delivery.has_delivered_time());
  EXPECT_EQ(delivery.parts_size(), 0);
  row.delivered_revision = 2;
  row.delivered_at = kNow;
  delivery = ToProto(row, true);
  EXPECT_EQ(delivery.delivered_time().seconds(), absl::ToUnixSeconds(kNow));
  EXPECT_EQ(delivery.parts_size(), 1);
}

TEST(ExplainTest, AnAttemptShowsItsTimeAndDuration) {
  store::AttemptRow attempt;
  attempt.number = 4;
  attempt.at = kNow;
  attempt.took = absl::Milliseconds(1500);
  attempt.reason = {static_cast<int32_t>(v1::ERROR_REASON_TARGET_REFUSED), {{"system", "bkn"}}};
  const v1::DeliveryAttempt shown = ToProto(attempt);
  EXPECT_EQ(shown.number(), 4u);
  EXPECT_EQ(shown.duration().seconds(), 1);
  EXPECT_EQ(shown.duration().nanos(), 500'000'000);
  EXPECT_EQ(shown.reason().code(), v1::ERROR_REASON_TARGET_REFUSED);
}

TEST(ExplainTest, ACodeThatIsNoneIsNoReason) {
  EXPECT_FALSE(ToProto(store::DeliveryReason{}).has_value());
  EXPECT_FALSE(ToProto(store::DeliveryReason{.code = 9999}).has_value());
}

}  // namespace
}  // namespace kinerja::delivery
