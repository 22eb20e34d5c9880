// kinerja-gateway: flags → configuration → parts in order → serve → ordered stop. Wiring only.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/register_adapters.h"
#include "gateway/adapter/adapter_registry.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_loop.h"
#include "gateway/base/hex.h"
#include "gateway/base/log.h"
#include "gateway/base/status.h"
#include "gateway/base/status_macros.h"
#include "gateway/delivery/delivery_reader.h"
#include "gateway/delivery/dispatcher.h"
#include "gateway/delivery/operations.h"
#include "gateway/delivery/status_sender.h"
#include "gateway/ingest/body_codec.h"
#include "gateway/ingest/feed_record.h"
#include "gateway/ingest/ingest.h"
#include "gateway/ingest/puller.h"
#include "gateway/ingest/record_keys.h"
#include "gateway/ingest/rulebook.h"
#include "gateway/ingest/skp_reader.h"
#include "gateway/net/http_loop.h"
#include "gateway/resource/skp_name.h"
#include "gateway/route/deadline.h"
#include "gateway/route/schedule.h"
#include "gateway/security/digest.h"
#include "gateway/security/principal.h"
#include "gateway/server/delivery_service.h"
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

absl::Duration DurationOf(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

// The adapters of the configuration. They outlive whatever calls them.
struct Adapters {
  std::map<std::string, std::unique_ptr<adapter::Adapter>> targets;
  std::map<std::string, std::unique_ptr<adapter::Adapter>> sources;
};

absl::StatusOr<Adapters> MakeAdapters(const config::v1::GatewayConfig& config, net::HttpLoop* http,
                                      const base::Clock* clock) {
  adapter::AdapterRegistry registry;
  adapters::RegisterAdapters(&registry, http, clock);
  Adapters made;
  for (const config::v1::Target& target : config.targets()) {
    KJ_ASSIGN_OR_RETURN(made.targets[target.id()], registry.MakeTarget(target));
  }
  for (const config::v1::SourceSystem& system : config.systems()) {
    if (system.adapter_case() == config::v1::SourceSystem::ADAPTER_NOT_SET) continue;
    KJ_ASSIGN_OR_RETURN(made.sources[system.id()], registry.MakeSource(system));
  }
  return made;
}

delivery::TargetSettings SettingsOf(const config::v1::Target& target, adapter::Adapter* adapter) {
  const adapter::Manifest& manifest = adapter->Describe();
  const config::v1::Pace& pace = target.pace();
  delivery::TargetSettings settings;
  settings.rules.id = target.id();
  settings.rules.can_remove = manifest.can_remove;
  settings.rules.idempotent = manifest.idempotent;
  settings.rules.settle_time =
      pace.has_settle_time() ? DurationOf(pace.settle_time()) : manifest.settle_time;
  settings.rules.max_looks = pace.max_looks();
  settings.rules.backoff = {DurationOf(pace.backoff_initial()), DurationOf(pace.backoff_max())};
  settings.adapter = adapter;
  settings.hours = route::OpeningHours(target.schedule());
  settings.max_in_flight = pace.max_in_flight();
  settings.call_timeout =
      pace.has_call_timeout() ? DurationOf(pace.call_timeout()) : manifest.call_timeout;
  return settings;
}

// Everything that moves records: the dispatcher, what operators do, and the pullers of sources, one
// loop ("puller") for all of them.
class Traffic {
 public:
  Traffic(const config::v1::GatewayConfig& config, const Adapters& adapters, store::Store* store,
          const base::Clock* clock, ingest::Ingest* ingest)
      : rulebook_(ingest->rulebook()),
        dispatcher_(DispatcherOptions(config, adapters, store, clock)),
        operations_(OperationsOptions(config, adapters, store, clock)),
        reader_(ReaderOptions(config, adapters, store, clock)),
        statuses_(StatusSources(config, adapters), store, clock),
        service_(&reader_, &operations_) {
    for (const config::v1::SourceSystem& system : config.systems()) {
      const auto source = adapters.sources.find(system.id());
      if (source != adapters.sources.end()) {
        AddPuller(system, source->second.get(), store, clock, ingest);
      }
    }
  }

  absl::Status Begin() {
    KJ_RETURN_IF_ERROR(dispatcher_.Begin());
    statuses_.Begin();
    for (size_t i = 0; i < pullers_.size(); ++i) Tick(i);
    return absl::OkStatus();
  }

  void Stop(absl::Duration grace) {
    timer_.Stop();
    for (const auto& puller : pullers_) puller->Stop();
    operations_.Stop();
    statuses_.Stop();
    dispatcher_.Stop(grace);
  }

  delivery::Dispatcher* dispatcher() { return &dispatcher_; }
  server::DeliveryService* service() { return &service_; }

 private:
  delivery::DeadlineOf Deadlines(const config::v1::GatewayConfig& config) {
    return [windows = config.windows()](const store::FilterKeys& keys, absl::Time accepted) {
      return route::DeadlineOf(windows, {keys.instansi, keys.mulai, keys.selesai, keys.regime},
                               accepted);
    };
  }

  delivery::Dispatcher::Options DispatcherOptions(const config::v1::GatewayConfig& config,
                                                  const Adapters& adapters, store::Store* store,
                                                  const base::Clock* clock) {
    delivery::Dispatcher::Options options;
    options.store = store;
    options.clock = clock;
    options.reference =
        std::shared_ptr<const reference::Snapshot>(rulebook_, &rulebook_->reference());
    for (const config::v1::Target& target : config.targets()) {
      options.targets.push_back(SettingsOf(target, adapters.targets.at(target.id()).get()));
    }
    options.status_systems = StatusSystems(config);
    options.open_body = ingest::OpenBody;
    options.name_of = [](const store::Head& head) {
      return resource::FormatSkpName(head.keys.instansi, head.skp);
    };
    options.deadline_of = Deadlines(config);
    const std::string random = security::RandomBytes(16);
    options.process = base::HexEncode(random);
    options.seed = std::hash<std::string>()(random);
    return options;
  }

  delivery::Operations::Options OperationsOptions(const config::v1::GatewayConfig& config,
                                                  const Adapters& adapters, store::Store* store,
                                                  const base::Clock* clock) {
    delivery::Operations::Options options;
    options.store = store;
    options.dispatcher = &dispatcher_;
    options.clock = clock;
    for (const auto& [id, adapter] : adapters.targets) options.targets[id] = adapter.get();
    for (const auto& [id, adapter] : adapters.sources) options.sources[id] = adapter.get();
    options.routes = &rulebook_->routes();
    options.open_body = ingest::OpenBody;
    options.deadline_of = Deadlines(config);
    return options;
  }

  delivery::DeliveryReader::Options ReaderOptions(const config::v1::GatewayConfig& config,
                                                  const Adapters& adapters, store::Store* store,
                                                  const base::Clock* clock) {
    delivery::DeliveryReader::Options options;
    options.store = store;
    options.dispatcher = &dispatcher_;
    options.clock = clock;
    for (const config::v1::Target& target : config.targets()) {
      options.targets.push_back({target, adapters.targets.at(target.id())->Describe(),
                                 route::OpeningHours(target.schedule())});
    }
    options.routes = &rulebook_->routes();
    options.open_body = ingest::OpenBody;
    options.violations_of = ingest::ViolationsOf;
    options.max_scan = config.limits().max_scan();
    return options;
  }

  // The sources that are told what became of their records.
  static std::set<std::string, std::less<>> StatusSystems(const config::v1::GatewayConfig& config) {
    std::set<std::string, std::less<>> systems;
    for (const config::v1::SourceSystem& system : config.systems()) {
      if (system.has_pmm() && system.pmm().send_status()) systems.insert(system.id());
    }
    return systems;
  }

  static std::vector<delivery::StatusSender::Source> StatusSources(
      const config::v1::GatewayConfig& config, const Adapters& adapters) {
    std::vector<delivery::StatusSender::Source> sources;
    for (const config::v1::SourceSystem& system : config.systems()) {
      if (!system.has_pmm() || !system.pmm().send_status()) continue;
      const config::v1::Pace& pace = system.pace();
      sources.push_back(
          {.system = system.id(),
           .adapter = adapters.sources.at(system.id()).get(),
           .call_timeout =
               pace.has_call_timeout() ? DurationOf(pace.call_timeout()) : absl::Seconds(60),
           .backoff = {DurationOf(pace.backoff_initial()), DurationOf(pace.backoff_max())}});
    }
    return sources;
  }

  void AddPuller(const config::v1::SourceSystem& system, adapter::Adapter* adapter,
                 store::Store* store, const base::Clock* clock, ingest::Ingest* ingest) {
    ingest::PullerOptions options;
    options.source = system.id();
    if (system.pmm().page_size() > 0) options.page_size = system.pmm().page_size();
    if (system.pmm().has_poll_interval()) {
      options.poll_interval = DurationOf(system.pmm().poll_interval());
    }
    if (system.pace().has_call_timeout()) {
      options.call_timeout = DurationOf(system.pace().call_timeout());
    }
    options.backoff_initial = DurationOf(system.pace().backoff_initial());
    options.backoff_max = DurationOf(system.pace().backoff_max());
    const size_t index = pullers_.size();
    ingest::PullerHooks hooks;
    hooks.wake = [this, index] { timer_.Post([this, index] { Pull(index); }); };
    hooks.random = [] {
      static thread_local std::mt19937_64 engine(std::random_device{}());
      return std::uniform_real_distribution<double>()(engine);
    };
    if (system.pmm().send_status()) {
      hooks.add_writes = [id = system.id(), clock](const store::View& view,
                                                   const ingest::FeedOutcome& outcome,
                                                   store::Writes* writes) {
        return delivery::WantFeedStatus(view, id, outcome.report, outcome.instansi, clock->Now(),
                                        writes);
      };
    }
    pullers_.push_back(std::make_unique<ingest::Puller>(
        std::move(options), adapter, store, clock, [ingest] { return ingest->rulebook(); },
        std::move(hooks)));
  }

  void Pull(size_t index) {
    const absl::Duration wait = pullers_[index]->Tick();
    if (wait < kPullTick) timer_.PostAfter(wait, [this, index] { Pull(index); });
  }

  // Whatever the waits are, each source is looked at this often: a clock that was set back holds
  // nothing up.
  void Tick(size_t index) {
    Pull(index);
    timer_.PostAfter(kPullTick, [this, index] { Tick(index); });
  }

  static constexpr absl::Duration kPullTick = absl::Seconds(1);

  const std::shared_ptr<const ingest::Rulebook> rulebook_;
  delivery::Dispatcher dispatcher_;
  delivery::Operations operations_;
  const delivery::DeliveryReader reader_;
  delivery::StatusSender statuses_;
  server::DeliveryService service_;
  std::vector<std::unique_ptr<ingest::Puller>> pullers_;
  base::EventLoop timer_{"puller"};  // last: joined before the rest goes
};

absl::Status Serve(const settings::Settings& settings, const Flags& flags,
                   const sigset_t& stop_signals) {
  const config::v1::GatewayConfig& config = settings.config;
  const base::Clock& clock = base::SystemClock();
  KJ_ASSIGN_OR_RETURN(const std::unique_ptr<net::HttpLoop> http, net::HttpLoop::Start());
  KJ_ASSIGN_OR_RETURN(const Adapters adapters, MakeAdapters(config, http.get(), &clock));
  KJ_ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, OpenStore(config));
  const security::Principals principals(config.principals());
  ingest::Ingest ingest(store.get(), ingest::Rulebook::Make(config, settings.reference), &clock);
  const ingest::SkpReader reader(store.get(), config.limits().max_scan());
  Traffic traffic(config, adapters, store.get(), &clock, &ingest);
  store->OnCommit([&traffic](store::ChangeNumber) { traffic.dispatcher()->NoteCommit(); });
  // Callbacks of the store may reach into `traffic` until it is closed.
  const auto end = [&] {
    traffic.Stop(DurationOf(config.delivery_grace()));
    http->Stop();
    store->Close();
  };
  if (const absl::Status begun = traffic.Begin(); !begun.ok()) {
    end();
    return begun;
  }
  server::MethodTable table(&principals, &clock,
                            {.max_message_bytes = config.limits().max_message_bytes(),
                             .max_calls_in_flight = config.limits().max_calls_in_flight()});
  server::SkpService skp_service(&ingest, &reader);
  skp_service.Register(&table);
  traffic.service()->Register(&table);
  absl::StatusOr<std::unique_ptr<server::Server>> server =
      server::Server::Start(&table, config.listeners(), config.limits().max_message_bytes());
  if (server.ok()) {
    for (const std::string& address : (*server)->addresses()) {
      base::Log(base::Level::kInfo, "listening", {{"address", address}});
    }
    WriteReadyFile(flags.ready_file, **server);
    base::Log(base::Level::kInfo, "ready",
              {{"last_change", store->LastChange()}, {"epoch", store->Epochs().back().id}});

    const int signal_number = WaitForStop(stop_signals, *store, server->get());
    base::Log(base::Level::kInfo, "stopping", {{"signal", signal_number}});
    (*server)->Stop(DurationOf(config.limits().stop_grace()));
  }
  // No call comes in any more. Now nothing new is begun, then nobody answers, then the file is
  // closed.
  end();
  base::Log(base::Level::kInfo, "stopped", {{"last_change", store->LastChange()}});
  return server.status();
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
