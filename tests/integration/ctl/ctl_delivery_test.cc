// kinerjactl where an operator sits: the real gateway, and SIASN as the real simulator over HTTPS.
// Every command in plain text and over TLS; as a table, in both languages, and as JSON.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/integration/run_command.h"
#include "tests/support/builders.h"
#include "tests/support/gateway_process.h"
#include "tests/support/simulator_process.h"

namespace kinerja::integration {
namespace {

using nlohmann::json;
using support::GatewayFolder;
using support::GatewayProcess;
using support::kBkdToken;
using support::kElsewhereToken;
using support::kOperatorToken;
using support::SimulatorProcess;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

using Words = std::vector<std::string>;

constexpr char kUnknownNip[] = "199901012024042999";  // not in the simulator's data
constexpr char kNobody[] = "instansi/9901/skp/0cn464vd4j9x8";

class CtlDeliveryTest : public testing::TestWithParam<bool> {
 protected:
  CtlDeliveryTest() : folder_({.tls = true}) {
    StartSimulator();
    const CommandResult token =
        Simulator({"tokens", "kind=sso", "lifetime_s=36000", "--output", "json"});
    const json issued = json::parse(token.output, nullptr, false);
    EXPECT_TRUE(issued.contains("access_token")) << token.output;
    support::WriteTestFile(folder_.File("bkn-sso"), issued.value("access_token", ""));
    StartGateway("[pmm, bkd-9901]");
  }

  void StartSimulator() {
    simulator_ = SimulatorProcess::Start(
        "bkn",
        {"--data", KINERJA_SOURCE_DIR "/tests/simulators/data/bkn", "--tls_certificate",
         folder_.Pki("server.pem"), "--tls_private_key", folder_.Pki("server-key.pem")},
        folder_.File("bkn-ready"));
  }

  // On the store as it is; `origins` are those whose records go to the target.
  void StartGateway(const std::string& origins) {
    if (original_.empty()) original_ = support::ReadTestFile(folder_.File("config.yaml"));
    const std::string yaml = absl::StrReplaceAll(
        original_, {{"https://127.0.0.1:9/", absl::StrCat("https://", simulator_->address(), "/")},
                    {"sso_token_file: bkn-secret", "sso_token_file: bkn-sso"},
                    {"allow_private_addresses: true",
                     "allow_private_addresses: true\n        ca_file: pki/ca.pem"},
                    {"- id: ekinerja", "- id: siasn\n    nama: BKN SIASN"},
                    {"target: ekinerja", "target: siasn"},
                    {"origins: [pmm, bkd-9901]", "origins: " + origins}});
    support::WriteTestFile(folder_.File("config.yaml"), yaml);
    gateway_.reset();
    gateway_ = GatewayProcess::Start(folder_);
    ASSERT_TRUE(gateway_->served()) << folder_.ReadLog();
  }

  CommandResult Ctl(Words words, std::string_view token = kOperatorToken) {
    words.insert(words.begin(), KINERJA_BINARY_DIR "/bin/kinerjactl");
    if (GetParam()) words.insert(words.end(), {"--tls-ca", folder_.Pki("ca.pem")});
    const std::string server = GetParam() ? gateway_->tls_address() : gateway_->address();
    return RunCommand(words, {{"KINERJA_SERVER", server}, {"KINERJA_TOKEN", std::string(token)}});
  }
  CommandResult Simulator(Words words) {
    words.insert(words.begin(),
                 {KINERJA_BINARY_DIR "/bin/kinerjactl", "simulator",
                  "https://" + simulator_->address(), "--tls-ca", folder_.Pki("ca.pem")});
    return RunCommand(words);
  }

  // The command ends well, and each line of its JSON is an object.
  std::vector<json> Objects(Words words) {
    words.insert(words.end(), {"--output", "json"});
    const CommandResult result = Ctl(words);
    EXPECT_EQ(result.exit_code, 0) << result.output;
    std::vector<json> objects;
    for (const absl::string_view line : absl::StrSplit(result.output, '\n', absl::SkipEmpty())) {
      objects.push_back(json::parse(line, nullptr, /*allow_exceptions=*/false));
      EXPECT_TRUE(objects.back().is_object()) << line;
    }
    return objects;
  }
  json Object(const Words& words) {
    const std::vector<json> objects = Objects(words);
    EXPECT_THAT(objects, SizeIs(1)) << words.front();
    return objects.empty() ? json::object() : objects.front();
  }

