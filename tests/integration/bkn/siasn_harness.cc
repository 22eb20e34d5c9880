#include "tests/integration/bkn/siasn_harness.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <utility>

#include "gateway/base/check.h"
#include "gateway/base/clock.h"

namespace kinerja::integration {

using adapters::bkn::BknAdapter;
using adapters::bkn::IntIn;
using adapters::bkn::Json;
using adapters::bkn::Member;
using adapters::bkn::ParseJson;
using adapters::bkn::TextIn;

namespace {

adapter::Call MakeCall(absl::Duration timeout) {
  adapter::Call call;
  call.deadline = base::Deadline::After(timeout);
  return call;
}

// Calls a method that answers by a callback, and waits for the answer.
template <typename Answer, typename Ask>
Answer Await(Ask ask) {
  auto answer = std::make_shared<std::promise<Answer>>();
  std::future<Answer> future = answer->get_future();
  ask([answer](Answer value) { answer->set_value(std::move(value)); });
  return future.get();
}

}  // namespace

SiasnHarness::SiasnHarness() {
  std::string name = std::filesystem::temp_directory_path() / "kinerja-bkn-XXXXXX";
  KJ_CHECK(mkdtemp(name.data()) != nullptr);
  folder_ = name;
  simulators::bkn::BknPeer::Options options;
  options.data_folder = std::string(KINERJA_SOURCE_DIR) + "/tests/simulators/data/bkn";
  auto peer = simulators::bkn::BknPeer::Create(options);
  KJ_CHECK(peer.ok());
  peer_ = *std::move(peer);
  simulator_ = std::make_unique<simulators::Simulator>(*peer_);
  auto server = simulators::HttpServer::Start(
      {.listen = "127.0.0.1:0"},
      [this](const simulators::Request& request, const simulators::HttpServer::Pause& pause) {
        return simulator_->Serve(request, pause);
      });
  KJ_CHECK(server.ok());
  server_ = *std::move(server);
  auto loop = net::HttpLoop::Start();
  KJ_CHECK(loop.ok());
  loop_ = *std::move(loop);

  const std::string base = "http://" + server_->address();
  target_.set_id("bkn");
  auto* bkn = target_.mutable_bkn();
  bkn->set_service_url(base + "/apisiasn/1.0/");
  bkn->set_token_url(base + "/oauth2/token");
  bkn->set_consumer_key_file(folder_ + "/key");
  bkn->set_consumer_secret_file(folder_ + "/secret");
  bkn->set_sso_token_file(folder_ + "/sso");
  bkn->mutable_http()->set_allow_private_addresses(true);
  WriteSecret("key", "contoh-key");
  WriteSecret("secret", "contoh-secret");
  PutSsoToken();
  RestartAdapter();
}

SiasnHarness::~SiasnHarness() {
  adapter_.reset();
  loop_.reset();
  server_.reset();
  std::filesystem::remove_all(folder_);
}

void SiasnHarness::RestartAdapter() {
  adapter_.reset();
  auto adapter = BknAdapter::Create(target_, loop_.get(), &base::SystemClock());
  KJ_CHECK(adapter.ok());
  adapter_ = *std::move(adapter);
}

void SiasnHarness::WriteSecret(const std::string& name, const std::string& text) {
  std::ofstream(folder_ + "/" + name) << text << "\n";
}

void SiasnHarness::PutSsoToken(const std::string& client, int lifetime_s) {
  Json body = Json::object();
  body["kind"] = "sso";
  body["lifetime_s"] = lifetime_s;
  if (!client.empty()) body["client_id"] = client;
  WriteSecret("sso", TextIn(Control("/_control/tokens", body.dump()), "access_token"));
}

void SiasnHarness::AllowDocuments(const std::string& prefix, const std::string& token) {
  auto* source = target_.mutable_bkn()->add_document_sources();
  source->set_prefix(prefix);
  source->mutable_http()->set_allow_private_addresses(true);
  if (token.empty()) return;
  WriteSecret("documents", token);
  source->set_token_file(folder_ + "/documents");
}

void SiasnHarness::LoseSsoToken() { std::filesystem::remove(folder_ + "/sso"); }

void SiasnHarness::UsePassword() {
  auto* bkn = target_.mutable_bkn();
  const std::string base = "http://" + server_->address();
  bkn->set_sso_url(base + "/auth/realms/public-siasn/protocol/openid-connect/token");
  bkn->mutable_sso_password()->set_client_id("contohpemdaservice");
  bkn->mutable_sso_password()->set_username_file(folder_ + "/username");
  bkn->mutable_sso_password()->set_password_file(folder_ + "/password");
  WriteSecret("username", "197109031998021904");
  WriteSecret("password", "rahasia & contoh+1");
  RestartAdapter();
}

simulators::Reply SiasnHarness::Serve(const std::string& method, const std::string& path,
                                      const std::string& body) {
  simulators::Request request;
  request.method = method;
  request.path = path.substr(0, path.find('?'));
  if (path.find('?') != std::string::npos) request.query = path.substr(path.find('?') + 1);
  request.body = body;
  return simulator_->Serve(request, [](std::chrono::milliseconds) {});
}

Json SiasnHarness::Control(const std::string& path, const std::string& body) {
  const simulators::Reply reply = Serve(body.empty() ? "GET" : "POST", path, body);
  KJ_CHECK(reply.status == 200);
  return ParseJson(reply.body).value_or(Json());
}

void SiasnHarness::ClearFaults() {
  KJ_CHECK(Serve("DELETE", "/_control/faults", "").status == 200);
}

int SiasnHarness::Effects(std::string_view kind, std::string_view count) {
  const Json effects = Control("/_control/effects?totals");
  const Json* totals = Member(effects, "totals");
  const Json* of_kind = totals == nullptr ? nullptr : Member(*totals, kind);
  return of_kind == nullptr ? 0 : IntIn(*of_kind, count).value_or(0);
}

int SiasnHarness::Requests(std::string_view kind) {
  const Json log = Control("/_control/log?after=0&limit=100000");
  int count = 0;
  for (const Json& entry : *Member(log, "entries")) count += TextIn(entry, "kind") == kind ? 1 : 0;
  return count;
}

adapter::PrepareAnswer SiasnHarness::Prepare(const v1::Skp& skp) {
  return Await<adapter::PrepareAnswer>(
      [&](auto done) { adapter_->Prepare(MakeCall(absl::Seconds(20)), skp, done); });
}

std::vector<adapter::PlannedPart> SiasnHarness::Plan(const v1::Skp& skp, const std::string& facts) {
  const std::vector<adapter::HeldPart> none;
  adapter::PlanInput input;
  input.skp = &skp;
  input.facts = facts;
  input.held = &none;
  return adapter_->Plan(input);
}

adapter::Outcome SiasnHarness::DeliverItem(adapter::Item item, absl::Duration timeout) {
  auto outcomes = Await<std::vector<adapter::Outcome>>(
      [&](auto done) { adapter_->Deliver(MakeCall(timeout), {std::move(item)}, done); });
  KJ_CHECK(outcomes.size() == 1);
  return std::move(outcomes.front());
}

adapter::Outcome SiasnHarness::Deliver(const adapter::PlannedPart& part, const std::string& held_id,
                                       absl::Duration timeout) {
  return DeliverItem({.part = &part, .held = {held_id, 1}}, timeout);
}

adapter::Outcome SiasnHarness::Remove(const adapter::PlannedPart& part,
                                      const std::string& held_id) {
  return DeliverItem({.part = &part, .held = {held_id, 1}, .absent = true}, absl::Seconds(20));
}

adapter::LookupAnswer SiasnHarness::Lookup(const adapter::PlannedPart& part,
                                           const std::string& held_id) {
  return Await<adapter::LookupAnswer>([&](auto done) {
    adapter_->Lookup(MakeCall(absl::Seconds(20)), {.part = &part, .held = {held_id, 1}}, done);
  });
}

std::vector<adapter::Finding> SiasnHarness::Check() {
  return Await<std::vector<adapter::Finding>>(
      [&](auto done) { adapter_->Check(MakeCall(absl::Seconds(20)), done); });
}

}  // namespace kinerja::integration
