// Every method against every kind of caller (promise P9). The methods are those of the schema: one
// without a row here fails.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "kinerja/v1/delivery_service.pb.h"
#include "kinerja/v1/target_service.pb.h"
#include "tests/integration/running_gateway.h"
#include "tests/support/matchers.h"

namespace kinerja::integration {
namespace {

using absl::StatusCode;
using support::ClientOptions;
using support::GatewayClient;
using support::HasReason;
using support::IsOk;
using support::StatusIs;

// Full names of all methods of the schema.
std::set<std::string> MethodsOfTheSchema() {
  google::protobuf::FileDescriptorSet files;
  EXPECT_TRUE(files.ParseFromString(support::ReadTestFile(KINERJA_CONTRACT)));
  std::set<std::string> methods;
  for (const auto& file : files.file()) {
    for (const auto& service : file.service()) {
      for (const auto& method : service.method()) {
        methods.insert(file.package() + "." + service.name() + "." + method.name());
      }
    }
  }
  return methods;
}

std::string PathOf(const std::string& method) {
  std::string path = "/" + method;
  path[path.rfind('.')] = '/';
  return path;
}

class AuthorisationTest : public RunningGatewayTest {
 protected:
  AuthorisationTest() : RunningGatewayTest({.tls = true}) {}

  void SetUp() override {
    RunningGatewayTest::SetUp();
    const auto stored = client().SubmitSkp(RequestOf(SkpOf(1)));
    ASSERT_THAT(stored, IsOk());
    name_ = stored->name();
    WaitForDelivery();
    StartJob();
  }

  // The delivery follows from the record a moment later.
  void WaitForDelivery() {
    v1::GetDeliveryRequest request;
    request.set_name(DeliveryName());
    const std::string path = "/kinerja.v1.DeliveryService/GetDelivery";
    for (int i = 0; i < 1000; ++i) {
      if (client().Call(path, request.SerializeAsString()).ok()) return;
      absl::SleepFor(absl::Milliseconds(10));
    }
    FAIL() << "no delivery";
  }

  // A job that has nothing to do.
  void StartJob() {
    v1::CancelDeliveriesRequest request;
    request.mutable_filter()->set_target("ekinerja");
    request.mutable_filter()->set_state(v1::DELIVERY_STATE_SENT);
    request.set_parent("instansi/9901");
    const auto answer =
        ClientWith(support::kOperatorToken)
            .Call("/kinerja.v1.DeliveryService/CancelDeliveries", request.SerializeAsString());
    ASSERT_THAT(answer, IsOk());
    v1::CancelDeliveriesResponse response;
    ASSERT_TRUE(response.ParseFromString(*answer));
    job_ = response.job().name();
  }

  std::string DeliveryName() const { return name_ + "/deliveries/ekinerja"; }

  // A request of each method that the owner of instansi 9901 may make, or an operator.
  std::map<std::string, std::string> Requests() const {
    v1::GetSkpRequest get;
    get.set_name(name_);
    v1::ListSkpsRequest list;
    list.set_parent("instansi/9901");
    v1::ListSkpRevisionsRequest revisions;
    revisions.set_name(name_);
    v1::ListConflictsRequest conflicts;
    conflicts.set_parent("instansi/9901");
    const std::string service = "kinerja.v1.SkpService.";
    return {{service + "SubmitSkp", RequestOf(SkpOf(1)).SerializeAsString()},
            {service + "GetSkp", get.SerializeAsString()},
            {service + "ListSkps", list.SerializeAsString()},
            {service + "ListSkpRevisions", revisions.SerializeAsString()},
            {service + "ListConflicts", conflicts.SerializeAsString()}};
  }

  std::map<std::string, std::string> RequestsOfDeliveries() const {
    v1::ExplainSkpRequest explain;
    explain.set_name(name_);
    v1::ListDeliveriesRequest list;
    list.set_parent("instansi/9901");
    v1::GetDeliveryRequest get;
    get.set_name(DeliveryName());
    v1::RetryDeliveriesRequest retry;
    retry.mutable_filter()->set_target("ekinerja");
    retry.set_parent("instansi/9901");
    retry.set_preview(true);
    v1::CancelDeliveriesRequest cancel;
    *cancel.mutable_filter() = retry.filter();
    cancel.set_parent("instansi/9901");
    cancel.set_preview(true);
    v1::BackfillTargetRequest backfill;
    backfill.set_target("ekinerja");
    backfill.set_parent("instansi/9901");
    backfill.set_preview(true);
    v1::GetJobRequest job;
    job.set_name(job_);
    const std::string service = "kinerja.v1.DeliveryService.";
    return {{service + "ExplainSkp", explain.SerializeAsString()},
            {service + "ListDeliveries", list.SerializeAsString()},
            {service + "GetDelivery", get.SerializeAsString()},
            {service + "RetryDeliveries", retry.SerializeAsString()},
            {service + "CancelDeliveries", cancel.SerializeAsString()},
            {service + "BackfillTarget", backfill.SerializeAsString()},
            {service + "GetJob", job.SerializeAsString()}};
  }