  // Submits an evaluated record of this person; the name of its delivery.
  std::string Submit(std::string_view nip = support::kPegawaiNip) {
    v1::Skp skp = support::MakeEvaluatedSkp();
    skp.mutable_pegawai()->set_nip(std::string(nip));
    skp.mutable_riwayat_status(0)->set_oleh(std::string(nip));
    skp.mutable_riwayat_status(1)->set_oleh(std::string(nip));
    skp.mutable_source()->set_id(absl::StrCat("skp-", std::string(nip)));
    std::string text;
    EXPECT_TRUE(google::protobuf::TextFormat::PrintToString(skp, &text));
    support::WriteTestFile(folder_.File("record.textproto"), text);
    const CommandResult sent = Ctl({"submit", folder_.File("record.textproto")}, kBkdToken);
    EXPECT_EQ(sent.exit_code, 0) << sent.output;
    for (const absl::string_view word : absl::StrSplit(sent.output, absl::ByAnyChar(" \n"))) {
      if (absl::StartsWith(word, "instansi/")) {
        return absl::StrCat(std::string(word), "/deliveries/siasn");
      }
    }
    ADD_FAILURE() << sent.output;
    return "";
  }
  static std::string RecordOf(const std::string& delivery) {
    return delivery.substr(0, delivery.rfind("/deliveries/"));
  }

  // Waits until the delivery has come to rest in this state.
  void WaitFor(const std::string& delivery, const std::string& state) {
    std::string seen;
    for (int i = 0; i < 300 && seen != state; ++i) {
      const json found =
          json::parse(Ctl({"delivery", delivery, "--output", "json"}).output, nullptr, false);
      seen = found.is_object() ? found.value("state", "") : "";
      if (seen != state) absl::SleepFor(absl::Milliseconds(50));
    }
    EXPECT_EQ(seen, state) << delivery;
  }
  size_t Attempts(const std::string& delivery) {
    return Object({"delivery", delivery}).value("attempts", json::array()).size();
  }
  // What a change would touch; nothing is done.
  std::string Counted(Words words) {
    const CommandResult counted = Ctl(words);
    EXPECT_EQ(counted.exit_code, 0) << counted.output;
    EXPECT_THAT(counted.output, HasSubstr("nothing was done")) << counted.output;
    return Object(words).value("count", "");
  }
  // Has it done, and waits for the job; its name.
  std::string Done(Words words) {
    words.insert(words.end(), {"--yes", "--wait"});
    const json job = Object(words);
    EXPECT_EQ(job.value("state", ""), "JOB_STATE_DONE") << job.dump();
    EXPECT_EQ(job.value("done", ""), "1") << job.dump();
    return job.value("name", "");
  }

