#include "tests/contract/adapter_contract_test.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/message.h"
#include "tests/support/builders.h"

namespace kinerja::adapter {

using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// --- Records -------------------------------------------------------------------------------------

v1::Skp EvaluatedYear(int person) {
  v1::Skp skp = support::MakeEvaluatedSkp();
  if (person != 0) skp.mutable_pegawai()->set_nip(absl::StrCat("19900501201504", 2500 + person));
  skp.set_name(absl::StrCat("instansi/9901/skp/", person));
  skp.set_revision(1);
  for (const int quarter : {1, 2, 3, 4}) *skp.add_evaluasi() = support::MakeTriwulan(2025, quarter);
  return skp;
}

v1::Skp WithOtherRatings(v1::Skp skp) {
  for (v1::Evaluasi& evaluasi : *skp.mutable_evaluasi()) {
    evaluasi.set_rating_hasil(v1::RATING_DI_ATAS_EKSPEKTASI);
  }
  skp.set_revision(skp.revision() + 1);
  return skp;
}

v1::Skp HalfOf(v1::Skp year, int half) {
  v1::Periode* periode = year.mutable_periode();
  periode->set_mulai(half == 1 ? "2025-01-01" : "2025-07-01");
  periode->set_selesai(half == 1 ? "2025-06-30" : "2025-12-31");
  periode->set_jenis(v1::JENIS_PERIODE_SEMESTER);
  periode->set_urutan(half);
  year.clear_evaluasi();
  for (const int quarter : {2 * half - 1, 2 * half}) {
    *year.add_evaluasi() = support::MakeTriwulan(2025, quarter);
  }
  v1::Evaluasi* end = year.add_evaluasi();
  *end = support::MakeResultsOnlySkp().evaluasi(0);
  end->mutable_periode()->set_jenis(v1::JENIS_PERIODE_SEMESTER);
  end->mutable_periode()->set_urutan(half);
  return year;
}

v1::Skp AtAnotherSchool(v1::Skp skp) {
  skp.mutable_pegawai()->mutable_unor()->set_id("UNOR-CJ-0202");
  skp.mutable_pegawai()->mutable_unor()->set_nama("SMPN 2 Contoh Jaya");
  skp.mutable_pegawai()->set_npsn("69900002");
  skp.mutable_pegawai()->set_nama_satuan("SMPN 2 Contoh Jaya");
  skp.mutable_penilai()->set_nip("198112242006041005");
  skp.mutable_penilai()->set_unor_nama("SMPN 2 Contoh Jaya");
  skp.mutable_source()->set_id("skp-2025-0002");
  return skp;
}

// --- What must hold of every answer --------------------------------------------------------------

void ExpectNoIdentity(std::string_view text) {
  static const v1::Skp& skp = *new v1::Skp(support::MakeSkp());
  const v1::Pegawai& pegawai = skp.pegawai();
  for (const std::string& secret :
       {pegawai.nip(), pegawai.nik(), pegawai.nuptk(), pegawai.nama(), skp.penilai().nip(),
        skp.penilai().nama(), skp.atasan_penilai().nip(), skp.atasan_penilai().nama()}) {
    EXPECT_THAT(std::string(text), Not(HasSubstr(secret)));
  }
}

void ExpectWholeSentences(v1::ErrorReason reason, const schema::Metadata& metadata) {
  ASSERT_NE(reason, v1::ERROR_REASON_UNSPECIFIED);
  const v1::ReasonInfo& facts = schema::ReasonFacts(reason);
  EXPECT_NE(facts.mender(), v1::MENDER_UNSPECIFIED) << schema::ReasonName(reason);
  for (const std::string& sentence : {facts.en(), facts.id()}) {
    const std::string filled = schema::FillSentence(sentence, metadata);
    EXPECT_NE(filled, "") << schema::ReasonName(reason);
    EXPECT_THAT(filled, Not(HasSubstr("{"))) << schema::ReasonName(reason);
    ExpectNoIdentity(filled);
  }
}

void ExpectWhole(const Outcome& outcome) {
  ExpectNoIdentity(outcome.target_id);
  ExpectNoIdentity(outcome.peer_words);
  const bool went = outcome.verdict == Verdict::kDelivered || outcome.verdict == Verdict::kSent;
  if (went) {
    EXPECT_EQ(outcome.reason, v1::ERROR_REASON_UNSPECIFIED);
  } else {
    EXPECT_EQ(outcome.target_id, "");
    ExpectWholeSentences(outcome.reason, outcome.metadata);
  }
}

// --- Caller --------------------------------------------------------------------------------------

template <typename Answer>
Answer Caller::Await(const std::function<void(const Call&, std::function<void(Answer)>)>& ask) {
  Call call;
  call.deadline = base::Deadline::After(timeout_);
  if (cancelled_) call.cancellation.Cancel();
  const auto dones = dones_.emplace_back(std::make_shared<std::atomic<int>>(0));
  const auto first = std::make_shared<std::promise<Answer>>();
  ask(call, [dones, first](Answer answer) {
    if (dones->fetch_add(1) == 0) first->set_value(std::move(answer));
  });
  return first->get_future().get();  // an adapter that never answers ends at ctest's limit
}

bool Caller::EveryDoneCameOnce() const {
  return std::all_of(dones_.begin(), dones_.end(), [](const auto& dones) { return *dones == 1; });
}

PrepareAnswer Caller::Prepare(const v1::Skp& skp) {
  return Await<PrepareAnswer>(
      [&](const Call& call, auto done) { adapter_->Prepare(call, skp, std::move(done)); });
}

std::vector<PlannedPart> Caller::Plan(const v1::Skp& skp, std::string_view facts,
                                      const std::vector<HeldPart>& held) const {
  PlanInput input;
  input.skp = &skp;
  input.facts = facts;
  input.reference = support::MakeReference().get();
  input.held = &held;
  return adapter_->Plan(input);
}

std::vector<PlannedPart> Caller::PrepareAndPlan(const v1::Skp& skp) {
  const PrepareAnswer prepared = Prepare(skp);
  EXPECT_FALSE(prepared.obstacle.has_value()) << prepared.obstacle->peer_words;
  return Plan(skp, prepared.facts);
}

std::vector<Outcome> Caller::Deliver(std::vector<Item> items) {
  return Await<std::vector<Outcome>>([&](const Call& call, auto done) {
    adapter_->Deliver(call, std::move(items), std::move(done));
  });
}

Outcome Caller::DeliverOne(const PlannedPart& part, const std::string& held_id) {
  const std::vector<Outcome> outcomes = Deliver({{.part = &part, .held = {held_id, 1}}});
  EXPECT_THAT(outcomes, SizeIs(1));
  return outcomes.empty() ? Outcome() : outcomes.front();
}

Outcome Caller::Remove(const PlannedPart& part, const std::string& held_id) {
  const std::vector<Outcome> outcomes =
      Deliver({{.part = &part, .held = {held_id, 1}, .absent = true}});
  EXPECT_THAT(outcomes, SizeIs(1));
  return outcomes.empty() ? Outcome() : outcomes.front();
}

LookupAnswer Caller::Lookup(const PlannedPart& part, const std::string& held_id) {
  return Await<LookupAnswer>([&](const Call& call, auto done) {
    adapter_->Lookup(call, {.part = &part, .held = {held_id, 1}}, std::move(done));
  });
}

PullAnswer Caller::Pull(const std::string& cursor, size_t limit) {
  return Await<PullAnswer>(
      [&](const Call& call, auto done) { adapter_->Pull(call, cursor, limit, std::move(done)); });
}

ListAnswer Caller::List() {
  return Await<ListAnswer>(
      [&](const Call& call, auto done) { adapter_->List(call, "", std::move(done)); });
}

std::vector<Outcome> Caller::SendStatus(std::vector<StatusReport> reports) {
  return Await<std::vector<Outcome>>([&](const Call& call, auto done) {
    adapter_->SendStatus(call, std::move(reports), std::move(done));
  });
}

std::vector<Finding> Caller::Check() {
  return Await<std::vector<Finding>>(
      [&](const Call& call, auto done) { adapter_->Check(call, std::move(done)); });
}

namespace {

// Everything of a part, as one text.
std::string InFull(const PlannedPart& part) {
  std::string text =
      absl::StrCat(part.key, "|", part.kind, "|", static_cast<int>(part.plan), "|", part.reason,
                   "|", part.effect_key, "|", part.rank, "|", part.address, "|",
                   part.payload.content_type, "|", part.payload.bytes, "|", part.content);
  for (const auto& [place, value] : part.metadata) absl::StrAppend(&text, "|", place, "=", value);
  for (const auto* list : {&part.wait_keys, &part.after, &part.payload.annotations}) {
    for (const std::string& one : *list) absl::StrAppend(&text, "|", one);
  }
  return text;
}

std::vector<std::string> InFull(const std::vector<PlannedPart>& parts) {
  std::vector<std::string> texts;
  for (const PlannedPart& part : parts) texts.push_back(InFull(part));
  return texts;
}

std::vector<std::string> EffectKeys(const std::vector<PlannedPart>& parts) {
  std::vector<std::string> keys;
  for (const PlannedPart& part : parts) keys.push_back(part.effect_key);
  return keys;
}

// Records of every kind that planning must have a word for.
std::vector<std::pair<std::string, v1::Skp>> RecordsOfEveryKind() {
  v1::Skp non_asn = EvaluatedYear();
  non_asn.mutable_pegawai()->clear_nip();
  non_asn.mutable_pegawai()->set_status_kepegawaian(v1::STATUS_KEPEGAWAIAN_NON_ASN);
  v1::Skp without_rating = EvaluatedYear();
  without_rating.mutable_evaluasi(0)->clear_rating_perilaku();
  v1::Skp excellent = EvaluatedYear();
  for (v1::Evaluasi& evaluasi : *excellent.mutable_evaluasi()) {
    evaluasi.set_rating_hasil(v1::RATING_DI_ATAS_EKSPEKTASI);
    evaluasi.set_rating_perilaku(v1::RATING_DI_ATAS_EKSPEKTASI);
    evaluasi.set_predikat_dilaporkan(v1::PREDIKAT_SANGAT_BAIK);
  }
  return {{"evaluated", EvaluatedYear()},
          {"plan", support::MakeSkp()},
          {"results only", support::MakeResultsOnlySkp()},
          {"first half", HalfOf(EvaluatedYear(), 1)},
          {"second half", HalfOf(EvaluatedYear(), 2)},
          {"non-ASN", non_asn},
          {"without a rating", without_rating},
          {"excellent", excellent}};
}

}  // namespace

// --- Manifest and Plan ---------------------------------------------------------------------------

TEST_P(TargetContractTest, TheManifestSaysWhatItTakes) {
  const Manifest& manifest = peer_->adapter().Describe();
  EXPECT_NE(manifest.kind, "");
  EXPECT_THAT(manifest.part_kinds, Not(IsEmpty()));
  EXPECT_GE(manifest.batch, 1u);
  EXPECT_GT(manifest.call_timeout, absl::ZeroDuration());
  EXPECT_GE(manifest.settle_time, absl::ZeroDuration());
  EXPECT_EQ(&manifest, &peer_->adapter().Describe());
}

TEST_P(TargetContractTest, PlansEveryRecordWholeAndTheSameByteForByte) {
  for (const auto& [name, skp] : RecordsOfEveryKind()) {
    SCOPED_TRACE(name);
    const std::string facts = caller_.Prepare(skp).facts;
    const std::vector<PlannedPart> parts = caller_.Plan(skp, facts);
    v1::Skp copy;
    ASSERT_TRUE(copy.ParseFromString(skp.SerializeAsString()));
    auto elsewhere = std::async(std::launch::async, [&] { return caller_.Plan(copy, facts); });
    EXPECT_EQ(InFull(parts), InFull(caller_.Plan(skp, facts)));
    EXPECT_EQ(InFull(parts), InFull(elsewhere.get()));

    std::set<std::string> before;
    const std::vector<std::string>& kinds = peer_->adapter().Describe().part_kinds;
    for (const PlannedPart& part : parts) {
      SCOPED_TRACE(part.key);
      EXPECT_THAT(kinds, Contains(part.kind));
      for (const std::string& key : part.after) EXPECT_TRUE(before.contains(key)) << key;
      EXPECT_TRUE(before.insert(part.key).second) << "a key names one part";
      ExpectNoIdentity(part.key);
      for (const std::string& one : part.payload.annotations) ExpectNoIdentity(one);
      if (part.plan == PartPlan::kDeliver) {
        EXPECT_EQ(part.reason, v1::ERROR_REASON_UNSPECIFIED);
        EXPECT_NE(part.effect_key, "");
        EXPECT_NE(part.payload.bytes, "");
      } else {
        ExpectWholeSentences(part.reason, part.metadata);
        EXPECT_EQ(part.wait_keys.empty(), part.plan != PartPlan::kHold);
      }
    }
  }
}

TEST_P(TargetContractTest, EffectKeysAreOfThePersonAndThePeriodOnly) {
  const std::vector<PlannedPart> here = caller_.PrepareAndPlan(EvaluatedYear());
  const std::vector<PlannedPart> there =
      caller_.PrepareAndPlan(AtAnotherSchool(WithOtherRatings(EvaluatedYear())));
  EXPECT_EQ(EffectKeys(here), EffectKeys(there));
  const std::vector<std::string> others = EffectKeys(caller_.PrepareAndPlan(EvaluatedYear(1)));
  v1::Skp next_year = EvaluatedYear();
  next_year.mutable_periode()->set_tahun(2026);
  next_year.mutable_periode()->set_mulai("2026-01-01");
  next_year.mutable_periode()->set_selesai("2026-12-31");
  for (v1::Evaluasi& evaluasi : *next_year.mutable_evaluasi()) {
    evaluasi.mutable_periode()->set_tahun(2026);
  }
  const std::vector<std::string> later = EffectKeys(caller_.PrepareAndPlan(next_year));
  EXPECT_THAT(others, SizeIs(here.size()));
  EXPECT_THAT(later, SizeIs(here.size()));
  for (const PlannedPart& part : here) {
    EXPECT_THAT(others, Not(Contains(part.effect_key)));
    EXPECT_THAT(later, Not(Contains(part.effect_key)));
  }
}

TEST_P(TargetContractTest, TheLaterHalfOfAYearRanksHigher) {
  const std::vector<PlannedPart> first = caller_.PrepareAndPlan(HalfOf(EvaluatedYear(), 1));
  const std::vector<PlannedPart> second = caller_.PrepareAndPlan(HalfOf(EvaluatedYear(), 2));
  int contested = 0;
  for (const PlannedPart& early : first) {
    for (const PlannedPart& late : second) {
      if (early.effect_key != late.effect_key) continue;
      ++contested;
      EXPECT_LT(early.rank, late.rank) << early.key;
    }
  }
  EXPECT_GT(contested, 0) << "the year is one effect";
}

// --- Deliver, Lookup, remove ---------------------------------------------------------------------

TEST_P(TargetContractTest, WhatWasDeliveredIsFoundAndWhatChangedIsTold) {
  const std::vector<PlannedPart> first = caller_.PrepareAndPlan(EvaluatedYear());
  const std::vector<PlannedPart> second = caller_.PrepareAndPlan(WithOtherRatings(EvaluatedYear()));
  ASSERT_EQ(EffectKeys(first), EffectKeys(second));
  for (size_t i = 0; i < first.size(); ++i) {
    SCOPED_TRACE(first[i].key);
    const LookupAnswer before = caller_.Lookup(first[i]);
    EXPECT_EQ(before.verdict, LookupVerdict::kAbsent);
    EXPECT_EQ(before.target_id, "");
    const Outcome made = caller_.DeliverOne(first[i]);
    ASSERT_EQ(made.verdict, Verdict::kDelivered) << made.peer_words;
    ExpectWhole(made);
    EXPECT_EQ(caller_.Lookup(first[i], made.target_id).verdict, LookupVerdict::kHolds);
    const LookupAnswer without_id = caller_.Lookup(first[i]);
    EXPECT_EQ(without_id.verdict, LookupVerdict::kHolds);
    EXPECT_EQ(without_id.target_id, made.target_id);
    if (InFull(first[i]) == InFull(second[i])) continue;  // it carries no rating
    EXPECT_EQ(caller_.Lookup(second[i], made.target_id).verdict, LookupVerdict::kDiffers);
    const Outcome changed = caller_.DeliverOne(second[i], made.target_id);
    EXPECT_EQ(changed.verdict, Verdict::kDelivered) << changed.peer_words;
    EXPECT_EQ(caller_.Lookup(second[i], changed.target_id).verdict, LookupVerdict::kHolds);
  }
  EXPECT_EQ(peer_->effects(), static_cast<int>(first.size()));
  EXPECT_EQ(peer_->created(), static_cast<int>(first.size())) << "a change makes no second effect";
}

TEST_P(TargetContractTest, WhatIsRemovedIsAbsentOrItSaysThatItCannot) {
  bool removed_any = false;
  for (const PlannedPart& part : caller_.PrepareAndPlan(EvaluatedYear())) {
    SCOPED_TRACE(part.key);
    const std::string id = caller_.DeliverOne(part).target_id;
    const int held = peer_->effects();
    const Outcome removed = caller_.Remove(part, id);
    ExpectWhole(removed);
    if (removed.verdict == Verdict::kRefused) {
      EXPECT_EQ(removed.reason, v1::ERROR_REASON_TARGET_CANNOT_REMOVE);
      EXPECT_EQ(peer_->effects(), held);
      continue;
    }
    EXPECT_EQ(removed.verdict, Verdict::kDelivered) << removed.peer_words;
    removed_any = true;
    EXPECT_EQ(peer_->effects(), held - 1);
    EXPECT_EQ(caller_.Lookup(part).verdict, LookupVerdict::kAbsent);
    EXPECT_EQ(caller_.Remove(part, id).verdict, Verdict::kDelivered) << "gone is gone";
  }
  EXPECT_EQ(removed_any, peer_->adapter().Describe().can_remove);
}

TEST_P(TargetContractTest, EachItemHasItsOutcomeInOrder) {
  EXPECT_THAT(caller_.Deliver({}), IsEmpty());
  const std::vector<PlannedPart> parts = caller_.PrepareAndPlan(EvaluatedYear());
  const size_t batch = std::min(peer_->adapter().Describe().batch, parts.size());
  std::vector<Item> items;
  for (size_t i = 0; i < batch; ++i) items.push_back({.part = &parts[i]});
  const std::vector<Outcome> outcomes = caller_.Deliver(items);
  ASSERT_THAT(outcomes, SizeIs(batch));
  for (size_t i = 0; i < batch; ++i) {
    ASSERT_EQ(outcomes[i].verdict, Verdict::kDelivered);
    EXPECT_EQ(caller_.Lookup(parts[i]).target_id, outcomes[i].target_id);
  }
}

TEST_P(TargetContractTest, ThePreviewIsWhatTravels) {
  for (const PlannedPart& part : caller_.PrepareAndPlan(EvaluatedYear())) {
    SCOPED_TRACE(part.key);
    const Payload preview = peer_->adapter().Preview(part);
    EXPECT_NE(preview.content_type + preview.bytes, "");
    EXPECT_THAT(peer_->sent(), Not(Contains(preview.bytes)));
    ASSERT_EQ(caller_.DeliverOne(part).verdict, Verdict::kDelivered);
    EXPECT_THAT(peer_->sent(), Contains(preview.bytes));
  }
}

// --- On bad days ---------------------------------------------------------------------------------

TEST_P(TargetContractTest, ARefusalSaysWhyAndNamesNobody) {
  for (const PlannedPart& part : caller_.PrepareAndPlan(EvaluatedYear())) {
    SCOPED_TRACE(part.key);
    const int held = peer_->effects();
    peer_->Suffer(Trouble::kRefuseNext);
    const Outcome outcome = caller_.DeliverOne(part);
    EXPECT_EQ(outcome.verdict, Verdict::kRefused);
    EXPECT_FALSE(outcome.target_trouble) << "it is this item";
    ExpectWhole(outcome);
    EXPECT_EQ(peer_->effects(), held);
  }
}

TEST_P(TargetContractTest, AnOutageIsTheTargetsAndNothingIsTold) {
  const std::vector<PlannedPart> parts = caller_.PrepareAndPlan(EvaluatedYear());
  peer_->Suffer(Trouble::kOutage);
  for (const PlannedPart& part : parts) {
    SCOPED_TRACE(part.key);
    const Outcome outcome = caller_.DeliverOne(part);
    EXPECT_THAT(outcome.verdict, AnyOf(Verdict::kRetryLater, Verdict::kUnknown));
    EXPECT_TRUE(outcome.target_trouble);
    ExpectWhole(outcome);
    const LookupAnswer looked = caller_.Lookup(part);
    EXPECT_EQ(looked.verdict, LookupVerdict::kUnclear);
    ASSERT_TRUE(looked.obstacle.has_value());
    EXPECT_EQ(looked.obstacle->verdict, Verdict::kRetryLater);
    ExpectWhole(*looked.obstacle);
  }
  EXPECT_EQ(peer_->effects(), 0);
}

TEST_P(TargetContractTest, WhatHappenedInSilenceIsUnknownUntilItIsLookedUp) {
  const std::vector<PlannedPart> parts = caller_.PrepareAndPlan(EvaluatedYear());
  for (const PlannedPart& part : parts) {
    SCOPED_TRACE(part.key);
    peer_->Suffer(Trouble::kSilence);
    const Outcome outcome = caller_.DeliverOne(part);
    peer_->Suffer(Trouble::kNone);
    EXPECT_EQ(outcome.verdict, Verdict::kUnknown);
    ExpectWhole(outcome);
    EXPECT_EQ(caller_.Lookup(part).verdict, LookupVerdict::kHolds);
  }
  EXPECT_EQ(peer_->created(), static_cast<int>(parts.size()));
}

// The fixture's end says whether each `done` came once, and once only.
TEST_P(TargetContractTest, AnswersOnceWhateverBecomesOfTheCall) {
  const v1::Skp skp = EvaluatedYear();
  const std::vector<PlannedPart> parts = caller_.PrepareAndPlan(skp);
  struct Way {
    const char* name;
    absl::Duration timeout;
    bool cancelled;
    Trouble trouble;
  };
  for (const Way& way : {Way{"past the deadline", absl::ZeroDuration(), false, Trouble::kNone},
                         Way{"cancelled", absl::Seconds(20), true, Trouble::kNone},
                         Way{"both", absl::ZeroDuration(), true, Trouble::kOutage},
                         Way{"no answer", absl::Milliseconds(700), false, Trouble::kNoAnswer}}) {
    SCOPED_TRACE(way.name);
    caller_.set_timeout(way.timeout);
    caller_.set_cancelled(way.cancelled);
    peer_->Suffer(way.trouble);
    (void)caller_.Prepare(skp);
    (void)caller_.Lookup(parts.front());
    (void)caller_.List();
    (void)caller_.Check();
    const int held = peer_->effects();
    const Outcome outcome = caller_.DeliverOne(parts.front());
    ExpectWhole(outcome);
    if (outcome.verdict == Verdict::kRetryLater) {
      EXPECT_EQ(peer_->effects(), held) << "certain that nothing happened";
    }
    peer_->Suffer(Trouble::kNone);
  }
}

TEST_P(TargetContractTest, TheDoctorSaysWhatIsWrongAndNoSecret) {
  for (const bool well : {true, false}) {
    if (!well) peer_->Suffer(Trouble::kOutage);
    const std::vector<Finding> findings = caller_.Check();
    EXPECT_THAT(findings, Not(IsEmpty()));
    for (const Finding& finding : findings) {
      EXPECT_NE(finding.what, "");
      EXPECT_NE(finding.detail, "");
      ExpectNoIdentity(finding.detail);
      EXPECT_TRUE(finding.ok || !well) << finding.what << ": " << finding.detail;
    }
    const auto faults = std::count_if(findings.begin(), findings.end(),
                                      [](const Finding& finding) { return !finding.ok; });
    EXPECT_EQ(faults > 0, !well);
  }
}

}  // namespace kinerja::adapter
