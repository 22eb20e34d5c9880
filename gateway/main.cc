// kinerja-gateway: flags → configuration → parts in order → serve → ordered stop. Wiring only.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/status.h"
#include "gateway/base/status_macros.h"
#include "gateway/ingest/ingest.h"
#include "gateway/ingest/rulebook.h"
#include "gateway/ingest/skp_reader.h"
#include "gateway/security/principal.h"
#include "gateway/server/method_table.h"
#include "gateway/server/server.h"
#include "gateway/server/skp_service.h"
#include "gateway/settings/settings.h"
#include "gateway/store/sqlite/sqlite_store.h"

namespace kinerja {
namespace {

constexpr int kExitConfig = 2;
constexpr int kExitStart = 1;

struct Flags {
  std::string config;
  std::string ready_file;
  bool check_config = false;
};

// SIGTERM and SIGINT are taken by sigwait in main; every thread started later inherits the mask.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

base::Level LevelOf(config::v1::LogLevel level) {
  switch (level) {
    case config::v1::LOG_LEVEL_DEBUG:
      return base::Level::kDebug;
    case config::v1::LOG_LEVEL_WARNING:
      return base::Level::kWarning;
    case config::v1::LOG_LEVEL_ERROR:
      return base::Level::kError;
    default:
      return base::Level::kInfo;
  }
}

absl::StatusOr<std::unique_ptr<store::Store>> OpenStore(const config::v1::GatewayConfig& config) {
  const config::v1::SqliteStore& sqlite = config.store().sqlite();
  store::sqlite::SqliteStoreOptions options;
  options.path = sqlite.path();
  options.readers = sqlite.readers();
  options.write_queue = config.limits().max_waiting_writes();
  options.request_retention = absl::Seconds(config.store().request_retention().seconds());
  return store::sqlite::SqliteStore::Open(std::move(options));
}

// Where a script or a supervisor learns the addresses, ports included, once calls are answered.
void WriteReadyFile(const std::string& path, const server::Server& server) {
  if (path.empty()) return;
  const std::string temporary = path + ".new";
  {
    std::ofstream file(temporary);
    for (const std::string& address : server.addresses()) file << address << "\n";
  }
  std::rename(temporary.c_str(), path.c_str());
}

// Waits for a signal to stop. Until then, health says whether the store still takes writes: one
// whose device failed does not until restart, a full one does again by itself.
int WaitForStop(const sigset_t& stop_signals, const store::Store& store, server::Server* server) {
  const timespec tick = {.tv_sec = 1, .tv_nsec = 0};
  while (true) {
    const int signal_number = sigtimedwait(&stop_signals, nullptr, &tick);
    if (signal_number > 0) return signal_number;
    server->SetServing(!absl::IsUnavailable(store.Health()));
  }
}

absl::Status Serve(const settings::Settings& settings, const Flags& flags,
                   const sigset_t& stop_signals) {
  const config::v1::GatewayConfig& config = settings.config;
  const base::Clock& clock = base::SystemClock();
  KJ_ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, OpenStore(config));
  const security::Principals principals(config.principals());
  ingest::Ingest ingest(store.get(), ingest::Rulebook::Make(config, settings.reference), &clock);
  const ingest::SkpReader reader(store.get(), config.limits().max_scan());
  server::MethodTable table(&principals, &clock,
                            {.max_message_bytes = config.limits().max_message_bytes(),
                             .max_calls_in_flight = config.limits().max_calls_in_flight()});
  server::SkpService skp_service(&ingest, &reader);
  skp_service.Register(&table);
  KJ_ASSIGN_OR_RETURN(
      const std::unique_ptr<server::Server> server,
      server::Server::Start(&table, config.listeners(), config.limits().max_message_bytes()));
  for (const std::string& address : server->addresses()) {
    base::Log(base::Level::kInfo, "listening", {{"address", address}});
  }
  WriteReadyFile(flags.ready_file, *server);
  base::Log(base::Level::kInfo, "ready",
            {{"last_change", store->LastChange()}, {"epoch", store->Epochs().back().id}});

  const int signal_number = WaitForStop(stop_signals, *store, server.get());
  base::Log(base::Level::kInfo, "stopping", {{"signal", signal_number}});
  server->Stop(absl::Seconds(config.limits().stop_grace().seconds()));
  store->Close();
  base::Log(base::Level::kInfo, "stopped", {{"last_change", store->LastChange()}});
  return absl::OkStatus();
}

int Run(const Flags& flags) {
  const sigset_t stop_signals = BlockStopSignals();
  const absl::StatusOr<settings::Settings> settings =
      settings::LoadSettings(flags.config, base::SystemClock().Now());
  if (!settings.ok()) {
    std::cerr << settings.status().message() << "\n";
    return kExitConfig;
  }
  if (flags.check_config) {
    std::cout << flags.config << " is in order\n";
    return 0;
  }
  base::SetLogThreshold(LevelOf(settings->config.log().level()));
  base::Log(base::Level::kInfo, "starting",
            {{"pid", getpid()}, {"config", settings::EffectiveConfigForLog(settings->config)}});
  const absl::Status served = Serve(*settings, flags, stop_signals);
  if (served.ok()) return 0;
  base::Log(base::Level::kFatal, "cannot_start",
            {{"code", absl::StatusCodeToString(served.code())},
             {"reason", base::ReasonOf(served)},
             {"message", served.message()}});
  return kExitStart;
}

}  // namespace
}  // namespace kinerja

// CLI11 throws where an option is declared twice, and nowhere else beyond its macro.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) {
  CLI::App app("kinerja-gateway: takes SKP records once, keeps them, and hands them on.");
  app.footer(
      "Exit codes: 0 stopped in order, 1 could not start, 2 the configuration has mistakes.\n"
      "Example: kinerja-gateway --config config/gateway.yaml");
  kinerja::Flags flags;
  app.add_option("--config", flags.config, "The configuration, YAML")->required();
  app.add_flag("--check_config", flags.check_config,
               "Only check the configuration; every mistake is named with file, line and field");
  app.add_option("--ready_file", flags.ready_file,
                 "Written with one address a line when calls are answered");
  app.set_version_flag("--version", "kinerja-gateway 0.1.0");
  CLI11_PARSE(app, argc, argv);
  return kinerja::Run(flags);
}
