#include "gateway/server/method_table.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/hex.h"
#include "gateway/security/digest.h"
#include "gtest/gtest.h"
#include "kinerja/v1/skp_service.pb.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/matchers.h"

namespace kinerja::server {
namespace {

using support::HasReason;
using support::IsOk;
using support::StatusIs;

constexpr std::string_view kGet = "kinerja.v1.SkpService.GetSkp";
constexpr std::string_view kSubmit = "kinerja.v1.SkpService.SubmitSkp";

google::protobuf::RepeatedPtrField<config::v1::Principal> Callers() {
  google::protobuf::RepeatedPtrField<config::v1::Principal> callers;
  for (const char* id : {"writer", "reader"}) {
    config::v1::Principal* caller = callers.Add();
    caller->set_id(id);
    caller->set_bearer_token_sha256(base::HexEncode(security::Sha256(std::string(id) + "-token")));
    caller->add_instansi("*");
  }
  callers.Mutable(0)->add_systems("pmm");
  return callers;
}

// A table with two methods whose handlers note the calls and answer when the test says so.
class MethodTableTest : public testing::Test {
 protected:
  MethodTableTest()
      : principals_(Callers()),
        table_(&principals_, &clock_, {.max_message_bytes = 100, .max_calls_in_flight = 2}) {
    table_.Add<v1::GetSkpRequest, v1::GetSkpResponse>(
        kGet, [this](const auto&, const auto& principal, v1::GetSkpRequest, auto done) {
          callers_.push_back(principal.id);
          waiting_.push_back([done] { done(v1::GetSkpResponse()); });
        });
    table_.Add<v1::SubmitSkpRequest, v1::SubmitSkpResponse>(
        kSubmit, [this](const auto&, const auto& principal, v1::SubmitSkpRequest, auto done) {
          callers_.push_back(principal.id);
          done(v1::SubmitSkpResponse());
        });
  }

  IncomingCall MakeCall(std::string_view method) const {
    IncomingCall call;
    call.method = method;
    call.authorization = "Bearer writer-token";
    call.parse = [](google::protobuf::Message*) { return true; };
    return call;
  }

  // The answer, or nullopt while the handler has none.
  std::optional<absl::Status> Call(IncomingCall call) {
    auto answer = std::make_shared<std::optional<absl::Status>>();
    table_.Call(call, [answer](absl::StatusOr<MessagePtr> result) { *answer = result.status(); });
    return *answer;
  }

  fakes::FakeClock clock_;
  security::Principals principals_;
  MethodTable table_;
  std::vector<std::string> callers_;
  std::vector<std::function<void()>> waiting_;
};

TEST_F(MethodTableTest, HandsAKnownCallerAndTheRequestToTheHandler) {
  EXPECT_THAT(*Call(MakeCall(kSubmit)), IsOk());
  EXPECT_EQ(callers_, std::vector<std::string>{"writer"});
}

TEST_F(MethodTableTest, TakesTheSchemeOfTheTokenInAnyCase) {
  IncomingCall call = MakeCall(kSubmit);
  call.authorization = "bearer writer-token";
  EXPECT_THAT(*Call(std::move(call)), IsOk());
}

TEST_F(MethodTableTest, RefusesWhatIsNotAllowedBeforeTheHandler) {
  struct Case {
    const char* name;
    void (*spoil)(IncomingCall* call);
    absl::StatusCode code;
    const char* reason;
  };
  const Case kCases[] = {
      {"unknown method", [](IncomingCall* c) { c->method = "kinerja.v1.SkpService.DropAll"; },
       absl::StatusCode::kUnimplemented, "METHOD_UNKNOWN"},
      {"no credential", [](IncomingCall* c) { c->authorization = ""; },
       absl::StatusCode::kUnauthenticated, "UNAUTHENTICATED"},
      {"wrong token", [](IncomingCall* c) { c->authorization = "Bearer writer-tokem"; },
       absl::StatusCode::kUnauthenticated, "UNAUTHENTICATED"},
      {"another scheme", [](IncomingCall* c) { c->authorization = "Basic writer-token"; },
       absl::StatusCode::kUnauthenticated, "UNAUTHENTICATED"},
      {"reads only", [](IncomingCall* c) { c->authorization = "Bearer reader-token"; },
       absl::StatusCode::kPermissionDenied, "METHOD_NOT_ALLOWED"},
      {"too large", [](IncomingCall* c) { c->message_bytes = 101; },
       absl::StatusCode::kInvalidArgument, "MESSAGE_TOO_LARGE"},
      {"unreadable",
       [](IncomingCall* c) { c->parse = [](google::protobuf::Message*) { return false; }; },
       absl::StatusCode::kInvalidArgument, "REQUEST_UNREADABLE"},
      {"too late", [](IncomingCall* c) { c->deadline = absl::InfinitePast(); },
       absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED"},
  };
  for (const Case& c : kCases) {
    IncomingCall call = MakeCall(kSubmit);
    c.spoil(&call);
    const std::optional<absl::Status> answer = Call(std::move(call));
    ASSERT_TRUE(answer.has_value()) << c.name;
    EXPECT_THAT(*answer, StatusIs(c.code)) << c.name;
    EXPECT_THAT(*answer, HasReason(c.reason)) << c.name;
  }
  EXPECT_TRUE(callers_.empty());
}

TEST_F(MethodTableTest, RefusesMoreCallsThanItMayHaveInFlightAndThenGoesOn) {
  EXPECT_FALSE(Call(MakeCall(kGet)).has_value());
  EXPECT_FALSE(Call(MakeCall(kGet)).has_value());
  const absl::Status busy = *Call(MakeCall(kGet));
  EXPECT_THAT(busy, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(busy, HasReason("CALLS_IN_FLIGHT"));
  waiting_.front()();
  EXPECT_FALSE(Call(MakeCall(kGet)).has_value());
  EXPECT_EQ(callers_.size(), 3U);
  for (size_t i = 1; i < waiting_.size(); ++i) waiting_[i]();
}

}  // namespace
}  // namespace kinerja::server
