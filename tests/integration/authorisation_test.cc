// Every method against every kind of caller (promise P9). The methods are those of the schema: one
// without a row here fails.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
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
  }

  // A request of each method that the owner of instansi 9901 may make.
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
};

struct Caller {
  std::string who;
  ClientOptions options;
  StatusCode read;  // of methods that read
  std::string read_reason;
  StatusCode write;  // of SubmitSkp
  std::string write_reason;
};

TEST_F(AuthorisationTest, HasARowForEveryMethod) {
  std::set<std::string> rows;
  for (const auto& [method, request] : Requests()) rows.insert(method);
  EXPECT_EQ(rows, MethodsOfTheSchema());
}

TEST_F(AuthorisationTest, LetsEveryCallerDoWhatItMayAndNoMore) {
  const StatusCode ok = StatusCode::kOk;
  const StatusCode unknown = StatusCode::kUnauthenticated;
  const StatusCode denied = StatusCode::kPermissionDenied;
  const std::string certificate(support::kCertificateName);
  const std::vector<Caller> callers = {
      {"nobody", Token(""), unknown, "UNAUTHENTICATED", unknown, "UNAUTHENTICATED"},
      {"wrong token", Token("guess"), unknown, "UNAUTHENTICATED", unknown, "UNAUTHENTICATED"},
      {"reader", Token(support::kReaderToken), ok, "", denied, "METHOD_NOT_ALLOWED"},
      {"other instansi", Token(support::kElsewhereToken), denied, "INSTANSI_NOT_ALLOWED", denied,
       "INSTANSI_NOT_ALLOWED"},
      {"other system", Token(support::kPmmToken), ok, "", denied, "SOURCE_NOT_ALLOWED"},
      {"owner", Token(support::kBkdToken), ok, "", ok, ""},
      {"owner over TLS", TokenOverTls(support::kBkdToken), ok, "", ok, ""},
      {"certificate", Certificate(certificate), ok, "", ok, ""},
      {"certificate of nobody", Certificate("stranger.example"), unknown, "UNAUTHENTICATED",
       unknown, "UNAUTHENTICATED"},
      {"no certificate", Certificate(""), unknown, "UNAUTHENTICATED", unknown, "UNAUTHENTICATED"},
      // Ends in the handshake: no call is made, and there is no reason to read.
      {"unknown CA", CertificateOfAnotherCa(), StatusCode::kUnavailable, "UNSPECIFIED",
       StatusCode::kUnavailable, "UNSPECIFIED"},
  };
  for (const Caller& caller : callers) {
    const GatewayClient client(caller.options);
    for (const auto& [method, request] : Requests()) {
      SCOPED_TRACE(caller.who + " calls " + method);
      const bool writes = absl::EndsWith(method, ".SubmitSkp");
      const auto answer = client.Call(PathOf(method), request);
      EXPECT_THAT(answer, StatusIs(writes ? caller.write : caller.read));
      if (!answer.ok()) {
        EXPECT_THAT(answer, HasReason(writes ? caller.write_reason : caller.read_reason));
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
