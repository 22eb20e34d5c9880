// What the adapter makes of answers that the simulator does not give. Everything else is tested
// against the simulator.
#include "adapters/bkn/bkn_adapter.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace kinerja::adapters::bkn {
namespace {

using adapter::LookupVerdict;
using adapter::Outcome;
using adapter::Verdict;
using ::testing::IsEmpty;

constexpr char kNip[] = "199005012015042001";

class BknAdapterAnswersTest : public ::testing::Test {
 protected:
  BknAdapterAnswersTest() {
    TokensOptions options{.target = "bkn"};
    options.config.set_service_url("https://siasn.example");
    options.config.set_token_url("https://gate.example/token");
    options.config.set_sso_token_file("sso");
    options.read_secret = [](const std::string&) { return std::string("secret"); };
    Wire wire;
    wire.send = [this](base::Deadline, base::Cancellation, net::HttpRequest request,
                       const std::function<void(net::HttpResult)>& done) { done(Answer(request)); };
    wire.throttled = [this](std::optional<absl::Duration>) { ++throttled_; };
    wire.closed_for = [this] { return closed_for_; };
    adapter_ = std::make_unique<BknAdapter>(options, std::move(wire), &clock_);
    part_.kind = std::string(kPeriodik);
    part_.address = kNip;
    part_.payload.bytes =
        R"({"id":null,"pnsDinilaiId":"F01","tahun":2025,"bulanMulaiPenilaian":1,
            "bulanSelesaiPenilaian":3,"hasilKinerjaNilai":2,"perilakuKerjaNilai":2,
            "kuadranKinerjaNilai":2,"koefisienId":"12"})";
  }

  // By the first part of `answers_` that stands in the URL.
  net::HttpResult Answer(const net::HttpRequest& request) {
    sent_.push_back(request.method + " " + request.url);
    net::HttpResult result;
    result.response.status = 200;
    result.response.body = R"({"access_token":"w","expires_in":3600})";
    for (const auto& [path, body] : answers_) {
      if (absl::StrContains(request.url, path)) result.response.body = body;
    }
    return result;
  }

  Outcome Deliver(bool absent) {
    Outcome outcome;
    adapter_->Deliver({}, {{.part = &part_, .absent = absent}},
                      [&](std::vector<Outcome> outcomes) { outcome = outcomes.at(0); });
    return outcome;
  }

  fakes::FakeClock clock_;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> sent_;
  int throttled_ = 0;
  absl::Duration closed_for_;
  adapter::PlannedPart part_;
  std::unique_ptr<BknAdapter> adapter_;
};

TEST_F(BknAdapterAnswersTest, APersonWithoutAnIdIsRefusedAndNoTroubleOfTheTarget) {
  answers_["/pns/data-utama/"] = R"({"code":1,"data":{"nipBaru":"199005012015042001"}})";
  v1::Skp skp;
  skp.mutable_pegawai()->set_nip(kNip);
  adapter::PrepareAnswer prepared;
  adapter_->Prepare({}, skp, [&](adapter::PrepareAnswer answer) { prepared = std::move(answer); });
  ASSERT_TRUE(prepared.obstacle.has_value());
  EXPECT_EQ(prepared.obstacle->verdict, Verdict::kRefused);
  EXPECT_EQ(prepared.obstacle->reason, v1::ERROR_REASON_IDENTITY_MISMATCH);
  EXPECT_FALSE(prepared.obstacle->target_trouble);
}

TEST_F(BknAdapterAnswersTest, ARowThatDoesNotSayItsYearMayBeTheOne) {
  answers_["/pns/rw-kinerjaperiodik/"] =
      R"({"code":1,"data":[{"id":"K-1","bulanMulaiPenilaian":"1","bulanSelesaiPenilaian":"3"}]})";
  for (const bool absent : {false, true}) {
    const Outcome outcome = Deliver(absent);
    EXPECT_EQ(outcome.verdict, Verdict::kRetryLater) << absent;
    EXPECT_EQ(outcome.reason, v1::ERROR_REASON_TARGET_MISCONFIGURED) << absent;
    EXPECT_FALSE(outcome.target_trouble) << absent;
  }
  adapter::LookupAnswer looked;
  adapter_->Lookup({}, {.part = &part_},
                   [&](adapter::LookupAnswer answer) { looked = std::move(answer); });
  EXPECT_EQ(looked.verdict, LookupVerdict::kUnclear);
  for (const std::string& request : sent_) {
    EXPECT_FALSE(absl::StrContains(request, "/save")) << request;
    EXPECT_FALSE(absl::StrContains(request, "DELETE")) << request;
  }
}

TEST_F(BknAdapterAnswersTest, WhatCannotLeaveInTimeIsAnsweredAtOnce) {
  closed_for_ = absl::Hours(1);
  const Outcome outcome = Deliver(false);
  EXPECT_EQ(outcome.verdict, Verdict::kRetryLater);
  EXPECT_EQ(outcome.after, absl::Hours(1));
  EXPECT_TRUE(outcome.throttled);
  EXPECT_FALSE(outcome.target_trouble);
  EXPECT_THAT(sent_, IsEmpty());
  EXPECT_EQ(throttled_, 0) << "an answer of ours must not slow the target down further";
  // A wait that the call can afford is taken.
  closed_for_ = absl::Seconds(5);
  (void)Deliver(false);
  EXPECT_FALSE(sent_.empty());
}

}  // namespace
}  // namespace kinerja::adapters::bkn