  static std::map<std::string, std::string> RequestsOfTargets() {
    v1::GetTargetRequest target;
    target.set_id("ekinerja");  // the other requests have the same one field
    const std::string service = "kinerja.v1.TargetService.";
    const std::string of_target = target.SerializeAsString();
    return {{service + "ListTargets", ""},
            {service + "GetTarget", of_target},
            {service + "PauseTarget", of_target},
            {service + "ResumeTarget", of_target},
            {service + "CheckTarget", of_target}};
  }

  std::map<std::string, std::string> AllRequests() const {
    std::map<std::string, std::string> all = Requests();
    all.merge(RequestsOfDeliveries());
    all.merge(RequestsOfTargets());
    return all;
  }

  ClientOptions Token(std::string_view token) const {
    return {.address = gateway().address(), .token = token};
  }
  // Over TLS with the certificate of that name; empty: none.
  ClientOptions Certificate(const std::string& name) const {
    ClientOptions options{.address = gateway().tls_address(), .ca_file = folder().Pki("ca.pem")};
    if (name.empty()) return options;
    options.certificate_file = folder().Pki(name + ".pem");
    options.key_file = folder().Pki(name + "-key.pem");
    return options;
  }
  ClientOptions TokenOverTls(std::string_view token) const {
    ClientOptions options = Certificate("");
    options.token = token;
    return options;
  }
  // A certificate that says the right name, from a CA of its own.
  ClientOptions CertificateOfAnotherCa() const {
    ClientOptions options = Certificate("");
    const std::string name(support::kCertificateName);
    options.certificate_file = other_ca_.Pki(name + ".pem");
    options.key_file = other_ca_.Pki(name + "-key.pem");
    return options;
  }

  const support::GatewayFolder other_ca_{{.tls = true}};
  std::string name_;
  std::string job_;
};

// What a method asks of its caller.
enum class Kind { kRead, kReadTargets, kWrite, kOperate };

Kind KindOf(const std::string& method) {
  static const std::map<std::string, Kind> kNotRead = {
      {"SubmitSkp", Kind::kWrite},          {"RetryDeliveries", Kind::kOperate},
      {"CancelDeliveries", Kind::kOperate}, {"BackfillTarget", Kind::kOperate},
      {"GetJob", Kind::kOperate},           {"PauseTarget", Kind::kOperate},
      {"ResumeTarget", Kind::kOperate},     {"CheckTarget", Kind::kOperate},
      {"ListTargets", Kind::kReadTargets},  {"GetTarget", Kind::kReadTargets}};
  const auto found = kNotRead.find(method.substr(method.rfind('.') + 1));
  return found == kNotRead.end() ? Kind::kRead : found->second;
}

struct Caller {
  std::string who;
  ClientOptions options;
  StatusCode read;  // of methods that read records
  std::string read_reason;
  StatusCode write;  // of SubmitSkp
  std::string write_reason;
  StatusCode operate;  // of what only operators may do
  std::string operate_reason;