  GatewayFolder folder_;
  std::string original_;
  std::unique_ptr<SimulatorProcess> simulator_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_P(CtlDeliveryTest, SaysWhereARecordIsInBothLanguagesAndAsJson) {
  const std::string delivery = Submit();
  WaitFor(delivery, "DELIVERY_STATE_DELIVERED");
  const std::string record = RecordOf(delivery);

  const CommandResult english = Ctl({"explain", record, "--lang", "en"});
  EXPECT_EQ(english.exit_code, 0) << english.output;
  EXPECT_THAT(english.output, AllOf(HasSubstr("BKN SIASN"), HasSubstr("DELIVERED"),
                                    HasSubstr("WHY, AND WHAT HAPPENS NEXT")));
  const CommandResult indonesian = Ctl({"explain", record});
  EXPECT_EQ(indonesian.exit_code, 0) << indonesian.output;
  EXPECT_THAT(indonesian.output,
              AllOf(HasSubstr("BKN SIASN"), Not(HasSubstr("WHAT HAPPENS NEXT"))));
  const json by_source = Object(
      {"explain", "--source", "bkd-9901", absl::StrCat("skp-", std::string(support::kPegawaiNip))});
  EXPECT_EQ(by_source, Object({"explain", record}));
  EXPECT_EQ(by_source["targets"][0]["state"], "DELIVERY_STATE_DELIVERED");

  EXPECT_THAT(Ctl({"deliveries", "--state", "DELIVERED"}).output, HasSubstr(delivery));
  EXPECT_THAT(Objects({"deliveries", "--instansi", "9901", "--target", "siasn"}), SizeIs(1));
  EXPECT_THAT(Objects({"deliveries", "--state", "REFUSED"}), SizeIs(0));
  const json whole = Object({"delivery", delivery});
  EXPECT_EQ(whole["parts"].size(), 2u) << whole.dump();
  EXPECT_THAT(Ctl({"delivery", delivery}).output,
              AllOf(HasSubstr("skp22/2025"), HasSubstr("angkakredit/2025/01-12")));
}

TEST_P(CtlDeliveryTest, ExplainsARefusalWithWhoMendsIt) {
  const std::string delivery = Submit(kUnknownNip);
  WaitFor(delivery, "DELIVERY_STATE_REFUSED");
  const CommandResult both = Ctl({"explain", RecordOf(delivery), "--lang", "both"});
  EXPECT_EQ(both.exit_code, 0) << both.output;
  EXPECT_THAT(both.output,
              AllOf(HasSubstr("NIP_NOT_FOUND"), HasSubstr("OPERATOR_SEKOLAH"),
                    HasSubstr("is not known at SIASN"), HasSubstr("NIP belum ditemukan di SIASN"),
                    Not(HasSubstr(kUnknownNip))));
}

TEST_P(CtlDeliveryTest, RetryShowsThePreviewAndTouchesNothingBefore) {
  const std::string delivery = Submit(kUnknownNip);
  WaitFor(delivery, "DELIVERY_STATE_REFUSED");
  const size_t before = Attempts(delivery);
  const Words retry = {"retry", "--target", "siasn",        "--instansi",
                       "9901",  "--reason", "NIP_NOT_FOUND"};
  EXPECT_EQ(Counted(retry), "1");
  EXPECT_EQ(Attempts(delivery), before);
  const std::string job = Done(retry);
  WaitFor(delivery, "DELIVERY_STATE_REFUSED");
  EXPECT_EQ(Attempts(delivery), before + 1) << "asked once more";
  EXPECT_EQ(Object({"job", job}).value("state", ""), "JOB_STATE_DONE");
  EXPECT_EQ(Ctl({"job", job}).exit_code, 0);

  EXPECT_EQ(Object({"retry", "--target", "siasn", "--instansi", "9901", "--reason",
                    "TARGET_REFUSED"})["count"]
                .is_null(),
            true)
      << "0 is left out";
  EXPECT_EQ(Ctl(retry, kBkdToken).exit_code, 4) << "no operator";
  EXPECT_EQ(Ctl({"retry", "--target", "none"}).exit_code, 3);
  EXPECT_EQ(Ctl({"retry"}).exit_code, 2);
  EXPECT_EQ(Ctl({"retry", "--target", "siasn"}).exit_code, 2) << "whose is not said";
  EXPECT_EQ(Ctl({"job", "jobs/0"}).exit_code, 3);
}

TEST_P(CtlDeliveryTest, PauseCancelAndResume) {
  const json paused = Object({"pause", "siasn"});
  EXPECT_EQ(paused["paused"], true);
  EXPECT_THAT(Ctl({"targets"}).output, HasSubstr("since 20"));
  const std::string delivery = Submit();
  WaitFor(delivery, "DELIVERY_STATE_PENDING");
  EXPECT_THAT(Ctl({"explain", RecordOf(delivery), "--lang", "en"}).output, HasSubstr("paused"));
  EXPECT_EQ(Counted({"cancel", "--target", "siasn", "--instansi", "9901", "--state", "PENDING"}),
            "1");
  WaitFor(delivery, "DELIVERY_STATE_PENDING");
  Done({"cancel", "--target", "siasn", "--instansi", "9901", "--state", "PENDING"});
  WaitFor(delivery, "DELIVERY_STATE_CANCELLED");
  const CommandResult resumed = Ctl({"resume", "siasn"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.output;
  WaitFor(delivery, "DELIVERY_STATE_CANCELLED");
  EXPECT_THAT(Simulator({"effects", "--totals", "--output", "json"}).output,
              Not(HasSubstr("\"created\":1")));
  for (const char* command : {"pause", "resume"}) {
    EXPECT_EQ(Ctl({command, "siasn"}, kBkdToken).exit_code, 4) << command;
    EXPECT_EQ(Ctl({command, "none"}).exit_code, 3) << command;
    EXPECT_EQ(Ctl({command}).exit_code, 2) << command;
  }
}

TEST_P(CtlDeliveryTest, BackfillSendsWhatTheRoutesOfItsDayDidNotSelect) {
  StartGateway("[pmm]");
  const std::string delivery = Submit();
  EXPECT_EQ(Ctl({"delivery", delivery}).exit_code, 3);
  StartGateway("[pmm, bkd-9901]");
  const Words backfill = {"backfill", "--target", "siasn", "--instansi", "9901"};
  EXPECT_EQ(Counted(backfill), "1");
  EXPECT_EQ(Ctl({"delivery", delivery}).exit_code, 3);
  Done(backfill);
  WaitFor(delivery, "DELIVERY_STATE_DELIVERED");
  EXPECT_EQ(Ctl(backfill, kBkdToken).exit_code, 4);
}

TEST_P(CtlDeliveryTest, TargetsAreListedShownAndExamined) {
  const std::vector<json> targets = Objects({"targets"});
  ASSERT_THAT(targets, SizeIs(1));
  EXPECT_EQ(targets[0]["id"], "siasn");
  EXPECT_EQ(Object({"target", "siasn"})["adapter"], "bkn");
  EXPECT_THAT(Ctl({"target", "siasn"}).output,
              AllOf(HasSubstr("takes"), HasSubstr("skp22"), HasSubstr("breaker")));
  EXPECT_EQ(Ctl({"target", "none"}).exit_code, 3);

  const CommandResult well = Ctl({"check", "siasn"});
  EXPECT_EQ(well.exit_code, 0) << well.output;
  const json findings = Object({"check", "siasn"})["findings"];
  EXPECT_FALSE(findings.empty());
  for (const json& finding : findings) {
    EXPECT_EQ(finding.value("ok", false), true) << finding.dump();
  }
  Simulator({"faults", "set", "http_503"});
  const CommandResult ill = Ctl({"check", "siasn", "--output", "json"});
  EXPECT_EQ(ill.exit_code, 1) << ill.output;
  EXPECT_TRUE(json::parse(ill.output, nullptr, false).is_object()) << ill.output;
  EXPECT_EQ(Ctl({"check", "none"}).exit_code, 3);
}

TEST_P(CtlDeliveryTest, ExitCodesTellKindsOfErrorsApart) {
  const std::string nobodys = absl::StrCat(kNobody, "/deliveries/siasn");
  EXPECT_EQ(Ctl({"explain", kNobody}).exit_code, 3);
  EXPECT_EQ(Ctl({"explain", "instansi/9901"}).exit_code, 2);
  EXPECT_EQ(Ctl({"explain"}).exit_code, 2);
  EXPECT_EQ(Ctl({"explain", kNobody}, kElsewhereToken).exit_code, 4);
  EXPECT_EQ(Ctl({"delivery", nobodys}).exit_code, 3);
  EXPECT_EQ(Ctl({"delivery", "siasn"}).exit_code, 2);
  EXPECT_EQ(Ctl({"deliveries", "--state", "LOST"}).exit_code, 2);
  EXPECT_EQ(Ctl({"deliveries"}, "no such token").exit_code, 4);
  const CommandResult as_json = Ctl({"delivery", nobodys, "--output", "json"});
  EXPECT_EQ(as_json.exit_code, 3);
  EXPECT_TRUE(json::parse(as_json.output, nullptr, false).is_object()) << as_json.output;
  for (const char* command : {"targets", "deliveries"}) {
    const CommandResult nobody = Ctl({command, "--server", "127.0.0.1:1", "--timeout", "2s"});
    EXPECT_EQ(nobody.exit_code, 5) << command << nobody.output;
  }
}

INSTANTIATE_TEST_SUITE_P(Listener, CtlDeliveryTest, testing::Values(false, true),
                         [](const auto& test) { return test.param ? "Tls" : "Plain"; });

}  // namespace
}  // namespace kinerja::integration
