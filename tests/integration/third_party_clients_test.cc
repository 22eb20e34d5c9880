// Clients that we did not write, against the real program: grpc-js, Python's grpcio, and buf curl
// by reflection. Each is a script in clients/ that goes through the same steps; here are the
// requests they send and what they must be told.
#include <google/protobuf/util/json_util.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/integration/run_command.h"
#include "tests/integration/running_gateway.h"

namespace kinerja::integration {
namespace {

constexpr uint32_t kMaxMessageBytes = 100'000;

// Several mistakes of several families.
v1::Skp WrongSkp(int person) {
  v1::Skp skp = SkpOf(person);
  std::string nip = skp.pegawai().nip();
  nip[14] = '7';
  skp.mutable_pegawai()->set_nip(nip);
  skp.mutable_pegawai()->set_nik("99010141059000");
  skp.mutable_periode()->set_selesai("2025-13-31");
  skp.mutable_perilaku()->RemoveLast();
  skp.mutable_rhk(1)->clear_indikator();
  return skp;
}
const std::vector<std::string> kWantedCodes = {"DATE_FORMAT", "INDIKATOR_MISSING", "NIK_FORMAT",
                                               "NIP_GENDER", "PERILAKU_INCOMPLETE"};

// The next version from a feed, which may not change the plan.
v1::Skp FrozenPlanChanged(v1::Skp skp) {
  skp = NextVersionOf(std::move(skp));
  skp.mutable_rhk(0)->set_uraian("Terlaksananya pembelajaran kelas V sesuai kurikulum");
  return skp;
}

class ThirdPartyClientsTest : public RunningGatewayTest {
 protected:
  ThirdPartyClientsTest()
      : RunningGatewayTest({.log_every_call = true, .max_message_bytes = kMaxMessageBytes}) {}

  // Writes the requests of a client that has persons of its own.
  void WriteRequests(int person) {
    std::filesystem::create_directory(folder().File("requests"));
    const v1::SubmitSkpRequest valid = RequestOf(SkpOf(person));
    WriteRequest("valid", valid);
    v1::SubmitSkpRequest reused = valid;
    *reused.mutable_skp() = NextVersionOf(valid.skp());
    WriteRequest("reused", reused);
    WriteRequest("frozen", RequestOf(FrozenPlanChanged(valid.skp())));
    WriteRequest("wrong", RequestOf(WrongSkp(person + 1)));
    v1::SubmitSkpRequest many = RequestOf(SkpWith200Violations(person + 2));
    WriteRequest("many", many);
    many.set_validate_only(true);
    WriteRequest("many_validate_only", many);
    v1::Skp large = SkpOf(person + 3);
    large.mutable_rhk(0)->set_uraian(std::string(kMaxMessageBytes, 'x'));
    WriteRequest("large", RequestOf(std::move(large)));
  }

  void ExpectPasses(const std::vector<std::string>& command) {
    const CommandResult result =
        RunCommand(command, {{"KJ_ADDRESS", gateway().address()},
                             {"KJ_REQUESTS", folder().File("requests")},
                             {"KJ_PROTO", KINERJA_SOURCE_DIR "/proto"},
                             {"KJ_TOKEN", std::string(support::kBkdToken)},
                             {"KJ_FEED_TOKEN", std::string(support::kFeedToken)},
                             {"KJ_CODES", absl::StrJoin(kWantedCodes, ",")},
                             {"NODE_PATH", KINERJA_SOURCE_DIR "/tests/npm/node_modules"},
                             {"PYTHONPATH", KINERJA_PYTHON_STUBS}});
    EXPECT_EQ(result.exit_code, 0) << result.output << folder().ReadLog();
    ExpectNothingPersonalInTheLog();
  }

 private:
  void WriteRequest(const std::string& name, const v1::SubmitSkpRequest& request) {
    const std::string path = folder().File("requests/") + name;
    support::WriteTestFile(path + ".binpb", request.SerializeAsString());
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    std::string json;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(request, &json, options).ok());
    support::WriteTestFile(path + ".json", json);
    CollectPersonal(request.skp());
  }

  void CollectPersonal(const v1::Skp& skp) {
    const v1::Pegawai& pegawai = skp.pegawai();
    personal_.insert({pegawai.nip(), pegawai.nama(), pegawai.nik(), skp.rhk(0).uraian()});
    for (const auto* rater : {&skp.penilai(), &skp.atasan_penilai()}) {
      personal_.insert({rater->nip(), rater->nama()});
    }
    personal_.erase("");
  }

  // Promise P9, with every call logged.
  void ExpectNothingPersonalInTheLog() {
    const std::string log = folder().ReadLog();
    EXPECT_THAT(log, testing::HasSubstr("kinerja.v1.SkpService.SubmitSkp"));
    for (const std::string& text : personal_) {
      EXPECT_EQ(log.find(text), std::string::npos) << "the log holds personal data: " << text;
    }
    for (const std::string_view token : {support::kBkdToken, support::kFeedToken}) {
      EXPECT_EQ(log.find(token), std::string::npos) << "the log holds a token";
    }
  }

  std::set<std::string> personal_;
};

std::string Script(const std::string& name) {
  return KINERJA_SOURCE_DIR "/tests/integration/clients/" + name;
}

TEST_F(ThirdPartyClientsTest, NodeGrpcJs) {
  WriteRequests(10);
  ExpectPasses({"node", Script("grpc_js.cjs")});
}

TEST_F(ThirdPartyClientsTest, PythonGrpcio) {
  WriteRequests(20);
  ExpectPasses({"/usr/bin/python3", Script("python_grpcio.py")});
}

TEST_F(ThirdPartyClientsTest, BufCurlByReflection) {
  WriteRequests(30);
  ExpectPasses({"/usr/bin/python3", Script("buf_curl.py"),
                KINERJA_SOURCE_DIR "/tests/npm/node_modules/.bin/buf"});
}

}  // namespace
}  // namespace kinerja::integration