  // Targets are no secret among callers: who may call at all may see them.
  bool IsKnown() const { return operate_reason.empty() || operate_reason == "METHOD_NOT_ALLOWED"; }
  StatusCode CodeOf(Kind kind) const {
    if (kind == Kind::kReadTargets) return IsKnown() ? StatusCode::kOk : read;
    return kind == Kind::kWrite ? write : kind == Kind::kOperate ? operate : read;
  }
  std::string ReasonOf(Kind kind) const {
    return kind == Kind::kWrite     ? write_reason
           : kind == Kind::kOperate ? operate_reason
                                    : read_reason;
  }
};

TEST_F(AuthorisationTest, HasARowForEveryMethod) {
  std::set<std::string> rows;
  for (const auto& [method, request] : AllRequests()) rows.insert(method);
  EXPECT_EQ(rows, MethodsOfTheSchema());
}

TEST_F(AuthorisationTest, LetsEveryCallerDoWhatItMayAndNoMore) {
  const StatusCode ok = StatusCode::kOk;
  const StatusCode unknown = StatusCode::kUnauthenticated;
  const StatusCode denied = StatusCode::kPermissionDenied;
  const std::string certificate(support::kCertificateName);
  const std::string no = "METHOD_NOT_ALLOWED";
  const std::string who = "UNAUTHENTICATED";
  const std::vector<Caller> callers = {
      {"nobody", Token(""), unknown, who, unknown, who, unknown, who},
      {"wrong token", Token("guess"), unknown, who, unknown, who, unknown, who},
      {"reader", Token(support::kReaderToken), ok, "", denied, no, denied, no},
      {"operator", Token(support::kOperatorToken), ok, "", denied, no, ok, ""},
      {"other instansi", Token(support::kElsewhereToken), denied, "INSTANSI_NOT_ALLOWED", denied,
       "INSTANSI_NOT_ALLOWED", denied, no},
      {"other system", Token(support::kPmmToken), ok, "", denied, "SOURCE_NOT_ALLOWED", denied, no},
      {"owner", Token(support::kBkdToken), ok, "", ok, "", denied, no},
      {"owner over TLS", TokenOverTls(support::kBkdToken), ok, "", ok, "", denied, no},
      {"certificate", Certificate(certificate), ok, "", ok, "", denied, no},
      {"certificate of nobody", Certificate("stranger.example"), unknown, who, unknown, who,
       unknown, who},
      {"no certificate", Certificate(""), unknown, who, unknown, who, unknown, who},
      // Ends in the handshake: no call is made, and there is no reason to read.
      {"unknown CA", CertificateOfAnotherCa(), StatusCode::kUnavailable, "UNSPECIFIED",
       StatusCode::kUnavailable, "UNSPECIFIED", StatusCode::kUnavailable, "UNSPECIFIED"},
  };
  for (const Caller& caller : callers) {
    const GatewayClient client(caller.options);
    for (const auto& [method, request] : AllRequests()) {
      SCOPED_TRACE(caller.who + " calls " + method);
      const Kind kind = KindOf(method);
      const auto answer = client.Call(PathOf(method), request);
      EXPECT_THAT(answer, StatusIs(caller.CodeOf(kind)));
      if (!answer.ok()) {
        EXPECT_THAT(answer, HasReason(caller.ReasonOf(kind)));
      }
    }
  }
}

// A method that does not exist is no secret, and neither are health and reflection.
TEST_F(AuthorisationTest, HealthIsOpen) {
  const auto health = ClientWith("").Call("/grpc.health.v1.Health/Check", "");
  ASSERT_THAT(health, IsOk());
  EXPECT_EQ(*health, "\x08\x01");  // status: SERVING
}

// What a caller may not see must not be told apart from what is not there.
TEST_F(AuthorisationTest, ARecordOfAnotherInstansiLooksLikeOneThatIsNotThere) {
  const GatewayClient elsewhere = ClientWith(support::kElsewhereToken);
  const auto there = elsewhere.GetSkp(name_);
  std::string other_name = name_;
  other_name.back() = name_.back() == '1' ? '2' : '1';
  const auto not_there = elsewhere.GetSkp(other_name);
  EXPECT_THAT(client().GetSkp(other_name), HasReason("SKP_NOT_FOUND"));
  EXPECT_THAT(there, StatusIs(StatusCode::kPermissionDenied));
  EXPECT_EQ(there.status(), not_there.status());
}

TEST_F(AuthorisationTest, AnIdOfASourceTellsNothingOfAnotherInstansi) {
  const GatewayClient elsewhere = ClientWith(support::kElsewhereToken);
  const auto explain = [](const GatewayClient& client, const std::string& id) {
    v1::ExplainSkpRequest request;
    request.set_source_system(SkpOf(1).source().system());
    request.set_source_id(id);
    return client.Call("/kinerja.v1.DeliveryService/ExplainSkp", request.SerializeAsString());
  };
  const std::string there = SkpOf(1).source().id();
  EXPECT_THAT(explain(client(), there), IsOk());
  EXPECT_THAT(explain(elsewhere, there), HasReason("SKP_NOT_FOUND"));
  EXPECT_EQ(explain(elsewhere, there).status(), explain(elsewhere, "no-such-id").status());
}

// "All that I may see" leaves out the rest without a word.
TEST_F(AuthorisationTest, AListOfEverythingHoldsOnlyWhatTheCallerMaySee) {
  v1::ListSkpsRequest request;
  request.set_parent("instansi/-");
  EXPECT_EQ(client().ListSkps(request)->skps_size(), 1);
  EXPECT_EQ(ClientWith(support::kElsewhereToken).ListSkps(request)->skps_size(), 0);
}

// The name of a record of another instansi, in the body, opens nothing.
TEST_F(AuthorisationTest, ASubmissionCannotNameARecordOfAnotherInstansi) {
  v1::Skp skp = SkpOf(2);
  skp.set_name(name_);
  skp.mutable_pegawai()->mutable_instansi()->set_kode_bkn("9902");
  const auto answer = ClientWith(support::kElsewhereToken).SubmitSkp(RequestOf(std::move(skp)));
  EXPECT_THAT(answer, StatusIs(StatusCode::kPermissionDenied));
  EXPECT_THAT(answer, HasReason("INSTANSI_NOT_ALLOWED"));
}

}  // namespace
}  // namespace kinerja::integration
