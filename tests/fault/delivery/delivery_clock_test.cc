// The clock of the machine is set while records go from PMM to BKN (promises P4, P6): an hour or a
// day forward or back, and over the end of 32-bit time. Nothing is lost, no effect doubled, and
// nothing waits for a time that the old clock gave it.
//
// Only the gateway sees the jump, and only its time of day: libfaketime, with the steady clock left
// alone. Certificates and tokens last until 2050, but for the test of their end.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kinerja/v1/delivery_service.pb.h"
#include "kinerja/v1/target_service.pb.h"
#include "tests/fault/delivery/whole_way.h"

namespace kinerja::fault {
namespace {

using testing::HasSubstr;

constexpr char kFakeTime[] = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
constexpr absl::Duration kDay = absl::Hours(24);
constexpr uint64_t kRecords = 80;
// What a run may take. Whatever waited for the old clock would wait for an hour.
constexpr absl::Duration kLimit = absl::Minutes(2);

absl::Time At(const absl::CivilSecond& second) {
  return absl::FromCivil(second, absl::UTCTimeZone());
}

WayOptions Options() {
  return {.records = kRecords,
          .page_size = 10,
          .max_in_flight = 16,
          .certificate_age = 30 * kDay,
          .certificate_life = At(absl::CivilSecond(2050, 12, 31)) - absl::Now(),
          .token_life = 25 * 365 * kDay};
}

// The time of day of the gateway: so far from the true one. In effect within a second.
void SetClock(const WholeWay& way, absl::Duration offset) {
  const std::string file = way.folder().File("clock");
  support::WriteTestFile(file + ".new", absl::StrCat(offset < absl::ZeroDuration() ? "" : "+",
                                                     absl::ToInt64Seconds(offset)));
  ASSERT_EQ(std::rename((file + ".new").c_str(), file.c_str()), 0);
}

void StartGateway(WholeWay* way, const std::string& bug = "") {
  SetClock(*way, absl::ZeroDuration());
  way->StartGateway({{"LD_PRELOAD", kFakeTime},
                     {"FAKETIME_TIMESTAMP_FILE", way->folder().File("clock")},
                     {"FAKETIME_CACHE_DURATION", "1"},
                     {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
                     {"KJ_SEEDED_BUG", bug}});
}

// Retries and looks all the time, and reads that show a save only later: what a wrong clock would
// repeat is not there yet.
void DisturbBkn(WholeWay* way) {
  way->Disturb(Peer::kBkn, R"([
    {"fault": "commit_then_close", "match": "write", "probability": 0.1, "seed": 1},
    {"fault": "close", "match": "write", "probability": 0.1, "seed": 2},
    {"fault": "http_503", "probability": 0.1, "seed": 3},
    {"fault": "delay_ms", "value": 20},
    {"fault": "stale_read_ms", "value": 600, "match": "read"}])");
}

struct Jump {
  std::string name;
  std::vector<absl::Duration> offsets;  // one after the other, from the true time
};

std::vector<Jump> AllJumps() {
  const absl::Time now = absl::Now();
  return {{"None", {}},
          {"AnHourForward", {absl::Hours(1)}},
          {"AnHourBack", {-absl::Hours(1)}},
          {"ADayForward", {kDay}},
          {"ADayBack", {-kDay}},
          // Four seconds before the end, so that it passes while work is done.
          {"OverTheEndOf32Bits", {At(absl::CivilSecond(2038, 1, 19, 3, 14, 3)) - now}},
          {"BeyondItAndHome",
           {At(absl::CivilSecond(2038, 1, 19, 3, 14, 10)) - now, absl::ZeroDuration()}}};
}

class ClockJumpTest : public testing::TestWithParam<Jump> {};

// Sets the clock once for each offset, with work before and after it.
void JumpWhileWorking(const std::vector<absl::Duration>& offsets, const WholeWay& way) {
  for (size_t i = 0; i < offsets.size(); ++i) {
    ASSERT_TRUE(way.WaitUntilDelivered(kRecords * (i + 1) / 4, kLimit)) << "before jump " << i;
    SetClock(way, offsets[i]);
  }
}

// Whether a delivery was done about then, by the gateway's time of day.
bool WasDeliveredAbout(absl::Time then, const WholeWay& way) {
  v1::ListDeliveriesRequest request;
  request.set_parent("instansi/-");
  request.set_page_size(500);
  request.mutable_filter()->set_target("bkn");
  const auto listed =
      way.Ask<v1::ListDeliveriesResponse>("DeliveryService/ListDeliveries", request);
  return listed &&
         std::any_of(listed->deliveries().begin(), listed->deliveries().end(),
                     [then](const v1::Delivery& delivery) {
                       const int64_t seconds = delivery.delivered_time().seconds();
                       return absl::AbsDuration(absl::FromUnixSeconds(seconds) - then) < kLimit;
                     });
}

TEST_P(ClockJumpTest, NothingIsLostDoubledOrKeptWaiting) {
  const std::vector<absl::Duration>& offsets = GetParam().offsets;
  WholeWay way(Options());
  DisturbBkn(&way);
  const absl::Time began = absl::Now();
  StartGateway(&way);
  ASSERT_TRUE(way.gateway().served()) << way.folder().ReadLog();
  JumpWhileWorking(offsets, way);
  EXPECT_EQ(way.WaitUntilSettled(kLimit), "");
  EXPECT_EQ(way.FindBroken(), "");
  std::cout << GetParam().name << ": " << absl::Trunc(absl::Now() - began, absl::Milliseconds(100))
            << "\n";
  for (const absl::Duration offset : offsets) {
    EXPECT_TRUE(WasDeliveredAbout(absl::Now() + offset, way)) << "no jump by " << offset;
  }
  way.gateway().Stop();  // in order, so that libfaketime takes away its shared memory
}

// The history, tested: a gateway that is wrong on purpose.
TEST(ClockTest, AGatewayThatTrustsTheTimeOfDayIsCaught) {
  WholeWay way(Options());
  DisturbBkn(&way);
  StartGateway(&way, "trust_wall_clock");
  ASSERT_TRUE(way.gateway().served()) << way.folder().ReadLog();
  JumpWhileWorking({-absl::Hours(1)}, way);
  // Twice what a right one takes; it would wait for an hour.
  const std::string open = way.WaitUntilSettled(absl::Seconds(20));
  std::cout << "trust_wall_clock is caught: " << open.substr(0, 400) << "\n";
  EXPECT_THAT(open, HasSubstr("not settled"));
  way.gateway().Stop();
}

INSTANTIATE_TEST_SUITE_P(, ClockJumpTest, testing::ValuesIn(AllJumps()),
                         [](const auto& run) { return run.param.name; });

// ---- What ends ----

// One delivery that waits for this reason; nullopt where there is none within half a minute.
std::optional<v1::Delivery> WaitForOne(v1::ErrorReason reason, const WholeWay& way) {
  v1::ListDeliveriesRequest request;
  request.set_parent("instansi/-");
  request.set_page_size(1);
  request.mutable_filter()->set_target("bkn");
  request.mutable_filter()->set_reason(reason);
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (absl::Now() < deadline) {
    const auto listed =
        way.Ask<v1::ListDeliveriesResponse>("DeliveryService/ListDeliveries", request);
    if (listed && listed->deliveries_size() > 0) return listed->deliveries(0);
    absl::SleepFor(absl::Milliseconds(50));
  }
  return std::nullopt;
}

uint64_t CountFailed(const WholeWay& way) {
  v1::GetTargetRequest request;
  request.set_id("bkn");
  const auto answer = way.Ask<v1::GetTargetResponse>("TargetService/GetTarget", request);
  return answer ? answer->target().failed() : 0;
}

uint64_t CountRequests(const WholeWay& way) {
  return way.Control(Peer::kBkn, "GET", "log?limit=0").value("last", uint64_t{0});
}

// Those that were begun before fail together, and say nothing of what follows.
void WaitForThoseUnderWay(const WholeWay& way) {
  v1::GetTargetRequest request;
  request.set_id("bkn");
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (absl::Now() < deadline) {
    const auto answer = way.Ask<v1::GetTargetResponse>("TargetService/GetTarget", request);
    if (answer && answer->target().in_flight() <= 1) return;
    absl::SleepFor(absl::Milliseconds(50));
  }
  ADD_FAILURE() << "deliveries stay under way";
}

// The gateway asks again now and then, as its backoff says (2 s here), and BKN gets no more.
void ExpectNoBusyLoop(const WholeWay& way) {
  constexpr absl::Duration kWatch = absl::Seconds(6);
  constexpr uint64_t kMost = 8;
  WaitForThoseUnderWay(way);
  const uint64_t failed = CountFailed(way);
  const uint64_t requests = CountRequests(way);
  absl::SleepFor(kWatch);  // how often in this time, is what is tested
  const uint64_t more_failed = CountFailed(way) - failed;
  const uint64_t more_requests = CountRequests(way) - requests;
  EXPECT_LE(more_failed, kMost);
  EXPECT_LE(more_requests, kMost);
  std::cout << more_failed << " calls in vain and " << more_requests << " requests at BKN in "
            << kWatch << "\n";
}

// Explain names the reason and who mends it, and the doctor what is to be done.
void ExpectExplained(const v1::Delivery& delivery, const std::string& advice, const WholeWay& way) {
  v1::ExplainSkpRequest request;
  request.set_name(delivery.skp());
  const auto explained = way.Ask<v1::ExplainSkpResponse>("DeliveryService/ExplainSkp", request);
  ASSERT_TRUE(explained.has_value());
  const v1::Whereabouts& line = explained->targets(0);
  EXPECT_EQ(line.reason().code(), delivery.reason().code()) << line.ShortDebugString();
  EXPECT_EQ(line.mender(), v1::MENDER_OPERATOR_GATEWAY) << line.ShortDebugString();
  EXPECT_NE(line.next_step(), "") << line.ShortDebugString();
  EXPECT_NE(line.langkah_berikut(), "") << line.ShortDebugString();
  v1::CheckTargetRequest check;
  check.set_id("bkn");
  const auto checked = way.Ask<v1::CheckTargetResponse>("TargetService/CheckTarget", check);
  ASSERT_TRUE(checked.has_value());
  EXPECT_THAT(checked->ShortDebugString(), HasSubstr(advice));
  std::cout << line.next_step() << "\n" << checked->ShortDebugString() << "\n";
}

TEST(ExpiryTest, ATokenThatHasEndedIsExplainedAndNotTriedInALoop) {
  WayOptions options = Options();
  options.token_life = absl::Seconds(2);
  WholeWay way(options);
  way.Disturb(Peer::kBkn, R"({"fault": "delay_ms", "value": 150})");
  way.StartGateway();
  ASSERT_TRUE(way.gateway().served()) << way.folder().ReadLog();
  const auto waiting = WaitForOne(v1::ERROR_REASON_TARGET_AUTH, way);
  ASSERT_TRUE(waiting.has_value());
  ExpectExplained(*waiting, "put a new one into its file", way);
  ExpectNoBusyLoop(way);
  way.ReplaceToken(absl::Hours(1));
  EXPECT_EQ(way.WaitUntilSettled(kLimit), "");
  EXPECT_EQ(way.FindBroken(), "");
}

TEST(ExpiryTest, ACertificateThatHasEndedIsExplainedAndNotTriedInALoop) {
  WayOptions options = Options();
  options.certificate_life = options.certificate_age + 10 * kDay;
  WholeWay way(options);
  way.Disturb(Peer::kBkn, R"({"fault": "delay_ms", "value": 100})");
  StartGateway(&way);
  ASSERT_TRUE(way.gateway().served()) << way.folder().ReadLog();
  JumpWhileWorking({11 * kDay}, way);
  // Whoever is connected already does not look at the certificate again.
  way.Disturb(Peer::kBkn, R"({"fault": "close"})");
  const auto waiting = WaitForOne(v1::ERROR_REASON_TARGET_MISCONFIGURED, way);
  ASSERT_TRUE(waiting.has_value());
  way.StopDisturbing();
  ExpectExplained(*waiting, "tls_expired", way);
  ExpectNoBusyLoop(way);
  SetClock(way, absl::ZeroDuration());
  EXPECT_EQ(way.WaitUntilSettled(kLimit), "");
  EXPECT_EQ(way.FindBroken(), "");
  way.gateway().Stop();
}

}  // namespace
}  // namespace kinerja::fault
