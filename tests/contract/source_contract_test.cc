// What every source gives: pages, and ears for what became of its records.
#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/contract/adapter_contract_test.h"

namespace kinerja::adapter {
namespace {

using testing::Contains;
using testing::Each;
using testing::Field;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Everything of a record, as one text.
std::string InFull(const PulledRecord& record) {
  std::string text = absl::StrCat(record.source_id, "|", record.version, "|", record.instansi, "|",
                                  record.bytes, "|");
  if (record.skp) absl::StrAppend(&text, record.skp->SerializeAsString());
  for (const schema::Violation& violation : record.violations) {
    absl::StrAppend(&text, "|", violation.field, "=", violation.reason);
  }
  return text;
}

std::vector<std::string> InFull(const std::vector<PulledRecord>& records) {
  std::vector<std::string> texts;
  for (const PulledRecord& record : records) texts.push_back(InFull(record));
  return texts;
}

// Personal data of a pulled record must not be in what is listed and logged.
void ExpectNothingOf(const v1::Skp& skp, const std::string& text) {
  for (const std::string& secret : {skp.pegawai().nip(), skp.pegawai().nik(), skp.pegawai().nama(),
                                    skp.penilai().nip(), skp.penilai().nama()}) {
    EXPECT_TRUE(secret.empty() || text.find(secret) == std::string::npos) << text;
  }
}

std::vector<StatusReport> ReportsOfEveryFate() {
  std::vector<StatusReport> reports;
  for (const RecordFate fate : {RecordFate::kAccepted, RecordFate::kUnchanged, RecordFate::kStale,
                                RecordFate::kRefused, RecordFate::kHeld, RecordFate::kDelivered,
                                RecordFate::kNotDelivered, RecordFate::kRefusedByTarget}) {
    reports.push_back({absl::StrCat("pmm-2025-", reports.size()), 1, fate, {}});
    if (fate == RecordFate::kRefused || fate == RecordFate::kHeld) {
      reports.back().reasons = {v1::ERROR_REASON_NIP_TMT};
    }
  }
  return reports;
}

}  // namespace

TEST_P(SourceContractTest, PagesGoOnToTheEndAndRepeatTheSame) {
  ASSERT_TRUE(peer_->adapter().Describe().pulls);
  const PullAnswer whole = caller_.Pull("", 1000);
  ASSERT_FALSE(whole.obstacle.has_value());
  ASSERT_GT(whole.records.size(), 4u);
  EXPECT_FALSE(whole.more);

  std::vector<PulledRecord> records;
  std::set<std::string> cursors;
  std::string cursor;
  while (true) {
    const PullAnswer page = caller_.Pull(cursor, 2);
    ASSERT_FALSE(page.obstacle.has_value());
    EXPECT_LE(page.records.size(), 2u);
    EXPECT_EQ(InFull(caller_.Pull(cursor, 2).records), InFull(page.records));
    EXPECT_TRUE(cursors.insert(page.next_cursor).second) << "the cursor goes on";
    records.insert(records.end(), page.records.begin(), page.records.end());
    cursor = page.next_cursor;
    if (!page.more) break;
  }
  EXPECT_EQ(InFull(records), InFull(whole.records));

  const PullAnswer nothing = caller_.Pull(cursor, 2);
  EXPECT_THAT(nothing.records, IsEmpty());
  EXPECT_FALSE(nothing.more);
  EXPECT_EQ(nothing.next_cursor, cursor);
}

TEST_P(SourceContractTest, EachRecordIsOneOrSaysWhyItIsNone) {
  for (const PulledRecord& record : caller_.Pull("", 1000).records) {
    SCOPED_TRACE(record.source_id);
    EXPECT_NE(record.source_id, "");
    EXPECT_NE(record.bytes, "");
    EXPECT_TRUE(record.skp.has_value() || !record.violations.empty());
    const v1::Skp skp = record.skp.value_or(v1::Skp());
    ExpectNothingOf(skp, record.source_id);
    for (const schema::Violation& violation : record.violations) {
      schema::Metadata places = violation.metadata;
      places.emplace_back("field", violation.field);
      ExpectWholeSentences(violation.reason, places);
      for (const auto& [place, value] : places) ExpectNothingOf(skp, value);
    }
  }
}

TEST_P(SourceContractTest, WithoutAPageThereIsAnObstacleAndNoCursor) {
  const std::string cursor = caller_.Pull("", 2).next_cursor;
  peer_->Suffer(Trouble::kOutage);
  const PullAnswer answer = caller_.Pull(cursor, 2);
  ASSERT_TRUE(answer.obstacle.has_value());
  EXPECT_EQ(answer.obstacle->verdict, Verdict::kRetryLater);
  EXPECT_TRUE(answer.obstacle->target_trouble);
  ExpectWhole(*answer.obstacle);
  EXPECT_THAT(answer.records, IsEmpty());
  EXPECT_FALSE(answer.restart);
  peer_->Suffer(Trouble::kNone);
  EXPECT_FALSE(caller_.Pull(cursor, 2).obstacle.has_value());
}

TEST_P(SourceContractTest, EachReportHasItsOutcome) {
  ASSERT_TRUE(peer_->adapter().Describe().takes_status);
  EXPECT_THAT(caller_.SendStatus({}), IsEmpty());
  const std::vector<StatusReport> reports = ReportsOfEveryFate();
  ASSERT_LE(reports.size(), peer_->adapter().Describe().batch);
  for (int time = 0; time < 2; ++time) {  // said twice it is the same
    const std::vector<Outcome> outcomes = caller_.SendStatus(reports);
    ASSERT_THAT(outcomes, SizeIs(reports.size()));
    EXPECT_THAT(outcomes, Each(Field(&Outcome::verdict, Verdict::kDelivered)));
    EXPECT_EQ(peer_->statuses(), reports.size());
  }
}

TEST_P(SourceContractTest, AReportThatWasNotTakenSaysSo) {
  for (const Trouble trouble : {Trouble::kOutage, Trouble::kSilence}) {
    peer_->Suffer(trouble);
    const std::vector<StatusReport> reports = ReportsOfEveryFate();
    const std::vector<Outcome> outcomes = caller_.SendStatus(reports);
    ASSERT_THAT(outcomes, SizeIs(reports.size()));
    for (const Outcome& outcome : outcomes) {
      EXPECT_EQ(outcome.verdict, Verdict::kRetryLater);
      ExpectWhole(outcome);
    }
  }
}

// The fixture's end says whether each `done` came once, and once only.
TEST_P(SourceContractTest, AnswersOnceWhateverBecomesOfTheCall) {
  struct Way {
    const char* name;
    absl::Duration timeout;
    bool cancelled;
    Trouble trouble;
  };
  const std::vector<StatusReport> reports = ReportsOfEveryFate();
  for (const Way& way : {Way{"past the deadline", absl::ZeroDuration(), false, Trouble::kNone},
                         Way{"cancelled", absl::Seconds(20), true, Trouble::kNone},
                         Way{"no answer", absl::Milliseconds(700), false, Trouble::kNoAnswer}}) {
    SCOPED_TRACE(way.name);
    caller_.set_timeout(way.timeout);
    caller_.set_cancelled(way.cancelled);
    peer_->Suffer(way.trouble);
    const PullAnswer page = caller_.Pull("", 2);
    ASSERT_TRUE(page.obstacle.has_value());
    ExpectWhole(*page.obstacle);
    EXPECT_THAT(caller_.SendStatus(reports), SizeIs(reports.size()));
    EXPECT_THAT(caller_.Check(), Not(IsEmpty()));
    (void)caller_.List();
  }
}

TEST_P(SourceContractTest, TheDoctorSaysWhatIsWrong) {
  EXPECT_THAT(caller_.Check(), Each(Field(&Finding::ok, true)));
  peer_->Suffer(Trouble::kOutage);
  const std::vector<Finding> findings = caller_.Check();
  EXPECT_THAT(findings, Contains(Field(&Finding::ok, false)));
  for (const Finding& finding : findings) EXPECT_NE(finding.detail, "");
}

}  // namespace kinerja::adapter
